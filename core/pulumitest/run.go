package pulumitest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Run runs a program in this process and returns what it registered. A program
// that fails ends the test; for one that is meant to fail there is [Record].
//
// The program runs on the goroutine of the caller, so that require and FailNow
// may be used within it.
func Run(tb testing.TB, program pulumi.RunFunc, opts ...Option) *Recording {
	tb.Helper()
	r, err := Record(program, opts...)
	if err != nil {
		tb.Fatalf("run the program: %v", err)
	}
	return r
}

// Record is [Run] for programs that may fail, and for examples and fuzz targets,
// which have no test at hand. The recording is never nil: it holds what was
// registered before the failure.
//
// The error holds the one that the program returned and, other than the SDK's,
// the first one of its asynchronous work as well: a function within ApplyT, an
// output that is used as an input, a registration that was refused.
func Record(program pulumi.RunFunc, opts ...Option) (*Recording, error) {
	m := newMonitor(newSettings(opts))
	err := m.run(program)
	return m.finish(), err
}

// run serves the program until it has ended.
func (m *monitor) run(program pulumi.RunFunc) error {
	address, stop, err := serve(m, &engine{monitor: m})
	if err != nil {
		return fmt.Errorf("start the engine's stand-in: %w", err)
	}
	// Also when the program panics or ends its test.
	defer stop()
	// The connections lead to this process, and the run is over.
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
		return fmt.Errorf("connect to the engine's stand-in: %w", err)
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

// problems returns the error of a run. The SDK wraps what the program returned
// in an error of many lines, or drops it when asynchronous work failed as well.
func problems(returned, run error) error {
	if many, ok := run.(interface{ WrappedErrors() []error }); ok {
		return failure.Join(many.WrappedErrors()...)
	}
	if returned != nil && !errors.Is(run, returned) {
		return failure.Join(returned, run)
	}
	return run
}

// observe sees every resource before it is sent, in the program itself, which is
// where its Go type is known. It changes nothing.
func (m *monitor) observe(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	if m.observer != nil {
		m.observer(args.Type, args.Name)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.types[args.Type] = reflect.TypeOf(args.Resource)
	return nil
}
