package storage_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

const (
	blobServiceToken = "azure-native:storage:BlobServiceProperties"
	containerToken   = "azure-native:storage:BlobContainer"
	policyToken      = "azure-native:storage:ManagementPolicy"
)

func account(more in) []step { return []step{azuretest.Account(more)} }

// change returns the steps of an account and a change of it.
func change(before, after in) []step {
	update := azuretest.Account(after)
	update.Name = "~sa"
	return []step{azuretest.Account(before), update}
}

func ipRule(text string) in {
	return in{"networkRuleSet": in{"defaultAction": "Deny", "ipRules": []any{in{"iPAddressOrRange": text}}}}
}

func TestRejectedAccounts(t *testing.T) {
	t.Parallel()
	location := func(location, sku string) []step { return account(in{"location": location, "sku": in{"name": sku}}) }
	second := azuretest.Account(in{"resourceGroupName": "rg2"})
	group := step{Name: "rg2", Type: kernel.GroupToken, Inputs: in{"resourceGroupName": "rg2", "location": "westeurope"}}
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"an account":            {Steps: account(nil)},
		"a short name":          {Steps: account(in{"accountName": "ab"}), Want: "'accountName' is too short (2): at least 3 characters required"},
		"a long name":           {Steps: account(in{"accountName": strings.Repeat("a", 25)}), Want: "'accountName' is too long (25): at most 24 characters allowed"},
		"a hyphen":              {Steps: account(in{"accountName": "my-account"}), Want: "'accountName' does not match expression '^[a-z0-9]+$'"},
		"no kind":               {Steps: account(in{"kind": nil}), Want: "missing required property"},
		"a misspelt property":   {Steps: account(in{"allowBlobPublicAcess": false}), Want: `did you mean "allowBlobPublicAccess"?`},
		"a kind":                {Steps: account(in{"kind": "StorageV3"}), Want: "The value 'StorageV3' is not allowed for property kind."},
		"a SKU of another kind": {Steps: account(in{"kind": "FileStorage"}), Want: "The value 'Standard_LRS' is not allowed for property sku.name."},
		"a name of the same subscription": {Steps: append([]step{group}, append(account(nil), second)...),
			Want: `Status=409 Code="StorageAccountAlreadyExists"`},
		"zones":             {Steps: location("westeurope", "Standard_ZRS")},
		"no zones":          {Steps: location("westus", "Standard_GZRS"), Want: `Code="RedundancyConfigurationNotAvailableInRegion"`},
		"a pair":            {Steps: location("westus", "Standard_RAGRS")},
		"no pair":           {Steps: location("italynorth", "Standard_GRS"), Want: `Code="RedundancyConfigurationNotAvailableInRegion"`},
		"no tier":           {Steps: account(in{"kind": "BlobStorage"}), Want: "The access tier is required"},
		"TLS":               {Steps: account(in{"minimumTlsVersion": "1.2"}), Want: "The value '1.2' is not allowed for property minimumTlsVersion."},
		"an address":        {Steps: account(ipRule("20.1.2.3"))},
		"a range":           {Steps: account(ipRule("20.1.2.0/30"))},
		"a small range":     {Steps: account(ipRule("20.1.2.0/31")), Want: `Code="InvalidValuesForRequestParameters"`},
		"a private address": {Steps: account(ipRule("10.0.0.1")), Want: `Code="InvalidValuesForRequestParameters"`},
		"a default action":  {Steps: account(in{"networkRuleSet": in{"defaultAction": "Block"}}), Want: "networkAcls.defaultAction"},
		"bypasses":          {Steps: account(in{"networkRuleSet": in{"defaultAction": "Deny", "bypass": "Logging, Metrics"}})},
		"a bypass":          {Steps: account(in{"networkRuleSet": in{"defaultAction": "Deny", "bypass": "Everything"}}), Want: "networkAcls.bypass"},
		"a missing identity": {Steps: account(in{"identity": in{"type": "UserAssigned", "userAssignedIdentities": []any{"$rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/none"}}}),
			Want: `Code="FailedIdentityOperation"`},
		"an identity without ids": {Steps: account(in{"identity": in{"type": "UserAssigned"}}), Want: "0 are given"},
		"an upgrade":              {Steps: change(in{"kind": "Storage"}, nil)},
		"another kind":            {Steps: change(nil, in{"kind": "Storage"}), Want: `Status=409 Code="AccountPropertyCannotBeUpdated" Message="The property 'kind' was specified in the input, but it cannot be updated."`},
		"another redundancy":      {Steps: change(nil, in{"sku": in{"name": "Standard_GRS"}})},
		"zones instead of one":    {Steps: change(nil, in{"sku": in{"name": "Standard_ZRS"}}), Want: `Status=400 Code="StorageAccountTypeConversionNotAllowed"`},
		"zones and a pair":        {Steps: change(in{"sku": in{"name": "Standard_ZRS"}}, in{"sku": in{"name": "Standard_GZRS"}})},
		"another performance":     {Steps: change(nil, in{"sku": in{"name": "Premium_LRS"}}), Want: "The property 'sku.name'"},
		"infrastructure encryption": {Steps: change(nil, in{"encryption": in{"requireInfrastructureEncryption": true}}),
			Want: "The property 'encryption.requireInfrastructureEncryption'"},
		"NFS":                   {Steps: change(nil, in{"enableNfsV3": true}), Want: "The property 'enableNfsV3'"},
		"a key without a vault": {Steps: account(in{"encryption": in{"keySource": "Microsoft.Keyvault"}}), Want: "keyname and keyvaulturi are required"},
		"a key source":          {Steps: account(in{"encryption": in{"keySource": "mine"}}), Want: "encryption.keySource"},
	})
}

