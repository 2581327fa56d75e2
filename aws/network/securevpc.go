package network

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
)

// SecureVPCToken is the type of the component [SecureVPC].
const SecureVPCToken = "ashlar-aws:network:SecureVpc"

// SecureVPC is a VPC with subnets in tiers and zones, the routes between them and the internet, network ACLs, flow logs and endpoints.
type SecureVPC struct {
	pulumi.ResourceState
	component.Base

	// ID is the VPC's, such as vpc-0123456789abcdef0.
	ID pulumi.StringOutput `pulumi:"id"`
	// ARN is the VPC's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// CIDR is the VPC's first block of IPv4 addresses.
	CIDR pulumi.StringOutput `pulumi:"cidr"`
	// IPv6CIDR is its block of IPv6 addresses. It is empty without IPv6.
	IPv6CIDR pulumi.StringOutput `pulumi:"ipv6Cidr"`
	// Zones are the names of the zones, by slot. They can be written to zoneNames.
	Zones pulumi.StringArrayOutput `pulumi:"zones"`
	// SubnetIDs are the subnets by tier and zone.
	SubnetIDs pulumi.StringMapMapOutput `pulumi:"subnetIds"`
	// RouteTableIDs are the route tables of the subnets by tier and zone.
	RouteTableIDs pulumi.StringMapMapOutput `pulumi:"routeTableIds"`
	// Allocation holds the blocks of the subnets by tier and zone. It can be written to recorded.
	Allocation pulumi.StringMapMapOutput `pulumi:"allocation"`
	// NATAddresses are the public addresses of the NAT gateways by zone.
	NATAddresses pulumi.StringMapOutput `pulumi:"natAddresses"`
	// TransitGatewayAttachmentIDs are the attachments to transit gateways by the names of these.
	TransitGatewayAttachmentIDs pulumi.StringMapOutput `pulumi:"transitGatewayAttachmentIds"`
	// DefaultSecurityGroupID is the security group of what names none.
	DefaultSecurityGroupID pulumi.StringOutput `pulumi:"defaultSecurityGroupId"`

	// VPC, FlowLogs and Endpoints are the components that it is made of. Endpoints is nil when there are none.
	VPC       *VPC
	FlowLogs  *FlowLogs
	Endpoints *Endpoints

	info core.NetworkInfo
	// builder adds what depends on the network.
	builder *builder
}

var _ core.Network = (*SecureVPC)(nil)

// NetworkInfo implements core.Network. The subnets are in the order of the slots of tiers, then of zones.
func (v *SecureVPC) NetworkInfo() core.NetworkInfo {
	out := v.info
	out.Subnets = slices.Clone(v.info.Subnets)
	return out
}

// builder makes the parts of a SecureVPC.
type builder struct {
	ctx   *pulumi.Context
	name  string
	args  *SecureVPCArgs
	vpc   *SecureVPC
	tiers []tier // those with subnets

	network         *VPC
	subnets         []*subnet
	internetGateway *ec2.InternetGateway
	egressGateway   *ec2.EgressOnlyInternetGateway
	nat             []natGateway
	attachments     map[string][]pulumi.Resource
}

// NewSecureVPC makes a VPC with a public, a private and an isolated tier in three zones, with NAT gateways, flow logs and gateway endpoints, unless
// the arguments say otherwise. A block of addresses is all that it has to be given.
func NewSecureVPC(ctx *pulumi.Context, name string, args *SecureVPCArgs, opts ...pulumi.ResourceOption) (*SecureVPC, error) {
	v := &SecureVPC{}
	args, err := component.Register(ctx, SecureVPCToken, name, v, args, opts...)
	if err != nil {
		return nil, err
	}
	zones, err := args.findZones(ctx, name, v.Invoke())
	if err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, args: args, vpc: v, tiers: args.liveTiers(), attachments: map[string][]pulumi.Resource{}}
	b.network, err = NewVPC(ctx, name, &VPCArgs{args.VPCSettings}, v.Main())
	if err != nil {
		return nil, err
	}
	if err := b.makeSubnets(zones); err != nil {
		return nil, err
	}
	for _, step := range []func() error{b.makeGateways, b.attach, b.makeRoutes, b.makeACLs, b.makeFlowLogs, b.makeEndpoints} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	b.describe(zones)
	v.builder = b
	return component.Finish(ctx, v)
}

// tags returns the tags of a resource.
func (b *builder) tags(name string, more ...map[string]string) pulumi.StringMap {
	return tags.Named(name, append([]map[string]string{b.args.Tags}, more...)...)
}

