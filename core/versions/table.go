package versions

import "maps"

// Table holds what is offered: components by name. It is what a module supplies
// as its built-in table, and what [Parse] reads from a version file. Names
// match config.NamePattern, so that a stack can name them in its configuration.
type Table map[string]Component

// Component is one entry of a [Table].
type Component struct {
	// Versions are the versions on offer, in any order. Required, at least one.
	// No two may be equal; those that differ only in build metadata ("+k3s1")
	// count as equal, because semantic versions do not order them.
	Versions []Release
	// Default is the version that is used when the stack's configuration does
	// not mention the component and the default is not known to be unfit for
	// the cluster. It is one of Versions. Default: the highest of Versions that
	// is not a pre-release.
	Default string
	// Suffix names the word that a vendor marks its builds with, such as
	// "eksbuild" in 1.20.1-eksbuild.3. Semantic versioning takes such builds for
	// pre-releases, which no constraint selects unless it names one; with the
	// word given they are releases, and a constraint is compared with the
	// version before the suffix unless the constraint has the suffix as well.
	// Default: none, what follows a hyphen makes a pre-release.
	Suffix string
}

// Release is one version of a component.
type Release struct {
	// Version is a full semantic version, such as 1.26.2. A leading v is
	// accepted and dropped. Required.
	Version string
	// Kubernetes says which minor versions of Kubernetes the release runs on, as
	// a constraint, such as ">=1.29 <1.34". Default: not known.
	Kubernetes string
}

// Merge returns a table with the components of all tables, for a caller that
// resolves for several modules. Where tables share a name, the later one wins.
// The tables are not modified; their slices are shared.
func Merge(tables ...Table) Table {
	out := Table{}
	for _, t := range tables {
		maps.Copy(out, t)
	}
	return out
}
