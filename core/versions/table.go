package versions

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// Table holds components by name: the built-in table of a module, or the content of a version file (see [Parse]). Names
// match config.NamePattern.
type Table map[string]Component

// Component is an entry of a [Table].
type Component struct {
	// Versions are the available versions in any order. At least one is required. Duplicates are rejected; versions that
	// differ only in build metadata ("+k3s1") are duplicates, because semantic versions do not order them.
	Versions []Release
	// Default is the version to use without an entry in the configuration of the stack, unless it is incompatible with the
	// cluster. It is one of Versions. Default: the highest of Versions that is not a pre-release.
	Default string
	// Suffix is the word that marks vendor builds, such as "eksbuild" in 1.20.1-eksbuild.3. Semantic versions treat such
	// builds as pre-releases, which constraints do not select unless they contain one. With the suffix they are releases,
	// and constraints without the suffix compare the version before it. Default: none, a hyphen starts a pre-release.
	Suffix string
}

// Release is one version of a component.
type Release struct {
	// Version is a full semantic version, such as 1.26.2. A leading v is
	// accepted and removed. Required.
	Version string
	// Kubernetes is the range of supported minor versions of Kubernetes, a constraint such as ">=1.29 <1.34". Default:
	// unknown.
	Kubernetes string
}

// Merge returns a table with the components of all tables. Of a duplicate name, the last entry wins. The tables are not
// modified; their slices are shared.
func Merge(tables ...Table) Table {
	out := Table{}
	for _, t := range tables {
		maps.Copy(out, t)
	}
	return out
}

// builtIn is the name of the table of a module in messages.
const builtIn = "built-in table"

// compileTable checks a table.
func compileTable(name string, t Table) (catalogue, error) {
	drafts := make([]draft, 0, len(t))
	for _, key := range slices.Sorted(maps.Keys(t)) {
		c := t[key]
		d := draft{name: text{value: key}, standard: text{value: c.Default}, suffix: text{value: c.Suffix}}
		for _, r := range c.Versions {
			d.releases = append(d.releases, draftRelease{text{value: r.Version}, text{value: r.Kubernetes}})
		}
		drafts = append(drafts, d)
	}
	c := &compiler{}
	out := c.compile(drafts)
	if err := c.err(name); err != nil {
		return nil, err
	}
	return out, nil
}

// text is a scalar and its position, 0 in built-in tables.
type text struct {
	value        string
	line, column int
	// reported says that a problem was reported for it.
	reported bool
}

// draft is an unchecked component.
type draft struct {
	name, standard, suffix text
	releases               []draftRelease
	// reported says that a problem was reported for the releases.
	reported bool
}

type draftRelease struct{ version, kubernetes text }

// catalogue is a checked table.
type catalogue map[string]*component

type component struct {
	suffix string
	// releases are sorted, highest first.
	releases []*release
	// standard is the default, or nil.
	standard *release
}

type release struct {
	version *semver.Version
	// name is the normalized version.
	name string
	// kubernetes is nil without a range.
	kubernetes *kubernetesRange
	line       int
}

// maxRanges is the maximum number of different Kubernetes ranges in a table. Parsing a long one takes 0.2 ms, and a
// file within its size limit can contain ten thousand of them.
const maxRanges = 1000

var (
	namePattern   = regexp.MustCompile(config.NamePattern)
	suffixPattern = regexp.MustCompile(`^[a-z][a-z0-9]{0,30}$`)
)

// compiler checks drafts.
type compiler struct {
	problems
	// root is the prefix of paths.
	root   string
	ranges map[string]*kubernetesRange
}

func (c *compiler) compile(drafts []draft) catalogue {
	c.ranges = map[string]*kubernetesRange{}
	out := make(catalogue, len(drafts))
	for i := range drafts {
		if c.full() {
			c.truncated = true
			break
		}
		out[drafts[i].name.value] = c.component(&drafts[i])
	}
	return out
}

