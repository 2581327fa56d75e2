package keyvault_test

import (
	"flag"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

const (
	vaultType = "azure-native:keyvault/v20241101:Vault"
	keyType   = "azure-native:keyvault/v20241101:Key"
	subnet    = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/main/subnets/web"
)

var group = pulumi.String("shop")

func shortest(*pulumi.Context) *keyvault.VaultArgs {
	return &keyvault.VaultArgs{ResourceGroupName: group}
}

// full returns arguments with all options.
func full(ctx *pulumi.Context) *keyvault.VaultArgs {
	return &keyvault.VaultArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "kv-shop", Location: "northeurope", TenantID: fixture.Principal,
		SKU: keyvault.SKUPremium, SoftDeleteDays: new(7), PurgeProtection: new(false), Recover: true,
		Network: &keyvault.Network{
			AllowedRanges: pulumi.StringArray{pulumi.String("198.51.100.0/24"), fixture.Text(ctx, "203.0.113.7")},
			SubnetIDs:     pulumi.StringArray{fixture.Text(ctx, subnet)}, TrustedServices: new(false),
		},
		ForDeployment: true, ForTemplateDeployment: true, ForDiskEncryption: true,
		Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

func create(t *testing.T, args func(*pulumi.Context) *keyvault.VaultArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := keyvault.NewVault(ctx, "orders", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func TestVaultConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[keyvault.VaultArgs, *keyvault.Vault]{
		Token: keyvault.VaultToken, New: keyvault.NewVault, RefusesNil: failure.Configuration,
		Defaults: []string{"sku", "softDeleteDays", "purgeProtection"},
	}, map[string]func(*pulumi.Context) *keyvault.VaultArgs{"everything": full, "shortest": shortest})
}

func TestVaultGolden(t *testing.T) {
	t.Parallel()
	create(t, shortest).Golden(t, "testdata/vault-default.txt")
	create(t, full).Golden(t, "testdata/vault-full.txt")
}

// properties returns the properties of the vault that arguments create.
func properties(t *testing.T, args *keyvault.VaultArgs) resource.PropertyMap {
	t.Helper()
	args.ResourceGroupName = group
	r := create(t, func(*pulumi.Context) *keyvault.VaultArgs { return args })
	p, ok := r.One(t, vaultType).Input("properties")
	require.True(t, ok)
	return p.ObjectValue()
}

func TestThePublicEndpointIsDisabledWithoutAllowedNetworks(t *testing.T) {
	t.Parallel()
	allowed := pulumi.ToStringArray([]string{"198.51.100.7"})
	for name, tc := range map[string]struct {
		network        *keyvault.Network
		access, action string
	}{
		"default":      {nil, "Disabled", "Deny"},
		"empty lists":  {&keyvault.Network{AllowedRanges: pulumi.StringArray{}}, "Disabled", "Deny"},
		"ranges":       {&keyvault.Network{AllowedRanges: allowed}, "Enabled", "Deny"},
		"subnets":      {&keyvault.Network{SubnetIDs: pulumi.ToStringArray([]string{subnet})}, "Enabled", "Deny"},
		"all networks": {&keyvault.Network{AllNetworks: true}, "Enabled", "Allow"},
	} {
		p := properties(t, &keyvault.VaultArgs{Network: tc.network})
		require.Equal(t, tc.access, p["publicNetworkAccess"].StringValue(), name)
		rules := p["networkAcls"].ObjectValue()
		require.Equal(t, tc.action, rules["defaultAction"].StringValue(), name)
		require.Equal(t, "AzureServices", rules["bypass"].StringValue(), name)
	}
}

func TestTheTenantIsThatOfTheProvider(t *testing.T) {
	t.Parallel()
	require.Equal(t, fixture.Tenant, properties(t, &keyvault.VaultArgs{})["tenantId"].StringValue())
	r := create(t, full)
	require.Empty(t, r.Invokes, "a given tenant is not looked up")
	_, purges := properties(t, &keyvault.VaultArgs{PurgeProtection: new(false)})["enablePurgeProtection"]
	require.False(t, purges, "Azure rejects false")
}

func TestInvalidVaultsAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   keyvault.VaultArgs
		want   []string
	}{
		"no resource group": {"every vault is in one", keyvault.VaultArgs{}, []string{"resourceGroupName: required"}},
		"name":              {"two hyphens", keyvault.VaultArgs{ResourceGroupName: group, Name: "kv--shop"}, []string{`name: invalid name "kv--shop" of a key vault`}},
		"long name":         {"24 characters", keyvault.VaultArgs{ResourceGroupName: group, Name: "kv-shop-orders-production-eu"}, []string{`name: invalid name`}},
		"location":          {"the short form", keyvault.VaultArgs{ResourceGroupName: group, Location: "North Europe"}, []string{`location: unknown location "North Europe", did you mean "northeurope"?`}},
		"tenant":            {"a GUID", keyvault.VaultArgs{ResourceGroupName: group, TenantID: "acme"}, []string{`tenantId: found "acme"`}},
		"soft delete":       {"7 to 90 days", keyvault.VaultArgs{ResourceGroupName: group, SoftDeleteDays: new(6)}, []string{"softDeleteDays: expected at least 7"}},
		"tier":              {"typed values", keyvault.VaultArgs{ResourceGroupName: group, SKU: "basic"}, []string{`sku: unknown value "basic"`}},
		"recover":           {"which vault", keyvault.VaultArgs{ResourceGroupName: group, Recover: true}, []string{"recover: requires the name of the deleted vault: add name"}},
		"private range":     {"rules are for public addresses", keyvault.VaultArgs{ResourceGroupName: group, Network: &keyvault.Network{AllowedRanges: pulumi.ToStringArray([]string{"10.0.0.0/8"})}}, []string{"network.allowedRanges[0]: 10.0.0.0/8 is not a public address"}},
		"subnet":            {"an ID", keyvault.VaultArgs{ResourceGroupName: group, Network: &keyvault.Network{SubnetIDs: pulumi.ToStringArray([]string{"web"})}}, []string{`network.subnetIds[0]: found "web"`}},
		"all networks":      {"the ranges have no effect", keyvault.VaultArgs{ResourceGroupName: group, Network: &keyvault.Network{AllNetworks: true, SubnetIDs: pulumi.ToStringArray([]string{subnet})}}, []string{"network.allNetworks: mutually exclusive with allowedRanges and subnetIds"}},
		"tags":              {"keys ignore case", keyvault.VaultArgs{ResourceGroupName: group, Tags: pulumi.StringMap{"Team": pulumi.String("a"), "team": pulumi.String("b")}}, []string{`tags.team: the same key as "Team"`}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := keyvault.NewVault(ctx, "orders", &tc.args)
				return err
			}, tc.want...)
		})
	}
}

func TestVaultEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{"properties.enableRbacAuthorization": true, "purgeProtection": true, "network.allNetworks": true},
		pulumitest.Evidence((&keyvault.VaultArgs{}).Evidence()))
	weak := &keyvault.VaultArgs{PurgeProtection: new(false), Network: &keyvault.Network{AllNetworks: true}}
	require.Equal(t, map[string]bool{"properties.enableRbacAuthorization": true, "purgeProtection": false, "network.allNetworks": false},
		pulumitest.Evidence(weak.Evidence()))
}

func keyShortest(*pulumi.Context) *keyvault.KeyArgs {
	return &keyvault.KeyArgs{ResourceGroupName: group, VaultName: pulumi.String("kv-shop")}
}

func keyFull(ctx *pulumi.Context) *keyvault.KeyArgs {
	return &keyvault.KeyArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), VaultName: fixture.Text(ctx, "kv-shop"), Name: "cmk", Size: new(4096),
		HardwareProtected: true, RotationDays: new(90), Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

func createKey(t *testing.T, args func(*pulumi.Context) *keyvault.KeyArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := keyvault.NewKey(ctx, "orders", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func TestKeyConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[keyvault.KeyArgs, *keyvault.Key]{
		Token: keyvault.KeyToken, New: keyvault.NewKey, RefusesNil: failure.Configuration,
		Defaults: []string{"name", "size", "rotationDays"},
	}, map[string]func(*pulumi.Context) *keyvault.KeyArgs{"everything": keyFull, "shortest": keyShortest})
}

func TestKeyGolden(t *testing.T) {
	t.Parallel()
	createKey(t, keyShortest).Golden(t, "testdata/key-default.txt")
	createKey(t, keyFull).Golden(t, "testdata/key-full.txt")
}

func TestKeysWithoutRotationHaveNoPolicy(t *testing.T) {
	t.Parallel()
	r := createKey(t, func(*pulumi.Context) *keyvault.KeyArgs {
		return &keyvault.KeyArgs{ResourceGroupName: group, VaultName: pulumi.String("kv-shop"), RotationDays: new(0)}
	})
	_, rotates := r.One(t, keyType).Input("properties.rotationPolicy")
	require.False(t, rotates)
}

func TestInvalidKeysAreRejected(t *testing.T) {
	t.Parallel()
	vault := pulumi.String("kv-shop")
	many := pulumi.StringMap{}
	for _, key := range "abcdefghijklmnop" {
		many[string(key)] = pulumi.String("")
	}
	tests := map[string]struct {
		reason string
		args   keyvault.KeyArgs
		want   []string
	}{
		"no vault": {"every key is in one", keyvault.KeyArgs{}, []string{"resourceGroupName: required", "vaultName: required: add the name of the vault"}},
		"name":     {"letters, digits and hyphens", keyvault.KeyArgs{ResourceGroupName: group, VaultName: vault, Name: "cmk_1"}, []string{"name: "}},
		"size":     {"sizes of RSA keys", keyvault.KeyArgs{ResourceGroupName: group, VaultName: vault, Size: new(1024)}, []string{"size: "}},
		"rotation": {"7 days or none", keyvault.KeyArgs{ResourceGroupName: group, VaultName: vault, RotationDays: new(6)}, []string{"rotationDays: expected at least 7, or 0 for no rotation, found 6"}},
		"tags":     {"keys have fewer", keyvault.KeyArgs{ResourceGroupName: group, VaultName: vault, Tags: many}, []string{"tags: 16 tags: keys have at most 15"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := keyvault.NewKey(ctx, "orders", &tc.args)
				return err
			}, tc.want...)
		})
	}
}

func TestKeyEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{"rotationDays": true}, pulumitest.Evidence((&keyvault.KeyArgs{}).Evidence()))
	require.Equal(t, map[string]bool{"rotationDays": false}, pulumitest.Evidence((&keyvault.KeyArgs{RotationDays: new(0)}).Evidence()))
}
