package metadata

import (
	"context"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Manager adds metadata to the resources of a program. Create one with [New]. It is safe for concurrent use.
type Manager struct {
	deployment Metadata
	types      []TaggableTypes

	mu sync.Mutex
	// given is the metadata of options for resources that are being registered.
	given  map[pulumi.Resource]Metadata
	failed []error
}

// New returns a manager of the metadata of a deployment. Of several types with a tagger for a token, the first is used.
// Metadata that the types cannot have is an error of the class failure.Configuration.
func New(deployment Metadata, types ...TaggableTypes) (*Manager, error) {
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

// Tagger returns the tagger of a type, or nil when it is not taggable.
func (m *Manager) Tagger(token string) Tagger {
	for _, t := range m.types {
		if c := t.Tagger(token); c != nil {
			return c
		}
	}
	return nil
}

// Install adds metadata to every taggable resource that is registered after it.
func (m *Manager) Install(ctx *pulumi.Context) error {
	return ctx.RegisterStackTransformation(m.transform)
}

// Metadata returns the metadata of the deployment.
func (m *Manager) Metadata() Metadata { return Merge(m.deployment) }

// Option returns an option with additional metadata for a resource, or for everything in a component. It overrides the
// metadata of the deployment; of several around a resource, the innermost wins. It has an effect only after Install.
//
//	s3.NewBucket(ctx, "logs", args, manager.Option(metadata.Metadata{DataClassification: "internal"}))
func (m *Manager) Option(more Metadata) pulumi.ResourceOption {
	more = Merge(more)
	return pulumi.Transformations([]pulumi.ResourceTransformation{
		// The SDK runs the transformations of a resource first, then those of the components around it from the inside out,
		// then those of the stack. This one only records metadata; that of the stack renders it once.
		func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.Tagger(args.Type) != nil {
				m.given[args.Resource] = Merge(m.given[args.Resource], more)
			}
			return nil
		},
	})
}

// transform adds metadata to one resource.
func (m *Manager) transform(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	tagger := m.Tagger(args.Type)
	if tagger == nil {
		return nil
	}
	effective := m.deployment
	m.mu.Lock()
	if given, ok := m.given[args.Resource]; ok {
		effective = Merge(given, m.deployment)
		delete(m.given, args.Resource)
	}
	m.mu.Unlock()
	inputs, err := tagger.Add(args.Props, effective)
	if err != nil {
		err = m.fail(args.Type, args.Name, err)
		return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: append(args.Opts, failing(err))}
	}
	return &pulumi.ResourceTransformationResult{Props: inputs, Opts: args.Opts}
}

func (m *Manager) fail(typ, name string, err error) error {
	err = failure.Wrap(failure.Component, "add metadata to", fmt.Sprintf("%s %q", typ, name), err)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed = append(m.failed, err)
	return err
}

// failing returns an option that fails the registration of a resource. A transformation cannot return an error.
func failing(err error) pulumi.ResourceOption {
	never := pulumi.Bool(true).ToBoolOutput().ApplyT(func(bool) ([]pulumi.Resource, error) { return nil, err })
	return pulumi.DependsOnInputs(never.(pulumi.ResourceArrayOutput))
}

// Err returns why metadata could not be added to resources, or nil. Their registrations fail as well, in the
// background; this error is clearer.
func (m *Manager) Err() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return failure.Join(m.failed...)
}

// InstallInEngine adds metadata in the engine, also to resources of components in other languages, which run in
// separate processes. It costs one more call for each registration of the program. [Manager.Option] has no effect on
// it.
func (m *Manager) InstallInEngine(ctx *pulumi.Context) error {
	return ctx.RegisterResourceTransform(func(
		_ context.Context, args *pulumi.ResourceTransformArgs,
	) *pulumi.ResourceTransformResult {
		tagger := m.Tagger(args.Type)
		if tagger == nil {
			return nil
		}
		inputs, err := tagger.Add(args.Props, m.deployment)
		props, ok := inputs.(pulumi.Map)
		if err == nil && !ok {
			err = fmt.Errorf("inputs became a %T", inputs)
		}
		if err != nil {
			err = m.fail(args.Type, args.Name, err)
			// A result cannot be an error, and options are plain values here, so the inputs fail.
			props = pulumi.Map{}
			for key, value := range args.Props {
				props[key] = value
			}
			props["metadata"] = pulumi.Bool(true).ToBoolOutput().ApplyT(func(bool) (string, error) { return "", err })
		}
		return &pulumi.ResourceTransformResult{Props: props, Opts: args.Opts}
	})
}