func TestAccount(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Account(in{"sku": in{"name": "Standard_RAGRS"},
		"identity": in{"type": "SystemAssigned"}}))
	require.Equal(t, "https://ashlar.blob.core.windows.net/", h.Output("sa", "primaryEndpoints").(in)["blob"])
	require.Equal(t, "https://ashlar.z6.web.core.windows.net/", h.Output("sa", "primaryEndpoints").(in)["web"])
	require.Equal(t, "https://ashlar-secondary.dfs.core.windows.net/", h.Output("sa", "secondaryEndpoints").(in)["dfs"])
	require.NotContains(t, h.Output("sa", "secondaryEndpoints"), "file")
	require.Equal(t, "northeurope", h.Output("sa", "secondaryLocation"))
	require.Equal(t, in{"name": "Standard_RAGRS", "tier": "Standard"}, h.Output("sa", "sku"))
	require.Equal(t, "TLS1_0", h.Output("sa", "minimumTlsVersion"))
	require.Equal(t, "Hot", h.Output("sa", "accessTier"))
	require.Equal(t, "Succeeded", h.Output("sa", "provisioningState"))
	require.NotContains(t, h.Refreshed("sa"), "accessTier", "what Azure fills in is no drift")
	principal := h.Output("sa", "identity").(in)["principalId"]
	h.All(step{Name: "~sa", Inputs: azuretest.Account(in{"identity": in{"type": "SystemAssigned"}}).Inputs})
	require.Equal(t, principal, h.Output("sa", "identity").(in)["principalId"])
	require.Nil(t, h.Output("sa", "secondaryEndpoints"), "there is no secondary region any more")
	for property, want := range map[string]provider.DiffKind{"isHnsEnabled": provider.AddReplace, "allowSharedKeyAccess": provider.Add} {
		d := h.Differences(step{Name: "~sa", Inputs: azuretest.Account(in{property: true}).Inputs})
		require.Equal(t, want, d.DetailedDiff[property].Kind)
		require.Equal(t, want == provider.AddReplace, d.DeleteBeforeReplace)
	}
	files := azuretest.Account(in{"accountName": "files", "kind": "FileStorage", "sku": in{"name": "Premium_LRS"}})
	files.Name = "files"
	h.All(files)
	require.Len(t, h.Output("files", "primaryEndpoints"), 1)
}

