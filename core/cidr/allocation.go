package cidr

import (
	"iter"
	"maps"
	"net/netip"
	"slices"
)

// Allocation is the result of [Allocate]. It does not change and may be used
// concurrently.
type Allocation struct {
	block                span
	offset               int
	tierNames, zoneNames []string // in the order of their slots
	tiers, zones         map[string]int
	// blocks holds every subnet, tier by tier.
	blocks []netip.Prefix
	// taken is all that is not free, held what is kept for later.
	taken, held []span
	// retired is what is recorded and no subnet any more.
	retired []Subnet
}

// Subnet is a block with the names of its tier and its zone.
type Subnet struct {
	Tier, Zone string
	Block      netip.Prefix
}

// Subnet returns the block of the tier's subnet in the zone. The error for a name
// that is not known, or retired, is an [*UnknownError] that lists those that are.
func (a *Allocation) Subnet(tier, zone string) (netip.Prefix, error) {
	t, ok := a.tiers[tier]
	if !ok {
		return netip.Prefix{}, newUnknown([]string{"tiers"}, "tier", tier, slices.Sorted(maps.Keys(a.tiers)))
	}
	z, ok := a.zones[zone]
	if !ok {
		return netip.Prefix{}, newUnknown([]string{"zones"}, "zone", zone, slices.Sorted(maps.Keys(a.zones)))
	}
	return a.blocks[t*len(a.zoneNames)+z], nil
}

// All ranges over the subnets in the order of the slots, first of the tiers, then
// of the zones: subnets that are added change the order of no others.
func (a *Allocation) All() iter.Seq[Subnet] {
	return func(yield func(Subnet) bool) {
		for i, block := range a.blocks {
			zone := i % len(a.zoneNames)
			if !yield(Subnet{Tier: a.tierNames[i/len(a.zoneNames)], Zone: a.zoneNames[zone], Block: block}) {
				return
			}
		}
	}
}

// Record returns what to write as Recorded in the plan from now on: every subnet,
// and what is recorded of retired tiers and zones. To write it moves nothing. The
// maps belong to the caller.
func (a *Allocation) Record() Blocks {
	out := make(Blocks, len(a.tierNames))
	add := func(s Subnet) {
		if out[s.Tier] == nil {
			out[s.Tier] = make(map[string]netip.Prefix, len(a.zoneNames))
		}
		out[s.Tier][s.Zone] = s.Block
	}
	for s := range a.All() {
		add(s)
	}
	for _, s := range a.retired {
		add(s)
	}
	return out
}

// Free returns what is left of the block for further tiers: in ascending order,
// in aligned blocks that are as large as can be.
func (a *Allocation) Free() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range a.block.without(a.taken) {
		out = append(out, s.prefix(a.offset))
	}
	return out
}

// Held returns the blocks that are kept for zone slots without a zone, and those
// of retired zones and tiers, in ascending order.
func (a *Allocation) Held() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range slices.SortedFunc(slices.Values(a.held), compareSpans) {
		out = append(out, s.prefix(a.offset))
	}
	return out
}
