package config

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Check validates the arguments of a component against the schema of their type and runs their validators. Values that
// only the engine knows, because they are outputs of other resources, are not checked, and neither are the values of
// secrets. The subject, such as `arguments of application "web"`, starts the message.
//
// It returns nil or an [Error] whose findings have paths but no file. They never show the value of a secret.
func Check(subject string, args any) error {
	if err := newError(subject, findings(absent(args))); err != nil {
		return err
	}
	inputs, err := Inputs(args)
	if err != nil {
		return err
	}
	marked, err := withSecrets(reflect.ValueOf(args))
	if err != nil {
		return fmt.Errorf("secrets of %T: %w", args, err)
	}
	problems, err := check(subject, "", marked, inputs)
	if err != nil {
		return err
	}
	return newError(subject, findings(problems))
}

// Arguments prepares the arguments of a component, and returns them together with the inputs to record:
//
//   - empty fields have their defaults, and an empty field with the tag config:"name" has the name of the component;
//   - no argument holds nil, such as a nil *network.SecureVPC in an interface, whose methods panic;
//   - the arguments were checked as [Check] does, and by their [ArgumentsValidator];
//   - inputs with the tag config:"secret" are secret outputs.
//
// Nil arguments are empty ones. args is not modified, and the returned struct is another one.
//
// Arguments that are part of a section were checked when it was loaded: see [Manager.Context]. Of these, only the
// [ArgumentsValidator] runs.
func Arguments[A any](ctx *pulumi.Context, subject, name string, args *A) (*A, pulumi.Map, error) {
	if args == nil {
		args = new(A)
	}
	out, inputs, err := arguments(ctx, subject, name, reflect.ValueOf(args))
	if err != nil {
		return nil, nil, err
	}
	return out.Interface().(*A), inputs, nil
}

func arguments(ctx *pulumi.Context, subject, name string, args reflect.Value) (reflect.Value, pulumi.Map, error) {
	// The checks call methods of what the arguments hold.
	if err := newError(subject, findings(absent(args.Interface()))); err != nil {
		return args, nil, err
	}
	if isChecked(ctx, args) {
		out := reflect.New(args.Type().Elem())
		out.Elem().Set(args.Elem())
		// A module may have set a secret since the section was loaded.
		out, err := withSecrets(out)
		if err != nil {
			return args, nil, fmt.Errorf("secrets of %s: %w", args.Type(), err)
		}
		if err := conclude(ctx, subject, validateArguments(out, name)); err != nil {
			return args, nil, err
		}
		inputs, err := Inputs(out.Interface())
		return out, inputs, err
	}
	filled, err := withDefaults(args)
	if err != nil {
		return args, nil, fmt.Errorf("defaults of %s: %w", args.Type(), err)
	}
	for _, field := range emptyNames(filled) {
		field.SetString(name)
	}
	inputs, err := Inputs(filled.Interface())
	if err != nil {
		return args, nil, err
	}
	marked, err := withSecrets(filled)
	if err != nil {
		return args, nil, fmt.Errorf("secrets of %s: %w", args.Type(), err)
	}
	problems, err := check(subject, name, marked, inputs)
	if err != nil {
		return args, nil, err
	}
	if err := conclude(ctx, subject, problems); err != nil {
		return args, nil, err
	}
	if marked.Pointer() != filled.Pointer() {
		inputs, err = Inputs(marked.Interface())
	}
	return marked, inputs, err
}

// emptyNames returns the empty fields of a struct that have the tag config:"name".
func emptyNames(args reflect.Value) []reflect.Value {
	var out []reflect.Value
	for c := range children(args) {
		if c.field != nil && c.field.name && c.value.Kind() == reflect.String && c.value.IsZero() {
			out = append(out, c.value)
		}
	}
	return out
}