// TestGlobalNames are unique in all subscriptions.
func TestGlobalNames(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(account(nil)...)
	other := h.Elsewhere(in{"subscriptionId": "20000000-0000-4000-8000-000000000001"}).All(azuretest.Group()...)
	require.ErrorContains(t, other.Do(azuretest.Account(nil)),
		`Status=409 Code="StorageAccountAlreadyTaken" Message="The storage account named ashlar is already taken."`)
	china := azuretest.NewAccount(t, azure.WithSettings(azure.Settings{Environment: "china"})).Use(nil).History()
	china.All(step{Name: "rg", Type: kernel.GroupToken, Inputs: in{"resourceGroupName": "rg", "location": "chinanorth3"}})
	china.All(account(nil)...)
	require.Equal(t, "https://ashlar.blob.core.chinacloudapi.cn/", china.Output("sa", "primaryEndpoints").(in)["blob"])
}

// TestKeys are listed also when the account does not accept them.
func TestKeys(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(account(in{"allowSharedKeyAccess": false})...)
	list := func() []any {
		found, err := h.Call("azure-native:storage:listStorageAccountKeys", azuretest.In(in{"accountName": "ashlar"}))
		require.NoError(t, err)
		return found["keys"].([]any)
	}
	keys := list()
	require.Len(t, keys, 2)
	require.Equal(t, "key1", keys[0].(in)["keyName"])
	require.Len(t, keys[0].(in)["value"], 88)
	require.NotEqual(t, keys[0].(in)["value"], keys[1].(in)["value"])
	require.Equal(t, keys, list(), "they stay")
	_, err := h.Call("azure-native:storage:listStorageAccountKeys", azuretest.In(in{"accountName": "other"}))
	require.ErrorContains(t, err, `Status=404 Code="ResourceNotFound"`)
}

func blobs(name string, more in) step {
	return step{Name: name, Type: blobServiceToken, Inputs: accounttest.Merge(in{"resourceGroupName": "rg",
		"accountName": "ashlar", "blobServicesName": "default"}, more)}
}

func container(name string, more in) step {
	return step{Name: name, Type: containerToken, Inputs: accounttest.Merge(in{"resourceGroupName": "rg",
		"accountName": "ashlar", "containerName": name}, more)}
}

func policy(name string, rules ...any) step {
	return step{Name: name, Type: policyToken, Inputs: in{"resourceGroupName": "rg", "accountName": "ashlar",
		"managementPolicyName": "default", "policy": in{"rules": rules}}}
}

func rule(name string, base in, types ...any) in {
	return in{"name": name, "type": "Lifecycle", "definition": in{"actions": in{"baseBlob": base},
		"filters": in{"blobTypes": types}}}
}

