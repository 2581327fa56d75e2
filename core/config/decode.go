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
	if t.Kind() == reflect.Pointer {
		return holdsSecrets(t.Elem(), path)
	}
	if len(path) == 0 {
		return false
	}
	switch t.Kind() {
	case reflect.Map, reflect.Slice:
		return holdsSecrets(t.Elem(), path[1:])
	case reflect.Struct:
		if field, ok := fieldByTag(t, path[0]); ok {
			if field.Tag.Get("config") == "plain" {
				return false
			}
			return holdsSecrets(field.Type, path[1:])
		}
		return true
	}
	return false
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
