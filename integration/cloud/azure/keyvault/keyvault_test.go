package keyvault_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

func change(before, after in) []step {
	return []step{azuretest.Vault(before), {Name: "~kv", Inputs: azuretest.Vault(after).Inputs}}
}

func named(name string) []step {
	s := azuretest.Vault(nil)
	s.Inputs["vaultName"] = name
	return []step{s}
}

func key(name string, properties in) step {
	return step{Name: name, Type: kernel.KeyToken, Inputs: azuretest.In(in{"vaultName": "ashlar-vault", "keyName": name,
		"properties": properties})}
}

func TestRejectedVaults(t *testing.T) {
	t.Parallel()
	vault := func(more in) []step { return []step{azuretest.Vault(more)} }
	premium := in{"sku": in{"family": "A", "name": "premium"}}
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"a vault":               {Steps: vault(nil)},
		"an underscore":         {Steps: named("my_vault"), Want: "'vaultName' does not match expression '^[a-zA-Z0-9-]{3,24}$'"},
		"a digit first":         {Steps: named("1vault"), Want: `Code="VaultNameNotValid" Message="The vault name '1vault' is invalid.`},
		"two hyphens":           {Steps: named("my--vault"), Want: `Code="VaultNameNotValid"`},
		"a SKU":                 {Steps: vault(in{"sku": in{"family": "A", "name": "basic"}}), Want: "'standard' or 'premium'"},
		"a tenant":              {Steps: vault(in{"tenantId": "mine"}), Want: `is not a valid GUID: 'mine'`},
		"no soft delete":        {Steps: vault(in{"enableSoftDelete": false}), Want: "cannot be set to false"},
		"no purge protection":   {Steps: vault(in{"enablePurgeProtection": false}), Want: "Enabling the purge protection for a vault is an irreversible action."},
		"too few days":          {Steps: vault(in{"softDeleteRetentionInDays": 6.0}), Want: "It is 7 to 90 days."},
		"purge protection":      {Steps: change(nil, in{"enablePurgeProtection": true})},
		"purge protection off":  {Steps: change(in{"enablePurgeProtection": true}, in{"enablePurgeProtection": false}), Want: `Status=400 Code="BadRequest" Message="The property \"enablePurgeProtection\" cannot be set to false.`},
		"other days":            {Steps: change(in{"softDeleteRetentionInDays": 30.0}, in{"softDeleteRetentionInDays": 31.0}), Want: "has been set already and it can't be modified."},
		"nothing to recover":    {Steps: vault(in{"createMode": "recover"}), Want: `Code="DeletedVaultNotFound"`},
		"a deleted name":        {Steps: append(vault(nil), step{Name: "-kv"}, azuretest.Vault(nil)), Want: `Status=409 Code="ConflictError" Message="A vault with the same name already exists in deleted state.`},
		"a recovered vault":     {Steps: append(vault(nil), step{Name: "-kv"}, azuretest.Vault(in{"createMode": "recover"}))},
		"a key":                 {Steps: append(vault(nil), key("a", in{"kty": "RSA", "keySize": 4096.0}))},
		"an EC key":             {Steps: append(vault(nil), key("a", in{"kty": "EC", "curveName": "P-384"}))},
		"a type of key":         {Steps: append(vault(nil), key("a", in{"kty": "AES"})), Want: "Property kty has an invalid value: 'AES'."},
		"a size":                {Steps: append(vault(nil), key("a", in{"kty": "RSA", "keySize": 1024.0})), Want: "keySize has an invalid value: 1024"},
		"a curve":               {Steps: append(vault(nil), key("a", in{"kty": "EC", "curveName": "P-1"})), Want: "curveName"},
		"an HSM key":            {Steps: append(vault(premium), key("a", in{"kty": "RSA-HSM"}))},
		"an HSM key without it": {Steps: append(vault(nil), key("a", in{"kty": "RSA-HSM"})), Want: "require a vault with the SKU premium"},
		"a key that was kept":   {Steps: append(vault(nil), key("a", in{"kty": "RSA"}), step{Name: "-a"}, key("a", in{"kty": "RSA"})), Want: "cannot create already existing resource"},
	})
}

// TestVaultNames are global, and those of deleted vaults are taken until they are purged.
func TestVaultNames(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Vault(nil))
	require.Equal(t, "https://ashlar-vault.vault.azure.net/", h.Output("kv", "properties").(in)["vaultUri"])
	other := h.Elsewhere(in{"subscriptionId": "20000000-0000-4000-8000-000000000001"}).All(azuretest.Group()...)
	require.ErrorContains(t, other.Do(azuretest.Vault(nil)), `Status=<nil> Code="VaultAlreadyExists" Message="The vault name 'ashlar-vault' is already in use.`)
	h.All(step{Name: "-kv"})
	require.ErrorContains(t, other.Do(azuretest.Vault(nil)), `Code="ConflictError"`)
	made, err := azure.New().Made(h.Store, "")
	require.NoError(t, err)
	require.Len(t, made, 2, "the groups: deleted vaults are not listed")
	require.NoError(t, azure.PurgeVault(h.Store, "ashlar-vault"))
	other.All(azuretest.Vault(nil))
	require.ErrorContains(t, azure.PurgeVault(h.Store, "ashlar-vault"), "is not deleted")
}

// TestAccessPolicies that a program does not have stay, and those that it has are the only ones.
func TestAccessPolicies(t *testing.T) {
	t.Parallel()
	policy := func(object string) in {
		return in{"tenantId": kernel.Tenant, "objectId": object, "permissions": in{"keys": []any{"get"}}}
	}
	policies := func(h *accounttest.History) int {
		return len(h.Output("kv", "properties").(in)["accessPolicies"].([]any))
	}
	h := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Vault(in{"accessPolicies": []any{policy(kernel.ObjectID)}}))
	h.All(step{Name: "~kv", Inputs: azuretest.Vault(nil).Inputs})
	require.Equal(t, 1, policies(h))
	h.All(step{Name: "~kv", Inputs: azuretest.Vault(in{"accessPolicies": []any{}}).Inputs})
	require.Equal(t, 0, policies(h))
}

// TestKey is not changed and not deleted by the management API.
func TestKey(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Vault(in{"enablePurgeProtection": true}),
		key("data", in{"kty": "RSA"}))
	uri := h.Output("data", "keyUriWithVersion")
	require.Regexp(t, `^https://ashlar-vault.vault.azure.net/keys/data/[0-9a-f]{32}$`, uri)
	require.InDelta(t, 2048, h.Output("data", "keySize"), 0)
	require.Equal(t, "Recoverable", h.Output("data", "attributes").(in)["recoveryLevel"])
	h.All(step{Name: "~data", Inputs: key("data", in{"kty": "RSA", "keySize": 4096.0}).Inputs})
	require.Equal(t, uri, h.Output("data", "keyUriWithVersion"))
	require.InDelta(t, 2048, h.Output("data", "keySize"), 0, "a change is ignored")
	require.Equal(t, in{"kty": "RSA", "keySize": 4096.0}, h.Refreshed("data")["properties"], "a refresh finds no drift, as the outputs are the same")
	found, err := h.Call("azure-native:keyvault:getKey", azuretest.In(in{"vaultName": "ashlar-vault", "keyName": "data"}))
	require.NoError(t, err)
	require.Equal(t, uri, found["keyUriWithVersion"])
	h.All(step{Name: "-data"})
	require.NotNil(t, h.Refreshed("data"), "it stays in the vault")
	h.All(step{Name: "-kv"})
	require.Nil(t, h.Refreshed("data"))
}
