package config

import (
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// WithSecrets returns a copy of the struct that args points to, in which every
// input whose field has the tag config:"secret" is a secret output, whether or
// not the caller made it one. args is not modified.
func WithSecrets[A any](args *A) (*A, error) {
	out, err := withSecrets(reflect.ValueOf(args))
	if err != nil {
		return nil, fmt.Errorf("secrets of %T: %w", args, err)
	}
	return out.Interface().(*A), nil
}

// withSecrets copies pointers and structs; fields in maps and lists have no
// tags of their own that components use.
func withSecrets(v reflect.Value) (reflect.Value, error) {
	switch {
	case v.Type().Implements(inputType):
		return v, nil
	case v.Kind() == reflect.Pointer && !v.IsNil():
		elem, err := withSecrets(v.Elem())
		if err != nil {
			return v, err
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(elem)
		return out, nil
	case v.Kind() == reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for _, f := range fieldsOf(v.Type()).list {
			target := out.FieldByIndex(f.index)
			if !f.traits.secret {
				elem, err := withSecrets(target)
				if err != nil {
					return v, fmt.Errorf("%s: %w", f.key, err)
				}
				target.Set(elem)
				continue
			}
			if target.IsZero() {
				continue
			}
			secret := reflect.ValueOf(pulumi.ToSecret(target.Interface()))
			if !secret.Type().AssignableTo(f.typ) {
				return v, fmt.Errorf(`%s: a %s cannot hold a secret: the tag config:"secret" is for inputs`, f.key, f.typ)
			}
			target.Set(secret)
		}
		return out, nil
	}
	return v, nil
}
