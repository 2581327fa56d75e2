package azure

import (
	"cmp"
	"fmt"

	azurenative "github.com/pulumi/pulumi-azure-native-sdk/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// NewProvider creates a provider for one subscription and one location. Pass it to components and resources with
// pulumi.Provider: it is used for all resources and function calls in them.
//
// Credentials come from the environment. They are not inputs of the provider, so they are not part of the state, and
// new ones cause no update. AllowedSubscriptionIDs and AllowedTenantIDs reject other subscriptions and tenants before
// anything is created: NewProvider then looks up what the credentials are for.
//
// Errors are of the class failure.Configuration, a *config.Error with all problems, failure.Credentials, or
// failure.Provider for a subscription or tenant that is not allowed.
func NewProvider(
	ctx *pulumi.Context, name string, args *ProviderArgs, opts ...pulumi.ResourceOption,
) (*azurenative.Provider, error) {
	args, _, err := config.Arguments(ctx, fmt.Sprintf("arguments of azure provider %q", name), name, args)
	if err != nil {
		return nil, err
	}
	resolver := args.Credentials
	if resolver == nil {
		resolver = credentials.New()
	}
	found, err := resolver.Azure(args.request(name))
	if err != nil {
		return nil, err
	}
	// The variables of the environment can name another subscription than the arguments allow.
	if err := args.guard(name, found.SubscriptionID, found.TenantID); err != nil {
		return nil, err
	}
	provider, err := azurenative.NewProvider(ctx, name, args.inputs(found), opts...)
	if err != nil {
		return nil, err
	}
	if len(args.AllowedSubscriptionIDs)+len(args.AllowedTenantIDs) == 0 {
		return provider, nil
	}
	client, err := lookup.GetClient(ctx, pulumi.Provider(provider))
	if err != nil {
		return nil, failure.Wrap(failure.Provider, "check", fmt.Sprintf("provider %q", name), err)
	}
	if err := args.guard(name, client.SubscriptionID, client.TenantID); err != nil {
		return nil, err
	}
	return provider, nil
}

// request returns the request for the credentials of a provider. The variables of the Azure SDK are not among the
// sources, because azure-native does not read them.
func (a *ProviderArgs) request(name string) credentials.AzureRequest {
	r := credentials.AzureRequest{
		Provider: name, SubscriptionID: a.SubscriptionID, TenantID: a.TenantID,
		Sources: []credentials.Source{
			credentials.AzureClientCertificate, credentials.AzureClientSecret, credentials.AzureOIDC,
			credentials.AzureManagedIdentity,
		},
	}
	if a.AzureCLI {
		r.Sources = append(r.Sources, credentials.AzureCLI)
	}
	return r
}

// guard rejects a subscription or tenant that is not allowed. Empty IDs are not known yet.
func (a *ProviderArgs) guard(name, subscription, tenant string) error {
	subject := fmt.Sprintf("provider %q", name)
	if !allowed(subscription, a.AllowedSubscriptionIDs) {
		return failure.New(failure.Provider, "check", subject,
			"the credentials are for subscription %s, which is not in allowedSubscriptionIds: add it, or set subscriptionId",
			subscription)
	}
	if !allowed(tenant, a.AllowedTenantIDs) {
		return failure.New(failure.Provider, "check", subject,
			"the credentials are for tenant %s, which is not in allowedTenantIds: add it, or use credentials of another tenant",
			tenant)
	}
	return nil
}

// inputs returns the arguments for the SDK. The subscription and the tenant are no secrets; recording them shows a change
// of the environment as a change of the provider.
func (a *ProviderArgs) inputs(found credentials.Azure) *azurenative.ProviderArgs {
	out := &azurenative.ProviderArgs{
		SubscriptionId: text(cmp.Or(a.SubscriptionID, found.SubscriptionID)),
		TenantId:       text(cmp.Or(a.TenantID, found.TenantID)),
		Location:       pulumi.String(a.Location),
		Environment:    pulumi.String(a.Environment.native()),
		PartnerId:      text(a.PartnerID),
	}
	if a.PartnerID == "" {
		out.DisablePulumiPartnerId = pulumi.Bool(true)
	}
	return out
}

// native returns the name of the cloud in azure-native.
func (e Environment) native() string {
	if e == EnvironmentGovernment {
		return "usgovernment"
	}
	return string(e)
}

func text(s string) pulumi.StringPtrInput {
	if s == "" {
		return nil
	}
	return pulumi.String(s)
}
