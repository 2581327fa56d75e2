package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"github.com/invopop/jsonschema"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var inputType = reflect.TypeFor[pulumi.Input]()

func isInput(t reflect.Type) bool { return t.Implements(inputType) }

// inputKind describes one of Pulumi's input types: the values that it accepts and how one becomes an input.
type inputKind struct {
	// typ is the JSON type of the values.
	typ     string
	convert func(value any) (pulumi.Input, error)
}

var textKind = scalarKind("string", func(v string) (pulumi.Input, error) { return pulumi.String(v), nil })

var inputKinds = func() map[reflect.Type]inputKind {
	integer := scalarKind("integer", func(v json.Number) (pulumi.Input, error) {
		n, err := v.Int64()
		return pulumi.Int(int(n)), err
	})
	boolean := scalarKind("boolean", func(v bool) (pulumi.Input, error) { return pulumi.Bool(v), nil })
	return map[reflect.Type]inputKind{
		reflect.TypeFor[pulumi.StringInput]():      textKind,
		reflect.TypeFor[pulumi.StringPtrInput]():   textKind,
		reflect.TypeFor[pulumi.IntInput]():         integer,
		reflect.TypeFor[pulumi.IntPtrInput]():      integer,
		reflect.TypeFor[pulumi.BoolInput]():        boolean,
		reflect.TypeFor[pulumi.BoolPtrInput]():     boolean,
		reflect.TypeFor[pulumi.StringMapInput]():   {"object", toStringMap},
		reflect.TypeFor[pulumi.StringArrayInput](): {"array", toStringArray},
	}
}()

// kindOf returns the kind of an input type that a section may use.
func kindOf(t reflect.Type) (inputKind, bool) {
	k, ok := inputKinds[t]
	return k, ok
}

// nested reports whether values have elements.
func (k inputKind) nested() bool { return k.typ == "object" || k.typ == "array" }

func (k inputKind) schema() *jsonschema.Schema {
	out := &jsonschema.Schema{Type: k.typ}
	switch k.typ {
	case "object":
		out.AdditionalProperties = &jsonschema.Schema{Type: "string"}
	case "array":
		out.Items = &jsonschema.Schema{Type: "string"}
	}
	return out
}

// scalarKind is the kind of inputs whose value is a T. A secret becomes a secret output. The schema has been checked
// before, so an error means that a schema and its struct disagree.
func scalarKind[T any](typ string, convert func(T) (pulumi.Input, error)) inputKind {
	return inputKind{typ, func(value any) (pulumi.Input, error) {
		hidden, encrypted := value.(secret)
		if encrypted {
			value = hidden.value
		}
		plain, ok := value.(T)
		if !ok {
			return nil, fmt.Errorf("expected %s, found a %T", article([]string{typ}), value)
		}
		in, err := convert(plain)
		if err != nil || !encrypted {
			return in, err
		}
		return pulumi.ToSecret(in), nil
	}}
}

func toText(value any) (pulumi.StringInput, error) {
	in, err := textKind.convert(value)
	if err != nil {
		return nil, err
	}
	return in.(pulumi.StringInput), nil
}

func toStringMap(value any) (pulumi.Input, error) {
	m, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("expected a map, found a %T", value)
	}
	out := make(pulumi.StringMap, len(m))
	for key, v := range m {
		var err error
		if out[key], err = toText(v); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
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
		var err error
		if out[i], err = toText(v); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return out, nil
}

// Inputs returns the arguments of a component as a map of inputs, by the keys of their pulumi tags. Empty fields are
// omitted, and inputs are passed on as they are, so that secrets stay secret. args is a struct, a pointer to one, or
// nil.
func Inputs(args any) (pulumi.Map, error) {
	in, err := toInput(reflect.ValueOf(args))
	if err != nil {
		return nil, fmt.Errorf("inputs of %T: %w", args, err)
	}
	if in == nil {
		return pulumi.Map{}, nil
	}
	if out, ok := in.(pulumi.Map); ok {
		return out, nil
	}
	return nil, fmt.Errorf("inputs of %T: expected a struct", args)
}

// toInput converts a Go value. An empty one is nil.
func toInput(v reflect.Value) (pulumi.Input, error) {
	v = settle(v)
	if !v.IsValid() {
		return nil, nil
	}
	if isInput(v.Type()) {
		switch v.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice:
			if v.IsNil() {
				return nil, nil
			}
		}
		return v.Interface().(pulumi.Input), nil
	}
	if v.Type() == reflect.TypeFor[json.Number]() {
		return inputNumber(json.Number(v.String()))
	}
	switch v.Kind() {
	case reflect.String:
		return pulumi.String(v.String()), nil
	case reflect.Bool:
		return pulumi.Bool(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return pulumi.Int(int(v.Int())), nil
	case reflect.Float32, reflect.Float64:
		return pulumi.Float64(v.Float()), nil
	case reflect.Map, reflect.Struct, reflect.Slice:
		return toInputs(v)
	}
	return nil, fmt.Errorf("a %s cannot be an input", v.Type())
}

// toInputs converts a map, list or struct.
func toInputs(v reflect.Value) (pulumi.Input, error) {
	if v.Kind() != reflect.Struct && v.IsNil() {
		return nil, nil
	}
	array, out := pulumi.Array{}, pulumi.Map{}
	for c := range children(v) {
		if c.field != nil && c.value.IsZero() {
			continue
		}
		in, err := toInput(c.value)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", c.key, err)
		case v.Kind() == reflect.Slice:
			array = append(array, in)
		case in != nil || c.field == nil:
			out[c.key] = in
		}
	}
	if v.Kind() == reflect.Slice {
		return array, nil
	}
	return out, nil
}

// inputNumber converts a number of a section at a place where any value is accepted.
func inputNumber(n json.Number) (pulumi.Input, error) {
	if whole, err := n.Int64(); err == nil {
		return pulumi.Int(int(whole)), nil
	}
	float, err := n.Float64()
	return pulumi.Float64(float), err
}

// plainTree converts inputs to the values that a schema is checked against. The paths of those that only the engine
// knows, because they are outputs, are added to unknown.
func plainTree(v reflect.Value, path []string, unknown *pathSet) any {
	for v.IsValid() && (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Invalid:
		return nil
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int:
		return json.Number(strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		return json.Number(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case reflect.Map:
		out := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			key := it.Key().String()
			out[key] = plainTree(it.Value(), join(path, key), unknown)
		}
		return out
	case reflect.Slice:
		out := make([]any, v.Len())
		for i := range v.Len() {
			out[i] = plainTree(v.Index(i), join(path, strconv.Itoa(i)), unknown)
		}
		return out
	}
	unknown.add(path)
	return nil
}
