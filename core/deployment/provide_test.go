package deployment_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
)

type made string

func (m made) ClusterInfo() core.ClusterInfo { return core.ClusterInfo{Name: string(m)} }

// pairOf returns modules, of which the second depends on the first.
func pairOf(first, second func(*deployment.Context) error) []deployment.Module {
	return []deployment.Module{
		deployment.NewModule("cloud", nil, func(ctx *deployment.Context, _ *settings) error { return first(ctx) }),
		deployment.NewModule("apps", nil, func(ctx *deployment.Context, _ *settings) error { return second(ctx) }, deployment.After("cloud")),
		deployment.NewModule("apart", nil, func(*deployment.Context, *settings) error { return nil }),
	}
}

func TestModulesProvideForEachOther(t *testing.T) {
	t.Parallel()
	_, err := run(t, switchedOn("cloud", "apps"), pairOf(
		func(ctx *deployment.Context) error {
			require.NoError(t, deployment.Provide[core.Cluster](ctx, "main", made("main")))
			require.NoError(t, deployment.Provide[core.Cluster](ctx, "dr", made("dr")))
			require.NoError(t, deployment.Provide(ctx, "main", pulumi.String("text").ToStringOutput()))
			return provider.Add(ctx.Providers(), core.ProviderInfo{Module: "cloud", Name: "primary", Region: "north"},
				func() (*cloud, error) { return &cloud{}, nil })
		},
		func(ctx *deployment.Context) error {
			got, err := deployment.Lookup(ctx, deployment.NewReference[core.Cluster]("cloud", "dr"))
			require.NoError(t, err)
			assert.Equal(t, "dr", got.ClusterInfo().Name)
			assert.Equal(t, []deployment.Reference[core.Cluster]{"cloud/main", "cloud/dr"}, deployment.Provided[core.Cluster](ctx))
			_, err = deployment.Lookup(ctx, deployment.NewReference[pulumi.StringOutput]("cloud", "main"))
			require.NoError(t, err, "the type is part of the key")
			info, err := ctx.Providers().Info("cloud", "")
			require.NoError(t, err)
			assert.Equal(t, "north", info.Region)
			return nil
		})...)
	require.NoError(t, err)
}

type cloud struct{ pulumi.ProviderResourceState }

func TestLookupAndProvideRefuse(t *testing.T) {
	t.Parallel()
	_, err := run(t, switchedOn("cloud", "apps"), pairOf(
		func(ctx *deployment.Context) error {
			require.NoError(t, deployment.Provide[core.Cluster](ctx, "main", made("main")))
			for name, want := range map[string]string{
				"main": `provide core.Cluster "cloud/main": the name is taken`,
				"":     `provide core.Cluster "cloud/": a name is not empty and has no slash`,
				"a/b":  `provide core.Cluster "cloud/a/b": a name is not empty and has no slash`,
			} {
				err := deployment.Provide[core.Cluster](ctx, name, made("x"))
				require.EqualError(t, err, want)
				require.ErrorIs(t, err, failure.Deployment)
			}
			require.EqualError(t, deployment.Provide[core.Cluster](ctx, "nil", nil), `provide core.Cluster "cloud/nil": there is no value`)
			return nil
		},
		func(ctx *deployment.Context) error {
			_, err := deployment.Lookup(ctx, deployment.Reference[core.Cluster]("cloud/mian"))
			require.EqualError(t, err, `look up core.Cluster "cloud/mian": the module does not provide it, expected one of: main`)
			require.ErrorIs(t, err, failure.Deployment)
			_, err = deployment.Lookup(ctx, deployment.Reference[core.Network]("cloud/main"))
			require.EqualError(t, err, `look up core.Network "cloud/main": the module provides none`)
			_, err = deployment.Lookup(ctx, deployment.Reference[core.Cluster]("apart/main"))
			require.EqualError(t, err, `look up core.Cluster "apart/main": the module apps does not depend on "apart": `+
				`name it in deployment.DependsOn or deployment.After, or refer to it in the configuration of apps`)
			return nil
		})...)
	require.NoError(t, err)
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	var deployed []string
	r, err := deployment.NewRegistry(module("one", &deployed, nil), module("two", &deployed, nil))
	require.NoError(t, err)
	assert.Equal(t, []string{"one", "two"}, r.Names())
	m, err := r.Module("two")
	require.NoError(t, err)
	assert.Equal(t, "two", m.Name())
	_, err = r.Module("tow")
	require.EqualError(t, err, `find module "tow": unknown module, expected one of: one, two`)
	require.ErrorIs(t, err, failure.Deployment)
	require.ErrorIs(t, r.Add(module("two", &deployed, nil)), failure.Deployment)
	assert.Equal(t, []string{"one", "two"}, r.Names())
}
