package release

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// Effect is what a change means for users, from the smallest to the largest.
type Effect int

// The effects. A release has the largest effect of its changes.
const (
	// None is no change.
	None Effect = iota
	// Fix changes only what was wrong.
	Fix
	// Feature adds something. Programs compile, and stacks keep their resources.
	Feature
	// Break requires users to change a program, a stack file or a stack.
	Break
)

// kinds are the headings of changelog entries, in the order in which they appear.
var kinds = []struct {
	name   string
	effect Effect
}{
	{"Breaking", Break}, {"Added", Feature}, {"Changed", Feature}, {"Deprecated", Feature}, {"Fixed", Fix},
	{"Security", Fix},
}

func kindNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

func effectOf(kind string) Effect {
	for _, k := range kinds {
		if k.name == kind {
			return k.effect
		}
	}
	return None
}

// Section is the entries of one kind.
type Section struct {
	Kind string
	// Entries are the number of entries.
	Entries int
}

// Changelog is the CHANGELOG.md of a module. The entries under "## Unreleased" describe the changes since the last
// release.
type Changelog struct {
	// Unreleased are the kinds with entries, in their order in the file.
	Unreleased []Section
	// Versions are the released versions, the newest first.
	Versions []string

	data []byte
	// heading and end are the lines of the heading Unreleased and after its last entry, from zero.
	heading, end int
}

var versionHeading = regexp.MustCompile(`^## (v\S+) - \d{4}-\d{2}-\d{2}$`)

// ParseChangelog reads a changelog. The error contains all problems, each with the line and what to write instead.
func ParseChangelog(data []byte) (*Changelog, error) {
	c := &Changelog{data: data, heading: -1}
	var problems []error
	problem := func(line int, format string, args ...any) {
		problems = append(problems, fmt.Errorf("line %d: %w", line+1, fmt.Errorf(format, args...)))
	}
	lines := strings.Split(string(data), "\n")
	c.end = len(lines)
	at := map[string]int{} // The lines of the kinds under Unreleased.
	unreleased, kind, skip := false, "", false
	for i, line := range lines {
		switch {
		case line == "## Unreleased":
			if c.heading >= 0 {
				problem(i, `"## Unreleased" is also on line %d: merge the two`, c.heading+1)
			} else if len(c.Versions) > 0 {
				problem(i, `"## Unreleased" must be above all versions`)
			}
			c.heading, unreleased, kind, skip = i, true, "", false
		case strings.HasPrefix(line, "## "):
			if unreleased {
				c.end, unreleased = i, false
			}
			match := versionHeading.FindStringSubmatch(line)
			if len(match) < 2 || !semver.IsValid(match[1]) {
				problem(i, `unknown heading %q: write "## Unreleased", or "## v1.2.3 - 2026-12-31" for a version`, line)
				continue
			}
			if n := len(c.Versions); n > 0 && semver.Compare(c.Versions[n-1], match[1]) <= 0 {
				problem(i, "%s is listed after %s: put the newest version first", match[1], c.Versions[n-1])
			}
			c.Versions = append(c.Versions, match[1])
		case !unreleased:
		case strings.HasPrefix(line, "### "):
			kind, skip = strings.TrimPrefix(line, "### "), false
			if !slices.Contains(kindNames(), kind) {
				problem(i, "unknown kind %q: write one of %s", kind, strings.Join(kindNames(), ", "))
				skip = true
				continue
			}
			if first, ok := at[kind]; ok {
				problem(i, "the kind %s is also on line %d: merge the two", kind, first+1)
				skip = true
				continue
			}
			at[kind] = i
			c.Unreleased = append(c.Unreleased, Section{Kind: kind})
		case skip || strings.TrimSpace(line) == "" || strings.HasPrefix(line, "  "):
		case kind == "":
			problem(i, `text without a kind: write entries, lines with "* ", below "### %s"`,
				strings.Join(kindNames(), `", "### `))
			skip = true
		case strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "- "):
			c.Unreleased[len(c.Unreleased)-1].Entries++
		default:
			problem(i, `text outside of an entry: begin an entry with "* ", and indent its other lines by two spaces`)
		}
	}
	c.Unreleased = slices.DeleteFunc(c.Unreleased, func(s Section) bool { return s.Entries == 0 })
	if c.heading < 0 {
		problems = append(problems, errors.New(`no heading "## Unreleased": write it above the versions`))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return c, nil
}

// Effect returns the largest effect of the unreleased changes.
func (c *Changelog) Effect() Effect {
	effect := None
	for _, s := range c.Unreleased {
		effect = max(effect, effectOf(s.Kind))
	}
	return effect
}

// Summary returns the numbers of unreleased entries: "2 breaking, 5 added".
func (c *Changelog) Summary() string {
	var parts []string
	for _, s := range c.Unreleased {
		parts = append(parts, fmt.Sprintf("%d %s", s.Entries, strings.ToLower(s.Kind)))
	}
	if len(parts) == 0 {
		return "no entries"
	}
	return strings.Join(parts, ", ")
}

// Notes returns the unreleased entries with their kinds, without the heading.
func (c *Changelog) Notes() string {
	return strings.TrimSpace(strings.Join(strings.Split(string(c.data), "\n")[c.heading+1:c.end], "\n"))
}

// Release returns the file with the unreleased entries as those of a version, and none that are unreleased. The date has
// the form 2026-12-31.
func (c *Changelog) Release(version, date string) []byte {
	lines := bytes.SplitAfter(c.data, []byte("\n"))
	heading := fmt.Appendf(nil, "\n## %s - %s\n", version, date)
	return bytes.Join(slices.Insert(lines, c.heading+1, heading), nil)
}
