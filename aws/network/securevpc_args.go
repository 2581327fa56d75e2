package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// SecureVPCArgs are the arguments of a [SecureVPC].
type SecureVPCArgs struct {
	// CIDR is the primary IPv4 CIDR block, from /16 to /28, such as 10.0.0.0/16. Required unless ipam is set. It is not
	// an input, since subnets are planned before anything is created. Changing it replaces the network.
	CIDR string `pulumi:"cidr,optional" jsonschema:"format=cidr"`
	// IPAM is the IP Address Manager (IPAM) pool that assigns the primary CIDR block instead. Default: none.
	IPAM *IPAM `pulumi:"ipam,optional"`
	// SecondaryCIDRs are additional IPv4 CIDR blocks, by name. Default: none. Adding one changes nothing
	// else. Before one is changed or removed, its tiers must be removed.
	SecondaryCIDRs config.Named[CIDRBlock] `pulumi:"secondaryCidrs,optional"`
	// MaxCIDRs is the quota of the account for the IPv4 CIDR blocks of a VPC, including the primary one.
	MaxCIDRs *int `pulumi:"maxCidrs,optional" jsonschema:"default=5,minimum=1,maximum=50"`
	// IPv6 is whether the network has an Amazon-provided /56 IPv6 CIDR block. Enabling it updates the VPC and its
	// subnets in place. Before it is disabled, ipv6 must be disabled in all tiers.
	IPv6 bool `pulumi:"ipv6,optional"`
	// DNSSupport is whether the Amazon DNS server, at the second address of the VPC, answers queries. Changing it updates
	// the VPC in place.
	DNSSupport *bool `pulumi:"dnsSupport,optional" jsonschema:"default=true"`
	// DNSHostnames is whether instances with public addresses get public DNS hostnames. Private DNS names of endpoints
	// require it. Changing it updates the VPC in place.
	DNSHostnames *bool `pulumi:"dnsHostnames,optional" jsonschema:"default=true"`
	// Tenancy is whether instances share hardware with other accounts (default) or run on hardware of this account alone
	// (dedicated). Changing it to default updates the VPC in place, to dedicated replaces the network.
	Tenancy Tenancy `pulumi:"tenancy,optional" jsonschema:"default=default,enum=default,enum=dedicated"`
	// AddressUsageMetrics is whether CloudWatch gets metrics of the addresses in use. Changing it updates the VPC in
	// place.
	AddressUsageMetrics bool `pulumi:"addressUsageMetrics,optional"`
	// EmptyDefaultSecurityGroup is whether the default security group has no rules. Disabling it leaves the group
	// without rules, and no longer removes rules that others add.
	EmptyDefaultSecurityGroup *bool `pulumi:"emptyDefaultSecurityGroup,optional" jsonschema:"default=true"`
	// Zones is the number of availability zones in which each tier has a subnet: those with the lowest numbers in their
	// IDs, without Local Zones. Default: 3, or all zones of a region with fewer. Adding zones adds subnets, removing
	// zones deletes those of the last ones. Other subnets stay.
	Zones int `pulumi:"zones,optional" jsonschema:"minimum=1,maximum=64"`
	// ZoneNames are the availability zones instead of a number, by name (eu-west-1a) or ID (euw1-az1). IDs mean the same
	// location in all accounts. The position in the list is the slot of the zone: append new zones, and write "-" in
	// place of a removed one. Changing a zone replaces its subnets.
	ZoneNames []string `pulumi:"zoneNames,optional"`
	// ZoneSlots is the number of zones for which each tier has address space, whether they are used or not. Changing it
	// replaces all subnets that are not recorded.
	ZoneSlots *int `pulumi:"zoneSlots,optional" jsonschema:"default=3,minimum=1,maximum=64"`
	// Tiers are the groups of subnets, by name. They replace the default tiers: list those you keep, as public: {}.
	// Default: public, private and isolated. Adding a tier in the next slot leaves other subnets unchanged, and so does
	// removing the last tier, or any tier with retired. Renaming a tier replaces its subnets.
	Tiers config.Named[Tier] `pulumi:"tiers,optional"`
	// Recorded are the CIDR blocks of existing subnets, by tier and zone, as in the output allocation. These subnets
	// stay unchanged whatever else changes. Requires zoneNames. Default: none.
	Recorded map[string]map[string]string `pulumi:"recorded,optional"`
	// Avoid are CIDR blocks in which no subnets are placed. Not used for CIDR blocks that a pool assigns. Default: none.
	// Adding one that contains no subnet changes nothing.
	Avoid []string `pulumi:"avoid,optional"`
	// NAT is the number of NAT gateways through which private tiers access the IPv4 internet: one in each zone (perZone),
	// one for all zones (single), which costs less and fails together with its zone, or none. They are created only if a
	// private tier uses them. Changing it changes only NAT gateways and routes.
	NAT NATMode `pulumi:"nat,optional" jsonschema:"default=perZone,enum=perZone,enum=single,enum=none"`
	// NATTier is the public tier of the NAT gateways. Default: the public tier with the lowest slot. Changing it replaces
	// the NAT gateways.
	NATTier string `pulumi:"natTier,optional"`
	// NATAllocations are the allocation IDs of existing Elastic IP addresses for the NAT gateways, by zone, such as
	// eipalloc-0123456789abcdef0. Default: new ones. Changing one replaces the NAT gateway.
	NATAllocations map[string]pulumi.StringInput `pulumi:"natAllocations,optional" config:"plain"`
	// TransitGateways are the transit gateways to which the VPC is attached, by name. Default: none.
	TransitGateways config.Named[TransitGateway] `pulumi:"transitGateways,optional"`
	// Clusters are the names of the Kubernetes clusters whose load balancers may use the public and private tiers. They
	// are not inputs, since they are keys of tags. Default: none. Changing them updates the tags of subnets.
	Clusters []string `pulumi:"clusters,optional"`
	// LockDefaults is whether the default network ACL has no rules and the default route table no routes, so that
	// subnets without their own have no connectivity. Disabling it leaves both as they are.
	LockDefaults *bool `pulumi:"lockDefaults,optional" jsonschema:"default=true"`
	// FlowLogs are the flow logs of the VPC.
	FlowLogs *FlowLogsArgs `pulumi:"flowLogs,optional" config:"group"`
	// Endpoints are the VPC endpoints, through which AWS services are accessible without the internet.
	Endpoints *EndpointsArgs `pulumi:"endpoints,optional" config:"group"`
	// EndpointsTier is the tier of the interface endpoints. Default: the first private tier, else the first isolated
	// tier, else the first public tier. Changing it updates the endpoints in place.
	EndpointsTier string `pulumi:"endpointsTier,optional"`
	// Tags are added to all taggable resources. Default: none. Changing them updates the resources in place.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// subnets are the planned subnets, set by ValidateArguments for the constructor.
	subnets []plannedSubnet
}

