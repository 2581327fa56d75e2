package network_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/network"
)

// Only a CIDR block is required.
func ExampleNewSecureVPC() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		main, err := network.NewSecureVPC(ctx, "main", &network.SecureVPCArgs{CIDR: "10.0.0.0/16"})
		if err != nil {
			return err
		}
		ctx.Export("subnets", main.SubnetIDs)
		return nil
	})
}

// A private tier whose default route leads to a firewall in the network.
func ExampleNewTierRoutes() {
	endpoints := map[string]pulumi.StringInput{} // VPC endpoints of the firewall by zone.
	pulumi.Run(func(ctx *pulumi.Context) error {
		egress := false
		main, err := network.NewSecureVPC(ctx, "main", &network.SecureVPCArgs{
			CIDR:  "10.0.0.0/16",
			Tiers: map[string]network.Tier{"public": {}, "private": {Egress: &egress}},
		})
		if err != nil {
			return err
		}
		// Create the firewall in subnets of main here.
		_, err = network.NewTierRoutes(ctx, "firewall", &network.TierRoutesArgs{
			Network: main,
			Tier:    "private",
			Routes:  map[string]network.Route{"firewall": {Destination: "0.0.0.0/0", EndpointIDs: endpoints}},
		})
		return err
	})
}

// A VPC without subnets.
func ExampleNewVPC() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		main, err := network.NewVPC(ctx, "main", &network.VPCArgs{CIDR: "10.0.0.0/16", IPv6: true})
		if err != nil {
			return err
		}
		ctx.Export("vpc", main.ID)
		return nil
	})
}

// Flow logs of an existing VPC.
func ExampleNewFlowLogs() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		days := 365
		logs, err := network.NewFlowLogs(ctx, "main", &network.FlowLogsArgs{
			VpcID:    pulumi.String("vpc-0a1b2c3d4e5f60718"),
			LogGroup: &network.FlowLogGroup{RetentionDays: &days},
		})
		if err != nil {
			return err
		}
		ctx.Export("flowLogs", logs.LogGroupName)
		return nil
	})
}

// Endpoints of an existing VPC, for an EKS cluster whose nodes have no internet access.
func ExampleNewEndpoints() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		endpoints, err := network.NewEndpoints(ctx, "main", &network.EndpointsArgs{
			VpcID:         pulumi.String("vpc-0a1b2c3d4e5f60718"),
			Bundles:       []network.EndpointBundle{network.EndpointBundleEKS, network.EndpointBundleSSM},
			Services:      []string{"secretsmanager"},
			RouteTableIDs: map[string]pulumi.StringInput{"private": pulumi.String("rtb-0a1b2c3d4e5f60718")},
			SubnetIDs: map[string]pulumi.StringInput{
				"eu-west-1a": pulumi.String("subnet-0a1b2c3d4e5f60718"),
				"eu-west-1b": pulumi.String("subnet-1a1b2c3d4e5f60718"),
			},
			CIDRs: pulumi.StringArray{pulumi.String("10.0.0.0/16")},
		})
		if err != nil {
			return err
		}
		ctx.Export("s3", endpoints.PrefixListIDs.MapIndex(pulumi.String("s3")))
		return nil
	})
}
