// Package networkapi registers resources of Microsoft.Network by their tokens. The packages of the SDK with these types take
// minutes and gigabytes of memory to compile, and a program with a network would need them. The names of properties are
// those of the SDK, which the simulated Azure of the integration tests compares.
package networkapi

import (
	"slices"

	"github.com/pulumi/pulumi-azure-native-sdk/v2/utilities"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The API versions. That of private DNS zones is another one.
const (
	version    = "v20240501"
	dnsVersion = "v20240601"
)

// Type is a resource type of Microsoft.Network, such as VirtualNetwork.
type Type string

// The types.
const (
	VirtualNetwork        Type = "VirtualNetwork"
	Subnet                Type = "Subnet"
	NetworkSecurityGroup  Type = "NetworkSecurityGroup"
	RouteTable            Type = "RouteTable"
	NatGateway            Type = "NatGateway"
	PublicIPAddress       Type = "PublicIPAddress"
	PublicIPPrefix        Type = "PublicIPPrefix"
	VirtualNetworkPeering Type = "VirtualNetworkPeering"
	NetworkInterface      Type = "NetworkInterface"
	FlowLog               Type = "FlowLog"
	PrivateEndpoint       Type = "PrivateEndpoint"
	PrivateDNSZoneGroup   Type = "PrivateDnsZoneGroup"
	PrivateZone           Type = "PrivateZone"
	VirtualNetworkLink    Type = "VirtualNetworkLink"
)

// Taggable returns the types with tags, without API versions.
func Taggable() []string {
	var out []string
	for _, t := range []Type{
		VirtualNetwork, NetworkSecurityGroup, RouteTable, NatGateway, PublicIPAddress, PublicIPPrefix, NetworkInterface, FlowLog,
		PrivateEndpoint, PrivateZone, VirtualNetworkLink,
	} {
		out = append(out, t.Unversioned())
	}
	slices.Sort(out)
	return out
}

// Unversioned returns the token without the API version.
func (t Type) Unversioned() string { return "azure-native:network:" + string(t) }

// Token returns the token with the API version.
func (t Type) Token() string {
	if t == PrivateZone || t == VirtualNetworkLink {
		return "azure-native:network/" + dnsVersion + ":" + string(t)
	}
	return "azure-native:network/" + version + ":" + string(t)
}

// Resource is a resource of which only the name and the location are read.
type Resource struct {
	pulumi.CustomResourceState

	Name     pulumi.StringOutput    `pulumi:"name"`
	Location pulumi.StringPtrOutput `pulumi:"location"`
}

// Register registers a resource. Its other API versions are the same type to the engine, as with the SDK.
func Register(
	ctx *pulumi.Context, t Type, name string, inputs pulumi.Map, out pulumi.CustomResource, opts ...pulumi.ResourceOption,
) error {
	opts = append(slices.Clip(opts), pulumi.Aliases([]pulumi.Alias{{Type: pulumi.String(t.Unversioned())}}))
	return ctx.RegisterResource(t.Token(), name, inputs, out, utilities.PkgResourceDefaultOpts(opts)...)
}

// Inputs returns the inputs of a resource in a resource group, without those that are not set.
func Inputs(group pulumi.StringInput, location string, tags pulumi.StringMapInput) pulumi.Map {
	out := pulumi.Map{"resourceGroupName": group}
	if location != "" {
		out["location"] = pulumi.String(location)
	}
	if known, ok := tags.(pulumi.StringMap); tags != nil && (!ok || len(known) > 0) {
		out["tags"] = tags
	}
	return out
}

// ID returns a reference to a resource by its ID.
func ID(id pulumi.Input) pulumi.Map { return pulumi.Map{"id": id} }
