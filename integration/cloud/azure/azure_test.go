package azure_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

// newHistory returns a subscription with a resource group.
func newHistory(t *testing.T) *accounttest.History {
	t.Helper()
	return azuretest.New(t).All(azuretest.Group()...)
}

type versionCase struct {
	step step
	want string
}

func versionCases() map[string]versionCase {
	account := func(token string, more in) step {
		s := azuretest.Account(more)
		s.Type = token
		return s
	}
	return map[string]versionCase{
		"the simulated version": {account("azure-native:storage/v20240101:StorageAccount", in{"enableExtendedGroups": true}), ""},
		"an older version":      {account("azure-native:storage/v20230101:StorageAccount", nil), ""},
		"no version":            {account("azure-native:storage:StorageAccount", nil), ""},
		"an input that is newer": {account("azure-native:storage/v20230101:StorageAccount", in{"enableExtendedGroups": true}),
			"unknown property: the API version of azure-native:storage/v20230101:StorageAccount does not have it. Use a token of a newer version, such as azure-native:storage/v20240101:StorageAccount"},
		"a version that is not covered": {account("azure-native:storage/v20190401:StorageAccount", nil),
			"does not cover the API version of azure-native:storage/v20190401:StorageAccount: it covers v20220901"},
		"an input of no version": {account("azure-native:storage:StorageAccount", in{"publicNetworkaccess": "Disabled"}),
			`did you mean "publicNetworkAccess"?`},
	}
}

// TestTokensOfOneType uses one resource with the tokens of several API versions.
func TestTokensOfOneType(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	s := azuretest.Account(nil)
	s.Type = "azure-native:storage/v20230101:StorageAccount"
	h.All(s)
	objects, err := h.Store.List(kernel.StorageToken)
	require.NoError(t, err)
	require.Len(t, objects, 1, "it is stored under the token without a version")
	h.Types["sa"] = "azure-native:storage/v20240101:StorageAccount"
	h.All(step{Name: "~sa", Inputs: azuretest.Account(in{"minimumTlsVersion": "TLS1_2"}).Inputs})
	require.Equal(t, "TLS1_2", h.Output("sa", "minimumTlsVersion"))
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	const other = "20000000-0000-4000-8000-000000000001"
	config := func(config in, opts ...azure.Option) in {
		r, err := azuretest.NewAccount(t, opts...).Use(config).History().Call("azure-native:authorization:getClientConfig", nil)
		require.NoError(t, err)
		return r
	}
	require.Equal(t, in{"clientId": kernel.ClientID, "objectId": kernel.ObjectID, "subscriptionId": kernel.Subscription,
		"tenantId": kernel.Tenant}, config(nil))
	require.Equal(t, other, config(in{"subscriptionId": other})["subscriptionId"])
	settings := azure.WithSettings(azure.Settings{SubscriptionID: other, TenantID: other})
	require.Equal(t, other, config(nil, settings)["subscriptionId"])
	require.Equal(t, kernel.Subscription, config(in{"subscriptionId": kernel.Subscription}, settings)["subscriptionId"])
	for property, value := range map[string]any{"subscriptionId": "main", "tenantId": "main", "environment": "moon",
		"useOidc": "maybe", "subscriptionID": other} {
		checked, err := azuretest.NewAccount(t).CheckConfig(t.Context(),
			provider.CheckRequest{Inputs: accounttest.Properties(in{property: value})})
		require.NoError(t, err)
		require.Len(t, checked.Failures, 1, property)
		require.Equal(t, property, checked.Failures[0].Property)
	}
	diff, err := azuretest.NewAccount(t).DiffConfig(t.Context(), provider.DiffRequest{
		OldInputs: accounttest.Properties(in{"subscriptionId": other}),
		Inputs:    accounttest.Properties(in{"subscriptionId": kernel.Subscription})})
	require.NoError(t, err)
	require.Equal(t, provider.Update, diff.DetailedDiff["subscriptionId"].Kind, "a provider is never replaced")
}

