package kernel

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// CheckCIDRs checks inputs that are CIDR blocks.
func CheckCIDRs(c *cloud.Checker, properties ...string) {
	for _, property := range properties {
		if cidr, ok := c.Text(property); ok {
			CheckCIDR(c, property, cidr)
		}
	}
}

// CheckCIDR checks a CIDR block. property is its path, whose end says which IP version it has.
func CheckCIDR(c *cloud.Checker, property, cidr string) {
	prefix, err := netip.ParsePrefix(cidr)
	six, four := strings.Contains(property, "pv6"), strings.Contains(property, "idrBlock") || strings.Contains(property, "pv4")
	switch {
	case err != nil:
		c.Add(property, "%q is not a valid CIDR block: %v", cidr, err)
	case six && prefix.Addr().Is4():
		c.Add(property, "%q is not a valid IPv6 CIDR block", cidr)
	case !six && four && prefix.Addr().Is6():
		c.Add(property, "%q is not a valid IPv4 CIDR block", cidr)
	case prefix != prefix.Masked():
		c.Add(property, "%q is not a valid CIDR block; did you mean %q?", cidr, prefix.Masked())
	}
}

// Prefixes returns the CIDR blocks among texts.
func Prefixes(texts ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// Within reports whether one of the CIDR blocks contains another one.
func Within(outer []netip.Prefix, inner netip.Prefix) bool {
	return slices.ContainsFunc(outer, func(p netip.Prefix) bool {
		return p.Bits() <= inner.Bits() &&
			p.Contains(inner.Addr())
	})
}

// Overlaps reports whether a CIDR block overlaps one of several.
func Overlaps(ranges []netip.Prefix, with netip.Prefix) bool {
	return slices.ContainsFunc(ranges, with.Overlaps)
}

// next returns the next CIDR block of the same size, or an invalid one after the last.
func next(p netip.Prefix) netip.Prefix {
	bytes := p.Addr().AsSlice()
	for i, bit := (p.Bits()-1)/8, byte(1)<<(7-(p.Bits()-1)%8); i >= 0; i, bit = i-1, 1 {
		bytes[i] += bit
		if bytes[i] >= bit {
			addr, _ := netip.AddrFromSlice(bytes)
			return netip.PrefixFrom(addr, p.Bits())
		}
	}
	return netip.Prefix{}
}

// FreePrefix returns the first CIDR block of a size within outer that overlaps none of those that are taken.
func FreePrefix(outer netip.Prefix, bits int, taken []netip.Prefix) (netip.Prefix, bool) {
	if bits < outer.Bits() || bits > outer.Addr().BitLen() {
		return netip.Prefix{}, false
	}
	p := netip.PrefixFrom(outer.Addr(), bits)
	for p.IsValid() && outer.Contains(p.Addr()) {
		i := slices.IndexFunc(taken, p.Overlaps)
		if i < 0 {
			return p, true
		}
		// Skip the taken block at once.
		if taken[i].Bits() < bits {
			after := next(taken[i].Masked())
			if !after.IsValid() {
				break
			}
			p = netip.PrefixFrom(after.Addr(), bits)
		} else {
			p = next(p)
		}
	}
	return netip.Prefix{}, false
}
