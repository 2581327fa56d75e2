package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Finding is one problem in the configuration.
type Finding struct {
	// Layer is the layer of the value. Empty for arguments given in code.
	Layer Layer
	// File is the file of the value: the base name of the stack's file, such as "Pulumi.dev.yaml", or the path of
	// another file, relative to the stack's. Empty for arguments given in code.
	File string
	// Line and Column are the position in File, counted from 1. Both are 0 when the position is not known, and Column
	// alone when only the line is, as in a file that is not YAML.
	Line, Column int
	// Path is the path of the value with its section, such as "kubernetes.applications.web.replicas".
	Path string
	// Message is the problem and what to write instead.
	Message string
}

// String returns the finding as one line: file:line:column (layer): path: message, without the parts that are not
// known. The layer is omitted for the stack's own file.
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

// Error holds all problems of a configuration, in the order of their positions: first those of the stack's file, then
// of the project's and the organization's. It is of the class failure.Configuration.
type Error struct {
	// Subject is what was checked, such as "configuration of stack dev".
	Subject string
	// Findings holds at least one entry.
	Findings []Finding
}

// maxShown is the maximum number of findings in the text of an error.
const maxShown = 100

// Error returns the subject and one line for each finding, up to 100.
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

// compareFindings sorts findings by position. Those without a position come first; those at the same position are
// sorted by path.
func compareFindings(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Layer.rank(), b.Layer.rank()), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
}

// delays has findings that are shown after another one.
type delays map[Finding]Finding

// place returns the finding at whose position a finding is shown.
func (d delays) place(f Finding) Finding {
	if other, ok := d[f]; ok {
		return other
	}
	return f
}

// compare sorts findings by the position at which they are shown.
func (d delays) compare(a, b Finding) int {
	_, delayedA := d[a]
	_, delayedB := d[b]
	if order := compareFindings(d.place(a), d.place(b)); order != 0 || delayedA == delayedB {
		return cmp.Or(order, compareFindings(a, b))
	}
	if delayedA {
		return 1
	}
	return -1
}

// similar returns the candidate that was probably meant by word, if there is one.
func similar(word string, candidates []string) (string, bool) {
	const enough = 0.55
	best, bestScore := "", enough
	params := levenshtein.NewParams().BonusPrefix(3).BonusScale(0.1).BonusThreshold(0.5)
	for _, c := range candidates {
		if score := levenshtein.Match(strings.ToLower(word), strings.ToLower(c), params); score > bestScore {
			best, bestScore = c, score
		}
	}
	return best, best != ""
}

// Suggest returns the end of a message about an unknown word: the candidate that was probably meant, or all candidates.
//
//	"replica", ["image" "replicas"]  ->  did you mean "replicas"?
//	"colour", ["image" "replicas"]   ->  expected one of: image, replicas
func Suggest(word string, candidates []string) string {
	if len(candidates) == 0 {
		return "there are none"
	}
	return SuggestOr(word, candidates, "expected one of: "+List(candidates))
}

// SuggestOr is [Suggest] for more candidates than a message can list: without one that was probably meant, it returns
// otherwise.
func SuggestOr(word string, candidates []string, otherwise string) string {
	if s, ok := similar(word, candidates); ok {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return otherwise
}

// suggestValue is [Suggest] for the values of an option. It always lists them, because a suggestion may be wrong.
func suggestValue(word string, values []string) string {
	if s, ok := similar(word, values); ok {
		return fmt.Sprintf("did you mean %q? Expected one of %s", s, List(values))
	}
	return Suggest(word, values)
}

// List joins words in alphabetical order: "image, replicas".
func List(words []string) string {
	return strings.Join(slices.Sorted(slices.Values(words)), ", ")
}
