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

// Check validates the arguments of a component against the schema of their type and runs their validators. Values that
// only the engine will know, because they come from another resource, are taken on trust, and so are secrets. The
// subject, such as `arguments of application "web"`, starts the message.
//
// It returns nil or an [Error] whose findings have paths but no file, and never the value of a secret.
func Check(subject string, args any) error {
	inputs, err := Inputs(args)
	if err != nil {
		return err
	}
	marked, err := withSecrets(reflect.ValueOf(args))
	if err != nil {
		return fmt.Errorf("secrets of %T: %w", args, err)
	}
	return check(subject, "", marked, inputs)
}

// Arguments prepares the arguments of a component: it fills in their defaults, gives an empty argument with the tag
// config:"name" the name of the component, checks them as [Check] does and turns the inputs whose fields have the tag
// config:"secret" into secret outputs. It returns them together with the inputs to record. Nil arguments stand for empty
// ones. args is not modified.
//
// Arguments within a section that [Load] has checked are not checked again when ctx is one of [Manager.Context]. Only
// what they implement of [ArgumentsValidator] runs.
func Arguments[A any](ctx *pulumi.Context, subject, name string, args *A) (*A, pulumi.Map, error) {
	if args == nil {
		args = new(A)
	}
	checked := isChecked(ctx, args)
	if !checked {
		filled, err := WithDefaults(args)
		if err != nil {
			return nil, nil, err
		}
		fillName(reflect.ValueOf(filled).Elem(), name)
		args = filled
	}
	marked, err := WithSecrets(args)
	if err != nil {
		return nil, nil, err
	}
	inputs, err := Inputs(args)
	if err != nil {
		return nil, nil, err
	}
	if checked {
		err = newError(subject, findings(validateArguments(reflect.ValueOf(marked), name)))
	} else {
		err = check(subject, name, reflect.ValueOf(marked), inputs)
	}
	if err != nil {
		return nil, nil, err
	}
	if marked != args {
		if inputs, err = Inputs(marked); err != nil {
			return nil, nil, err
		}
	}
	return marked, inputs, nil
}

// fillName gives the empty arguments with the tag config:"name" the name of the component.
func fillName(v reflect.Value, name string) {
	for _, f := range fieldsOf(v.Type()).list {
		if !f.traits.name || f.typ.Kind() != reflect.String {
			continue
		}
		if field, err := v.FieldByIndexErr(f.index); err == nil && field.IsZero() {
			field.SetString(name)
		}
	}
}

// check validates inputs against the schema of the arguments, and runs the validators of the arguments, whose secrets
// are marked.
func check(subject, name string, args reflect.Value, inputs pulumi.Map) error {
	t := args.Type()
	checker, err := checkerOf(t)
	if err != nil {
		return fmt.Errorf("check %s: %w", subject, err)
	}
	var unknown pathSet
	tree := toTree(reflect.ValueOf(inputs), nil, &unknown)
	problems := checker.check(tree, func(path []string) bool { return isSecretAt(t, path) })
	var broken pathSet
	for _, p := range problems {
		if p.kind == wrongValue {
			broken.add(p.path)
		}
	}
	for _, p := range append(validate(args, scope{component: name, arguments: true}), validateArguments(args, name)...) {
		if !broken.touches(p.path) {
			problems = append(problems, p)
		}
	}
	return newError(subject, findings(slices.DeleteFunc(problems, func(p problem) bool { return unknown.within(p.path) })))
}

// findings returns problems of arguments, which stand in no file.
func findings(problems []problem) []Finding {
	var out []Finding
	for _, p := range problems {
		out = append(out, Finding{Path: Path(p.path...), Message: p.message})
	}
	return out
}

// checkedKey is the key of the checked arguments in a context.
type checkedKey struct{}

// Context returns a context whose components do not check arguments again that are part of the manager's sections: the
// structs to which a pointer leads there, and those embedded in them. A module that changes such arguments, other than
// fields without a key, changes a copy, which is checked.
func (m *Manager) Context(ctx *pulumi.Context) *pulumi.Context {
	known := map[any]bool{}
	for _, s := range m.sections {
		if s.value != nil {
			addStructs(reflect.ValueOf(s.value), known)
		}
	}
	return ctx.WithValue(checkedKey{}, known)
}

func isChecked(ctx *pulumi.Context, args any) bool {
	known, _ := ctx.Value(checkedKey{}).(map[any]bool)
	return known[args]
}

// addStructs adds pointers to the structs of a section that have an address.
func addStructs(v reflect.Value, known map[any]bool) {
	if v.Type().Implements(inputType) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			addStructs(v.Elem(), known)
		}
	case reflect.Struct:
		if v.CanAddr() {
			known[v.Addr().Interface()] = true
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				addStructs(v.Field(i), known)
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			addStructs(it.Value(), known)
		}
	}
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
func toTree(v reflect.Value, path []string, unknown *pathSet) any {
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
	unknown.add(path)
	return nil
}
