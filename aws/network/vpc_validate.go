package network

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Limits of CIDR blocks. Source: "VPC CIDR blocks" and "Amazon VPC quotas", Amazon VPC User Guide.
const (
	shortestPrefix   = 16
	longestPrefix    = 28
	defaultCIDRQuota = 5
	exampleCIDR      = "10.0.0.0/16"
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
	if n, quota := len(a.SecondaryCIDRs)+1, a.cidrQuota(); n > quota {
		report.Add([]string{"secondaryCidrs"}, "%d CIDR blocks with the primary one: the quota of the account is %d; "+
			"remove some, or raise the quota and maxCidrs", n, quota)
	}
	a.checkSecondary(report)
}

// cidrQuota returns the quota of the account for CIDR blocks.
func (a *VPCArgs) cidrQuota() int {
	if a.MaxCIDRs == nil {
		return defaultCIDRQuota
	}
	return *a.MaxCIDRs
}

// checkSecondary checks secondary CIDR blocks against the others of the VPC. The order in which they are added is
// unknown.
func (a *VPCArgs) checkSecondary(report *config.Report) {
	primary, _ := a.primary().prefix() // Invalid if unknown.
	blocks, owners := map[string]netip.Prefix{}, map[netip.Prefix]string{primary: "the primary CIDR block"}
	for _, name := range a.SecondaryCIDRs.Names() {
		block := a.SecondaryCIDRs[name]
		if prefix, ok := block.prefix(); ok {
			blocks[name] = prefix
		}
	}
	checked := []netip.Prefix{primary}
	for _, name := range slices.Sorted(maps.Keys(blocks)) {
		prefix, others := blocks[name], []netip.Prefix{primary}
		for _, other := range slices.Sorted(maps.Keys(blocks)) {
			if other != name {
				others = append(others, blocks[other])
			}
		}
		wrong := restriction(prefix, others...)
		if i := slices.IndexFunc(checked, prefix.Overlaps); i >= 0 {
			wrong = fmt.Sprintf("it overlaps with %s, %s", checked[i], owners[checked[i]])
		}
		if wrong != "" {
			instead := "use another CIDR block"
			if free, ok := freeAssociation(prefix.Bits(), others...); ok {
				instead += ", such as " + free.String()
			}
			report.Add([]string{"secondaryCidrs", name, "cidr"}, "%s cannot be added, because %s: %s", prefix, wrong, instead)
		}
		checked = append(checked, prefix)
		owners[prefix] = "secondary CIDR block " + name
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
