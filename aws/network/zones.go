package network

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

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

// findZones looks up the requested zones and returns them by slot.
func (a *SecureVPCArgs) findZones(ctx *pulumi.Context, name string, opts ...pulumi.InvokeOption) (map[int]zone, error) {
	args := &aws.GetAvailabilityZonesArgs{}
	if len(a.ZoneNames) == 0 {
		// An account has to opt in to Local Zones. They are used only if zoneNames has them.
		args.Filters = []aws.GetAvailabilityZonesFilter{{Name: "opt-in-status", Values: []string{"opt-in-not-required"}}}
	}
	found, err := aws.GetAvailabilityZones(ctx, args, opts...)
	if err != nil {
		return nil, fmt.Errorf("look up availability zones of network %q: %w", name, err)
	}
	var known []zone
	for i, n := range found.Names {
		if i < len(found.ZoneIds) {
			known = append(known, zone{n, found.ZoneIds[i]})
		}
	}
	slices.SortFunc(known, func(a, b zone) int {
		return cmp.Or(cmp.Compare(a.number(), b.number()), cmp.Compare(a.name, b.name))
	})
	out := map[int]zone{}
	invalid := &config.Error{Subject: fmt.Sprintf("arguments of network %q", name)}
	add := func(path []string, format string, args ...any) {
		invalid.Findings = append(invalid.Findings, config.Finding{Path: config.Path(path...), Message: fmt.Sprintf(format, args...)})
	}
	for _, z := range a.zoneSlots() {
		if len(a.ZoneNames) == 0 {
			if z.slot <= len(known) {
				out[z.slot] = known[z.slot-1]
			}
			continue
		}
		i := slices.IndexFunc(known, func(k zone) bool { return k.name == z.name || k.id == z.name })
		if i < 0 {
			add([]string{"zoneNames", strconv.Itoa(z.slot - 1)}, "unknown zone %q in this region, %s", z.name, config.Suggest(z.name, zoneNames(known)))
			continue
		}
		out[z.slot] = known[i]
	}
	if len(a.ZoneNames) == 0 && len(out) < a.Zones {
		add([]string{"zones"}, "the region has %d zones, %s: use at most %d", len(known), config.List(zoneNames(known)), len(known))
	}
	if len(out) == 0 && len(invalid.Findings) == 0 {
		add([]string{"zones"}, "no availability zones are available to the account in this region")
	}
	for _, p := range a.checkZones(out) {
		add(p.path, "%s", p.message)
	}
	if len(invalid.Findings) > 0 {
		return out, invalid
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
