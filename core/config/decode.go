package config

import (
	"fmt"
	"reflect"

	"github.com/go-viper/mapstructure/v2"
)

// decode fills the struct that target points to with a tree of plain values
// and secrets. The tree has passed the schema of the struct.
func decode(tree, target any) error {
	d, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		TagName:     "pulumi",
		Squash:      true,
		ErrorUnused: true,
		Result:      target,
		DecodeHook: mapstructure.DecodeHookFuncValue(func(from, to reflect.Value) (any, error) {
			if k, ok := kindOf(to.Type()); ok {
				return k.convert(from.Interface())
			}
			if _, ok := from.Interface().(secret); ok {
				return nil, fmt.Errorf("a %s cannot hold a secret", to.Type())
			}
			return from.Interface(), nil
		}),
	})
	if err != nil {
		return err
	}
	return d.Decode(tree)
}

// holdsSecrets reports whether the value at the path below type t keeps a
// secret value secret, because an input type holds it. Unknown paths are left
// to the schema.
func holdsSecrets(t reflect.Type, path []string) bool {
	if _, ok := kindOf(t); ok {
		return true
	}
	if len(path) == 0 {
		return false
	}
	child, plain, ok := childType(t, path[0])
	if plain {
		return false
	}
	return !ok || holdsSecrets(child, path[1:])
}

// childType returns the type of the value under a key of a struct, map or list,
// and whether its field must not hold secrets. It is not ok for keys that the
// struct does not know.
func childType(t reflect.Type, key string) (child reflect.Type, plain, ok bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Map, reflect.Slice:
		return t.Elem(), false, true
	case reflect.Struct:
		field, ok := fieldByTag(t, key)
		return field.Type, field.Tag.Get("config") == "plain", ok
	}
	return nil, true, false
}

// withoutNulls replaces what is written as a key without a value: by an empty
// map where the key is that of a struct or a map, so that "web:" is an entry
// with nothing but defaults, and by nothing at all elsewhere.
func withoutNulls(value any, t reflect.Type) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, child := range v {
			childType, _, ok := childType(t, key)
			switch {
			case !ok:
				out[key] = child
			case child != nil:
				out[key] = withoutNulls(child, childType)
			case isObject(childType):
				out[key] = map[string]any{}
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, child := range v {
			out[i] = child
			if childType, _, ok := childType(t, ""); ok {
				out[i] = withoutNulls(child, childType)
			}
		}
		return out
	}
	return value
}

// isObject reports whether values of the type are written as maps.
func isObject(t reflect.Type) bool {
	if k, ok := kindOf(t); ok {
		return k.schema().Type == "object"
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Map
}

// fieldByTag finds a field by its key, also in embedded structs.
func fieldByTag(t reflect.Type, key string) (reflect.StructField, bool) {
	for _, field := range reflect.VisibleFields(t) {
		if !field.Anonymous && tagName(field) == key {
			return field, true
		}
	}
	return reflect.StructField{}, false
}
