package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// plannedSubnet is the subnet of a tier with its address prefix.
type plannedSubnet struct {
	tier

	prefix netip.Prefix
}

// everywhere is the one zone of the allocator: subnets of Azure span all zones.
const everywhere = "all"

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

// planner plans subnets.
type planner struct {
	*SecureVNetArgs

	tiers    []tier
	problems problems
}

// planSubnets returns the subnets in the order of their slots. It depends on the arguments alone.
func (a *SecureVNetArgs) planSubnets() ([]plannedSubnet, problems) {
	p := &planner{SecureVNetArgs: a, tiers: a.allTiers()}
	prefixes := map[string]netip.Prefix{}
	for _, within := range append([]string{""}, a.AdditionalPrefixes.Names()...) {
		plan, ok := p.plan(within)
		if !ok || len(plan.Tiers) == 0 {
			continue
		}
		allocation, err := cidr.Allocate(plan)
		if err != nil {
			p.explain(within, err)
			continue
		}
		for subnet := range allocation.All() {
			prefixes[subnet.Tier] = subnet.Block
		}
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	var out []plannedSubnet
	for _, t := range p.tiers {
		if prefix, ok := prefixes[t.name]; ok {
			out = append(out, plannedSubnet{t, prefix})
		}
	}
	return out, nil
}

// add reports a problem once: what concerns all address prefixes is found in each.
func (p *planner) add(path []string, message string) {
	for _, other := range p.problems {
		if slices.Equal(other.path, path) && other.message == message {
			return
		}
	}
	p.problems = append(p.problems, problem{path, message})
}

// parse reads an address prefix at a path.
func (p *planner) parse(text string, path ...string) netip.Prefix {
	out, err := netip.ParsePrefix(text)
	if err != nil {
		p.add(path, fmt.Sprintf("found %q: use an address prefix such as 10.0.1.0/24", text))
	}
	return out
}

// plan returns the plan of an address prefix: the primary one for "", or an additional one. It is not ok when there are
// problems already, of which the allocator would only report consequences.
func (p *planner) plan(within string) (cidr.Plan, bool) {
	block, ok := p.within(within)
	plan := cidr.Plan{
		Block: block, MaxPrefix: cidr.MaxPrefixAzure, ZoneSlots: 1, Zones: []cidr.Zone{{Name: everywhere, Slot: 1}},
		Recorded: cidr.Blocks{},
	}
	before, others := len(p.problems), 0
	for _, t := range p.tiers {
		if t.Within != within {
			others++ // Slots are counted over all address prefixes.
			continue
		}
		planned := cidr.Tier{Name: t.name, Slot: t.Slot - others, Retired: t.Retired}
		size, known := cidr.ParseSize(t.Size)
		switch {
		case t.AddressPrefix != "":
			planned.Blocks = map[string]netip.Prefix{everywhere: p.parse(t.AddressPrefix, "tiers", t.name, "addressPrefix")}
		case known:
			planned.Size = size
		default:
			ok = false // Validate reports it.
		}
		plan.Tiers = append(plan.Tiers, planned)
		if text, recorded := p.Recorded[t.name]; recorded {
			plan.Recorded[t.name] = map[string]netip.Prefix{everywhere: p.parse(text, "recorded", t.name)}
		}
	}
	for i, text := range p.Avoid {
		plan.Avoid = append(plan.Avoid, p.parse(text, "avoid", strconv.Itoa(i)))
	}
	return plan, ok && len(p.problems) == before
}

// explain reports what the allocator finds wrong, at the paths of the arguments, which have no zones.
func (p *planner) explain(within string, err error) {
	for one := range failure.All(err) {
		var wrong *cidr.PlanError
		if !errors.As(one, &wrong) || len(wrong.Path) == 0 {
			p.add(nil, one.Error())
			continue
		}
		path := slices.DeleteFunc(slices.Clone(wrong.Path), func(key string) bool { return key == everywhere })
		switch {
		case path[0] == "block" && within == "":
			path = []string{"addressPrefix"}
		case path[0] == "block":
			path = []string{"additionalPrefixes", within}
		case path[len(path)-1] == "blocks":
			path[len(path)-1] = "addressPrefix"
		}
		p.add(path, strings.ReplaceAll(wrong.Message, fmt.Sprintf(" in zone %q", everywhere), ""))
	}
}

// checkPlacement returns what prevents the planning of subnets.
func (a *SecureVNetArgs) checkPlacement() problems {
	var out problems
	for _, name := range a.Tiers.Names() {
		a.checkTierPlacement(name, func(key, format string, args ...any) {
			out = append(out, problem{[]string{"tiers", name, key}, fmt.Sprintf(format, args...)})
		})
	}
	return out
}

func (a *SecureVNetArgs) checkTierPlacement(name string, add func(key, format string, args ...any)) {
	t := a.withTierDefaults(name, a.Tiers[name])
	if t.Slot == 0 {
		next := 1
		for _, other := range a.allTiers() {
			next = max(next, other.Slot+1)
		}
		add("slot", "required: set the next slot, %d", next)
	}
	given := a.Tiers[name]
	switch {
	case t.Size == "" && t.AddressPrefix == "":
		add("size", "required: set a size such as /24 or 100 hosts, or 1/8 of the address prefix")
	case given.Size != "" && given.AddressPrefix != "":
		add("addressPrefix", "size and addressPrefix are mutually exclusive: remove one of them")
	}
	if _, known := a.AdditionalPrefixes[t.Within]; t.Within != "" && !known {
		add("within", "unknown additional address prefix %q, %s", t.Within, config.Suggest(t.Within, a.AdditionalPrefixes.Names()))
	}
}

// checkSizes reports subnets that are smaller than their service requires.
func checkSizes(subnets []plannedSubnet) problems {
	var out problems
	for _, s := range subnets {
		if longest := s.Kind.rule().longest; longest > 0 && s.prefix.Bits() > longest && !s.Retired {
			out = append(out, problem{[]string{"tiers", s.name, "size"}, fmt.Sprintf("/%d is too small for %s, which requires /%d or "+
				"larger: use /%d", s.prefix.Bits(), s.Kind.rule().service, longest, longest)})
		}
	}
	return out
}
