package options_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/resources"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const (
	other        = "20000000-0000-4000-8000-000000000001"
	groupType    = "azure-native:resources/v20241101:ResourceGroup"
	identityType = "azure-native:managedidentity/v20230131:UserAssignedIdentity"
)

func TestTwoSubscriptionsInOneProgram(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	tags := pulumi.StringMap{"team": pulumi.String("a")}
	place, subscription := "northeurope", other
	life := a.Life(t, "subscriptions", func(ctx *pulumi.Context) error {
		for name, args := range map[string]azure.ProviderArgs{
			"primary": {Location: "westeurope", AllowedSubscriptionIDs: []string{simulated.Subscription}},
			"standby": {Location: place, SubscriptionID: subscription, AllowedTenantIDs: []string{kernel.Tenant}},
		} {
			args.Credentials = environment()
			p, err := azure.NewProvider(ctx, name, &args)
			if err != nil {
				return err
			}
			g, err := resources.NewResourceGroup(ctx, name, &resources.ResourceGroupArgs{
				DeletionProtection: new(false), Tags: tags,
			}, pulumi.Provider(p))
			if err != nil {
				return err
			}
			if _, err := identity.NewUserAssigned(ctx, name, &identity.UserAssignedArgs{ResourceGroupName: g.Name},
				pulumi.Provider(p)); err != nil {
				return err
			}
			ctx.Export(name, g.Location)
		}
		return nil
	})
	up := life.Up()
	require.Equal(t, "westeurope", up.Outputs["primary"].Value)
	require.Equal(t, "northeurope", up.Outputs["standby"].Value)
	require.NoError(t, life.CheckNoSecret(nil, canary))
	places := map[string]string{}
	for _, o := range a.Objects(t) {
		fields := strings.Fields(o)
		name := fields[2][strings.LastIndex(fields[2], "/")+1:]
		places[fields[0]+" "+name[:len(name)-8]] = fields[1]
	}
	require.Equal(t, map[string]string{
		kernel.GroupToken + " primary": simulated.Subscription, kernel.GroupToken + " standby": other,
		kernel.IdentityToken + " primary": simulated.Subscription, kernel.IdentityToken + " standby": other,
	}, places)

	tags["team"] = pulumi.String("b")
	life.Change("tags", "update "+groupType+" primary", "update "+groupType+" standby")
	place = "uksouth"
	life.Change("another location moves no existing resource", "update pulumi:providers:azure-native standby")
	life.Destroy()
}

// No resources are created.
func TestOtherSubscriptionsAndTenantsAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args azure.ProviderArgs
		want string
	}{
		"subscription": {azure.ProviderArgs{AllowedSubscriptionIDs: []string{other}},
			"the credentials are for subscription " + simulated.Subscription + ", which is not in allowedSubscriptionIds"},
		"tenant": {azure.ProviderArgs{AllowedTenantIDs: []string{other}},
			"the credentials are for tenant " + kernel.Tenant + ", which is not in allowedTenantIds"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := cloudtest.SimulatedAzure(t)
			life := a.Life(t, "guard", func(ctx *pulumi.Context) error {
				args := tc.args
				args.Location, args.Credentials = "westeurope", environment()
				p, err := azure.NewProvider(ctx, "primary", &args)
				if err != nil {
					return err
				}
				_, err = resources.NewResourceGroup(ctx, "shop", nil, pulumi.Provider(p))
				return err
			})
			preview, err := life.Preview(t.Context())
			require.Error(t, err, preview.Output)
			require.Contains(t, preview.Output, tc.want)
			up, err := life.Stack.Up(t.Context())
			require.Error(t, err, up.Output)
			require.Contains(t, up.Output, tc.want)
			a.RequireEmpty(t)
		})
	}
}
