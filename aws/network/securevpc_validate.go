package network

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	_ config.Validator          = (*SecureVPCArgs)(nil)
	_ config.ArgumentsValidator = (*SecureVPCArgs)(nil)
	_ compliance.Declarer       = (*SecureVPCArgs)(nil)
)

// Validate implements config.Validator.
func (a *SecureVPCArgs) Validate(report *config.Report) {
	a.vpc().Validate(report)
	problems := a.checkPlacement()
	if constructor := report.Section() == "" && report.Component() != ""; len(problems) == 0 && !constructor {
		_, problems = a.planSubnets() // For a constructor, ValidateArguments does it.
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
		report.Add([]string{"tiers"}, "all tiers are retired: keep one, or use a VPC in a program for a network without subnets")
	}
	for _, t := range active {
		a.checkTier(report, t, active)
	}
	if a.FlowLogs == nil || enabled(a.FlowLogs.Enabled) {
		tagging.CheckWithRoles(report, []string{"tags"}, a.Tags) // They have a role.
	}
	a.checkNAT(report, active)
	a.checkTransitGateways(report, active)
	a.checkEndpoints(report, active)
}

// ValidateArguments implements config.ArgumentsValidator. It keeps the planned subnets for the constructor.
func (a *SecureVPCArgs) ValidateArguments(report *config.Report) {
	a.subnets = nil
	if len(a.checkPlacement()) == 0 {
		var problems problems
		a.subnets, problems = a.planSubnets()
		problems.report(report)
	}
}

// problem is what is wrong with an argument.
type problem struct {
	path    []string
	message string
}

type problems []problem

func (p problems) report(report *config.Report) {
	for _, one := range p {
		report.Add(one.path, "%s", one.message)
	}
}

// checkTier checks the options of a tier with subnets.
func (a *SecureVPCArgs) checkTier(report *config.Report, t tier, active []tier) {
	add := func(path []string, format string, args ...any) {
		report.Add(append([]string{"tiers", t.name}, path...), format, args...)
	}
	if t.PublicAddresses && t.Kind != TierPublic {
		add([]string{"publicAddresses"}, "not supported in a tier of kind %s: remove it, or set kind to public", t.Kind)
	}
	if len(t.ACL.InternetPorts) > 0 && t.Kind != TierPublic {
		add([]string{"acl", "internetPorts"},
			"not supported in a tier of kind %s: remove it, or set kind to public", t.Kind)
	}
	if t.Karpenter != "" && t.Kind == TierPublic {
		add([]string{"karpenter"},
			"not supported in a public tier: Karpenter launches nodes, which belong in a private tier")
	}
	tagging.Check(report, []string{"tiers", t.name, "tags"}, a.subnetTags(t, active))
	ingress, egress := t.aclRules(a.exampleACLContext())
	quota := t.ACL.quota()
	for direction, n := range map[ACLDirection]int{ACLIngress: len(ingress), ACLEgress: len(egress)} {
		if n > quota {
			add([]string{"acl", "rules"}, "%d %s rules, of which %d are rules of its kind: the quota of the account is %d; "+
				"remove rules, or raise the quota and maxRules", n, direction, n-t.ACL.count(direction), quota)
		}
	}
	a.checkRoutes(t, add)
}

// exampleACLContext returns a context with as many CIDR blocks as the network, to count the rules of network ACLs.
func (a *SecureVPCArgs) exampleACLContext() aclContext {
	out := aclContext{
		ipv4: make([]pulumi.StringInput, 1+len(a.SecondaryCIDRs)), gatewayEndpoints: len(a.endpoints().gateways()) > 0,
	}
	if a.IPv6 {
		out.ipv6 = pulumi.String("")
	}
	return out
}

