package eks_test

import (
	awsec2 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// nodesPlace is a cluster of the SDK, with the resources that its nodes need.
type nodesPlace struct {
	version string
	cluster *awseks.Cluster
	subnets []core.Subnet
	// role and group are a role and a security group for nodes.
	role, group pulumi.StringInput
	opt         pulumi.ResourceOption
}

// nodesProgram returns a program that creates the cluster shop and its network, and calls parts.
func nodesProgram(a *cloudtest.Account, version *string, parts func(*pulumi.Context, nodesPlace) error) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		primary, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		opt := pulumi.Provider(primary)
		group, subnets, err := nodesNetwork(ctx, a.Region(), opt)
		if err != nil {
			return err
		}
		plane, err := nodesRole(ctx, "plane", "eks.amazonaws.com", opt, "AmazonEKSClusterPolicy")
		if err != nil {
			return err
		}
		cluster, err := awseks.NewCluster(ctx, "shop", &awseks.ClusterArgs{
			Name: pulumi.String("shop"), Version: pulumi.String(*version), RoleArn: plane,
			VpcConfig:    &awseks.ClusterVpcConfigArgs{SubnetIds: pulumi.StringArray{subnets[0].ID, subnets[1].ID}},
			AccessConfig: &awseks.ClusterAccessConfigArgs{AuthenticationMode: pulumi.String("API")},
		}, opt)
		if err != nil {
			return err
		}
		// Without an identity of its own, the CNI uses the role of the node.
		nodes, err := nodesRole(ctx, "nodes", "ec2.amazonaws.com", opt,
			"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy")
		if err != nil {
			return err
		}
		return parts(ctx, nodesPlace{
			version: *version, cluster: cluster, subnets: subnets, role: nodes, group: group, opt: opt,
		})
	}
}

// byZone returns the IDs of the subnets by zone.
func (p nodesPlace) byZone() map[string]pulumi.StringInput {
	out := map[string]pulumi.StringInput{}
	for _, s := range p.subnets {
		out[s.Zone] = s.ID
	}
	return out
}

// nodesNetwork creates a network with a security group, and private subnets in two zones.
func nodesNetwork(ctx *pulumi.Context, region string, opt pulumi.ResourceOption) (pulumi.StringInput, []core.Subnet,
	error) {
	network, err := awsec2.NewVpc(ctx, "main", &awsec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")}, opt)
	if err != nil {
		return nil, nil, err
	}
	group, err := awsec2.NewSecurityGroup(ctx, "workers", &awsec2.SecurityGroupArgs{VpcId: network.ID()}, opt)
	if err != nil {
		return nil, nil, err
	}
	var out []core.Subnet
	for i, zone := range []string{region + "a", region + "b"} {
		subnet, err := awsec2.NewSubnet(ctx, "private-"+zone, &awsec2.SubnetArgs{
			VpcId: network.ID(), AvailabilityZone: pulumi.String(zone), CidrBlock: pulumi.Sprintf("10.0.%d.0/22", 4*i),
		}, opt)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, core.Subnet{Tier: "private", Zone: zone, ID: subnet.ID()})
	}
	return group.ID(), out, nil
}

// nodesRole creates a role of the SDK. Dependents of its ARN are created after its policies are attached.
func nodesRole(ctx *pulumi.Context, name, service string, opt pulumi.ResourceOption,
	policies ...string) (pulumi.StringOutput, error) {
	role, err := awsiam.NewRole(ctx, name, &awsiam.RoleArgs{AssumeRolePolicy: pulumi.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service +
			`"},"Action":"sts:AssumeRole"}]}`,
	)}, opt)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	var attached []pulumi.Resource
	for _, policy := range policies {
		one, err := awsiam.NewRolePolicyAttachment(ctx, name+"-"+policy, &awsiam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: pulumi.String("arn:aws:iam::aws:policy/" + policy),
		}, opt)
		if err != nil {
			return pulumi.StringOutput{}, err
		}
		attached = append(attached, one)
	}
	return pulumi.OutputWithDependencies(ctx.Context(), role.Arn, attached...).(pulumi.StringOutput), nil
}

// nodesCNI returns a node role with the policy of the CNI, which uses the role of the node.
func nodesCNI() *eks.NodeRole {
	return &eks.NodeRole{ManagedPolicies: config.Named[pulumi.StringInput]{"cni": pulumi.String("AmazonEKS_CNI_Policy")}}
}
