package cidr

import (
	"cmp"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// PlanError is a problem of a plan. It is of the class failure.Configuration. Every problem that [Allocate] returns
// is one for errors.As, also those with a more specific type.
type PlanError struct {
	// Path is the path of the value in the plan, with names of zones and tiers as keys: "tiers", "public", "slot".
	Path []string
	// Message says what is wrong and what to write instead.
	Message string
}

// Error returns the path and the message.
func (e *PlanError) Error() string { return strings.Join(e.Path, ".") + ": " + e.Message }

// Is reports whether target is failure.Configuration.
func (e *PlanError) Is(target error) bool { return target == failure.Configuration }

// AlignmentError means that a block has host bits set. Blocks are never rounded, because either neighbor could be
// meant.
type AlignmentError struct {
	PlanError
	// Block is the block of the plan.
	Block netip.Prefix
	// Aligned is the block of the same length that contains the address.
	Aligned netip.Prefix
}

// Unwrap returns the general error.
func (e *AlignmentError) Unwrap() error { return &e.PlanError }

// OutsideError means that an explicit or recorded block is outside of the block of the plan.
type OutsideError struct {
	PlanError
	// Block is the block, Within that of the plan.
	Block, Within netip.Prefix
}

// Unwrap returns the general error.
func (e *OutsideError) Unwrap() error { return &e.PlanError }

// SubnetTooSmallError means that subnets would be smaller than the cloud accepts.
type SubnetTooSmallError struct {
	PlanError
	// Length is the prefix length of the subnets, MaxPrefix the longest that the cloud accepts.
	Length, MaxPrefix int
}

// Unwrap returns the general error.
func (e *SubnetTooSmallError) Unwrap() error { return &e.PlanError }

// OverlapError means that an explicit or recorded block overlaps another one.
type OverlapError struct {
	PlanError
	// Block is the block, Other the overlapped one.
	Block, Other netip.Prefix
	// Free is the last free block of the same size, invalid when there is none.
	Free netip.Prefix
}

// Unwrap returns the general error.
func (e *OverlapError) Unwrap() error { return &e.PlanError }

// UnknownNameError means that no zone or tier has a name.
type UnknownNameError struct {
	PlanError
	// Name is the unknown name.
	Name string
	// Known are the known names, sorted.
	Known []string
}

// Unwrap returns the general error.
func (e *UnknownNameError) Unwrap() error { return &e.PlanError }

// tiersTried is the number of tiers for which a smaller size is tried.
const tiersTried = 4

// SpaceError means that the block is too small for the subnets.
type SpaceError struct {
	PlanError
	// Block is the block of the plan.
	Block netip.Prefix
	// Needed is the number of addresses of the subnets that are neither recorded nor explicit, including those reserved
	// for zone slots without a zone. Available is the number of addresses for them.
	Needed, Available *big.Int
	// Missing is Needed minus Available or, when the free space is fragmented, the number of addresses of the subnets
	// without space.
	Missing *big.Int
	// Fits is the smallest block around Block with which everything fits, invalid when there is none.
	Fits netip.Prefix
	// Tier is a tier with which everything fits when its subnets have the prefix length Largest: the first tier without
	// space, or a large one. It is empty when no single tier makes the difference.
	Tier    string
	Largest int
}

// Unwrap returns the general error.
func (e *SpaceError) Unwrap() error { return &e.PlanError }

// shortage returns what is missing and what would fit.
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
	e.Message = fmt.Sprintf("%s is too small: the subnets require %s addresses, %s are available", e.Block, e.Needed, e.Available)
	if inPieces {
		e.Message += fmt.Sprintf(" but fragmented, %s do not fit", e.Missing)
	} else {
		e.Message += fmt.Sprintf(", %s are missing", e.Missing)
	}
	switch {
	case e.Fits.IsValid() && e.Tier != "":
		e.Message += fmt.Sprintf(": use %s, or /%[3]d instead of /%[4]d for tier %[2]q", e.Fits, e.Tier, e.Largest, asked)
	case e.Fits.IsValid():
		e.Message += fmt.Sprintf(": use %s, or smaller sizes", e.Fits)
	case e.Tier != "":
		e.Message += fmt.Sprintf(": use /%[2]d instead of /%[3]d for tier %[1]q", e.Tier, e.Largest, asked)
	default:
		e.Message += ": use smaller sizes or fewer tiers"
	}
	return e
}

// enough returns the smallest block around that of the plan with which everything fits.
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

// smaller sets the tier that alone makes everything fit when it is smaller, and returns its present prefix length.
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

// partlyRecorded reports whether a recorded subnet determines the size of the tier.
func (d *design) partlyRecorded(i int) bool {
	for slot := range d.zones {
		if _, ok := d.settled(&d.tiers[i], slot); ok {
			return true
		}
	}
	return false
}
