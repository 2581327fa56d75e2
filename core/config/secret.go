package config

import (
	"fmt"
	"reflect"
	"strconv"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// WithSecrets returns a copy of the struct that args points to, in which every input whose field has the tag
// config:"secret" is a secret output, whether or not the caller made it one. That includes fields of structs in maps and
// lists, and inputs in a map or list with the tag. args is not modified; without such fields it is returned as it is.
func WithSecrets[A any](args *A) (*A, error) {
	out, err := withSecrets(reflect.ValueOf(args))
	if err != nil {
		return nil, fmt.Errorf("secrets of %T: %w", args, err)
	}
	return out.Interface().(*A), nil
}

// withSecrets copies what leads to a secret field.
func withSecrets(v reflect.Value) (reflect.Value, error) {
	if !keepsSecrets(v.Type()) {
		return v, nil
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		return copied(v, withSecrets)
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for _, f := range fieldsOf(v.Type()).list {
			target, err := out.FieldByIndexErr(f.index)
			if err != nil {
				continue // It is in an embedded pointer that is nil.
			}
			convert := withSecrets
			if f.traits.secret {
				convert = asSecret
			}
			field, err := convert(target)
			if err != nil {
				return v, fmt.Errorf("%s: %w", f.key, err)
			}
			target.Set(field)
		}
		return out, nil
	}
	return v, nil
}

// asSecret turns an input, or the inputs in a map, list or pointer, into secret outputs.
func asSecret(v reflect.Value) (reflect.Value, error) {
	if v.IsZero() {
		return v, nil
	}
	if v.Type().Implements(inputType) {
		secret := reflect.ValueOf(pulumi.ToSecret(v.Interface()))
		if secret.Type().AssignableTo(v.Type()) {
			return secret, nil
		}
	} else if k := v.Kind(); k == reflect.Pointer || k == reflect.Map || k == reflect.Slice {
		return copied(v, asSecret)
	}
	return v, fmt.Errorf(`a %s cannot hold a secret: the tag config:"secret" is for inputs`, v.Type())
}

// copied returns a copy of a pointer, map or list with its elements converted.
func copied(v reflect.Value, convert func(reflect.Value) (reflect.Value, error)) (reflect.Value, error) {
	if v.IsNil() {
		return v, nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		elem, err := convert(v.Elem())
		if err != nil {
			return v, err
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(elem)
		return out, nil
	case reflect.Map:
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			elem, err := convert(it.Value())
			if err != nil {
				return v, fmt.Errorf("%v: %w", it.Key(), err)
			}
			out.SetMapIndex(it.Key(), elem)
		}
		return out, nil
	default:
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			elem, err := convert(v.Index(i))
			if err != nil {
				return v, fmt.Errorf("[%s]: %w", strconv.Itoa(i), err)
			}
			out.Index(i).Set(elem)
		}
		return out, nil
	}
}

// secretTypes remembers which types have secret fields: arguments are converted for each component.
var secretTypes sync.Map // reflect.Type -> bool

// keepsSecrets reports whether there is a field with the tag config:"secret" in values of the type.
func keepsSecrets(t reflect.Type) bool {
	if known, ok := secretTypes.Load(t); ok {
		return known.(bool)
	}
	out := searchSecrets(t, map[reflect.Type]bool{})
	secretTypes.Store(t, out)
	return out
}

func searchSecrets(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t.Implements(inputType) || seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		return searchSecrets(t.Elem(), seen)
	case reflect.Struct:
		for _, f := range fieldsOf(t).list {
			if f.traits.secret || searchSecrets(f.typ, seen) {
				return true
			}
		}
	}
	return false
}

// isSecretAt reports whether the value at a path below a type is, or is within, that of a field with the tag
// config:"secret".
func isSecretAt(t reflect.Type, path []string) bool {
	for _, key := range path {
		child, in := childOf(t, key)
		if in.secret {
			return true
		}
		t = child
	}
	return false
}
