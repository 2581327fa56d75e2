package network

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

var (
	_ config.Validator          = (*SecureVNetArgs)(nil)
	_ config.ArgumentsValidator = (*SecureVNetArgs)(nil)
	_ compliance.Declarer       = (*SecureVNetArgs)(nil)
)

// Validate implements config.Validator.
func (a *SecureVNetArgs) Validate(report *config.Report) {
	checkBasics(report, a.Name, a.Location, a.Tags, a.DNSServers, a.DDoSPlanID)
	a.checkPrefixes(report)
	problems := a.checkPlacement()
	if constructor := report.Section() == "" && report.Component() != ""; len(problems) == 0 && !constructor {
		var subnets []plannedSubnet
		subnets, problems = a.planSubnets() // For a constructor, ValidateArguments does it.
		problems = append(problems, checkSizes(subnets)...)
	}
	problems.report(report)
	all := tierNames(a.allTiers())
	for _, name := range slices.Sorted(maps.Keys(a.Recorded)) {
		if _, ok := a.Tiers[name]; !ok && !slices.Contains(all, name) {
			report.Add([]string{"recorded", name}, "unknown tier %q, %s", name, config.Suggest(name, all))
		}
	}
	active := a.activeTiers()
	if len(active) == 0 {
		report.Add([]string{"tiers"}, "all tiers are retired: keep one, or use a virtual network without subnets")
	}
	reserved, gateway := map[TierKind]string{}, false
	for _, t := range active {
		if other, taken := reserved[t.Kind]; taken && t.Kind.rule().subnet != "" {
			report.Add([]string{"tiers", t.name, "kind"}, "tier %s is %s already: a network has one", other, t.Kind.rule().subnet)
		}
		reserved[t.Kind] = t.name
		gateway = gateway || t.Kind == TierGateway
		a.checkTier(report, t)
	}
	a.peers().check(report, gateway)
	a.checkNAT(report)
}

// ValidateArguments implements config.ArgumentsValidator. It keeps the planned subnets for the constructor.
func (a *SecureVNetArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
	a.peers().checkNetworks(report)
	a.peers().checkOverlaps(report, parsed(a.addressPrefixes()))
	a.FlowLogs.CheckDestinations(report.At("flowLogs"))
	a.subnets = nil
	if len(a.checkPlacement()) == 0 {
		var problems problems
		a.subnets, problems = a.planSubnets()
		append(problems, checkSizes(a.subnets)...).report(report)
	}
}

// checkPrefixes checks the address space.
func (a *SecureVNetArgs) checkPrefixes(report *config.Report) {
	type space struct {
		owner  string
		prefix netip.Prefix
	}
	if _, err := netip.ParsePrefix(a.AddressPrefix); err == nil { // The schema reports others.
		checkPrefix(report, []string{"addressPrefix"}, a.AddressPrefix)
	}
	checkPrefixes(report, []string{"podCidrs"}, a.PodCIDRs)
	taken := []space{}
	if p, ok := a.within(""); ok {
		taken = append(taken, space{"the primary address prefix", p})
	}
	for _, name := range a.AdditionalPrefixes.Names() {
		at := []string{"additionalPrefixes", name}
		checkPrefix(report, at, a.AdditionalPrefixes[name])
		p, ok := a.within(name)
		if !ok {
			continue
		}
		for _, other := range taken {
			if other.prefix.Overlaps(p) {
				report.Add(at, "%s overlaps with %s, %s: use another address prefix", p, other.prefix, other.owner)
			}
		}
		taken = append(taken, space{"additional address prefix " + name, p})
	}
}

