package pulumitest

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// methodsTakeAnything calls the validators and the methods without parameters of arguments that are half filled: none
// of their fields is set, or all but one.
func (e *evidence) methodsTakeAnything() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	for _, args := range halfFilled(e.base().args) {
		findings = append(findings, callMethods(args.what, args.value)...)
	}
	slices.Sort(findings)
	return slices.Compact(findings), ""
}

type halfFilledArgs struct {
	what  string
	value reflect.Value // a pointer
}

// halfFilled returns copies of arguments, a pointer to a struct, that lack all fields or one.
func halfFilled(args any) []halfFilledArgs {
	given := reflect.ValueOf(args)
	out := []halfFilledArgs{{"empty arguments", reflect.New(given.Type().Elem())}}
	if given.IsNil() {
		return out
	}
	for i := range given.Elem().NumField() {
		field := given.Elem().Type().Field(i)
		if !field.IsExported() {
			continue
		}
		without := reflect.New(given.Type().Elem())
		without.Elem().Set(given.Elem())
		without.Elem().Field(i).SetZero()
		out = append(out, halfFilledArgs{"arguments without " + field.Name, without})
	}
	return out
}

// callMethods calls what arguments, and the structs in them, offer.
func callMethods(what string, args reflect.Value) (findings []string) {
	attempt := func(method string, call func()) {
		defer func() {
			if p := recover(); p != nil {
				findings = append(findings, fmt.Sprintf("%s panics on %s: %v\n%s", method, what, p, debug.Stack()))
			}
		}()
		call()
	}
	attempt("Validate", func() { _ = config.Check("half-filled arguments", args.Interface()) })
	structs(args, func(v reflect.Value) {
		for i := range v.NumMethod() {
			if m := v.Type().Method(i); m.Type.NumIn() == 1 {
				attempt(fmt.Sprintf("(%s).%s", v.Type(), m.Name), func() { v.Method(i).Call(nil) })
			}
		}
	})
	return findings
}

// structs calls f with a pointer to each struct within arguments.
func structs(v reflect.Value, f func(reflect.Value)) {
	if v.Type().Implements(reflect.TypeFor[pulumi.Input]()) || v.Type().Implements(reflect.TypeFor[pulumi.Resource]()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().Kind() == reflect.Struct {
			f(v)
			for i := range v.Elem().NumField() {
				if v.Elem().Type().Field(i).IsExported() {
					structs(v.Elem().Field(i), f)
				}
			}
		}
	case reflect.Struct:
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		structs(p, f)
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			structs(it.Value(), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			structs(v.Index(i), f)
		}
	}
}
