package resources_test

import (
	"flag"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

func none(*pulumi.Context) *resources.ResourceGroupArgs { return nil }

// full returns arguments with all options.
func full(ctx *pulumi.Context) *resources.ResourceGroupArgs {
	return &resources.ResourceGroupArgs{
		Name: "rg-shop", Location: "northeurope", DeletionProtection: new(false),
		Tags: pulumi.StringMap{"team": fixture.Text(ctx, "shop")},
	}
}

func create(t *testing.T, args func(*pulumi.Context) *resources.ResourceGroupArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := resources.NewResourceGroup(ctx, "shop", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func TestResourceGroupConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[resources.ResourceGroupArgs, *resources.ResourceGroup]{
		Token: resources.ResourceGroupToken, New: resources.NewResourceGroup, Defaults: []string{"deletionProtection"},
	}, map[string]func(*pulumi.Context) *resources.ResourceGroupArgs{"everything": full, "defaults": none})
}

func TestResourceGroupGolden(t *testing.T) {
	t.Parallel()
	create(t, none).Golden(t, "testdata/default.txt")
	create(t, full).Golden(t, "testdata/full.txt")
}

func TestGroupsAreProtectedByDefault(t *testing.T) {
	t.Parallel()
	const token = "azure-native:resources/v20241101:ResourceGroup"
	require.True(t, create(t, none).One(t, token).Protect, "Azure deletes everything in the group")
	require.False(t, create(t, full).One(t, token).Protect)
}

func TestInvalidResourceGroupsAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   resources.ResourceGroupArgs
		want   []string
	}{
		"name":     {"no period at the end", resources.ResourceGroupArgs{Name: "shop."}, []string{`name: invalid name "shop." of a resource group: `}},
		"location": {"the short form", resources.ResourceGroupArgs{Location: "West Europe"}, []string{`location: unknown location "West Europe", did you mean "westeurope"?`}},
		"tags":     {"reserved by Azure", resources.ResourceGroupArgs{Tags: pulumi.StringMap{"azure-x": pulumi.String("y")}}, []string{"tags.azure-x: the prefix azure is reserved"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := resources.NewResourceGroup(ctx, "shop", &tc.args)
				return err
			}, tc.want...)
		})
	}
}
