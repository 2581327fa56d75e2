package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// frameIPv6 is what the plan for IPv6 is made in. AWS chooses the block.
func frameIPv6() netip.Prefix { return netip.MustParsePrefix("2001:db8::/56") }

// frame returns the block that subnets are placed in: the one that is written, or one of the length that a pool is asked for, from which
// everything is moved to what the pool gives. It is not ok when neither is known.
func (b *Block) frame() (netip.Prefix, bool) {
	if b.IPAM.PoolID != nil && b.IPAM.NetmaskLength != nil && b.CIDR == "" {
		return netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), *b.IPAM.NetmaskLength), true
	}
	return b.prefix()
}

// pin is a zone that is asked for: by the name that the settings give it, or any.
type pin struct {
	name string
	slot int
}

// pins returns the zones that are asked for. Zones that are only counted are called by their slots.
func (s *SecureVPCSettings) pins() []pin {
	var out []pin
	if len(s.ZoneNames) > 0 {
		for i, name := range s.ZoneNames {
			if name != "-" {
				out = append(out, pin{name, i + 1})
			}
		}
		return out
	}
	count := min(3, *s.ZoneSlots)
	if s.Zones != nil {
		count = *s.Zones
	}
	for slot := 1; slot <= count; slot++ {
		out = append(out, pin{strconv.Itoa(slot), slot})
	}
	return out
}

// place is where a subnet is: its blocks within the frames.
type place struct {
	tier tier
	pin  pin
	four netip.Prefix
	six  netip.Prefix // Invalid without IPv6.
}

// problem is what is wrong with the settings, at a path.
type problem struct {
	path    []string
	message string
}

// places gives every tier a subnet in every zone, in the order of their slots. It depends on nothing but the settings.
func (s *SecureVPCSettings) places() ([]place, []problem) {
	tiers, pins := s.allTiers(), s.pins()
	var problems []problem
	four := map[[2]string]netip.Prefix{}
	for _, block := range append([]string{""}, s.SecondaryCIDRs.Names()...) {
		plan, wrong, ok := s.plan(block, tiers, pins)
		problems = append(problems, wrong...)
		if !ok || len(plan.Tiers) == 0 {
			continue
		}
		allocation, err := cidr.Allocate(plan)
		if err != nil {
			problems = append(problems, s.explain(block, err)...)
			continue
		}
		for subnet := range allocation.All() {
			four[[2]string{subnet.Tier, subnet.Zone}] = subnet.Block
		}
	}
	six, wrong := s.placesIPv6(tiers, pins, len(problems) == 0)
	if problems = append(problems, wrong...); len(problems) > 0 {
		return nil, problems
	}
	var out []place
	for _, t := range tiers {
		for _, p := range pins {
			key := [2]string{t.name, p.name}
			if block, ok := four[key]; ok {
				out = append(out, place{t, p, block, six[key]})
			}
		}
	}
	return out, nil
}

// placesIPv6 does the same for IPv6, where tiers of all blocks share one.
func (s *SecureVPCSettings) placesIPv6(tiers []tier, pins []pin, sound bool) (map[[2]string]netip.Prefix, []problem) {
	out := map[[2]string]netip.Prefix{}
	if !s.IPv6 || !sound {
		return out, nil
	}
	plan := cidr.Plan{ZoneSlots: *s.ZoneSlots, Zones: zones(pins)}
	for _, t := range tiers {
		plan.Tiers = append(plan.Tiers, cidr.Tier{Name: t.name, Slot: t.slot, Retired: t.Retired})
	}
	allocation, err := cidr.Allocate(plan.IPv6(frameIPv6()))
	if err != nil {
		return nil, []problem{{[]string{"tiers"}, "a VPC has 256 blocks of IPv6 for subnets, which is not enough for these slots: use lower ones"}}
	}
	for subnet := range allocation.All() {
		if i := slices.IndexFunc(tiers, func(t tier) bool { return t.name == subnet.Tier }); on(tiers[i].IPv6) {
			out[[2]string{subnet.Tier, subnet.Zone}] = subnet.Block
		}
	}
	return out, nil
}

func zones(pins []pin) []cidr.Zone {
	var out []cidr.Zone
	for _, p := range pins {
		out = append(out, cidr.Zone{Name: p.name, Slot: p.slot})
	}
	return out
}

