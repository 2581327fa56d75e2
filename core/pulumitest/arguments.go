package pulumitest

import (
	"fmt"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// keysOf returns the keys of the fields of arguments that are set, and whether any
// field has a key. If one does, fields without a key are omitted. Fields of embedded
// structs count as fields of the outer struct.
func keysOf(args reflect.Value) (set []string, tagged bool) {
	v := reflect.Indirect(args)
	if v.Kind() != reflect.Struct {
		return nil, false
	}
	var untagged []string
	for field, value := range v.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		tagged = tagged || key != ""
		switch {
		case field.Anonymous && key == "":
			keys, has := keysOf(value)
			if has {
				set, tagged = append(set, keys...), true
			} else {
				untagged = append(untagged, keys...)
			}
		case !field.IsExported() || isEmpty(value):
		case key == "":
			untagged = append(untagged, field.Name)
		default:
			set = append(set, key)
		}
	}
	if !tagged {
		return untagged, false
	}
	return set, true
}

// isEmpty reports whether a value is unset or has no elements.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice:
		return v.Len() == 0
	case reflect.Interface:
		return v.IsNil() || isEmpty(v.Elem())
	}
	return v.IsZero()
}

// makeUnknown replaces the inputs in arguments, except those at the known paths, by
// unknown outputs, and returns the paths of the replaced inputs, sorted.
func makeUnknown(args any, known []string) []string {
	v := reflect.ValueOf(args)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	var replaced []string
	set := func(path string, v reflect.Value, element reflect.Type) {
		output := reflect.ValueOf(unknownOf(element))
		if output.Type().AssignableTo(v.Type()) {
			v.Set(output)
			replaced = append(replaced, path)
		}
	}
	u := &replacing{known: known, output: set, replace: func(path string, v reflect.Value) {
		input, ok := v.Interface().(pulumi.Input)
		if _, isResource := v.Interface().(pulumi.Resource); ok && !isResource {
			set(path, v, input.ElementType())
		}
	}}
	u.walk("", v.Elem())
	slices.Sort(replaced)
	return replaced
}

// replacing replaces values within arguments, except at the known paths.
type replacing struct {
	known []string
	// replace gets the values of interfaces, and output the fields of output types that are set. output may be nil.
	replace func(path string, v reflect.Value)
	output  func(path string, v reflect.Value, element reflect.Type)
}

// walk visits a value that can be set.
func (u *replacing) walk(path string, v reflect.Value) {
	if slices.Contains(u.known, path) {
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		u.replace(path, v)
	case reflect.Pointer:
		if !v.IsNil() && !v.Type().Implements(reflect.TypeFor[pulumi.Resource]()) {
			u.walk(path, v.Elem())
		}
	case reflect.Struct:
		u.fields(path, v)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			u.walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			element := reflect.New(v.Type().Elem()).Elem()
			element.Set(v.MapIndex(key))
			u.walk(join(path, fmt.Sprint(key)), element)
			v.SetMapIndex(key, element)
		}
	}
}

func (u *replacing) fields(path string, v reflect.Value) {
	if output, ok := v.Interface().(pulumi.Output); ok {
		// A field of an output type.
		if !v.IsZero() && u.output != nil {
			u.output(path, v, output.ElementType())
		}
		return
	}
	for field, value := range v.Fields() {
		if !value.CanSet() {
			continue
		}
		at := path
		if !field.Anonymous || field.Tag.Get("pulumi") != "" {
			at = join(path, keyOf(field))
		}
		u.walk(at, value)
	}
}

func keyOf(field reflect.StructField) string {
	if key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ","); key != "" {
		return key
	}
	return field.Name
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// snapshot describes arguments by path. Outputs and resources are described by
// their identity.
func snapshot(args any) map[string]string {
	s := &shot{seen: map[uintptr]bool{}, out: map[string]string{}}
	s.walk("", reflect.ValueOf(args))
	return s.out
}

type shot struct {
	seen map[uintptr]bool
	out  map[string]string
}

func (s *shot) walk(path string, v reflect.Value) {
	if !v.IsValid() {
		s.out[path] = "nil"
		return
	}
	if v.Type().Implements(reflect.TypeFor[pulumi.Output]()) && v.Kind() == reflect.Struct {
		// The first field points to the state of the output.
		s.out[path] = fmt.Sprintf("%v %x", v.Type(), v.Field(0).Pointer())
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			s.out[path] = "nil"
			return
		}
		s.out[path+" (type)"] = v.Elem().Type().String()
		s.walk(path, v.Elem())
	case reflect.Pointer:
		s.pointer(path, v)
	case reflect.Struct:
		for field, value := range v.Fields() {
			s.walk(join(path, keyOf(field)), value)
		}
	case reflect.Slice, reflect.Array:
		s.out[path] = fmt.Sprintf("%v of length %d", v.Type(), v.Len())
		for i := range v.Len() {
			s.walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		s.out[path] = fmt.Sprintf("%v of length %d", v.Type(), v.Len())
		for _, key := range v.MapKeys() {
			s.walk(join(path, fmt.Sprint(key)), v.MapIndex(key))
		}
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		s.out[path] = fmt.Sprintf("%v %x", v.Type(), v.Pointer())
	default:
		s.out[path] = fmt.Sprintf("%#v", v)
	}
}

func (s *shot) pointer(path string, v reflect.Value) {
	s.out[path+" (pointer)"] = fmt.Sprintf("%v %x", v.Type(), v.Pointer())
	if v.IsNil() || s.seen[v.Pointer()] || v.Type().Implements(reflect.TypeFor[pulumi.Resource]()) {
		return
	}
	s.seen[v.Pointer()] = true
	s.walk(path, v.Elem())
}

// differences returns the differences of two snapshots, sorted by path.
func differences(before, after map[string]string) []string {
	paths := maps.Clone(before)
	maps.Copy(paths, after)
	var out []string
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		was, existed := before[path]
		is, exists := after[path]
		switch {
		case !existed:
			out = append(out, fmt.Sprintf("%s was added: %s", path, is))
		case !exists:
			out = append(out, fmt.Sprintf("%s was removed: it was %s", path, was))
		case was != is:
			out = append(out, fmt.Sprintf("%s was %s and is %s", path, was, is))
		}
	}
	return out
}

// methodsTakeAnything calls the validators and the methods without parameters on partially set arguments: without any
// field, and without each field.
func (e *evidence) methodsTakeAnything() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	for _, args := range partial(e.base().args) {
		findings = append(findings, callMethods(args.what, args.value)...)
	}
	slices.Sort(findings)
	return slices.Compact(findings), ""
}

type partialArgs struct {
	what  string
	value reflect.Value // a pointer
}

// partial returns empty arguments, and copies of the given ones without each field. args is a pointer to a struct.
func partial(args any) []partialArgs {
	given := reflect.ValueOf(args)
	out := []partialArgs{{"empty arguments", reflect.New(given.Type().Elem())}}
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
		out = append(out, partialArgs{"arguments without " + field.Name, without})
	}
	return out
}

// callMethods calls the methods of arguments and of the structs in them.
func callMethods(what string, args reflect.Value) (findings []string) {
	attempt := func(method string, call func()) {
		defer func() {
			if p := recover(); p != nil {
				findings = append(findings, fmt.Sprintf("%s panics on %s: %v\n%s", method, what, p, debug.Stack()))
			}
		}()
		call()
	}
	attempt("Validate", func() { _ = config.Check("partially set arguments", args.Interface()) })
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
