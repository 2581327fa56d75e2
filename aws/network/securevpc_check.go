package network

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	_ config.Validator = (*SecureVPCArgs)(nil)
	_ config.Validator = (*SecureVPCSettings)(nil)
)

// Validate implements config.Validator.
func (a *SecureVPCArgs) Validate(report *config.Report) { a.SecureVPCSettings.Validate(report) }

// Validate implements config.Validator.
func (s *SecureVPCSettings) Validate(report *config.Report) {
	s.VPCSettings.Validate(report)
	sound := s.checkZoneSlots(report)
	for _, name := range s.Tiers.Names() {
		sound = s.checkPlace(report, name) && sound
	}
	for _, name := range slices.Sorted(maps.Keys(s.Recorded)) {
		if _, ok := s.Tiers[name]; !ok && !slices.Contains(tierNames(s.allTiers()), name) {
			report.Add([]string{"recorded", name}, "there is no such tier, %s", config.Suggest(name, tierNames(s.allTiers())))
		}
	}
	if sound {
		_, problems := s.places()
		for i, p := range problems {
			same := func(other problem) bool { return slices.Equal(other.path, p.path) && other.message == p.message }
			if slices.IndexFunc(problems, same) == i { // What concerns all blocks is found in each.
				report.Add(p.path, "%s", p.message)
			}
		}
	}
	live := s.liveTiers()
	if len(live) == 0 {
		report.Add([]string{"tiers"}, "all tiers are retired: a network without subnets is a VPC, not a SecureVPC")
	}
	for _, t := range live {
		s.checkTier(report, t, live)
	}
	s.checkNAT(report, live)
	s.checkReferences(report, live)
}

// checkZoneSlots reports whether the zones are fit for planning.
func (s *SecureVPCSettings) checkZoneSlots(report *config.Report) bool {
	slots, ok := *s.ZoneSlots, true
	wrong := func(path []string, format string, args ...any) {
		ok = false
		report.Add(path, format, args...)
	}
	if s.Zones != nil && len(s.ZoneNames) > 0 {
		wrong([]string{"zones"}, "zoneNames says which zones there are: leave out one or the other")
	}
	if s.Zones != nil && *s.Zones > slots {
		wrong([]string{"zones"}, "%d zones, and room for %d: set zoneSlots to %d, which moves subnets that exist unless they are recorded",
			*s.Zones, slots, *s.Zones)
	}
	if n := len(s.ZoneNames); n > slots {
		wrong([]string{"zoneNames"}, "%d zones, and room for %d: set zoneSlots to %d, which moves subnets that exist unless they are recorded", n, slots, n)
	}
	if len(s.ZoneNames) > 0 && len(s.pins()) == 0 {
		wrong([]string{"zoneNames"}, "no zones: name one, such as eu-west-1a")
	}
	for i, name := range s.ZoneNames {
		if name == "" || name != "-" && slices.Index(s.ZoneNames, name) < i {
			wrong([]string{"zoneNames", strconv.Itoa(i)}, `found %q, expected a zone that does not stand here yet, or "-" for a slot without a zone`, name)
		}
	}
	if len(s.Recorded) > 0 && len(s.ZoneNames) == 0 {
		wrong([]string{"recorded"}, "blocks are recorded for zones by name: write the zones into zoneNames, as the output zones has them")
	}
	return ok
}