// plan returns the plan of a block: the first one for "", or a secondary one. It is not ok when something is wrong that would say nothing
// more in the words of an allocator.
func (s *SecureVPCSettings) plan(block string, tiers []tier, pins []pin) (cidr.Plan, []problem, bool) {
	within := s.Block
	if block != "" {
		within = s.SecondaryCIDRs[block]
	}
	frame, ok := within.frame()
	plan := cidr.Plan{Block: frame, Floor: cidr.FloorAWS, ZoneSlots: *s.ZoneSlots, Zones: zones(pins), Recorded: cidr.Blocks{}}
	var problems []problem
	parse := func(text string, path ...string) netip.Prefix {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			problems = append(problems, problem{path, fmt.Sprintf("found %q, expected a block of addresses such as 10.0.0.0/24", text)})
		}
		return p
	}
	others := 0
	for _, t := range tiers {
		if t.Block != block {
			others++ // Slots are counted over all blocks.
			continue
		}
		size, known := parseSize(t.Size)
		if !known && len(t.Blocks) == 0 && len(s.Recorded[t.name]) == 0 {
			ok = false // It is reported.
		}
		made := cidr.Tier{Name: t.name, Slot: t.slot - others, Size: size, Retired: t.Retired, Blocks: map[string]netip.Prefix{}}
		for zone, text := range t.Blocks {
			made.Blocks[zone] = parse(text, "tiers", t.name, "blocks", zone)
		}
		plan.Tiers = append(plan.Tiers, made)
		for zone, text := range s.Recorded[t.name] {
			if plan.Recorded[t.name] == nil {
				plan.Recorded[t.name] = map[string]netip.Prefix{}
			}
			plan.Recorded[t.name][zone] = parse(text, "recorded", t.name, zone)
		}
	}
	for i, text := range s.Avoid {
		if p := parse(text, "avoid", strconv.Itoa(i)); within.CIDR != "" { // What a pool gives is in nobody's way.
			plan.Avoid = append(plan.Avoid, p)
		}
	}
	return plan, problems, ok && len(problems) == 0
}

// explain says what an allocator finds wrong in terms of the settings.
func (s *SecureVPCSettings) explain(block string, err error) []problem {
	var out []problem
	for one := range failure.All(err) {
		var mistake *cidr.PlanError
		if !errors.As(one, &mistake) || len(mistake.Path) == 0 {
			out = append(out, problem{nil, one.Error()})
			continue
		}
		path := mistake.Path
		switch path[0] {
		case "block":
			path = []string{"cidr"}
			of := s.Block
			if block != "" {
				of, path = s.SecondaryCIDRs[block], []string{"secondaryCidrs", block, "cidr"}
			}
			if of.CIDR == "" {
				path = append(path[:len(path)-1:len(path)-1], "ipam", "netmaskLength")
			}
		case "zones":
			path = []string{"zoneNames"}
		}
		out = append(out, problem{path, mistake.Message})
	}
	return out
}

// parseSize reads the size of a tier.
func parseSize(text string) (cidr.Size, bool) {
	if length, ok := strings.CutPrefix(text, "/"); ok {
		n, err := strconv.Atoi(length)
		return cidr.Prefix(n), err == nil
	}
	if hosts, ok := strings.CutSuffix(text, " hosts"); ok {
		n, err := strconv.Atoi(hosts)
		return cidr.Hosts(n), err == nil
	}
	part, whole, ok := strings.Cut(text, "/")
	p, err1 := strconv.Atoi(part)
	w, err2 := strconv.Atoi(whole)
	if !ok || err1 != nil || err2 != nil {
		return cidr.Size{}, false
	}
	return cidr.Share(p, w), true
}

// moved returns the block that is to outer what in is to frame.
func moved(in, frame, outer netip.Prefix) (netip.Prefix, error) {
	if outer.Addr().BitLen() != frame.Addr().BitLen() || outer.Bits() > frame.Bits() {
		return netip.Prefix{}, fmt.Errorf("place subnets in %s: expected a block of /%d", outer, frame.Bits())
	}
	at, from, to := in.Addr().AsSlice(), frame.Addr().AsSlice(), outer.Addr().AsSlice()
	for i := range at {
		at[i] = at[i] ^ from[i] | to[i]
	}
	addr, _ := netip.AddrFromSlice(at)
	return netip.PrefixFrom(addr, in.Bits()), nil
}
