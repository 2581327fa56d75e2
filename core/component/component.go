package component

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// Base is embedded by every component, next to pulumi.ResourceState, which the SDK requires in the component itself.
type Base struct {
	self pulumi.Resource
	// main holds the options of the component that belong to its main resource.
	main pulumi.ResourceOption
	// inherited decides which providers the children use.
	inherited inherited
	// dependsOn are the dependencies of the component, which are those of its children, too.
	dependsOn []pulumi.Resource
	// evidence is what the arguments say about compliance controls.
	evidence []compliance.Evidence
	// children are those that dependents of the component wait for.
	children []pulumi.Resource
	// finished is set when the outputs have been registered.
	finished bool
	// placeholders are the outputs that the SDK puts into tagged fields during
	// registration. One that is still there in the end was never assigned.
	placeholders map[string]pulumi.Output
}

// Resource is a component that embeds [Base].
type Resource interface {
	pulumi.ComponentResource
	based
}

// based is implemented by embedding [Base] alone.
type based interface{ base() *Base }

var (
	_ based               = (*Base)(nil)
	_ compliance.Declarer = (*Base)(nil)
)

func (b *Base) base() *Base { return b }

// Evidence implements compliance.Declarer: it returns the evidence of the component's arguments, if their type is a
// compliance.Declarer itself.
func (b *Base) Evidence() []compliance.Evidence { return slices.Clone(b.evidence) }

// Register checks the arguments of a component, fills in their defaults and registers the component with the result as
// its inputs. token is the component's type, such as "ashlar-kubernetes:workload:Deployment".
//
// Nil arguments are empty ones. The caller's arguments are not modified: the constructor continues with the returned
// ones. An empty argument with the tag config:"name" has the name of the component, and inputs with the tag
// config:"secret" are secret outputs. See [config.Arguments] for arguments of a section, which are not checked again.
//
// Invalid arguments are a *config.Error with all problems, and nothing is registered. So are options that hold nil, and an
// explicit provider of a package that no resource of the component belongs to: see [WithProviders]. Providers that the
// component inherits from its parent can be of any package. Other errors are of the class failure.Component: a package
// without an explicit provider, whose default provider is not configured, is also of the class failure.Provider.
func Register[A any](
	ctx *pulumi.Context, token, name string, c Resource, args *A, opts ...pulumi.ResourceOption,
) (*A, error) {
	fail := func(err error) (*A, error) {
		return nil, failure.Wrap(failure.Component, "register", fmt.Sprintf("%s %q", token, name), err)
	}
	packages := Packages(token, c)
	given, err := optionsOf(token, name, packages, opts)
	if err != nil {
		return nil, err
	}
	filled, inputs, err := config.Arguments(ctx, fmt.Sprintf("arguments of %s %q", token, name), name, args)
	var invalid *config.Error
	switch {
	case errors.As(err, &invalid):
		return nil, err
	case err != nil:
		return fail(err)
	}
	if d, ok := any(filled).(compliance.Declarer); ok {
		// A collector reads the evidence while the component is registered.
		c.base().evidence = d.Evidence()
	}
	if err := ctx.RegisterComponentResourceV2(token, name, inputs, c, opts...); err != nil {
		return fail(err)
	}
	if err := checkAmbient(ctx, c, packages); err != nil {
		return fail(err)
	}
	base := c.base()
	base.self, base.main, base.placeholders = c, mainOptions(given), taggedOutputs(c)
	base.dependsOn = given.DependsOn
	base.inherited = inherited{given.Parent, given.Providers, len(given.Transformations) > 0}
	return filled, nil
}

// Finish registers the component's outputs, which are its output fields with a pulumi tag, and returns the component.
// Every constructor ends with it:
//
//	return component.Finish(ctx, app)
//
// Outputs that were not assigned are an error, because they would resolve to an empty value. Optional ones, such as a
// pulumi.StringPtrOutput with the tag pulumi:"key,optional", resolve to nil. A component that is finished twice or was
// not registered is an error as well. Errors are of the class failure.Component.
func Finish[C Resource](ctx *pulumi.Context, c C) (C, error) {
	var none C
	subject := fmt.Sprintf("outputs of %T", c)
	fail := func(format string, args ...any) (C, error) {
		return none, failure.New(failure.Component, "register", subject, format, args...)
	}
	base := c.base()
	switch {
	case base.self == nil:
		return fail("the component was not registered: call component.Register first")
	case base.finished:
		return fail("they are already registered: call component.Finish once, at the end")
	}
	outputs := pulumi.Map{}
	var missing []string
	for key, output := range taggedOutputs(c) {
		if output == nil || output == base.placeholders[key] {
			if setAbsent(c, key) {
				continue
			}
			missing = append(missing, strconv.Quote(key))
			continue
		}
		outputs[key] = output
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return fail("not assigned: %s", strings.Join(missing, ", "))
	}
	if err := ctx.RegisterResourceOutputs(c, outputs); err != nil {
		return none, failure.Wrap(failure.Component, "register", subject, err)
	}
	base.finished = true
	return c, nil
}

// setAbsent sets an optional output to nil. It reports false for required outputs.
func setAbsent(c Resource, key string) bool {
	v := reflect.Indirect(reflect.ValueOf(c))
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("pulumi") != key+",optional" {
			continue
		}
		typ := reflect.Zero(v.Field(i).Type()).Interface().(pulumi.Output).ElementType()
		nothing := reflect.MakeFunc(
			reflect.FuncOf([]reflect.Type{reflect.TypeFor[any]()}, []reflect.Type{typ}, false),
			func([]reflect.Value) []reflect.Value { return []reflect.Value{reflect.Zero(typ)} })
		v.Field(i).Set(reflect.ValueOf(pulumi.Any(0).ApplyT(nothing.Interface())))
		return true
	}
	return false
}

// taggedOutputs returns the component's outputs by key. Empty fields are nil.
func taggedOutputs(c Resource) map[string]pulumi.Output {
	v := reflect.Indirect(reflect.ValueOf(c))
	indexes := outputFields(v.Type())
	outputs := make(map[string]pulumi.Output, len(indexes))
	for key, i := range indexes {
		outputs[key] = nil
		if !v.Field(i).IsZero() {
			outputs[key] = v.Field(i).Interface().(pulumi.Output)
		}
	}
	return outputs
}

var outputFieldsOf sync.Map // reflect.Type -> map[string]int

// outputFields returns the indexes of the fields of a component that are outputs, by key.
func outputFields(t reflect.Type) map[string]int {
	if known, ok := outputFieldsOf.Load(t); ok {
		return known.(map[string]int)
	}
	out := map[string]int{}
	for i := range t.NumField() {
		field := t.Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		if key != "" && field.Type.Implements(reflect.TypeFor[pulumi.Output]()) {
			out[key] = i
		}
	}
	outputFieldsOf.Store(t, out)
	return out
}
