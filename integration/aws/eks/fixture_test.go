package eks_test

import (
	awsec2 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// vpc is a network made of the SDK's own resources.
type vpc struct{ info core.NetworkInfo }

func (v vpc) NetworkInfo() core.NetworkInfo { return v.info }

// newVPC makes a network with a private tier in zones a and b, which is all that a simulated cluster needs.
func newVPC(ctx *pulumi.Context, region, name string, opt pulumi.ResourceOption) (core.Network, error) {
	network, err := awsec2.NewVpc(ctx, name, &awsec2.VpcArgs{
		CidrBlock: pulumi.String("10.0.0.0/16"), EnableDnsHostnames: pulumi.Bool(true),
	}, opt)
	if err != nil {
		return nil, err
	}
	out := vpc{core.NetworkInfo{
		Name: name, Platform: "aws", ID: network.ID(), CIDRs: pulumi.StringArray{pulumi.String("10.0.0.0/16")},
	}}
	for i, zone := range []string{region + "a", region + "b"} {
		subnet, err := awsec2.NewSubnet(ctx, name+"-private-"+zone, &awsec2.SubnetArgs{
			VpcId: network.ID(), AvailabilityZone: pulumi.String(zone), CidrBlock: pulumi.Sprintf("10.0.%d.0/24", i),
		}, opt)
		if err != nil {
			return nil, err
		}
		out.info.Subnets = append(out.info.Subnets, core.Subnet{Tier: "private", Zone: zone, ID: subnet.ID()})
	}
	return out, nil
}

// administrator makes a role that may administer clusters, and returns its ARN.
func administrator(ctx *pulumi.Context, opt pulumi.ResourceOption) (pulumi.StringInput, error) {
	role, err := awsiam.NewRole(ctx, "platform", &awsiam.RoleArgs{AssumeRolePolicy: pulumi.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}]}`,
	)}, opt)
	if err != nil {
		return nil, err
	}
	return role.Arn, nil
}

// settings are those of the smallest cluster with nodes that can be deleted again.
func settings() eks.ClusterArgs {
	off, one := false, 1
	return eks.ClusterArgs{
		Version: "1.34", DeletionProtection: &off,
		NodeGroups: config.Named[eks.NodeGroupArgs]{"main": {Size: &eks.NodeGroupSize{Min: &one, Max: &one,
			Desired: &one}}},
	}
}

// more adds to a program what uses its cluster.
type more func(ctx *pulumi.Context, c *eks.Cluster, opt pulumi.ResourceOption) error

// program makes a cluster with these settings, with an administrator and in a network of its own.
func program(a *cloudtest.Account, s *eks.ClusterArgs, and ...more) pulumi.RunFunc {
	return programIn("main", a, s, and...)
}

// programIn is program with a network of some name.
func programIn(name string, a *cloudtest.Account, s *eks.ClusterArgs, and ...more) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		primary, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		network, err := newVPC(ctx, a.Region(), name, pulumi.Provider(primary))
		if err != nil {
			return err
		}
		platform, err := administrator(ctx, pulumi.Provider(primary))
		if err != nil {
			return err
		}
		given := *s
		if given.Administrators == nil {
			given.Administrators = config.Named[pulumi.StringInput]{"platform": platform}
		}
		given.Network = network
		c, err := eks.NewCluster(ctx, "main", &given, pulumi.Provider(primary))
		if err != nil {
			return err
		}
		ctx.Export("kubeconfig", c.Kubeconfig)
		ctx.Export("version", c.Version)
		for _, f := range and {
			if err := f(ctx, c, pulumi.Provider(primary)); err != nil {
				return err
			}
		}
		return nil
	}
}
