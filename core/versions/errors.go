package versions

import (
	"fmt"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// UnknownComponentError means that neither the version file nor the built-in
// table has the component. It is of the class failure.Version, and of
// failure.Configuration when the name stands in the stack's configuration.
type UnknownComponentError struct {
	// Component is the name that is not known.
	Component string
	// Known holds the names that are, sorted.
	Known []string
	// Configured tells that the name stands in the stack's configuration.
	Configured bool
}

// Error lists the known names.
func (e *UnknownComponentError) Error() string {
	name := shorten(e.Component)
	if len(e.Known) == 0 {
		return fmt.Sprintf("unknown component %q, no table has any", name)
	}
	known := "known are: " + few(e.Known)
	// The other thing that Suggest says is the whole list, however long it is.
	if hint := config.Suggest(name, e.Known); strings.HasSuffix(hint, "?") {
		return fmt.Sprintf("unknown component %q, %s (%s)", name, hint, known)
	}
	return fmt.Sprintf("unknown component %q, %s", name, known)
}

// Is reports whether target is one of the error's classes.
func (e *UnknownComponentError) Is(target error) bool {
	return target == failure.Version || (e.Configured && target == failure.Configuration)
}

// IncompatibleError means that the exact version in the stack's configuration
// does not run on the cluster. It is of the classes failure.Version and
// failure.Configuration.
type IncompatibleError struct {
	// Component and Version are what was asked for.
	Component, Version string
	// Kubernetes is the minor version of the cluster, KubernetesRange what
	// Version needs.
	Kubernetes, KubernetesRange string
	// Fits holds the versions on offer that are known to run on the cluster,
	// highest first.
	Fits []string
}

// Error says which versions would fit.
func (e *IncompatibleError) Error() string {
	fits := "no version on offer is known to fit"
	if len(e.Fits) > 0 {
		fits = "these would fit: " + few(e.Fits)
	}
	return fmt.Sprintf("%s %s needs Kubernetes %s, the cluster has %s; %s",
		e.Component, e.Version, e.KubernetesRange, e.Kubernetes, fits)
}

// Is reports whether target is one of the error's classes.
func (e *IncompatibleError) Is(target error) bool {
	return target == failure.Version || target == failure.Configuration
}

// NoMatchError means that a component is on offer, but in no version that
// satisfies the constraint of the stack's configuration and runs on the
// cluster. It is of the class failure.Version, and of failure.Configuration
// when there is a constraint.
type NoMatchError struct {
	// Component is what was asked for.
	Component string
	// Constraint is that of the stack's configuration. Empty when there is none.
	Constraint string
	// Kubernetes is the minor version of the cluster. Empty when not given.
	Kubernetes string
	// Unfit holds the versions that satisfy the constraint and do not run on
	// the cluster, highest first, each with the range that it needs.
	Unfit []string
	// Offered holds all versions on offer, highest first.
	Offered []string
}

// Error lists the versions on offer and says why they were passed over.
func (e *NoMatchError) Error() string {
	text := "no version of " + e.Component
	if e.Constraint != "" {
		text += fmt.Sprintf(" satisfies %q", e.Constraint)
	}
	if e.Kubernetes != "" && len(e.Unfit) > 0 {
		if e.Constraint != "" {
			text += " and"
		}
		text += " fits Kubernetes " + e.Kubernetes + ": " + few(e.Unfit)
	}
	return text + "; on offer are: " + few(e.Offered)
}

// Is reports whether target is one of the error's classes.
func (e *NoMatchError) Is(target error) bool {
	return target == failure.Version || (e.Constraint != "" && target == failure.Configuration)
}

// DigestError means that the content of a version file is not what the pin says,
// or that a remote file has no pin. Nothing of the content was used. It is of
// the class failure.Version, and of failure.Configuration when there is no pin.
type DigestError struct {
	// File is the path or the URL, without its query.
	File string
	// Want is the pinned SHA-256 digest, in lower case hexadecimal digits. Empty
	// when there is no pin.
	Want string
	// Got is the digest of what was read.
	Got string
}

// Error shows both digests, or how to make a pin.
func (e *DigestError) Error() string {
	if e.Want == "" {
		return fmt.Sprintf("%s has no pin, and the same input must give the same answer on every run: look at the content and "+
			"its digest (curl -fsSL URL | sha256sum); what was received just now needs sha256: %s", e.File, e.Got)
	}
	return fmt.Sprintf("%s is not what was pinned: its SHA-256 digest is %s, the pin says %s; look at what has changed before "+
		"pinning it anew", e.File, e.Got, e.Want)
}

// Is reports whether target is one of the error's classes.
func (e *DigestError) Is(target error) bool {
	return target == failure.Version || (e.Want == "" && target == failure.Configuration)
}

// DownloadError means that a remote version file could not be had. It is of the
// class failure.Version.
type DownloadError struct {
	// URL is what was asked for, without its query.
	URL string
	// Status is the last answer's HTTP status, or 0 when there was none.
	Status int
	// Attempts is how often it was tried.
	Attempts int
	// Err is what went wrong in the last attempt.
	Err error
}

// Error returns what went wrong and how often it was tried.
func (e *DownloadError) Error() string {
	if e.Attempts == 1 {
		return fmt.Sprintf("download %s: %v", e.URL, e.Err)
	}
	return fmt.Sprintf("download %s: %v (%d attempts)", e.URL, e.Err, e.Attempts)
}

// Unwrap returns what went wrong in the last attempt.
func (e *DownloadError) Unwrap() error { return e.Err }

// Is reports whether target is failure.Version.
func (e *DownloadError) Is(target error) bool { return target == failure.Version }
