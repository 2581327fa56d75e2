package network

import (
	"net/netip"
	"slices"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Limits of CIDR blocks. Source: "VPC CIDR blocks" and "Amazon VPC quotas", Amazon VPC User Guide.
const (
	shortestPrefix    = 16
	longestPrefix     = 28
	maxSecondaryCIDRs = 4
	exampleCIDR       = "10.0.0.0/16"
)

var (
	_ config.Validator    = (*VPCArgs)(nil)
	_ config.Validator    = (*CIDRBlock)(nil)
	_ compliance.Declarer = (*VPCArgs)(nil)
)

// Validate implements config.Validator.
func (a *VPCArgs) Validate(report *config.Report) {
	a.primary().Validate(report)
	tagging.Check(report, []string{"tags"}, a.Tags)
	if enabled(a.DNSHostnames) && !enabled(a.DNSSupport) {
		report.Add([]string{"dnsSupport"}, "required by dnsHostnames: set it to true, or dnsHostnames to false")
	}
	if n := len(a.SecondaryCIDRs); n > maxSecondaryCIDRs {
		report.Add([]string{"secondaryCidrs"}, "%d secondary CIDR blocks: use at most %d", n, maxSecondaryCIDRs)
	}
	a.checkSecondary(report)
}

// checkSecondary checks secondary CIDR blocks against the others of the VPC.
func (a *VPCArgs) checkSecondary(report *config.Report) {
	primary, known := a.primary().prefix()
	taken, owners := []netip.Prefix{}, []string{}
	if known {
		taken, owners = append(taken, primary), append(owners, "the primary CIDR block")
	}
	for _, name := range a.SecondaryCIDRs.Names() {
		block := a.SecondaryCIDRs[name]
		at := []string{"secondaryCidrs", name, "cidr"}
		prefix, ok := block.prefix()
		if !ok {
			continue
		}
		if i := slices.IndexFunc(taken, prefix.Overlaps); i >= 0 {
			report.Add(at, "%s overlaps with %s, %s: use another CIDR block", prefix, taken[i], owners[i])
		}
		i := slices.IndexFunc(privateRanges(), prefix.Overlaps)
		if known && i >= 0 && !privateRanges()[i].Overlaps(primary) {
			report.Add(at, "AWS does not add %s to a VPC with %s: use the same private range, or one such as 100.64.0.0/16",
				prefix, primary)
		}
		taken, owners = append(taken, prefix), append(owners, "secondary CIDR block "+name)
	}
}

// privateRanges returns the private ranges of which a VPC can have only one. Source: "IPv4 CIDR block association
// restrictions", Amazon VPC User Guide.
func privateRanges() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.19.0.0/16"),
	}
}

// reservedRanges returns the ranges that no VPC can have: loopback, link-local, multicast and reserved addresses.
func reservedRanges() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"),
		netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("224.0.0.0/3"),
	}
}

// Validate implements config.Validator.
func (b *CIDRBlock) Validate(report *config.Report) {
	at := []string{"cidr"}
	switch {
	case b.CIDR != "" && b.IPAM != nil:
		report.Add(at, "cidr and ipam are mutually exclusive: remove one")
	case b.CIDR == "" && b.IPAM == nil:
		report.Add(at, "required: set a CIDR block such as %s, or ipam", exampleCIDR)
	}
	prefix, err := netip.ParsePrefix(b.CIDR)
	if err != nil {
		return // The schema has checked the format.
	}
	switch {
	case !prefix.Addr().Is4():
		report.Add(at, "%s is an IPv6 CIDR block: use an IPv4 one such as %s; ipv6 adds an IPv6 one", prefix, exampleCIDR)
	case prefix.Bits() < shortestPrefix || prefix.Bits() > longestPrefix:
		report.Add(at, "unsupported prefix length /%d: use /%d to /%d", prefix.Bits(), shortestPrefix, longestPrefix)
	}
	if i := slices.IndexFunc(reservedRanges(), prefix.Overlaps); i >= 0 && prefix.Addr().Is4() {
		report.Add(at, "%s is in the reserved range %s: use a private range such as %s",
			prefix, reservedRanges()[i], exampleCIDR)
	}
}

// prefix returns the CIDR block when it is given and valid.
func (b *CIDRBlock) prefix() (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(b.CIDR)
	return p, err == nil && p.Addr().Is4() && p == p.Masked() && p.Bits() >= shortestPrefix && p.Bits() <= longestPrefix
}

// Evidence implements compliance.Declarer.
func (a *VPCArgs) Evidence() []compliance.Evidence {
	empty := enabled(a.EmptyDefaultSecurityGroup)
	return []compliance.Evidence{
		compliance.Check("emptyDefaultSecurityGroup", empty, empty, "true", compliancecontrols.DefaultSecurityGroup...),
	}
}

// enabled reports the value of an option whose default is true.
func enabled(option *bool) bool { return option == nil || *option }
