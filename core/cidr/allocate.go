package cidr

import (
	"iter"
	"maps"
	"net/netip"
	"slices"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Allocate returns a subnet of every tier in every zone. The result depends only on the plan; the package
// documentation says which changes of a plan move subnets. The plan is neither modified nor retained.
//
// The error contains everything that is wrong, for failure.All. Every problem is of the class failure.Configuration
// and a [*PlanError] for errors.As. Some have a more specific type: [*AlignmentError], [*OutsideError],
// [*SubnetTooSmallError], [*OverlapError], [*UnknownNameError] and [*SpaceError].
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

// allocation returns the result of a design without problems.
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
				out.reserved = append(out.reserved, spanOf(block))
				if settled {
					out.retired = append(out.retired, Subnet{t.Name, z.Name, block})
				}
			}
		}
	}
	return out
}

// Allocation is the result of [Allocate]. It is immutable and safe for concurrent use.
type Allocation struct {
	block                span
	offset               int
	tierNames, zoneNames []string // in the order of their slots
	tiers, zones         map[string]int
	// blocks are the subnets, tier by tier.
	blocks []netip.Prefix
	// taken is the space that is not free; reserved is that of empty slots and of retired zones and tiers.
	taken, reserved []span
	// retired is what is recorded and no longer a subnet.
	retired []Subnet
}

// Subnet is a CIDR block with the names of its tier and zone.
type Subnet struct {
	Tier, Zone string
	Block      netip.Prefix
}

// Subnet returns the block of a tier in a zone. The error for an unknown or retired name is an [*UnknownNameError].
func (a *Allocation) Subnet(tier, zone string) (netip.Prefix, error) {
	t, ok := a.tiers[tier]
	if !ok {
		return netip.Prefix{}, newUnknown([]string{"tiers"}, "tier", tier, slices.Sorted(maps.Keys(a.tiers)))
	}
	z, ok := a.zones[zone]
	if !ok {
		return netip.Prefix{}, newUnknown([]string{"zones"}, "zone", zone, slices.Sorted(maps.Keys(a.zones)))
	}
	return a.blocks[t*len(a.zoneNames)+z], nil
}

// All ranges over the subnets in the order of tier slots, then of zone slots, so that additional subnets do not
// change the order of the others.
func (a *Allocation) All() iter.Seq[Subnet] {
	return func(yield func(Subnet) bool) {
		for i, block := range a.blocks {
			zone := i % len(a.zoneNames)
			if !yield(Subnet{Tier: a.tierNames[i/len(a.zoneNames)], Zone: a.zoneNames[zone], Block: block}) {
				return
			}
		}
	}
}

// Record returns the value of Recorded for later plans: all subnets, and the recorded blocks of retired tiers and
// zones. Recording them moves nothing. The maps are copies.
func (a *Allocation) Record() Blocks {
	out := make(Blocks, len(a.tierNames))
	add := func(s Subnet) {
		if out[s.Tier] == nil {
			out[s.Tier] = make(map[string]netip.Prefix, len(a.zoneNames))
		}
		out[s.Tier][s.Zone] = s.Block
	}
	for s := range a.All() {
		add(s)
	}
	for _, s := range a.retired {
		add(s)
	}
	return out
}

// Free returns the free space for additional tiers as the largest possible aligned blocks in ascending order.
func (a *Allocation) Free() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range a.block.without(a.taken) {
		out = append(out, s.prefix(a.offset))
	}
	return out
}

// Reserved returns the blocks that are reserved for zone slots without a zone and for retired zones and tiers, in
// ascending order.
func (a *Allocation) Reserved() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range slices.SortedFunc(slices.Values(a.reserved), compareSpans) {
		out = append(out, s.prefix(a.offset))
	}
	return out
}

// design is a checked plan: names are resolved, sizes computed, tiers in the order of placement.
type design struct {
	block     span
	offset    int // of the lengths of spans
	floor     int // as the length of a span
	zoneSlots int
	zones     []*Zone // by slot, from 0; nil without a zone
	tiers     []tier  // by slot
	avoided   []span
	// obstacles are the recorded and the avoided spans.
	recorded, obstacles []span
}

// tier is a tier and its recorded blocks.
type tier struct {
	Tier
	// length is the length of its subnets, 0 when they are not placed.
	length   int
	recorded map[string]netip.Prefix
}

// settled returns the recorded block of the tier in the zone of the slot.
func (d *design) settled(t *tier, slot int) (netip.Prefix, bool) {
	if d.zones[slot] == nil || t.recorded == nil {
		return netip.Prefix{}, false
	}
	p, ok := t.recorded[d.zones[slot].Name]
	return p, ok
}

// live reports whether the tier has a subnet in the zone of the slot.
func (d *design) live(t *tier, slot int) bool {
	return !t.Retired && d.zones[slot] != nil && !d.zones[slot].Retired
}

// resize returns the same design for another block.
func (d *design) resize(block span) *design {
	out := *d
	out.block = block
	out.tiers = slices.Clone(d.tiers)
	for i, t := range out.tiers {
		if t.length > 0 {
			out.tiers[i].length = t.Size.length(block.length, d.floor, d.offset, d.zoneSlots)
		}
	}
	return &out
}

// cell is the space of a tier in a zone slot.
type cell struct {
	tier, slot int
	at         span
}

// layout is the result of placing a design.
type layout struct {
	placed []cell
	// homeless are the cells without space, with their sizes.
	homeless []cell
	// free is the space before placing.
	free []span
}

// place gives every cell of every tier with a size the first free block, tier by tier and zone slot by zone slot,
// unless it is recorded. Cells without a zone or of a retired tier are placed as well, so that later ones do not
// move.
func (d *design) place() layout {
	out := layout{free: d.block.without(d.obstacles)}
	free := newSpace(out.free)
	for i := range d.tiers {
		t := &d.tiers[i]
		if t.length == 0 {
			continue
		}
		for slot := range d.zoneSlots {
			if _, ok := d.settled(t, slot); ok {
				continue
			}
			if at, ok := free.take(t.length); ok {
				out.placed = append(out.placed, cell{i, slot, at})
			} else {
				out.homeless = append(out.homeless, cell{i, slot, span{length: t.length}})
			}
		}
	}
	return out
}

// fits reports whether place finds space for everything.
func (d *design) fits() bool {
	free := newSpace(d.block.without(d.obstacles))
	for i := range d.tiers {
		t := &d.tiers[i]
		for slot := range d.zoneSlots {
			if _, ok := d.settled(t, slot); ok || t.length == 0 {
				continue
			}
			if _, ok := free.take(t.length); !ok {
				return false
			}
		}
	}
	return true
}
