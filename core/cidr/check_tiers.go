package cidr

import (
	"fmt"
	"maps"
	"math/big"
	"net/netip"
	"slices"
)

// tier checks where a tier says that its subnets are.
func (c *checker) tier(t *tier) {
	path := func(more ...string) []string { return append([]string{"tiers", t.Name}, more...) }
	switch {
	case t.Size != Size{} && len(t.Blocks) > 0:
		c.add(path(), "Size and Blocks: write one of them; subnets that exist already can be recorded, with a Size for new ones")
		c.unplaceable = true
	case t.Size != Size{}:
		c.size(t)
	case len(t.Blocks) == 0 && !t.Retired:
		for _, z := range c.design.zones {
			if z != nil && !z.Retired && !t.recorded[z.Name].IsValid() {
				c.add(path("size"), "no size, and no block for zone %q: write Size with Prefix, Hosts or Share, or Blocks", z.Name)
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

// size computes the length of the tier's subnets.
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
	what, instead := t.Size.String()+" is", fmt.Sprintf("write /%d or a larger size", c.plan.Floor)
	if t.Size.unit == shares {
		what = fmt.Sprintf("%s gives /%d subnets,", t.Size, t.length-d.offset)
		instead = fmt.Sprintf("the block itself is too small for %d such subnets", d.zoneSlots)
		least := new(big.Rat).SetFrac(count(d.zoneSlots, d.floor), count(1, d.block.length))
		if least.Cmp(big.NewRat(1, 1)) <= 0 {
			instead = fmt.Sprintf("write a share of %s or more", least.RatString())
		}
	}
	c.floor([]string{"tiers", t.Name, "size"}, t.length-d.offset, what, instead)
}

// unchanged checks that the record says what the plan says: a subnet cannot be
// moved or resized, only replaced.
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
			c.add(path, "%s, and the tier's Blocks say %s: write the same, or take the line away to have the subnet replaced", was, is)
		}
		if is := t.length - c.design.offset; t.length > 0 && is != was.Bits() {
			c.add(path, "%s, and the tier's size is /%d: keep the size, or take the line away to have the subnet replaced", was, is)
		}
	}
}

// wholes checks what concerns all tiers together: that shares do not add up to
// more than the whole, and that no slot is empty in front of what it would move.
func (c *checker) wholes() {
	sum := new(big.Rat)
	for _, t := range c.design.tiers {
		if t.Size.unit == shares && t.Size.check(0) == "" {
			sum.Add(sum, big.NewRat(int64(t.Size.number), int64(t.Size.of)))
		}
	}
	if sum.Cmp(big.NewRat(1, 1)) > 0 {
		c.add([]string{"tiers"}, "the shares add up to %s: they are fractions of the whole block, write smaller ones", sum.RatString())
	}
	c.gaps()
}

// gaps refuses an empty slot when not all subnets with a higher one are
// recorded: what was in it is what they are placed behind.
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
			slots := fmt.Sprintf("slot %d says", from)
			if to > from {
				slots = fmt.Sprintf("slots %d to %d say", from, to)
			}
			c.add([]string{"tiers"}, "%s no size, and not all subnets of tier %q in slot %d are recorded: they depend on it; "+
				"keep a tier that was removed, with its size and Retired: true; or, when all that exists is recorded or nothing "+
				"exists yet, give a tier from behind or a new one the slot", slots, t.Name, t.Slot)
			from = 0
		}
	}
}

// movable reports whether the tier has a subnet whose block depends on tiers
// with lower slots.
func (c *checker) movable(t *tier) bool {
	for slot := range c.design.zones {
		_, settled := c.design.settled(t, slot)
		if t.length > 0 && c.design.live(t, slot) && !settled {
			return true
		}
	}
	return false
}

// sorted returns the zones of a map, which mostly is none.
func sorted(blocks map[string]netip.Prefix) []string {
	if len(blocks) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(blocks))
}
