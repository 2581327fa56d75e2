package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// WithDefaults returns a copy of value in which every empty field that declares a default in its jsonschema tag has
// that default: nil pointers, nil inputs and empty strings. Nested structs, maps and lists are copied and filled as
// well. A nil pointer to a struct stays nil, unless its field has the tag config:"group". Inputs, and fields without a
// pulumi tag, are shared with value, which is not modified.
//
// The error is for a default that does not fit its field, which is a mistake in the type.
func WithDefaults[T any](value T) (T, error) {
	out, err := withDefaults(reflect.ValueOf(&value).Elem())
	if err != nil {
		return value, fmt.Errorf("defaults of %T: %w", value, err)
	}
	return out.Interface().(T), nil
}

func withDefaults(v reflect.Value) (reflect.Value, error) {
	return copied(v, func(c child) (reflect.Value, error) {
		if c.field == nil || !c.value.IsZero() {
			return withDefaults(c.value)
		}
		if c.field.group && c.value.Kind() == reflect.Pointer {
			return withDefaults(reflect.New(c.field.typ.Elem()))
		}
		out, err := c.field.fallback()
		switch {
		case err != nil:
			return c.value, err
		case !out.IsValid():
			return withDefaults(c.value)
		case out.Kind() == reflect.Pointer && !isInput(out.Type()):
			own := reflect.New(out.Type().Elem())
			own.Elem().Set(out.Elem())
			return own, nil
		}
		return out, nil
	})
}

// readDefault returns the default of a field of a type. It is not valid without one.
func readDefault(t reflect.Type, tag reflect.StructTag) (reflect.Value, error) {
	text, ok := defaultOf(tag)
	if !ok {
		return reflect.Value{}, nil
	}
	out := reflect.New(t)
	if err := decode(defaultValue(t, text), out.Interface()); err != nil {
		return reflect.Value{}, fmt.Errorf("default %q: %w", text, err)
	}
	return out.Elem(), nil
}

// defaultOf reads the default keyword in the way the schema's reflector does: keywords are separated by commas, and a
// comma within a value is escaped.
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

// defaultValue returns the text of a default as the value that the same text has in a stack file.
func defaultValue(t reflect.Type, text string) any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	kind := t.Kind()
	if k, ok := kindOf(t); ok {
		kind = map[string]reflect.Kind{"integer": reflect.Int, "boolean": reflect.Bool}[k.typ]
	}
	switch {
	case kind == reflect.Bool:
		return text == "true"
	case kind >= reflect.Int && kind <= reflect.Float64:
		return json.Number(text)
	}
	return text
}
