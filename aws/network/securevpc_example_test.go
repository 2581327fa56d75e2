package network_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
)

// A network that is given its block of addresses, and nothing else.
func ExampleNewSecureVPC() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		main, err := network.NewSecureVPC(ctx, "main", &network.SecureVPCArgs{SecureVPCSettings: network.SecureVPCSettings{
			VPCSettings: network.VPCSettings{Block: network.Block{CIDR: "10.0.0.0/16"}},
		}})
		if err != nil {
			return err
		}
		ctx.Export("subnets", main.SubnetIDs)
		return nil
	})
}

// A tier of a network reaches the internet through a firewall in it.
func ExampleSecureVPC_AddRoutes() {
	endpoints := map[string]pulumi.StringInput{} // Those of the firewall, by zone.
	pulumi.Run(func(ctx *pulumi.Context) error {
		egress := false
		args := &network.SecureVPCArgs{}
		args.CIDR = "10.0.0.0/16"
		args.Tiers = config.Named[network.Tier]{"public": {}, "private": {Egress: &egress}}
		main, err := network.NewSecureVPC(ctx, "main", args)
		if err != nil {
			return err
		}
		// Here is where the firewall is made, in subnets of main.
		return main.AddRoutes(ctx, "private", config.Named[network.Route]{"firewall": {Destination: "0.0.0.0/0", EndpointIDs: endpoints}})
	})
}

// A VPC whose subnets are made by other means.
func ExampleNewVPC() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		args := &network.VPCArgs{}
		args.CIDR, args.IPv6 = "10.0.0.0/16", true
		main, err := network.NewVPC(ctx, "main", args)
		if err != nil {
			return err
		}
		ctx.Export("vpc", main.ID)
		return nil
	})
}
