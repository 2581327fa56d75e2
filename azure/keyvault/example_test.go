package keyvault_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/resources"
)

// A vault with a key for the encryption of storage accounts.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "shop", nil)
		if err != nil {
			return err
		}
		vault, err := keyvault.NewVault(ctx, "shop", &keyvault.VaultArgs{ResourceGroupName: group.Name})
		if err != nil {
			return err
		}
		key, err := keyvault.NewKey(ctx, "storage", &keyvault.KeyArgs{
			ResourceGroupName: vault.ResourceGroupName, VaultName: vault.Name,
		})
		if err != nil {
			return err
		}
		ctx.Export("key", key.URI)
		return nil
	})
}
