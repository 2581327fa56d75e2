package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// plannedSubnet is a subnet with its CIDR blocks. They are within the frames: see [CIDRBlock.frame] and [frameIPv6].
type plannedSubnet struct {
	tier tier
	zone zoneSlot
	ipv4 netip.Prefix
	ipv6 netip.Prefix // Invalid without IPv6.
}

// frameIPv6 is the CIDR block in which IPv6 subnets are planned. AWS assigns the actual one.
func frameIPv6() netip.Prefix { return netip.MustParsePrefix("2001:db8::/56") }

// frame returns the CIDR block in which subnets are planned: the given one, or one of the length that a pool assigns.
func (b *CIDRBlock) frame() (netip.Prefix, bool) {
	if b.IPAM != nil && b.CIDR == "" {
		length := b.IPAM.NetmaskLength
		return netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), length), length >= shortestPrefix && length <= longestPrefix
	}
	return b.prefix()
}

// zoneSlot is a zone by its slot and the name in the arguments. Zones that are only counted have their slot as name.
type zoneSlot struct {
	name string
	slot int
}

// zoneSlots returns the zones that the arguments request.
func (a *SecureVPCArgs) zoneSlots() []zoneSlot {
	var out []zoneSlot
	for i, name := range a.ZoneNames {
		if name != "-" {
			out = append(out, zoneSlot{name, i + 1})
		}
	}
	if len(a.ZoneNames) > 0 {
		return out
	}
	count := min(3, a.zoneCapacity())
	if a.Zones > 0 {
		count = a.Zones
	}
	for slot := 1; slot <= count; slot++ {
		out = append(out, zoneSlot{strconv.Itoa(slot), slot})
	}
	return out
}

// zoneCapacity returns the number of zones for which tiers have address space.
func (a *SecureVPCArgs) zoneCapacity() int {
	if a.ZoneSlots == nil {
		return 3
	}
	return *a.ZoneSlots
}

// planner plans subnets.
type planner struct {
	*SecureVPCArgs

	tiers    []tier
	zones    []zoneSlot
	problems problems
}

