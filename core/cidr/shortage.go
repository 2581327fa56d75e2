package cidr

import (
	"cmp"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
)

// tiersTried is how many tiers are looked at for one that could be smaller.
const tiersTried = 4

// SpaceError means that the block has no room for all subnets.
type SpaceError struct {
	PlanError
	// Block is the plan's.
	Block netip.Prefix
	// Needed is how many addresses the subnets have that are neither recorded nor
	// explicit, those kept for zone slots without a zone included. Available is how
	// many addresses there are for them.
	Needed, Available *big.Int
	// Missing is how many addresses are missing: Needed less Available or, when
	// there would be enough if they were not in pieces, those of the subnets that
	// found no room.
	Missing *big.Int
	// Fits is the smallest block around Block with which everything fits. Invalid
	// when there is none.
	Fits netip.Prefix
	// Tier is a tier with which everything would fit if it had the prefix length
	// Largest: the first that found no room, or a large one that others are short
	// of room because of. Tier is empty when no tier alone makes the difference.
	Tier    string
	Largest int
}

// Unwrap returns the mistake in general terms.
func (e *SpaceError) Unwrap() error { return &e.PlanError }

// shortage says what is missing and what would fit.
func (d *design) shortage(l layout) *SpaceError {
	e := &SpaceError{Block: d.block.prefix(d.offset), Needed: new(big.Int), Available: new(big.Int), Missing: new(big.Int)}
	for _, c := range l.placed {
		e.Needed.Add(e.Needed, count(1, c.at.length))
	}
	for _, c := range l.homeless {
		e.Needed.Add(e.Needed, count(1, c.at.length))
		e.Missing.Add(e.Missing, count(1, c.at.length))
	}
	for _, f := range l.free {
		e.Available.Add(e.Available, count(1, f.length))
	}
	inPieces := e.Needed.Cmp(e.Available) <= 0
	if !inPieces {
		e.Missing.Sub(e.Needed, e.Available)
	}
	e.Fits = d.enough(e.Needed)
	asked := d.smaller(e, l.homeless[0].tier)

	e.Path = []string{"block"}
	e.Message = fmt.Sprintf("%s is too small: the subnets to be placed need %s addresses and there are %s", e.Block, e.Needed, e.Available)
	if inPieces {
		e.Message += fmt.Sprintf(", but in pieces, so that %s find no room", e.Missing)
	} else {
		e.Message += fmt.Sprintf(", %s are missing", e.Missing)
	}
	switch {
	case e.Fits.IsValid() && e.Tier != "":
		e.Message += fmt.Sprintf("; write %s, or make the subnets of tier %q a /%d instead of a /%d", e.Fits, e.Tier, e.Largest, asked)
	case e.Fits.IsValid():
		e.Message += fmt.Sprintf("; write %s, or smaller sizes", e.Fits)
	case e.Tier != "":
		e.Message += fmt.Sprintf("; make the subnets of tier %q a /%d instead of a /%d", e.Tier, e.Largest, asked)
	default:
		e.Message += "; write smaller sizes, or fewer tiers"
	}
	return e
}

// enough returns the smallest block around the plan's with which everything
// fits.
func (d *design) enough(needed *big.Int) netip.Prefix {
	for length := d.block.length - 1; length >= d.offset; length-- {
		around := d.block.around(length)
		if bigger := d.resize(around); (count(1, length).Cmp(needed) >= 0 || bigger.flexible()) && bigger.fits() {
			return around.prefix(d.offset)
		}
	}
	return netip.Prefix{}
}

// flexible reports whether sizes depend on the block.
func (d *design) flexible() bool {
	return slices.ContainsFunc(d.tiers, func(t tier) bool { return t.Size.unit == shares })
}

// smaller finds a tier that alone makes everything fit, and returns the prefix
// length that it has now.
func (d *design) smaller(e *SpaceError, first int) int {
	tries := []int{first}
	for i, t := range d.tiers {
		if i != first && t.length > 0 && !t.Retired {
			tries = append(tries, i)
		}
	}
	slices.SortStableFunc(tries[1:], func(a, b int) int { return cmp.Compare(d.tiers[a].length, d.tiers[b].length) })
	for _, i := range tries[:min(len(tries), tiersTried)] {
		if d.tiers[i].Retired || d.partlyRecorded(i) {
			continue
		}
		try := *d
		try.tiers = slices.Clone(d.tiers)
		for length := max(d.tiers[i].length, d.block.length-1) + 1; length <= d.floor; length++ {
			try.tiers[i].length = length
			if try.fits() {
				e.Tier, e.Largest = d.tiers[i].Name, length-d.offset
				return d.tiers[i].length - d.offset
			}
		}
	}
	return 0
}

// partlyRecorded reports whether the size of the tier is settled by a subnet that
// exists.
func (d *design) partlyRecorded(i int) bool {
	for slot := range d.zones {
		if _, ok := d.settled(&d.tiers[i], slot); ok {
			return true
		}
	}
	return false
}
