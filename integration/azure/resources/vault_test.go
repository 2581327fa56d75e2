package resources_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const subnet = subscription + "/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/main/subnets/web"

// vaults is a program with a key vault, and a key in it unless noKey is set.
type vaults struct {
	vault keyvault.VaultArgs
	key   keyvault.KeyArgs
	noKey bool
}

func (p *vaults) in(a *cloudtest.Account) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		args := p.vault
		args.ResourceGroupName = group.Name
		v, err := keyvault.NewVault(ctx, "shop", &args, on)
		if err != nil {
			return err
		}
		ctx.Export("name", v.Name)
		ctx.Export("uri", v.URI)
		if p.noKey {
			return nil
		}
		key := p.key
		key.ResourceGroupName, key.VaultName = v.ResourceGroupName, v.Name
		k, err := keyvault.NewKey(ctx, "data", &key, on)
		if err != nil {
			return err
		}
		ctx.Export("key", k.URI)
		ctx.Export("version", k.VersionedURI)
		return nil
	})
}

// Each step changes an option.
func TestVaultOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		p := &vaults{noKey: true, vault: keyvault.VaultArgs{SoftDeleteDays: new(7), PurgeProtection: new(false)}}
		args := &p.vault
		life := a.Life(t, "vault", p.in(a))
		up := life.Up()
		name, _ := up.Outputs["name"].Value.(string)
		require.Regexp(t, `^shop[0-9a-f]{8}$`, name)
		require.Equal(t, "https://"+name+".vault.azure.net/", up.Outputs["uri"].Value)
		changes := func(option string) {
			t.Helper()
			life.Change(option, "update "+vaultType+" shop")
		}
		args.SKU = keyvault.SKUPremium
		changes("tier")
		args.Network = &keyvault.Network{AllowedRanges: pulumi.ToStringArray([]string{"198.51.100.0/24", "203.0.113.7"})}
		changes("allowed ranges")
		args.Network.TrustedServices = new(false)
		changes("trusted services")
		if a.Store != nil { // The subnet does not exist.
			args.Network = &keyvault.Network{SubnetIDs: pulumi.ToStringArray([]string{subnet})}
			changes("subnets")
		}
		args.Network = &keyvault.Network{AllNetworks: true}
		changes("all networks")
		args.Network = nil
		changes("private network access")
		args.ForDeployment = true
		changes("certificates for deployment")
		args.ForTemplateDeployment = true
		changes("secrets for deployment")
		args.ForDiskEncryption = true
		changes("disk encryption")
		args.Tags = a.Tags(map[string]string{"team": "shop"})
		changes("tags")
		args.PurgeProtection = nil
		changes("purge protection")
		args.Name = name + "-2"
		life.Change("name", "replace "+vaultType+" shop")
		require.Equal(t, args.Name, life.Output("name"))
		life.Destroy()
	})
}

// What Azure does not change is rejected by Azure only, because the program does not know the former value.
func TestVaultChangesThatAzureRejects(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	p := &vaults{noKey: true}
	life := a.Life(t, "rejected", p.in(a))
	life.Up()
	p.vault.SoftDeleteDays = new(30)
	rejects(t, life, `Status=400 Code="BadRequest" Message="The property \"softDeleteRetentionInDays\" has been set already`)
	p.vault.SoftDeleteDays, p.vault.Location = nil, elsewhere
	rejects(t, life, `Status=409 Code="InvalidResourceLocation"`)
	p.vault.Location = ""
	settled(t, life)
	p.vault.PurgeProtection = new(false)
	life.Change("disabled purge protection, which stays enabled", "update "+vaultType+" shop")
	p.vault.TenantID = principal
	life.Change("tenant", "update "+vaultType+" shop")
	life.Destroy()
}

// The name of a deleted vault stays taken.
func TestADeletedVaultIsRecovered(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	p := &vaults{noKey: true, vault: keyvault.VaultArgs{Name: "kv-shop-prod"}}
	first := a.Life(t, "first", p.in(a))
	group, err := first.Stack.Up(t.Context())
	require.NoError(t, err, group.Output)
	p.vault.Name = ""
	first.Change("another name", "replace "+vaultType+" shop")
	p.vault.Name = "kv-shop-prod"
	rejects(t, first, `Status=409 Code="ConflictError" Message="A vault with the same name already exists in deleted state.`)
	p.vault.Recover = true
	up, err := first.Stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, "kv-shop-prod", first.Output("name"))
	p.vault.Recover = false
	first.Change("recovered", "update "+vaultType+" shop")
	first.Destroy()
}

