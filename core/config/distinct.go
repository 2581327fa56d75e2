package config

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// sharedKeys calls report for every key that is in more than one of the sibling maps that a struct declares distinct
// (config:"distinct=word"). tree has the value at a place, secrets and unknown values included: only keys are compared.
// first and second are the paths of the key, in the order of the fields.
func sharedKeys(p place, tree any, path []string, report func(first, second []string)) {
	if p.typ == nil || !hasDistinct(p.typ) {
		return
	}
	switch t := tree.(type) {
	case map[string]any:
		if f, ok := p.fields(); ok {
			f.sharedKeys(t, func(first, second *field, key string) {
				report(join(path, first.key, key), join(path, second.key, key))
			})
		}
		for _, key := range slices.Sorted(maps.Keys(t)) {
			if at, known := p.child(key); known {
				sharedKeys(at, t[key], append(path, key), report)
			}
		}
	case []any:
		for i, element := range t {
			key := strconv.Itoa(i)
			if at, known := p.child(key); known {
				sharedKeys(at, element, append(path, key), report)
			}
		}
	}
}

// sharedKeys visits the keys that two distinct maps of the struct have in common.
func (f *fields) sharedKeys(tree map[string]any, visit func(first, second *field, key string)) {
	owners := map[[2]string]*field{}
	for _, field := range f.list {
		children, _ := tree[field.key].(map[string]any)
		if field.distinct == "" || len(children) == 0 {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(children)) {
			owner := [2]string{field.distinct, key}
			if first := owners[owner]; first != nil {
				visit(first, field, key)
				continue
			}
			owners[owner] = field
		}
	}
}

// alsoIn is the message for a key that is in another map as well.
func alsoIn(other string) string { return "also set in " + other + ": remove one of the two" }

var distinctTypes typeCache

// hasDistinct reports whether values of the type have maps that a struct declares distinct.
func hasDistinct(t reflect.Type) bool {
	return leadsTo(&distinctTypes, t, func(_ reflect.Type, f *field) bool { return f != nil && f.distinct != "" })
}

// mayShareKeys reports whether a struct in v has several of the maps that it declares distinct.
func mayShareKeys(v reflect.Value) bool {
	if !hasDistinct(v.Type()) {
		return false
	}
	several := false
	walk(v, func(v reflect.Value, _ []string) {
		if v.Kind() != reflect.Struct {
			return
		}
		maps := 0
		for _, f := range fieldsOf(v.Type()).list {
			if f.distinct != "" && !v.FieldByIndex(f.index).IsZero() {
				maps++
			}
		}
		several = several || maps > 1
	})
	return several
}
