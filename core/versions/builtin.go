package versions

import (
	"maps"
	"slices"
)

// builtIn is how messages call a table that a module supplies.
const builtIn = "built-in table"

// compileTable checks a table that was given as data.
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