// zones returns the names of the zones.
func (b *builder) zones() []string {
	var out []string
	for _, s := range b.subnets {
		if s.tier.name == b.tiers[0].name {
			out = append(out, s.zone)
		}
	}
	return out
}

func (b *builder) makeFlowLogs() error {
	if !*b.args.FlowLogs.Enabled {
		return nil
	}
	var err error
	b.vpc.FlowLogs, err = NewFlowLogs(b.ctx, b.name+"-flow-logs", &FlowLogsArgs{
		VpcID: b.network.ID, FlowLogsSettings: b.args.FlowLogs, Tags: b.args.Tags,
	}, b.vpc.Child())
	return err
}

// makeEndpoints makes the endpoints, if there are any.
func (b *builder) makeEndpoints() error {
	args := &EndpointsArgs{
		VpcID: b.network.ID, EndpointsSettings: b.args.Endpoints, CIDRs: b.cidrs(), Tags: b.args.Tags,
		RouteTables: map[string]pulumi.StringInput{}, Subnets: map[string]pulumi.StringInput{},
	}
	if b.args.IPv6 && args.overIPv6() {
		args.CIDRs = append(b.cidrs(), b.network.IPv6CIDR)
	}
	in := b.args.endpointsTier()
	for _, s := range b.subnets {
		if on(s.tier.GatewayEndpoints) && len(b.args.Endpoints.gateways()) > 0 {
			args.RouteTables[s.tier.name+"/"+s.zone] = s.table.ID().ToStringOutput()
		}
		if s.tier.name == in {
			args.Subnets[s.zone] = s.made.ID().ToStringOutput()
		}
	}
	if len(args.gateways())+len(args.interfaces()) == 0 {
		return nil
	}
	var err error
	b.vpc.Endpoints, err = NewEndpoints(b.ctx, b.name+"-endpoints", args, b.vpc.Child())
	return err
}

// overIPv6 reports whether interface endpoints are reached over IPv6.
func (s *EndpointsSettings) overIPv6() bool {
	return s.IPAddressType != "" && s.IPAddressType != "ipv4"
}

// endpointsTier returns the tier that interface endpoints are in.
func (s *SecureVPCSettings) endpointsTier() string {
	if s.EndpointsTier != "" {
		return s.EndpointsTier
	}
	return first(s.liveTiers(), private, isolated, public)
}

// cidrs returns the blocks of IPv4 addresses, the first one first.
func (b *builder) cidrs() pulumi.StringArray {
	out := pulumi.StringArray{b.network.CIDR}
	for _, name := range b.args.SecondaryCIDRs.Names() {
		out = append(out, b.network.associations[name].CidrBlock)
	}
	return out
}

// describe assigns the outputs.
func (b *builder) describe(zones map[int]zone) {
	v := b.vpc
	v.VPC, v.ID, v.ARN, v.CIDR, v.IPv6CIDR = b.network, b.network.ID, b.network.ARN, b.network.CIDR, b.network.IPv6CIDR
	v.DefaultSecurityGroupID = b.network.DefaultSecurityGroupID
	v.info = core.NetworkInfo{Name: b.name, Platform: "aws", ID: v.ID, CIDRs: b.cidrs()}
	var list pulumi.StringArray
	for _, slot := range slices.Sorted(maps.Keys(zones)) {
		list = append(list, pulumi.String(zones[slot].name))
	}
	v.Zones = list.ToStringArrayOutput()
	ids, tables, blocks := pulumi.StringMapMap{}, pulumi.StringMapMap{}, pulumi.StringMapMap{}
	for _, t := range b.tiers {
		subnets, routes, cidrs := pulumi.StringMap{}, pulumi.StringMap{}, pulumi.StringMap{}
		for _, s := range b.subnets {
			if s.tier.name != t.name {
				continue
			}
			id := s.made.ID().ToStringOutput()
			subnets[s.zone], routes[s.zone], cidrs[s.zone] = id, s.table.ID().ToStringOutput(), s.cidr
			v.info.Subnets = append(v.info.Subnets, core.Subnet{Tier: t.name, Zone: s.zone, ID: id, CIDR: s.cidr})
		}
		ids[t.name], tables[t.name], blocks[t.name] = subnets, routes, cidrs
	}
	v.SubnetIDs, v.RouteTableIDs, v.Allocation = ids.ToStringMapMapOutput(), tables.ToStringMapMapOutput(), blocks.ToStringMapMapOutput()
}
