package network

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// zone is an availability zone, by its name in the account and its ID, which is the same in all accounts.
type zone struct{ name, id string }

// number is the number in the ID: 2 for euw1-az2. AWS gives a new zone the next number, so that the order of zones
// never changes.
func (z zone) number() int {
	n, err := strconv.Atoi(z.id[strings.LastIndexFunc(z.id, func(r rune) bool { return r < '0' || r > '9' })+1:])
	if err != nil {
		return 0
	}
	return n
}

// findZones looks up the requested zones and returns them by slot. Zones in which EKS has no control plane are used only
// if zoneNames has them: a network that was created without a cluster can hold one later, and its zones never change. So
// are Local Zones, to which an account has to opt in.
func (a *SecureVPCArgs) findZones(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (map[int]zone, []problem, error) {
	found, err := lookup.Zones(ctx, opts...)
	if err != nil {
		return nil, nil, err
	}
	var known []zone
	for name, id := range found {
		known = append(known, zone{name, id})
	}
	slices.SortFunc(known, func(a, b zone) int {
		return cmp.Or(cmp.Compare(a.number(), b.number()), cmp.Compare(a.name, b.name))
	})
	zones, problems := a.selectZones(known)
	return zones, append(problems, a.checkZones(zones)...), nil
}

// selectZones returns the requested zones by slot, from all zones of the region.
func (a *SecureVPCArgs) selectZones(known []zone) (map[int]zone, []problem) {
	out := map[int]zone{}
	var problems []problem
	add := func(format string, args []any, path ...string) {
		problems = append(problems, problem{path, fmt.Sprintf(format, args...)})
	}
	if len(known) == 0 {
		add("the region has no availability zones for this account: use another region, or enable this one in the account",
			nil, "zones")
		return out, problems
	}
	if len(a.ZoneNames) == 0 {
		usable := slices.DeleteFunc(slices.Clone(known), func(z zone) bool { return !lookup.HoldsControlPlane(z.id) })
		for _, z := range a.zoneSlots() {
			if z.slot <= len(usable) {
				out[z.slot] = usable[z.slot-1]
			}
		}
		switch names := config.List(zoneNames(usable)); {
		case len(usable) == 0:
			add("the region has no zones for clusters: set zoneNames to some of %s", []any{config.List(zoneNames(known))}, "zones")
		case len(out) < a.Zones && len(usable) < len(known):
			add("the region has %d zones for clusters, %s: use at most %d, or set zoneNames to some of %s",
				[]any{len(usable), names, len(usable), config.List(zoneNames(known))}, "zones")
		case len(out) < a.Zones:
			add("the region has %d zones, %s: use at most %d", []any{len(usable), names, len(usable)}, "zones")
		}
		return out, problems
	}
	for i, name := range a.ZoneNames {
		if name == "-" {
			continue
		}
		j := slices.IndexFunc(known, func(k zone) bool { return k.name == name || k.id == name })
		if j < 0 {
			add("unknown zone %q in this region, %s", []any{name, config.Suggest(name, zoneNames(known))},
				"zoneNames", strconv.Itoa(i))
			continue
		}
		out[i+1] = known[j]
	}
	return out, problems
}

// LookUp returns what is known about the network once the zones of the region are looked up, and reports what is wrong with
// its zones.
func (a *SecureVPCArgs) LookUp(ctx *pulumi.Context, name string, report *config.Report, opts ...pulumi.InvokeOption) (
	*Planned, error,
) {
	zones, wrong, err := a.findZones(ctx, opts...)
	if err != nil {
		return nil, err
	}
	problems(wrong).report(report)
	out := &Planned{info: core.NetworkInfo{Name: name, Platform: "aws", CIDRs: a.knownCIDRs()}, KnowsZones: true}
	for _, t := range a.activeTiers() {
		for _, slot := range slices.Sorted(maps.Keys(zones)) {
			out.info.Subnets = append(out.info.Subnets, core.Subnet{Tier: t.name, Zone: zones[slot].name})
		}
	}
	return out, nil
}

func zoneNames(zones []zone) []string {
	var out []string
	for _, z := range zones {
		out = append(out, z.name)
	}
	return out
}

// checkZones checks arguments by zone, once the names of the zones are known.
func (a *SecureVPCArgs) checkZones(zones map[int]zone) []problem {
	var present []string
	for _, z := range zones {
		present = append(present, z.name)
	}
	out := checkZoneKeys(a.NATAllocations, present, false, "natAllocations")
	for _, t := range a.activeTiers() {
		for name, r := range t.Routes {
			required := len(r.EndpointIDs) > 0
			out = append(out, checkZoneKeys(r.EndpointIDs, present, required, "tiers", t.name, "routes", name, "endpointIds")...)
		}
	}
	slices.SortFunc(out, func(a, b problem) int { return slices.Compare(a.path, b.path) })
	return out
}

// checkZoneKeys returns the keys that are not present zones and, if all zones are required, the missing ones.
func checkZoneKeys(given map[string]pulumi.StringInput, present []string, all bool, path ...string) []problem {
	var out []problem
	for name := range given {
		if !slices.Contains(present, name) {
			message := fmt.Sprintf("unknown zone %q, %s", name, config.Suggest(name, present))
			out = append(out, problem{append(slices.Clone(path), name), message})
		}
	}
	for _, name := range present {
		if _, ok := given[name]; !ok && all {
			out = append(out, problem{append(slices.Clone(path), name), "required: each zone of the tier needs an endpoint"})
		}
	}
	return out
}

// PlannedTier is what is known about a tier before the network exists.
type PlannedTier struct {
	// Public is whether its subnets have a route to the internet gateway.
	Public bool
	// PublicAddresses is whether instances get a public address by default.
	PublicAddresses bool
	// IPv6 is whether its subnets have IPv6.
	IPv6 bool
}

// PlannedTier returns what is known about a tier, or false if the network has no tier of the name.
func (a *SecureVPCArgs) PlannedTier(name string) (PlannedTier, bool) {
	for _, t := range a.activeTiers() {
		if t.name == name {
			return PlannedTier{t.Kind == TierPublic, t.PublicAddresses, a.IPv6 && enabled(t.IPv6)}, true
		}
	}
	return PlannedTier{}, false
}
