package cidr

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// zoneSlots checks the zones' names and slots.
func (c *checker) zoneSlots() {
	c.zones = make(map[string]Zone, len(c.plan.Zones))
	if len(c.plan.Zones) == 0 {
		c.add([]string{"zones"}, "no zones: write at least one")
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
			c.add(append(path, "slot"), "%d is not a slot: write one from 1 to %d that no zone has had", z.Slot, c.design.zoneSlots)
		case z.Slot > c.design.zoneSlots:
			c.add(append(path, "slot"), "%d is beyond the %d zone slots that the plan has: record what exists (Allocation.Record) "+
				"and write ZoneSlots: %d, which moves what is not recorded", z.Slot, c.design.zoneSlots, z.Slot)
		case used:
			c.add(append(path, "slot"), "%d is the slot of zone %q: write another one", z.Slot, other)
		default:
			bySlot[z.Slot] = z.Name
			c.design.zones[z.Slot-1] = &c.plan.Zones[i]
		}
	}
}

// tierSlots checks the tiers' names and slots and brings the tiers in order.
func (c *checker) tierSlots() {
	c.tiers = make(map[string]int, len(c.plan.Tiers))
	if len(c.plan.Tiers) == 0 {
		c.add([]string{"tiers"}, "no tiers: write at least one")
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
			c.add(append(path, "slot"), "%d is not a slot: write %d, the first that no tier has had", t.Slot, min(highest+1, MaxTierSlots))
		case used:
			c.add(append(path, "slot"), "%d is the slot of tier %q: write %d, the first that no tier has had", t.Slot, other, min(highest+1, MaxTierSlots))
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
		c.add([]string{what + "s", strconv.Itoa(index)}, "a %s without a name: write one", what)
	} else {
		c.add([]string{what + "s", name}, "a second %s of this name: write another one", what)
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
	e.Message += fmt.Sprintf("; a %s that was removed stays in the plan, with Retired: true, as long as blocks are written for it", what)
	c.problems = append(c.problems, e)
	// A slot that nobody has is taken for one to come, and lack of space for it
	// would be a mistake of its own.
	c.unplaceable = true
}

// newUnknown lists the names that are known.
func newUnknown(path []string, what, name string, known []string) *UnknownError {
	message := fmt.Sprintf("unknown %s %q, there are none", what, name)
	if len(known) > 0 {
		message = fmt.Sprintf("unknown %s %q, known are: %s", what, name, strings.Join(known, ", "))
	}
	return &UnknownError{PlanError: PlanError{path, message}, Name: name, Known: known}
}
