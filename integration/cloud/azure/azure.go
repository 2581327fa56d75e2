package azure

import (
	"cmp"
	"fmt"
	"slices"

	azurenative "github.com/pulumi/pulumi-azure-native-sdk/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/containerservice"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/keyvault"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/network"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/plugin"
)

// Version is the simulated version of the provider.
const Version = plugin.AzureVersion

// Subscription is the id of the subscription of providers that are configured without one.
const Subscription = kernel.Subscription

// Settings are those of providers that are configured without them, as the environment variables of the real provider
// set them.
type Settings struct {
	// SubscriptionID is ARM_SUBSCRIPTION_ID. Default: [Subscription].
	SubscriptionID string
	// TenantID is ARM_TENANT_ID. Default: a tenant of the simulation.
	TenantID string
	// ClientID is ARM_CLIENT_ID. Default: a service principal of the simulation.
	ClientID string
	// Environment is ARM_ENVIRONMENT: public, usgovernment or china. Default: public.
	Environment string
	// Location is the location of resources in groups that are unknown, and of resource groups. Default: none.
	Location string
}

// Option configures the simulated Azure.
type Option func(*options)

type options struct {
	settings   Settings
	principals map[string]string
	planes     clusters.ControlPlanes
	cores      int
}

// WithControlPlanes starts a control plane for each cluster. Default: a cluster is its description only, and nothing
// answers at its endpoint.
func WithControlPlanes(p clusters.ControlPlanes) Option { return func(o *options) { o.planes = p } }

// WithCores sets the quota of virtual CPUs in each location of a subscription. Default: [containerservice.DefaultCores].
func WithCores(n int) Option { return func(o *options) { o.cores = n } }

// WithSettings sets the settings of providers that are configured without them.
func WithSettings(s Settings) Option { return func(o *options) { o.settings = s } }

// WithPrincipals sets the users, groups and service principals of the tenant by object id, next to the managed
// identities: "User", "Group" or "ServicePrincipal". Default: each GUID that is not the id of a managed identity is the
// id of a principal of any type.
func WithPrincipals(types map[string]string) Option {
	return func(o *options) { o.principals = types }
}

// New returns the simulated Azure. Credentials are not required.
func New(opts ...Option) *cloud.Cloud {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	out := &cloud.Cloud{
		Name:       "azure-native",
		Page:       "docs/simulated-azure.md",
		Version:    Version,
		Signatures: signatures(),
		Services:   services(o),
		Token:      cloud.WithoutVersion, OtherTokens: versionedTokens,
		Tags:        cloud.Tags{Input: "tags"},
		Check:       checkVersion,
		KeepsInputs: true, ImportsAnswers: true,
		AutoName:    kernel.RandomName,
		FoldIDs:     true,
		DeleteFirst: true,
		Given: func(store *cloud.Store, o *cloud.Object) (bool, error) {
			if network.Enabled(o) {
				return true, nil
			}
			return keyvault.Deleted(store, o)
		},
		Errors: cloud.Errors{
			Refuse:         func(code, message string) error { return kernel.Refuse(code, "%s", message) },
			Retryable:      kernel.Retryable(),
			ParentNotFound: kernel.ParentNotFound,
			Exists:         kernel.Exists,
			Busy:           kernel.Busy,
		},
		Config: azurenative.ProviderArgs{},
		Configure: func(p resource.PropertyMap) (cloud.Scope, map[string]string) {
			return configure(p, o.settings)
		},
	}
	if o.planes != nil {
		containerservice.Attach(o.planes, out.Services)
		out.Reset = o.planes.StopAll
	}
	return out
}

func configure(p resource.PropertyMap, defaults Settings) (cloud.Scope, map[string]string) {
	setting := func(name string, others ...string) string {
		text, _ := p.Mappable()[name].(string)
		return cmp.Or(append([]string{text}, others...)...)
	}
	problems := map[string]string{}
	values := map[string]string{
		"subscription": setting("subscriptionId", defaults.SubscriptionID, kernel.Subscription),
		"tenant":       setting("tenantId", defaults.TenantID, kernel.Tenant),
		"client":       setting("clientId", defaults.ClientID, kernel.ClientID),
		"environment":  setting("environment", defaults.Environment, kernel.Public),
		"location":     setting("location", defaults.Location),
	}
	for name, setting := range map[string]string{"subscription": "subscriptionId", "tenant": "tenantId", "client": "clientId"} {
		if !kernel.IsGUID(values[name]) {
			problems[setting] = fmt.Sprintf("%q is no GUID", values[name])
		}
	}
	if !slices.Contains(kernel.EnvironmentNames(), values["environment"]) {
		problems["environment"] = fmt.Sprintf("unknown environment %q: expected one of %q", values["environment"],
			kernel.EnvironmentNames())
	}
	return cloud.Scope{Place: values["subscription"], Values: values, Retries: kernel.Retries}, problems
}
