package deployment

import (
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Reference names something that a module provides, such as "aws/main": the
// module, a slash, and the name. T is the type under which it is provided,
// usually a contract of package core. It is the key of [Provide] and [Lookup],
// and a type for options of a module's configuration:
//
//	// From is a cluster of another module, such as aws/main.
//	From deployment.Reference[core.Cluster] `pulumi:"from"`
//
// A module whose configuration holds references is deployed after the modules
// that they name. References are checked before anything is registered: the
// module is part of the program and enabled, and, where T is core.Cluster,
// core.Network or core.WorkloadIdentity, its section has an entry of that name
// under clusters, networks or workloadIdentities.
type Reference[T any] string

// NewReference returns the reference to what a module provides under a name.
func NewReference[T any](module, name string) Reference[T] {
	return Reference[T](module + "/" + name)
}

// Module returns the name of the module, or "" when the reference names none.
func (r Reference[T]) Module() string {
	module, _, _ := strings.Cut(string(r), "/")
	return module
}

// Name returns the name within the module.
func (r Reference[T]) Name() string {
	_, name, _ := strings.Cut(string(r), "/")
	return name
}

// referrer is implemented by references to any type.
type referrer interface{ Module() string }

var _ config.Validator = Reference[core.Cluster]("")

// Validate implements config.Validator.
func (r Reference[T]) Validate(report *config.Report) {
	// What a module that is not deployed refers to does not matter.
	if own, ok := report.Value(report.Section(), "enabled"); !ok || own != true {
		return
	}
	entries, typed := entriesOf[T]()
	if r.Module() == "" || r.Name() == "" {
		report.Add(nil, "expected a module and a name, such as aws/main, found %q", string(r))
		return
	}
	if r.Module() == report.Section() {
		report.Add(nil, "the module %s cannot refer to itself", r.Module())
		return
	}
	names, ok := report.Names(r.Module(), entries)
	if !ok {
		report.Add(nil, "the program has no module %q", r.Module())
		return
	}
	if enabled, ok := report.Value(r.Module(), "enabled"); !ok || enabled != true {
		report.Add(nil, "the module %s is not enabled: set %s.enabled", r.Module(), r.Module())
		return
	}
	if !typed {
		return
	}
	for _, name := range names {
		if name == r.Name() {
			return
		}
	}
	if len(names) == 0 {
		report.Add(nil, "there is nothing under %s.%s", r.Module(), entries)
		return
	}
	report.Add(nil, "there is no %q under %s.%s, %s", r.Name(), r.Module(), entries, config.Suggest(r.Name(), names))
}

// entriesOf returns the key of the entries that describe a T.
func entriesOf[T any]() (key string, ok bool) {
	switch reflect.TypeFor[T]() {
	case reflect.TypeFor[core.Cluster]():
		return "clusters", true
	case reflect.TypeFor[core.Network]():
		return "networks", true
	case reflect.TypeFor[core.WorkloadIdentity]():
		return "workloadIdentities", true
	}
	return "", false
}

// references returns the names of the modules that references in a decoded
// section lead to, each once, in no order.
func references(section any) []string {
	found := map[string]bool{}
	walk(reflect.ValueOf(section), found)
	var out []string
	for name := range found {
		out = append(out, name)
	}
	return out
}

func walk(v reflect.Value, found map[string]bool) {
	if v.IsValid() && v.Type().Implements(reflect.TypeFor[pulumi.Input]()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), found)
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			walk(v.MapIndex(key), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), found)
		}
	case reflect.String:
		if r, ok := v.Interface().(referrer); ok && r.Module() != "" {
			found[r.Module()] = true
		}
	}
}
