package resources_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/resources"
)

// A resource group in a location of its own.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "shop", &resources.ResourceGroupArgs{Location: "northeurope"})
		if err != nil {
			return err
		}
		ctx.Export("group", group.Name)
		return nil
	})
}
