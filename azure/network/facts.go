package network

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
)

// AzureNetwork is a network of Azure, created or planned, for components that need more than [core.NetworkInfo].
type AzureNetwork interface {
	core.Network
	// Facts returns what is known about the network in addition to its NetworkInfo.
	Facts() Facts
}

// Facts are what is known about a network of Azure in addition to [core.NetworkInfo]. Plain values are known in previews.
type Facts struct {
	// Name and ResourceGroupName are the names of the network and of its resource group. Nil for a planned network.
	Name, ResourceGroupName pulumi.StringInput
	// Location is the location in its short form, or "" when it is that of the provider.
	Location string
	// AddressPrefixes is the address space, such as 10.0.0.0/16.
	AddressPrefixes []string
	// PeerPrefixes are the address prefixes of the networks with which the network is peered, as far as they are given.
	PeerPrefixes []string
	// PodCIDRs are the CIDR blocks of pods whose traffic network security groups allow. Nil if it is not known.
	PodCIDRs []string
	// Tiers are the subnets by tier. Nil for networks without tiers.
	Tiers map[string]TierFacts
}

// TierFacts are what is known about the subnet of a tier.
type TierFacts struct {
	// Kind is what the subnet is for.
	Kind TierKind
	// SubnetName is the name of the subnet.
	SubnetName string
	// AddressPrefix is the address prefix of the subnet.
	AddressPrefix string
	// Zone is the availability zone of the NAT gateway: "1", "2" or "3". Empty for a NAT gateway without a zone.
	Zone string
	// Outbound is the way to the internet.
	Outbound Outbound
	// Delegation is the service to which the subnet is delegated, or "".
	Delegation string
	// ServiceEndpoints are the services that the subnet accesses from its private addresses.
	ServiceEndpoints []string
	// SecurityGroupID and RouteTableID are resource IDs. Nil without one, and for a planned network.
	SecurityGroupID, RouteTableID pulumi.StringInput
}

// Reserved reports whether the subnet is for one service of Azure, and cannot have other resources.
func (t TierFacts) Reserved() bool { return t.Kind.rule().service != "" }

// CheckAddress returns what prevents a resource in the subnet from having a private address, or "". Azure reserves the first
// four addresses and the last one. Source: "Azure Virtual Network FAQ".
func (t TierFacts) CheckAddress(address string) string {
	const first = 4
	prefix, err := netip.ParsePrefix(t.AddressPrefix)
	a, wrong := netip.ParseAddr(address)
	if err != nil || wrong != nil {
		return ""
	}
	if !prefix.Contains(a) {
		return fmt.Sprintf("%s is outside of the subnet: use an address in %s", address, prefix)
	}
	reserved := prefix.Addr()
	taken := !prefix.Contains(a.Next())
	for range first {
		taken = taken || a == reserved
		reserved = reserved.Next()
	}
	if taken {
		return fmt.Sprintf("%s is reserved by Azure, as the first four addresses and the last one are: use %s or a later one", address,
			reserved)
	}
	return ""
}

// Outbound is the way from a subnet to the internet.
type Outbound string

// Ways to the internet.
const (
	// OutboundNone is none: default outbound access is off in all subnets.
	OutboundNone Outbound = "none"
	// OutboundNAT is a NAT gateway.
	OutboundNAT Outbound = "nat"
	// OutboundRoute is a default route, such as to a firewall.
	OutboundRoute Outbound = "route"
)

// clone returns a copy whose lists and maps can be changed.
func (f Facts) clone() Facts {
	f.AddressPrefixes, f.PeerPrefixes = slices.Clone(f.AddressPrefixes), slices.Clone(f.PeerPrefixes)
	f.PodCIDRs = slices.Clone(f.PodCIDRs)
	f.Tiers = maps.Clone(f.Tiers)
	return f
}

// Existing is a network that another program has created, as the other side of peerings. Peerings with the same Existing
// are created in sequence.
type Existing struct {
	id       pulumi.StringInput
	prefixes []string
	writes   writes
}

var _ AzureNetwork = (*Existing)(nil)

// NewExisting returns the network with a resource ID and with address prefixes, such as 10.100.0.0/16.
func NewExisting(id pulumi.StringInput, addressPrefixes ...string) *Existing {
	return &Existing{id: id, prefixes: slices.Clone(addressPrefixes)}
}

// NetworkInfo implements core.Network. The subnets are unknown.
func (e *Existing) NetworkInfo() core.NetworkInfo {
	return core.NetworkInfo{Platform: "azure", ID: e.id, CIDRs: pulumi.ToStringArray(e.prefixes)}
}

// Facts implements [AzureNetwork].
func (e *Existing) Facts() Facts {
	out := Facts{AddressPrefixes: slices.Clone(e.prefixes)}
	if e.id != nil {
		out.Name, out.ResourceGroupName = splitNetworkID(e.id)
	}
	return out
}
