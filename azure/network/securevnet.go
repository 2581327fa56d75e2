package network

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
)

// SecureVNetToken is the type of the component [SecureVNet].
const SecureVNetToken = "ashlar-azure:network:SecureVNet"

// SecureVNet is a network with a subnet for each tier, network security groups, route tables, NAT gateways, peerings and flow
// logs. Dependents of its outputs are created after all writes to the network.
type SecureVNet struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the network.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the network.
	ID pulumi.StringOutput `pulumi:"id"`
	// ResourceGroupName is the name of the resource group.
	ResourceGroupName pulumi.StringOutput `pulumi:"resourceGroupName"`
	// AddressPrefixes is the address space, the primary prefix first.
	AddressPrefixes pulumi.StringArrayOutput `pulumi:"addressPrefixes"`
	// SubnetIDs are the resource IDs of the subnets by tier.
	SubnetIDs pulumi.StringMapOutput `pulumi:"subnetIds"`
	// Allocation are the address prefixes of the subnets by tier, as in the argument recorded.
	Allocation pulumi.StringMapOutput `pulumi:"allocation"`
	// SecurityGroupIDs are the resource IDs of the network security groups by tier.
	SecurityGroupIDs pulumi.StringMapOutput `pulumi:"securityGroupIds"`
	// RouteTableIDs are the resource IDs of the route tables by tier.
	RouteTableIDs pulumi.StringMapOutput `pulumi:"routeTableIds"`
	// NATAddresses are the public addresses or address prefixes of the NAT gateways: shared, or zone-1 to zone-3.
	NATAddresses pulumi.StringArrayMapOutput `pulumi:"natAddresses"`

	// VNet is the network without subnets.
	VNet *VirtualNetwork
	// FlowLogs are the flow logs. They are nil without any.
	FlowLogs *FlowLogs

	info  core.NetworkInfo
	facts Facts
}

var _ AzureNetwork = (*SecureVNet)(nil)

// NetworkInfo implements core.Network. Subnets are in the order of the slots of their tiers.
func (v *SecureVNet) NetworkInfo() core.NetworkInfo {
	out := v.info
	out.Subnets = slices.Clone(v.info.Subnets)
	return out
}

// Facts implements [AzureNetwork].
func (v *SecureVNet) Facts() Facts { return v.facts.clone() }

func (v *SecureVNet) order() *writes { return v.VNet.order() }

// builder creates the resources of a SecureVNet.
type builder struct {
	ctx   *pulumi.Context
	name  string
	args  *SecureVNetArgs
	vnet  *SecureVNet
	links *peers
	// gateways are the NAT gateways by name.
	gateways map[string]*networkapi.Resource
	subnets  []*subnet
}

// subnet is a subnet with what belongs to it.
type subnet struct {
	plannedSubnet

	resource, group, table *networkapi.Resource
}

// NewSecureVNet creates a network. A resource group and an address prefix are required. By default, the network has a private
// and an isolated tier, and a NAT gateway.
func NewSecureVNet(
	ctx *pulumi.Context, name string, args *SecureVNetArgs, opts ...pulumi.ResourceOption,
) (*SecureVNet, error) {
	v := &SecureVNet{}
	args, err := component.Register(ctx, SecureVNetToken, name, v, args, opts...)
	if err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, args: args, vnet: v, gateways: map[string]*networkapi.Resource{}}
	if v.VNet, err = NewVirtualNetwork(ctx, name, args.vnet(), v.Main()); err != nil {
		return nil, err
	}
	b.links = &peers{network: v.VNet, owner: &v.Base, peerings: args.Peerings, networks: args.PeerNetworks}
	peer := func() error { return b.links.create(ctx) }
	for _, step := range []func() error{b.createGateways, b.createSubnets, peer, b.createFlowLogs} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	b.assignOutputs()
	v.AddChildren(v.order().all()...)
	return component.Finish(ctx, v)
}

// register registers a child in the resource group, with a name that is valid with the digits that auto-naming appends. Azure
// rejects changes of some properties, which replace the child.
func (b *builder) register(
	kind networkapi.Type, name string, inputs pulumi.Map, out pulumi.CustomResource, replaces ...string,
) error {
	logical, err := logicalname.For(name, kind.Unversioned())
	if err != nil {
		return err
	}
	return networkapi.Register(b.ctx, kind, logical, inputs, out, b.vnet.Child(pulumi.ReplaceOnChanges(replaces)))
}

