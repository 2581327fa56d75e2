package cidr

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
)

// checker collects what is wrong with a plan while it makes a design of it.
type checker struct {
	plan     Plan
	design   design
	problems []error
	// aligned tells that the plan's block is usable, framed that its floor and
	// zone slots are, unplaceable that placing would say nothing.
	aligned, framed, unplaceable bool
	zones                        map[string]Zone
	tiers                        map[string]int // indexes of the design's
	// unclaimed is what is free for suggestions. It is known once everything has
	// its place.
	unclaimed []span
}

func (c *checker) add(path []string, format string, args ...any) {
	c.problems = append(c.problems, &PlanError{path, fmt.Sprintf(format, args...)})
}

// check looks through everything but the space.
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

// frame checks what all the others depend on.
func (c *checker) frame() {
	block, d := c.plan.Block, &c.design
	if c.aligned = c.block([]string{"block"}, block); !c.aligned {
		// The rest is checked as far as it goes without.
		block = netip.PrefixFrom(block.Addr(), 0)
		if !block.IsValid() {
			block = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
		}
	}
	if c.aligned && block.Bits() == 0 {
		c.add([]string{"block"}, "%s is every address there is: write one such as 10.0.0.0/16", block)
		c.aligned = false
	}
	width := block.Addr().BitLen()
	d.offset = offset(block.Addr())
	if c.aligned {
		d.block = spanOf(block)
	}
	c.framed = true
	d.floor = c.plan.Floor + d.offset
	if c.plan.Floor < 1 || c.plan.Floor > width {
		c.add([]string{"floor"}, "%d is not the longest prefix of a subnet: write FloorAWS (%d), FloorAzure (%d) or FloorIPv6 (%d)",
			c.plan.Floor, FloorAWS, FloorAzure, FloorIPv6)
		c.framed = false
	}
	d.zoneSlots = c.plan.ZoneSlots
	if d.zoneSlots == 0 {
		d.zoneSlots = DefaultZoneSlots
	}
	if d.zoneSlots < 1 || d.zoneSlots > MaxZoneSlots {
		c.add([]string{"zoneSlots"}, "%d is not a number of zone slots: write one from 1 to %d", d.zoneSlots, MaxZoneSlots)
		c.framed = false
		d.zoneSlots = MaxZoneSlots
	}
	d.zones = make([]*Zone, d.zoneSlots)
}

// block reports whether p is a block without host bits.
func (c *checker) block(path []string, p netip.Prefix) bool {
	switch {
	case !p.IsValid():
		c.add(path, "no block: write one such as 10.0.0.0/16")
	case p.Addr().Is4In6():
		c.add(path, "%s is an IPv4 block in the notation of IPv6: write it as IPv4", p)
	case p != p.Masked():
		c.problems = append(c.problems, &AlignmentError{
			PlanError: PlanError{path, fmt.Sprintf("%s has host bits set: write %s, or the block that was meant", p, p.Masked())},
			Block:     p, Aligned: p.Masked(),
		})
	default:
		return true
	}
	return false
}

// within reports whether p is a block that a subnet can have.
func (c *checker) within(path []string, p netip.Prefix) bool {
	if !c.block(path, p) || !c.aligned {
		return false
	}
	b := c.plan.Block
	if p.Bits() < b.Bits() || !b.Contains(p.Addr()) {
		c.problems = append(c.problems, &OutsideError{
			PlanError: PlanError{path, fmt.Sprintf("%s is not within %s: write a block that is", p, b)},
			Block:     p, Within: b,
		})
		return false
	}
	if p.Bits() > c.plan.Floor && c.framed {
		c.floor(path, p.Bits(), fmt.Sprintf("%s is", p), fmt.Sprintf("write a /%d or a larger block", c.plan.Floor))
		return false
	}
	return true
}

// floor reports that what is too small.
func (c *checker) floor(path []string, length int, what, instead string) {
	c.problems = append(c.problems, &FloorError{
		PlanError: PlanError{path, fmt.Sprintf("%s smaller than the cloud accepts, which is /%d: %s", what, c.plan.Floor, instead)},
		Length:    length, Floor: c.plan.Floor,
	})
}

// record checks what is recorded and gives it to its tiers.
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