// checkTier checks the options of a tier with a subnet.
func (a *SecureVNetArgs) checkTier(report *config.Report, t tier) {
	add := func(path []string, format string, args ...any) {
		report.Add(append([]string{"tiers", t.name}, path...), format, args...)
	}
	rule := t.Kind.rule()
	names.Check(report, []string{"tiers", t.name}, networkapi.Subnet.Unversioned(), t.subnetName())
	for _, kind := range reservedKinds() {
		if rule.subnet == "" && strings.EqualFold(t.name, kind.rule().subnet) {
			add(nil, "the name is reserved for %s: set kind to %s, or use another name", kind.rule().service, kind)
		}
	}
	if rule.noDelegation && t.Delegation != "" {
		add([]string{"delegation"}, "the subnet is reserved for %s: remove it", rule.service)
	}
	if !t.hasSecurityGroup() && (len(t.SecurityGroup.Rules) > 0 || len(t.SecurityGroup.InternetPorts) > 0) {
		add([]string{"securityGroup"}, "a network security group is not supported by Azure in this subnet: remove it")
	}
	if len(t.SecurityGroup.InternetPorts) > 0 && t.hasSecurityGroup() && t.Kind != TierPublic && t.Kind != TierApplicationGateway {
		add([]string{"securityGroup", "internetPorts"}, "not supported in a tier of kind %s: remove it, or set kind to public", t.Kind)
	}
	if t.Kind == TierApplicationGateway || t.Kind == TierBastion {
		for _, name := range t.SecurityGroup.Rules.Names() {
			if r := t.SecurityGroup.Rules[name]; r.Access == AccessDeny && r.direction() == DirectionOutbound {
				add([]string{"securityGroup", "rules", name}, "%s require their egress: remove the rule", rule.service)
			}
		}
	}
	if zones, known := location.HasZones(a.Location); t.Zone != "" && known && !zones {
		add([]string{"zone"}, "location %q has no availability zones: omit zone", a.Location)
	}
	tagging.Check(report, []string{"tiers", t.name, "tags"}, metadata.MergeTags(a.Tags, t.Tags), tagging.MaxKey)
	a.checkRoutes(t, add)
}

// checkNAT checks the options of NAT gateways.
func (a *SecureVNetArgs) checkNAT(report *config.Report) {
	if a.NAT == nil {
		return
	}
	if a.NAT.Addresses > 0 && a.NAT.PrefixLength > 0 {
		report.Add([]string{"nat", "prefixLength"}, "addresses and prefixLength are mutually exclusive: remove one of them")
	}
	used := a.gateways()
	if _, ok := used[shared]; a.NAT.Zone != "" && !ok {
		report.Add([]string{"nat", "zone"}, "no tier without a zone uses a NAT gateway: remove it")
	}
	if len(used) == 0 && (a.NAT.Addresses > 0 || a.NAT.PrefixLength > 0) {
		report.Add([]string{"nat"}, "no tier uses a NAT gateway: remove the options of its addresses")
	}
	if zones, known := location.HasZones(a.Location); a.NAT.Zone != "" && known && !zones {
		report.Add([]string{"nat", "zone"}, "location %q has no availability zones: omit zone", a.Location)
	}
}

// Plan returns what the arguments say about the network before it is created. It is nil when they have problems.
func (a *SecureVNetArgs) Plan(name string) *Planned {
	if len(a.checkPlacement()) > 0 {
		return nil
	}
	subnets, problems := a.planSubnets()
	if len(problems) > 0 || len(subnets) < len(a.activeTiers()) {
		return nil
	}
	out := &Planned{name: name, facts: Facts{
		Location: a.Location, AddressPrefixes: a.addressPrefixes(), PeerPrefixes: texts(a.peers().prefixes()),
		PodCIDRs: slices.Clone(a.podCIDRs()), Tiers: map[string]TierFacts{},
	}}
	for _, s := range subnets {
		out.tiers = append(out.tiers, s.name)
		out.facts.Tiers[s.name] = TierFacts{
			Kind: s.Kind, SubnetName: s.subnetName(), AddressPrefix: s.prefix.String(), Zone: s.Zone, Outbound: a.outbound(s.tier),
			Delegation: s.Delegation, ServiceEndpoints: slices.Clone(s.ServiceEndpoints),
		}
	}
	return out
}

// Evidence implements compliance.Declarer. The network and its flow logs declare their own. Only missing flow logs are
// declared here.
func (a *SecureVNetArgs) Evidence() []compliance.Evidence {
	var open []string
	for _, t := range a.activeTiers() {
		if t.allowsAdministration() {
			open = append(open, t.name)
		}
	}
	found := "none"
	if len(open) > 0 {
		found = strings.Join(open, ", ")
	}
	out := []compliance.Evidence{
		compliance.Check("tiers.*.securityGroup", found, len(open) == 0, "no tier that allows SSH or RDP from the internet",
			compliancecontrols.Administration...),
		compliance.Always("defaultOutboundAccess", false, compliancecontrols.Outbound...),
	}
	if a.FlowLogs == nil {
		out = append(out, noFlowLogs())
	}
	return out
}
