package compute_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/compute"
	"github.com/ashlar-iac/ashlar/core/config"
)

// A virtual machine with a data disk, in an existing subnet.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		web, err := compute.NewVirtualMachine(ctx, "web", &compute.VirtualMachineArgs{
			ResourceGroupName: pulumi.String("rg-shop"),
			Size:              "Standard_D2s_v5",
			SubnetID: pulumi.String("/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-shop" +
				"/providers/Microsoft.Network/virtualNetworks/main/subnets/web"),
			SSHKeys:   []string{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGVleGFtcGxlZXhhbXBsZWV4YW1wbGVl"},
			DataDisks: config.Named[compute.DataDisk]{"data": {LUN: 1, SizeGB: 128}},
		})
		if err != nil {
			return err
		}
		ctx.Export("address", web.PrivateIP)
		return nil
	})
}