func (c *compiler) component(d *draft) *component {
	path := c.root + d.name.value
	if !namePattern.MatchString(d.name.value) {
		path = fmt.Sprintf("%s[%q]", strings.TrimSuffix(c.root, "."), shorten(d.name.value))
		c.add(d.name, path, `invalid name: use lower case letters, digits and "-", start with a letter, end with a letter or digit, `+
			"at most 63 characters")
	}
	if d.suffix.value != "" && !d.suffix.reported && !suffixPattern.MatchString(d.suffix.value) {
		c.add(d.suffix, path+".suffix", `invalid suffix %q: use lower case letters and digits, such as eksbuild`,
			shorten(d.suffix.value))
	}
	out := &component{suffix: d.suffix.value, releases: make([]*release, 0, len(d.releases))}
	// Build metadata is not ordered, so it is not part of the key.
	type key struct {
		major, minor, patch uint64
		pre                 string
	}
	first := make(map[key]int, len(d.releases))
	for i, r := range d.releases {
		if r.version.reported {
			continue
		}
		version, err := parseVersion(r.version.value)
		if err != nil {
			c.add(r.version, fmt.Sprintf("%s.versions[%d].version", path, i), "%s", err)
			continue
		}
		k := key{version.Major(), version.Minor(), version.Patch(), version.Prerelease()}
		if earlier, taken := first[k]; taken {
			c.add(r.version, fmt.Sprintf("%s.versions[%d].version", path, i),
				"%s duplicates versions[%d], %s: keep one of them", version, earlier, d.releases[earlier].version.value)
			continue
		}
		first[k] = i
		out.releases = append(out.releases, &release{
			version:    version,
			name:       version.String(),
			kubernetes: c.kubernetes(r.kubernetes, path, i),
			line:       r.version.line,
		})
	}
	if len(d.releases) == 0 && !d.reported {
		c.add(d.name, path+".versions", "no versions: at least one is required")
	}
	slices.SortFunc(out.releases, func(a, b *release) int { return b.version.Compare(a.version) })
	c.setStandard(out, d, path)
	return out
}

func (c *compiler) kubernetes(t text, path string, i int) *kubernetesRange {
	if t.value == "" || t.reported {
		return nil
	}
	if r, ok := c.ranges[t.value]; ok {
		return r
	}
	path = fmt.Sprintf("%s.versions[%d].kubernetes", path, i)
	if len(c.ranges) == maxRanges {
		c.add(t, path, "more than %d different ranges in a table: write equal ranges identically", maxRanges)
		return nil
	}
	r, err := parseRange(t.value)
	if err != nil {
		c.add(t, path, "%s", err)
	}
	// An invalid one is stored too, so that it is reported once.
	c.ranges[t.value] = r
	return r
}

// setStandard sets the default release.
func (c *compiler) setStandard(out *component, d *draft, path string) {
	if d.standard.value == "" && !d.standard.reported {
		named := slices.ContainsFunc(out.releases, func(r *release) bool { return isRelease(r.version, out.suffix) })
		if !named && len(out.releases) > 0 {
			c.add(d.name, path+".default", "required, because every version is a pre-release")
		}
		return
	}
	if d.standard.reported {
		return
	}
	version, err := parseVersion(d.standard.value)
	if err != nil {
		c.add(d.standard, path+".default", "%s", err)
		return
	}
	if out.standard = out.find(version); out.standard == nil && len(out.releases) > 0 {
		c.add(d.standard, path+".default", "%s is not available: %s", version, use(names(out.releases)))
	}
}

// find returns the release of a version, or nil.
func (c *component) find(version *semver.Version) *release {
	if c == nil {
		return nil
	}
	name := version.String()
	i := slices.IndexFunc(c.releases, func(r *release) bool { return r.name == name })
	if i < 0 {
		return nil
	}
	return c.releases[i]
}

// names returns the versions of releases.
func names(releases []*release) []string {
	out := make([]string, len(releases))
	for i, r := range releases {
		out[i] = r.name
	}
	return out
}

// use returns the advice to use one of the words.
func use(words []string) string {
	if len(words) == 1 {
		return "use " + words[0]
	}
	return "use one of " + few(words)
}

// few joins the first words for a message.
func few(words []string) string {
	const most = 20
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}

// maxProblems limits the problems of a table.
const maxProblems = 100

// Problem is a problem of a version file or a table.
type Problem struct {
	// Line and Column are its position, counted from 1. Column is 0 when only the line is known; both are 0 in a built-in
	// table.
	Line, Column int
	// Path is the path of the value: components.istio.versions[1].kubernetes. It is empty for the whole file.
	Path string
	// Message says what is wrong and what to write instead.
	Message string
}

// TableError is everything that is wrong with a version file or a built-in table. It is of the class failure.Version.
type TableError struct {
	// Table is the path or URL of the file, or "built-in table".
	Table string
	// Problems are at least one and at most 100 problems in the order of the file.
	Problems []Problem
	// Truncated says that there are more problems.
	Truncated bool
}

var _ error = (*TableError)(nil)

// Error returns every problem on a separate line.
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
		b.WriteString("\n  and more")
	}
	return b.String()
}

// Is reports whether target is failure.Version.
func (e *TableError) Is(target error) bool { return target == failure.Version }

// problems collects problems.
type problems struct {
	list      []Problem
	truncated bool
}

// add reports a problem of t at a path.
func (p *problems) add(t text, path, format string, args ...any) {
	if p.full() {
		p.truncated = true
		return
	}
	p.list = append(p.list, Problem{Line: t.line, Column: t.column, Path: path, Message: fmt.Sprintf(format, args...)})
}

// full reports whether more problems are dropped.
func (p *problems) full() bool { return len(p.list) >= maxProblems }

// err returns nil without problems.
func (p *problems) err(table string) error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
	return &TableError{Table: table, Problems: slices.Compact(p.list), Truncated: p.truncated}
}
