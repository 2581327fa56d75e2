package cidr

import (
	"fmt"
	"net/netip"
	"slices"
)

// The longest prefixes that a cloud accepts for a subnet.
const (
	// FloorAWS is for IPv4 subnets of a VPC (Amazon VPC User Guide, "Subnet CIDR
	// blocks").
	FloorAWS = 28
	// FloorAzure is for IPv4 subnets of a virtual network (Azure Virtual Network
	// FAQ, "How small and how large can virtual networks and subnets be?").
	FloorAzure = 29
	// FloorIPv6 is for IPv6 subnets. A /64 is also the only length that both
	// clouds accept.
	FloorIPv6 = 64
)

const (
	// DefaultZoneSlots is what a plan has whose ZoneSlots is 0.
	DefaultZoneSlots = 3
	// MaxZoneSlots is what a plan can have at most.
	MaxZoneSlots = 64
	// MaxTierSlots is the highest slot of a tier.
	MaxTierSlots = 10_000
)

// Plan says what is allocated out of a block. Of zones, of tiers and of lists of
// blocks the order does not matter.
type Plan struct {
	// Block is what is divided: IPv4 or IPv6, without host bits. Required. A change
	// moves everything that is not recorded.
	Block netip.Prefix
	// Floor is the longest prefix that the cloud accepts for a subnet: [FloorAWS],
	// [FloorAzure] or [FloorIPv6]. Required. A change moves nothing, except that a
	// [Hosts] size is never below it.
	Floor int
	// ZoneSlots is how many zones every tier with a size has room for, whether
	// they are there or not. Default: [DefaultZoneSlots]. 1 is for subnets without
	// zones, as on Azure. A change moves everything that is not recorded.
	ZoneSlots int
	// Zones are the availability zones. Required.
	Zones []Zone
	// Tiers are the groups of subnets: every tier has one in every zone. Required.
	Tiers []Tier
	// Avoid holds blocks that others use. Nothing lies in them. What is outside
	// Block does not matter. To add one where no subnet is moves nothing.
	Avoid []netip.Prefix
	// Recorded holds subnets that exist, for example the [Allocation.Record] of a
	// former run. They stay where they are, and nothing else is placed there, also
	// when their tier or their zone is retired. A subnet that is recorded with
	// another block or size than the plan asks for is an error.
	Recorded Blocks
}

// Zone is an availability zone.
type Zone struct {
	// Name is what the zone is called, for example by its cloud. Required, unique.
	Name string
	// Slot is the zone's place in every tier, from 1 to the plan's ZoneSlots.
	// Required, unique, never changed: another slot is another block.
	Slot int
	// Retired tells that the zone has no subnets any more. It keeps what is
	// recorded for it out of use. A zone that is not recorded may as well be left
	// out: its slot stays empty either way.
	Retired bool
}

// Tier is a group of subnets with one purpose, one in every zone.
type Tier struct {
	// Name is what the tier is called. Required, unique.
	Name string
	// Slot is the tier's place in the order of placement, counted from 1 without a
	// gap. Required, unique, never changed: a new tier takes the next one.
	Slot int
	// Size is the size of every subnet. Required, unless Blocks says where they
	// are or all of them are recorded. A change moves the tier and those with a
	// higher slot that are not recorded.
	Size Size
	// Blocks says where the tier's subnets are, by zone. With Blocks there is no
	// Size, and every zone has a block. Nothing else is moved by them: a block
	// where something is already is an error.
	Blocks map[string]netip.Prefix
	// Retired tells that the tier has no subnets any more. Slot, Size and Blocks
	// stay as they were, so that the tiers behind it stay where they are.
	Retired bool
}

// Blocks holds blocks by the names of tier and zone.
type Blocks map[string]map[string]netip.Prefix

// IPv6 returns a plan with the same zones and tiers for an IPv6 block. Every
// subnet is a /64, and which one depends on nothing but its own slots: its index
// in the block is (tier slot - 1) * zone slots + zone slot - 1. So tiers can be
// removed without a trace: the plan holds a retired tier for every empty slot. It
// has no recorded, explicit or avoided blocks.
func (p Plan) IPv6(block netip.Prefix) Plan {
	out := Plan{Block: block, Floor: FloorIPv6, ZoneSlots: p.ZoneSlots, Zones: slices.Clone(p.Zones)}
	size, highest, used := Prefix(FloorIPv6), 0, map[int]bool{}
	for _, t := range p.Tiers {
		out.Tiers = append(out.Tiers, Tier{Name: t.Name, Slot: t.Slot, Size: size, Retired: t.Retired})
		used[t.Slot] = true
		if t.Slot <= MaxTierSlots {
			highest = max(highest, t.Slot)
		}
	}
	for slot := 1; slot < highest; slot++ {
		if !used[slot] {
			out.Tiers = append(out.Tiers, Tier{Name: fmt.Sprintf("(empty slot %d)", slot), Slot: slot, Size: size, Retired: true})
		}
	}
	return out
}
