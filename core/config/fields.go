package config

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// traits is what the config tag of a field says. See the package comment.
type traits struct {
	plain, secret, path, group, program, name bool
	// distinct is the word that sibling maps share whose keys must differ.
	distinct string
}

func traitsOf(tag reflect.StructTag) traits {
	words := strings.Split(tag.Get("config"), ",")
	has := func(word string) bool { return slices.Contains(words, word) }
	out := traits{
		plain: has("plain"), secret: has("secret"), path: has("path"),
		group: has("group"), program: has("program"), name: has("name"),
	}
	for _, word := range words {
		if group, ok := strings.CutPrefix(word, "distinct="); ok {
			out.distinct = group
		}
	}
	return out
}

// keyOf returns the key of a field, the name in its pulumi tag, or "".
func keyOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
	return name
}

// field is a field of a struct that has a key.
type field struct {
	traits
	key string
	typ reflect.Type
	tag reflect.StructTag
	// index is that of reflect.Value.FieldByIndex.
	index []int
	// fallback returns the default, which is read once. It is not valid without one.
	fallback func() (reflect.Value, error)
}

// fields describes a struct, together with the structs that are embedded in it.
type fields struct {
	// list has the fields with a key, in their order.
	list  []*field
	byKey map[string]*field
	// embedded has the indexes of the embedded structs that are exported.
	embedded [][]int
	// supplied has the fields without a key that only the calling program sets (config:"program").
	supplied []reflect.StructField
}

var fieldCache sync.Map // reflect.Type -> *fields

// fieldsOf describes the fields of a struct type, once a type: configurations have thousands of entries of one type.
func fieldsOf(t reflect.Type) *fields {
	if known, ok := fieldCache.Load(t); ok {
		return known.(*fields)
	}
	out := &fields{byKey: map[string]*field{}}
	for _, f := range reflect.VisibleFields(t) {
		entry := &field{
			key: keyOf(f), typ: f.Type, tag: f.Tag, index: f.Index, traits: traitsOf(f.Tag),
			fallback: sync.OnceValues(func() (reflect.Value, error) { return readDefault(f.Type, f.Tag) }),
		}
		switch {
		case !f.IsExported():
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			out.embedded = append(out.embedded, f.Index)
		case entry.key != "":
			out.list = append(out.list, entry)
			out.byKey[entry.key] = entry
		case entry.program:
			out.supplied = append(out.supplied, f)
		}
	}
	known, _ := fieldCache.LoadOrStore(t, out)
	return known.(*fields)
}

// options returns the keys of the fields that a stack file may have.
func (f *fields) options() []string {
	var out []string
	for _, field := range f.list {
		if !field.program {
			out = append(out, field.key)
		}
	}
	return out
}

// exposes reports whether all fields of the embedded struct at an index are fields of the outer one, that is, none is
// shadowed.
func (f *fields) exposes(index []int, embedded *fields) bool {
	for _, inner := range embedded.list {
		outer := f.byKey[inner.key]
		if outer == nil || !slices.Equal(outer.index, slices.Concat(index, inner.index)) {
			return false
		}
	}
	return true
}

// place is what the types say about a value: its own type, and the traits of the fields that lead to it.
type place struct {
	traits
	// typ is nil within an input.
	typ reflect.Type
	// input tells that the value is, or is within, an input.
	input bool
}

// placeOf returns the place of a value that is not within another one.
func placeOf(t reflect.Type) place {
	p := place{typ: t}
	p.settle()
	return p
}

// settle follows pointers, and notes that the value is an input.
func (p *place) settle() {
	for p.typ != nil && p.typ.Kind() == reflect.Pointer && !isInput(p.typ) {
		p.typ = p.typ.Elem()
	}
	if _, ok := kindOf(p.typ); ok {
		p.input = true
	}
}

// fields describes the struct at the place. It is not ok for other types.
func (p place) fields() (out *fields, ok bool) {
	if p.typ == nil || p.input || p.typ.Kind() != reflect.Struct {
		return nil, false
	}
	return fieldsOf(p.typ), true
}

// child returns the place under a key of a struct, map or list. It is not known for keys that a struct does not have,
// and within values that may be anything.
func (p place) child(key string) (out place, known bool) {
	out = p
	switch k, _ := kindOf(p.typ); {
	case p.typ == nil:
		return place{}, false
	case p.input:
		out.typ = nil
		return out, k.nested()
	case p.typ.Kind() == reflect.Map || p.typ.Kind() == reflect.Slice:
		out.typ = p.typ.Elem()
	case p.typ.Kind() == reflect.Struct:
		f := fieldsOf(p.typ).byKey[key]
		if f == nil {
			return place{}, false
		}
		out.typ, out.traits = f.typ, f.traits
		out.secret, out.plain = f.secret || p.secret, f.plain || p.plain
	default:
		return place{}, false
	}
	out.settle()
	return out, true
}

// at returns the place at a path, or the last one that is known on the way.
func (p place) at(path []string) (out place, known bool) {
	for _, key := range path {
		child, ok := p.child(key)
		if !ok {
			return p, false
		}
		p = child
	}
	return p, true
}

// isObject reports whether values of the place are written as maps.
func (p place) isObject() bool {
	if k, ok := kindOf(p.typ); ok {
		return k.typ == "object"
	}
	return p.typ != nil && (p.typ.Kind() == reflect.Struct || p.typ.Kind() == reflect.Map)
}

// keepsSecrets reports whether the value at a path stays secret, because an input holds it. Unknown keys are left to
// the schema.
func (p place) keepsSecrets(path []string) bool {
	p, known := p.at(path)
	if !known {
		anything := p.typ != nil && p.typ.Kind() == reflect.Interface && !p.input
		return !anything
	}
	return p.input && !p.plain
}