// planSubnets returns a subnet for each tier and zone, in the order of their slots. It depends on the arguments alone.
func (a *SecureVPCArgs) planSubnets() ([]plannedSubnet, problems) {
	p := &planner{SecureVPCArgs: a, tiers: a.allTiers(), zones: a.zoneSlots()}
	ipv4 := map[[2]string]netip.Prefix{}
	for _, block := range append([]string{""}, a.SecondaryCIDRs.Names()...) {
		plan, ok := p.plan(block)
		if !ok || len(plan.Tiers) == 0 {
			continue
		}
		allocation, err := cidr.Allocate(plan)
		if err != nil {
			p.explain(block, err)
			continue
		}
		for subnet := range allocation.All() {
			ipv4[[2]string{subnet.Tier, subnet.Zone}] = subnet.Block
		}
	}
	var ipv6 map[[2]string]netip.Prefix
	if a.IPv6 && len(p.problems) == 0 {
		ipv6 = p.planIPv6()
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	var out []plannedSubnet
	for _, t := range p.tiers {
		for _, z := range p.zones {
			key := [2]string{t.name, z.name}
			if block, ok := ipv4[key]; ok {
				out = append(out, plannedSubnet{t, z, block, ipv6[key]})
			}
		}
	}
	return out, nil
}

// add reports a problem once: what concerns all CIDR blocks is found in each.
func (p *planner) add(path []string, message string) {
	for _, other := range p.problems {
		if slices.Equal(other.path, path) && other.message == message {
			return
		}
	}
	p.problems = append(p.problems, problem{path, message})
}

// planIPv6 returns the IPv6 CIDR blocks. Tiers of all IPv4 CIDR blocks share the IPv6 one.
func (p *planner) planIPv6() map[[2]string]netip.Prefix {
	plan := cidr.Plan{ZoneSlots: p.zoneCapacity(), Zones: p.cidrZones()}
	for _, t := range p.tiers {
		plan.Tiers = append(plan.Tiers, cidr.Tier{Name: t.name, Slot: t.Slot, Retired: t.Retired})
	}
	allocation, err := cidr.Allocate(plan.IPv6(frameIPv6()))
	if err != nil {
		p.add([]string{"tiers"}, "too many slots for IPv6: a VPC has 256 IPv6 subnets; use lower slots")
		return nil
	}
	out := map[[2]string]netip.Prefix{}
	for subnet := range allocation.All() {
		i := slices.IndexFunc(p.tiers, func(t tier) bool { return t.name == subnet.Tier })
		if enabled(p.tiers[i].IPv6) {
			out[[2]string{subnet.Tier, subnet.Zone}] = subnet.Block
		}
	}
	return out
}

func (p *planner) cidrZones() []cidr.Zone {
	var out []cidr.Zone
	for _, z := range p.zones {
		out = append(out, cidr.Zone{Name: z.name, Slot: z.slot})
	}
	return out
}

// parse reads a CIDR block at a path.
func (p *planner) parse(text string, path ...string) netip.Prefix {
	out, err := netip.ParsePrefix(text)
	if err != nil {
		p.add(path, fmt.Sprintf("invalid CIDR block %q: expected one such as 10.0.0.0/24", text))
	}
	return out
}

// plan returns the plan of a CIDR block: the primary one for "", or a secondary one. It is not ok when there are
// problems already, of which the allocator would only report consequences.
func (p *planner) plan(block string) (cidr.Plan, bool) {
	within := p.cidrBlock(block)
	frame, ok := within.frame()
	plan := cidr.Plan{
		Block: frame, MaxPrefix: cidr.MaxPrefixAWS, ZoneSlots: p.zoneCapacity(), Zones: p.cidrZones(), Recorded: cidr.Blocks{},
	}
	before, others := len(p.problems), 0
	for _, t := range p.tiers {
		if t.Block != block {
			others++ // Slots are counted over all CIDR blocks.
			continue
		}
		size, known := cidr.ParseSize(t.Size)
		if !known && len(t.Blocks) == 0 && len(p.Recorded[t.name]) == 0 {
			ok = false // Validate reports it.
		}
		planned := cidr.Tier{
			Name: t.name, Slot: t.Slot - others, Size: size, Retired: t.Retired, Blocks: map[string]netip.Prefix{},
		}
		for zone, text := range t.Blocks {
			planned.Blocks[zone] = p.parse(text, "tiers", t.name, "blocks", zone)
		}
		plan.Tiers = append(plan.Tiers, planned)
		for zone, text := range p.Recorded[t.name] {
			if plan.Recorded[t.name] == nil {
				plan.Recorded[t.name] = map[string]netip.Prefix{}
			}
			plan.Recorded[t.name][zone] = p.parse(text, "recorded", t.name, zone)
		}
	}
	for i, text := range p.Avoid {
		if avoided := p.parse(text, "avoid", strconv.Itoa(i)); within.CIDR != "" { // A pool assigns another CIDR block.
			plan.Avoid = append(plan.Avoid, avoided)
		}
	}
	return plan, ok && len(p.problems) == before
}

// explain reports what the allocator finds wrong, at the paths of the arguments.
func (p *planner) explain(block string, err error) {
	for one := range failure.All(err) {
		var wrong *cidr.PlanError
		if !errors.As(one, &wrong) || len(wrong.Path) == 0 {
			p.add(nil, one.Error())
			continue
		}
		path := wrong.Path
		switch path[0] {
		case "block":
			path = []string{"cidr"}
			if block != "" {
				path = []string{"secondaryCidrs", block, "cidr"}
			}
			if p.cidrBlock(block).CIDR == "" {
				path = append(path[:len(path)-1:len(path)-1], "ipam", "netmaskLength")
			}
		case "zones":
			path = []string{"zoneNames"}
		}
		p.add(path, wrong.Message)
	}
}

// rebase returns the subnet of block at the position that subnet has in frame.
func rebase(subnet, frame, block netip.Prefix) (netip.Prefix, error) {
	if block.Addr().BitLen() != frame.Addr().BitLen() || block.Bits() > frame.Bits() {
		return netip.Prefix{}, fmt.Errorf("place subnets in %s: expected a CIDR block of /%d", block, frame.Bits())
	}
	out, from, to := subnet.Addr().AsSlice(), frame.Addr().AsSlice(), block.Addr().AsSlice()
	for i := range out {
		out[i] = out[i] ^ from[i] | to[i]
	}
	addr, _ := netip.AddrFromSlice(out)
	return netip.PrefixFrom(addr, subnet.Bits()), nil
}

// checkPlacement returns what prevents the planning of subnets.
func (a *SecureVPCArgs) checkPlacement() problems {
	var out problems
	add := func(path []string, format string, args ...any) {
		out = append(out, problem{path, fmt.Sprintf(format, args...)})
	}
	a.checkZoneSlots(add)
	for _, name := range a.Tiers.Names() {
		a.checkTierPlacement(name, func(key, format string, args ...any) {
			add([]string{"tiers", name, key}, format, args...)
		})
	}
	return out
}

func (a *SecureVPCArgs) checkZoneSlots(add func(path []string, format string, args ...any)) {
	const room = "%d zones, but address space for %d: set zoneSlots to %d, which replaces subnets that are not recorded"
	capacity := a.zoneCapacity()
	if a.Zones > 0 && len(a.ZoneNames) > 0 {
		add([]string{"zones"}, "zones and zoneNames are mutually exclusive: remove one")
	}
	if a.Zones > capacity {
		add([]string{"zones"}, room, a.Zones, capacity, a.Zones)
	}
	if n := len(a.ZoneNames); n > capacity {
		add([]string{"zoneNames"}, room, n, capacity, n)
	}
	if len(a.ZoneNames) > 0 && len(a.zoneSlots()) == 0 {
		add([]string{"zoneNames"}, "no zone: add one, such as eu-west-1a")
	}
	for i, name := range a.ZoneNames {
		switch at := []string{"zoneNames", strconv.Itoa(i)}; {
		case name == "":
			add(at, `empty name: use "-" for a slot without a zone`)
		case name != "-" && slices.Index(a.ZoneNames, name) < i:
			add(at, "duplicate zone %q", name)
		}
	}
	if len(a.Recorded) > 0 && len(a.ZoneNames) == 0 {
		add([]string{"recorded"}, "requires zoneNames: set it to the output zones")
	}
}

func (a *SecureVPCArgs) checkTierPlacement(name string, add func(key, format string, args ...any)) {
	t := a.Tiers[name]
	_, known := defaultTiers()[name]
	if t.Slot == 0 && !known {
		next := 1
		for _, other := range a.allTiers() {
			next = max(next, other.Slot+1)
		}
		add("slot", "required: set the next slot, %d", next)
	}
	if t.Size == "" && len(t.Blocks) == 0 && len(a.Recorded[name]) == 0 && (!known || t.Block != "") {
		add("size", "required: set a size such as /22 or 500 hosts for each subnet, or 1/8 of the CIDR block for all")
	}
	if _, secondary := a.SecondaryCIDRs[t.Block]; t.Block != "" && !secondary {
		add("block", "unknown secondary CIDR block %q, %s", t.Block, config.Suggest(t.Block, a.SecondaryCIDRs.Names()))
	}
	if len(t.Blocks) > 0 && len(a.ZoneNames) == 0 {
		add("blocks", "requires zoneNames")
	}
	if (len(t.Blocks) > 0 || len(a.Recorded[name]) > 0) && a.cidrBlock(t.Block).CIDR == "" {
		add("blocks", "not supported with ipam, which assigns the CIDR block later: set a size")
	}
}
