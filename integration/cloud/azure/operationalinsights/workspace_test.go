package operationalinsights_test

import (
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

func workspace(more in) step {
	return step{Name: "logs", Type: kernel.WorkspaceToken, Inputs: accounttest.Merge(in{"resourceGroupName": "rg",
		"workspaceName": "logs"}, more)}
}

func TestRejectedWorkspaces(t *testing.T) {
	t.Parallel()
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"a workspace":    {Steps: []step{workspace(in{"sku": in{"name": "pergb2018"}, "retentionInDays": 730.0})}},
		"a short name":   {Steps: []step{workspace(in{"workspaceName": "abc"})}, Want: "'workspaceName' is too short (3)"},
		"a hyphen last":  {Steps: []step{workspace(in{"workspaceName": "logs-"})}, Want: "'workspaceName' does not match expression"},
		"a SKU":          {Steps: []step{workspace(in{"sku": in{"name": "Gold"}})}, Want: "The SKU 'Gold' of the workspace is invalid."},
		"a retention":    {Steps: []step{workspace(in{"retentionInDays": 7.0})}, Want: "It is 30 to 730 days."},
		"no such input":  {Steps: []step{workspace(in{"retentionDays": 30.0})}, Want: `did you mean "retentionInDays"?`},
		"a free one":     {Steps: []step{workspace(in{"sku": in{"name": "Free"}, "retentionInDays": 7.0})}},
		"identity twice": {Steps: []step{workspace(in{"identity": in{"type": "UserAssigned"}})}, Want: "0 are given"},
	})
}

func TestWorkspace(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(workspace(nil))
	customer := h.Output("logs", "customerId")
	require.True(t, kernel.IsGUID(customer.(string)))
	require.Equal(t, "PerGB2018", h.Output("logs", "sku").(in)["name"])
	require.InDelta(t, 30, h.Output("logs", "retentionInDays"), 0)
	require.NotContains(t, h.Refreshed("logs"), "sku", "what Azure fills in is no drift")
	etag := h.Output("logs", "etag")
	h.All(step{Name: "~logs", Inputs: workspace(in{"retentionInDays": 90.0}).Inputs})
	require.Equal(t, customer, h.Output("logs", "customerId"))
	require.NotEqual(t, etag, h.Output("logs", "etag"))
	require.Equal(t, provider.UpdateReplace,
		h.Differences(step{Name: "~logs", Inputs: workspace(in{"location": "uksouth"}).Inputs}).DetailedDiff["location"].Kind)
	keys, err := h.Call("azure-native:operationalinsights:getSharedKeys", azuretest.In(in{"workspaceName": "logs"}))
	require.NoError(t, err)
	require.Len(t, keys["primarySharedKey"], 88)
	require.NotEqual(t, keys["primarySharedKey"], keys["secondarySharedKey"])
	h.All(step{Name: "-logs"}, workspace(nil))
}
