package azure

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core/config"
)

// StorageAccountConfiguration describes a storage account.
type StorageAccountConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// Key is the name of an entry of keys that encrypts the account. Mutually exclusive with encryption.keyUri and
	// encryption.keyId. Default: a key that Microsoft manages.
	Key string `pulumi:"key,optional"`
	storage.AccountArgs
}

func (c *Configuration) accountProvider(e *StorageAccountConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

func (c *Configuration) checkAccount(report *config.Report, name string) {
	e := c.StorageAccounts[name]
	provider, _ := c.accountProvider(e)
	if p := c.Providers[c.Providers.Resolve(provider)]; p != nil && e.Location == "" {
		e.CheckLocation(report.At("storageAccounts", name), p.Location)
	}
	if e.Key == "" {
		args := e.AccountArgs
		args.ResourceGroupName = checked
		args.ValidateArguments(report.At("storageAccounts", name))
		return
	}
	at := []string{"storageAccounts", name, "key"}
	if e.Encryption != nil && (e.Encryption.KeyURI != nil || e.Encryption.KeyID != nil) {
		report.Add(at, "mutually exclusive with encryption.keyUri and encryption.keyId: remove one of them")
	}
	key, known := c.Keys[e.Key]
	if !known {
		report.Add(at, "unknown key %q, %s", e.Key, config.Suggest(e.Key, c.Keys.Names()))
		return
	}
	if vault := c.vaultOf(key); vault != nil && vault.PurgeProtection != nil && !*vault.PurgeProtection {
		report.Add(at, "the vault of the key has no purge protection, which encryption requires: set vaults.%s.purgeProtection",
			c.Vaults.Resolve(key.Vault))
	}
}

func (d *deployer) addAccounts() error {
	return each(d, "storageAccounts", d.config.StorageAccounts, d.config.accountProvider,
		func(name string, e *StorageAccountConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.AccountArgs
			args.ResourceGroupName = d.group(e.ResourceGroup, e.ResourceGroupName)
			if e.Key != "" {
				encryption := storage.Encryption{}
				if args.Encryption != nil {
					encryption = *args.Encryption
				}
				encryption.KeyURI = d.keys[e.Key].URI
				if encryption.IdentityID == nil {
					encryption.KeyID = d.keys[e.Key].ID
				}
				args.Encryption = &encryption
			}
			a, err := storage.NewAccount(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			d.accounts[name] = a
			return pulumi.Map{"name": a.Name, "id": a.ID, "blobEndpoint": a.BlobEndpoint}, nil
		})
}