func TestRejectedChildren(t *testing.T) {
	t.Parallel()
	restorable := in{"isVersioningEnabled": true, "changeFeed": in{"enabled": true},
		"deleteRetentionPolicy": in{"enabled": true, "days": 7.0}}
	restore := func(days float64, more in) step {
		return blobs("b", accounttest.Merge(accounttest.Merge(restorable, in{"restorePolicy": in{"enabled": true, "days": days}}), more))
	}
	after30 := in{"daysAfterModificationGreaterThan": 30.0}
	accessed := in{"daysAfterLastAccessTimeGreaterThan": 30.0}
	cases := map[string]accounttest.Refusal{
		"settings":             {Steps: []step{blobs("b", restorable)}},
		"another name":         {Steps: []step{blobs("b", in{"blobServicesName": "main"})}, Want: "does not match expression '^default$'"},
		"too few days":         {Steps: []step{blobs("b", in{"deleteRetentionPolicy": in{"enabled": true, "days": 0.0}})}, Want: "'deleteRetentionPolicy.days' is too low (0 < 1)"},
		"too many days":        {Steps: []step{blobs("b", in{"containerDeleteRetentionPolicy": in{"enabled": true, "days": 366.0}})}, Want: "'containerDeleteRetentionPolicy.days' is too high (366 > 365)"},
		"no days":              {Steps: []step{blobs("b", in{"deleteRetentionPolicy": in{"enabled": true}})}, Want: "deleteRetentionPolicy.days"},
		"restore":              {Steps: []step{restore(6, nil)}},
		"restore for too long": {Steps: []step{restore(7, nil)}, Want: "The value '7' is not allowed for property restorePolicy.days."},
		"restore alone":        {Steps: []step{restore(6, in{"changeFeed": nil})}, Want: "Please enable deleteRetentionPolicy, changeFeed and isVersioningEnabled."},

		"a container":        {Steps: []step{container("my-data-1", nil)}},
		"two hyphens":        {Steps: []step{container("my--data", nil)}, Want: "'containerName' does not match expression"},
		"upper case":         {Steps: []step{container("Data", nil)}, Want: "'containerName' does not match expression"},
		"a short name":       {Steps: []step{container("ab", nil)}, Want: "'containerName' is too short (2)"},
		"a duplicate":        {Steps: []step{container("data", nil), container("data", nil)}, Want: "cannot create already existing resource"},
		"a public container": {Steps: []step{container("data", in{"publicAccess": "Blob"})}, Want: `Code="PublicAccessNotPermitted" Message="Public access is not permitted on this storage account."`},
		"an access":          {Steps: []step{container("data", in{"publicAccess": "Everybody"})}, Want: "property publicAccess"},
		"a missing account":  {Steps: []step{container("data", in{"accountName": "other"})}, Want: `Status=404 Code="ParentResourceNotFound"`},

		"a policy":           {Steps: []step{policy("p", rule("a", in{"tierToCool": after30, "delete": after30}, "blockBlob"))}},
		"append blobs":       {Steps: []step{policy("p", rule("a", in{"delete": after30}, "appendBlob"))}},
		"no rules":           {Steps: []step{policy("p")}, Want: "policy.rules"},
		"a rule twice":       {Steps: []step{policy("p", rule("a", in{"delete": after30}, "blockBlob"), rule("a", in{"delete": after30}, "blockBlob"))}, Want: "The rule name 'a' is not unique"},
		"no types":           {Steps: []step{policy("p", rule("a", in{"delete": after30}))}, Want: "filters.blobTypes"},
		"page blobs":         {Steps: []step{policy("p", rule("a", in{"delete": after30}, "pageBlob"))}, Want: "The value 'pageBlob'"},
		"tiers of appends":   {Steps: []step{policy("p", rule("a", in{"tierToCool": after30}, "appendBlob"))}, Want: "The value 'tierToCool'"},
		"no condition":       {Steps: []step{policy("p", rule("a", in{"delete": in{}}, "blockBlob"))}, Want: "baseBlob.delete"},
		"no action":          {Steps: []step{policy("p", rule("a", in{}, "blockBlob"))}, Want: "property policy.rules.definition.actions."},
		"access not tracked": {Steps: []step{policy("p", rule("a", in{"delete": accessed}, "blockBlob"))}, Want: "Last access time based tracking policy must be enabled"},
		"access tracked": {Steps: []step{blobs("b", in{"lastAccessTimeTrackingPolicy": in{"enable": true}}),
			policy("p", rule("a", in{"delete": accessed}, "blockBlob"))}},
	}
	azuretest.RunRefusals(t, append(azuretest.Group(), account(nil)...), cases)
	public := append(azuretest.Group(), account(in{"allowBlobPublicAccess": true})...)
	azuretest.RunRefusals(t, public, map[string]accounttest.Refusal{
		"public containers are allowed": {Steps: []step{container("data", in{"publicAccess": "Blob"})}}})
	hierarchical := append(azuretest.Group(), account(in{"isHnsEnabled": true})...)
	azuretest.RunRefusals(t, hierarchical, map[string]accounttest.Refusal{
		"versions of a hierarchical namespace": {Steps: []step{blobs("b", in{"isVersioningEnabled": true})},
			Want: `Code="FeatureNotSupportedForAccount" Message="Blob versioning is not supported for the account."`}})
}

