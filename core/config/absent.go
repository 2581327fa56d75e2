package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// absent returns a problem for each value in arguments that is set but has nothing in it: a nil pointer in an interface,
// such as a *network.SecureVPC of a constructor that failed, a component that no constructor returned, and an output that
// was never assigned. Their methods panic. An input that the SDK treats as unset, such as a nil pulumi.StringMap, is not
// reported.
func absent(args any) []problem {
	var out []problem
	findAbsent(reflect.ValueOf(args), nil, false, &out)
	return out
}

// findAbsent visits v, which is at a path. held tells that v is in an interface, where nil differs from unset. What a pointer or a struct in an
// interface has within it belongs to the implementation.
func findAbsent(v reflect.Value, path []string, held bool, out *[]problem) {
	if !v.IsValid() {
		return
	}
	add := func(format string, args ...any) {
		*out = append(*out, problem{path: slices.Clone(path), message: fmt.Sprintf(format, args...)})
	}
	switch v.Kind() {
	case reflect.Interface:
		findAbsent(v.Elem(), path, true, out)
	case reflect.Pointer:
		switch {
		case v.IsNil():
			if held && (!isInput(v.Type()) || isResource(v.Type())) {
				add("nil %s: pass a constructed one or omit the argument", v.Type())
			}
		case held:
			if r, ok := v.Interface().(pulumi.Resource); ok && r.URN().OutputState == nil {
				add("empty %s: pass one that its constructor returned, or omit the argument", v.Type())
			}
		default:
			findAbsent(v.Elem(), path, false, out)
		}
	case reflect.Struct:
		if held {
			// The implementation of a contract, or an output.
			if v.IsZero() && v.Type().Implements(outputType) {
				add("empty %s: pass an output that was assigned, or omit the argument", v.Type())
			}
			return
		}
		for _, f := range holdersOf(v.Type()) {
			findAbsent(v.Field(f.index), append(path, f.key...), false, out)
		}
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String && mayBeAbsent(v.Type().Elem()) {
			for it := v.MapRange(); it.Next(); {
				findAbsent(it.Value(), append(path, it.Key().String()), false, out)
			}
		}
	case reflect.Slice, reflect.Array:
		if mayBeAbsent(v.Type().Elem()) {
			for i := range v.Len() {
				findAbsent(v.Index(i), append(path, strconv.Itoa(i)), false, out)
			}
		}
	}
}

var (
	outputType   = reflect.TypeFor[pulumi.Output]()
	resourceType = reflect.TypeFor[pulumi.Resource]()
)

func isResource(t reflect.Type) bool { return t.Implements(resourceType) }

// mayBeAbsent reports whether elements of the type have to be visited.
func mayBeAbsent(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Struct, reflect.Map, reflect.Slice, reflect.Array:
		return true
	}
	return false
}

// holder is a field that has to be visited. key is empty for an embedded struct.
type holder struct {
	index int
	key   []string
}

var absentHolders sync.Map // reflect.Type -> []holder

// holdersOf returns the fields of a struct that have to be visited.
func holdersOf(t reflect.Type) []holder {
	if known, ok := absentHolders.Load(t); ok {
		return known.([]holder)
	}
	var out []holder
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || !mayBeAbsent(f.Type) {
			continue
		}
		h := holder{index: i}
		if key := keyOf(f); key != "" {
			h.key = []string{key}
		} else if !f.Anonymous {
			h.key = []string{uncapitalized(f.Name)}
		}
		out = append(out, h)
	}
	absentHolders.Store(t, out)
	return out
}

// uncapitalized returns the name of a field without a key as the key of a stack file would be: network for Network.
func uncapitalized(name string) string {
	for i, r := range name {
		if !unicode.IsUpper(r) {
			i = max(1, i-1)
			return strings.ToLower(name[:i]) + name[i:]
		}
	}
	return strings.ToLower(name)
}