// TestLocations uses the location of a resource, of the provider and of the resource group.
func TestLocations(t *testing.T) {
	t.Parallel()
	identity := func(name string, more in) step {
		return step{Name: name, Type: kernel.IdentityToken, Inputs: accounttest.Merge(in{"resourceGroupName": "rg",
			"resourceName": strings.TrimPrefix(name, "~")}, more)}
	}
	h := newHistory(t).All(identity("group", nil), identity("own", in{"location": "North Europe"}))
	require.Equal(t, "westeurope", h.Output("group", "location"), "that of the resource group")
	require.Equal(t, "northeurope", h.Output("own", "location"), "Azure answers in the short form")
	require.False(t, h.Differences(identity("~own", in{"location": "northeurope"})).HasChanges)
	require.Equal(t, provider.UpdateReplace, h.Differences(identity("~own", in{"location": "westus"})).DetailedDiff["location"].Kind)

	other := h.Elsewhere(in{"location": "uksouth"}).All(identity("provider", nil))
	require.Equal(t, "uksouth", other.Output("provider", "location"), "that of the provider comes before that of the group")
	require.Equal(t, "westeurope", resource.ToResourcePropertyMap(h.Inputs["group"])["location"].StringValue())
	again := h.Elsewhere(in{"location": "uksouth"})
	again.IDs, again.Inputs, again.Types, again.State = h.IDs, h.Inputs, h.Types, h.State
	require.False(t, again.Differences(identity("~group", nil)).HasChanges, "the old location stays")

	for name, tc := range map[string]struct {
		step step
		want string
	}{
		"unknown": {identity("x", in{"location": "mars"}),
			`Status=400 Code="LocationNotAvailableForResourceType" Message="The provided location 'mars' is not available for resource type 'Microsoft.ManagedIdentity/userAssignedIdentities'. List of available regions for the resource type is 'australiacentral,`},
		"of another cloud": {identity("x", in{"location": "chinanorth3"}), "LocationNotAvailableForResourceType"},
		"of a group": {step{Name: "z", Type: kernel.GroupToken, Inputs: in{"resourceGroupName": "z", "location": "mars"}},
			`Status=400 Code="LocationNotAvailableForResourceGroup"`},
		"missing": {step{Name: "y", Type: kernel.GroupToken, Inputs: in{"resourceGroupName": "y"}}, `Code="LocationRequired"`},
	} {
		require.ErrorContains(t, h.Do(tc.step), tc.want, name)
	}
	vault := azuretest.Vault(nil)
	moved := accounttest.Merge(vault.Inputs, in{"location": "northeurope"})
	h.All(vault)
	require.ErrorContains(t, h.Do(step{Name: "~kv", Inputs: moved}),
		`Status=409 Code="InvalidResourceLocation" Message="The resource 'ashlar-vault' already exists in location 'westeurope' in resource group 'rg'. A resource with the same name cannot be created in location 'northeurope'.`)
}