// createSubnets creates the subnets in the order of their slots, each complete in one write: policies of Azure that require a
// network security group or a route table look at the request that creates a subnet.
func (b *builder) createSubnets() error {
	for _, planned := range b.args.subnets {
		s := &subnet{plannedSubnet: planned}
		var err error
		if s.group, err = b.createSecurityGroup(s.tier); err != nil {
			return err
		}
		if s.table, err = b.createRouteTable(s.tier); err != nil {
			return err
		}
		inputs := b.subnetInputs(s)
		err = write(func(after pulumi.ResourceOption) (pulumi.Resource, error) {
			s.resource = &networkapi.Resource{}
			return s.resource, networkapi.Register(b.ctx, networkapi.Subnet, b.name+"-"+s.name, inputs, s.resource,
				b.vnet.Child(after))
		}, b.vnet.order())
		if err != nil {
			return err
		}
		b.subnets = append(b.subnets, s)
	}
	return nil
}

// subnetInputs returns the inputs of a subnet.
func (b *builder) subnetInputs(s *subnet) pulumi.Map {
	linkServices := "Enabled"
	if s.PrivateLinkServices {
		linkServices = "Disabled"
	}
	policies := s.PrivateEndpointPolicies
	if policies == "" {
		policies = PoliciesEnabled
	}
	out := pulumi.Map{
		"resourceGroupName": b.args.ResourceGroupName, "virtualNetworkName": b.vnet.VNet.resource.Name,
		"subnetName": pulumi.String(s.subnetName()), "addressPrefix": pulumi.String(s.prefix.String()),
		"defaultOutboundAccess":             pulumi.Bool(false),
		"privateEndpointNetworkPolicies":    pulumi.String(policies),
		"privateLinkServiceNetworkPolicies": pulumi.String(linkServices),
	}
	if s.group != nil {
		out["networkSecurityGroup"] = networkapi.ID(s.group.ID())
	}
	if s.table != nil {
		out["routeTable"] = networkapi.ID(s.table.ID())
	}
	if gateway := b.gateways[b.args.gatewayOf(s.tier)]; gateway != nil {
		out["natGateway"] = networkapi.ID(gateway.ID())
	}
	if s.Delegation != "" {
		out["delegations"] = pulumi.Array{pulumi.Map{
			"name": pulumi.String("delegation"), "serviceName": pulumi.String(s.Delegation),
		}}
	}
	endpoints := pulumi.Array{}
	for _, service := range s.ServiceEndpoints {
		endpoints = append(endpoints, pulumi.Map{"service": pulumi.String(service)})
	}
	if len(endpoints) > 0 {
		out["serviceEndpoints"] = endpoints
	}
	return out
}

func (b *builder) createFlowLogs() error {
	given := b.args.FlowLogs
	if given == nil || !enabled(given.Enabled) {
		return nil
	}
	var err error
	b.vnet.FlowLogs, err = b.vnet.VNet.log(b.ctx, &b.vnet.Base, given, b.args.Tags)
	return err
}

func (b *builder) assignOutputs() {
	v := b.vnet
	after := func(out pulumi.StringOutput) pulumi.StringOutput { return v.order().after(b.ctx, out) }
	v.ID, v.Name = after(v.VNet.ID), after(v.VNet.Name)
	v.ResourceGroupName, v.AddressPrefixes = v.VNet.ResourceGroupName, v.VNet.AddressPrefixes
	plan := b.args.Plan(b.name)
	v.info, v.facts = plan.NetworkInfo(), plan.Facts()
	v.info.ID, v.info.CIDRs = v.ID, v.AddressPrefixes
	v.facts.Name, v.facts.ResourceGroupName = v.Name, v.ResourceGroupName
	ids, prefixes, groups, tables := pulumi.StringMap{}, pulumi.StringMap{}, pulumi.StringMap{}, pulumi.StringMap{}
	for i, s := range b.subnets {
		id := after(s.resource.ID().ToStringOutput())
		ids[s.name], prefixes[s.name] = id, pulumi.String(s.prefix.String())
		v.info.Subnets[i].ID = id
		facts := v.facts.Tiers[s.name]
		if s.group != nil {
			groups[s.name] = s.group.ID().ToStringOutput()
			facts.SecurityGroupID = groups[s.name]
		}
		if s.table != nil {
			tables[s.name] = s.table.ID().ToStringOutput()
			facts.RouteTableID = tables[s.name]
		}
		v.facts.Tiers[s.name] = facts
	}
	v.SubnetIDs, v.Allocation = ids.ToStringMapOutput(), prefixes.ToStringMapOutput()
	v.SecurityGroupIDs, v.RouteTableIDs = groups.ToStringMapOutput(), tables.ToStringMapOutput()
}
