package azuretest

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a step.
type in = map[string]any

// Location is the location of the resource groups of tests.
const Location = "westeurope"

// GroupID is the id of the resource group "rg" of [Group].
const GroupID = "/subscriptions/" + azure.Subscription + "/resourceGroups/rg"

// NewAccount returns an empty subscription with the options of the simulated Azure.
func NewAccount(t *testing.T, opts ...azure.Option) *accounttest.Account {
	t.Helper()
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	return accounttest.New(t, store, func() *cloud.Cloud { return azure.New(opts...) })
}

// New returns a history in an empty subscription with the default configuration.
func New(t *testing.T) *accounttest.History {
	t.Helper()
	return NewAccount(t).Use(nil).History()
}

// RunRefusals runs the steps of each case in a subscription of its own, after the common steps.
func RunRefusals(t *testing.T, common []accounttest.Step, tests map[string]accounttest.Refusal) {
	t.Helper()
	accounttest.RunRefusals(t, New, common, tests)
}

// Group returns the step of a resource group "rg".
func Group() []accounttest.Step {
	return []accounttest.Step{{Name: "rg", Type: kernel.GroupToken,
		Inputs: in{"resourceGroupName": "rg", "location": Location}}}
}

// In returns inputs of a resource in the resource group "rg".
func In(more in) map[string]any {
	out := in{"resourceGroupName": "rg"}
	maps.Copy(out, more)
	return out
}

// Account returns the step of a storage account "sa" with the inputs that are required, replaced and completed by more.
func Account(more in) accounttest.Step {
	return accounttest.Step{Name: "sa", Type: kernel.StorageToken, Inputs: accounttest.Merge(in{"resourceGroupName": "rg",
		"accountName": "ashlar", "kind": "StorageV2", "sku": in{"name": "Standard_LRS"}}, more)}
}

// Vault returns the step of a key vault "kv" whose properties are those that are required, replaced and completed by more.
func Vault(more in) accounttest.Step {
	return accounttest.Step{Name: "kv", Type: kernel.VaultToken, Inputs: in{"resourceGroupName": "rg",
		"vaultName": "ashlar-vault", "properties": accounttest.Merge(in{"tenantId": kernel.Tenant,
			"sku": in{"family": "A", "name": "standard"}}, more)}}
}

// Identity returns the step of a user-assigned identity "id".
func Identity() accounttest.Step {
	return accounttest.Step{Name: "id", Type: kernel.IdentityToken, Inputs: In(in{"resourceName": "ashlar"})}
}
