package resources_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

func TestRejectedGroups(t *testing.T) {
	t.Parallel()
	group := func(name string) []step {
		return []step{{Name: "x", Type: kernel.GroupToken, Inputs: in{"resourceGroupName": name, "location": "westeurope"}}}
	}
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"all characters":  {Steps: group("Größe-(1)_x.y")},
		"a space":         {Steps: group("a b"), Want: "'resourceGroupName' does not match expression"},
		"a period at end": {Steps: group("a."), Want: "does not match expression"},
		"no name":         {Steps: group(""), Want: "'resourceGroupName' is too short (0): at least 1 characters required"},
		"a long name":     {Steps: group(strings.Repeat("a", 91)), Want: "'resourceGroupName' is too long (91): at most 90 characters allowed"},
		"a duplicate":     {Steps: group("RG"), Want: "cannot create already existing resource '" + azuretest.GroupID + "'"},
	})
}

func TestGroup(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...)
	require.Equal(t, azuretest.GroupID, h.IDs["rg"])
	require.Equal(t, in{"provisioningState": "Succeeded"}, h.Output("rg", "properties"))
	require.Equal(t, "Microsoft.Resources/resourceGroups", h.Output("rg", "type"))
	moved := h.Differences(step{Name: "~rg", Inputs: in{"resourceGroupName": "rg", "location": "northeurope"}})
	require.Equal(t, provider.UpdateReplace, moved.DetailedDiff["location"].Kind)
	require.True(t, moved.DeleteBeforeReplace)
	found, err := h.Call("azure-native:resources:getResourceGroup", in{"resourceGroupName": "RG"})
	require.NoError(t, err)
	require.Equal(t, h.IDs["rg"], found["id"])
	_, err = h.Call("azure-native:resources:getResourceGroup", in{"resourceGroupName": "other"})
	require.ErrorContains(t, err, `Status=404 Code="ResourceGroupNotFound" Message="Resource group 'other' could not be found."`)
}

// TestDeletedGroup deletes everything in a group, and no other group whose name begins with the same characters.
func TestDeletedGroup(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(
		step{Name: "rg2", Type: kernel.GroupToken, Inputs: in{"resourceGroupName": "rg2", "location": "westeurope"}},
		step{Name: "kept", Type: kernel.IdentityToken, Inputs: in{"resourceGroupName": "rg2", "resourceName": "kept"}},
		azuretest.Identity(), azuretest.Vault(nil), azuretest.Account(nil),
		step{Name: "data", Type: "azure-native:storage:BlobContainer", Inputs: azuretest.In(in{"accountName": "ashlar"})},
		step{Name: "-rg"})
	made, err := azure.New().Made(h.Store, "")
	require.NoError(t, err)
	require.Len(t, made, 2)
	for _, o := range made {
		require.Contains(t, o.ID, "/resourceGroups/rg2")
	}
	require.Nil(t, h.Refreshed("data"))
	h.All(step{Name: "-sa"}, step{Name: "-rg"})
	h.All(azuretest.Group()...)
	require.ErrorContains(t, h.Do(azuretest.Vault(nil)), `Code="ConflictError"`, "a vault is deleted softly")
	missing := azuretest.Identity()
	missing.Inputs = in{"resourceGroupName": "none", "resourceName": "ashlar"}
	require.ErrorContains(t, h.Do(missing), `Status=404 Code="ResourceGroupNotFound"`)
}
