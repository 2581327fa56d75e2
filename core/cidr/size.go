package cidr

import (
	"fmt"
	"math/bits"
)

// Unusable is how many addresses of every subnet AWS and Azure keep for
// themselves: the first four and the last (Amazon VPC User Guide, "Subnet CIDR
// blocks"; Azure Virtual Network FAQ, "Are there any restrictions on using IP
// addresses within these subnets?").
const Unusable = 5

// maxWhole keeps the arithmetic of shares within 32 bits.
const maxWhole = 1 << 24

type unit string

const (
	lengths unit = "prefix length"
	hosts   unit = "host count"
	shares  unit = "share"
)

// Size is the size of every subnet of a tier: the result of [Prefix], [Hosts] or
// [Share]. The zero value is no size. Sizes can be compared with ==.
type Size struct {
	unit   unit
	number int
	of     int
}

// Prefix returns the size of a block with the prefix length: Prefix(24) is 256
// addresses in IPv4.
func Prefix(length int) Size { return Size{unit: lengths, number: length} }

// Hosts returns the smallest size that leaves count addresses to hosts, [Unusable]
// taken off, and is not below the floor: Hosts(251) is a /24, Hosts(252) a /23.
func Hosts(count int) Size { return Size{unit: hosts, number: count} }

// Share returns the largest size with which the subnets of the tier together,
// one for every zone slot, take no more than the fraction part/whole of the block.
// It is a fraction of the whole block, not a weight against other tiers, so that
// these do not matter. The shares of a plan must not add up to more than 1.
//
//	10.0.0.0/16, three zone slots: Share(3, 4) is a /18, Share(1, 2) is a /19
func Share(part, whole int) Size { return Size{unit: shares, number: part, of: whole} }

// String returns the size as it is said: /24, 251 hosts, 1/4 of the block.
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

// check returns what is wrong with the size itself, or nothing.
func (s Size) check(width int) string {
	switch s.unit {
	case lengths:
		if s.number < 1 || s.number > width {
			return fmt.Sprintf("%s is not a prefix length: write one from /1 to /%d", s, width)
		}
	case hosts:
		if most := 1<<min(width, 30) - Unusable; s.number < 1 || s.number > most {
			return fmt.Sprintf("%s is not a host count: write one from 1 to %d", s, most)
		}
	case shares:
		if s.number < 1 || s.of < s.number || s.of > maxWhole {
			return fmt.Sprintf("%s is not a share: write a fraction above 0 and up to 1, such as 1/4", s)
		}
	}
	return ""
}

// length returns the length of a subnet's span, given those of the block and of
// the floor. It may be shorter than the block's and longer than the floor's. It
// is 0 for no size.
func (s Size) length(block, floor, offset, zoneSlots int) int {
	switch s.unit {
	case lengths:
		return s.number + offset
	case hosts:
		return min(floor, 128-bits.Len64(uint64(s.number+Unusable-1)))
	case shares:
		// The smallest halving of the block that zoneSlots times is within the share.
		halvings := 0
		for part := s.number; part < s.of*zoneSlots; part *= 2 {
			halvings++
		}
		return block + halvings
	}
	return 0
}
