package cidr

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// checker converts a plan to a design and collects everything that is wrong with it.
type checker struct {
	plan     Plan
	design   design
	problems []error
	// aligned says that the block of the plan is usable, framed that its floor and zone slots are, unplaceable that
	// placing would report errors that follow from others.
	aligned, framed, unplaceable bool
	zones                        map[string]Zone
	tiers                        map[string]int // indexes of the design
	// unclaimed is the free space for suggestions, known after placing.
	unclaimed []span
}

func (c *checker) add(path []string, format string, args ...any) {
	c.problems = append(c.problems, &PlanError{path, fmt.Sprintf(format, args...)})
}

// check checks everything except space.
func (c *checker) check() {
	c.frame()
	c.zoneSlots()
	c.tierSlots()
	for i, p := range c.plan.Avoid {
		if c.block([]string{"avoid", strconv.Itoa(i)}, p) && p.Addr().BitLen() == c.plan.Block.Addr().BitLen() {
			c.design.avoided = append(c.design.avoided, spanOf(p))
		}
	}
	c.record()
	for i := range c.design.tiers {
		c.tier(&c.design.tiers[i])
	}
	c.wholes()
	c.design.obstacles = slices.Concat(c.design.avoided, c.design.recorded)
}

// frame checks what everything else depends on.
func (c *checker) frame() {
	block, d := c.plan.Block, &c.design
	if c.aligned = c.block([]string{"block"}, block); !c.aligned {
		// The rest is checked as far as possible.
		block = netip.PrefixFrom(block.Addr(), 0)
		if !block.IsValid() {
			block = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
		}
	}
	if c.aligned && block.Bits() == 0 {
		c.add([]string{"block"}, "%s covers all addresses: use a CIDR block such as 10.0.0.0/16", block)
		c.aligned = false
	}
	width := block.Addr().BitLen()
	d.offset = offset(block.Addr())
	if c.aligned {
		d.block = spanOf(block)
	}
	c.framed = true
	d.floor = c.plan.MaxPrefix + d.offset
	if c.plan.MaxPrefix < 1 || c.plan.MaxPrefix > width {
		c.add([]string{"maxPrefix"}, "invalid length %d: use MaxPrefixAWS (%d), MaxPrefixAzure (%d) or MaxPrefixIPv6 (%d)",
			c.plan.MaxPrefix, MaxPrefixAWS, MaxPrefixAzure, MaxPrefixIPv6)
		c.framed = false
	}
	d.zoneSlots = c.plan.ZoneSlots
	if d.zoneSlots == 0 {
		d.zoneSlots = DefaultZoneSlots
	}
	if d.zoneSlots < 1 || d.zoneSlots > MaxZoneSlots {
		c.add([]string{"zoneSlots"}, "invalid number of zone slots %d: use 1 to %d", d.zoneSlots, MaxZoneSlots)
		c.framed = false
		d.zoneSlots = MaxZoneSlots
	}
	d.zones = make([]*Zone, d.zoneSlots)
}

// block reports whether p is a valid CIDR block without host bits.
func (c *checker) block(path []string, p netip.Prefix) bool {
	switch {
	case !p.IsValid():
		c.add(path, "missing CIDR block: use one such as 10.0.0.0/16")
	case p.Addr().Is4In6():
		c.add(path, "%s is an IPv4-mapped IPv6 address: use IPv4 notation", p)
	case p != p.Masked():
		c.problems = append(c.problems, &AlignmentError{
			PlanError: PlanError{path, fmt.Sprintf("%s has host bits set: use %s", p, p.Masked())},
			Block:     p, Aligned: p.Masked(),
		})
	default:
		return true
	}
	return false
}

// within reports whether p is a valid block of a subnet.
func (c *checker) within(path []string, p netip.Prefix) bool {
	if !c.block(path, p) || !c.aligned {
		return false
	}
	b := c.plan.Block
	if p.Bits() < b.Bits() || !b.Contains(p.Addr()) {
		c.problems = append(c.problems, &OutsideError{
			PlanError: PlanError{path, fmt.Sprintf("%s is outside of %s", p, b)},
			Block:     p, Within: b,
		})
		return false
	}
	if p.Bits() > c.plan.MaxPrefix && c.framed {
		c.floor(path, p.Bits(), p.String(), fmt.Sprintf("use /%d or larger", c.plan.MaxPrefix))
		return false
	}
	return true
}

