package pulumitest

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Option changes how a program is run.
type Option interface{ apply(*settings) }

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// settings are those of one run.
type settings struct {
	project, stack, organization string
	config                       map[string]string
	secretKeys                   []string
	preview                      bool
	defaults, outputs            []func(Registration) resource.PropertyMap
	failures                     []func(Registration) error
	invokes, calls               []func(Invocation) (resource.PropertyMap, error)
	// observer sees the type and the name of every resource, on the goroutine that registers it.
	observer func(typ, name string)
	// listener sees every call while the program waits for the answer.
	listener func(*Invocation)
}

func newSettings(opts []Option) settings {
	s := settings{project: "project", stack: "dev", organization: "organization", config: map[string]string{}}
	for _, o := range opts {
		o.apply(&s)
	}
	return s
}

// Preview makes the run a preview: IDs are unknown, and so is every output that
// is not an input as well.
func Preview() Option { return option(func(s *settings) { s.preview = true }) }

// WithStack sets what the program sees as its organization, project and stack.
// Default: "organization", "project" and "dev".
func WithStack(organization, project, stack string) Option {
	return option(func(s *settings) { s.organization, s.project, s.stack = organization, project, stack })
}

// WithConfig sets values of the stack's configuration, with full keys such as
// "aws:region". Structured values are JSON. The keys of secrets are marked as
// such. Given several times, the values add up.
func WithConfig(values map[string]string, secrets ...string) Option {
	values = maps.Clone(values)
	return option(func(s *settings) {
		maps.Copy(s.config, values)
		s.secretKeys = append(s.secretKeys, secrets...)
	})
}

// WithOutputs supplies what providers compute. The function is called for every
// resource that is made or read, one at a time, and returns values to lay over
// the inputs, object by object; nil adds nothing. The key "id" is the resource's
// ID. In a preview, values that are not inputs become unknown. Given several
// times, the later functions win.
//
// Values over a secret input are secret, as the engine sees to, and so are those
// that the function marks.
//
// An output that is neither an input nor supplied is made up if its field in the
// SDK's resource is a pulumi.StringOutput: the value is NAME-KEY, such as
// "web-bucket-arn". Others are left out and read as empty.
func WithOutputs(f func(Registration) resource.PropertyMap) Option {
	return option(func(s *settings) { s.outputs = append(s.outputs, f) })
}

// WithDefaults is [WithOutputs] for what a provider knows before it makes
// anything: default values, names that it makes up. These are known in a preview
// as well.
func WithDefaults(f func(Registration) resource.PropertyMap) Option {
	return option(func(s *settings) { s.defaults = append(s.defaults, f) })
}

// WithFailure makes the registration of a resource fail, whenever the function
// returns an error for it.
func WithFailure(f func(Registration) error) Option {
	return option(func(s *settings) { s.failures = append(s.failures, f) })
}

// WithInvoke answers calls of functions, such as aws:index/getRegion:getRegion.
// The function is called for one of them at a time. Nil without an error leaves
// the answer to the functions that were given before; what none of them answers
// fails with an error that names the token.
func WithInvoke(f func(Invocation) (resource.PropertyMap, error)) Option {
	return option(func(s *settings) { s.invokes = append(s.invokes, f) })
}

// WithCall is [WithInvoke] for methods of resources.
func WithCall(f func(Invocation) (resource.PropertyMap, error)) Option {
	return option(func(s *settings) { s.calls = append(s.calls, f) })
}

// withObservers lets the functions see every resource that the program registers,
// on the goroutine that does so, and every call before it is answered.
func withObservers(resource func(typ, name string), call func(*Invocation)) Option {
	return option(func(s *settings) { s.observer, s.listener = resource, call })
}
