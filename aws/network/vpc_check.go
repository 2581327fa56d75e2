package network

import (
	"net/netip"
	"slices"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// The limits of a VPC's blocks. Source: "VPC CIDR blocks" and "Amazon VPC quotas", Amazon VPC User Guide.
const (
	largestVPC     = 16
	smallestVPC    = 28
	mostSecondary  = 4
	defaultNetmask = "10.0.0.0/16"
)

var (
	_ config.Validator    = (*VPCArgs)(nil)
	_ config.Validator    = (*VPCSettings)(nil)
	_ config.Validator    = (*Block)(nil)
	_ compliance.Declarer = (*VPCArgs)(nil)
)

// Validate implements config.Validator.
func (a *VPCArgs) Validate(report *config.Report) { a.VPCSettings.Validate(report) }

// Validate implements config.Validator.
func (s *VPCSettings) Validate(report *config.Report) {
	s.Block.Validate(report)
	tags.Check(report, []string{"tags"}, s.Tags)
	if *s.DNSHostnames && !*s.DNSSupport {
		report.Add([]string{"dnsSupport"}, "dnsHostnames needs it: set it to true, or dnsHostnames to false")
	}
	if n := len(s.SecondaryCIDRs); n > mostSecondary {
		report.Add([]string{"secondaryCidrs"}, "%d blocks, a VPC has at most %d beside its first one", n, mostSecondary)
	}
	s.checkSecondary(report)
}

// checkSecondary holds secondary blocks to the restrictions of their association.
func (s *VPCSettings) checkSecondary(report *config.Report) {
	first, known := s.prefix()
	taken, owners := []netip.Prefix{}, []string{}
	if known {
		taken, owners = append(taken, first), append(owners, "the VPC's first block")
	}
	for _, name := range s.SecondaryCIDRs.Names() {
		block := s.SecondaryCIDRs[name]
		at := []string{"secondaryCidrs", name, "cidr"}
		prefix, ok := block.prefix()
		if !ok {
			continue
		}
		if i := slices.IndexFunc(taken, prefix.Overlaps); i >= 0 {
			report.Add(at, "%s overlaps with %s, which is %s: choose another one", prefix, taken[i], owners[i])
		}
		if i := slices.IndexFunc(families(), prefix.Overlaps); known && i >= 0 && !families()[i].Overlaps(first) {
			report.Add(at, "AWS does not add a block within %s to a VPC of %s: choose one within the same private range, or one such as 100.64.0.0/16",
				families()[i], first)
		}
		taken, owners = append(taken, prefix), append(owners, name)
	}
}

// families are the private ranges that do not mix in a VPC. Source: "VPC CIDR blocks", "IPv4 CIDR block association restrictions".
func families() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
		netip.MustParsePrefix("198.19.0.0/16"),
	}
}

// unusable are the ranges that no VPC can have: those of the host itself, of links, of multicast and what is reserved.
func unusable() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
		netip.MustParsePrefix("224.0.0.0/3"),
	}
}

// Validate implements config.Validator.
func (b *Block) Validate(report *config.Report) {
	at := []string{"cidr"}
	switch pool := b.IPAM.PoolID != nil; {
	case b.CIDR != "" && (pool || b.IPAM.NetmaskLength != nil):
		report.Add(at, "ipam says where the block comes from: leave out one or the other")
	case pool && b.IPAM.NetmaskLength == nil:
		report.Add([]string{"ipam", "netmaskLength"}, "required, but missing: subnets depend on the size of the block, write one from 16 to 28")
	case !pool && b.IPAM.NetmaskLength != nil:
		report.Add([]string{"ipam", "poolId"}, "required, but missing: name the pool of IP Address Manager")
	case !pool && b.CIDR == "":
		report.Add(at, "required, but missing: write a block such as %s, or a pool of IP Address Manager in ipam", defaultNetmask)
	}
	prefix, err := netip.ParsePrefix(b.CIDR)
	if err != nil {
		return // The format has been checked.
	}
	switch {
	case !prefix.Addr().Is4():
		report.Add(at, "%s is a block of IPv6: write one of IPv4, such as %s; ipv6 adds one of IPv6", prefix, defaultNetmask)
	case prefix.Bits() < largestVPC || prefix.Bits() > smallestVPC:
		report.Add(at, "/%d: AWS has blocks from /%d to /%d", prefix.Bits(), largestVPC, smallestVPC)
	}
	if i := slices.IndexFunc(unusable(), prefix.Overlaps); i >= 0 && prefix.Addr().Is4() {
		report.Add(at, "%s is within %s, which AWS does not give to a VPC: write a private one such as %s", prefix, unusable()[i], defaultNetmask)
	}
}

// prefix returns the block, when it is written and right.
func (b *Block) prefix() (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(b.CIDR)
	ok := err == nil && p.Addr().Is4() && p == p.Masked() && p.Bits() >= largestVPC && p.Bits() <= smallestVPC
	return p, ok
}

// Evidence implements compliance.Declarer.
func (a *VPCArgs) Evidence() []compliance.Evidence {
	empty := *a.EmptyDefaultSecurityGroup
	return []compliance.Evidence{
		compliance.Check("emptyDefaultSecurityGroup", empty, empty, "true", compliancecontrols.DefaultSecurityGroup...),
	}
}