// TestBlobService changes the service that exists along with the account, and resets it.
func TestBlobService(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(account(nil)...)
	imported, err := h.Read(t.Context(), provider.ReadRequest{Urn: accounttest.URN(blobServiceToken),
		ID: h.IDs["sa"] + "/blobServices/default"})
	require.NoError(t, err)
	require.Equal(t, h.IDs["sa"]+"/blobServices/default", imported.ID, "it exists before a program changes it")
	h.All(blobs("b", in{"isVersioningEnabled": true}), blobs("again", in{"isVersioningEnabled": true}))
	require.Equal(t, h.IDs["sa"]+"/blobServices/default", h.IDs["b"])
	require.Equal(t, true, h.Refreshed("b")["isVersioningEnabled"])
	h.All(step{Name: "-b"})
	require.NotContains(t, h.Refreshed("b"), "isVersioningEnabled", "a deletion resets it")
	require.Nil(t, resource.ToResourcePropertyMap(h.State["b"]).Mappable()["isVersioningEnabled"])
	h.All(step{Name: "-sa"})
	require.Nil(t, h.Refreshed("b"))
}

// TestCustomerManagedKey needs an identity with a role at a key of a vault that cannot be purged.
func TestCustomerManagedKey(t *testing.T) {
	t.Parallel()
	const user = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
	encrypted := in{"identity": in{"type": "UserAssigned", "userAssignedIdentities": []any{"$id"}},
		"encryption": in{"keySource": "Microsoft.Keyvault", "encryptionIdentity": in{"encryptionUserAssignedIdentity": "$id"},
			"keyVaultProperties": in{"keyName": "data", "keyVaultUri": "https://ashlar-vault.vault.azure.net"}}}
	key := step{Name: "key", Type: kernel.KeyToken, Inputs: azuretest.In(in{"vaultName": "ashlar-vault", "keyName": "data",
		"properties": in{"kty": "RSA"}})}
	protected := azuretest.Vault(in{"enablePurgeProtection": true, "enableRbacAuthorization": true})
	allow := func(h *accounttest.History) step {
		return step{Name: "role", Type: "azure-native:authorization:RoleAssignment", Inputs: in{"scope": "$key",
			"principalId": h.Output("id", "principalId"), "principalType": "ServicePrincipal",
			"roleDefinitionId": "/subscriptions/" + azure.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + user}}
	}
	h := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Identity())
	require.ErrorContains(t, h.Do(azuretest.Account(encrypted)), `Code="KeyVaultKeyNotFound"`)
	h.All(azuretest.Vault(in{"enableRbacAuthorization": true}), key)
	require.ErrorContains(t, h.Do(azuretest.Account(encrypted)), `Code="KeyVaultPolicyError" Message="Keyvault policy recoverable is not set"`)
	h.All(step{Name: "~kv", Inputs: protected.Inputs})
	require.ErrorContains(t, h.Do(azuretest.Account(encrypted)), `Code="KeyVaultAuthenticationFailure"`)
	h.All(allow(h), azuretest.Account(encrypted))
	encryption := h.Output("sa", "encryption").(in)
	require.Regexp(t, `^https://ashlar-vault.vault.azure.net/keys/data/[0-9a-f]{32}$`,
		encryption["keyVaultProperties"].(in)["currentVersionedKeyIdentifier"])
	other := accounttest.Merge(encrypted, in{"accountName": "other", "identity": in{"type": "SystemAssigned"}})
	require.ErrorContains(t, h.Do(azuretest.Account(other)), "is not assigned to the storage account")

	// A vault without roles has access policies.
	policies := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Identity())
	grant := func(permissions ...any) step {
		return azuretest.Vault(in{"enablePurgeProtection": true, "accessPolicies": []any{in{"tenantId": kernel.Tenant,
			"objectId": policies.Output("id", "principalId"), "permissions": in{"keys": permissions}}}})
	}
	policies.All(grant("get"), key)
	require.ErrorContains(t, policies.Do(azuretest.Account(encrypted)), `Code="KeyVaultAuthenticationFailure"`)
	policies.All(step{Name: "~kv", Inputs: grant("get", "wrapKey", "unwrapKey").Inputs}, azuretest.Account(encrypted))
}
