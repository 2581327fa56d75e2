package aws_test

import (
	"testing"

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// TestSecureNetworkOnTheEngine deploys a VPC with adopted default resources, and rules inline and as resources. Nothing
// drifts, and IPv6 is added in place.
func TestSecureNetworkOnTheEngine(t *testing.T) {
	t.Parallel()
	dual := false
	stack, store := start(t, func(ctx *pulumi.Context) error {
		provider, err := pulumiaws.NewProvider(ctx, "primary",
			&pulumiaws.ProviderArgs{Region: pulumi.String("eu-west-1")})
		if err != nil {
			return err
		}
		return secured(ctx, dual, pulumi.Provider(provider))
	})
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	_, err = stack.CheckUnchanged(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckNoDrift(t.Context())
	require.NoError(t, err)

	dual = true
	up, err = stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, map[apitype.OpType]int{apitype.OpUpdate: 1, apitype.OpSame: 8}, up.Changes)
	require.Equal(t, "2001:db8:1000::/56", up.Outputs["range"].Value)

	// This opens the default security group.
	require.NoError(t, store.Do(func(tx *cloud.Tx) error {
		groups, err := tx.List(awstest.DefaultSecurityGroupToken)
		if err != nil {
			return err
		}
		open := in{"securityGroupId": groups[0].ID, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}
		return tx.Put(&cloud.Object{Type: kernel.SecurityGroupIngressRuleToken, ID: "sgr-0", Place: groups[0].Place,
			Inputs: open, Outputs: open, Managed: groups[0].Managed})
	}))
	r, err := stack.CheckNoDrift(t.Context())
	require.Error(t, err)
	require.Equal(t, 1, r.Changes[apitype.OpUpdate])
	up, err = stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	rules, err := store.List(kernel.SecurityGroupIngressRuleToken)
	require.NoError(t, err)
	require.Len(t, rules, 1, "the rule of the group web")
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	require.Empty(t, objects(t, store))
}

func secured(ctx *pulumi.Context, dual bool, opt pulumi.ResourceOption) error {
	args := &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16"), EnableDnsHostnames: pulumi.Bool(true)}
	if dual {
		args.AssignGeneratedIpv6CidrBlock = pulumi.Bool(true)
	}
	network, err := ec2.NewVpc(ctx, "main", args, opt)
	if err != nil {
		return err
	}
	ctx.Export("range", network.Ipv6CidrBlock)
	_, err = ec2.NewDefaultSecurityGroup(ctx, "default", &ec2.DefaultSecurityGroupArgs{
		VpcId: network.ID(), Ingress: ec2.DefaultSecurityGroupIngressArray{},
		Egress: ec2.DefaultSecurityGroupEgressArray{},
	}, opt)
	if err != nil {
		return err
	}
	subnet, err := ec2.NewSubnet(ctx, "a",
		&ec2.SubnetArgs{VpcId: network.ID(), CidrBlock: pulumi.String("10.0.0.0/24")}, opt)
	if err != nil {
		return err
	}
	_, err = ec2.NewNetworkAcl(ctx, "a", &ec2.NetworkAclArgs{
		VpcId: network.ID(), SubnetIds: pulumi.StringArray{subnet.ID()},
		Ingress: ec2.NetworkAclIngressArray{ec2.NetworkAclIngressArgs{
			RuleNo: pulumi.Int(100), Action: pulumi.String("allow"), Protocol: pulumi.String("-1"),
			FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
			CidrBlock: pulumi.String("10.0.0.0/16"),
		}},
	}, opt)
	if err != nil {
		return err
	}
	group, err := ec2.NewSecurityGroup(ctx, "web", &ec2.SecurityGroupArgs{VpcId: network.ID()}, opt)
	if err != nil {
		return err
	}
	_, err = vpc.NewSecurityGroupIngressRule(ctx, "web", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(), IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443),
		ToPort: pulumi.Int(443), CidrIpv4: network.CidrBlock,
	}, opt)
	if err != nil {
		return err
	}
	_, err = ec2.NewVpcEndpoint(ctx, "ec2", &ec2.VpcEndpointArgs{
		VpcId: network.ID(), ServiceName: pulumi.String("com.amazonaws.eu-west-1.ec2"),
		VpcEndpointType: pulumi.String("Interface"),
		SubnetIds:       pulumi.StringArray{subnet.ID()}, SecurityGroupIds: pulumi.StringArray{group.ID()},
		PrivateDnsEnabled: pulumi.Bool(true),
	}, opt)
	return err
}
