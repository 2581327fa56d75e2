package network

import (
	"fmt"
	"net/netip"
	"slices"
)

// The ranges that AWS treats differently.
var (
	class10  = netip.MustParsePrefix("10.0.0.0/8")
	class172 = netip.MustParsePrefix("172.16.0.0/12")
	class192 = netip.MustParsePrefix("192.168.0.0/16")
	class198 = netip.MustParsePrefix("198.19.0.0/16")
	shared   = netip.MustParsePrefix("100.64.0.0/10")
	public   = netip.MustParsePrefix("0.0.0.0/0")

	// A VPC with a CIDR block from the second of these gets none from the first.
	first  = netip.MustParsePrefix("10.0.0.0/16")
	double = netip.MustParsePrefix("10.0.0.0/15")
)

// association is a row of [associations].
type association struct {
	// primary is the range of the primary CIDR block.
	primary netip.Prefix
	// restricted are the ranges from which AWS adds no CIDR block.
	restricted []netip.Prefix
	// room is the range of suggestions.
	room netip.Prefix
}

// associations returns which CIDR blocks can be added to a VPC, by the range of its primary CIDR block; the first row
// that contains it applies. The last one is for publicly routable CIDR blocks and 100.64.0.0/10. Source: "IPv4 CIDR
// block association restrictions", Amazon VPC User Guide.
func associations() []association {
	return []association{
		{class10, []netip.Prefix{class172, class192, class198}, class10},
		{class172, []netip.Prefix{class10, class192, netip.MustParsePrefix("172.31.0.0/16"), class198}, class172},
		{class192, []netip.Prefix{class10, class172, class198}, shared}, // The range has no room for another /16.
		{class198, []netip.Prefix{class10, class172, class192}, shared},
		{public, []netip.Prefix{class10, class172, class192, class198}, shared},
	}
}

// restriction returns why AWS does not add a CIDR block to a VPC with others, the primary one first, or "". An invalid
// primary one is unknown.
func restriction(added netip.Prefix, others ...netip.Prefix) string {
	if primary := others[0]; primary.IsValid() {
		row := associationOf(primary)
		i := slices.IndexFunc(row.restricted, added.Overlaps)
		if i >= 0 {
			return fmt.Sprintf("AWS does not add CIDR blocks from %s to a VPC with %s", row.restricted[i], primary)
		}
	}
	if !added.Overlaps(first) {
		return ""
	}
	if i := slices.IndexFunc(others, double.Overlaps); i >= 0 {
		return fmt.Sprintf("AWS does not add CIDR blocks from %s to a VPC with %s", first, others[i])
	}
	return ""
}

func associationOf(primary netip.Prefix) association {
	rows := associations()
	return rows[slices.IndexFunc(rows, func(r association) bool { return r.primary.Overlaps(primary) })]
}

// freeAssociation returns a CIDR block of a prefix length that AWS adds to a VPC with others, the primary one first.
func freeAssociation(length int, others ...netip.Prefix) (netip.Prefix, bool) {
	ranges := []netip.Prefix{shared}
	if others[0].IsValid() {
		ranges = []netip.Prefix{associationOf(others[0]).room, shared}
	}
	for _, r := range ranges {
		for candidate := netip.PrefixFrom(r.Addr(), length); r.Contains(candidate.Addr()); candidate = following(candidate) {
			if !double.Overlaps(candidate) && !slices.ContainsFunc(others, candidate.Overlaps) &&
				restriction(candidate, others...) == "" {
				return candidate, true
			}
		}
	}
	return netip.Prefix{}, false
}

// following returns the CIDR block of the same length after an IPv4 one.
func following(p netip.Prefix) netip.Prefix {
	a := p.Addr().As4()
	n := uint32(a[0])<<24 | uint32(a[1])<<16 | uint32(a[2])<<8 | uint32(a[3])
	n += 1 << (32 - p.Bits())
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), p.Bits())
}