// child is a value directly within another one.
type child struct {
	key   string
	value reflect.Value
	// field is nil for elements of maps and lists.
	field *field
}

// children returns the values directly within v, in a stable order: the fields of a struct that have a key, the entries
// of a map, the elements of a list. Pointers and interfaces are followed. An input has no children.
func children(v reflect.Value) iter.Seq[child] {
	return func(yield func(child) bool) {
		v := settle(v)
		if !v.IsValid() || isInput(v.Type()) {
			return
		}
		switch v.Kind() {
		case reflect.Struct:
			for _, f := range fieldsOf(v.Type()).list {
				value, err := v.FieldByIndexErr(f.index)
				if err == nil && !yield(child{f.key, value, f}) {
					return
				}
			}
		case reflect.Map:
			keys := v.MapKeys()
			slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
			for _, key := range keys {
				if !yield(child{key.String(), v.MapIndex(key), nil}) {
					return
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				if !yield(child{strconv.Itoa(i), v.Index(i), nil}) {
					return
				}
			}
		}
	}
}

// settle follows pointers and interfaces, up to an input. The value is invalid when one of them is nil.
func settle(v reflect.Value) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !isInput(v.Type()) {
		v = v.Elem()
	}
	return v
}

// walk visits v and everything within it, outer values first. Inputs and nil are not visited. The path is valid during
// the call only.
func walk(v reflect.Value, visit func(v reflect.Value, path []string)) {
	walkInto(v, make([]string, 0, 8), func(reflect.Type) bool { return true }, visit)
}

// walkInto is [walk] for values at a path, of types that into selects.
func walkInto(v reflect.Value, path []string, into func(reflect.Type) bool, visit func(v reflect.Value, path []string)) {
	v = settle(v)
	if !v.IsValid() || isInput(v.Type()) || !into(v.Type()) {
		return
	}
	visit(v, path)
	for c := range children(v) {
		walkInto(c.value, append(path, c.key), into, visit)
	}
}

// holders has for each interface the types that lead to an implementation of it.
var holders sync.Map // reflect.Type -> *typeCache

// Find calls visit with every T, an interface, among value and everything within it that has a key, outer values first:
// fields with a pulumi tag, also of embedded structs, entries of maps and elements of lists. Pointers are followed.
// Inputs are not visited.
func Find[T any](value any, visit func(path []string, found T)) {
	wanted := reflect.TypeFor[T]()
	cache, _ := holders.LoadOrStore(wanted, &typeCache{})
	into := func(t reflect.Type) bool {
		return leadsTo(cache.(*typeCache), t, func(t reflect.Type, _ *field) bool {
			return t.Implements(wanted) || t.Kind() == reflect.Interface && !isInput(t)
		})
	}
	walkInto(reflect.ValueOf(value), nil, into, func(v reflect.Value, path []string) {
		if found, ok := v.Interface().(T); ok {
			visit(slices.Clone(path), found)
		}
	})
}

// copied returns a copy of v in which each child is what convert returns for it. Values without children, nil and
// fields without a key are taken as they are.
func copied(v reflect.Value, convert func(child) (reflect.Value, error)) (reflect.Value, error) {
	if !v.IsValid() || isInput(v.Type()) {
		return v, nil
	}
	out := v
	var set func(reflect.Value, child)
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v, nil
		}
		elem, err := copied(v.Elem(), convert)
		if err != nil {
			return v, err
		}
		out = reflect.New(v.Type().Elem())
		out.Elem().Set(elem)
		return out, nil
	case reflect.Struct:
		out = reflect.New(v.Type()).Elem()
		out.Set(v)
		set = func(value reflect.Value, c child) { out.FieldByIndex(c.field.index).Set(value) }
	case reflect.Map:
		if v.IsNil() {
			return v, nil
		}
		out = reflect.MakeMapWithSize(v.Type(), v.Len())
		set = func(value reflect.Value, c child) {
			out.SetMapIndex(reflect.ValueOf(c.key).Convert(v.Type().Key()), value)
		}
	case reflect.Slice:
		if v.IsNil() {
			return v, nil
		}
		out = reflect.MakeSlice(v.Type(), 0, v.Len())
		set = func(value reflect.Value, _ child) { out = reflect.Append(out, value) }
	default:
		return v, nil
	}
	for c := range children(v) {
		value, err := convert(c)
		if err != nil {
			return v, fmt.Errorf("%s: %w", c.key, err)
		}
		set(value, c)
	}
	return out, nil
}

// typeCache remembers an answer of [leadsTo] for each type: a program has many components of one type.
type typeCache = sync.Map // reflect.Type -> bool

// leadsTo reports whether a type matches, or one within it. field is the field that has the type, or nil.
func leadsTo(cache *typeCache, t reflect.Type, matches func(t reflect.Type, f *field) bool) bool {
	if known, ok := cache.Load(t); ok {
		return known.(bool)
	}
	out := search(t, nil, map[reflect.Type]bool{}, matches)
	cache.Store(t, out)
	return out
}

func search(t reflect.Type, f *field, seen map[reflect.Type]bool, matches func(reflect.Type, *field) bool) bool {
	if matches(t, f) {
		return true
	}
	if isInput(t) || seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		return search(t.Elem(), nil, seen, matches)
	case reflect.Struct:
		for _, f := range fieldsOf(t).list {
			if search(f.typ, f, seen, matches) {
				return true
			}
		}
	}
	return false
}
