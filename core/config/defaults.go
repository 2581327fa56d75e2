package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// WithDefaults returns a deep copy of value in which every empty field that
// declares a default in its jsonschema tag has that default: nil pointers, nil
// inputs and empty strings. Nested structs are filled wherever they exist; a
// nil pointer to a struct stays nil, unless its field has the tag config:"group". Inputs are shared with the original, which
// is never modified.
//
// It panics on nothing and returns an error only for a default that does not
// fit its field, which is a mistake in the type.
func WithDefaults[T any](value T) (T, error) {
	out, err := withDefaults(reflect.ValueOf(&value).Elem())
	if err != nil {
		return value, fmt.Errorf("defaults of %T: %w", value, err)
	}
	return out.Interface().(T), nil
}

// withDefaults copies v. Structs of other modules that hold inputs are copied
// as well: they have no default tags, so nothing in them changes.
func withDefaults(v reflect.Value) (reflect.Value, error) {
	if !v.IsValid() || v.Type().Implements(inputType) {
		return v, nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v, nil
		}
		elem, err := withDefaults(v.Elem())
		if err != nil {
			return v, err
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(elem)
		return out, nil
	case reflect.Slice:
		if v.IsNil() {
			return v, nil
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			elem, err := withDefaults(v.Index(i))
			if err != nil {
				return v, fmt.Errorf("[%d]: %w", i, err)
			}
			out.Index(i).Set(elem)
		}
		return out, nil
	case reflect.Map:
		if v.IsNil() {
			return v, nil
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			elem, err := withDefaults(it.Value())
			if err != nil {
				return v, fmt.Errorf("%v: %w", it.Key(), err)
			}
			out.SetMapIndex(it.Key(), elem)
		}
		return out, nil
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() {
				continue
			}
			elem, err := fieldWithDefault(field, v.Field(i))
			if err != nil {
				return v, fmt.Errorf("%s: %w", field.Name, err)
			}
			out.Field(i).Set(elem)
		}
		return out, nil
	}
	return v, nil
}

// fieldWithDefault returns the declared default of an empty field, otherwise a
// copy of its value.
func fieldWithDefault(field reflect.StructField, v reflect.Value) (reflect.Value, error) {
	var in traits
	readTraits(field.Tag, &in)
	if in.group && v.Kind() == reflect.Pointer && v.IsNil() {
		return withDefaults(reflect.New(field.Type.Elem()))
	}
	text, ok := defaultOf(field.Tag)
	if !ok || !v.IsZero() {
		return withDefaults(v)
	}
	out := reflect.New(field.Type).Elem()
	if err := decode(defaultValue(field.Type, text), out.Addr().Interface()); err != nil {
		return v, fmt.Errorf("default %q: %w", text, err)
	}
	return out, nil
}

// defaultOf reads the default keyword in the way the schema's reflector does:
// keywords are separated by commas, and a comma within a value is escaped.
func defaultOf(tag reflect.StructTag) (string, bool) {
	const escaped = "\x00"
	keywords := strings.ReplaceAll(tag.Get("jsonschema"), `\,`, escaped)
	for keyword := range strings.SplitSeq(keywords, ",") {
		if text, ok := strings.CutPrefix(keyword, "default="); ok {
			return strings.ReplaceAll(text, escaped, ","), true
		}
	}
	return "", false
}

// defaultValue returns the text of a default as the value that the same text
// has in a stack file.
func defaultValue(t reflect.Type, text string) any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	kind := t.Kind()
	if k, ok := kindOf(t); ok {
		switch k.schema().Type {
		case "integer":
			kind = reflect.Int
		case "boolean":
			kind = reflect.Bool
		default:
			kind = reflect.String
		}
	}
	switch {
	case kind == reflect.Bool:
		return text == "true"
	case kind >= reflect.Int && kind <= reflect.Float64:
		return json.Number(text)
	}
	return text
}
