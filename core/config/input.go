package config

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// secret is a decrypted value on its way from the stack to a typed struct. It
// never prints what it holds.
type secret struct{ value any }

// String keeps the value out of every text that is formatted with it.
func (secret) String() string { return hiddenText }

// GoString does the same for %#v.
func (s secret) GoString() string { return s.String() }

// inputKind describes one of Pulumi's input types: the schema of the values it
// accepts and how such a value becomes an input.
type inputKind struct {
	schema  func() *jsonschema.Schema
	convert func(value any) (pulumi.Input, error)
}

var inputType = reflect.TypeFor[pulumi.Input]()

// kindOf returns the kind of an input type that a section may use.
func kindOf(t reflect.Type) (inputKind, bool) {
	switch t {
	case reflect.TypeFor[pulumi.StringInput](), reflect.TypeFor[pulumi.StringPtrInput]():
		return inputKind{scalarSchema("string"), toString}, true
	case reflect.TypeFor[pulumi.IntInput](), reflect.TypeFor[pulumi.IntPtrInput]():
		return inputKind{scalarSchema("integer"), toInt}, true
	case reflect.TypeFor[pulumi.BoolInput](), reflect.TypeFor[pulumi.BoolPtrInput]():
		return inputKind{scalarSchema("boolean"), toBool}, true
	case reflect.TypeFor[pulumi.StringMapInput]():
		return inputKind{stringMapSchema, toStringMap}, true
	case reflect.TypeFor[pulumi.StringArrayInput]():
		return inputKind{stringArraySchema, toStringArray}, true
	}
	return inputKind{}, false
}

func scalarSchema(typ string) func() *jsonschema.Schema {
	return func() *jsonschema.Schema { return &jsonschema.Schema{Type: typ} }
}

func stringMapSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "string"}}
}

func stringArraySchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Type: "string"}}
}

// toString, toInt and toBool convert a value or a secret. The schema has been
// checked before, so an error here means that a schema and its struct disagree.
func toString(value any) (pulumi.Input, error) {
	switch v := value.(type) {
	case secret:
		return secretly(v, toString)
	case string:
		return pulumi.String(v), nil
	}
	return nil, fmt.Errorf("expected a string, found a %T", value)
}

func toInt(value any) (pulumi.Input, error) {
	switch v := value.(type) {
	case secret:
		return secretly(v, toInt)
	case json.Number:
		n, err := v.Int64()
		return pulumi.Int(int(n)), err
	}
	return nil, fmt.Errorf("expected an integer, found a %T", value)
}

func toBool(value any) (pulumi.Input, error) {
	switch v := value.(type) {
	case secret:
		return secretly(v, toBool)
	case bool:
		return pulumi.Bool(v), nil
	}
	return nil, fmt.Errorf("expected a boolean, found a %T", value)
}

func toStringMap(value any) (pulumi.Input, error) {
	m, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("expected a map, found a %T", value)
	}
	out := make(pulumi.StringMap, len(m))
	for k, v := range m {
		in, err := toString(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		out[k] = in.(pulumi.StringInput)
	}
	return out, nil
}

func toStringArray(value any) (pulumi.Input, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("expected a list, found a %T", value)
	}
	out := make(pulumi.StringArray, len(list))
	for i, v := range list {
		in, err := toString(v)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		out[i] = in.(pulumi.StringInput)
	}
	return out, nil
}

// secretly converts what the secret holds and marks the result as secret.
func secretly(s secret, convert func(any) (pulumi.Input, error)) (pulumi.Input, error) {
	in, err := convert(s.value)
	if err != nil {
		return nil, err
	}
	return pulumi.ToSecret(in), nil
}
