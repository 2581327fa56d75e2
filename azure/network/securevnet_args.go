package network

import (
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// SecureVNetArgs are the arguments of a [SecureVNet].
type SecureVNetArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the network.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the network, unique in the resource group. Default: the name of the component with random
	// characters. Changing it replaces the network.
	Name string `pulumi:"name,optional"`
	// Location is the location, in its short form, such as westeurope. Default: the location of the provider. Changing it
	// replaces the network.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// AddressPrefix is the primary address prefix, from /8 to /29, such as 10.0.0.0/16. Required. It is not an input, since
	// subnets are planned before anything is created. Changing it moves all subnets.
	AddressPrefix string `pulumi:"addressPrefix" jsonschema:"required,format=cidr"`
	// AdditionalPrefixes are additional address prefixes, by name. Default: none. Adding one changes rules, and no subnet.
	// Before one is changed or removed, its tiers must be removed.
	AdditionalPrefixes config.Named[string] `pulumi:"additionalPrefixes,optional"`
	// Tiers are the subnets, by name. They replace the default tiers: list those you keep, as private: {}. Default: private and
	// isolated. Adding a tier in the next slot leaves other subnets unchanged, and so does removing the last tier, or any tier
	// with retired. Renaming a tier replaces its subnet.
	Tiers config.Named[Tier] `pulumi:"tiers,optional"`
	// Recorded are the address prefixes of existing subnets, by tier, as in the output allocation. These subnets stay unchanged
	// whatever else changes. Default: none.
	Recorded map[string]string `pulumi:"recorded,optional"`
	// Avoid are address prefixes in which no subnets are placed. Default: none. Adding one that contains no subnet changes
	// nothing.
	Avoid []string `pulumi:"avoid,optional"`
	// DNSServers are the addresses of DNS servers instead of that of Azure. Private DNS zones are resolved by servers that
	// forward to 168.63.129.16. Default: DNS of Azure. Virtual machines use a change when they restart.
	DNSServers pulumi.StringArrayInput `pulumi:"dnsServers,optional" config:"plain"`
	// DDoSPlanID is the resource ID of a DDoS protection plan, which costs thousands of US dollars each month and is shared
	// by networks of the tenant. Default: DDoS infrastructure protection. Changing it updates the network.
	DDoSPlanID pulumi.StringInput `pulumi:"ddosPlanId,optional" config:"plain"`
	// Encryption encrypts traffic between virtual machines whose sizes support it. Other traffic stays unencrypted. Default:
	// false. Changing it updates the network.
	Encryption bool `pulumi:"encryption,optional"`
	// NAT are the NAT gateways, through which public and private tiers access the internet.
	NAT *NAT `pulumi:"nat,optional" config:"group"`
	// Peerings are peerings with other networks, by name. Default: none. Adding or removing one creates or deletes it, and
	// updates network security groups.
	Peerings config.Named[Peering] `pulumi:"peerings,optional"`
	// PeerNetworks are the networks of peerings, by the names of the peerings, instead of networkId and addressPrefixes.
	PeerNetworks map[string]core.Network `config:"program"`
	// FlowLogs are the flow logs of the network. Default: none, since they need a storage account. Removing them deletes the
	// flow log, not the logs.
	FlowLogs *FlowLogsArgs `pulumi:"flowLogs,optional"`
	// PodCIDRs are CIDR blocks of pods in AKS clusters with an overlay network. Public and private tiers allow ingress from them:
	// network security groups apply to the traffic between nodes and pods on other nodes. Default: 100.64.0.0/16, as that of
	// aks.Cluster. Changing them updates network security groups.
	PodCIDRs []string `pulumi:"podCidrs,optional"`
	// Tags are added to all taggable resources. Default: none. Changing them updates the resources.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// subnets are the planned subnets, set by ValidateArguments for the constructor.
	subnets []plannedSubnet
}

// vnet returns the arguments of the network without subnets.
func (a *SecureVNetArgs) vnet() *VirtualNetworkArgs {
	return &VirtualNetworkArgs{
		ResourceGroupName: a.ResourceGroupName, Name: a.Name, Location: a.Location, AddressPrefixes: a.addressPrefixes(),
		DNSServers: a.DNSServers, DDoSPlanID: a.DDoSPlanID, Encryption: a.Encryption, Tags: a.Tags, part: true,
	}
}

// addressPrefixes returns the address space, the primary prefix first.
func (a *SecureVNetArgs) addressPrefixes() []string {
	out := []string{a.AddressPrefix}
	for _, name := range a.AdditionalPrefixes.Names() {
		out = append(out, a.AdditionalPrefixes[name])
	}
	return out
}

// within returns an address prefix of the network: the primary one for "", or an additional one.
func (a *SecureVNetArgs) within(name string) (netip.Prefix, bool) {
	text := a.AddressPrefix
	if name != "" {
		text = a.AdditionalPrefixes[name]
	}
	p, err := netip.ParsePrefix(text)
	return p, err == nil && p.Addr().Is4() && p == p.Masked() && p.Bits() >= shortestPrefix && p.Bits() <= longestPrefix
}

func (a *SecureVNetArgs) peers() *peers {
	return &peers{peerings: a.Peerings, networks: a.PeerNetworks}
}
