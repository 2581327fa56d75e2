package versions

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/ashlar-iac/ashlar/core/config"
)

// text is a scalar and where it stands. Lines of built-in tables are 0.
type text struct {
	value        string
	line, column int
	// reported tells that a problem was found in its place already.
	reported bool
}

// draft is a component as it is written, before anything in it was checked.
type draft struct {
	name, standard, suffix text
	releases               []draftRelease
	// reported tells that what is wrong with the releases was said already.
	reported bool
}

type draftRelease struct{ version, kubernetes text }

// catalogue is a table that has been checked.
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
	// name is the version in its normal form.
	name string
	// kubernetes is nil when the table says nothing about it.
	kubernetes *kubernetesRange
	line       int
}

// maxRanges limits how many different Kubernetes ranges one table may have.
// Reading a long one takes a fifth of a millisecond, and a file within its size
// limit has room for ten thousand of them.
const maxRanges = 1000

var (
	namePattern   = regexp.MustCompile(config.NamePattern)
	suffixPattern = regexp.MustCompile(`^[a-z][a-z0-9]{0,30}$`)
)

// compiler checks drafts.
type compiler struct {
	problems
	// root is what paths start with.
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
		c.add(d.name, path, `not a name: use lower case letters, digits and "-", start with a letter, end with a letter or digit, `+
			"at most 63 characters")
	}
	if d.suffix.value != "" && !d.suffix.reported && !suffixPattern.MatchString(d.suffix.value) {
		c.add(d.suffix, path+".suffix", `%q is not the word of a suffix: write lower case letters and digits, such as eksbuild`,
			shorten(d.suffix.value))
	}
	out := &component{suffix: d.suffix.value, releases: make([]*release, 0, len(d.releases))}
	// Build metadata takes no part in the order, so it is not part of the key.
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
				"%s equals versions[%d], %s: keep one of them", version, earlier, d.releases[earlier].version.value)
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
		c.add(d.name, path+".versions", "no versions: list at least one")
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
		c.add(t, path, "more than %d different ranges in one table: write equal ones in the same way", maxRanges)
		return nil
	}
	r, err := parseRange(t.value)
	if err != nil {
		c.add(t, path, "%s", err)
	}
	// A wrong one is kept too: it is looked at once, and reported once.
	c.ranges[t.value] = r
	return r
}

// setStandard finds the default among the releases.
func (c *compiler) setStandard(out *component, d *draft, path string) {
	if d.standard.value == "" && !d.standard.reported {
		named := slices.ContainsFunc(out.releases, func(r *release) bool { return isRelease(r.version, out.suffix) })
		if !named && len(out.releases) > 0 {
			c.add(d.name, path+".default", "required, because every version is a pre-release, and none of those is chosen "+
				"unless it is named")
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
		c.add(d.standard, path+".default", "%s is not one of the versions: %s", version, names(out.releases))
	}
}

// find returns the release of that very version, or nil.
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

// names lists the first few releases for a message.
func names(releases []*release) string {
	out := make([]string, len(releases))
	for i, r := range releases {
		out[i] = r.name
	}
	return few(out)
}

// few joins words for a message, the first of them only when there are many.
func few(words []string) string {
	const most = 20
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}
