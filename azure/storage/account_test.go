package storage_test

import (
	"flag"
	"os/exec"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

const (
	accountType   = "azure-native:storage/v20240101:StorageAccount"
	blobsType     = "azure-native:storage/v20240101:BlobServiceProperties"
	policyType    = "azure-native:storage/v20240101:ManagementPolicy"
	containerType = "azure-native:storage/v20240101:BlobContainer"
	subnet        = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/main/subnets/web"
	keyURI        = "https://kv-shop.vault.azure.net/keys/storage"
	keyID         = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/kv-shop/keys/storage"
	identityID    = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-shop"
)

var group = pulumi.String("shop")

func shortest(*pulumi.Context) *storage.AccountArgs {
	return &storage.AccountArgs{ResourceGroupName: group}
}

// full returns arguments with all options.
func full(ctx *pulumi.Context) *storage.AccountArgs {
	return &storage.AccountArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "stshoporders", Location: "northeurope",
		DeletionProtection: new(false), Replication: storage.ReplicationRAGRS, AccessTier: storage.AccessTierCool,
		MinimumTLS: storage.TLSVersion13, SharedKeyAccess: true, PublicBlobs: true, CrossTenantReplication: true,
		Network: &storage.Network{
			AllowedRanges: pulumi.StringArray{pulumi.String("198.51.100.0/24"), fixture.Text(ctx, "203.0.113.7")},
			SubnetIDs:     pulumi.StringArray{fixture.Text(ctx, subnet)}, TrustedServices: new(false),
		},
		Encryption: &storage.Encryption{
			Infrastructure: new(false), KeyURI: fixture.Text(ctx, keyURI), KeyID: fixture.Text(ctx, keyID),
		},
		ChangeFeed: new(true), BlobSoftDeleteDays: new(60), ContainerSoftDeleteDays: new(14), RestoreDays: new(30),
		Containers: config.Named[storage.Container]{
			"orders": {Metadata: pulumi.StringMap{"team": fixture.Text(ctx, "orders")}},
			"public": {PublicAccess: storage.PublicAccessBlob},
		},
		Lifecycle: &storage.Lifecycle{
			DeleteVersionsAfterDays: new(30),
			Rules: config.Named[storage.LifecycleRule]{
				"logs": {Prefixes: []string{"orders/logs"}, AppendBlobs: true, DeleteAfterDays: new(30)},
				"old": {
					CoolAfterDays: new(30), ColdAfterDays: new(60), ArchiveAfterDays: new(180), DeleteAfterDays: new(730),
					DeleteVersionsAfterDays: new(7), Enabled: new(false),
				},
			},
		},
		Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

// ownIdentity returns arguments with a key and an existing identity.
func ownIdentity(ctx *pulumi.Context) *storage.AccountArgs {
	return &storage.AccountArgs{ResourceGroupName: group, Encryption: &storage.Encryption{
		KeyURI: pulumi.String(keyURI + "/0123456789abcdef0123456789abcdef"), IdentityID: fixture.Text(ctx, identityID),
	}}
}

func create(t *testing.T, args func(*pulumi.Context) *storage.AccountArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := storage.NewAccount(ctx, "orders", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func given(args storage.AccountArgs) func(*pulumi.Context) *storage.AccountArgs {
	args.ResourceGroupName = group
	return func(*pulumi.Context) *storage.AccountArgs { return &args }
}

func TestAccountConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[storage.AccountArgs, *storage.Account]{
		Token: storage.AccountToken, New: storage.NewAccount, RefusesNil: failure.Configuration,
		Defaults: []string{"replication", "accessTier", "minimumTls", "versioning", "changeFeed", "blobSoftDeleteDays",
			"containerSoftDeleteDays", "deletionProtection"},
	}, map[string]func(*pulumi.Context) *storage.AccountArgs{
		"everything": full, "shortest": shortest, "own identity": ownIdentity,
	})
}

func TestAccountGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *storage.AccountArgs{
		"default": shortest, "full": full, "identity": ownIdentity,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			create(t, args).Golden(t, "testdata/"+file+".txt")
		})
	}
}

// A program with a storage account compiles no network, compute or container service package, nor other clouds.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	all := strings.Fields(string(out))
	require.Contains(t, all, "github.com/ashlar-iac/ashlar/azure/storage")
	for _, path := range all {
		for _, foreign := range []string{
			"pulumi-azure-native-sdk/network", "pulumi-azure-native-sdk/compute", "pulumi-azure-native-sdk/containerservice",
			"pulumi-azure-native-sdk/keyvault", "azure/network", "azure/aks", "pulumi-aws", "pulumi-kubernetes", "k8s.io",
			"ashlar/kubernetes", "ashlar/aws",
		} {
			require.NotContains(t, path, foreign)
		}
	}
}

// Azure rejects parallel changes of one account. Settings are deleted with the account, not before it.
func TestSettingsAreCreatedInSequence(t *testing.T) {
	t.Parallel()
	r := create(t, full)
	account, blobs, policy := r.One(t, accountType), r.One(t, blobsType), r.One(t, policyType)
	require.Contains(t, blobs.Dependencies, account.URN)
	require.Contains(t, policy.Dependencies, blobs.URN)
	containers := r.OfType(containerType)
	require.Len(t, containers, 2)
	for _, c := range containers {
		require.Contains(t, c.Dependencies, policy.URN)
		require.Equal(t, account.URN, c.DeletedWith)
	}
	require.Equal(t, account.URN, blobs.DeletedWith)
	require.Equal(t, account.URN, policy.DeletedWith)
}

