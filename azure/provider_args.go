package azure

import (
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
)

// ProviderArgs are the arguments of a provider for one subscription and one location. None of them is a credential: these
// come from the environment. They cannot be outputs, because other modules read them before deployment.
type ProviderArgs struct {
	// SubscriptionID is the ID of the subscription. Default: ARM_SUBSCRIPTION_ID. Existing resources stay in their
	// subscription when it changes: use a provider with another name for another subscription.
	SubscriptionID string `pulumi:"subscriptionId,optional" jsonschema:"example=11111111-2222-3333-4444-555555555555"`
	// TenantID is the ID of the Microsoft Entra tenant. Default: ARM_TENANT_ID, or the tenant of the login.
	TenantID string `pulumi:"tenantId,optional" jsonschema:"example=11111111-2222-3333-4444-555555555555"`
	// Location is the location of resources that set none, in its short form, such as westeurope. Required. Changing it
	// moves no existing resource.
	Location string `pulumi:"location" jsonschema:"required,example=westeurope"`
	// Environment is the cloud: the global Azure cloud (public), Azure Government, or Azure operated by 21Vianet in China.
	Environment Environment `pulumi:"environment,optional" jsonschema:"default=public,enum=public,enum=government,enum=china"`
	// AllowedSubscriptionIDs are the subscriptions that can be changed: another one is rejected before anything is created.
	// Default: all subscriptions.
	AllowedSubscriptionIDs []string `pulumi:"allowedSubscriptionIds,optional"`
	// AllowedTenantIDs are the tenants that can be changed: credentials of another one are rejected before anything is
	// created. Default: all tenants.
	AllowedTenantIDs []string `pulumi:"allowedTenantIds,optional"`
	// AzureCLI allows the login of the Azure CLI (az login) when the environment has no other credentials. Default: false.
	AzureCLI bool `pulumi:"azureCli,optional"`
	// PartnerID is the GUID of a partner, to which Microsoft attributes the usage. Default: none; the provider does not
	// send the ID of Pulumi either.
	PartnerID string `pulumi:"partnerId,optional"`
	// Credentials resolves the credentials. Default: from the environment.
	Credentials *credentials.Resolver `config:"program"`
}

// Environment is an Azure cloud.
type Environment string

// The clouds.
const (
	// EnvironmentPublic is the global Azure cloud.
	EnvironmentPublic Environment = "public"
	// EnvironmentGovernment is Azure Government.
	EnvironmentGovernment Environment = "government"
	// EnvironmentChina is Azure operated by 21Vianet.
	EnvironmentChina Environment = "china"
)

var _ config.Validator = (*ProviderArgs)(nil)

// Validate implements config.Validator.
func (a *ProviderArgs) Validate(report *config.Report) {
	location.Check(report, []string{"location"}, a.Location)
	a.checkEnvironment(report)
	for _, id := range []struct{ key, value string }{
		{"subscriptionId", a.SubscriptionID}, {"tenantId", a.TenantID}, {"partnerId", a.PartnerID},
	} {
		if id.value != "" && !lookup.IsGUID(id.value) {
			report.Add([]string{id.key}, "found %q: use an ID such as 11111111-2222-3333-4444-555555555555", id.value)
		}
	}
	lookup.CheckGUIDs(report, []string{"allowedSubscriptionIds"}, a.AllowedSubscriptionIDs)
	lookup.CheckGUIDs(report, []string{"allowedTenantIds"}, a.AllowedTenantIDs)
	if !allowed(a.SubscriptionID, a.AllowedSubscriptionIDs) {
		report.Add([]string{"subscriptionId"}, "%s is not in allowedSubscriptionIds: add it, or use another subscription",
			a.SubscriptionID)
	}
	if !allowed(a.TenantID, a.AllowedTenantIDs) {
		report.Add([]string{"tenantId"}, "%s is not in allowedTenantIds: add it, or use another tenant", a.TenantID)
	}
}

// checkEnvironment reports a location of another cloud.
func (a *ProviderArgs) checkEnvironment(report *config.Report) {
	environment := location.Environment(a.Environment)
	if environment == "" {
		environment = location.Public
	}
	is := location.Of(a.Location)
	if a.Location == "" || is == environment {
		return
	}
	if is != location.Public {
		report.Add([]string{"environment"}, "location %q is in the cloud %q: set environment to %s", a.Location, is, is)
		return
	}
	report.Add([]string{"location"}, "location %q is not in the cloud %q: use one such as %s", a.Location, environment,
		config.List(location.Names(environment)))
}

// allowed reports whether an ID is in a list. An empty ID is not known yet, and an empty list allows all.
func allowed(id string, list []string) bool {
	return id == "" || len(list) == 0 || slices.ContainsFunc(list, func(other string) bool {
		return strings.EqualFold(id, other)
	})
}
