package network

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// SecureVPCToken is the type of the component [SecureVPC].
const SecureVPCToken = "ashlar-aws:network:SecureVPC"

// formerSecureVPCToken is the type of a [SecureVPC] in the state of older programs.
const formerSecureVPCToken = "ashlar-aws:network:SecureVpc"

// SecureVPC is a VPC with subnets in tiers and availability zones, routes, gateways, network ACLs, flow logs and
// endpoints.
type SecureVPC struct {
	pulumi.ResourceState
	component.Base

	// ID is the ID of the VPC, such as vpc-0123456789abcdef0.
	ID pulumi.StringOutput `pulumi:"id"`
	// ARN is the ARN of the VPC.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// CIDR is the primary IPv4 CIDR block.
	CIDR pulumi.StringOutput `pulumi:"cidr"`
	// IPv6CIDR is the IPv6 CIDR block. It is nil without IPv6.
	IPv6CIDR pulumi.StringPtrOutput `pulumi:"ipv6Cidr,optional"`
	// Zones are the names of the availability zones in the order of their slots, as in the argument zoneNames.
	Zones pulumi.StringArrayOutput `pulumi:"zones"`
	// SubnetIDs are the IDs of the subnets by tier and zone.
	SubnetIDs pulumi.StringMapMapOutput `pulumi:"subnetIds"`
	// RouteTableIDs are the IDs of the route tables by tier and zone.
	RouteTableIDs pulumi.StringMapMapOutput `pulumi:"routeTableIds"`
	// Allocation are the CIDR blocks of the subnets by tier and zone, as in the argument recorded.
	Allocation pulumi.StringMapMapOutput `pulumi:"allocation"`
	// NATAddresses are the public addresses of the NAT gateways by zone.
	NATAddresses pulumi.StringMapOutput `pulumi:"natAddresses"`
	// TransitGatewayAttachmentIDs are the IDs of the transit gateway attachments, by the names of the transit gateways.
	TransitGatewayAttachmentIDs pulumi.StringMapOutput `pulumi:"transitGatewayAttachmentIds"`
	// DefaultSecurityGroupID is the ID of the security group of resources for which none is set.
	DefaultSecurityGroupID pulumi.StringOutput `pulumi:"defaultSecurityGroupId"`

	// VPC is the VPC.
	VPC *VPC
	// FlowLogs are the flow logs. They are nil if disabled.
	FlowLogs *FlowLogs
	// Endpoints are the VPC endpoints. They are nil if there are none.
	Endpoints *Endpoints

	info core.NetworkInfo
	// builder is what [TierRoutes] knows of the network.
	builder *builder
}

var _ core.Network = (*SecureVPC)(nil)

// NetworkInfo implements core.Network. Subnets are in the order of the slots of their tiers, then of their zones.
func (v *SecureVPC) NetworkInfo() core.NetworkInfo {
	out := v.info
	out.Subnets = slices.Clone(v.info.Subnets)
	return out
}

// builder creates the resources of a SecureVPC.
type builder struct {
	ctx   *pulumi.Context
	name  string
	args  *SecureVPCArgs
	vpc   *SecureVPC
	tiers []tier // with subnets

	network         *VPC
	subnets         []*subnet
	internetGateway *ec2.InternetGateway
	egressGateway   *ec2.EgressOnlyInternetGateway
	nat             []natGateway
	attachments     map[string][]pulumi.Resource
}

// NewSecureVPC creates a VPC. Only a CIDR block is required. By default, the VPC has a public, a private and an
// isolated tier in three availability zones, NAT gateways, flow logs and gateway endpoints.
func NewSecureVPC(
	ctx *pulumi.Context, name string, args *SecureVPCArgs, opts ...pulumi.ResourceOption,
) (*SecureVPC, error) {
	v := &SecureVPC{}
	opts = append(slices.Clip(opts), formerType(formerSecureVPCToken))
	args, err := component.Register(ctx, SecureVPCToken, name, v, args, opts...)
	if err != nil {
		return nil, err
	}
	zones, wrong, err := args.findZones(ctx, v.Invoke())
	if err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	checks := config.Checks(fmt.Sprintf("arguments of %s %q", SecureVPCToken, name))
	problems(wrong).report(checks.At())
	if err := checks.Err(); err != nil {
		return nil, err
	}
	b := &builder{
		ctx: ctx, name: name, args: args, vpc: v, tiers: args.activeTiers(), attachments: map[string][]pulumi.Resource{},
	}
	b.network, err = NewVPC(ctx, name, args.vpc(), v.Main())
	if err != nil {
		return nil, err
	}
	if err := b.createSubnets(zones); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		b.createGateways, b.attachTransitGateways, b.createRoutes, b.createACLs, b.createFlowLogs, b.createEndpoints,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	b.assignOutputs(zones)
	v.builder = b
	return component.Finish(ctx, v)
}

