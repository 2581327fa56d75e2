package pulumitest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Run runs a program in this process and returns what it registered. If the
// program fails, the test fails; use [Record] for a program that must fail.
//
// The program runs on the goroutine of the caller and may call FailNow.
func Run(tb testing.TB, program pulumi.RunFunc, opts ...Option) *Recording {
	tb.Helper()
	r, err := Record(program, opts...)
	if err != nil {
		tb.Fatalf("run the program: %v", err)
	}
	return r
}

// Record is [Run] for programs that may fail, and for examples and fuzz targets.
// The recording is never nil: it contains what was registered before the failure.
//
// The error contains the error that the program returned and, unlike the SDK's, the
// first error of its asynchronous work: in a function passed to ApplyT, an output
// used as an input, or a rejected registration.
func Record(program pulumi.RunFunc, opts ...Option) (*Recording, error) {
	m := newMonitor(newSettings(opts))
	err := m.run(program)
	return m.finish(), err
}

// run runs the program with m as its engine.
func (m *monitor) run(program pulumi.RunFunc) error {
	address, stop, err := serve(m, &engine{monitor: m})
	if err != nil {
		return fmt.Errorf("start the test engine: %w", err)
	}
	defer stop()
	defer func() { _ = m.callbacks.close() }()

	ctx, err := pulumi.NewContext(context.Background(), pulumi.RunInfo{
		Project:          m.project,
		Stack:            m.stack,
		Organization:     m.organization,
		Config:           m.config,
		ConfigSecretKeys: m.secretKeys,
		DryRun:           m.preview,
		MonitorAddr:      address,
		EngineAddr:       address,
	})
	if err != nil {
		return fmt.Errorf("connect to the test engine: %w", err)
	}
	defer ctx.Close()

	var returned error
	err = pulumi.RunWithContext(ctx, func(ctx *pulumi.Context) error {
		if err := ctx.RegisterStackTransformation(m.observe); err != nil {
			return err
		}
		returned = program(ctx)
		return returned
	})
	return problems(returned, err)
}

// problems returns the error of a run. The SDK wraps the error of the program in
// a multi-line error, or drops it if asynchronous work failed as well.
func problems(returned, run error) error {
	if many, ok := run.(interface{ WrappedErrors() []error }); ok {
		return failure.Join(many.WrappedErrors()...)
	}
	if returned != nil && !errors.Is(run, returned) {
		return failure.Join(returned, run)
	}
	return run
}

// observe records the Go type of every resource, which is known only in the program.
func (m *monitor) observe(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	if m.observer != nil {
		m.observer(args.Type, args.Name)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.types[args.Type] = reflect.TypeOf(args.Resource)
	return nil
}

// Option changes how a program is run.
type Option interface{ apply(*settings) }

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// settings are the options of one run.
type settings struct {
	project, stack, organization string
	config                       map[string]string
	secretKeys                   []string
	preview                      bool
	defaults, outputs            []func(Registration) resource.PropertyMap
	failures                     []func(Registration) error
	invokes, calls               []func(Invocation) (resource.PropertyMap, error)
	// observer is called with every resource, on the goroutine that registers it.
	observer func(typ, name string)
	// listener is called with every call before it is answered.
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
// is not also an input.
func Preview() Option { return option(func(s *settings) { s.preview = true }) }

// WithStack sets the names of the organization, project and stack.
// Default: "organization", "project" and "dev".
func WithStack(organization, project, stack string) Option {
	return option(func(s *settings) { s.organization, s.project, s.stack = organization, project, stack })
}

// WithConfig sets configuration values of the stack by their full keys, such as
// "aws:region". Structured values are JSON. The values of the keys in secrets are
// secret. Repeated options are merged.
func WithConfig(values map[string]string, secrets ...string) Option {
	values = maps.Clone(values)
	return option(func(s *settings) {
		maps.Copy(s.config, values)
		s.secretKeys = append(s.secretKeys, secrets...)
	})
}

// WithOutputs supplies the outputs that providers compute. The function is called
// for every resource that is created or read, one at a time, and returns values
// that are merged into the inputs, object by object. The key "id" is the ID of the
// resource. In a preview, values that are not inputs become unknown. If the option
// is repeated, later functions take precedence.
//
// A value that replaces a secret input is secret, as with the engine.
//
// An output without a value gets the value NAME-KEY, such as "web-bucket-arn", if its
// field in the resource type is a pulumi.StringOutput. Other outputs are empty.
func WithOutputs(f func(Registration) resource.PropertyMap) Option {
	return option(func(s *settings) { s.outputs = append(s.outputs, f) })
}

// WithDefaults is [WithOutputs] for values that a provider knows before it creates
// a resource, such as defaults and generated names. They are also known in a preview.
func WithDefaults(f func(Registration) resource.PropertyMap) Option {
	return option(func(s *settings) { s.defaults = append(s.defaults, f) })
}

// WithFailure makes the registration of a resource fail if the function returns an
// error for it.
func WithFailure(f func(Registration) error) Option {
	return option(func(s *settings) { s.failures = append(s.failures, f) })
}

// WithInvoke returns the results of function calls, such as
// aws:index/getRegion:getRegion, one call at a time. If the function returns nil
// without an error, the function of the previous option is called. A call without a
// result fails with an error that names the token.
func WithInvoke(f func(Invocation) (resource.PropertyMap, error)) Option {
	return option(func(s *settings) { s.invokes = append(s.invokes, f) })
}

// WithCall is [WithInvoke] for resource methods.
func WithCall(f func(Invocation) (resource.PropertyMap, error)) Option {
	return option(func(s *settings) { s.calls = append(s.calls, f) })
}

// withObservers sets the functions that are called with every resource that the
// program registers, on its goroutine, and with every call before it is answered.
func withObservers(resource func(typ, name string), call func(*Invocation)) Option {
	return option(func(s *settings) { s.observer, s.listener = resource, call })
}
