package storage_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core/config"
)

// An account with a container, whose old blobs get cheaper.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "shop", nil)
		if err != nil {
			return err
		}
		orders, err := storage.NewAccount(ctx, "orders", &storage.AccountArgs{
			ResourceGroupName: group.Name,
			Containers:        config.Named[storage.Container]{"invoices": {}},
			Lifecycle: &storage.Lifecycle{Rules: config.Named[storage.LifecycleRule]{
				"invoices": {Prefixes: []string{"invoices/"}, CoolAfterDays: new(90)},
			}},
		})
		if err != nil {
			return err
		}
		ctx.Export("blobs", orders.BlobEndpoint)
		return nil
	})
}