// checkPlace reports whether what a tier says about its place is fit for planning.
func (s *SecureVPCSettings) checkPlace(report *config.Report, name string) bool {
	t, ok := s.Tiers[name], true
	wrong := func(key, format string, args ...any) {
		ok = false
		report.Add([]string{"tiers", name, key}, format, args...)
	}
	_, known := usual()[name]
	if t.Slot == nil && !known {
		next := 1
		for _, other := range s.allTiers() {
			next = max(next, other.slot+1)
		}
		wrong("slot", "required, but missing: write %d, the next one", next)
	}
	if t.Size == "" && len(t.Blocks) == 0 && len(s.Recorded[name]) == 0 && (!known || t.Block != "") {
		wrong("size", "required, but missing: write the size of its subnets, such as /22, 500 hosts, or 1/8 of the block for all of them")
	}
	if _, secondary := s.SecondaryCIDRs[t.Block]; t.Block != "" && !secondary {
		wrong("block", "there is no secondary block %q, %s", t.Block, config.Suggest(t.Block, s.SecondaryCIDRs.Names()))
	}
	of := s.Block
	if t.Block != "" {
		of = s.SecondaryCIDRs[t.Block]
	}
	if len(t.Blocks) > 0 && len(s.ZoneNames) == 0 {
		wrong("blocks", "blocks are given to zones by name: write the zones into zoneNames")
	}
	if (len(t.Blocks) > 0 || len(s.Recorded[name]) > 0) && of.CIDR == "" {
		wrong("blocks", "a pool chooses the network's block, so that blocks within it cannot be known: write a size")
	}
	return ok
}

// checkTier checks what else is said about a tier with subnets.
func (s *SecureVPCSettings) checkTier(report *config.Report, t tier, live []tier) {
	add := func(path []string, format string, args ...any) {
		report.Add(append([]string{"tiers", t.name}, path...), format, args...)
	}
	if t.PublicAddresses && t.Kind != public {
		add([]string{"publicAddresses"}, "a tier that is %s is not reached from the internet: set its kind to public, or leave it out", t.Kind)
	}
	if t.ACL.InternetPorts != nil && t.Kind != public {
		add([]string{"acl", "internetPorts"}, "a tier that is %s is not reached from the internet: set its kind to public, or leave it out", t.Kind)
	}
	if len(t.Karpenter) > 0 && t.Kind == public {
		add([]string{"karpenter"}, "Karpenter starts nodes there, and nodes do not belong into a public tier: choose a private one")
	}
	tags.Check(report, []string{"tiers", t.name, "tags"}, s.subnetTags(t, live))
	in, out := t.entries(s.surroundings())
	for direction, n := range map[string]int{ingress: len(in), egress: len(out)} {
		if most := 20; t.ACL.MaxRules == nil && n > most || t.ACL.MaxRules != nil && n > *t.ACL.MaxRules {
			add([]string{"acl", "rules"}, "%d rules for %s, of which %d are those of its kind, and the account's quota is %d: leave some out, or raise the quota "+
				"and maxRules", n, direction, n-len(t.ACL.rulesFor(direction)), max(most, orZero(t.ACL.MaxRules)))
		}
	}
	s.checkRoutes(t, add)
}

