package eks

import (
	awsec2 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/network"
)

// makeEndpoints makes the interface endpoints that a cluster without a way to the internet needs, before any node.
func (b *builder) makeEndpoints() error {
	if !b.args.Endpoints {
		return nil
	}
	off := false
	args := &network.EndpointsArgs{
		VpcID: b.place.vpc,
		Bundles: []network.EndpointBundle{network.EndpointBundleEKS}, Services: []string{"s3"},
		// They are reached by route tables, which belong to the network.
		Gateways:  &network.GatewayEndpoints{S3: &off, DynamoDB: &off},
		SubnetIDs: map[string]pulumi.StringInput{}, CIDRs: b.place.cidrs, Tags: pulumi.ToStringMap(b.args.Tags),
	}
	for _, s := range b.place.nodes {
		args.SubnetIDs[s.Zone] = s.ID
	}
	if args.CIDRs == nil {
		found := awsec2.LookupVpcOutput(b.ctx, awsec2.LookupVpcOutputArgs{Id: b.place.vpc.ToStringOutput().ToStringPtrOutput()}, b.cluster.Invoke())
		args.CIDRs = pulumi.StringArray{found.CidrBlock()}
	}
	endpoints, err := network.NewEndpoints(b.ctx, b.name+"-endpoints", args, b.cluster.Child())
	if err == nil {
		b.wait(endpoints)
	}
	return err
}