// floor reports that a subnet is too small.
func (c *checker) floor(path []string, length int, what, instead string) {
	c.problems = append(c.problems, &SubnetTooSmallError{
		PlanError: PlanError{path, fmt.Sprintf("%s is smaller than the minimum of the cloud, /%d: %s", what, c.plan.MaxPrefix, instead)},
		Length:    length, MaxPrefix: c.plan.MaxPrefix,
	})
}

// record checks recorded blocks and assigns them to their tiers.
func (c *checker) record() {
	for _, name := range slices.Sorted(maps.Keys(c.plan.Recorded)) {
		zones := c.plan.Recorded[name]
		path := []string{"recorded", name}
		if !c.knownTier(path, name) {
			continue
		}
		for _, zone := range slices.Sorted(maps.Keys(zones)) {
			at := append(slices.Clone(path), zone)
			if c.knownZone(at, zone) && c.within(at, zones[zone]) {
				c.design.recorded = append(c.design.recorded, spanOf(zones[zone]))
			}
		}
		c.design.tiers[c.tiers[name]].recorded = zones
	}
}

// zoneSlots checks the names and slots of zones.
func (c *checker) zoneSlots() {
	c.zones = make(map[string]Zone, len(c.plan.Zones))
	if len(c.plan.Zones) == 0 {
		c.add([]string{"zones"}, "no zones: at least one is required")
	}
	bySlot := map[int]string{}
	for i, z := range c.plan.Zones {
		path := []string{"zones", z.Name}
		if _, twice := c.zones[z.Name]; twice || z.Name == "" {
			c.name("zone", z.Name, i)
			continue
		}
		c.zones[z.Name] = z
		switch other, used := bySlot[z.Slot]; {
		case z.Slot < 1:
			c.add(append(path, "slot"), "invalid slot %d: use an unused slot from 1 to %d", z.Slot, c.design.zoneSlots)
		case z.Slot > c.design.zoneSlots:
			c.add(append(path, "slot"), "slot %d exceeds the %d zone slots: record existing subnets (Allocation.Record) and set "+
				"ZoneSlots to %d, which moves subnets that are not recorded", z.Slot, c.design.zoneSlots, z.Slot)
		case used:
			c.add(append(path, "slot"), "slot %d is used by zone %q: use another slot", z.Slot, other)
		default:
			bySlot[z.Slot] = z.Name
			c.design.zones[z.Slot-1] = &c.plan.Zones[i]
		}
	}
}

// tierSlots checks the names and slots of tiers and sorts the tiers.
func (c *checker) tierSlots() {
	c.tiers = make(map[string]int, len(c.plan.Tiers))
	if len(c.plan.Tiers) == 0 {
		c.add([]string{"tiers"}, "no tiers: at least one is required")
	}
	highest, bySlot := 0, make(map[int]string, len(c.plan.Tiers))
	for _, t := range c.plan.Tiers {
		if t.Slot <= MaxTierSlots {
			highest = max(highest, t.Slot)
		}
	}
	for i, t := range c.plan.Tiers {
		path := []string{"tiers", t.Name}
		if _, twice := c.tiers[t.Name]; twice || t.Name == "" {
			c.name("tier", t.Name, i)
			continue
		}
		c.tiers[t.Name] = i
		c.design.tiers = append(c.design.tiers, tier{Tier: t})
		switch other, used := bySlot[t.Slot]; {
		case t.Slot < 1 || t.Slot > MaxTierSlots:
			c.add(append(path, "slot"), "invalid slot %d: use %d, the first unused slot", t.Slot, min(highest+1, MaxTierSlots))
		case used:
			c.add(append(path, "slot"), "slot %d is used by tier %q: use %d, the first unused slot", t.Slot, other, min(highest+1, MaxTierSlots))
		default:
			bySlot[t.Slot] = t.Name
		}
	}
	slices.SortStableFunc(c.design.tiers, func(a, b tier) int { return cmp.Compare(a.Slot, b.Slot) })
	for i, t := range c.design.tiers {
		c.tiers[t.Name] = i
	}
}

