package metadata

import (
	"context"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Manager marks the resources of a program. Make one with [New]. It may be
// used by several goroutines at the same time.
type Manager struct {
	deployment Metadata
	types      []Types

	mu sync.Mutex
	// given is what options say of resources that are being registered.
	given  map[pulumi.Resource]Metadata
	failed []error
}

// New returns a manager of what is said of a deployment, for the given types of
// resources; of several that know a type, the first one counts. Metadata that
// they cannot carry is an error of the class failure.Configuration.
func New(deployment Metadata, types ...Types) (*Manager, error) {
	m := &Manager{deployment: Merge(deployment), types: types, given: map[pulumi.Resource]Metadata{}}
	var failed []error
	for _, t := range types {
		failed = append(failed, t.Check(m.deployment))
	}
	if err := failure.Join(failed...); err != nil {
		return nil, err
	}
	return m, nil
}

// Carrier returns how a type carries metadata, or nil when
// it does not.
func (m *Manager) Carrier(token string) Carrier {
	for _, t := range m.types {
		if c := t.Carrier(token); c != nil {
			return c
		}
	}
	return nil
}

// Install marks every resource that is registered from now on and whose type is
// one that carries metadata.
func (m *Manager) Install(ctx *pulumi.Context) error {
	return ctx.RegisterStackTransformation(m.transform)
}

// Metadata returns what is said of the deployment.
func (m *Manager) Metadata() Metadata { return Merge(m.deployment) }

// Option returns an option that says more of a resource, or of everything in a
// component. It is stronger than what is said of the deployment; of several around a resource
// the innermost one is the strongest. It takes effect where the manager is installed.
//
//	s3.NewBucket(ctx, "logs", args, manager.Option(metadata.Metadata{DataClassification: "internal"}))
func (m *Manager) Option(more Metadata) pulumi.ResourceOption {
	more = Merge(more)
	return pulumi.Transformations([]pulumi.ResourceTransformation{
		// The SDK runs those of a resource first, then those of the components around it from the inside out, then those of
		// the stack. So this only takes notes, and the last one renders once.
		func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.Carrier(args.Type) != nil {
				m.given[args.Resource] = Merge(m.given[args.Resource], more)
			}
			return nil
		},
	})
}

// transform marks one resource.
func (m *Manager) transform(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	carrier := m.Carrier(args.Type)
	if carrier == nil {
		return nil
	}
	m.mu.Lock()
	effective := Merge(m.given[args.Resource], m.deployment)
	delete(m.given, args.Resource)
	m.mu.Unlock()
	inputs, err := carrier.Add(args.Props, effective)
	if err != nil {
		err = m.fail(args.Type, args.Name, err)
		return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: append(args.Opts, failing(err))}
	}
	return &pulumi.ResourceTransformationResult{Props: inputs, Opts: args.Opts}
}

func (m *Manager) fail(typ, name string, err error) error {
	err = failure.Wrap(failure.Component, "mark", fmt.Sprintf("%s %q", typ, name), err)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed = append(m.failed, err)
	return err
}

// failing returns an option that makes the registration of a resource fail. A
// transformation has no other way to say that something is wrong.
func failing(err error) pulumi.ResourceOption {
	never := pulumi.Bool(true).ToBoolOutput().ApplyT(func(bool) ([]pulumi.Resource, error) { return nil, err })
	return pulumi.DependsOnInputs(never.(pulumi.ResourceArrayOutput))
}

// Err returns what kept resources from being marked, or nil. Their registrations
// fail too, in the background: the program's own error is the clearer one.
func (m *Manager) Err() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return failure.Join(m.failed...)
}

// InstallInEngine marks resources in the engine: also those that components of
// other languages register, which run in processes of their own. Each
// registration of the program then takes one more call. What [Manager.Option] says
// is not known there.
func (m *Manager) InstallInEngine(ctx *pulumi.Context) error {
	return ctx.RegisterResourceTransform(func(
		_ context.Context, args *pulumi.ResourceTransformArgs,
	) *pulumi.ResourceTransformResult {
		carrier := m.Carrier(args.Type)
		if carrier == nil {
			return nil
		}
		inputs, err := carrier.Add(args.Props, m.deployment)
		props, ok := inputs.(pulumi.Map)
		if err == nil && !ok {
			err = fmt.Errorf("inputs became a %T", inputs)
		}
		if err != nil {
			err = m.fail(args.Type, args.Name, err)
			// A result cannot be an error, and options are plain values by now: inputs that fail do.
			props = pulumi.Map{}
			for key, value := range args.Props {
				props[key] = value
			}
			props["metadata"] = pulumi.Bool(true).ToBoolOutput().ApplyT(func(bool) (string, error) { return "", err })
		}
		return &pulumi.ResourceTransformResult{Props: props, Opts: args.Opts}
	})
}
