package cidr

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// The longest prefix lengths of subnets, by cloud.
const (
	// MaxPrefixAWS applies to IPv4 subnets of a VPC (Amazon VPC User Guide, "Subnet CIDR blocks").
	MaxPrefixAWS = 28
	// MaxPrefixAzure applies to IPv4 subnets of a virtual network (Azure Virtual Network FAQ, "How small and how large
	// can virtual networks and subnets be?").
	MaxPrefixAzure = 29
	// MaxPrefixIPv6 applies to IPv6 subnets. Both clouds accept no other length.
	MaxPrefixIPv6 = 64
)

const (
	// DefaultZoneSlots is the default of ZoneSlots.
	DefaultZoneSlots = 3
	// MaxZoneSlots is the maximum of ZoneSlots.
	MaxZoneSlots = 64
	// MaxTierSlots is the highest slot of a tier.
	MaxTierSlots = 10_000
)

// Plan describes the subnets of a CIDR block. The order of zones, tiers and lists of blocks does not matter.
type Plan struct {
	// Block is the CIDR block of the network, IPv4 or IPv6, without host bits. Required. A change moves every subnet
	// that is not recorded.
	Block netip.Prefix
	// MaxPrefix is the longest prefix length that the cloud accepts for a subnet: [MaxPrefixAWS], [MaxPrefixAzure] or
	// [MaxPrefixIPv6]. Required. A change moves nothing, except subnets with [Hosts] sizes that would be smaller.
	MaxPrefix int
	// ZoneSlots is the number of zones for which every tier with a size reserves space, whether they exist or not.
	// Default: [DefaultZoneSlots]. Use 1 for subnets without zones, as on Azure. A change moves every subnet that is not
	// recorded.
	ZoneSlots int
	// Zones are the availability zones. Required.
	Zones []Zone
	// Tiers are the groups of subnets, one subnet for each zone. Required.
	Tiers []Tier
	// Avoid are CIDR blocks in other use, which no subnet overlaps. Blocks outside of Block are ignored. Adding one
	// where no subnet is moves nothing. Default: none.
	Avoid []netip.Prefix
	// Recorded are existing subnets, for example the result of [Allocation.Record]. They keep their blocks, which are
	// not used for other subnets, even when their tier or zone is retired. A recorded block that contradicts the plan is
	// an error. Default: none.
	Recorded Blocks
}

// Zone is an availability zone.
type Zone struct {
	// Name is the name of the zone, for example that of the cloud. Required, unique.
	Name string
	// Slot is the position of the zone in every tier, from 1 to ZoneSlots. Required, unique. A change moves the subnets of
	// the zone.
	Slot int
	// Retired says that the zone has no subnets anymore and keeps its recorded blocks reserved. A zone without recorded
	// blocks can be omitted instead: its slot stays reserved. Default: false.
	Retired bool
}

// Tier is a group of subnets with one purpose, one for each zone.
type Tier struct {
	// Name is the name of the tier. Required, unique.
	Name string
	// Slot is the position of the tier in the order of placement, from 1 without gaps. Required, unique. A new tier uses
	// the next slot. A change moves the tier and those in higher slots.
	Slot int
	// Size is the size of every subnet. Required without Blocks, unless all subnets are recorded. A change moves the
	// subnets of the tier and of higher slots that are not recorded.
	Size Size
	// Blocks are explicit blocks, one for each zone, by zone. Mutually exclusive with Size. They move no other subnet: a
	// block that overlaps another subnet is an error.
	Blocks map[string]netip.Prefix
	// Retired says that the tier has no subnets anymore. Keep Slot, Size and Blocks unchanged, so that tiers in higher
	// slots do not move. Default: false.
	Retired bool
}

// Blocks are CIDR blocks by the names of tier and zone.
type Blocks map[string]map[string]netip.Prefix

