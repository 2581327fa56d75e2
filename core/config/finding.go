package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Finding is one problem in the configuration.
type Finding struct {
	// File is the base name of the file that holds the mistake, such as
	// "Pulumi.dev.yaml". Empty when the value comes from elsewhere, such as
	// from arguments given in code.
	File string
	// Line and Column are where the mistake stands in File, counted from 1.
	// Both are 0 when the place is not known.
	Line, Column int
	// Path leads to the value from the section down, such as
	// "kubernetes.applications.web.replicas".
	Path string
	// Message says what is wrong and what to write instead.
	Message string
}

// String returns the finding as one line: file:line:column: path: message,
// without the parts that are not known.
func (f Finding) String() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
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
// which the mistakes stand in their file.
type Error struct {
	// Subject is what was checked, such as "configuration of stack dev".
	Subject string
	// Findings holds at least one entry.
	Findings []Finding
}

// Error returns the subject and every finding on a line of its own.
func (e *Error) Error() string {
	var b strings.Builder
	if len(e.Findings) == 1 {
		fmt.Fprintf(&b, "invalid %s: 1 problem:", e.Subject)
	} else {
		fmt.Fprintf(&b, "invalid %s: %d problems:", e.Subject, len(e.Findings))
	}
	for _, f := range e.Findings {
		b.WriteString("\n  " + f.String())
	}
	return b.String()
}

// newError returns nil when there are no findings. Findings without a place
// come first; those at the same place are sorted by their paths.
func newError(subject string, findings []Finding) error {
	if len(findings) == 0 {
		return nil
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Path, b.Path))
	})
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
