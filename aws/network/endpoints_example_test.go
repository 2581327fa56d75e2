package network_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/network"
)

// Endpoints for a cluster whose nodes have no way to the internet, in a VPC that was made elsewhere.
func ExampleNewEndpoints() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		endpoints, err := network.NewEndpoints(ctx, "main", &network.EndpointsArgs{
			VpcID: pulumi.String("vpc-0a1b2c3d4e5f60718"),
			EndpointsSettings: network.EndpointsSettings{
				Bundles:  []string{"eks", "ssm"},
				Services: []string{"secretsmanager"},
			},
			RouteTables: map[string]pulumi.StringInput{"private": pulumi.String("rtb-0a1b2c3d4e5f60718")},
			Subnets: map[string]pulumi.StringInput{
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
