package network

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// VPCToken is the type of the component [VPC].
const VPCToken = "ashlar-aws:network:VPC"

// formerVPCToken is the type of a [VPC] in the state of older programs.
const formerVPCToken = "ashlar-aws:network:Vpc"

// VPC is a network without subnets. [SecureVPC] is one with subnets.
type VPC struct {
	pulumi.ResourceState
	component.Base

	// ID is the ID of the VPC, such as vpc-0123456789abcdef0.
	ID pulumi.StringOutput `pulumi:"id"`
	// ARN is the ARN of the VPC.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// CIDR is the primary IPv4 CIDR block.
	CIDR pulumi.StringOutput `pulumi:"cidr"`
	// SecondaryCIDRs are the secondary IPv4 CIDR blocks by name.
	SecondaryCIDRs pulumi.StringMapOutput `pulumi:"secondaryCidrs"`
	// IPv6CIDR is the IPv6 CIDR block. It is nil without IPv6.
	IPv6CIDR pulumi.StringPtrOutput `pulumi:"ipv6Cidr,optional"`
	// DefaultSecurityGroupID is the ID of the security group of resources for which none is set.
	DefaultSecurityGroupID pulumi.StringOutput `pulumi:"defaultSecurityGroupId"`
	// DefaultRouteTableID is the ID of the route table of subnets for which none is set.
	DefaultRouteTableID pulumi.StringOutput `pulumi:"defaultRouteTableId"`
	// DefaultNetworkACLID is the ID of the network ACL of subnets for which none is set.
	DefaultNetworkACLID pulumi.StringOutput `pulumi:"defaultNetworkAclId"`

	// associations are those of the secondary CIDR blocks by name. Subnets depend on them.
	associations map[string]*ec2.VpcIpv4CidrBlockAssociation
}

