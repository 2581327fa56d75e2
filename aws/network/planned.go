package network

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core"
)

// Planned is what arguments say about a [SecureVPC] before it is created: checks of what is placed in it need nothing else.
type Planned struct {
	info core.NetworkInfo
	// KnowsZones tells that the zones of the subnets are names of availability zones. Otherwise only their number is known,
	// until the zones of the region are looked up.
	KnowsZones bool
}

var _ core.Network = (*Planned)(nil)

// NetworkInfo implements core.Network. The IDs of the network and of its subnets are nil.
func (p *Planned) NetworkInfo() core.NetworkInfo { return p.info }

// Plan returns what the arguments of a network say about it. It is nil when they have problems. Arguments have their
// defaults, as those of a section of a stack file do.
func (a *SecureVPCArgs) Plan(name string) *Planned {
	subnets, problems := a.planSubnets()
	if len(problems) > 0 {
		return nil
	}
	out := &Planned{
		info:       core.NetworkInfo{Name: name, Platform: "aws", CIDRs: a.knownCIDRs()},
		KnowsZones: len(a.ZoneNames) > 0 && !slices.ContainsFunc(a.ZoneNames, lookup.IsZoneID),
	}
	for _, s := range subnets {
		zone := s.zone.name
		if len(a.ZoneNames) == 0 {
			zone = "zone " + zone
		}
		out.info.Subnets = append(out.info.Subnets, core.Subnet{Tier: s.tier.name, Zone: zone})
	}
	return out
}

// knownCIDRs returns the CIDR blocks that the arguments name.
func (a *SecureVPCArgs) knownCIDRs() pulumi.StringArray {
	out := pulumi.StringArray{}
	for _, block := range append([]string{""}, a.SecondaryCIDRs.Names()...) {
		if b := a.cidrBlock(block); b.CIDR != "" {
			out = append(out, pulumi.String(b.CIDR))
		}
	}
	return out
}