// Azure Resource Manager creates keys, and does not change them.
func TestKeyOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		p := &vaults{vault: keyvault.VaultArgs{SKU: keyvault.SKUPremium, SoftDeleteDays: new(7), PurgeProtection: new(false)}}
		args := &p.key
		life := a.Life(t, "key", p.in(a))
		up := life.Up()
		uri, _ := up.Outputs["key"].Value.(string)
		require.Equal(t, up.Outputs["uri"].Value.(string)+"keys/data", uri)
		require.Regexp(t, "^"+uri+"/[0-9a-f]{32}$", up.Outputs["version"].Value)

		args.Size = new(4096)
		life.Change("the size of an existing key stays")
		args.HardwareProtected = true
		life.Change("the protection of an existing key stays")
		args.RotationDays = new(90)
		life.Change("the rotation of an existing key stays")
		args.Tags = a.Tags(map[string]string{"team": "shop"})
		life.Change("the tags of an existing key stay")
		args.Name = "orders"
		life.Change("name", "replace "+keyType+" data")
		require.Equal(t, up.Outputs["uri"].Value.(string)+"keys/orders", life.Output("key"))
		p.vault.Name = up.Outputs["name"].Value.(string) + "-2"
		life.Change("vault", "replace "+vaultType+" shop", "replace "+keyType+" data")
		life.Destroy()
	})
}

// A key that is removed from the program stays in its vault.
func TestARemovedKeyStays(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	p := &vaults{}
	life := a.Life(t, "removed", p.in(a))
	life.Up()
	objects := len(a.Objects(t))
	p.noKey = true
	life.Change("without the key", "delete "+keyType+" data")
	require.Len(t, a.Objects(t), objects, "the key still exists")
	p.noKey = false
	rejects(t, life, "cannot create already existing resource")
	p.key.Name = "orders"
	life.Change("with another name", "create "+keyType+" data")
	life.Destroy()
}

// Arguments that Azure rejects are reported before any resource is created.
func TestInvalidVaults(t *testing.T) {
	t.Parallel()
	ranges := func(text string) keyvault.VaultArgs {
		return keyvault.VaultArgs{Network: &keyvault.Network{AllowedRanges: pulumi.ToStringArray([]string{text})}}
	}
	cases[keyvault.VaultArgs]{
		"VaultNameNotValid, hyphens":                 {keyvault.VaultArgs{Name: "kv--shop"}, `name: invalid name "kv--shop" of a key vault`},
		"VaultNameNotValid, digit":                   {keyvault.VaultArgs{Name: "1vault"}, `name: invalid name "1vault" of a key vault`},
		"pattern of the name":                        {keyvault.VaultArgs{Name: "kv_shop"}, `name: invalid name "kv_shop" of a key vault`},
		"LocationNotAvailableForResourceType":        {keyvault.VaultArgs{Location: "Dublin"}, `location: unknown location "Dublin", did you mean "northeurope"?`},
		"BadRequest, tenantId":                       {keyvault.VaultArgs{TenantID: "acme"}, `tenantId: found "acme"`},
		"BadRequest, SKU":                            {keyvault.VaultArgs{SKU: "basic"}, `sku: unknown value "basic"`},
		"BadRequest, softDeleteRetentionInDays":      {keyvault.VaultArgs{SoftDeleteDays: new(6)}, "softDeleteDays: expected at least 7"},
		"BadRequest, many softDeleteRetentionInDays": {keyvault.VaultArgs{SoftDeleteDays: new(91)}, "softDeleteDays: expected at most 90"},
		"DeletedVaultNotFound":                       {keyvault.VaultArgs{Recover: true}, "recover: requires the name of the deleted vault"},
		"InvalidTags":                                {keyvault.VaultArgs{Tags: sameTags()}, sameKey},
		"private range":                              {ranges("10.0.0.0/8"), "network.allowedRanges[0]: 10.0.0.0/8 is not a public address"},
		"IPv6 range":                                 {ranges("2001:db8::/32"), `network.allowedRanges[0]: found "2001:db8::/32"`},
		"subnet": {keyvault.VaultArgs{Network: &keyvault.Network{SubnetIDs: pulumi.ToStringArray([]string{"web"})}},
			`network.subnetIds[0]: found "web"`},
	}.run(t, func(ctx *pulumi.Context, args *keyvault.VaultArgs) error {
		args.ResourceGroupName = pulumi.String("shop")
		_, err := keyvault.NewVault(ctx, "shop", args)
		return err
	})
}

func TestInvalidKeys(t *testing.T) {
	t.Parallel()
	cases[keyvault.KeyArgs]{
		"pattern of the name":   {keyvault.KeyArgs{Name: "a_b"}, "name: "},
		"BadParameter, keySize": {keyvault.KeyArgs{Size: new(1024)}, "size: "},
		"rotation":              {keyvault.KeyArgs{RotationDays: new(6)}, "rotationDays: expected at least 7"},
		"InvalidTags":           {keyvault.KeyArgs{Tags: sameTags()}, sameKey},
	}.run(t, func(ctx *pulumi.Context, args *keyvault.KeyArgs) error {
		args.ResourceGroupName, args.VaultName = pulumi.String("shop"), pulumi.String("kv-shop")
		_, err := keyvault.NewKey(ctx, "data", args)
		return err
	})
}
