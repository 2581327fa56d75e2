package cidr

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
)

// origin is where a claim comes from. Of two claims that overlap, the one of the higher origin is wrong.
type origin int

const (
	avoided origin = iota
	placed
	recorded
	explicit
)

// claim is a block in use.
type claim struct {
	span
	origin     origin
	tier, zone string
	// slot is the slot of a placed claim without a zone.
	slot int
}

func (c claim) String() string {
	switch {
	case c.origin == avoided:
		return "avoided"
	case c.zone == "":
		return fmt.Sprintf("reserved for zone slot %d of tier %q", c.slot, c.tier)
	case c.origin == placed:
		return fmt.Sprintf("placed subnet of tier %q in zone %q", c.tier, c.zone)
	}
	return fmt.Sprintf("subnet of tier %q in zone %q", c.tier, c.zone)
}

func (c claim) path() []string {
	if c.origin == explicit {
		return []string{"tiers", c.tier, "blocks", c.zone}
	}
	return []string{"recorded", c.tier, c.zone}
}

// written reports whether there are recorded or explicit blocks. Placed blocks never overlap.
func (c *checker) written() bool {
	return len(c.design.recorded) > 0 || slices.ContainsFunc(c.design.tiers, func(t tier) bool { return len(t.Blocks) > 0 })
}

// claims returns all blocks in use within the block of the plan, in ascending order.
func (c *checker) claims(cells []cell) []claim {
	d := &c.design
	out := make([]claim, 0, len(cells)+len(d.obstacles))
	for _, s := range d.avoided {
		if d.block.contains(s) || s.contains(d.block) {
			out = append(out, claim{span: s, origin: avoided})
		}
	}
	for _, at := range cells {
		found := claim{span: at.at, origin: placed, tier: d.tiers[at.tier].Name, slot: at.slot + 1}
		if z := d.zones[at.slot]; z != nil {
			found.zone = z.Name
		}
		out = append(out, found)
	}
	for i := range d.tiers {
		t := &d.tiers[i]
		for zone, p := range t.recorded {
			if c.sound(zone, p) {
				out = append(out, claim{span: spanOf(p), origin: recorded, tier: t.Name, zone: zone})
			}
		}
		for zone, p := range t.Blocks {
			if c.sound(zone, p) && t.recorded[zone] != p {
				out = append(out, claim{span: spanOf(p), origin: explicit, tier: t.Name, zone: zone})
			}
		}
	}
	// Maps have no order, errors need one.
	slices.SortFunc(out, func(a, b claim) int {
		if order := compareSpans(a.span, b.span); order != 0 {
			return order
		}
		return cmp.Or(cmp.Compare(a.origin, b.origin), cmp.Compare(a.tier, b.tier), cmp.Compare(a.zone, b.zone))
	})
	return out
}

// sound reports whether check accepted the block of a zone.
func (c *checker) sound(zone string, p netip.Prefix) bool {
	_, known := c.zones[zone]
	return known && p.IsValid() && !p.Addr().Is4In6() && p == p.Masked() && c.plan.Block.Overlaps(p) &&
		p.Bits() >= c.plan.Block.Bits()
}

// overlaps reports every recorded or explicit block that is within another block or contains one, once.
func (c *checker) overlaps(claims []claim) {
	var around []claim
	reported := map[claim]bool{}
	for _, next := range claims {
		// Aligned blocks are within each other or disjoint.
		for len(around) > 0 && !around[len(around)-1].contains(next.span) {
			around = around[:len(around)-1]
		}
		inOwnKind := false
		for _, other := range slices.Backward(around) {
			inOwnKind = inOwnKind || other.origin == next.origin
			at, what := next, other
			if other.origin > next.origin {
				at, what = other, next
			}
			if at.origin >= recorded && !reported[at] {
				reported[at] = true
				c.overlap(at, what)
			}
		}
		if !inOwnKind {
			around = append(around, next)
		}
	}
}

func (c *checker) overlap(at, with claim) {
	block, other := at.prefix(c.design.offset), with.prefix(c.design.offset)
	e := &OverlapError{
		PlanError: PlanError{at.path(), fmt.Sprintf("%s overlaps %s (%s): ", block, other, with)},
		Block:     block, Other: other,
	}
	if free, ok := c.suggest(at.length); ok {
		e.Free = free
		e.Message += fmt.Sprintf("use a free block, such as %s", free)
	} else {
		e.Message += "no block of this size is free"
	}
	if with.origin == placed {
		e.Message += "; if the placed subnet does not exist yet, record this block, and placement avoids it"
	}
	c.problems = append(c.problems, e)
}

// missing reports zones without a block in tiers with explicit blocks.
func (c *checker) missing() {
	for i := range c.design.tiers {
		t := &c.design.tiers[i]
		if t.Retired || len(t.Blocks) == 0 {
			continue
		}
		for _, z := range c.design.zones {
			if z == nil || z.Retired || t.recorded[z.Name].IsValid() {
				continue
			}
			if _, ok := t.Blocks[z.Name]; ok {
				continue
			}
			message := fmt.Sprintf("no block for zone %q: add one", z.Name)
			sample := t.Blocks[slices.Min(slices.Collect(maps.Keys(t.Blocks)))]
			if c.sound(z.Name, sample) {
				if free, ok := c.suggest(spanOf(sample).length); ok {
					message += fmt.Sprintf(", such as %s", free)
				} else {
					message += fmt.Sprintf(", no /%d is free", sample.Bits())
				}
			}
			c.add([]string{"tiers", t.Name, "blocks", z.Name}, "%s", message)
		}
	}
}

// suggest returns the last free block of the length, another one on each call. Placement starts at the other end.
func (c *checker) suggest(length int) (netip.Prefix, bool) {
	for i, f := range slices.Backward(c.unclaimed) {
		if f.length <= length {
			found := span{f.last().minus(power(128 - length)).plus(address{low: 1}), length}
			c.unclaimed = slices.Replace(c.unclaimed, i, i+1, f.without([]span{found})...)
			return found.prefix(c.design.offset), true
		}
	}
	return netip.Prefix{}, false
}

// unclaimed returns the space without claims.
func (d *design) unclaimed(claims []claim) []span {
	taken := make([]span, 0, len(claims))
	for _, x := range claims {
		taken = append(taken, x.span)
	}
	return d.block.without(taken)
}