// VPCArgs are the arguments of a [VPC].
type VPCArgs struct {
	// CIDR is the primary IPv4 CIDR block, from /16 to /28, such as 10.0.0.0/16. Required unless ipam is set. It is not
	// an input, since subnets are planned before anything is created. Changing it replaces the VPC.
	CIDR string `pulumi:"cidr,optional" jsonschema:"format=cidr"`
	// IPAM is the IP Address Manager (IPAM) pool that assigns the primary CIDR block instead. Default: none.
	IPAM *IPAM `pulumi:"ipam,optional"`
	// SecondaryCIDRs are additional IPv4 CIDR blocks, by name. Default: none. Adding one changes nothing
	// else. Before one is changed or removed, its subnets must be removed.
	SecondaryCIDRs config.Named[CIDRBlock] `pulumi:"secondaryCidrs,optional"`
	// MaxCIDRs is the quota of the account for the IPv4 CIDR blocks of a VPC, including the primary one.
	MaxCIDRs *int `pulumi:"maxCidrs,optional" jsonschema:"default=5,minimum=1,maximum=50"`
	// IPv6 is whether the VPC has an Amazon-provided /56 IPv6 CIDR block. Enabling it updates the VPC in place. Before it
	// is disabled, IPv6 must be disabled in all subnets.
	IPv6 bool `pulumi:"ipv6,optional"`
	// DNSSupport is whether the Amazon DNS server, at the second address of the VPC, answers queries. Changing it updates
	// the VPC in place.
	DNSSupport *bool `pulumi:"dnsSupport,optional" jsonschema:"default=true"`
	// DNSHostnames is whether instances with public addresses get public DNS hostnames. Private DNS names of endpoints
	// require it. Changing it updates the VPC in place.
	DNSHostnames *bool `pulumi:"dnsHostnames,optional" jsonschema:"default=true"`
	// Tenancy is whether instances share hardware with other accounts (default) or run on hardware of this account alone
	// (dedicated). Changing it to default updates the VPC in place, to dedicated replaces it.
	Tenancy Tenancy `pulumi:"tenancy,optional" jsonschema:"default=default,enum=default,enum=dedicated"`
	// AddressUsageMetrics is whether CloudWatch gets metrics of the addresses in use. Changing it updates the VPC in
	// place.
	AddressUsageMetrics bool `pulumi:"addressUsageMetrics,optional"`
	// EmptyDefaultSecurityGroup is whether the default security group has no rules. Disabling it leaves the group
	// without rules, and no longer removes rules that others add.
	EmptyDefaultSecurityGroup *bool `pulumi:"emptyDefaultSecurityGroup,optional" jsonschema:"default=true"`
	// Tags are added to all taggable resources. Default: none. Changing them updates the resources in place.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// CIDRBlock is a secondary IPv4 CIDR block, given or assigned by a pool.
type CIDRBlock struct {
	// CIDR is the CIDR block, from /16 to /28, such as 100.64.0.0/16. Required unless ipam is set. Changing it replaces
	// the CIDR block and its subnets.
	CIDR string `pulumi:"cidr,optional" jsonschema:"format=cidr"`
	// IPAM is the IP Address Manager (IPAM) pool that assigns the CIDR block instead. Default: none.
	IPAM *IPAM `pulumi:"ipam,optional"`
}

// IPAM requests a CIDR block from an IP Address Manager (IPAM) pool.
type IPAM struct {
	// PoolID is the ID of the pool, such as ipam-pool-0123456789abcdef0. Its locale must be the region. Required.
	// Changing it replaces the VPC, or the secondary CIDR block.
	PoolID pulumi.StringInput `pulumi:"poolId" jsonschema:"required,minLength=1" config:"plain"`
	// NetmaskLength is the prefix length of the CIDR block. Required, since subnets are planned before the pool assigns
	// the CIDR block. Changing it replaces the VPC, or the secondary CIDR block.
	NetmaskLength int `pulumi:"netmaskLength" jsonschema:"required,minimum=16,maximum=28"`
}

// Tenancy is the hardware that instances of a VPC run on.
type Tenancy string

// Tenancies of a VPC.
const (
	TenancyDefault   Tenancy = "default"
	TenancyDedicated Tenancy = "dedicated"
)

// NewVPC creates a VPC whose default security group has no rules.
func NewVPC(ctx *pulumi.Context, name string, args *VPCArgs, opts ...pulumi.ResourceOption) (*VPC, error) {
	v := &VPC{associations: map[string]*ec2.VpcIpv4CidrBlockAssociation{}}
	args, err := component.Register(ctx, VPCToken, name, v, args, append(slices.Clip(opts), formerType(formerVPCToken))...)
	if err != nil {
		return nil, err
	}
	inputs := &ec2.VpcArgs{
		AssignGeneratedIpv6CidrBlock:     pulumi.Bool(args.IPv6),
		EnableDnsSupport:                 pulumi.Bool(*args.DNSSupport),
		EnableDnsHostnames:               pulumi.Bool(*args.DNSHostnames),
		InstanceTenancy:                  pulumi.String(args.Tenancy),
		EnableNetworkAddressUsageMetrics: pulumi.Bool(args.AddressUsageMetrics),
		Tags:                             tagging.Named(name, args.Tags),
	}
	inputs.CidrBlock, inputs.Ipv4IpamPoolId, inputs.Ipv4NetmaskLength = args.primary().inputs()
	vpc, err := ec2.NewVpc(ctx, name, inputs, v.Main())
	if err != nil {
		return nil, err
	}
	v.ID, v.ARN, v.CIDR = vpc.ID().ToStringOutput(), vpc.Arn, vpc.CidrBlock
	if args.IPv6 {
		v.IPv6CIDR = vpc.Ipv6CidrBlock.ToStringPtrOutput()
	}
	v.DefaultSecurityGroupID = vpc.DefaultSecurityGroupId
	v.DefaultRouteTableID, v.DefaultNetworkACLID = vpc.DefaultRouteTableId, vpc.DefaultNetworkAclId
	if err := v.associate(ctx, name, args); err != nil {
		return nil, err
	}
	if *args.EmptyDefaultSecurityGroup {
		child := name + "-default"
		_, err := ec2.NewDefaultSecurityGroup(ctx, child, &ec2.DefaultSecurityGroupArgs{
			VpcId:   v.ID.ToStringPtrOutput(),
			Ingress: ec2.DefaultSecurityGroupIngressArray{},
			Egress:  ec2.DefaultSecurityGroupEgressArray{},
			Tags:    tagging.Named(child, args.Tags),
		}, v.Child())
		if err != nil {
			return nil, err
		}
	}
	return component.Finish(ctx, v)
}

// formerType is the option of a component that had another type in the state of older programs.
func formerType(token string) pulumi.ResourceOption {
	return pulumi.Aliases([]pulumi.Alias{{Type: pulumi.String(token)}})
}

// associate adds the secondary CIDR blocks.
func (v *VPC) associate(ctx *pulumi.Context, name string, args *VPCArgs) error {
	all := pulumi.StringMap{}
	for _, key := range args.SecondaryCIDRs.Names() {
		block := args.SecondaryCIDRs[key]
		inputs := &ec2.VpcIpv4CidrBlockAssociationArgs{VpcId: v.ID}
		inputs.CidrBlock, inputs.Ipv4IpamPoolId, inputs.Ipv4NetmaskLength = block.inputs()
		association, err := ec2.NewVpcIpv4CidrBlockAssociation(ctx, name+"-"+key, inputs, v.Child())
		if err != nil {
			return err
		}
		v.associations[key], all[key] = association, association.CidrBlock
	}
	v.SecondaryCIDRs = all.ToStringMapOutput()
	return nil
}

// primary returns the primary CIDR block.
func (a *VPCArgs) primary() *CIDRBlock { return &CIDRBlock{CIDR: a.CIDR, IPAM: a.IPAM} }

// inputs returns the CIDR block, or the pool and the prefix length that is requested from it.
func (b *CIDRBlock) inputs() (cidr, pool pulumi.StringPtrInput, length pulumi.IntPtrInput) {
	if b.IPAM != nil {
		return nil, optional(b.IPAM.PoolID), pulumi.Int(b.IPAM.NetmaskLength)
	}
	return pulumi.String(b.CIDR), nil, nil
}

// optional returns an input for an argument that may be omitted.
func optional(in pulumi.StringInput) pulumi.StringPtrInput {
	if in == nil {
		return nil
	}
	return in.ToStringOutput().ToStringPtrOutput()
}
