package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
)

// Planned is what arguments say about a network before it is created: checks of what is placed in it need nothing else.
type Planned struct {
	name  string
	facts Facts
	// tiers are the tiers in the order of their slots.
	tiers []string
}

var _ AzureNetwork = (*Planned)(nil)

// NetworkInfo implements core.Network. The IDs of the network and of its subnets are nil.
func (p *Planned) NetworkInfo() core.NetworkInfo {
	out := core.NetworkInfo{Name: p.name, Platform: "azure", CIDRs: pulumi.ToStringArray(p.facts.AddressPrefixes)}
	for _, name := range p.tiers {
		t := p.facts.Tiers[name]
		out.Subnets = append(out.Subnets, core.Subnet{Tier: name, Zone: t.Zone, CIDR: pulumi.String(t.AddressPrefix)})
	}
	return out
}

// Facts implements [AzureNetwork].
func (p *Planned) Facts() Facts { return p.facts.clone() }
