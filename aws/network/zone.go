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
	"github.com/ashlar-iac/ashlar/core/failure"
)

// zone is an availability zone of the region, by its name in the account and its id, which is the same in all accounts.
type zone struct{ name, id string }

// number is that of the zone's id: 2 of euw1-az2. AWS counts on when it adds a zone, so that their order never changes.
func (z zone) number() int {
	n, err := strconv.Atoi(z.id[strings.LastIndexFunc(z.id, func(r rune) bool { return r < '0' || r > '9' })+1:])
	if err != nil {
		return 0
	}
	return n
}

// findZones returns the zones that the settings ask for, by slot.
func (s *SecureVPCSettings) findZones(ctx *pulumi.Context, name string, opts ...pulumi.InvokeOption) (map[int]zone, error) {
	args := &aws.GetAvailabilityZonesArgs{}
	if len(s.ZoneNames) == 0 {
		// Local Zones, which an account has to opt in to, are only for those who name them.
		args.Filters = []aws.GetAvailabilityZonesFilter{{Name: "opt-in-status", Values: []string{"opt-in-not-required"}}}
	}
	found, err := aws.GetAvailabilityZones(ctx, args, opts...)
	if err != nil {
		return nil, fmt.Errorf("look up the availability zones of network %q: %w", name, err)
	}
	var known []zone
	for i, n := range found.Names {
		if i < len(found.ZoneIds) {
			known = append(known, zone{n, found.ZoneIds[i]})
		}
	}
	slices.SortFunc(known, func(a, b zone) int { return cmp.Or(cmp.Compare(a.number(), b.number()), cmp.Compare(a.name, b.name)) })
	out := map[int]zone{}
	var problems []error
	wrong := func(format string, args ...any) {
		problems = append(problems, failure.New(failure.Configuration, "place", fmt.Sprintf("network %q", name), format, args...))
	}
	for _, p := range s.pins() {
		if len(s.ZoneNames) == 0 {
			if p.slot <= len(known) {
				out[p.slot] = known[p.slot-1]
			}
			continue
		}
		i := slices.IndexFunc(known, func(z zone) bool { return z.name == p.name || z.id == p.name })
		if i < 0 {
			wrong("zoneNames: the account has no zone %q in the region, %s", p.name, config.Suggest(p.name, zoneNames(known)))
			continue
		}
		out[p.slot] = known[i]
	}
	if s.Zones != nil && len(s.ZoneNames) == 0 && len(out) < *s.Zones {
		wrong("zones: the region has %d zones, %s: write %d", len(known), config.List(zoneNames(known)), len(known))
	}
	if len(out) == 0 && len(problems) == 0 {
		wrong("zones: the region has no availability zones that the account can use")
	}
	for _, p := range s.checkZones(out) {
		wrong("%s: %s", config.Path(p.path...), p.message)
	}
	return out, failure.Join(problems...)
}

func zoneNames(zones []zone) []string {
	var out []string
	for _, z := range zones {
		out = append(out, z.name)
	}
	return out
}

// checkZones checks what is said by the names of zones, once these are known.
func (s *SecureVPCSettings) checkZones(zones map[int]zone) []problem {
	var present []string
	for _, z := range zones {
		present = append(present, z.name)
	}
	out := checkZonesOf(s.NATAllocations, present, false, "natAllocations")
	for _, t := range s.liveTiers() {
		for name, r := range t.Routes {
			out = append(out, checkZonesOf(r.EndpointIDs, present, len(r.EndpointIDs) > 0, "tiers", t.name, "routes", name, "endpointIds")...)
		}
	}
	slices.SortFunc(out, func(a, b problem) int { return slices.Compare(a.path, b.path) })
	return out
}

// checkZonesOf finds names of zones that are none of those present and, when all are needed, those that are missing.
func checkZonesOf(given map[string]pulumi.StringInput, present []string, all bool, path ...string) []problem {
	var out []problem
	for name := range given {
		if !slices.Contains(present, name) {
			out = append(out, problem{append(slices.Clone(path), name), "the network has no such zone, " + config.Suggest(name, present)})
		}
	}
	for _, name := range present {
		if _, ok := given[name]; !ok && all {
			out = append(out, problem{append(slices.Clone(path), name), "required, but missing: every zone of the tier needs one"})
		}
	}
	return out
}