// checkNAT checks the options of NAT gateways.
func (a *SecureVPCArgs) checkNAT(report *config.Report, active []tier) {
	var users []string
	for _, t := range active {
		if t.usesEgress(false) {
			users = append(users, t.name)
		}
	}
	needed := a.NAT != NATNone && len(users) > 0
	if a.NATTier != "" {
		public := slices.DeleteFunc(slices.Clone(active), func(t tier) bool { return t.Kind != TierPublic })
		checkTierName(report, []string{"natTier"}, a.NATTier, public)
	} else if needed && firstOf(active, TierPublic) == "" {
		report.Add([]string{"nat"},
			"%s: NAT gateways need a public tier; add one, set nat to none, or egress of the tiers to false",
			strings.Join(users, ", "))
	}
	if len(a.NATAllocations) > 0 && !needed {
		report.Add([]string{"natAllocations"}, "the network has no NAT gateways: remove it")
	}
	first := map[string]string{}
	for _, zone := range slices.Sorted(maps.Keys(a.NATAllocations)) {
		id, known := a.NATAllocations[zone].(pulumi.String)
		if other := first[string(id)]; known && other != "" {
			report.Add([]string{"natAllocations", zone}, "duplicate address, same as natAllocations.%s: use another one", other)
		}
		first[string(id)] = zone
	}
}

// checkTransitGateways checks the tiers of transit gateway attachments.
func (a *SecureVPCArgs) checkTransitGateways(report *config.Report, active []tier) {
	for _, name := range a.TransitGateways.Names() {
		if tier := a.TransitGateways[name].Tier; tier != "" {
			checkTierName(report, []string{"transitGateways", name, "tier"}, tier, active)
		}
	}
}

// checkEndpoints checks the endpoints against the tiers and DNS options of the network.
func (a *SecureVPCArgs) checkEndpoints(report *config.Report, active []tier) {
	if a.EndpointsTier != "" {
		checkTierName(report, []string{"endpointsTier"}, a.EndpointsTier, active)
	}
	endpoints := a.endpoints()
	used := slices.ContainsFunc(active, func(t tier) bool { return enabled(t.GatewayEndpoints) })
	if len(endpoints.gateways()) > 0 && !used {
		report.Add([]string{"endpoints", "gateways"},
			"no tier uses them: set s3 and dynamodb to false, or gatewayEndpoints of a tier to true")
	}
	if len(endpoints.interfaces()) == 0 {
		return
	}
	in := a.endpointsTier(active)
	i := slices.IndexFunc(active, func(t tier) bool { return t.name == in })
	if ipv6 := a.IPv6 && i >= 0 && enabled(active[i].IPv6); endpoints.usesIPv6() && !ipv6 {
		report.Add([]string{"endpoints", "ipAddressType"},
			"tier %s has no IPv6: set ipv6 of the network and the tier, or use ipv4", in)
	}
	if enabled(endpoints.PrivateDNS) && (!enabled(a.DNSHostnames) || !enabled(a.DNSSupport)) {
		report.Add([]string{"endpoints", "privateDns"},
			"requires dnsHostnames and dnsSupport: set them to true, or privateDns to false")
	}
}

func checkTierName(report *config.Report, path []string, name string, tiers []tier) {
	if !slices.Contains(tierNames(tiers), name) {
		report.Add(path, "unknown tier %q, %s", name, config.Suggest(name, tierNames(tiers)))
	}
}

// Evidence implements compliance.Declarer. The VPC, flow logs and endpoints of the network declare their own. Only
// disabled flow logs are declared here.
func (a *SecureVPCArgs) Evidence() []compliance.Evidence {
	var open, addresses []string
	for _, t := range a.activeTiers() {
		if t.ACL.allowsAdministration() {
			open = append(open, t.name)
		}
		if t.PublicAddresses {
			addresses = append(addresses, t.name)
		}
	}
	locked := enabled(a.LockDefaults)
	out := []compliance.Evidence{
		compliance.Check("tiers.*.acl", listOrNone(open), len(open) == 0,
			"no tier that allows SSH or RDP from the internet", compliancecontrols.NetworkACLs...),
		compliance.Check("tiers.*.publicAddresses", listOrNone(addresses), len(addresses) == 0,
			"no tier that assigns public addresses", compliancecontrols.PublicAddress...),
		compliance.Check("lockDefaults", locked, locked, "true", compliancecontrols.NetworkACLs...),
	}
	if a.FlowLogs != nil && !enabled(a.FlowLogs.Enabled) {
		out = append(out, compliance.Check("flowLogs.enabled", false, false, "true", compliancecontrols.FlowLogs...))
	}
	return out
}

func listOrNone(tiers []string) string {
	if len(tiers) == 0 {
		return "none"
	}
	return strings.Join(tiers, ", ")
}
