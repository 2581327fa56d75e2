package network

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Peering is a peering with another network, such as a hub.
type Peering struct {
	// NetworkID is the resource ID of the other network. Required, unless the program passes the network. Changing it replaces
	// the peering.
	NetworkID pulumi.StringInput `pulumi:"networkId,optional" config:"plain"`
	// AddressPrefixes are the address prefixes of the other network, such as 10.100.0.0/16. Azure rejects peerings of
	// networks that overlap with each other or with another peer, after everything else is created. Required with networkId.
	AddressPrefixes []string `pulumi:"addressPrefixes,optional"`
	// BothSides is whether the peering of the other network is created, too. If false, or if the other network is in another
	// subscription, create that one with the program of the other network: both are required.
	BothSides *bool `pulumi:"bothSides,optional" jsonschema:"default=true"`
	// Ingress is whether tiers allow ingress from the address prefixes of the other network. No effect in a network without
	// tiers. Changing it updates the network security groups.
	Ingress *bool `pulumi:"ingress,optional" jsonschema:"default=true"`
	// ForwardedTraffic is whether traffic that the other network forwards, such as that of a firewall between spokes, is
	// accepted. Default: false. Changing it updates the peering.
	ForwardedTraffic bool `pulumi:"forwardedTraffic,optional"`
	// RemoteGateway is whether the network uses the VPN or ExpressRoute gateway of the other network, which must exist. One
	// peering of a network can. Default: false. Changing it updates the peerings.
	RemoteGateway bool `pulumi:"remoteGateway,optional"`
	// GatewayTransit is whether the other network can use the gateway of this one. Default: false. Changing it updates the
	// peering.
	GatewayTransit bool `pulumi:"gatewayTransit,optional"`
}

// splitNetworkID returns the name and the resource group of a network from its resource ID.
func splitNetworkID(id pulumi.StringInput) (name, group pulumi.StringOutput) {
	part := func(i int) pulumi.StringOutput {
		return id.ToStringOutput().ApplyT(func(text string) (string, error) {
			parts := strings.Split(text, "/")
			if len(parts) != 9 {
				return "", fmt.Errorf("found %q: use the resource ID of a virtual network", text)
			}
			return parts[i], nil
		}).(pulumi.StringOutput)
	}
	return part(8), part(4)
}

// unique returns a name that is unique where networks and their flow logs have names of all resource groups: a text with a
// checksum of the resource ID.
func unique(text pulumi.StringInput, id pulumi.StringInput) pulumi.StringOutput {
	const longest = 70
	return pulumi.All(text, id).ApplyT(func(all []any) string {
		name, _ := all[0].(string)
		given, _ := all[1].(string)
		sum := sha256.Sum256([]byte(strings.ToLower(given)))
		return fmt.Sprintf("%s-%x", name[:min(len(name), longest)], sum[:4])
	}).(pulumi.StringOutput)
}

// peers are the peerings of a network.
type peers struct {
	network *VirtualNetwork
	// owner is the component with the peerings.
	owner    *component.Base
	peerings config.Named[Peering]
	networks map[string]core.Network
}

// other returns the network at the other side of a peering.
func (p *peers) other(name string) AzureNetwork {
	switch n := p.networks[name].(type) {
	case AzureNetwork:
		return n
	case nil:
		given := p.peerings[name]
		return NewExisting(given.NetworkID, given.AddressPrefixes...)
	default:
		return NewExisting(n.NetworkInfo().ID)
	}
}

// prefixes returns the address prefixes of all peers.
func (p *peers) prefixes() []netip.Prefix {
	var out []netip.Prefix
	for _, name := range p.peerings.Names() {
		out = append(out, p.peerings[name].prefixes(p.networks[name])...)
	}
	return out
}

// prefixes returns the address prefixes of the other network, as far as they are known.
func (p Peering) prefixes(of core.Network) []netip.Prefix {
	if n, ok := of.(AzureNetwork); ok {
		return parsed(n.Facts().AddressPrefixes)
	}
	return parsed(p.AddressPrefixes)
}

// parsed returns the valid address prefixes of a list.
func parsed(list []string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range list {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p.Masked())
		}
	}
	return out
}

func texts(prefixes []netip.Prefix) []string {
	var out []string
	for _, p := range prefixes {
		out = append(out, p.String())
	}
	return out
}

