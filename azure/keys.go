package azure

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/core/config"
)

// KeyConfiguration describes a key.
type KeyConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the vault.
	Provider string `pulumi:"provider,optional"`
	// Vault is the name of an entry of vaults. Mutually exclusive with vaultName and resourceGroupName. Default: the only
	// one.
	Vault string `pulumi:"vault,optional"`
	keyvault.KeyArgs
}

func (c *Configuration) checkKey(report *config.Report, name string) {
	e := c.Keys[name]
	at := []string{"keys", name, "vault"}
	own := e.VaultName != nil || e.ResourceGroupName != nil
	switch {
	case own && e.Vault != "":
		report.Add(at, "vault is mutually exclusive with vaultName and resourceGroupName: remove it, or both of them")
	case own:
		e.ValidateArguments(report.At("keys", name))
	default:
		c.Vaults.CheckReference(report, at, "vault", e.Vault)
	}
	vault := c.vaultOf(e)
	if vault != nil && e.HardwareProtected && vault.SKU != keyvault.SKUPremium {
		report.Add([]string{"keys", name, "hardwareProtected"}, "requires the tier premium of the vault: set vaults.%s.sku to premium",
			c.Vaults.Resolve(e.Vault))
	}
}

// vaultOf returns the entry of the vault of a key, or nil.
func (c *Configuration) vaultOf(e *KeyConfiguration) *VaultConfiguration {
	if e == nil || e.VaultName != nil && e.Vault == "" {
		return nil
	}
	return c.Vaults[c.Vaults.Resolve(e.Vault)]
}

// keyProvider returns the provider of a key: its own or that of its vault.
func (c *Configuration) keyProvider(e *KeyConfiguration) (string, bool) {
	if e.Provider != "" || e.VaultName != nil && e.Vault == "" {
		return e.Provider, true
	}
	return inherited(c.vaultOf(e), c.vaultProvider)
}

func (d *deployer) addKeys() error {
	return each(d, "keys", d.config.Keys, d.config.keyProvider,
		func(name string, e *KeyConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.KeyArgs
			if args.VaultName == nil {
				vault := d.vaults[d.config.Vaults.Resolve(e.Vault)]
				args.VaultName, args.ResourceGroupName = vault.Name, vault.ResourceGroupName
			}
			k, err := keyvault.NewKey(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			d.keys[name] = k
			return pulumi.Map{"id": k.ID, "uri": k.URI}, nil
		})
}
