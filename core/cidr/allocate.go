package cidr

import (
	"net/netip"
	"slices"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Allocate gives every tier a subnet in every zone. The same plan always gets the
// same answer; see the package documentation for what a changed plan keeps. The
// plan is not modified and not kept.
//
// The error holds everything that is wrong, for failure.All: each problem is of
// the class failure.Configuration and a [*PlanError] for errors.As, with its path
// and what to write instead. Some have a type of their own: [*AlignmentError],
// [*OutsideError], [*FloorError], [*OverlapError], [*UnknownError] and
// [*SpaceError].
func Allocate(plan Plan) (*Allocation, error) {
	plan.Zones = slices.Clone(plan.Zones)
	c := checker{plan: plan}
	c.check()
	if !c.aligned || !c.framed || c.unplaceable {
		return nil, failure.Join(c.problems...)
	}
	d := &c.design
	placed := d.place()
	if c.written() {
		claims := c.claims(placed.placed)
		c.unclaimed = d.unclaimed(claims)
		c.overlaps(claims)
		c.missing()
	}
	if len(placed.homeless) > 0 {
		c.problems = append(c.problems, d.shortage(placed))
	}
	if err := failure.Join(c.problems...); err != nil {
		return nil, err
	}
	return d.allocation(placed.placed), nil
}

// allocation writes down the result of a design without problems.
func (d *design) allocation(placed []cell) *Allocation {
	out := &Allocation{
		block:  d.block,
		offset: d.offset,
		tiers:  make(map[string]int, len(d.tiers)),
		zones:  make(map[string]int, len(d.zones)),
		blocks: make([]netip.Prefix, 0, len(d.tiers)*len(d.zones)),
		taken:  make([]span, 0, len(d.obstacles)+len(d.tiers)*len(d.zones)),
	}
	out.taken = append(out.taken, d.obstacles...)
	for _, z := range d.zones {
		if z != nil && !z.Retired {
			out.zones[z.Name] = len(out.zoneNames)
			out.zoneNames = append(out.zoneNames, z.Name)
		}
	}
	for i := range d.tiers {
		t := &d.tiers[i]
		if !t.Retired {
			out.tiers[t.Name] = len(out.tierNames)
			out.tierNames = append(out.tierNames, t.Name)
		}
		for slot, z := range d.zones {
			block, settled := d.settled(t, slot)
			switch {
			case settled:
			case t.length > 0:
				block, placed = placed[0].at.prefix(d.offset), placed[1:]
			case z != nil:
				block = t.Blocks[z.Name]
			}
			if !block.IsValid() {
				continue
			}
			out.taken = append(out.taken, spanOf(block))
			if d.live(t, slot) {
				out.blocks = append(out.blocks, block)
			} else {
				out.held = append(out.held, spanOf(block))
				if settled {
					out.retired = append(out.retired, Subnet{t.Name, z.Name, block})
				}
			}
		}
	}
	return out
}