func (c *checker) name(what, name string, index int) {
	if name == "" {
		c.add([]string{what + "s", strconv.Itoa(index)}, "missing name of the %s", what)
	} else {
		c.add([]string{what + "s", name}, "duplicate %s", what)
	}
}

func (c *checker) knownZone(path []string, name string) bool {
	if _, ok := c.zones[name]; ok {
		return true
	}
	c.unknown(path, "zone", name, slices.Sorted(maps.Keys(c.zones)))
	return false
}

func (c *checker) knownTier(path []string, name string) bool {
	if _, ok := c.tiers[name]; ok {
		return true
	}
	c.unknown(path, "tier", name, slices.Sorted(maps.Keys(c.tiers)))
	return false
}

func (c *checker) unknown(path []string, what, name string, known []string) {
	e := newUnknown(path, what, name, known)
	e.Message += fmt.Sprintf("; keep a removed %s with Retired: true while it has recorded or explicit blocks", what)
	c.problems = append(c.problems, e)
	// The slot of a misspelt name counts as unused, and lack of space for it would be an error that follows from this one.
	c.unplaceable = true
}

// newUnknown returns an error that lists the known names.
func newUnknown(path []string, what, name string, known []string) *UnknownNameError {
	message := fmt.Sprintf("unknown %s %q: none exist", what, name)
	if len(known) > 0 {
		message = fmt.Sprintf("unknown %s %q: use one of %s", what, name, strings.Join(known, ", "))
	}
	return &UnknownNameError{PlanError: PlanError{path, message}, Name: name, Known: known}
}

// tier checks the size or the blocks of a tier.
func (c *checker) tier(t *tier) {
	path := func(more ...string) []string { return append([]string{"tiers", t.Name}, more...) }
	switch {
	case t.Size != Size{} && len(t.Blocks) > 0:
		c.add(path(), "Size and Blocks are mutually exclusive: record existing subnets and set Size for new ones")
		c.unplaceable = true
	case t.Size != Size{}:
		c.size(t)
	case len(t.Blocks) == 0 && !t.Retired:
		for _, z := range c.design.zones {
			if z != nil && !z.Retired && !t.recorded[z.Name].IsValid() {
				c.add(path("size"), "missing size, and no block for zone %q: set Size or Blocks", z.Name)
				c.unplaceable = true
				break
			}
		}
	}
	for _, zone := range sorted(t.Blocks) {
		c.knownZone(path("blocks", zone), zone)
		c.within(path("blocks", zone), t.Blocks[zone])
	}
	c.unchanged(t)
}

// size computes the length of the subnets of a tier.
func (c *checker) size(t *tier) {
	d := &c.design
	if wrong := t.Size.check(128 - d.offset); wrong != "" {
		c.add([]string{"tiers", t.Name, "size"}, "%s", wrong)
		c.unplaceable = true
		return
	}
	if !c.aligned || !c.framed {
		return
	}
	t.length = t.Size.length(d.block.length, d.floor, d.offset, d.zoneSlots)
	if t.length <= d.floor {
		return
	}
	c.unplaceable = true
	what, instead := t.Size.String(), fmt.Sprintf("use /%d or larger", c.plan.MaxPrefix)
	if t.Size.unit == shares {
		what = fmt.Sprintf("%s gives /%d subnets, which", t.Size, t.length-d.offset)
		instead = c.sharesFor(t)
	}
	c.floor([]string{"tiers", t.Name, "size"}, t.length-d.offset, what, instead)
}

