package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// SecureVPCArgs describes a [SecureVPC].
type SecureVPCArgs struct {
	SecureVPCSettings
}

// SecureVPCSettings are the choices that people make about a VPC with subnets.
type SecureVPCSettings struct {
	VPCSettings
	// Zones is in how many availability zones every tier has a subnet: the first ones by the number of their ids, no Local Zones. Default: 3, or
	// all that the region has where these are fewer. More zones add subnets, fewer remove those of the last ones; the others stay.
	Zones *int `pulumi:"zones" jsonschema:"minimum=1,maximum=64"`
	// ZoneNames are the zones instead, by name (eu-west-1a) or by id (euw1-az1), which is the same place in every account. The position in the
	// list is the zone's slot: append new ones, and write "-" in the place of one that is removed. Changing a zone replaces its subnets.
	ZoneNames []string `pulumi:"zoneNames"`
	// ZoneSlots is how many zones every tier has room for, whether they are there or not. Changing it moves all subnets that are not recorded.
	ZoneSlots *int `pulumi:"zoneSlots" jsonschema:"default=3,minimum=1,maximum=64"`
	// Tiers are the groups of subnets, by name. Default: public, private and isolated. Adding one in the next slot moves nothing, nor does
	// removing the last one, or any with retired. Another name replaces the tier's subnets.
	Tiers config.Named[Tier] `pulumi:"tiers"`
	// Recorded holds blocks of subnets that exist, by tier and zone, as the output allocation has them. They stay where they are, whatever
	// else changes. It needs zoneNames. Default: none.
	Recorded map[string]map[string]string `pulumi:"recorded"`
	// Avoid are blocks in which no subnet is placed, other than those of pools. Default: none. Adding one where no subnet is changes nothing.
	Avoid []string `pulumi:"avoid"`
	// NAT is how private tiers reach IPv4 addresses in the internet: through a NAT gateway in their own zone, through a single one, which costs less
	// and which all lose together with its zone, or not at all. Gateways are made where a private tier uses them. Changing it changes gateways
	// and routes alone.
	NAT string `pulumi:"nat" jsonschema:"default=perZone,enum=perZone,enum=single,enum=none"`
	// NATTier is the public tier that NAT gateways stand in. Default: the public tier with the lowest slot. Changing it replaces the gateways.
	NATTier string `pulumi:"natTier"`
	// NATAllocations are Elastic IP addresses that exist, for the NAT gateways, by zone, such as eipalloc-0123456789abcdef0. Default: new ones.
	// Changing one replaces its gateway.
	NATAllocations map[string]pulumi.StringInput `pulumi:"natAllocations" config:"plain"`
	// TransitGateways are transit gateways that the VPC is attached to, by name. Default: none.
	TransitGateways config.Named[TransitGateway] `pulumi:"transitGateways"`
	// Clusters are the Kubernetes clusters whose load balancers may use the public and private tiers. Default: none. Changing them updates the
	// tags of subnets.
	Clusters []string `pulumi:"clusters"`
	// LockDefaults leaves no rule in the network ACL and no route in the route table that subnets get which have none of their own. Turning it off
	// leaves both as they are.
	LockDefaults *bool `pulumi:"lockDefaults" jsonschema:"default=true"`
	// FlowLogs are the records of the VPC's traffic.
	FlowLogs FlowLogsSettings `pulumi:"flowLogs"`
	// Endpoints are services of AWS that are reached without the internet.
	Endpoints EndpointsSettings `pulumi:"endpoints"`
	// EndpointsTier is the tier that interface endpoints have their addresses in. Default: the first private one, else the first isolated one,
	// else the first public one. Changing it updates the endpoints.
	EndpointsTier string `pulumi:"endpointsTier"`
}

// TransitGateway is a transit gateway that exists, and the VPC's attachment to it.
type TransitGateway struct {
	// ID is the transit gateway's, such as tgw-0123456789abcdef0. Required. Changing it replaces the attachment.
	ID pulumi.StringInput `pulumi:"id" jsonschema:"required,minLength=1" config:"plain"`
	// Tier is the tier whose subnets the attachment has an interface in. Required. Changing it updates the attachment.
	Tier string `pulumi:"tier" jsonschema:"required,minLength=1"`
	// ApplianceMode keeps both directions of a flow in one zone, for firewalls. Changing it updates the attachment. Default: false.
	ApplianceMode bool `pulumi:"applianceMode"`
	// Association puts the attachment into the gateway's default route table. Changing it updates the attachment. It has to be false for gateways
	// of other accounts.
	Association *bool `pulumi:"association" jsonschema:"default=true"`
	// Propagation announces the VPC in the gateway's default route table. Changing it updates the attachment. It has to be false for gateways
	// of other accounts.
	Propagation *bool `pulumi:"propagation" jsonschema:"default=true"`
}
