package network

import (
	"net/netip"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// prefixes parses address prefixes, without those that are none.
func prefixes(texts []string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// reservedRanges are the ranges that no network can have. Source: "Azure Virtual Network FAQ".
func reservedRanges() []netip.Prefix {
	return prefixes([]string{"224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32"})
}

// checkPrefix refuses a text that is no address prefix, or one that no network can have.
func checkPrefix(c *cloud.Call, text string) error {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return kernel.Refuse("InvalidCIDRNotation", "The address prefix %s in resource %s has an invalid CIDR notation.", text,
			c.Object.ID)
	}
	if p != p.Masked() {
		return kernel.Refuse("InvalidCIDRNotation", "The address prefix %s in resource %s has an invalid CIDR notation. For the "+
			"given prefix length, the address prefix should be %s.", text, c.Object.ID, p.Masked())
	}
	for _, r := range reservedRanges() {
		if r.Overlaps(p) {
			return kernel.Refuse("AddressPrefixNotAllowed", "The address prefix %s in resource %s overlaps with the reserved range "+
				"%s.", text, c.Object.ID, r)
		}
	}
	return nil
}

// inside reports whether a prefix is within one of a list.
func inside(p netip.Prefix, list []netip.Prefix) bool {
	for _, of := range list {
		if of.Bits() <= p.Bits() && of.Contains(p.Addr()) {
			return true
		}
	}
	return false
}

// overlap returns the first two prefixes of two lists that overlap. same says that the lists are one.
func overlap(a, b []netip.Prefix, same bool) (first, second netip.Prefix, ok bool) {
	for i, x := range a {
		for j, y := range b {
			if (!same || i < j) && x.Overlaps(y) {
				return x, y, true
			}
		}
	}
	return netip.Prefix{}, netip.Prefix{}, false
}
