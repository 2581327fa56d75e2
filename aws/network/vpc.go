package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// VPCToken is the type of the component [VPC].
const VPCToken = "ashlar-aws:network:Vpc"

// VPC is a network without subnets. [SecureVPC] makes one with subnets.
type VPC struct {
	pulumi.ResourceState
	component.Base

	// ID is the VPC's, such as vpc-0123456789abcdef0.
	ID pulumi.StringOutput `pulumi:"id"`
	// ARN is the VPC's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// CIDR is the first block of IPv4 addresses.
	CIDR pulumi.StringOutput `pulumi:"cidr"`
	// SecondaryCIDRs are the further ones by name.
	SecondaryCIDRs pulumi.StringMapOutput `pulumi:"secondaryCidrs"`
	// IPv6CIDR is the block of IPv6 addresses. It is empty without IPv6.
	IPv6CIDR pulumi.StringOutput `pulumi:"ipv6Cidr"`
	// DefaultSecurityGroupID, DefaultRouteTableID and DefaultNetworkACLID are what AWS makes along with a VPC.
	DefaultSecurityGroupID pulumi.StringOutput `pulumi:"defaultSecurityGroupId"`
	DefaultRouteTableID    pulumi.StringOutput `pulumi:"defaultRouteTableId"`
	DefaultNetworkACLID    pulumi.StringOutput `pulumi:"defaultNetworkAclId"`

	// associations are those of the secondary blocks, which subnets in them wait for.
	associations map[string]*ec2.VpcIpv4CidrBlockAssociation
}

// NewVPC makes a VPC whose default security group has no rules.
func NewVPC(ctx *pulumi.Context, name string, args *VPCArgs, opts ...pulumi.ResourceOption) (*VPC, error) {
	v := &VPC{associations: map[string]*ec2.VpcIpv4CidrBlockAssociation{}}
	args, err := component.Register(ctx, VPCToken, name, v, args, opts...)
	if err != nil {
		return nil, err
	}
	made := &ec2.VpcArgs{
		AssignGeneratedIpv6CidrBlock:     pulumi.Bool(args.IPv6),
		EnableDnsSupport:                 pulumi.Bool(*args.DNSSupport),
		EnableDnsHostnames:               pulumi.Bool(*args.DNSHostnames),
		InstanceTenancy:                  pulumi.String(args.Tenancy),
		EnableNetworkAddressUsageMetrics: pulumi.Bool(args.AddressUsageMetrics),
		Tags:                             tags.Named(name, args.Tags),
	}
	made.CidrBlock, made.Ipv4IpamPoolId, made.Ipv4NetmaskLength = args.inputs()
	vpc, err := ec2.NewVpc(ctx, name, made, v.Main())
	if err != nil {
		return nil, err
	}
	v.ID, v.ARN, v.CIDR, v.IPv6CIDR = vpc.ID().ToStringOutput(), vpc.Arn, vpc.CidrBlock, pulumi.String("").ToStringOutput()
	if args.IPv6 {
		v.IPv6CIDR = vpc.Ipv6CidrBlock
	}
	v.DefaultSecurityGroupID, v.DefaultRouteTableID, v.DefaultNetworkACLID = vpc.DefaultSecurityGroupId, vpc.DefaultRouteTableId, vpc.DefaultNetworkAclId
	if err := v.associate(ctx, name, args); err != nil {
		return nil, err
	}
	if *args.EmptyDefaultSecurityGroup {
		child := name + "-default"
		_, err := ec2.NewDefaultSecurityGroup(ctx, child, &ec2.DefaultSecurityGroupArgs{
			VpcId:   v.ID.ToStringPtrOutput(),
			Ingress: ec2.DefaultSecurityGroupIngressArray{},
			Egress:  ec2.DefaultSecurityGroupEgressArray{},
			Tags:    tags.Named(child, args.Tags),
		}, v.Child())
		if err != nil {
			return nil, err
		}
	}
	return component.Finish(ctx, v)
}

// associate adds the secondary blocks.
func (v *VPC) associate(ctx *pulumi.Context, name string, args *VPCArgs) error {
	all := pulumi.StringMap{}
	for _, key := range args.SecondaryCIDRs.Names() {
		block := args.SecondaryCIDRs[key]
		made := &ec2.VpcIpv4CidrBlockAssociationArgs{VpcId: v.ID}
		made.CidrBlock, made.Ipv4IpamPoolId, made.Ipv4NetmaskLength = block.inputs()
		association, err := ec2.NewVpcIpv4CidrBlockAssociation(ctx, name+"-"+key, made, v.Child())
		if err != nil {
			return err
		}
		v.associations[key], all[key] = association, association.CidrBlock
	}
	v.SecondaryCIDRs = all.ToStringMapOutput()
	return nil
}

// inputs returns the block as resources take it: what is written, or the pool and the length.
func (b *Block) inputs() (block, pool pulumi.StringPtrInput, length pulumi.IntPtrInput) {
	if b.IPAM.PoolID != nil {
		return nil, b.IPAM.PoolID.ToStringOutput().ToStringPtrOutput(), pulumi.Int(*b.IPAM.NetmaskLength)
	}
	return pulumi.String(b.CIDR), nil, nil
}
