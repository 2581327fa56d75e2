package azure_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// object is a map in a stack file.
type object = map[string]any

// deploy runs the module with a section.
func deploy(
	t *testing.T, section object, found *credentials.Resolver, opts ...pulumitest.Option,
) (*pulumitest.Recording, error) {
	t.Helper()
	section["enabled"] = true
	text, err := json.Marshal(section)
	require.NoError(t, err)
	file, err := json.Marshal(object{"config": object{"ashlar:azure": section}})
	require.NoError(t, err)
	stackFile := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(stackFile, file, 0o600))
	all := append([]pulumitest.Option{pulumitest.WithConfig(map[string]string{"ashlar:azure": string(text)})}, fixture.Cloud()...)
	return pulumitest.Record(func(ctx *pulumi.Context) error {
		manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(stackFile)))
		return manager.Run(ctx, azure.Module(azure.WithCredentials(found)))
	}, append(all, opts...)...)
}

func two() object {
	return object{
		"primary": object{"location": "westeurope"}, "dr": object{"location": "northeurope", "subscriptionId": other},
	}
}

// everything returns a section with an entry of each kind.
func everything() object {
	return object{
		"providers":      two(),
		"resourceGroups": object{"shop": object{"provider": "primary"}, "backup": object{"provider": "dr"}},
		"identities":     object{"web": object{"resourceGroup": "shop"}},
		"workspaces":     object{"logs": object{"resourceGroup": "backup"}},
		"vaults":         object{"main": object{"resourceGroup": "shop"}},
		"keys":           object{"storage": object{}},
		"storageAccounts": object{
			"orders": object{"resourceGroup": "shop", "key": "storage", "containers": object{"invoices": object{}}},
			"copies": object{"resourceGroupName": "rg-existing", "provider": "dr"},
		},
		"virtualMachines": object{"batch": object{
			"resourceGroup": "backup", "size": "Standard_D2s_v5", "identities": []string{"web"},
			"sshKeys":  []string{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGVleGFtcGxlZXhhbXBsZWV4YW1wbGVl"},
			"subnetId": fixture.GroupID("rg-network") + "/providers/Microsoft.Network/virtualNetworks/main/subnets/batch",
		}},
		"roleDefinitions": object{"starter": object{"resourceGroup": "shop", "actions": []string{"Microsoft.Compute/virtualMachines/start/action"}}},
		"roleAssignments": object{
			"web-reads":  object{"storageAccount": "orders", "identity": "web", "role": "Storage Blob Data Reader"},
			"web-starts": object{"resourceGroup": "shop", "identity": "web", "roleDefinition": "starter"},
			"team-logs":  object{"workspace": "logs", "principalId": fixture.Principal, "principalType": "Group", "role": "Log Analytics Reader"},
			"team-keys":  object{"vault": "main", "principalId": fixture.Principal, "principalType": "Group", "role": "Key Vault Reader"},
			"team-key":   object{"key": "storage", "principalId": fixture.Principal, "principalType": "Group", "role": "Key Vault Crypto User"},
			"team-all":   object{"scope": "/subscriptions/" + other, "principalId": fixture.Principal, "principalType": "Group", "role": "Reader", "provider": "dr"},
		},
	}
}

func TestSectionDeploysAllKinds(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, everything(), login())
	require.NoError(t, err)
	fixture.RequireOneVersion(t, r)
	want := map[string]string{
		"resources:ResourceGroup shop": "primary", "resources:ResourceGroup backup": "dr", "identity:UserAssigned web": "primary",
		"monitor:Workspace logs": "dr", "keyvault:Vault main": "primary", "keyvault:Key storage": "primary",
		"storage:Account orders": "primary", "storage:Account copies": "dr", "compute:VirtualMachine batch": "dr", "authorization:RoleDefinition starter": "primary",
		"authorization:RoleAssignment web-reads": "primary", "authorization:RoleAssignment web-starts": "primary",
		"authorization:RoleAssignment team-logs": "dr", "authorization:RoleAssignment team-keys": "primary",
		"authorization:RoleAssignment team-key": "primary", "authorization:RoleAssignment team-all": "dr",
	}
	got := map[string]string{}
	for _, res := range r.Resources {
		key := strings.TrimPrefix(res.Type, "ashlar-azure:") + " " + res.Name
		if _, ok := want[key]; !ok {
			continue
		}
		for _, child := range r.Descendants(res.URN) {
			if child.Custom {
				require.NotNil(t, child.Provider, "%s has no provider", child.URN)
				got[key] = child.Provider.Name
			}
		}
	}
	require.Empty(t, cmp.Diff(want, got), "components and their children have the provider of the entry (-want +got)")
	for _, i := range r.Invokes {
		require.NotNil(t, i.Provider)
		require.Equal(t, "primary", i.Provider.Name, "the tenant of the vault is that of its provider")
	}

	account := one(t, r, "azure-native:storage/v20240101:StorageAccount", "orders")
	key, _ := account.Input("encryption.keyVaultProperties.keyName")
	require.Equal(t, "storage", key.StringValue())
	group, _ := account.Input("resourceGroupName")
	require.Equal(t, "shop0123abcd", group.StringValue())
	existing, _ := one(t, r, "azure-native:storage/v20240101:StorageAccount", "copies").Input("resourceGroupName")
	require.Equal(t, "rg-existing", existing.StringValue())

	identities, _ := one(t, r, "azure-native:compute/v20241101:VirtualMachine", "batch").Input("identity.userAssignedIdentities")
	require.Equal(t, []any{fixture.GroupID("shop0123abcd") + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/web0123abcd"},
		identities.Mappable())
	for name, scope := range map[string]string{
		"web-reads": account.ID, "web-starts": fixture.GroupID("shop0123abcd"), "team-all": "/subscriptions/" + other,
		"team-logs": fixture.GroupID("backup0123abcd") + "/providers/Microsoft.OperationalInsights/workspaces/logs0123abcd",
		"team-keys": fixture.GroupID("shop0123abcd") + "/providers/Microsoft.KeyVault/vaults/main0123abcd",
		"team-key":  fixture.GroupID("shop0123abcd") + "/providers/Microsoft.KeyVault/vaults/main0123abcd/keys/storage",
	} {
		a := one(t, r, "azure-native:authorization/v20220401:RoleAssignment", name)
		got, _ := a.Input("scope")
		require.Equal(t, scope, got.StringValue(), name)
	}
	for _, res := range r.OfType("azure-native:resources/v20241101:ResourceGroup") {
		project, ok := res.Input("tags.project")
		require.True(t, ok, "the metadata of the deployment are tags")
		require.Equal(t, "project", project.StringValue())
	}
	outputs := r.Exports["azure"].ObjectValue()
	for _, kind := range []string{"resourceGroups", "identities", "workspaces", "vaults", "keys", "storageAccounts", "virtualMachines", "roleDefinitions", "roleAssignments"} {
		require.True(t, outputs[resource.PropertyKey(kind)].IsObject(), "the output has %s", kind)
	}
}

func one(t *testing.T, r *pulumitest.Recording, token, name string) *pulumitest.Registration {
	t.Helper()
	found, ok := r.Find(token, name)
	require.True(t, ok, "%s %s", token, name)
	return found
}

// entry returns an entry of a section.
func entry(section object, kind, name string) object { return section[kind].(object)[name].(object) }

func TestInvalidSectionsAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(section object)
		want   []string
	}{
		"no provider": {"an entry needs a provider", func(s object) { s["providers"] = object{} },
			[]string{
				"azure.resourceGroups.shop.provider: no provider configured: add one under providers", "azure.resourceGroups.backup.provider: ",
				"azure.roleAssignments.team-all.provider: ", "azure.storageAccounts.copies.provider: ",
			}},
		"several providers": {"none is the default", func(s object) { delete(entry(s, "resourceGroups", "shop"), "provider") },
			[]string{"azure.resourceGroups.shop.provider: several providers configured: specify one of dr, primary"}},
		"unknown provider": {"names are suggested", func(s object) { entry(s, "resourceGroups", "shop")["provider"] = "primry" },
			[]string{`azure.resourceGroups.shop.provider: unknown provider "primry", did you mean "primary"?`}},
		"several resource groups": {"none is the default", func(s object) { delete(entry(s, "identities", "web"), "resourceGroup") },
			[]string{"azure.identities.web.resourceGroup: several resource groups configured: specify one of backup, shop"}},
		"unknown resource group": {"names are suggested", func(s object) { entry(s, "vaults", "main")["resourceGroup"] = "shp" },
			[]string{`azure.vaults.main.resourceGroup: unknown resource group "shp", did you mean "shop"?`}},
		"no resource group": {"an entry needs one", func(s object) {
			for kind := range s {
				if kind != "providers" && kind != "workspaces" {
					delete(s, kind)
				}
			}
			s["workspaces"] = object{"logs": object{"provider": "dr"}}
		}, []string{"azure.workspaces.logs.resourceGroup: no resource group configured: add one under resourceGroups, or set resourceGroupName"}},
		"two resource groups": {"one of them", func(s object) { entry(s, "storageAccounts", "orders")["resourceGroupName"] = "x" },
			[]string{"azure.storageAccounts.orders.resourceGroup: resourceGroup and resourceGroupName are mutually exclusive"}},
		"location of another cloud": {"Azure rejects it", func(s object) { entry(s, "identities", "web")["location"] = "chinanorth3" },
			[]string{`azure.identities.web.location: location "chinanorth3" is in the cloud "china", and provider "primary" is for "public": use a location of that cloud, such as australiacentral`}},
		"role of another resource group": {"Azure rejects it", func(s object) { entry(s, "roleAssignments", "web-starts")["resourceGroup"] = "backup" },
			[]string{`azure.roleAssignments.web-starts.roleDefinition: role "starter" cannot be assigned here: add the scope of the assignment to roleDefinitions.starter.additionalScopes`}},
		"unknown vault": {"names are suggested", func(s object) { entry(s, "keys", "storage")["vault"] = "mainn" },
			[]string{`azure.keys.storage.vault: unknown vault "mainn", did you mean "main"?`}},
		"two vaults": {"one of them", func(s object) {
			entry(s, "keys", "storage")["vault"] = "main"
			entry(s, "keys", "storage")["vaultName"] = "kv-x"
		},
			[]string{"azure.keys.storage.vault: vault is mutually exclusive with vaultName and resourceGroupName"}},
		"existing vault": {"its group is needed, too", func(s object) { entry(s, "keys", "storage")["vaultName"] = "kv-x" },
			[]string{"azure.keys.storage.resourceGroupName: required: add the name of the resource group", "azure.keys.storage.provider: several providers"}},
		"hardware key": {"of the other tier", func(s object) { entry(s, "keys", "storage")["hardwareProtected"] = true },
			[]string{"azure.keys.storage.hardwareProtected: requires the tier premium of the vault: set vaults.main.sku to premium"}},
		"unknown key": {"names are suggested", func(s object) { entry(s, "storageAccounts", "orders")["key"] = "storge" },
			[]string{`azure.storageAccounts.orders.key: unknown key "storge", did you mean "storage"?`}},
		"two keys": {"one encrypts", func(s object) {
			entry(s, "storageAccounts", "orders")["encryption"] = object{"keyUri": "https://kv-x.vault.azure.net/keys/x"}
		},
			[]string{"azure.storageAccounts.orders.key: mutually exclusive with encryption.keyUri and encryption.keyId"}},
		"key without identity": {"checked before anything is created", func(s object) {
			entry(s, "storageAccounts", "copies")["encryption"] = object{"keyUri": "https://kv-x.vault.azure.net/keys/x"}
		}, []string{"azure.storageAccounts.copies.encryption.keyId: required with keyUri"}},
		"purge protection": {"Azure requires it", func(s object) { entry(s, "vaults", "main")["purgeProtection"] = false },
			[]string{"azure.storageAccounts.orders.key: the vault of the key has no purge protection, which encryption requires: set vaults.main.purgeProtection"}},
		"location of the provider": {"it has no zones", func(s object) { entry(s, "providers", "primary")["location"] = "westus" },
			[]string{`azure.storageAccounts.orders.replication: location "westus" has no availability zones, which ZRS requires: use LRS`}},
		"identity of a virtual machine": {"names are suggested", func(s object) { entry(s, "virtualMachines", "batch")["identities"] = []string{"webb"} },
			[]string{`azure.virtualMachines.batch.identities[0]: unknown identity "webb", did you mean "web"?`}},
		"no subnet": {"every virtual machine is in one", func(s object) { delete(entry(s, "virtualMachines", "batch"), "subnetId") },
			[]string{"azure.virtualMachines.batch.subnetId: required: add the resource ID of a subnet"}},
		"no scope of a role": {"where it can be assigned", func(s object) { delete(entry(s, "roleDefinitions", "starter"), "resourceGroup") },
			[]string{"azure.roleDefinitions.starter.scope: required"}},
		"two scopes of a role": {"one of them", func(s object) { entry(s, "roleDefinitions", "starter")["scope"] = "/subscriptions/" + other },
			[]string{"azure.roleDefinitions.starter.resourceGroup: resourceGroup and scope are mutually exclusive"}},
		"unknown group of a role": {"names are suggested", func(s object) { entry(s, "roleDefinitions", "starter")["resourceGroup"] = "shopp" },
			[]string{`azure.roleDefinitions.starter.resourceGroup: unknown resource group "shopp", did you mean "shop"?`}},
		"empty assignment": {"what is required", func(s object) { s["roleAssignments"].(object)["web-reads"] = object{"provider": "primary"} },
			[]string{
				"azure.roleAssignments.web-reads.scope: required: add scope, resourceGroup, storageAccount, vault, key or workspace",
				"azure.roleAssignments.web-reads.principalId: required: add identity", "azure.roleAssignments.web-reads.role: required: add the name",
			}},
		"two scopes": {"one for each", func(s object) { entry(s, "roleAssignments", "web-reads")["vault"] = "main" },
			[]string{"azure.roleAssignments.web-reads.vault: scope, resourceGroup, storageAccount, vault, key and workspace are mutually exclusive"}},
		"unknown scope": {"names are suggested", func(s object) { entry(s, "roleAssignments", "web-reads")["storageAccount"] = "oders" },
			[]string{`azure.roleAssignments.web-reads.storageAccount: unknown storage account "oders", did you mean "orders"?`}},
		"unknown identity": {"names are suggested", func(s object) { entry(s, "roleAssignments", "web-reads")["identity"] = "webb" },
			[]string{`azure.roleAssignments.web-reads.identity: unknown identity "webb", did you mean "web"?`}},
		"two principals": {"one for each", func(s object) { entry(s, "roleAssignments", "web-reads")["principalId"] = fixture.Principal },
			[]string{"azure.roleAssignments.web-reads.identity: identity and principalId are mutually exclusive"}},
		"type of an identity": {"it is a service principal", func(s object) { entry(s, "roleAssignments", "web-reads")["principalType"] = "User" },
			[]string{"azure.roleAssignments.web-reads.principalType: identities are service principals"}},
		"two roles": {"one for each", func(s object) { entry(s, "roleAssignments", "web-starts")["role"] = "Reader" },
			[]string{"azure.roleAssignments.web-starts.roleDefinition: roleDefinition and role are mutually exclusive"}},
		"unknown role definition": {"names are suggested", func(s object) { entry(s, "roleAssignments", "web-starts")["roleDefinition"] = "stater" },
			[]string{`azure.roleAssignments.web-starts.roleDefinition: unknown role definition "stater", did you mean "starter"?`}},
		"privileged role": {"has to be allowed by name", func(s object) { entry(s, "roleAssignments", "team-all")["role"] = "Owner" },
			[]string{"azure.roleAssignments.team-all.role: Owner at the scope of a subscription"}},
		"one assignment twice": {"Azure rejects the second one", func(s object) {
			s["roleAssignments"].(object)["web-reads-again"] = entry(s, "roleAssignments", "web-reads")
		}, []string{`azure.roleAssignments.web-reads-again: duplicate role assignment "storage blob data reader for web on storage account orders", same as azure.roleAssignments.web-reads (Pulumi.dev.yaml:1:`}},
		"one name for two accounts": {"names are unique in all of Azure", func(s object) {
			entry(s, "storageAccounts", "orders")["name"], entry(s, "storageAccounts", "copies")["name"] = "stshop", "stshop"
		}, []string{`azure.storageAccounts.orders.name: duplicate storage account "stshop", same as azure.storageAccounts.copies.name`}},
		"one name for two groups": {"Azure ignores case", func(s object) {
			entry(s, "resourceGroups", "backup")["provider"] = "primary"
			entry(s, "resourceGroups", "backup")["name"], entry(s, "resourceGroups", "shop")["name"] = "rg-Shop", "rg-shop"
		}, []string{`azure.resourceGroups.shop.name: duplicate resource group "rg-shop" in subscription of the environment, same as azure.resourceGroups.backup.name`}},
		"option of a component": {"components check their options", func(s object) { entry(s, "storageAccounts", "orders")["blobSoftDeleteDays"] = 400 },
			[]string{"azure.storageAccounts.orders.blobSoftDeleteDays: expected at most 365"}},
		"location": {"of a provider", func(s object) { entry(s, "providers", "dr")["location"] = "Ireland" },
			[]string{`azure.providers.dr.location: unknown location "Ireland", did you mean "northeurope"?`}},
		"credential": {"credentials are not options", func(s object) { entry(s, "providers", "dr")["clientSecret"] = canary },
			[]string{"azure.providers.dr.clientSecret"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := everything()
			tc.change(section)
			r, err := deploy(t, section, login())
			require.ErrorIs(t, err, failure.Configuration)
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, len(tc.want), "consequences are not reported: %v", err)
			for _, want := range tc.want {
				require.ErrorContains(t, err, want, tc.reason)
			}
			require.NotContains(t, err.Error(), canary)
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestGroupsOfOneNameInTwoSubscriptionsAreAccepted(t *testing.T) {
	t.Parallel()
	section := everything()
	entry(section, "resourceGroups", "backup")["name"], entry(section, "resourceGroups", "shop")["name"] = "rg-shop", "rg-shop"
	_, err := deploy(t, section, login())
	require.NoError(t, err)
}

func TestTheOnlyEntriesAreDefaults(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"providers": object{"main": object{"location": "westeurope"}}, "resourceGroups": object{"shop": object{}},
		"vaults": object{"main": object{}}, "keys": object{"storage": object{}}, "storageAccounts": object{"orders": object{"key": "storage"}},
	}, login())
	require.NoError(t, err)
	group, _ := r.One(t, "azure-native:storage/v20240101:StorageAccount").Input("resourceGroupName")
	require.Equal(t, "shop0123abcd", group.StringValue())
}

func TestCredentialsAreResolvedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	section := object{"providers": two(), "resourceGroups": object{"shop": object{"provider": "primary"}}}
	r, err := deploy(t, section, environment(nil))
	require.ErrorIs(t, err, failure.Credentials)
	require.ErrorContains(t, err, "provider primary")
	require.NotContains(t, err.Error(), "provider dr", "a provider that is not used needs no credentials")
	require.Empty(t, r.Resources)
}

// The guard on each subscription runs before anything is created in another one.
func TestGuardsAreCheckedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	section := everything()
	entry(section, "providers", "dr")["allowedTenantIds"] = []string{other}
	r, err := deploy(t, section, login())
	require.ErrorIs(t, err, failure.Provider)
	require.ErrorContains(t, err, "azure.providers.dr")
	require.ErrorContains(t, err, "the credentials are for tenant "+fixture.Tenant+", which is not in allowedTenantIds")
	for _, res := range r.Resources {
		require.NotContains(t, res.Type, "ashlar-azure:", "nothing is created")
	}
	entry(section, "providers", "dr")["allowedTenantIds"] = []string{fixture.Tenant}
	_, err = deploy(t, section, login())
	require.NoError(t, err)
}

func TestUnusedProvidersAreNotCreated(t *testing.T) {
	t.Parallel()
	section := object{"providers": two(), "resourceGroups": object{"shop": object{"provider": "primary"}}}
	r, err := deploy(t, section, login())
	require.NoError(t, err)
	require.Equal(t, "primary", r.One(t, "pulumi:providers:azure-native").Name)
}