// check validates inputs against the schema of the arguments, and runs the validators of the arguments, whose secrets
// are marked.
func check(subject, name string, args reflect.Value, inputs pulumi.Map) ([]problem, error) {
	checker, err := checkerOf(args.Type())
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", subject, err)
	}
	found := append(validate(args, scope{component: name, arguments: true}), validateArguments(args, name)...)
	if len(found) == 0 && checker.rules.satisfied(inputs) && !mayShareKeys(args) {
		return nil, nil
	}
	var unknown, broken pathSet
	root := placeOf(args.Type())
	tree := plainTree(reflect.ValueOf(inputs), nil, &unknown)
	problems, err := checker.check(tree, inCode{root})
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", subject, err)
	}
	// A schema says nothing about outputs, but a validator may: such as that an option does not belong to another one.
	problems = slices.DeleteFunc(problems, func(p problem) bool { return unknown.within(p.path) })
	for _, p := range problems {
		if p.kind == wrongValue {
			broken.add(p.path)
		}
	}
	for _, p := range found {
		if !broken.touches(p.path) {
			problems = append(problems, p)
		}
	}
	sharedKeys(root, tree, nil, func(first, second []string) {
		problems = append(problems, problem{path: second, message: alsoIn(Path(first...))})
	})
	return problems, nil
}

// inCode is how values are written that a program gives.
type inCode struct{ root place }

func (c inCode) hidden(path []string) bool {
	p, _ := c.root.at(path)
	return p.secret
}

func (inCode) scalar([]string) *node { return nil }

// findings returns the problems of arguments, which have no file, without the warnings.
func findings(problems []problem) []Finding {
	var out []Finding
	for _, p := range problems {
		if !p.warning {
			out = append(out, Finding{Path: Path(p.path...), Message: p.message})
		}
	}
	return out
}

// conclude returns the problems of arguments as an error, or shows the warnings if there are only these.
func conclude(ctx *pulumi.Context, subject string, problems []problem) error {
	if err := newError(subject, findings(problems)); err != nil {
		return err
	}
	var warnings []Finding
	for _, p := range problems {
		warnings = append(warnings, Finding{Path: Path(p.path...), Message: p.message + ", in the " + subject})
	}
	return warn(ctx, warnings)
}

// checkers has the checker of each type of arguments: making a schema takes a hundred times as long as using it, and a
// program may have hundreds of components of one type.
var checkers sync.Map // reflect.Type -> func() (*schemaChecker, error)

func checkerOf(t reflect.Type) (*schemaChecker, error) {
	made, _ := checkers.LoadOrStore(t, sync.OnceValues(func() (*schemaChecker, error) {
		schema, err := Schema(reflect.New(t).Elem().Interface(), nil)
		if err != nil {
			return nil, err
		}
		return newSchemaChecker(schema), nil
	}))
	return made.(func() (*schemaChecker, error))()
}

// checkedKey is the key of the checked arguments in a context.
type checkedKey struct{}

// Context returns a context in which [Arguments] does not check arguments again that are part of the manager's
// sections: structs that a section holds by pointer or in a list, and structs embedded in these unless the outer struct
// shadows one of their options. The arguments are identified by the address of the struct, so a module passes the pointer
// that the section has. To change a field with a key, it changes a copy, which is checked.
func (m *Manager) Context(ctx *pulumi.Context) *pulumi.Context {
	checked := map[any]bool{}
	for _, s := range m.sections {
		walk(reflect.ValueOf(s.value), func(v reflect.Value, _ []string) {
			if v.Kind() != reflect.Struct || !v.CanAddr() {
				return
			}
			f := fieldsOf(v.Type())
			checked[v.Addr().Interface()] = true
			for _, index := range f.embedded {
				if inner := v.FieldByIndex(index); f.exposes(index, fieldsOf(inner.Type())) {
					checked[inner.Addr().Interface()] = true
				}
			}
		})
	}
	return ctx.WithValue(checkedKey{}, checked)
}

// isChecked reports whether the arguments are complete and part of a loaded section. A name that only the constructor
// knows has to be checked yet.
func isChecked(ctx *pulumi.Context, args reflect.Value) bool {
	checked, _ := ctx.Value(checkedKey{}).(map[any]bool)
	return checked[args.Interface()] && len(emptyNames(args)) == 0
}
