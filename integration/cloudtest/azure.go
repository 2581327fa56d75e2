package cloudtest

import (
	"os"
	"strings"
	"testing"
	"time"

	azurenative "github.com/pulumi/pulumi-azure-native-sdk/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/plugin"
)

// EnvLocation is the environment variable with the location of tests in a real Azure subscription.
const EnvLocation = "ASHLAR_AZURE_LOCATION"

// onAzure returns Azure as a target.
func onAzure() target {
	return target{
		provider: "azure-native", version: simulated.Version, cli: "kubelogin",
		simulated: func(location string) *cloud.Cloud {
			return simulated.New(simulated.WithSettings(simulated.Settings{Location: location}))
		},
		build: plugin.Azure, credentials: plugin.AzureCredentials(),
		region: azuretest.Location,
		place:  func(group string) string { return simulated.Subscription + "/" + strings.ToLower(group) },
	}
}

// Azure runs a test in a simulated Azure subscription and, if configured, in a real one. Resource groups of programs must
// have the tags of [Account.Tags].
func Azure(t *testing.T, test func(t *testing.T, a *Account)) {
	t.Helper()
	t.Run("simulated", func(t *testing.T) {
		t.Parallel()
		test(t, SimulatedAzure(t))
	})
	t.Run("live", func(t *testing.T) {
		t.Parallel()
		a := &Account{cloud: onAzure(), run: time.Now().UTC().Format("20060102-150405")}
		if location := os.Getenv(EnvLocation); location != "" {
			a.cloud.region = location
		}
		if os.Getenv(EnvLive) != "azure" {
			t.Skipf("set %s=azure and credentials to run in a real subscription", EnvLive)
		}
		t.Logf("WARNING: creating resources in groups with the tag %s=%s in a real Azure subscription, which costs money",
			CleanUpTag, a.run)
		test(t, a)
	})
}

// SimulatedAzure returns an empty simulated Azure subscription.
func SimulatedAzure(t *testing.T) *Account {
	t.Helper()
	return newSimulated(t, onAzure())
}

// AzureProvider creates an explicit provider of an Azure subscription.
func (a *Account) AzureProvider(ctx *pulumi.Context, name, location string) (*azurenative.Provider, error) {
	return azurenative.NewProvider(ctx, name, &azurenative.ProviderArgs{Location: pulumi.String(location)})
}

// InGroup returns a program that creates a provider of an Azure subscription, a resource group, and what create adds to it.
func (a *Account) InGroup(
	create func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error,
) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.AzureProvider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		group, err := resources.NewResourceGroup(ctx, "group", &resources.ResourceGroupArgs{
			DeletionProtection: new(false), Tags: a.Tags(nil),
		}, on)
		if err != nil {
			return err
		}
		return create(ctx, group, on)
	}
}

// Tags returns the tags of a resource: those given, and in a real subscription also [CleanUpTag].
func (a *Account) Tags(tags map[string]string) pulumi.StringMap {
	out := pulumi.ToStringMap(tags)
	if a.Store == nil {
		out[CleanUpTag] = pulumi.String(a.run)
	}
	return out
}

// RequireRefusedByAzure runs a program in an empty simulated Azure subscription without an engine, and checks that it
// fails with a message before Azure creates or rejects anything.
func RequireRefusedByAzure(t *testing.T, message string, program pulumi.RunFunc) {
	t.Helper()
	a := azuretest.NewAccount(t).Use(map[string]any{"location": onAzure().region})
	_, err := a.Deploy(program)
	require.ErrorContains(t, err, message)
	require.NotContains(t, err.Error(), "Status=")
	made, err := onAzure().simulated("").Made(a.Store, "")
	require.NoError(t, err)
	require.Empty(t, made, "objects in the subscription")
}