// IPv6 returns a plan with the same zones and tiers for an IPv6 block. Every subnet is a /64 and depends only on its
// own slots: its index in the block is (tier slot - 1) * zone slots + zone slot - 1. Tiers can therefore be omitted
// without moving others: the result has a retired tier for every empty slot. Recorded, explicit and avoided blocks
// are dropped.
func (p Plan) IPv6(block netip.Prefix) Plan {
	out := Plan{Block: block, MaxPrefix: MaxPrefixIPv6, ZoneSlots: p.ZoneSlots, Zones: slices.Clone(p.Zones)}
	size, highest, used := Prefix(MaxPrefixIPv6), 0, map[int]bool{}
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

// ReservedAddresses is the number of addresses that AWS and Azure reserve in every subnet: the first four and the last
// (Amazon VPC User Guide, "Subnet CIDR blocks"; Azure Virtual Network FAQ, "Are there any restrictions on using IP
// addresses within these subnets?").
const ReservedAddresses = 5

// maxWhole limits the arithmetic of shares to 32 bits.
const maxWhole = 1 << 24

type unit string

const (
	lengths unit = "prefix length"
	hosts   unit = "host count"
	shares  unit = "share"
)

// Size is the size of every subnet of a tier: a [Prefix], [Hosts] or [Share]. The zero value is no size. Sizes are
// comparable with ==.
type Size struct {
	unit   unit
	number int
	of     int
}

// Prefix returns the size of a block with a prefix length: Prefix(24) is 256 addresses in IPv4.
func Prefix(length int) Size { return Size{unit: lengths, number: length} }

// Hosts returns the smallest size with count usable addresses, in addition to the [ReservedAddresses], that the
// cloud accepts: Hosts(251) is a /24, Hosts(252) a /23.
func Hosts(count int) Size { return Size{unit: hosts, number: count} }

// Share returns the largest size with which the subnets of the tier, one for every zone slot, use no more than the
// fraction part/whole of the block. It is a fraction of the whole block and does not depend on other tiers. The
// shares of a plan add up to at most 1.
//
//	10.0.0.0/16, three zone slots: Share(3, 4) is a /18, Share(1, 2) is a /19
func Share(part, whole int) Size { return Size{unit: shares, number: part, of: whole} }

// ParseSize reads a size as it is written in configuration: a prefix length (/22), a number of hosts (500 hosts) or a share
// (1/8). It is not ok for other texts. Values are checked by [Allocate].
func ParseSize(text string) (size Size, ok bool) {
	if length, is := strings.CutPrefix(text, "/"); is {
		n, err := strconv.Atoi(length)
		return Prefix(n), err == nil
	}
	if count, is := strings.CutSuffix(text, " hosts"); is {
		n, err := strconv.Atoi(count)
		return Hosts(n), err == nil
	}
	part, whole, is := strings.Cut(text, "/")
	p, err1 := strconv.Atoi(part)
	w, err2 := strconv.Atoi(whole)
	if !is || err1 != nil || err2 != nil {
		return Size{}, false
	}
	return Share(p, w), true
}

// String returns the size in words: /24, 251 hosts, 1/4 of the block.
func (s Size) String() string {
	switch s.unit {
	case lengths:
		return fmt.Sprintf("/%d", s.number)
	case hosts:
		return fmt.Sprintf("%d hosts", s.number)
	case shares:
		return fmt.Sprintf("%d/%d of the block", s.number, s.of)
	}
	return "no size"
}

// check returns what is wrong with the size, or "".
func (s Size) check(width int) string {
	switch s.unit {
	case lengths:
		if s.number < 1 || s.number > width {
			return fmt.Sprintf("invalid prefix length %s: use /1 to /%d", s, width)
		}
	case hosts:
		if most := 1<<min(width, 30) - ReservedAddresses; s.number < 1 || s.number > most {
			return fmt.Sprintf("invalid size of %s: use 1 to %d", s, most)
		}
	case shares:
		if s.number < 1 || s.of < s.number || s.of > maxWhole {
			return fmt.Sprintf("invalid share %d/%d: use a fraction greater than 0 and at most 1, such as 1/4", s.number, s.of)
		}
	}
	return ""
}

// length returns the length of the span of a subnet, given those of the block and the floor. It may be shorter than the
// block and longer than the floor. It is 0 for no size.
func (s Size) length(block, floor, offset, zoneSlots int) int {
	switch s.unit {
	case lengths:
		return s.number + offset
	case hosts:
		return min(floor, 128-bits.Len64(uint64(s.number+ReservedAddresses-1)))
	case shares:
		// The smallest number of halvings with which zoneSlots subnets fit into the share.
		halvings := 0
		for part := s.number; part < s.of*zoneSlots; part *= 2 {
			halvings++
		}
		return block + halvings
	}
	return 0
}