// surroundings returns something of the shape of what rules depend on, to count them.
func (s *SecureVPCSettings) surroundings() surroundings {
	out := surroundings{four: make([]pulumi.StringInput, 1+len(s.SecondaryCIDRs)), gateways: len(s.Endpoints.gateways()) > 0}
	if s.IPv6 {
		out.six = pulumi.String("")
	}
	return out
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// rulesFor returns the names of the rules of a direction.
func (a *ACL) rulesFor(direction string) []string {
	return slices.DeleteFunc(a.Rules.Names(), func(name string) bool { return a.Rules[name].Direction != direction })
}

// checkRoutes holds routes against each other and against what the tier's kind has.
func (s *SecureVPCSettings) checkRoutes(t tier, add func(path []string, format string, args ...any)) {
	taken := map[netip.Prefix]string{}
	for _, name := range t.Routes.Names() {
		route, at := t.Routes[name], []string{"routes", name}
		if name == internet || name == internetIPv6 {
			add(at, "this name is that of a route which tiers get by their kind: choose another one")
		}
		if _, ok := s.TransitGateways[route.TransitGateway]; route.TransitGateway != "" && !ok {
			add(append(at, "transitGateway"), "there is no transit gateway %q, %s", route.TransitGateway,
				config.Suggest(route.TransitGateway, s.TransitGateways.Names()))
		}
		prefix, err := netip.ParsePrefix(route.Destination)
		if err != nil {
			continue // It is reported, or a prefix list.
		}
		to := []string{"routes", name, "destination"}
		if other, ok := taken[prefix]; ok {
			add(to, "%s is the destination of %s: a route table has one route for it", prefix, other)
		}
		taken[prefix] = name
		switch {
		case prefix.Addr().Is6() && !s.IPv6:
			add(to, "the network has no IPv6: turn on ipv6, or leave it out")
		case prefix.Bits() == 0 && t.Kind == public:
			add(to, "a public tier has a default route to the internet gateway: make the tier private, or leave it out")
		case prefix.Bits() == 0 && t.Kind == isolated:
			add(to, "an isolated tier has no default route: make the tier private, which uses no NAT gateway then, or leave it out")
		}
		for _, block := range s.blocks() {
			if block.Bits() <= prefix.Bits() && block.Overlaps(prefix) {
				add(to, "%s is within the network's own %s, whose traffic stays within it: leave it out", prefix, block)
			}
		}
	}
}

// blocks returns the blocks of the network that are written.
func (s *SecureVPCSettings) blocks() []netip.Prefix {
	var out []netip.Prefix
	for _, b := range append([]Block{s.Block}, slices.Collect(maps.Values(s.SecondaryCIDRs))...) {
		if p, ok := b.prefix(); ok {
			out = append(out, p)
		}
	}
	return out
}

// checkNAT checks that NAT gateways have a place, where they are needed, and that what is said about them is about something.
func (s *SecureVPCSettings) checkNAT(report *config.Report, live []tier) {
	var users []string
	for _, t := range live {
		if t.goesOut(false) {
			users = append(users, t.name)
		}
	}
	needed := s.NAT != "none" && len(users) > 0
	if s.NATTier != "" {
		s.checkTierName(report, []string{"natTier"}, s.NATTier, slices.DeleteFunc(slices.Clone(live), func(t tier) bool { return t.Kind != public }))
	} else if needed && first(live, public) == "" {
		report.Add([]string{"nat"}, "%s goes out through NAT gateways, which stand in a public tier: add one, set nat to none, or egress to false",
			strings.Join(users, ", "))
	}
	if len(s.NATAllocations) > 0 && !needed {
		report.Add([]string{"natAllocations"}, "there are no NAT gateways: leave it out")
	}
}

// checkReferences checks the names of tiers that other settings have, and what endpoints ask for.
func (s *SecureVPCSettings) checkReferences(report *config.Report, live []tier) {
	for _, name := range s.TransitGateways.Names() {
		if tier := s.TransitGateways[name].Tier; tier != "" {
			s.checkTierName(report, []string{"transitGateways", name, "tier"}, tier, live)
		}
	}
	if s.EndpointsTier != "" {
		s.checkTierName(report, []string{"endpointsTier"}, s.EndpointsTier, live)
	}
	if len(s.Endpoints.gateways()) > 0 && !slices.ContainsFunc(live, func(t tier) bool { return on(t.GatewayEndpoints) }) {
		report.Add([]string{"endpoints", "gateways"}, "no tier is led to them: set s3 and dynamodb to false, or gatewayEndpoints of a tier to true")
	}
	tier := slices.IndexFunc(live, func(t tier) bool { return t.name == s.endpointsTier() })
	if six := s.IPv6 && tier >= 0 && on(live[tier].IPv6); len(s.Endpoints.interfaces()) > 0 && s.Endpoints.overIPv6() && !six {
		report.Add([]string{"endpoints", "ipAddressType"}, "%s has no IPv6: turn it on for the network and the tier, or write ipv4", s.endpointsTier())
	}
	if len(s.Endpoints.interfaces()) > 0 && on(s.Endpoints.PrivateDNS) && (!*s.DNSHostnames || !*s.DNSSupport) {
		report.Add([]string{"endpoints", "privateDns"}, "it needs dnsHostnames and dnsSupport: turn them on, or this off")
	}
}

func (s *SecureVPCSettings) checkTierName(report *config.Report, path []string, name string, tiers []tier) {
	if !slices.Contains(tierNames(tiers), name) {
		report.Add(path, "%s", fmt.Sprintf("there is no such tier %q, %s", name, config.Suggest(name, tierNames(tiers))))
	}
}
