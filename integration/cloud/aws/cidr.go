package aws

import (
	"net/netip"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// checkRanges checks inputs that are CIDR blocks.
func checkRanges(c *cloud.Checker, properties ...string) {
	for _, property := range properties {
		if cidr, ok := c.Text(property); ok {
			checkCIDR(c, property, cidr)
		}
	}
}

func checkCIDR(c *cloud.Checker, property, cidr string) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		c.Add(property, "%q is not a valid CIDR block: %v", cidr, err)
	} else if prefix != prefix.Masked() {
		c.Add(property, "%q is not a valid CIDR block; did you mean %q?", cidr, prefix.Masked())
	}
}

// ipv4Ranges returns the IPv4 ranges of a network, the first one first.
func ipv4Ranges(c *cloud.Call, network *cloud.Object) ([]netip.Prefix, error) {
	associations, err := c.All(cidrAssociationType, cloud.With("vpcId", network.ID))
	if err != nil {
		return nil, err
	}
	out := prefixes(network.Text("cidrBlock"))
	for _, o := range associations {
		out = append(out, prefixes(o.Text("cidrBlock"))...)
	}
	return out, nil
}

// localRanges returns all ranges of a network.
func localRanges(c *cloud.Call, network *cloud.Object) ([]netip.Prefix, error) {
	out, err := ipv4Ranges(c, network)
	return append(out, prefixes(network.Text("ipv6CidrBlock"))...), err
}

// prefixes returns the texts that are ranges.
func prefixes(texts ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// within reports whether one of the ranges holds another one whole.
func within(outer []netip.Prefix, inner netip.Prefix) bool {
	return slices.ContainsFunc(outer, func(p netip.Prefix) bool { return p.Bits() <= inner.Bits() && p.Contains(inner.Addr()) })
}

func overlaps(ranges []netip.Prefix, with netip.Prefix) bool {
	return slices.ContainsFunc(ranges, with.Overlaps)
}

// next returns the range of the same size that follows, or an invalid one after the last.
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

// free returns the first range of a size within an outer one that overlaps none of those that are taken.
func free(outer netip.Prefix, bits int, taken []netip.Prefix) (netip.Prefix, bool) {
	if bits < outer.Bits() || bits > outer.Addr().BitLen() {
		return netip.Prefix{}, false
	}
	p := netip.PrefixFrom(outer.Addr(), bits)
	for p.IsValid() && outer.Contains(p.Addr()) {
		i := slices.IndexFunc(taken, p.Overlaps)
		if i < 0 {
			return p, true
		}
		// Over what is taken at once, rather than one address at a time.
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
