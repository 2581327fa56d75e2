package azure_test

import (
	"testing"

	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	roles "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220501preview"
	insights "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20210501preview"
	keyvault "github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2/v20241101"
	managedidentity "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"
	operationalinsights "github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2/v20250201"
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20241101"
	storage "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/integration/variables"
)

// everything is a program with all types of the simulated Azure.
type everything struct {
	group, second string
	tls           string
	parallel      bool
	name          pulumi.StringPtrInput
}

func (p *everything) run(ctx *pulumi.Context) error {
	group, err := resources.NewResourceGroup(ctx, "main", &resources.ResourceGroupArgs{
		ResourceGroupName: pulumi.String(p.group), Location: pulumi.String("West Europe"),
		Tags: pulumi.StringMap{"owner": pulumi.String("platform")},
	})
	if err != nil {
		return err
	}
	identity, err := managedidentity.NewUserAssignedIdentity(ctx, "identity",
		&managedidentity.UserAssignedIdentityArgs{ResourceGroupName: group.Name})
	if err != nil {
		return err
	}
	if err := p.credentials(ctx, group, identity); err != nil {
		return err
	}
	workspace, err := operationalinsights.NewWorkspace(ctx, "logs",
		&operationalinsights.WorkspaceArgs{ResourceGroupName: group.Name})
	if err != nil {
		return err
	}
	key, role, err := p.vault(ctx, group, identity, workspace)
	if err != nil {
		return err
	}
	account, err := p.account(ctx, group, identity, key, role)
	if err != nil {
		return err
	}
	keys := storage.ListStorageAccountKeysOutput(ctx, storage.ListStorageAccountKeysOutputArgs{
		ResourceGroupName: group.Name, AccountName: account.Name})
	ctx.Export("endpoint", account.PrimaryEndpoints.Blob())
	ctx.Export("key", pulumi.ToSecret(keys.Keys().Index(pulumi.Int(0)).Value()))
	ctx.Export("principal", identity.PrincipalId)
	return nil
}

func (p *everything) credentials(ctx *pulumi.Context, group *resources.ResourceGroup,
	identity *managedidentity.UserAssignedIdentity) error {
	var before []pulumi.Resource
	for _, name := range []string{"web", "api"} {
		var opts []pulumi.ResourceOption
		if !p.parallel {
			opts = append(opts, pulumi.DependsOn(before))
		}
		credential, err := managedidentity.NewFederatedIdentityCredential(ctx, name,
			&managedidentity.FederatedIdentityCredentialArgs{
				ResourceGroupName: group.Name, ResourceName: identity.Name, Issuer: pulumi.String("https://issuer.example/"),
				Subject:   pulumi.String("system:serviceaccount:shop:" + name),
				Audiences: pulumi.StringArray{pulumi.String("api://AzureADTokenExchange")},
			}, opts...)
		if err != nil {
			return err
		}
		before = append(before, credential)
	}
	return nil
}

// vault adds a vault with a key that the identity may use, and logs its use.
func (p *everything) vault(ctx *pulumi.Context, group *resources.ResourceGroup,
	identity *managedidentity.UserAssignedIdentity, workspace *operationalinsights.Workspace) (*keyvault.Key, pulumi.Resource, error) {
	vault, err := keyvault.NewVault(ctx, "vault", &keyvault.VaultArgs{
		ResourceGroupName: group.Name, VaultName: pulumi.String(p.group + "-vault"),
		Properties: &keyvault.VaultPropertiesArgs{
			TenantId: identity.TenantId, EnableRbacAuthorization: pulumi.Bool(true), EnablePurgeProtection: pulumi.Bool(true),
			Sku: &keyvault.SkuArgs{Family: pulumi.String("A"), Name: keyvault.SkuNameStandard},
		},
	})
	if err != nil {
		return nil, nil, err
	}
	key, err := keyvault.NewKey(ctx, "data", &keyvault.KeyArgs{
		ResourceGroupName: group.Name, VaultName: vault.Name,
		Properties: &keyvault.KeyPropertiesArgs{Kty: pulumi.String("RSA"), KeySize: pulumi.Int(3072)},
	})
	if err != nil {
		return nil, nil, err
	}
	role, err := authorization.NewRoleAssignment(ctx, "use-key", &authorization.RoleAssignmentArgs{
		Scope: vault.ID(), PrincipalId: identity.PrincipalId, PrincipalType: pulumi.String("ServicePrincipal"),
		RoleDefinitionId: pulumi.String(roleID("e147488a-f6f5-4113-8e2d-b22465e65bf6")),
	})
	if err != nil {
		return nil, nil, err
	}
	custom, err := roles.NewRoleDefinition(ctx, "operator", &roles.RoleDefinitionArgs{
		Scope: group.ID(), RoleName: pulumi.String(p.group + " operator"), AssignableScopes: pulumi.StringArray{group.ID()},
		Permissions: roles.PermissionArray{&roles.PermissionArgs{
			Actions: pulumi.StringArray{pulumi.String("Microsoft.Storage/*/read")}}},
	})
	if err != nil {
		return nil, nil, err
	}
	_, err = authorization.NewRoleAssignment(ctx, "operate", &authorization.RoleAssignmentArgs{
		Scope: group.ID(), PrincipalId: identity.PrincipalId, PrincipalType: pulumi.String("ServicePrincipal"),
		RoleDefinitionId: custom.Name.ApplyT(roleID).(pulumi.StringOutput),
	})
	if err != nil {
		return nil, nil, err
	}
	_, err = insights.NewDiagnosticSetting(ctx, "audit", &insights.DiagnosticSettingArgs{
		ResourceUri: vault.ID(), WorkspaceId: workspace.ID(),
		Logs: insights.LogSettingsArray{&insights.LogSettingsArgs{CategoryGroup: pulumi.String("audit"), Enabled: pulumi.Bool(true)}},
	})
	return key, role, err
}

