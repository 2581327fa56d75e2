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
		// Keys are those of the schema: a field without a tag may have the name of another key.
		MatchName: func(key, field string) bool { return key == field },
		Result:    target,
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
	if t == nil {
		return true
	}
	if _, ok := kindOf(t); ok {
		return true
	}
	if len(path) == 0 {
		return false
	}
	child, in := childOf(t, path[0])
	if in.plain {
		return false
	}
	return !in.known || holdsSecrets(child, path[1:])
}

// withoutNulls replaces what is written as a key without a value: by an empty
// map where the key is that of a struct or a map, so that "web:" is an entry
// with nothing but defaults, and by nothing at all elsewhere.
func withoutNulls(value any, t reflect.Type) any {
	switch v := value.(type) {
	case nil:
		return map[string]any{}
	case map[string]any:
		for key, child := range v {
			childType, in := childOf(t, key)
			switch {
			case !in.known:
			case child == nil && childType != nil && isObject(childType):
				v[key] = map[string]any{}
			case child == nil:
				delete(v, key)
			default:
				v[key] = withoutNulls(child, childType)
			}
		}
	case []any:
		for i, child := range v {
			if childType, in := childOf(t, ""); in.known && child != nil {
				v[i] = withoutNulls(child, childType)
			}
		}
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
