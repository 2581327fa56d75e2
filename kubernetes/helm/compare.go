package helm

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// identity identifies an object.
type identity struct{ typ, namespace, name string }

func identify(o objects.Object) identity { return identity{o.Type(), o.GetNamespace(), o.GetName()} }

// differences are values of objects, by object and path.
type differences map[identity]map[string]any

// compare returns the values of the first objects that differ in the second ones. Objects that only one of them has are
// an error.
func compare(first, second []objects.Object) (differences, error) {
	others := map[identity]objects.Object{}
	for _, o := range second {
		others[identify(o)] = o
	}
	out := differences{}
	var failed []error
	for _, o := range first {
		other, ok := others[identify(o)]
		if !ok {
			failed = append(failed, fmt.Errorf("%s of %s", o, o.Source))
			continue
		}
		delete(others, identify(o))
		values := map[string]any{}
		for _, key := range keysOf(o.Object, other.Object) {
			differ(o.Object[key], other.Object[key], key, values)
		}
		for _, path := range fixed {
			if _, differs := values[path]; differs {
				failed = append(failed, fmt.Errorf("%s of %s of %s", path, o, o.Source))
			}
		}
		if len(values) > 0 {
			out[identify(o)] = values
		}
	}
	for _, o := range others {
		failed = append(failed, fmt.Errorf("%s of %s", o, o.Source))
	}
	return out, errors.Join(failed...)
}

// fixed are the paths of maps whose keys must be known.
var fixed = []string{"metadata", objects.Field("metadata", "labels"), objects.Field("metadata", "annotations")}

// keysOf returns the keys of two maps.
func keysOf(a, b map[string]any) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// differ adds the values at and below a path that differ.
func differ(a, b any, path string, out map[string]any) {
	switch first := a.(type) {
	case map[string]any:
		second, ok := b.(map[string]any)
		if ok && sameKeys(first, second) {
			for key := range first {
				differ(first[key], second[key], objects.Field(path, key), out)
			}
			return
		}
	case []any:
		second, ok := b.([]any)
		if ok && len(first) == len(second) {
			for i := range first {
				differ(first[i], second[i], objects.Element(path, i), out)
			}
			return
		}
	}
	if !reflect.DeepEqual(a, b) {
		out[path] = a
	}
}

func sameKeys(a, b map[string]any) bool {
	for key := range a {
		if _, ok := b[key]; !ok {
			return false
		}
	}
	return len(a) == len(b)
}

// remove removes the values that others has.
func (d differences) remove(others differences) {
	for id, values := range d {
		maps.DeleteFunc(values, func(path string, _ any) bool { return others.covers(id, path) })
	}
}

// covers reports whether a path is that of a difference, or below or above one.
func (d differences) covers(id identity, path string) bool {
	for known := range d[id] {
		if known == path || strings.HasPrefix(path, known+"[") || strings.HasPrefix(known, path+"[") {
			return true
		}
	}
	return false
}

// at returns the value at a path that compare has returned.
func at(value any, path string) (any, bool) {
	var find func(value any, here string) (any, bool)
	find = func(value any, here string) (any, bool) {
		if here == path {
			return value, true
		}
		if here != "" && !strings.HasPrefix(path, here+"[") {
			return nil, false
		}
		switch value := value.(type) {
		case map[string]any:
			for key, v := range value {
				if found, ok := find(v, objects.Field(here, key)); ok {
					return found, true
				}
			}
		case []any:
			for i, v := range value {
				if found, ok := find(v, objects.Element(here, i)); ok {
					return found, true
				}
			}
		}
		return nil, false
	}
	return find(value, "")
}
