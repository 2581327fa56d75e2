package config

import (
	"reflect"
	"strings"
	"sync"
)

// traits says what a field's config tag asks for.
type traits struct {
	// known tells that there is such a field, or element.
	known bool
	// element tells that the value is one of a map or list, so that the
	// traits of its container hold for it.
	element bool
	// plain refuses encrypted values (config:"plain").
	plain bool
	// secret refuses values in the clear (config:"secret").
	secret bool
	// path resolves relative paths (config:"path").
	path bool
	// group fills in the defaults of an omitted group of options (config:"group").
	group bool
	// program keeps a field out of stack files and nested arguments (config:"program").
	program bool
	// name defaults to the name of the component (config:"name").
	name bool
}

type field struct {
	typ    reflect.Type
	traits traits
	// index is that of reflect.Value.FieldByIndex.
	index []int
	tag   reflect.StructTag
	key   string
}

// fieldsOf returns the fields of a struct that have a key, also those of
// embedded structs, in their order. Types never change, so each is looked at
// once: configurations have thousands of entries of one type.
func fieldsOf(t reflect.Type) *fields {
	if known, ok := fieldCache.Load(t); ok {
		return known.(*fields)
	}
	out := &fields{byKey: map[string]*field{}}
	for _, f := range reflect.VisibleFields(t) {
		key := tagName(f)
		if f.Anonymous || key == "" || !f.IsExported() {
			continue
		}
		entry := &field{typ: f.Type, index: f.Index, tag: f.Tag, key: key, traits: traits{known: true}}
		readTraits(f.Tag, &entry.traits)
		out.list = append(out.list, entry)
		out.byKey[key] = entry
	}
	known, _ := fieldCache.LoadOrStore(t, out)
	return known.(*fields)
}

type fields struct {
	list  []*field
	byKey map[string]*field
}

// readTraits adds what a config tag asks for.
func readTraits(tag reflect.StructTag, out *traits) {
	for word := range strings.SplitSeq(tag.Get("config"), ",") {
		switch word {
		case "plain":
			out.plain = true
		case "secret":
			out.secret = true
		case "path":
			out.path = true
		case "group":
			out.group = true
		case "program":
			out.program = true
		case "name":
			out.name = true
		}
	}
}

var fieldCache sync.Map // reflect.Type -> *fields

// childOf returns the type of the value under a key of a struct, map or list,
// and its traits. It is not known for keys that a struct does not have.
func childOf(t reflect.Type, key string) (reflect.Type, traits) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return nil, traits{}
	}
	if k, ok := kindOf(t); ok {
		// The elements of an input are plain values.
		inner := k.schema().Type == "object" || k.schema().Type == "array"
		return nil, traits{known: inner, element: inner}
	}
	switch t.Kind() {
	case reflect.Map, reflect.Slice:
		return t.Elem(), traits{known: true, element: true}
	case reflect.Struct:
		if f := fieldsOf(t).byKey[key]; f != nil {
			return f.typ, f.traits
		}
	}
	return nil, traits{}
}
