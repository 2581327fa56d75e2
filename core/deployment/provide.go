package deployment

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// Provide hands a value to the modules that are deployed later, under a name
// of the module's own. T is the type by which they ask for it:
//
//	err := deployment.Provide[core.Cluster](ctx, "main", cluster)
//
// A name that is taken for the type is an error of the class
// failure.Deployment.
func Provide[T any](ctx *Context, name string, value T) error {
	return ctx.shared.add(provided{module: ctx.module, name: name, kind: reflect.TypeFor[T]()}, value)
}

// Lookup returns what another module provides. Errors are of the class
// failure.Deployment: the module provides nothing of that name and type, which
// lists what it does provide; or the asking module does not depend on it, so
// that the order of the two is not certain.
func Lookup[T any](ctx *Context, reference Reference[T]) (T, error) {
	var none T
	fail := func(format string, args ...any) (T, error) {
		return none, failure.New(failure.Deployment, "look up", fmt.Sprintf("%s %q", reflect.TypeFor[T](), string(reference)), format, args...)
	}
	if module := reference.Module(); module != ctx.module && !slices.Contains(ctx.before, module) {
		return fail("the module %s does not depend on %q: name it in deployment.DependsOn or deployment.After, "+
			"or refer to it in the configuration of %s", ctx.module, module, ctx.module)
	}
	value, known := ctx.shared.get(provided{module: reference.Module(), name: reference.Name(), kind: reflect.TypeFor[T]()})
	if value == nil {
		if len(known) == 0 {
			return fail("the module provides none")
		}
		return fail("the module does not provide it, %s", config.Suggest(reference.Name(), known))
	}
	return value.(T), nil
}

// Provided returns references to everything of a type that the modules provide
// on which the asking module depends, in the order in which it was provided.
func Provided[T any](ctx *Context) []Reference[T] {
	var out []Reference[T]
	for _, p := range ctx.shared.all(reflect.TypeFor[T]()) {
		if p.module == ctx.module || slices.Contains(ctx.before, p.module) {
			out = append(out, NewReference[T](p.module, p.name))
		}
	}
	return out
}

// provided identifies a value that a module provides.
type provided struct {
	module, name string
	kind         reflect.Type
}

// shared holds what the modules of a deployment provide.
type shared struct {
	mu     sync.Mutex
	order  []provided
	values map[provided]any
}

func (s *shared) add(key provided, value any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	fail := func(problem string) error {
		return failure.New(failure.Deployment, "provide", fmt.Sprintf("%s %q", key.kind, key.module+"/"+key.name), "%s", problem)
	}
	if key.name == "" || strings.Contains(key.name, "/") {
		return fail("a name is not empty and has no slash")
	}
	if value == nil {
		return fail("there is no value")
	}
	if _, taken := s.values[key]; taken {
		return fail("the name is taken")
	}
	s.values[key] = value
	s.order = append(s.order, key)
	return nil
}

// get returns a value, or nil and the names of the module's values of the type.
func (s *shared) get(key provided) (value any, known []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value := s.values[key]; value != nil {
		return value, nil
	}
	for _, p := range s.order {
		if p.module == key.module && p.kind == key.kind {
			known = append(known, p.name)
		}
	}
	return nil, known
}

func (s *shared) all(kind reflect.Type) []provided {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.order), func(p provided) bool { return p.kind != kind })
}