// NATMode is the number of NAT gateways of a network.
type NATMode string

// NAT modes of a network.
const (
	NATPerZone NATMode = "perZone"
	NATSingle  NATMode = "single"
	NATNone    NATMode = "none"
)

// TransitGateway is an existing transit gateway and the attachment of the VPC to it.
type TransitGateway struct {
	// ID is the ID of the transit gateway, such as tgw-0123456789abcdef0. Required. Changing it replaces the attachment.
	ID pulumi.StringInput `pulumi:"id" jsonschema:"required,minLength=1" config:"plain"`
	// Tier is the tier whose subnets have the network interfaces of the attachment. Required. Changing it updates the
	// attachment in place.
	Tier string `pulumi:"tier" jsonschema:"required,minLength=1"`
	// ApplianceMode is whether both directions of a flow use the same zone, as stateful firewalls require. Changing it
	// updates the attachment in place.
	ApplianceMode bool `pulumi:"applianceMode,optional"`
	// Association is whether the attachment is associated with the default route table of the transit gateway. Must be
	// false for transit gateways of other accounts. Changing it updates the attachment in place.
	Association *bool `pulumi:"association,optional" jsonschema:"default=true"`
	// Propagation is whether the attachment propagates its routes to the default route table of the transit gateway. Must
	// be false for transit gateways of other accounts. Changing it updates the attachment in place.
	Propagation *bool `pulumi:"propagation,optional" jsonschema:"default=true"`
}

// vpc returns the arguments of the VPC of the network.
func (a *SecureVPCArgs) vpc() *VPCArgs {
	return &VPCArgs{
		CIDR: a.CIDR, IPAM: a.IPAM, SecondaryCIDRs: a.SecondaryCIDRs, MaxCIDRs: a.MaxCIDRs, IPv6: a.IPv6, DNSSupport: a.DNSSupport,
		DNSHostnames: a.DNSHostnames, Tenancy: a.Tenancy, AddressUsageMetrics: a.AddressUsageMetrics,
		EmptyDefaultSecurityGroup: a.EmptyDefaultSecurityGroup, Tags: a.Tags,
	}
}

// cidrBlock returns a CIDR block of the network: the primary one for "", or a secondary one by its name.
func (a *SecureVPCArgs) cidrBlock(name string) *CIDRBlock {
	if name == "" {
		return a.vpc().primary()
	}
	block := a.SecondaryCIDRs[name]
	return &block
}

// endpoints returns the arguments of the endpoints, which may be unset.
func (a *SecureVPCArgs) endpoints() *EndpointsArgs {
	if a.Endpoints == nil {
		return &EndpointsArgs{}
	}
	return a.Endpoints
}
