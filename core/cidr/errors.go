package cidr

import (
	"net/netip"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// PlanError is a mistake in a plan. It is of the class failure.Configuration.
// Every problem that [Allocate] reports is one for errors.As, also those with a
// type of their own.
type PlanError struct {
	// Path leads to the value from the plan down, with names of zones and tiers as
	// keys: "tiers", "public", "slot".
	Path []string
	// Message says what is wrong and what to write instead.
	Message string
}

// Error returns the path and the message.
func (e *PlanError) Error() string { return strings.Join(e.Path, ".") + ": " + e.Message }

// Is reports whether target is failure.Configuration.
func (e *PlanError) Is(target error) bool { return target == failure.Configuration }

// AlignmentError means that a block has host bits set. It is never rounded,
// because both neighbours could have been meant.
type AlignmentError struct {
	PlanError
	// Block is what was written.
	Block netip.Prefix
	// Aligned is the block of the same length that holds the address.
	Aligned netip.Prefix
}

// Unwrap returns the mistake in general terms.
func (e *AlignmentError) Unwrap() error { return &e.PlanError }

// OutsideError means that an explicit or recorded block is not within the
// plan's.
type OutsideError struct {
	PlanError
	// Block is what was written, Within the plan's block.
	Block, Within netip.Prefix
}

// Unwrap returns the mistake in general terms.
func (e *OutsideError) Unwrap() error { return &e.PlanError }

// FloorError means that subnets would be smaller than the cloud accepts.
type FloorError struct {
	PlanError
	// Length is the prefix length that the subnets would have, Floor the longest
	// that is accepted.
	Length, Floor int
}

// Unwrap returns the mistake in general terms.
func (e *FloorError) Unwrap() error { return &e.PlanError }

// OverlapError means that an explicit or recorded block is used already.
type OverlapError struct {
	PlanError
	// Block is what was written, Other what is there.
	Block, Other netip.Prefix
	// Free is a block of the same size that is free, the last one of the plan's.
	// Invalid when there is none.
	Free netip.Prefix
}

// Unwrap returns the mistake in general terms.
func (e *OverlapError) Unwrap() error { return &e.PlanError }

// UnknownError means that a name is not that of a zone or a tier.
type UnknownError struct {
	PlanError
	// Name is what was asked for.
	Name string
	// Known holds the names that there are, sorted.
	Known []string
}

// Unwrap returns the mistake in general terms.
func (e *UnknownError) Unwrap() error { return &e.PlanError }
