package versions

import (
	"fmt"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// UnknownComponentError means that neither the version file nor the built-in table has the component. It is of the
// class failure.Version, and of failure.Configuration when the configuration of the stack contains the name.
type UnknownComponentError struct {
	// Component is the unknown name.
	Component string
	// Known are the known names, sorted.
	Known []string
	// Configured says that the configuration of the stack contains the name.
	Configured bool
}

// Error lists the known names.
func (e *UnknownComponentError) Error() string {
	name := shorten(e.Component)
	if len(e.Known) == 0 {
		return fmt.Sprintf("unknown component %q: no components are available", name)
	}
	// Without a suggestion, Suggest returns the whole list.
	if hint := config.Suggest(name, e.Known); strings.HasSuffix(hint, "?") {
		return fmt.Sprintf("unknown component %q, %s (available: %s)", name, hint, few(e.Known))
	}
	return fmt.Sprintf("unknown component %q: %s", name, use(e.Known))
}

// Is reports whether target is a class of the error.
func (e *UnknownComponentError) Is(target error) bool {
	return target == failure.Version || (e.Configured && target == failure.Configuration)
}

// IncompatibleError means that the exact version in the configuration of the stack is incompatible with the cluster.
// It is of the classes failure.Version and failure.Configuration.
type IncompatibleError struct {
	// Component and Version are the requested ones.
	Component, Version string
	// Kubernetes is the minor version of the cluster, KubernetesRange the range of Version.
	Kubernetes, KubernetesRange string
	// Fits are the available versions that are compatible with the cluster, highest first.
	Fits []string
}

// Error lists the compatible versions.
func (e *IncompatibleError) Error() string {
	fits := "no available version is known to be compatible"
	if len(e.Fits) > 0 {
		fits = use(e.Fits)
	}
	return fmt.Sprintf("%s %s requires Kubernetes %s, the cluster has %s: %s",
		e.Component, e.Version, e.KubernetesRange, e.Kubernetes, fits)
}

// Is reports whether target is a class of the error.
func (e *IncompatibleError) Is(target error) bool {
	return target == failure.Version || target == failure.Configuration
}

// NoMatchError means that no available version of a component satisfies the constraint in the configuration of the
// stack and is compatible with the cluster. It is of the class failure.Version, and of failure.Configuration when
// there is a constraint.
type NoMatchError struct {
	// Component is the requested component.
	Component string
	// Constraint is that of the configuration, empty without one.
	Constraint string
	// Kubernetes is the minor version of the cluster, empty when it is unknown.
	Kubernetes string
	// Unfit are the versions that satisfy the constraint and are incompatible with the cluster, highest first, each with
	// its range.
	Unfit []string
	// Available are all versions, highest first.
	Available []string
}

// Error lists the available versions and says why they were rejected.
func (e *NoMatchError) Error() string {
	text := "no version of " + e.Component
	if e.Constraint != "" {
		text += fmt.Sprintf(" satisfies %q", e.Constraint)
	}
	if e.Kubernetes != "" && len(e.Unfit) > 0 {
		if e.Constraint != "" {
			text += " and"
		}
		text += " is compatible with Kubernetes " + e.Kubernetes + ": " + few(e.Unfit)
	}
	return text + "; available: " + few(e.Available)
}

// Is reports whether target is a class of the error.
func (e *NoMatchError) Is(target error) bool {
	return target == failure.Version || (e.Constraint != "" && target == failure.Configuration)
}

// DigestError means that the content of a version file does not match its pin, or that a remote file has no pin. The
// content was not used. It is of the class failure.Version, and of failure.Configuration without a pin.
type DigestError struct {
	// File is the path, or the URL without its query.
	File string
	// Want is the pin in lower case hexadecimal digits, empty without a pin.
	Want string
	// Got is the digest of the content.
	Got string
}

// Error returns both digests, or how to pin the file.
func (e *DigestError) Error() string {
	if e.Want == "" {
		return fmt.Sprintf("%s requires a pin: check its content (curl -fsSL URL | sha256sum) and set sha256 to its digest, now %s",
			e.File, e.Got)
	}
	return fmt.Sprintf("%s does not match its pin: SHA-256 digest %s, expected %s: check its content before you change the pin",
		e.File, e.Got, e.Want)
}

// Is reports whether target is a class of the error.
func (e *DigestError) Is(target error) bool {
	return target == failure.Version || (e.Want == "" && target == failure.Configuration)
}

// DownloadError means that the download of a version file failed. It is of the class failure.Version.
type DownloadError struct {
	// URL is the URL without its query.
	URL string
	// Status is the HTTP status code of the last response, 0 without a response.
	Status int
	// Attempts is the number of attempts.
	Attempts int
	// Err is the error of the last attempt.
	Err error
}

// Error returns the last error and the number of attempts.
func (e *DownloadError) Error() string {
	if e.Attempts == 1 {
		return fmt.Sprintf("download %s: %v", e.URL, e.Err)
	}
	return fmt.Sprintf("download %s: %v (%d attempts)", e.URL, e.Err, e.Attempts)
}

// Unwrap returns the error of the last attempt.
func (e *DownloadError) Unwrap() error { return e.Err }

// Is reports whether target is failure.Version.
func (e *DownloadError) Is(target error) bool { return target == failure.Version }
