package azure_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const (
	// canary is a secret that must not be visible anywhere.
	canary = "canary-5d41402abc4b2a76"
	client = "12121212-0000-0000-0000-000000000000"
	other  = "77777777-2222-3333-4444-555555555555"
)

// environment returns a resolver over variables.
func environment(variables map[string]string) *credentials.Resolver {
	return credentials.New(credentials.WithLookup(func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}))
}

// login returns the credentials of a service principal.
func login() *credentials.Resolver {
	return environment(map[string]string{
		"ARM_CLIENT_ID": client, "ARM_CLIENT_SECRET": canary, "ARM_TENANT_ID": fixture.Tenant,
		"ARM_SUBSCRIPTION_ID": fixture.Subscription,
	})
}

// provider creates a provider and returns its registration.
func provider(t *testing.T, args *azure.ProviderArgs, opts ...pulumitest.Option) (*pulumitest.Registration, error) {
	t.Helper()
	var failed error
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, failed = azure.NewProvider(ctx, "primary", args)
		return nil
	}, append(opts, fixture.Cloud()...)...)
	fixture.RequireOneVersion(t, r)
	if failed != nil {
		return nil, failed
	}
	return r.One(t, "pulumi:providers:azure-native"), nil
}

func TestProviderInputs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason      string
		args        azure.ProviderArgs
		credentials *credentials.Resolver
		want        map[string]any
	}{
		"location": {"the subscription of the environment, and no credentials", azure.ProviderArgs{}, login(), nil},
		"subscription": {"an argument precedes the environment", azure.ProviderArgs{SubscriptionID: other, TenantID: other}, login(),
			map[string]any{"subscriptionId": other, "tenantId": other}},
		"government": {"the name in azure-native", azure.ProviderArgs{
			Location: "usgovvirginia", Environment: azure.EnvironmentGovernment,
		}, login(), map[string]any{"environment": "usgovernment", "location": "usgovvirginia"}},
		"China": {"the name in azure-native", azure.ProviderArgs{
			Location: "chinanorth3", Environment: azure.EnvironmentChina,
		}, login(), map[string]any{"environment": "china", "location": "chinanorth3"}},
		"partner": {"instead of no partner", azure.ProviderArgs{PartnerID: other}, login(),
			map[string]any{"partnerId": other, "disablePulumiPartnerId": nil}},
		"guard": {"allowed, in any case", azure.ProviderArgs{
			AllowedSubscriptionIDs: []string{other, fixture.Subscription}, AllowedTenantIDs: []string{fixture.Tenant},
		}, login(), nil},
		"Azure CLI": {"the subscription of the login", azure.ProviderArgs{AzureCLI: true}, environment(nil),
			map[string]any{"subscriptionId": nil, "tenantId": nil}},
		"managed identity": {"selected by the environment", azure.ProviderArgs{}, environment(map[string]string{
			"ARM_USE_MSI": "true", "ARM_SUBSCRIPTION_ID": fixture.Subscription,
		}), map[string]any{"tenantId": nil}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.Credentials = tc.credentials
			if tc.args.Location == "" {
				tc.args.Location = fixture.Location
			}
			r, err := provider(t, &tc.args)
			require.NoError(t, err)
			want := map[string]any{
				"subscriptionId": fixture.Subscription, "tenantId": fixture.Tenant, "location": fixture.Location,
				"environment": "public", "disablePulumiPartnerId": true,
			}
			for key, value := range tc.want {
				if want[key] = value; value == nil {
					delete(want, key)
				}
			}
			require.Empty(t, cmp.Diff(want, r.Inputs.Mappable()), "%s (-want +got)", tc.reason)
		})
	}
}

func TestInvalidProvidersAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args azure.ProviderArgs
		want string
	}{
		"no location":       {azure.ProviderArgs{}, "location: required, but missing"},
		"display name":      {azure.ProviderArgs{Location: "West Europe"}, `location: unknown location "West Europe", did you mean "westeurope"?`},
		"subscription":      {azure.ProviderArgs{SubscriptionID: "shop"}, `subscriptionId: found "shop": use an ID such as`},
		"tenant":            {azure.ProviderArgs{TenantID: "acme.onmicrosoft.com"}, `tenantId: found "acme.onmicrosoft.com"`},
		"partner":           {azure.ProviderArgs{PartnerID: "acme"}, `partnerId: found "acme"`},
		"allowed":           {azure.ProviderArgs{AllowedSubscriptionIDs: []string{"shop"}}, `allowedSubscriptionIds[0]: found "shop"`},
		"allowed tenant":    {azure.ProviderArgs{AllowedTenantIDs: []string{"acme"}}, `allowedTenantIds[0]: found "acme"`},
		"guard":             {azure.ProviderArgs{SubscriptionID: other, AllowedSubscriptionIDs: []string{fixture.Subscription}}, "subscriptionId: " + other + " is not in allowedSubscriptionIds"},
		"guard on tenants":  {azure.ProviderArgs{TenantID: other, AllowedTenantIDs: []string{fixture.Tenant}}, "tenantId: " + other + " is not in allowedTenantIds"},
		"environment":       {azure.ProviderArgs{Environment: "germany"}, "environment: "},
		"public location":   {azure.ProviderArgs{Environment: azure.EnvironmentGovernment}, `location: location "westeurope" is not in the cloud "government": use one such as usdodcentral`},
		"location in China": {azure.ProviderArgs{Location: "chinaeast2"}, `environment: location "chinaeast2" is in the cloud "china": set environment to china`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.args.Location == "" && name != "no location" {
				tc.args.Location = fixture.Location
			}
			tc.args.Credentials = login()
			_, err := provider(t, &tc.args)
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.ErrorContains(t, err, tc.want)
			require.NotContains(t, err.Error(), canary)
		})
	}
	_, err := provider(t, nil)
	require.ErrorContains(t, err, "location: required, but missing")
}

// The guard sees the subscription of the environment before the provider is registered, and what the credentials are for
// before anything else is.
func TestOtherSubscriptionsAreRejected(t *testing.T) {
	t.Parallel()
	_, err := provider(t, &azure.ProviderArgs{
		Location: fixture.Location, AllowedSubscriptionIDs: []string{other}, Credentials: login(),
	})
	require.ErrorIs(t, err, failure.Provider)
	require.ErrorContains(t, err, `check provider "primary": the credentials are for subscription `+fixture.Subscription+
		", which is not in allowedSubscriptionIds")

	// The environment of the Azure CLI names neither.
	_, err = provider(t, &azure.ProviderArgs{
		Location: fixture.Location, AzureCLI: true, AllowedSubscriptionIDs: []string{other}, Credentials: environment(nil),
	})
	require.ErrorIs(t, err, failure.Provider)
	require.ErrorContains(t, err, "the credentials are for subscription "+fixture.Subscription)
	_, err = provider(t, &azure.ProviderArgs{
		Location: fixture.Location, AzureCLI: true, AllowedTenantIDs: []string{other}, Credentials: environment(nil),
	})
	require.ErrorContains(t, err, "the credentials are for tenant "+fixture.Tenant+", which is not in allowedTenantIds")
}

func TestAFailingLookupIsReported(t *testing.T) {
	t.Parallel()
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := azure.NewProvider(ctx, "primary", &azure.ProviderArgs{
			Location: fixture.Location, AllowedTenantIDs: []string{fixture.Tenant}, Credentials: login(),
		})
		return err
	}, pulumitest.WithInvoke(func(pulumitest.Invocation) (resource.PropertyMap, error) { return nil, failure.Credentials }))
	require.ErrorIs(t, err, failure.Provider)
	require.Len(t, r.Resources, 1, "only the provider is registered")
}

func TestProvidersNeedCredentials(t *testing.T) {
	t.Parallel()
	_, err := provider(t, &azure.ProviderArgs{Location: fixture.Location, Credentials: environment(nil)})
	require.ErrorIs(t, err, failure.Credentials)
	require.ErrorContains(t, err, "ARM_CLIENT_SECRET")
	require.NotContains(t, err.Error(), "AZURE_CLIENT_SECRET", "azure-native does not read the variables of the Azure SDK")
	require.NotContains(t, err.Error(), "az login", "the login of a user is used on request only")
}

func TestProviderValidatorsAcceptZeroValues(t *testing.T) {
	t.Parallel()
	require.Error(t, config.Check("arguments", &azure.ProviderArgs{}))
}
