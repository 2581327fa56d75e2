package versions

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// maxProblems ends the list of what is wrong with a table.
const maxProblems = 100

// Problem is one mistake in a version file or in a table.
type Problem struct {
	// Line and Column are where the mistake stands, counted from 1. Column is 0
	// when only the line is known; both are 0 in a built-in table.
	Line, Column int
	// Path leads to the value: components.istio.versions[1].kubernetes. Empty
	// when the mistake concerns the file as a whole.
	Path string
	// Message says what is wrong and what to write instead.
	Message string
}

// TableError carries everything that is wrong with a version file or with
// a built-in table. It is of the class failure.Version.
type TableError struct {
	// Table is the path or URL of the file, or "built-in table".
	Table string
	// Problems holds at least one entry and at most 100, in the order in which
	// they stand in the file.
	Problems []Problem
	// Truncated tells that there are more than Problems holds.
	Truncated bool
}

var _ error = (*TableError)(nil)

// Error returns every problem on a line of its own.
func (e *TableError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "invalid %s: %d problem", e.Table, len(e.Problems))
	if len(e.Problems) != 1 {
		b.WriteByte('s')
	}
	b.WriteByte(':')
	for _, p := range e.Problems {
		b.WriteString("\n  " + e.Table)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
		b.WriteString(": ")
		if p.Path != "" {
			b.WriteString(p.Path + ": ")
		}
		b.WriteString(p.Message)
	}
	if e.Truncated {
		b.WriteString("\n  and more, which are not shown")
	}
	return b.String()
}

// Is reports whether target is failure.Version.
func (e *TableError) Is(target error) bool { return target == failure.Version }

// problems collects mistakes.
type problems struct {
	list      []Problem
	truncated bool
}

// add reports a mistake in t at a path.
func (p *problems) add(t text, path, format string, args ...any) {
	if p.full() {
		p.truncated = true
		return
	}
	p.list = append(p.list, Problem{Line: t.line, Column: t.column, Path: path, Message: fmt.Sprintf(format, args...)})
}

// full tells that looking for more is of no use.
func (p *problems) full() bool { return len(p.list) >= maxProblems }

// err returns nil when there are none.
func (p *problems) err(table string) error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
	return &TableError{Table: table, Problems: slices.Compact(p.list), Truncated: p.truncated}
}
