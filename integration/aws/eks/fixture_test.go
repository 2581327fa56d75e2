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

// vpc is a network of resources of the SDK.
type vpc struct{ info core.NetworkInfo }

func (v vpc) NetworkInfo() core.NetworkInfo { return v.info }

// newVPC creates a network with a private tier in zones a and b, which is sufficient for a simulated cluster.
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

// administrator creates a role for administrators of clusters and returns its ARN.
func administrator(ctx *pulumi.Context, opt pulumi.ResourceOption) (pulumi.StringInput, error) {
	role, err := awsiam.NewRole(ctx, "platform", &awsiam.RoleArgs{AssumeRolePolicy: pulumi.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}]}`,
	)}, opt)
	if err != nil {
		return nil, err
	}
	return role.Arn, nil
}

// settings returns the arguments of a minimal cluster with one node and without deletion protection.
func settings() eks.ClusterArgs {
	off, one := false, 1
	return eks.ClusterArgs{
		Version: "1.34", DeletionProtection: &off,
		NodeGroups: config.Named[eks.NodeGroupArgs]{"main": {Size: &eks.NodeGroupSize{Min: &one, Max: &one,
			Desired: &one}}},
	}
}

// dependent adds resources that depend on the cluster to a program.
type dependent func(ctx *pulumi.Context, c *eks.Cluster, opt pulumi.ResourceOption) error

// program returns a program that creates a cluster with these settings, its network and an administrator.
func program(a *cloudtest.Account, s *eks.ClusterArgs, dependents ...dependent) pulumi.RunFunc {
	return programIn("main", a, s, dependents...)
}

// programIn is program with another name for the network.
func programIn(name string, a *cloudtest.Account, s *eks.ClusterArgs, dependents ...dependent) pulumi.RunFunc {
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
		for _, f := range dependents {
			if err := f(ctx, c, pulumi.Provider(primary)); err != nil {
				return err
			}
		}
		return nil
	}
}
