package managedidentity_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

const credentialToken = "azure-native:managedidentity:FederatedIdentityCredential"

func credential(name string, more in) step {
	return step{Name: name, Type: credentialToken, Inputs: accounttest.Merge(in{"resourceGroupName": "rg",
		"federatedIdentityCredentialResourceName": strings.TrimPrefix(name, "~"), "resourceName": "ashlar", "issuer": "https://issuer.example/", "subject": "system:serviceaccount:shop:" + name,
		"audiences": []any{"api://AzureADTokenExchange"}}, more)}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Identity())
	principal, client := h.Output("id", "principalId"), h.Output("id", "clientId")
	require.True(t, kernel.IsGUID(principal.(string)))
	require.NotEqual(t, principal, client)
	require.Equal(t, kernel.Tenant, h.Output("id", "tenantId"))
	tagged := accounttest.Merge(azuretest.Identity().Inputs, in{"tags": in{"owner": "platform"}})
	h.All(step{Name: "~id", Inputs: tagged})
	require.Equal(t, principal, h.Output("id", "principalId"), "an update keeps the principal")
	found, err := h.Call("azure-native:managedidentity:getUserAssignedIdentity", azuretest.In(in{"resourceName": "ashlar"}))
	require.NoError(t, err)
	require.Equal(t, client, found["clientId"])
	h.All(step{Name: "-id"}, azuretest.Identity())
	require.NotEqual(t, principal, h.Output("id", "principalId"), "an identity that is created again is another principal")
	require.ErrorContains(t, h.Do(step{Name: "x", Type: kernel.IdentityToken, Inputs: azuretest.In(in{"resourceName": "-a"})}),
		`Status=400 Code="InvalidResourceName"`)
}

func TestRejectedCredentials(t *testing.T) {
	t.Parallel()
	var twenty []step
	for i := range 20 {
		twenty = append(twenty, credential(fmt.Sprintf("app%d", i), nil))
	}
	other := step{Name: "other", Type: kernel.IdentityToken, Inputs: azuretest.In(in{"resourceName": "other"})}
	azuretest.RunRefusals(t, append(azuretest.Group(), azuretest.Identity()), map[string]accounttest.Refusal{
		"twenty":             {Steps: twenty},
		"twenty-one":         {Steps: slices.Concat(twenty, []step{credential("more", nil)}), Want: `Code="FederatedIdentityCredentialsLimitExceeded"`},
		"an update of one":   {Steps: slices.Concat(twenty, []step{credential("~app3", in{"subject": "a"})})},
		"the same subject":   {Steps: []step{credential("app", nil), credential("again", in{"subject": "system:serviceaccount:shop:app"})}, Want: `Status=409 Code="Conflict" Message="Issuer and subject combination already exists for this Managed Identity."`},
		"another identity":   {Steps: []step{other, credential("app", nil), credential("app2", in{"resourceName": "other", "subject": "system:serviceaccount:shop:app"})}},
		"another issuer":     {Steps: []step{credential("app", nil), credential("again", in{"issuer": "https://issuer.example", "subject": "system:serviceaccount:shop:app"})}},
		"an issuer":          {Steps: []step{credential("app", in{"issuer": "http://issuer.example/"})}, Want: "is not an HTTPS URL"},
		"no subject":         {Steps: []step{credential("app", in{"subject": ""})}, Want: "has 1 to 600 characters"},
		"no audience":        {Steps: []step{credential("app", in{"audiences": []any{}})}, Want: "audiences"},
		"a missing property": {Steps: []step{credential("app", in{"audiences": nil})}, Want: "missing required property"},
		"a short name":       {Steps: []step{credential("ab", nil)}, Want: "is too short (2): at least 3 characters required"},
		"a missing identity": {Steps: []step{credential("app", in{"resourceName": "none"})},
			Want: `Status=404 Code="ParentResourceNotFound"`},
	})
}

// TestParallelCredentials writes two credentials of one identity at the same time.
func TestParallelCredentials(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Identity(),
		step{Name: "other", Type: kernel.IdentityToken, Inputs: azuretest.In(in{"resourceName": "other"})})
	create := func(name, identity string) error {
		inputs := credential(name, in{"resourceName": identity}).Inputs
		checked, err := h.Check(context.Background(), provider.CheckRequest{Urn: accounttest.URN(credentialToken),
			Inputs: accounttest.Properties(inputs), RandomSeed: []byte(name)})
		if err != nil {
			return err
		}
		_, err = h.Create(context.Background(), provider.CreateRequest{Urn: accounttest.URN(credentialToken), Properties: checked.Inputs})
		return err
	}
	results := make(chan error, 3)
	for name, identity := range map[string]string{"one": "ashlar", "two": "ashlar", "three": "other"} {
		go func() {
			results <- create(name, identity)
		}()
	}
	var problems []error
	for range 3 {
		if err := <-results; err != nil {
			problems = append(problems, err)
		}
	}
	require.Len(t, problems, 1)
	require.ErrorContains(t, problems[0], `Status=409 Code="ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity"`)
}
