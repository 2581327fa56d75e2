package options_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/sections"
)

var seeds = flag.Uint64("seeds", 150, "the number of random sections of FuzzAzureSection, from the first seed")

// random writes sections of the module.
func random(tb testing.TB) *sections.Writer {
	tb.Helper()
	inGroup := []string{"resourceGroups"}
	locations := []any{"westeurope", "northeurope", "westus", "italynorth", "swedencentral", "uksouth", "usgovvirginia", "chinanorth3"}
	w, err := sections.New(suite(tb).Schema, sections.Options{
		Needs: map[string][]string{
			"identities": inGroup, "workspaces": inGroup, "vaults": inGroup, "storageAccounts": inGroup, "keys": {"vaults", "resourceGroups"},
		},
		Likely: map[string]float64{
			"enabled": 0, "providers": 0, "virtualMachines": 0,
			"resourceGroup": 0.95, "resourceGroupName": 0.05, "vault": 0.9, "vaultName": 0.05, "storageAccounts.*.key": 0.3,
			"roleDefinitions.*.resourceGroup": 0.5, "roleDefinitions.*.scope": 0.5, "roleDefinitions.*.actions": 0.9,
			"roleAssignments.*.resourceGroup": 0.2, "roleAssignments.*.storageAccount": 0.2, "roleAssignments.*.vault": 0.2,
			"roleAssignments.*.key": 0.2, "roleAssignments.*.workspace": 0.2, "roleAssignments.*.scope": 0.3,
			"roleAssignments.*.identity": 0.5, "roleAssignments.*.principalId": 0.5, "roleAssignments.*.role": 0.8,
			"roleAssignments.*.roleDefinition": 0.2, "subject": 0.5, "serviceAccount": 0.5, "namespace": 0.5,
			"deleteAfterDays": 0.8,
		},
		Existing: []string{"resourceGroupName", "vaultName", "keyUri", "keyId", "identityId", "subnetIds", "scope", "additionalScopes", "tenantId"},
		Names: map[string][]string{
			"tags": {"team", "Team", "cost-center", "owner"}, "containers": {"invoices", "pictures", "logs-2", "$web"},
			"rules": {"logs", "old", "previous-versions"}, "federatedCredentials": {"web", "github", "ci-1"}, "metadata": {"team", "stage"},
		},
		Values: map[string][]any{
			"provider": {"primary"}, "resourceGroup": {sections.Reference("resourceGroups")}, "resourceGroupName": {group},
			"vault": {sections.Reference("vaults")}, "vaultName": {vault}, "key": {sections.Reference("keys")},
			"identity": {sections.Reference("identities")}, "storageAccount": {sections.Reference("storageAccounts")},
			"workspace": {sections.Reference("workspaces")}, "roleDefinition": {sections.Reference("roleDefinitions")},
			"location":               locations,
			"resourceGroups.*.name":  {"rg-shop", "rg.shop(2)", "RG-Shop", "shop"},
			"identities.*.name":      {"id-shop", "id_shop", "web"},
			"workspaces.*.name":      {"log-shop", "logs", "LOGS"},
			"vaults.*.name":          {"kv-shop", "kv-shop-2", "kv"},
			"keys.*.name":            {"orders", "Orders", "cmk-1"},
			"storageAccounts.*.name": {"stshoporders", "st2"},
			"roleName":               {"Ashlar operator", "Operator", "Reader"},
			"tenantId":               {kernel.Tenant}, "recover": {},
			"allowedRanges": {"198.51.100.0/24", "203.0.113.7", "198.51.100.4/30", "198.51.100.6/31", "10.0.0.0/8", "0.0.0.0/0"},
			"subnetIds":     {subnetID}, "keyUri": {keyURI}, "keyId": {keyID}, "identityId": {identityID},
			"issuer":    {"https://token.actions.githubusercontent.com", "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"},
			"subject":   {"repo:acme/shop:pull_request", "repo:acme/shop:environment:production", "repo:acme/*"},
			"namespace": {"shop", "team"}, "serviceAccount": {"web", "default"},
			"audience": {"api://AzureADTokenExchange", "api://shop"},
			"prefixes": {"invoices/", "logs/2024", "pictures"},
			"scope":    {subscription, groupID}, "additionalScopes": {subscription, groupID},
			"actions":             {"Microsoft.Storage/*/read", "Microsoft.Compute/virtualMachines/start/action", "*/read", "*", "Microsoft.Authorization/*"},
			"notActions":          {"Microsoft.Storage/storageAccounts/listKeys/action"},
			"dataActions":         {"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"},
			"notDataActions":      {"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags/read"},
			"role":                {"Reader", "Storage Blob Data Reader", "Key Vault Crypto User", "Owner", "b24988ac-6180-42a0-ab88-20f7382dd24c"},
			"principalId":         {"30000000-0000-4000-8000-000000000001", "30000000-0000-4000-8000-000000000002"},
			"allowPrivilegedRole": {"Owner", "Contributor"},
			"condition":           {"(@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'logs')"},
			"description":         {"Reads the pictures", "a"},
			"metadata.*":          {"shop"}, "tags.*": {"shop", "Web team", ""},
		},
	})
	require.NoError(tb, err)
	return w
}

// FuzzAzureSection deploys random sections: Azure accepts what the module accepts.
func FuzzAzureSection(f *testing.F) { suite(f).Fuzz(f, random(f), *seeds, complete) }
