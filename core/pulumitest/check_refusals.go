package pulumitest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// foreignPackage is a package that no component uses.
const foreignPackage = "conformance"

// unbased is why checks of component.Register are skipped.
const unbased = "the component does not embed component.Base"

// refusesNilValues checks that the constructor rejects arguments that hold nil.
func (e *evidence) refusesNilValues() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	if _, based := e.base().component.(component.Resource); !based {
		return nil, unbased
	}
	t := e.try(mode{absent: true})
	var invalid *config.Error
	switch {
	case len(t.replaced) == 0:
		return nil, "no argument can hold nil"
	case t.panicked != "":
		return []string{fmt.Sprintf("the constructor panics when %s hold nil: %s", strings.Join(t.replaced, ", "), t.panicked)}, ""
	case !errors.As(t.refused, &invalid):
		return []string{fmt.Sprintf("nil in %s is not a *config.Error: %v", strings.Join(t.replaced, ", "), t.failure())}, ""
	case len(invalid.Findings) < len(t.replaced):
		findings = append(findings, fmt.Sprintf("nil in some of %s is not reported: %v", strings.Join(t.replaced, ", "), invalid))
	}
	for _, r := range t.made {
		findings = append(findings, name(r)+" is registered although the arguments hold nil")
	}
	return findings, ""
}

// refusesForeignProviders checks that the constructor rejects a provider that none of its resources uses.
func (e *evidence) refusesForeignProviders() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	if _, based := e.base().component.(component.Resource); !based {
		return nil, unbased
	}
	declared := component.Packages(e.token, e.base().component)
	if declared == nil {
		return nil, "the packages of the component are not known: see component.WithProviders"
	}
	for _, pkg := range e.base().packages() {
		if !slices.Contains(declared, pkg) {
			findings = append(findings, fmt.Sprintf("the component has resources or calls of %s, but takes providers of %s only",
				pkg, config.List(declared)))
		}
	}
	t := e.try(mode{foreign: true})
	switch {
	case t.panicked != "":
		findings = append(findings, "the constructor panics with a provider of another package: "+t.panicked)
	case t.refused == nil || !strings.Contains(t.refused.Error(), foreignPackage):
		findings = append(findings, fmt.Sprintf("a provider of another package is accepted: register the component with "+
			"component.Register: %v", t.failure()))
	}
	return findings, ""
}

// contract implements the contracts of package core. The methods of a nil one panic.
type contract struct {
	core.Cluster
	core.Network
	core.Provider
	core.WorkloadIdentity
}

// makeAbsent replaces the values of interfaces in arguments by nil pointers and empty outputs, and returns their paths.
func makeAbsent(args any) []string {
	v := reflect.ValueOf(args)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	var replaced []string
	u := &replacing{replace: func(path string, v reflect.Value) {
		if nothing := absentFor(v); nothing.IsValid() {
			v.Set(nothing)
			replaced = append(replaced, path)
		}
	}}
	u.walk("", v.Elem())
	slices.Sort(replaced)
	return replaced
}

// absentFor returns a value for an interface whose methods panic, or the invalid value.
func absentFor(v reflect.Value) reflect.Value {
	if input, ok := v.Interface().(pulumi.Input); ok {
		if _, isResource := input.(pulumi.Resource); !isResource {
			empty := reflect.Zero(reflect.TypeOf(unknownOf(input.ElementType())))
			if empty.Type().AssignableTo(v.Type()) {
				return empty
			}
			return reflect.Value{}
		}
	}
	if !v.IsNil() && v.Elem().Kind() == reflect.Pointer {
		return reflect.Zero(v.Elem().Type())
	}
	if nothing := reflect.ValueOf((*contract)(nil)); v.NumMethod() > 0 && !v.Type().Implements(inputType) &&
		nothing.Type().AssignableTo(v.Type()) {
		return nothing
	}
	return reflect.Value{}
}

var inputType = reflect.TypeFor[pulumi.Input]()