// account adds a storage account that is encrypted with the key.
func (p *everything) account(ctx *pulumi.Context, group *resources.ResourceGroup,
	identity *managedidentity.UserAssignedIdentity, key *keyvault.Key, role pulumi.Resource) (*storage.StorageAccount, error) {
	account, err := storage.NewStorageAccount(ctx, "data", &storage.StorageAccountArgs{
		ResourceGroupName: group.Name, AccountName: p.name, Kind: pulumi.String("StorageV2"),
		Sku: &storage.SkuArgs{Name: pulumi.String("Standard_GRS")}, MinimumTlsVersion: pulumi.String(p.tls),
		Identity: &storage.IdentityArgs{Type: pulumi.String("UserAssigned"),
			UserAssignedIdentities: pulumi.StringArray{identity.ID()}},
		Encryption: &storage.EncryptionArgs{
			KeySource:          pulumi.String("Microsoft.Keyvault"),
			EncryptionIdentity: &storage.EncryptionIdentityArgs{EncryptionUserAssignedIdentity: identity.ID()},
			KeyVaultProperties: &storage.KeyVaultPropertiesArgs{KeyName: key.Name,
				KeyVaultUri: pulumi.Sprintf("https://%s-vault.vault.azure.net/", p.group)},
		},
	}, pulumi.DependsOn([]pulumi.Resource{role}))
	if err != nil {
		return nil, err
	}
	service, err := storage.NewBlobServiceProperties(ctx, "blobs", &storage.BlobServicePropertiesArgs{
		ResourceGroupName: group.Name, AccountName: account.Name, BlobServicesName: pulumi.String("default"),
		IsVersioningEnabled:   pulumi.Bool(true),
		DeleteRetentionPolicy: &storage.DeleteRetentionPolicyArgs{Enabled: pulumi.Bool(true), Days: pulumi.Int(7)},
	})
	if err != nil {
		return nil, err
	}
	_, err = storage.NewBlobContainer(ctx, p.second, &storage.BlobContainerArgs{ResourceGroupName: group.Name,
		AccountName: account.Name}, pulumi.DependsOn([]pulumi.Resource{service}))
	if err != nil {
		return nil, err
	}
	_, err = storage.NewManagementPolicy(ctx, "lifecycle", &storage.ManagementPolicyArgs{
		ResourceGroupName: group.Name, AccountName: account.Name, ManagementPolicyName: pulumi.String("default"),
		Policy: &storage.ManagementPolicySchemaArgs{Rules: storage.ManagementPolicyRuleArray{&storage.ManagementPolicyRuleArgs{
			Name: pulumi.String("old"), Type: pulumi.String("Lifecycle"),
			Definition: &storage.ManagementPolicyDefinitionArgs{
				Actions: &storage.ManagementPolicyActionArgs{BaseBlob: &storage.ManagementPolicyBaseBlobArgs{
					Delete: &storage.DateAfterModificationArgs{DaysAfterModificationGreaterThan: pulumi.Float64(365)}}},
				Filters: &storage.ManagementPolicyFilterArgs{BlobTypes: pulumi.StringArray{pulumi.String("blockBlob")}},
			},
		}}},
	}, pulumi.DependsOn([]pulumi.Resource{service}))
	return account, err
}

func roleID(guid string) string {
	return "/subscriptions/" + azure.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + guid
}