func TestADisabledModuleCreatesNothing(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		return deployment.NewManager().Run(ctx, azure.Module(azure.WithCredentials(environment(nil))))
	}, pulumitest.WithConfig(map[string]string{"ashlar:azure": `{"enabled": false}`}))
	require.Empty(t, r.Resources)
}

// Azure rejects a custom role outside of its scopes.
func TestCustomRolesAreAssignedInTheirScopes(t *testing.T) {
	t.Parallel()
	const subscription = "/subscriptions/" + fixture.Subscription
	tests := map[string]struct {
		reason     string
		definition object
		assignment object
		rejected   bool
	}{
		"group":                 {"the same one", object{"resourceGroup": "shop"}, object{"resourceGroup": "shop"}, false},
		"resource":              {"in the group", object{"resourceGroup": "shop"}, object{"storageAccount": "orders"}, false},
		"key":                   {"in a vault of the group", object{"resourceGroup": "shop"}, object{"key": "storage"}, false},
		"another group":         {"it is not assignable there", object{"resourceGroup": "backup"}, object{"vault": "main"}, true},
		"subscription":          {"of any group", object{"scope": subscription}, object{"workspace": "logs"}, false},
		"the same ID":           {"case is ignored", object{"scope": subscription + "/resourceGroups/rg"}, object{"scope": strings.ToLower(subscription) + "/resourcegroups/RG"}, false},
		"another ID":            {"a similar name", object{"scope": subscription + "/resourceGroups/rg"}, object{"scope": subscription + "/resourceGroups/rg2"}, true},
		"wider":                 {"the role is for a group", object{"resourceGroup": "shop"}, object{"scope": subscription}, true},
		"name":                  {"the group has it", object{"resourceGroup": "named"}, object{"scope": subscription + "/resourceGroups/rg-named/providers/x"}, false},
		"another name":          {"the group has random characters", object{"resourceGroup": "shop"}, object{"scope": subscription + "/resourceGroups/shop"}, true},
		"ID of a group":         {"a group with another name", object{"scope": subscription + "/resourceGroups/rg"}, object{"resourceGroup": "shop"}, true},
		"ID of the named group": {"a group with this name", object{"scope": subscription + "/resourceGroups/rg-named"}, object{"resourceGroup": "named"}, false},
		"additional":            {"one of several", object{"resourceGroup": "backup", "additionalScopes": []string{subscription}}, object{"scope": subscription}, false},
		"management group":      {"its subscriptions are not known", object{"scope": "/providers/Microsoft.Management/managementGroups/all"}, object{"scope": subscription}, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := everything()
			s["resourceGroups"].(object)["named"] = object{"provider": "primary", "name": "rg-named"}
			tc.definition["actions"], tc.definition["provider"] = []string{"Microsoft.Compute/virtualMachines/start/action"}, "primary"
			tc.assignment["identity"], tc.assignment["roleDefinition"], tc.assignment["provider"] = "web", "custom", "primary"
			s["roleDefinitions"].(object)["custom"], s["roleAssignments"].(object)["custom"] = tc.definition, tc.assignment
			_, err := deploy(t, s, login())
			if tc.rejected {
				require.ErrorContains(t, err, `azure.roleAssignments.custom.roleDefinition: role "custom" cannot be assigned here`, tc.reason)
			} else {
				require.NoError(t, err, tc.reason)
			}
		})
	}
}
