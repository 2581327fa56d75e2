package examples_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
)

type made struct {
	urn           resource.URN
	id            string
	inputs, state resource.PropertyMap
	p             provider.Provider
}

type mocks struct {
	t     *testing.T
	store *cloud.Store
	mu    sync.Mutex
	p     map[string]provider.Provider
	made  []made
}

func (m *mocks) prov(region string) provider.Provider {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.p[region]; ok {
		return p
	}
	p := simulated.New(func() bool { return true }).Provider(m.store)
	if err := p.Configure(context.Background(), provider.ConfigureRequest{Args: resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(map[string]any{"region": region}))}); err != nil {
		m.t.Error(err)
	}
	m.p[region] = p
	return p
}

func (m *mocks) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	r, err := m.prov("eu-west-1").Invoke(context.Background(), provider.InvokeRequest{Token: tokens.Type(args.Token), Args: resource.FromResourcePropertyMap(args.Args)})
	return resource.ToResourcePropertyMap(r.Return), err
}

func (m *mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	urn := resource.URN("urn:pulumi:dev::test::" + args.TypeToken + "::" + args.Name)
	if args.TypeToken == "pulumi:providers:aws" {
		return args.Inputs["region"].StringValue() + "-id", args.Inputs, nil
	}
	region := "eu-west-1"
	for _, r := range []string{"us-east-1", "us-west-2"} {
		if strings.Contains(args.Provider, r) {
			region = r
		}
	}
	p := m.prov(region)
	checked, err := p.Check(context.Background(), provider.CheckRequest{Urn: urn, Inputs: resource.FromResourcePropertyMap(args.Inputs), RandomSeed: []byte(args.Name)})
	if err != nil {
		return "", nil, err
	}
	if len(checked.Failures) > 0 {
		return "", nil, fmt.Errorf("%s: %v", urn, checked.Failures)
	}
	made_, err := p.Create(context.Background(), provider.CreateRequest{Urn: urn, Properties: checked.Inputs})
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", urn, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	state := resource.ToResourcePropertyMap(made_.Properties)
	m.made = append(m.made, made{urn, made_.ID, resource.ToResourcePropertyMap(checked.Inputs), state, p})
	return made_.ID, state, nil
}

func TestDevMocks(t *testing.T) {
	programs := yamlPrograms(t)
	maps.Copy(programs, goPrograms())
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		t.Run(name, func(t *testing.T) {
			store, err := cloud.Open(t.TempDir())
			require.NoError(t, err)
			m := &mocks{t: t, store: store, p: map[string]provider.Provider{}}
			require.NoError(t, pulumi.RunErr(programs[name], pulumi.WithMocks("test", "dev", m)))
			for _, o := range m.made {
				r, err := o.p.Read(t.Context(), provider.ReadRequest{Urn: o.urn, ID: o.id, Inputs: resource.FromResourcePropertyMap(o.inputs), Properties: resource.FromResourcePropertyMap(o.state)})
				require.NoError(t, err)
				require.NotEmpty(t, r.ID, o.urn)
				d, err := o.p.Diff(t.Context(), provider.DiffRequest{Urn: o.urn, ID: o.id, OldInputs: r.Inputs, Inputs: resource.FromResourcePropertyMap(o.inputs), State: r.Properties})
				require.NoError(t, err)
				if d.HasChanges {
					t.Errorf("%s drifts: %v", o.urn, d.DetailedDiff)
				}
			}
			for _, o := range slices.Backward(m.made) {
				if err := o.p.Delete(t.Context(), provider.DeleteRequest{Urn: o.urn, ID: o.id, OldInputs: resource.FromResourcePropertyMap(o.inputs), Properties: resource.FromResourcePropertyMap(o.state)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
