package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Finding is one problem in the configuration.
type Finding struct {
	// Layer is the layer that the mistake is in. Empty for arguments given in
	// code.
	Layer Layer
	// File is the file that holds the mistake: the base name of the stack's
	// file, such as "Pulumi.dev.yaml", or the path of another one, relative to
	// the stack's. Empty for arguments given in code.
	File string
	// Line and Column are where the mistake stands in File, counted from 1.
	// Both are 0 when the place is not known, and Column alone when only the
	// line is, as in a file that is not YAML.
	Line, Column int
	// Path leads to the value from the section down, such as
	// "kubernetes.applications.web.replicas".
	Path string
	// Message says what is wrong and what to write instead.
	Message string
}

// String returns the finding as one line: file:line:column (layer): path:
// message, without the parts that are not known. The layer is left out for the
// stack's own file.
func (f Finding) String() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d", f.Line)
		}
		if f.Column > 0 {
			fmt.Fprintf(&b, ":%d", f.Column)
		}
		if f.Layer != Stack && f.Layer != "" {
			fmt.Fprintf(&b, " (%s)", f.Layer)
		}
		b.WriteString(": ")
	}
	if f.Path != "" {
		b.WriteString(f.Path + ": ")
	}
	b.WriteString(f.Message)
	return b.String()
}

// Error carries everything that is wrong with a configuration, in the order in
// which the mistakes stand in their files: first the stack's, then the
// project's and the organization's. It is of the class failure.Configuration.
type Error struct {
	// Subject is what was checked, such as "configuration of stack dev".
	Subject string
	// Findings holds at least one entry.
	Findings []Finding
}

// maxShown is how many findings the text of an error has.
const maxShown = 100

// Error returns the subject and every finding on a line of its own, up to 100.
func (e *Error) Error() string {
	var b strings.Builder
	if len(e.Findings) == 1 {
		fmt.Fprintf(&b, "invalid %s: 1 problem:", e.Subject)
	} else {
		fmt.Fprintf(&b, "invalid %s: %d problems:", e.Subject, len(e.Findings))
	}
	for i, f := range e.Findings {
		if i == maxShown {
			fmt.Fprintf(&b, "\n  and %d more, which are not shown", len(e.Findings)-i)
			break
		}
		b.WriteString("\n  " + f.String())
	}
	return b.String()
}

// Is reports whether target is the class failure.Configuration.
func (e *Error) Is(target error) bool { return target == failure.Configuration }

// newError returns nil when there are no findings.
func newError(subject string, findings []Finding) error {
	if len(findings) == 0 {
		return nil
	}
	slices.SortStableFunc(findings, compareFindings)
	return &Error{Subject: subject, Findings: slices.Compact(findings)}
}

// plainKey matches keys that a path can hold without quotes, as in Pulumi's
// own property paths.
var plainKey = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$-]*$`)

// Path joins keys and indexes to the notation of `pulumi config set --path`:
// applications.web.ports[0], data["key.with.dots"]. An element is an index
// when it is a decimal number.
func Path(elements ...string) string {
	var b strings.Builder
	for i, e := range elements {
		_, err := strconv.Atoi(e)
		switch {
		case err == nil && i > 0:
			b.WriteString("[" + e + "]")
		case plainKey.MatchString(e):
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(e)
		default:
			b.WriteString("[" + strconv.Quote(e) + "]")
		}
	}
	return b.String()
}
