package config

import (
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// secret is a decrypted value on its way from the stack to a typed struct. It never prints its value.
type secret struct{ value any }

// hiddenText is shown in place of a secret.
const hiddenText = "[secret]"

// String hides the value in every text that is formatted with it.
func (secret) String() string { return hiddenText }

// GoString does the same for %#v.
func (s secret) GoString() string { return s.String() }

// withSecrets returns a copy of v in which every input whose field has the tag config:"secret" is a secret output, also
// in structs in maps and lists, and in maps and lists with the tag. Without such fields it returns v.
func withSecrets(v reflect.Value) (reflect.Value, error) {
	if !keepsSecrets(v.Type()) {
		return v, nil
	}
	return copied(v, func(c child) (reflect.Value, error) {
		if c.field != nil && c.field.secret {
			return asSecret(c.value)
		}
		return withSecrets(c.value)
	})
}

// asSecret turns an input, or the inputs in a map or list, into secret outputs.
func asSecret(v reflect.Value) (reflect.Value, error) {
	if v.IsZero() {
		return v, nil
	}
	if isInput(v.Type()) {
		if known, ok := v.Interface().(pulumi.StringMap); ok {
			// The keys stay known to validators.
			out := make(pulumi.StringMap, len(known))
			for key, value := range known {
				out[key] = pulumi.ToSecret(value).(pulumi.StringOutput)
			}
			return reflect.ValueOf(out), nil
		}
		out := reflect.ValueOf(pulumi.ToSecret(v.Interface()))
		if out.Type().AssignableTo(v.Type()) {
			return out, nil
		}
	} else if v.Kind() == reflect.Map || v.Kind() == reflect.Slice {
		return copied(v, func(c child) (reflect.Value, error) { return asSecret(c.value) })
	}
	return v, fmt.Errorf(`a %s cannot hold a secret: the tag config:"secret" is for inputs`, v.Type())
}

var secretTypes typeCache

// keepsSecrets reports whether values of the type have a field with the tag config:"secret".
func keepsSecrets(t reflect.Type) bool {
	return leadsTo(&secretTypes, t, func(_ reflect.Type, f *field) bool { return f != nil && f.secret })
}
