package config

import (
	"fmt"
	"slices"
)

// Claim is a physical name that an entry of a section creates: see [Report.Claim].
type Claim struct {
	// Kind is the kind of object, such as "EKS cluster". Required.
	Kind string
	// Scope is where the name is unique, in words: `provider "main"`. Empty means everywhere.
	Scope string
	// Name is the physical name. A claim of the empty name, which is not known yet, has no effect.
	Name string
}

// claims has the first place of each physical name.
type claims map[Claim]claimed

// claimed is where a physical name is claimed.
type claimed struct {
	section string
	path    []string
}

// Claim declares that the value at a path below the validator creates a physical name. A second claim of the same name, by
// any entry of any section, is a problem that names both places: the cloud would reject the second object in the middle of
// the deployment, or the two entries would overwrite each other's.
//
//	report.Claim([]string{"clusters", name}, config.Claim{Kind: "EKS cluster", Scope: `provider "main"`, Name: c.Name})
func (r *Report) Claim(path []string, c Claim) {
	if c.Name == "" {
		return
	}
	here := claimed{r.section, slices.Concat(r.at, path)}
	first, taken := r.claims[c]
	switch {
	case !taken:
		r.claims[c] = here
	case first.section != here.section || !slices.Equal(first.path, here.path):
		in := ""
		if c.Scope != "" {
			in = " in " + c.Scope
		}
		r.Add(path, "duplicate %s %q%s, same as %s: use another name", c.Kind, c.Name, in, r.describe(first))
	}
}

// describe returns the path of a claim, with its position in a file.
func (r *Report) describe(p claimed) string {
	if r.manager == nil {
		return Path(p.path...)
	}
	f := r.manager.position(r.manager.sections[p.section], p.path)
	if f.Line == 0 {
		return f.Path
	}
	return fmt.Sprintf("%s (%s:%d:%d)", f.Path, f.File, f.Line, f.Column)
}