// TestAllTypesOnTheEngine creates a resource of each type, changes some, and deletes all.
func TestAllTypesOnTheEngine(t *testing.T) {
	t.Parallel()
	p := &everything{group: "shop", second: "orders", tls: "TLS1_2"}
	stack, store := served(t, p.run)
	ran := testenv.Succeeds(t)
	ran(stack.Preview(t.Context()))
	require.Empty(t, made(t, store), "a preview creates nothing")
	up := ran(stack.Up(t.Context()))
	require.Regexp(t, `^https://data[0-9a-f]{8}\.blob\.core\.windows\.net/$`, up.Outputs["endpoint"].Value)
	require.True(t, up.Outputs["key"].Secret)
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))
	require.Len(t, made(t, store), up.Changes[apitype.OpCreate]-1, "all but the stack itself")

	p.tls = "TLS1_3"
	up = ran(stack.Up(t.Context()))
	require.Equal(t, 1, up.Changes[apitype.OpUpdate], "an update in place")
	p.second = "invoices"
	up = ran(stack.Up(t.Context()))
	require.Equal(t, 1, up.Changes[apitype.OpCreate], "another container")
	require.Equal(t, 1, up.Changes[apitype.OpDelete])
	ran(stack.CheckSettled(t.Context()))
	ran(stack.CheckDestroyed(t.Context()))
	require.Empty(t, made(t, store))
}

// TestAllTypesWithoutAnEngine runs the program in this process.
func TestAllTypesWithoutAnEngine(t *testing.T) {
	t.Parallel()
	a := azuretest.NewAccount(t).Use(nil)
	p := &everything{group: "shop", second: "orders", tls: "TLS1_2"}
	_, err := a.Deploy(p.run)
	require.NoError(t, err)
	types := map[string]bool{}
	for _, o := range made(t, a.Store) {
		types[o.Type] = true
	}
	_, err = a.Deploy((&networks{subnets: 1, hub: true}).run)
	require.NoError(t, err)
	_, err = a.Deploy((&platform{version: "1.36", pools: map[string]string{"apps": "Standard_D4s_v5"}, machine: true}).run)
	require.NoError(t, err)
	for _, o := range made(t, a.Store) {
		types[o.Type] = true
	}
	for _, service := range azure.New().Services {
		for _, covered := range service.Types {
			require.True(t, types[covered.Token], covered.Token)
		}
	}
}

// served returns a stack that runs in a simulated Azure in this process, and its store.
func served(t *testing.T, program pulumi.RunFunc) (*engine.Stack, *cloud.Store) {
	t.Helper()
	stack, err := testenv.Engine(t).Inline(t.Context(), "everything", "dev", program)
	require.NoError(t, err)
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	server, err := cloud.Serve(store, azure.Version, func() *cloud.Cloud { return azure.New() })
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	require.NoError(t, stack.Attach(map[string]int{"azure-native": server.Port()}))
	return stack, store
}

// made returns the objects that programs made.
func made(t *testing.T, store *cloud.Store) []*cloud.Object {
	t.Helper()
	objects, err := azure.New().Made(store, "")
	require.NoError(t, err)
	return objects
}

// TestPluginOnTheEngine runs the simulated Azure as the engine runs the real provider.
func TestPluginOnTheEngine(t *testing.T) {
	t.Parallel()
	e := testenv.Engine(t)
	built, err := plugin.Azure(t.Context())
	require.NoError(t, err)
	require.NoError(t, e.InstallProvider("azure-native", azure.Version, built.Provider))
	name := "ashlardata"
	stack, err := e.Inline(t.Context(), "account", "dev", func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "main", &resources.ResourceGroupArgs{
			ResourceGroupName: pulumi.String("shop"), Location: pulumi.String("westeurope")})
		if err != nil {
			return err
		}
		_, err = storage.NewStorageAccount(ctx, "data", &storage.StorageAccountArgs{ResourceGroupName: group.Name,
			AccountName: pulumi.String(name), Kind: pulumi.String("StorageV2"),
			Sku: &storage.SkuArgs{Name: pulumi.String("Standard_LRS")}})
		return err
	})
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, stack.Workspace().SetEnvVars(map[string]string{variables.Cloud: dir}))
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))

	name = "ashlardata2"
	up := ran(stack.Up(t.Context()))
	require.Equal(t, map[apitype.OpType]int{apitype.OpReplace: 1, apitype.OpSame: 2}, up.Changes)
	name = "ashlar-data"
	up, err = stack.Up(t.Context())
	require.Error(t, err)
	require.Contains(t, up.Output, "'accountName' does not match expression '^[a-z0-9]+$'")
	name = "ashlardata2"
	require.NoError(t, azure.New().Drift(store, "azure-native:storage:StorageAccount", accountID("ashlardata2"), []byte("null")))
	refresh := ran(stack.Refresh(t.Context()))
	require.Equal(t, 1, refresh.Changes[apitype.OpDelete], "a refresh finds that the account is gone")
	ran(stack.Up(t.Context()))
	ran(stack.CheckDestroyed(t.Context()))
	require.Empty(t, made(t, store))
}

func accountID(name string) string {
	return "/subscriptions/" + azure.Subscription + "/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/" + name
}