// tags returns the tags of a resource.
func (b *builder) tags(name string, additional ...pulumi.StringMapInput) pulumi.StringMapInput {
	return tagging.Named(name, append([]pulumi.StringMapInput{b.args.Tags}, additional...)...)
}

func (b *builder) createFlowLogs() error {
	if !*b.args.FlowLogs.Enabled {
		return nil
	}
	args := *b.args.FlowLogs
	args.VpcID, args.Tags = b.network.ID, b.args.Tags
	var err error
	b.vpc.FlowLogs, err = NewFlowLogs(b.ctx, b.name+"-flow-logs", &args, b.vpc.Child())
	return err
}

func (b *builder) createEndpoints() error {
	args := *b.args.Endpoints
	if len(args.gateways())+len(args.interfaces()) == 0 {
		return nil
	}
	args.VpcID, args.CIDRs, args.Tags = b.network.ID, b.cidrs(), b.args.Tags
	args.RouteTableIDs, args.SubnetIDs = map[string]pulumi.StringInput{}, map[string]pulumi.StringInput{}
	if b.args.IPv6 && args.usesIPv6() {
		args.CIDRs = append(b.cidrs(), b.network.IPv6CIDR.Elem())
	}
	in := b.args.endpointsTier(b.tiers)
	for _, s := range b.subnets {
		if enabled(s.tier.GatewayEndpoints) && len(args.gateways()) > 0 {
			args.RouteTableIDs[s.tier.name+"/"+s.zone] = s.table.ID().ToStringOutput()
		}
		if s.tier.name == in {
			args.SubnetIDs[s.zone] = s.resource.ID().ToStringOutput()
		}
	}
	var err error
	b.vpc.Endpoints, err = NewEndpoints(b.ctx, b.name+"-endpoints", &args, b.vpc.Child())
	return err
}

// endpointsTier returns the name of the tier of interface endpoints.
func (a *SecureVPCArgs) endpointsTier(tiers []tier) string {
	if a.EndpointsTier != "" {
		return a.EndpointsTier
	}
	return firstOf(tiers, TierPrivate, TierIsolated, TierPublic)
}

// cidrs returns the IPv4 CIDR blocks, the primary one first.
func (b *builder) cidrs() pulumi.StringArray {
	out := pulumi.StringArray{b.network.CIDR}
	for _, name := range b.args.SecondaryCIDRs.Names() {
		out = append(out, b.network.associations[name].CidrBlock)
	}
	return out
}

func (b *builder) assignOutputs(zones map[int]zone) {
	v := b.vpc
	v.VPC, v.ID, v.ARN, v.CIDR, v.IPv6CIDR = b.network, b.network.ID, b.network.ARN, b.network.CIDR, b.network.IPv6CIDR
	v.DefaultSecurityGroupID = b.network.DefaultSecurityGroupID
	v.info = core.NetworkInfo{Name: b.name, Platform: "aws", ID: v.ID, CIDRs: b.cidrs()}
	var names pulumi.StringArray
	for _, slot := range slices.Sorted(maps.Keys(zones)) {
		names = append(names, pulumi.String(zones[slot].name))
	}
	v.Zones = names.ToStringArrayOutput()
	ids, tables, blocks := pulumi.StringMapMap{}, pulumi.StringMapMap{}, pulumi.StringMapMap{}
	for _, t := range b.tiers {
		subnets, routes, cidrs := pulumi.StringMap{}, pulumi.StringMap{}, pulumi.StringMap{}
		for _, s := range b.subnetsOf(t.name) {
			id := s.resource.ID().ToStringOutput()
			subnets[s.zone], routes[s.zone], cidrs[s.zone] = id, s.table.ID().ToStringOutput(), s.cidr
			v.info.Subnets = append(v.info.Subnets, core.Subnet{Tier: t.name, Zone: s.zone, ID: id, CIDR: s.cidr})
		}
		ids[t.name], tables[t.name], blocks[t.name] = subnets, routes, cidrs
	}
	v.SubnetIDs, v.RouteTableIDs = ids.ToStringMapMapOutput(), tables.ToStringMapMapOutput()
	v.Allocation = blocks.ToStringMapMapOutput()
}