// create creates the peerings in sequence. The other side is first: Azure rejects a network that uses a gateway before the
// other side allows it.
func (p *peers) create(ctx *pulumi.Context) error {
	for _, name := range p.peerings.Names() {
		remote, given, v := p.other(name), p.peerings[name], p.network
		id := remote.NetworkInfo().ID
		both := []*writes{p.network.order()}
		if o, ok := remote.(ordered); ok {
			both = append(both, o.order())
		}
		if enabled(given.BothSides) {
			inputs := given.inputs(remote.Facts().Name, remote.Facts().ResourceGroupName, v.resource.ID())
			inputs["virtualNetworkPeeringName"] = unique(v.resource.Name, v.resource.ID().ToStringOutput())
			inputs["allowGatewayTransit"] = pulumi.Bool(given.RemoteGateway)
			inputs["useRemoteGateways"] = pulumi.Bool(false)
			if err := p.register(ctx, v.name+"-"+name+"-reverse", inputs, both); err != nil {
				return err
			}
		}
		inputs := given.inputs(v.resource.Name, v.group, id)
		inputs["virtualNetworkPeeringName"] = pulumi.String(name)
		inputs["allowGatewayTransit"] = pulumi.Bool(given.GatewayTransit)
		inputs["useRemoteGateways"] = pulumi.Bool(given.RemoteGateway)
		if err := p.register(ctx, v.name+"-"+name, inputs, both); err != nil {
			return err
		}
	}
	return nil
}

func (p *peers) register(ctx *pulumi.Context, name string, inputs pulumi.Map, both []*writes) error {
	return write(func(after pulumi.ResourceOption) (pulumi.Resource, error) {
		out := &networkapi.Resource{}
		return out, networkapi.Register(ctx, networkapi.VirtualNetworkPeering, name, inputs, out, p.owner.Child(after,
			pulumi.ReplaceOnChanges([]string{"remoteVirtualNetwork"}), pulumi.DeleteBeforeReplace(true)))
	}, both...)
}

// inputs returns the inputs of one side.
func (p Peering) inputs(network, group pulumi.StringInput, remote pulumi.Input) pulumi.Map {
	return pulumi.Map{
		"resourceGroupName": group, "virtualNetworkName": network, "remoteVirtualNetwork": networkapi.ID(remote),
		"allowVirtualNetworkAccess": pulumi.Bool(true), "allowForwardedTraffic": pulumi.Bool(p.ForwardedTraffic),
		"peerCompleteVnets": pulumi.Bool(true),
	}
}

// check reports peerings that are invalid on their own. gateway tells that the network has a gateway of its own.
func (p *peers) check(report *config.Report, gateway bool) {
	remote := ""
	for _, name := range p.peerings.Names() {
		given := p.peerings[name]
		at := func(keys ...string) []string { return append([]string{"peerings", name}, keys...) }
		names.CheckID(report, at("networkId"), given.NetworkID, "Microsoft.Network/virtualNetworks", "virtual network")
		checkPrefixes(report, at("addressPrefixes"), given.AddressPrefixes)
		if given.NetworkID != nil && len(given.AddressPrefixes) == 0 {
			report.Add(at("addressPrefixes"), "required with networkId: add the address space of the other network")
		}
		switch {
		case given.RemoteGateway && given.GatewayTransit:
			report.Add(at("gatewayTransit"), "remoteGateway and gatewayTransit are mutually exclusive: remove one of them")
		case given.RemoteGateway && gateway:
			report.Add(at("remoteGateway"), "the network has a tier for a gateway of its own: remove one of them")
		case given.RemoteGateway && remote != "":
			report.Add(at("remoteGateway"), "already used by peering %s: a network uses the gateway of one peer", remote)
		case given.RemoteGateway:
			remote = name
		}
	}
}

// checkOverlaps reports peers that overlap with the network, whose address space is own, or with each other. Source:
// "Virtual network peering", constraints.
func (p *peers) checkOverlaps(report *config.Report, own []netip.Prefix) {
	type space struct {
		owner  string
		prefix netip.Prefix
	}
	var taken []space
	for _, prefix := range own {
		taken = append(taken, space{"the network", prefix})
	}
	for _, name := range p.peerings.Names() {
		var added []space
		for _, prefix := range p.peerings[name].prefixes(p.networks[name]) {
			for _, other := range taken {
				if other.prefix.Overlaps(prefix) {
					report.Add([]string{"peerings", name, "addressPrefixes"}, "%s overlaps with %s of %s, and Azure rejects the peering: "+
						"use another address space for one of the networks", prefix, other.prefix, other.owner)
				}
			}
			added = append(added, space{"peering " + name, prefix})
		}
		taken = append(taken, added...)
	}
}

// checkNetworks reports peerings without a network, and networks without a peering, of a constructor.
func (p *peers) checkNetworks(report *config.Report) {
	for _, name := range p.peerings.Names() {
		_, passed := p.networks[name]
		given := p.peerings[name]
		switch {
		case !passed && given.NetworkID == nil:
			report.Add([]string{"peerings", name, "networkId"}, "required: add the resource ID of the other network")
		case passed && (given.NetworkID != nil || len(given.AddressPrefixes) > 0):
			report.Add([]string{"peerings", name, "networkId"}, "networkId and addressPrefixes are those of PeerNetworks: remove them")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.networks)) {
		if _, ok := p.peerings[name]; !ok {
			report.Add([]string{"PeerNetworks", name}, "unknown peering %q, %s", name, config.Suggest(name, p.peerings.Names()))
		} else if platform := p.networks[name].NetworkInfo().Platform; platform != "azure" {
			report.Add([]string{"PeerNetworks", name}, "a network of %s: use one of azure", platform)
		}
	}
}
