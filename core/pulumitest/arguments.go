package pulumitest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// keysOf returns the keys of the fields of arguments that are set, and whether
// fields have keys at all. Fields without are left out, unless none has one. Those
// of embedded structs belong to the struct around it.
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

// isEmpty reports whether a value says nothing.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice:
		return v.Len() == 0
	case reflect.Interface:
		return v.IsNil() || isEmpty(v.Elem())
	}
	return v.IsZero()
}

// makeUnknown replaces the inputs among arguments by outputs that a preview does
// not know, but for those at the known paths, and returns the paths of the
// others, sorted.
func makeUnknown(args any, known []string) []string {
	v := reflect.ValueOf(args)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	u := &unknowing{known: known}
	u.walk("", v.Elem())
	slices.Sort(u.replaced)
	return u.replaced
}

type unknowing struct{ known, replaced []string }

// walk visits a value that can be set.
func (u *unknowing) walk(path string, v reflect.Value) {
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

func (u *unknowing) fields(path string, v reflect.Value) {
	if output, ok := v.Interface().(pulumi.Output); ok {
		// A field that takes outputs of this type only.
		if !v.IsZero() {
			u.set(path, v, output.ElementType())
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

// replace replaces an input. What is no input stays.
func (u *unknowing) replace(path string, v reflect.Value) {
	input, ok := v.Interface().(pulumi.Input)
	if _, isResource := v.Interface().(pulumi.Resource); !ok || isResource {
		return
	}
	u.set(path, v, input.ElementType())
}

func (u *unknowing) set(path string, v reflect.Value, element reflect.Type) {
	output := reflect.ValueOf(unknownOf(element))
	if output.Type().AssignableTo(v.Type()) {
		v.Set(output)
		u.replaced = append(u.replaced, path)
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

// snapshot describes arguments by path, deep enough to see every change. Outputs
// and resources are compared by what they are, not by what they hold.
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
		// The pointer to its state.
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

// differences returns what two snapshots differ in, sorted by path.
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
