package network_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// A hub with Azure Bastion and a firewall, and a network whose traffic to the internet goes through the firewall.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		hub, err := network.NewSecureVNet(ctx, "hub", &network.SecureVNetArgs{
			ResourceGroupName: pulumi.String("rg-network"), AddressPrefix: "10.100.0.0/22",
			Tiers: config.Named[network.Tier]{
				"bastion":  {Kind: network.TierBastion, Slot: 1},
				"firewall": {Kind: network.TierFirewall, Slot: 2},
			},
		})
		if err != nil {
			return err
		}
		shop, err := network.NewSecureVNet(ctx, "shop", &network.SecureVNetArgs{
			ResourceGroupName: pulumi.String("rg-network"), AddressPrefix: "10.0.0.0/16",
			Tiers: config.Named[network.Tier]{
				"private": {Routes: config.Named[network.Route]{
					"internet": {AddressPrefix: "0.0.0.0/0", Address: pulumi.String("10.100.0.68")},
				}},
				"isolated": {},
			},
			Peerings:     config.Named[network.Peering]{"hub": {}},
			PeerNetworks: map[string]core.Network{"hub": hub},
		})
		if err != nil {
			return err
		}
		ctx.Export("subnets", shop.SubnetIDs)
		return nil
	})
}

// The private endpoint of a storage account, with a private DNS zone.
func ExampleNewPrivateEndpoint() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		const group = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-shop/providers/"
		blobs, err := network.NewPrivateEndpoint(ctx, "blobs", &network.PrivateEndpointArgs{
			ResourceGroupName: pulumi.String("rg-shop"),
			SubnetID:          pulumi.String(group + "Microsoft.Network/virtualNetworks/main/subnets/isolated"),
			TargetID:          pulumi.String(group + "Microsoft.Storage/storageAccounts/stshoporders"),
			GroupID:           "blob",
		})
		if err != nil {
			return err
		}
		ctx.Export("addresses", blobs.PrivateIPs)
		return nil
	})
}
