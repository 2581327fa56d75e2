package cidr

import (
	"net/netip"
	"slices"
)

// design is a plan that has been looked through: names resolved, sizes computed,
// in the order of placement.
type design struct {
	block     span
	offset    int // between lengths as written and those of spans
	floor     int // as a span's length
	zoneSlots int
	zones     []*Zone // by slot, from 0; nil where there is none
	tiers     []tier  // by slot
	avoided   []span
	// recorded holds all that is recorded, obstacles that and what is avoided.
	recorded, obstacles []span
}

// tier is a tier with what the plan says about it elsewhere.
type tier struct {
	Tier
	// length is that of its subnets, 0 when they are not placed.
	length   int
	recorded map[string]netip.Prefix
}

// settled reports whether the tier's subnet in the zone of the slot has its
// block from the plan's record.
func (d *design) settled(t *tier, slot int) (netip.Prefix, bool) {
	if d.zones[slot] == nil || t.recorded == nil {
		return netip.Prefix{}, false
	}
	p, ok := t.recorded[d.zones[slot].Name]
	return p, ok
}

// live reports whether there is a subnet of the tier in the zone of the slot.
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

// cell is where the subnet of a tier in a zone slot is, or would be.
type cell struct {
	tier, slot int
	at         span
}

// layout is what placing a design came to.
type layout struct {
	placed []cell
	// homeless are the cells that no room was found for, with their sizes.
	homeless []cell
	// free is the space that there was to begin with.
	free []span
}

// place gives every cell of every tier with a size the first block that is free,
// tier by tier, zone slot by zone slot, except for what is recorded. Cells
// without a zone, or of a retired tier, are placed like the others: this is what
// keeps those behind them where they are.
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

// fits reports whether place would find room for everything.
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