// Azure deletes accounts and containers with their data.
func TestDataIsProtected(t *testing.T) {
	t.Parallel()
	with := storage.AccountArgs{Containers: config.Named[storage.Container]{"orders": {}}}
	r := create(t, given(with))
	require.True(t, r.One(t, accountType).Protect)
	require.True(t, r.One(t, containerType).Protect)
	require.False(t, r.One(t, blobsType).Protect, "settings can change")
	with.DeletionProtection = new(false)
	r = create(t, given(with))
	require.False(t, r.One(t, accountType).Protect)
	require.False(t, r.One(t, containerType).Protect)
	require.Contains(t, r.One(t, accountType).ReplaceOnChanges, "encryption.requireInfrastructureEncryption")
}

func TestTheKeyIsUsedByAnIdentityWithItsRole(t *testing.T) {
	t.Parallel()
	r := create(t, full)
	account := r.One(t, accountType)
	own := r.One(t, "azure-native:managedidentity/v20230131:UserAssignedIdentity")
	role := r.One(t, "azure-native:authorization/v20220401:RoleAssignment")
	require.Contains(t, account.Dependencies, role.URN, "without the role, Azure rejects the key")
	scope, _ := role.Input("scope")
	require.Equal(t, keyID, scope.StringValue())
	principal, _ := role.Input("principalId")
	require.Equal(t, own.Outputs["principalId"], principal)
	for path, want := range map[string]string{
		"encryption.keySource":                                         "Microsoft.Keyvault",
		"encryption.keyVaultProperties.keyName":                        "storage",
		"encryption.keyVaultProperties.keyVaultUri":                    "https://kv-shop.vault.azure.net",
		"encryption.encryptionIdentity.encryptionUserAssignedIdentity": own.ID,
		"identity.type": "UserAssigned",
	} {
		got, ok := account.Input(path)
		require.True(t, ok, path)
		require.Equal(t, want, got.StringValue(), path)
	}
	_, versioned := account.Input("encryption.keyVaultProperties.keyVersion")
	require.False(t, versioned, "new versions are used automatically")

	r = create(t, ownIdentity)
	require.Empty(t, r.OfType("azure-native:authorization/v20220401:RoleAssignment"))
	version, _ := r.One(t, accountType).Input("encryption.keyVaultProperties.keyVersion")
	require.Equal(t, "0123456789abcdef0123456789abcdef", version.StringValue())
}

func TestThePublicEndpointIsDisabledWithoutAllowedNetworks(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		network        *storage.Network
		access, action string
	}{
		"default":      {nil, "Disabled", "Deny"},
		"empty lists":  {&storage.Network{SubnetIDs: pulumi.StringArray{}}, "Disabled", "Deny"},
		"ranges":       {&storage.Network{AllowedRanges: pulumi.ToStringArray([]string{"198.51.100.7"})}, "Enabled", "Deny"},
		"subnets":      {&storage.Network{SubnetIDs: pulumi.ToStringArray([]string{subnet})}, "Enabled", "Deny"},
		"all networks": {&storage.Network{AllNetworks: true}, "Enabled", "Allow"},
	} {
		a := create(t, given(storage.AccountArgs{Network: tc.network})).One(t, accountType)
		access, _ := a.Input("publicNetworkAccess")
		require.Equal(t, tc.access, access.StringValue(), name)
		action, _ := a.Input("networkRuleSet.defaultAction")
		require.Equal(t, tc.action, action.StringValue(), name)
	}
}

func TestRetentionCanBeDisabled(t *testing.T) {
	t.Parallel()
	r := create(t, given(storage.AccountArgs{
		Versioning: new(false), ChangeFeed: new(false), BlobSoftDeleteDays: new(0), ContainerSoftDeleteDays: new(0),
		Lifecycle: &storage.Lifecycle{DeleteVersionsAfterDays: new(0)},
	}))
	require.Empty(t, r.OfType(policyType), "Azure rejects an empty list of rules")
	blobs := r.One(t, blobsType)
	for path, want := range map[string]any{
		"isVersioningEnabled": false, "changeFeed": map[string]any{"enabled": false},
		"deleteRetentionPolicy": map[string]any{"enabled": false}, "containerDeleteRetentionPolicy": map[string]any{"enabled": false},
	} {
		got, _ := blobs.Input(path)
		require.Equal(t, want, got.Mappable(), path)
	}
	r = create(t, given(storage.AccountArgs{Versioning: new(false)}))
	rule, _ := r.One(t, policyType).Input("policy.rules[0].definition.actions")
	_, versions := rule.ObjectValue()["version"]
	require.False(t, versions, "without versioning, only snapshots are deleted")
	require.True(t, rule.ObjectValue()[resource.PropertyKey("snapshot")].IsObject())
}

func TestDependentsWaitForTheSettings(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		a, err := storage.NewAccount(ctx, "orders", full(ctx))
		if err != nil {
			return err
		}
		_, err = storage.NewAccount(ctx, "later", &storage.AccountArgs{ResourceGroupName: a.Name})
		return err
	}, fixture.Cloud()...)
	later, ok := r.Find(accountType, "later")
	require.True(t, ok)
	for _, c := range r.OfType(containerType) {
		require.Contains(t, later.Dependencies, c.URN)
	}
}
