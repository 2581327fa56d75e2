package deployment_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
)

type made string

func (m made) ClusterInfo() core.ClusterInfo { return core.ClusterInfo{Name: string(m)} }

// pairOf returns modules of which the second depends on the first.
func pairOf(first, second func(*deployment.Context) error) []deployment.Module {
	return []deployment.Module{
		deployment.NewModule("cloud", nil, func(ctx *deployment.Context, _ *settings) error { return first(ctx) },
			deployment.Provides[core.Cluster](""), deployment.Provides[pulumi.StringOutput]("")),
		deployment.NewModule("apps", nil, func(ctx *deployment.Context, _ *settings) error { return second(ctx) }, deployment.After("cloud")),
		deployment.NewModule("apart", nil, func(*deployment.Context, *settings) error { return nil }),
	}
}

func TestModulesProvideValuesToEachOther(t *testing.T) {
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

func TestLookupAndProvideErrors(t *testing.T) {
	t.Parallel()
	_, err := run(t, switchedOn("cloud", "apps"), pairOf(
		func(ctx *deployment.Context) error {
			require.NoError(t, deployment.Provide[core.Cluster](ctx, "main", made("main")))
			for name, want := range map[string]string{
				"main": `provide core.Cluster "cloud/main": duplicate name`,
				"":     `provide core.Cluster "cloud/": a name must not be empty or contain a slash`,
				"a/b":  `provide core.Cluster "cloud/a/b": a name must not be empty or contain a slash`,
			} {
				err := deployment.Provide[core.Cluster](ctx, name, made("x"))
				require.EqualError(t, err, want)
				require.ErrorIs(t, err, failure.Deployment)
			}
			require.EqualError(t, deployment.Provide[core.Cluster](ctx, "nil", nil), `provide core.Cluster "cloud/nil": nil value: pass a constructed one`)
			require.EqualError(t, deployment.Provide[core.Network](ctx, "main", nil), `provide core.Network "cloud/main": `+
				`undeclared type: add deployment.Provides[core.Network] to the options of the module`)
			return nil
		},
		func(ctx *deployment.Context) error {
			_, err := deployment.Lookup(ctx, deployment.Reference[core.Cluster]("cloud/mian"))
			require.EqualError(t, err, `look up core.Cluster "cloud/mian": unknown name "mian", expected one of: main`)
			require.ErrorIs(t, err, failure.Deployment)
			_, err = deployment.Lookup(ctx, deployment.Reference[core.Network]("cloud/main"))
			require.EqualError(t, err, `look up core.Network "cloud/main": unknown name "main", there are none`)
			_, err = deployment.Lookup(ctx, deployment.Reference[core.Cluster]("apart/main"))
			require.EqualError(t, err, `look up core.Cluster "apart/main": module apps does not depend on module "apart": `+
				`add it to deployment.DependsOn or deployment.After, or refer to it in the configuration of apps`)
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

// Topic is a contract of another party.
type topic struct{ name string }

type shopConfiguration struct {
	deployment.Switch
	Orders deployment.Reference[*topic]              `pulumi:"orders"`
	Any    deployment.Reference[fmt.Stringer]        `pulumi:"any"`
	Lists  map[string][]deployment.Reference[*topic] `pulumi:"lists"`
}

type brokerConfiguration struct {
	deployment.Switch
	Topics config.Named[struct{}] `pulumi:"topics"`
}

func TestReferencesToTypesOfOtherModules(t *testing.T) {
	t.Parallel()
	broker := deployment.NewModule("broker", nil, func(ctx *deployment.Context, c *brokerConfiguration) error {
		for _, name := range c.Topics.Names() {
			if err := deployment.Provide(ctx, name, &topic{name}); err != nil {
				return err
			}
		}
		return nil
	}, deployment.Provides[*topic]("topics"))
	tests := map[string]struct{ reason, shop, err string }{
		"Entry":   {"the entry is under the key that the module declares", `"orders":"broker/orders"`, ""},
		"Unknown": {"other names are unknown", `"orders":"broker/oders"`, `shop.orders: unknown entry "oders" of broker.topics, did you mean "orders"?`},
		"Nested":  {"references are found in maps and lists", `"lists":{"a":["broker/x"]}`, `shop.lists.a[0]: unknown entry "x" of broker.topics, expected one of: orders`},
		"Type":    {"the module declares the type", `"any":"broker/orders"`, `shop.any: module broker provides no stringer`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var found *topic
			shop := deployment.NewModule("shop", nil, func(ctx *deployment.Context, c *shopConfiguration) (err error) {
				found, err = deployment.Lookup(ctx, c.Orders)
				return err
			})
			_, err := run(t, map[string]string{
				"broker": `{"enabled":true,"topics":{"orders":{}}}`, "shop": `{"enabled":true,` + tc.shop + `}`,
			}, shop, broker)
			if tc.err != "" {
				require.ErrorContains(t, err, tc.err, tc.reason)
				require.ErrorIs(t, err, failure.Configuration)
				return
			}
			require.NoError(t, err, tc.reason)
			assert.Equal(t, &topic{"orders"}, found, "the broker is deployed first")
		})
	}
}
