package component_test

import (
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

const token = "ashlar-test:site:Site"

type siteArgs struct {
	Name     string             `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]+$"`
	Image    pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	Replicas *int               `pulumi:"replicas,optional" jsonschema:"default=2,minimum=0"`
	Password pulumi.StringInput `pulumi:"password,optional"`
}

type site struct {
	pulumi.ResourceState
	component.Base

	URL pulumi.StringOutput `pulumi:"url"`
	// Alias is absent unless it is assigned.
	Alias pulumi.StringPtrOutput `pulumi:"alias,optional"`
}

// newSite assigns its output only when assign is true.
func newSite(ctx *pulumi.Context, name string, args *siteArgs, assign bool, opts ...pulumi.ResourceOption) (*site, error) {
	s := &site{}
	args, err := component.Register(ctx, token, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	child := &leaf{}
	if err := ctx.RegisterResource("leafs:index:Leaf", name+"-leaf", pulumi.Map{"replicas": pulumi.Int(*args.Replicas)},
		child, s.Child()); err != nil {
		return nil, err
	}
	if assign {
		s.URL = pulumi.Sprintf("https://%s", child.ID())
	}
	return component.Finish(ctx, s)
}

type leaf struct{ pulumi.CustomResourceState }

type leafProvider struct{ pulumi.ProviderResourceState }

// mocks records what the program registers.
type mocks struct {
	mu    sync.Mutex
	calls map[string]pulumi.MockResourceArgs
}

func (m *mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls[args.Name] = args
	return args.Name + "-id", args.Inputs, nil
}

func (m *mocks) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{}, nil
}

func run(t *testing.T, program pulumi.RunFunc) (map[string]pulumi.MockResourceArgs, error) {
	t.Helper()
	m := &mocks{calls: map[string]pulumi.MockResourceArgs{}}
	err := pulumi.RunErr(program, pulumi.WithMocks("project", "stack", m))
	return m.calls, err
}

func TestRegisterRecordsInputsWithDefaults(t *testing.T) {
	t.Parallel()
	given := &siteArgs{
		Image:    pulumi.String("nginx:1"),
		Password: pulumi.ToSecret(pulumi.String("canary")).(pulumi.StringOutput),
	}
	calls, err := run(t, func(ctx *pulumi.Context) error {
		_, err := newSite(ctx, "web", given, true)
		return err
	})
	require.NoError(t, err)

	inputs := calls["web"].Inputs
	assert.Equal(t, "web", inputs["name"].StringValue(), "the name of the component is the default")
	assert.Equal(t, "nginx:1", inputs["image"].StringValue())
	assert.InDelta(t, 2, inputs["replicas"].NumberValue(), 0)
	assert.True(t, inputs["password"].IsSecret(), "a secret argument is recorded as a secret")
	assert.Nil(t, given.Replicas, "the caller's arguments are not modified")
	assert.InDelta(t, 2, calls["web-leaf"].Inputs["replicas"].NumberValue(), 0)
}

func TestRegisterRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	minus := -1
	tests := map[string]struct {
		reason string
		args   *siteArgs
		want   []string
	}{
		"Nil": {
			reason: "nil arguments are empty ones, without the image",
			want:   []string{"image: required, but missing"},
		},
		"All": {
			reason: "every problem is reported at once",
			args:   &siteArgs{Replicas: &minus},
			want:   []string{"image: required, but missing", "replicas: expected at least 0, found the number -1"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, err := run(t, func(ctx *pulumi.Context) error {
				_, err := newSite(ctx, "web", tc.args, true)
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				var got []string
				for _, f := range invalid.Findings {
					got = append(got, f.String())
				}
				assert.ElementsMatch(t, tc.want, got, tc.reason)
				return nil
			})
			require.NoError(t, err)
			assert.NotContains(t, calls, "web", "nothing is registered")
		})
	}
}

func TestRegisterChecksTheDefaultName(t *testing.T) {
	t.Parallel()
	calls, err := run(t, func(ctx *pulumi.Context) error {
		_, err := newSite(ctx, "Web_1", &siteArgs{Image: pulumi.String("nginx:1")}, true)
		require.ErrorContains(t, err, `name: found the string "Web_1", which does not match ^[a-z]+$`)
		return nil
	})
	require.NoError(t, err)
	assert.Empty(t, calls)
}

func TestOutputsAsArgumentsAreNotChecked(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		other := &leaf{}
		if err := ctx.RegisterResource("leafs:index:Leaf", "other", nil, other); err != nil {
			return err
		}
		_, err := newSite(ctx, "web", &siteArgs{Image: other.ID().ToStringOutput()}, true)
		return err
	})
	require.NoError(t, err)
}

func TestFinishRejectsUnassignedOutputs(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		_, err := newSite(ctx, "web", &siteArgs{Image: pulumi.String("nginx:1")}, false)
		require.EqualError(t, err, `register outputs of *component_test.site: not assigned: "url"`)
		return nil
	})
	require.NoError(t, err)
}

func TestOptionalOutputsMayBeAbsent(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		s, err := newSite(ctx, "web", &siteArgs{Image: pulumi.String("nginx:1")}, true)
		require.NoError(t, err)
		s.Alias.ApplyT(func(alias *string) error {
			assert.Nil(t, alias)
			return nil
		})
		return nil
	})
	require.NoError(t, err)
}

func TestExplicitProviderReachesChildren(t *testing.T) {
	t.Parallel()
	calls, err := run(t, func(ctx *pulumi.Context) error {
		p := &leafProvider{}
		if err := ctx.RegisterResource("pulumi:providers:leafs", "chosen", nil, p); err != nil {
			return err
		}
		_, err := newSite(ctx, "web", &siteArgs{Image: pulumi.String("nginx:1")}, true, pulumi.Provider(p))
		return err
	})
	require.NoError(t, err)
	assert.Contains(t, calls["web-leaf"].Provider, "::chosen::chosen-id")
}
