package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Inputs returns the arguments of a component as a map of inputs, by the keys
// of their pulumi tags. Empty fields are left out, and inputs are passed on as
// they are, so that secrets stay secret. args is a struct, a pointer to one, or
// nil.
func Inputs(args any) (pulumi.Map, error) {
	if args == nil {
		return pulumi.Map{}, nil
	}
	in, err := toInput(reflect.ValueOf(args))
	if err != nil {
		return nil, fmt.Errorf("inputs of %T: %w", args, err)
	}
	switch in := in.(type) {
	case nil:
		return pulumi.Map{}, nil
	case pulumi.Map:
		return in, nil
	}
	return nil, fmt.Errorf("inputs of %T: expected a struct", args)
}

// toInput converts a Go value. Nil stands for an empty one.
func toInput(v reflect.Value) (pulumi.Input, error) {
	if !v.IsValid() {
		return nil, nil
	}
	if v.Type().Implements(inputType) {
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
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return toInput(v.Elem())
	case reflect.String:
		return pulumi.String(v.String()), nil
	case reflect.Bool:
		return pulumi.Bool(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return pulumi.Int(int(v.Int())), nil
	case reflect.Float32, reflect.Float64:
		return pulumi.Float64(v.Float()), nil
	case reflect.Slice:
		if v.IsNil() {
			return nil, nil
		}
		out := make(pulumi.Array, v.Len())
		for i := range v.Len() {
			elem, err := toInput(v.Index(i))
			if err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
			out[i] = elem
		}
		return out, nil
	case reflect.Map:
		if v.IsNil() {
			return nil, nil
		}
		out := make(pulumi.Map, v.Len())
		for it := v.MapRange(); it.Next(); {
			elem, err := toInput(it.Value())
			if err != nil {
				return nil, fmt.Errorf("%v: %w", it.Key(), err)
			}
			out[it.Key().String()] = elem
		}
		return out, nil
	case reflect.Struct:
		out := pulumi.Map{}
		return out, addFields(out, v)
	}
	return nil, fmt.Errorf("a %s cannot be an input", v.Type())
}

// inputNumber converts a number of a section that stands where anything may stand.
func inputNumber(n json.Number) (pulumi.Input, error) {
	if whole, err := n.Int64(); err == nil {
		return pulumi.Int(int(whole)), nil
	}
	float, err := n.Float64()
	return pulumi.Float64(float), err
}

func addFields(out pulumi.Map, v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			if err := addFields(out, v.Field(i)); err != nil {
				return err
			}
			continue
		}
		key := tagName(field)
		if key == "" || v.Field(i).IsZero() {
			continue
		}
		in, err := toInput(v.Field(i))
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if in != nil {
			out[key] = in
		}
	}
	return nil
}

// Check validates the arguments of a component against the schema of their
// type and runs their validators. Values that only the engine will know,
// because they come from another resource, are taken on trust. The subject,
// such as `arguments of application "web"`, starts the message.
//
// It returns nil or an [Error] whose findings have paths but no file.
func Check(subject string, args any) error {
	checker, err := checkerOf(reflect.TypeOf(args))
	if err != nil {
		return fmt.Errorf("check %s: %w", subject, err)
	}
	inputs, err := Inputs(args)
	if err != nil {
		return err
	}
	var unknown [][]string
	tree := toTree(reflect.ValueOf(inputs), nil, &unknown)
	trusted := func(path []string) bool {
		return slices.ContainsFunc(unknown, func(u []string) bool {
			return len(u) <= len(path) && slices.Equal(u, path[:len(u)])
		})
	}
	// Secrets are outputs, and so never in the tree: nothing needs hiding.
	problems := checker.check(tree, func([]string) bool { return false })
	var broken pathSet
	for _, p := range problems {
		if p.kind == wrongValue {
			broken.add(p.path)
		}
	}
	for _, p := range validate(reflect.ValueOf(args), nil, "") {
		if !broken.touches(p.path) {
			problems = append(problems, p)
		}
	}
	var findings []Finding
	for _, p := range problems {
		if !trusted(p.path) {
			findings = append(findings, Finding{Path: Path(p.path...), Message: p.message})
		}
	}
	return newError(subject, findings)
}

// checkers remembers the checker of each type of arguments: reflecting and
// compiling a schema costs a hundred times what using it does, and a program
// may have hundreds of components of one type. A type's schema never changes.
var checkers sync.Map // reflect.Type -> func() (*schemaChecker, error)

func checkerOf(t reflect.Type) (*schemaChecker, error) {
	made, _ := checkers.LoadOrStore(t, sync.OnceValues(func() (*schemaChecker, error) {
		schema, err := Schema(reflect.New(t).Elem().Interface(), nil)
		if err != nil {
			return nil, err
		}
		return newSchemaChecker(schema)
	}))
	return made.(func() (*schemaChecker, error))()
}

// toTree converts inputs to the values that a schema is checked against.
func toTree(v reflect.Value, path []string, unknown *[][]string) any {
	for v.IsValid() && (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch v.Kind() {
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
			out[key] = toTree(it.Value(), join(path, key), unknown)
		}
		return out
	case reflect.Slice:
		out := make([]any, v.Len())
		for i := range v.Len() {
			out[i] = toTree(v.Index(i), join(path, strconv.Itoa(i)), unknown)
		}
		return out
	}
	// An output: known to the engine alone.
	*unknown = append(*unknown, path)
	return nil
}
