package credentials

import (
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Problem is one thing that is wrong with what was found.
type Problem struct {
	// Name is the variable, the path of one of the pod's own files, or the
	// request's field, such as "TokenFile".
	Name string
	// Message says what is wrong with it and what to do. It never holds a value.
	Message string
}

// String returns the name and the message.
func (p Problem) String() string { return p.Name + " " + p.Message }

// Error says why there are no credentials: none were found, or those found
// first cannot be used. It is of the class failure.Credentials and never holds
// the value of a variable.
type Error struct {
	// Cloud is what credentials were looked for.
	Cloud Cloud
	// Subject is whom they are for, such as "provider primary". Empty when the
	// request did not say.
	Subject string
	// Source is the source whose credentials cannot be used. Empty when none
	// were found.
	Source Source
	// Set holds the names of the source's variables that are set.
	Set []string
	// Problems says what is wrong with them. Empty when none were found.
	Problems []Problem
	// Alternatives holds what would do, in the order in which it was tried.
	Alternatives []Alternative
}

var _ error = (*Error)(nil)

// Is reports whether target is failure.Credentials.
func (e *Error) Is(target error) bool { return target == failure.Credentials }

// Error returns what was looked for, what is wrong, and what would do, over
// several lines.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("find " + subject(e.Cloud, e.Subject) + ": ")
	if len(e.Problems) > 0 {
		b.WriteString("those of " + string(e.Source) + " cannot be used:")
		for _, p := range e.Problems {
			b.WriteString("\n  " + p.String())
		}
		return b.String()
	}
	if len(e.Alternatives) == 1 {
		b.WriteString("none found; set or give this:")
	} else {
		b.WriteString("none found; set or give one of these:")
	}
	for _, a := range e.Alternatives {
		b.WriteString("\n  " + string(a.Source) + ": " + a.String())
	}
	return b.String()
}

// subject names what is looked for.
func subject(cloud Cloud, whom string) string {
	if whom == "" {
		return string(cloud) + " credentials"
	}
	return string(cloud) + " credentials of " + whom
}