// sharesFor returns what to write instead of the share of a tier, whose subnets are too small: a larger share if all tiers
// fit with it, else a larger block.
func (c *checker) sharesFor(t *tier) string {
	d := &c.design
	least := new(big.Rat).SetFrac(count(d.zoneSlots, d.floor), count(1, d.block.length))
	sum, longest := new(big.Rat), t.length
	for _, other := range c.plan.Tiers {
		if other.Size.check(128-d.offset) != "" || other.Size == (Size{}) {
			continue
		}
		length := other.Size.length(d.block.length, d.floor, d.offset, d.zoneSlots)
		switch share := big.NewRat(int64(other.Size.number), int64(max(other.Size.of, 1))); {
		case other.Size.unit != shares:
			sum.Add(sum, new(big.Rat).SetFrac(count(d.zoneSlots, length), count(1, d.block.length)))
		case length > d.floor:
			longest = max(longest, length)
			sum.Add(sum, least)
		default:
			sum.Add(sum, share)
		}
	}
	if sum.Cmp(big.NewRat(1, 1)) <= 0 {
		return fmt.Sprintf("use a share of %s or more", least.RatString())
	}
	// A block that is twice as large has subnets that are twice as large.
	if length := d.block.length - (longest - d.floor); length > d.offset {
		return fmt.Sprintf("the block is too small for all tiers, use %s or a larger one", d.block.around(length).prefix(d.offset))
	}
	return "use fewer tiers or zone slots"
}

// unchanged checks that recorded blocks match the plan: a subnet cannot be moved or resized, only replaced.
func (c *checker) unchanged(t *tier) {
	if t.Retired {
		return
	}
	for _, zone := range sorted(t.recorded) {
		was, path := t.recorded[zone], []string{"recorded", t.Name, zone}
		if z, ok := c.zones[zone]; !ok || z.Retired || !was.IsValid() {
			continue
		}
		if is, ok := t.Blocks[zone]; ok && is != was {
			c.add(path, "%s differs from %s in Blocks: use the same block, or remove the record to replace the subnet", was, is)
		}
		if is := t.length - c.design.offset; t.length > 0 && is != was.Bits() {
			c.add(path, "%s differs from the size /%d of the tier: keep the size, or remove the record to replace the subnet", was, is)
		}
	}
}

// wholes checks the tiers together: the sum of shares, and gaps in slots.
func (c *checker) wholes() {
	sum := new(big.Rat)
	for _, t := range c.design.tiers {
		if t.Size.unit == shares && t.Size.check(0) == "" {
			sum.Add(sum, big.NewRat(int64(t.Size.number), int64(t.Size.of)))
		}
	}
	if sum.Cmp(big.NewRat(1, 1)) > 0 {
		c.add([]string{"tiers"}, "the shares add up to %s: at most 1 is allowed", sum.RatString())
	}
	c.gaps()
}

// gaps rejects an empty slot when subnets in higher slots are not recorded: their position depends on it.
func (c *checker) gaps() {
	expected, from, to := 1, 0, 0
	for i := range c.design.tiers {
		t := &c.design.tiers[i]
		if t.Slot < 1 || t.Slot > MaxTierSlots {
			continue
		}
		if t.Slot > expected {
			from, to = expected, t.Slot-1
		}
		expected = t.Slot + 1
		if t.Retired && t.Size == (Size{}) && len(t.Blocks) == 0 {
			from, to = t.Slot, t.Slot
		}
		if from > 0 && c.movable(t) {
			slots := fmt.Sprintf("slot %d has", from)
			if to > from {
				slots = fmt.Sprintf("slots %d to %d have", from, to)
			}
			c.add([]string{"tiers"}, "%s no size, and tier %q in slot %d has subnets that are not recorded and would move: "+
				"keep a removed tier with its size and Retired: true, or, if all existing subnets are recorded, "+
				"use the slot for another tier", slots, t.Name, t.Slot)
			from = 0
		}
	}
}

// movable reports whether the tier has a subnet whose block depends on tiers in lower slots.
func (c *checker) movable(t *tier) bool {
	for slot := range c.design.zones {
		_, settled := c.design.settled(t, slot)
		if t.length > 0 && c.design.live(t, slot) && !settled {
			return true
		}
	}
	return false
}

// sorted returns the zones of a map, usually none.
func sorted(blocks map[string]netip.Prefix) []string {
	if len(blocks) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(blocks))
}