func TestNames(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	h.All(step{Name: "hello", Type: kernel.IdentityToken, Inputs: azuretest.In(nil)})
	require.Regexp(t, `^/subscriptions/[0-9a-f-]{36}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hello[0-9a-f]{8}$`,
		h.IDs["hello"])
	require.Equal(t, "Microsoft.ManagedIdentity/userAssignedIdentities", h.Output("hello", "type"))
	h.All(azuretest.Account(nil), step{Name: "data", Type: "azure-native:storage:BlobContainer", Inputs: azuretest.In(in{"accountName": "ashlar"})})
	require.True(t, strings.HasSuffix(h.IDs["data"], "/storageAccounts/ashlar/blobServices/default/containers/data"),
		"a child has the name of its resource in the program")
	h.All(step{Name: "role", Type: "azure-native:authorization:RoleAssignment", Inputs: in{"scope": "$rg",
		"principalId": kernel.ObjectID, "principalType": "ServicePrincipal",
		"roleDefinitionId": "/subscriptions/" + kernel.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"}})
	require.True(t, kernel.IsGUID(kernel.ID(h.IDs["role"]).Name()), h.IDs["role"])
}

func TestCaseOfIDs(t *testing.T) {
	t.Parallel()
	h := newHistory(t).All(azuretest.Account(nil))
	again := azuretest.Account(in{"resourceGroupName": "RG"})
	again.Name = "again"
	require.EqualError(t, h.Do(again), "creating azure-native:storage:StorageAccount (it): cannot create already existing resource '"+
		h.IDs["sa"]+"'")
	r, err := h.Read(t.Context(), provider.ReadRequest{Urn: accounttest.URN(kernel.StorageToken), ID: strings.ToUpper(h.IDs["sa"])})
	require.NoError(t, err)
	require.Equal(t, h.IDs["sa"], r.ID)
}

func TestTags(t *testing.T) {
	t.Parallel()
	many := in{}
	for i := range 51 {
		many[strings.Repeat("x", i+1)] = "y"
	}
	tagged := func(tags in) []step {
		return []step{{Name: "id", Type: kernel.IdentityToken, Inputs: azuretest.In(in{"resourceName": "ashlar", "tags": tags})}}
	}
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"tags":             {Steps: tagged(in{"owner": "platform", "cost centre": "4711"})},
		"too many":         {Steps: tagged(many), Want: `Status=400 Code="InvalidTags" Message="The number of tags is 51.`},
		"a long name":      {Steps: tagged(in{strings.Repeat("x", 513): "y"}), Want: `Code="InvalidTagNameLength"`},
		"a long value":     {Steps: tagged(in{"x": strings.Repeat("y", 257)}), Want: `Code="InvalidTagValueLength"`},
		"a character":      {Steps: tagged(in{"a/b": "y"}), Want: `Code="InvalidTagNameCharacters"`},
		"case":             {Steps: tagged(in{"Owner": "a", "owner": "b"}), Want: `Code="InvalidTags"`},
		"storage accounts": {Steps: []step{azuretest.Account(in{"tags": in{strings.Repeat("x", 129): "y"}})}, Want: `It has 1 to 128 characters.`},
	})
}

// TestState says what the provider keeps, next to the outputs.
func TestState(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	state := resource.ToResourcePropertyMap(h.State["rg"])
	require.True(t, state["__inputs"].IsSecret())
	require.Equal(t, "rg", state["__inputs"].SecretValue().Element.ObjectValue()["resourceGroupName"].StringValue())
}

// TestFaults are retried as the provider retries them.
func TestFaults(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	fault := cloud.Fault{Operation: "create", Type: kernel.IdentityToken, Code: "TooManyRequests", Message: "later", Times: 3}
	require.NoError(t, h.Store.AddFault(fault))
	h.All(azuretest.Identity())
	fault.Times = 4
	require.NoError(t, h.Store.AddFault(fault))
	second := step{Name: "b", Type: kernel.IdentityToken, Inputs: azuretest.In(in{"resourceName": "second"})}
	require.ErrorContains(t, h.Do(second), `Status=429 Code="TooManyRequests" Message="later"`)
	require.NoError(t, h.Store.AddFault(cloud.Fault{Operation: "create", Code: "Conflict", Message: "no"}))
	require.ErrorContains(t, h.Do(second), `Status=409 Code="Conflict" Message="no"`)
	h.All(second)
	c := azure.New()
	require.NoError(t, c.Drift(h.Store, "azure-native:managedidentity/v20230131:UserAssignedIdentity", h.IDs["id"], []byte(`{"tags": {"owner": "nobody"}}`)))
	require.Equal(t, in{"owner": "nobody"}, h.Refreshed("id")["tags"])
}
