package deployment

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// Reference is the name of a value that a module provides, such as "aws/main": the module, a slash, and the name. T is
// the type of the value, usually a contract of package core. It is the key of [Provide] and [Lookup], and a type for
// options of a module's configuration:
//
//	// From is a cluster of another module, such as aws/main.
//	From deployment.Reference[core.Cluster] `pulumi:"from"`
//
// A module whose configuration has references is deployed after the modules that they name. References are checked
// before anything is registered: the other module is part of the program, is enabled, declares with [Provides] that it
// provides a T, and its section has an entry of the name.
type Reference[T any] string

// NewReference returns the reference to the value that a module provides under a name.
func NewReference[T any](module, name string) Reference[T] {
	return Reference[T](module + "/" + name)
}

// Module returns the name of the module, or "" when the reference has none.
func (r Reference[T]) Module() string {
	module, _, _ := strings.Cut(string(r), "/")
	return module
}

// Name returns the name within the module.
func (r Reference[T]) Name() string {
	_, name, _ := strings.Cut(string(r), "/")
	return name
}

func (r Reference[T]) describe() (text string, kind reflect.Type) {
	return string(r), reflect.TypeFor[T]()
}

// referrer is a reference to a value of any type.
type referrer interface {
	Module() string
	Name() string
	describe() (text string, kind reflect.Type)
}

// eachReference visits the references in a decoded section.
func eachReference(section any, visit func(path []string, r referrer)) {
	config.Find(section, func(path []string, r referrer) {
		if text, _ := r.describe(); text != "" {
			visit(path, r)
		}
	})
}

// dependencyCheck validates the dependencies of a module, declared and configured, when it is enabled.
type dependencyCheck struct {
	module   Module
	registry *Registry
}

var _ config.Validator = dependencyCheck{}

func isEnabled(report *config.Report, module string) bool {
	enabled, ok := report.Value(module, "enabled")
	return ok && enabled == true
}

// Validate implements config.Validator.
func (c dependencyCheck) Validate(report *config.Report) {
	if !isEnabled(report, c.module.Name()) {
		return
	}
	for _, d := range dependenciesOf(c.module) {
		if !d.Optional && c.registry.byName[d.Module] != nil && !isEnabled(report, d.Module) {
			report.Add([]string{"enabled"}, "module %s requires module %s, which is not enabled: set %s.enabled",
				c.module.Name(), d.Module, d.Module)
		}
	}
	eachReference(report.Decoded(), func(path []string, r referrer) {
		if problem := c.problem(report, r); problem != "" {
			report.Add(path, "%s", problem)
		}
	})
	if v, ok := report.Decoded().(ReferenceValidator); ok {
		v.ValidateReferences(report, &Known{report, c.registry})
	}
}

// problem returns the problem of a reference, or "".
func (c dependencyCheck) problem(report *config.Report, r referrer) string {
	text, kind := r.describe()
	module := r.Module()
	switch {
	case module == "" || r.Name() == "":
		return fmt.Sprintf("expected a module and a name, such as aws/main, found %q", text)
	case module == c.module.Name():
		return fmt.Sprintf("module %s cannot refer to itself", module)
	case c.registry.byName[module] == nil:
		return fmt.Sprintf("unknown module %q, %s", module, config.Suggest(module, c.registry.Names()))
	case !isEnabled(report, module):
		return fmt.Sprintf("module %s is not enabled: set %s.enabled", module, module)
	}
	key, provides := providedBy(c.registry.byName[module])[kind]
	if !provides {
		return fmt.Sprintf("module %s provides no %s", module, inWords(kind))
	}
	names, _ := report.Names(module, key)
	switch {
	case key == "" || slices.Contains(names, r.Name()):
		return ""
	case len(names) == 0:
		return fmt.Sprintf("%s.%s is not configured", module, key)
	}
	return fmt.Sprintf("unknown entry %q of %s.%s, %s", r.Name(), module, key, config.Suggest(r.Name(), names))
}

// inWords returns the name of a type for readers of stack files: workload identity for core.WorkloadIdentity.
func inWords(kind reflect.Type) string {
	var b strings.Builder
	for i, r := range kind.Name() {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Provide makes a value available to the modules that are deployed later, under a name. T is the type by which they
// look it up, which the module declares with [Provides]:
//
//	err := deployment.Provide[core.Cluster](ctx, "main", cluster)
//
// A type that is not declared, and a name that is taken for the type, are errors of the class failure.Deployment.
func Provide[T any](ctx *Context, name string, value T) error {
	key := provided{module: ctx.module, name: name, kind: reflect.TypeFor[T]()}
	if _, declared := ctx.provides[key.kind]; !declared {
		return key.fail("provide", "undeclared type: add deployment.Provides[%s] to the options of the module", key.kind)
	}
	return ctx.shared.add(key, value)
}

// Lookup returns a value that another module provides. Errors are of the class failure.Deployment: the module provides
// no value of the name and type, or the module that calls Lookup does not depend on it, so that their order is
// undefined.
func Lookup[T any](ctx *Context, reference Reference[T]) (T, error) {
	var none T
	key := provided{module: reference.Module(), name: reference.Name(), kind: reflect.TypeFor[T]()}
	fail := func(format string, args ...any) (T, error) {
		return none, key.fail("look up", format, args...)
	}
	if module := key.module; module != ctx.module && !slices.Contains(ctx.before, module) {
		return fail("module %s does not depend on module %q: add it to deployment.DependsOn or deployment.After, "+
			"or refer to it in the configuration of %s", ctx.module, module, ctx.module)
	}
	value, known := ctx.shared.get(key)
	if value == nil {
		return fail("unknown name %q, %s", key.name, config.Suggest(key.name, known))
	}
	return value.(T), nil
}

// provided identifies a value that a module provides.
type provided struct {
	module, name string
	kind         reflect.Type
}

func (p provided) fail(operation, format string, args ...any) error {
	subject := fmt.Sprintf("%s %q", p.kind, p.module+"/"+p.name)
	return failure.New(failure.Deployment, operation, subject, format, args...)
}

// shared holds the values that the modules of a deployment provide.
type shared struct {
	mu     sync.Mutex
	values map[provided]any
}

func (s *shared) add(key provided, value any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case key.name == "" || strings.Contains(key.name, "/"):
		return key.fail("provide", "a name must not be empty or contain a slash")
	case isNil(value):
		return key.fail("provide", "nil value: pass a constructed one")
	case s.values[key] != nil:
		return key.fail("provide", "duplicate name")
	}
	s.values[key] = value
	return nil
}

func isNil(value any) bool {
	v := reflect.ValueOf(value)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// get returns a value, or nil and the names of the module's values of the type.
func (s *shared) get(key provided) (value any, known []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.values {
		if p.module == key.module && p.kind == key.kind {
			known = append(known, p.name)
		}
	}
	return s.values[key], known
}
