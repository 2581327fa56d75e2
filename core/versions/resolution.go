package versions

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
)

// resolution is one request and the versions to select from.
type resolution struct {
	name string
	// cluster is the given version of Kubernetes, kubernetes its parsed form, or nil.
	cluster    string
	kubernetes *KubernetesVersion
	// request is the entry of the configuration, the zero value unless configured.
	request    request
	configured bool
	// available is the component of the file, otherwise of the table, or nil.
	available *component
	source    Source
	digest    string
	builtIn   *component
}

// exact returns the exact version of the configuration.
func (q *resolution) exact() (*Resolved, error) {
	out := &Resolved{
		Component: q.name,
		Version:   q.request.exact.String(),
		Source:    Source{Kind: StackConfiguration},
	}
	// A version that the file lacks may be in the table.
	listed := cmp.Or(q.available.find(q.request.exact), q.builtIn.find(q.request.exact))
	if listed == nil {
		listed = &release{}
	}
	if q.fit(listed) == unfit {
		return nil, &IncompatibleError{
			Component:       q.name,
			Version:         out.Version,
			Kubernetes:      q.kubernetes.String(),
			KubernetesRange: listed.kubernetes.text,
			Fits:            q.fitting(),
		}
	}
	q.describe(out, listed)
	return out, nil
}

// choose returns one of the available versions.
func (q *resolution) choose() (*Resolved, error) {
	chosen := q.available.standard
	if q.configured || chosen == nil || q.fit(chosen) == unfit {
		chosen = q.highest()
	}
	if chosen == nil {
		return nil, q.noMatch()
	}
	source := q.source
	source.Line = chosen.line
	out := &Resolved{
		Component:  q.name,
		Version:    chosen.name,
		Source:     source,
		Constraint: q.request.text,
		Digest:     q.digest,
	}
	q.describe(out, chosen)
	return out, nil
}

// highest returns the highest compatible release, otherwise the highest whose compatibility is unknown, or nil.
func (q *resolution) highest() *release {
	var maybe *release
	for _, r := range q.available.releases {
		if !q.admits(r) {
			continue
		}
		switch q.fit(r) {
		case fits:
			return r
		case notKnown:
			maybe = cmp.Or(maybe, r)
		case unfit:
		}
	}
	return maybe
}

// admits reports whether the release may be chosen on some cluster.
func (q *resolution) admits(r *release) bool {
	if q.request.constraint == nil {
		return r == q.available.standard || isRelease(r.version, q.available.suffix)
	}
	return q.request.admits(r.version, q.available.suffix)
}

type fitness int

const (
	notKnown fitness = iota
	fits
	unfit
)

// fit returns the compatibility of a release with the cluster. Without a cluster, everything fits.
func (q *resolution) fit(r *release) fitness {
	switch {
	case q.kubernetes == nil:
		return fits
	case r.kubernetes == nil:
		return notKnown
	case r.kubernetes.contains(*q.kubernetes):
		return fits
	}
	return unfit
}

// fitting returns the available releases that are compatible with the cluster.
func (q *resolution) fitting() []string {
	if q.available == nil {
		return nil
	}
	var out []string
	for _, r := range q.available.releases {
		if isRelease(r.version, q.available.suffix) && q.fit(r) == fits {
			out = append(out, r.name)
		}
	}
	return out
}

// describe sets the compatibility of the result.
func (q *resolution) describe(out *Resolved, r *release) {
	if r.kubernetes != nil {
		out.KubernetesRange = r.kubernetes.text
	}
	if q.kubernetes == nil {
		return
	}
	out.Kubernetes = q.kubernetes.String()
	out.Compatibility = Unknown
	if q.fit(r) == fits {
		out.Compatibility = Compatible
	}
}

// noMatch returns why there is no result.
func (q *resolution) noMatch() error {
	e := &NoMatchError{Component: q.name, Constraint: q.request.text}
	if q.kubernetes != nil {
		e.Kubernetes = q.kubernetes.String()
	}
	for _, r := range q.available.releases {
		e.Available = append(e.Available, r.name)
		if q.admits(r) {
			e.Unfit = append(e.Unfit, fmt.Sprintf("%s requires %s", r.name, r.kubernetes.text))
		}
	}
	return e
}

// Resolved is a version and its source.
type Resolved struct {
	// Component is the requested name.
	Component string
	// Version is a full semantic version without a leading v, such as 1.26.2.
	Version string
	// Source is the source of Version.
	Source Source
	// Constraint is the constraint in the configuration that selected Version, empty without one.
	Constraint string
	// Compatibility is the compatibility of Version with the cluster.
	Compatibility Compatibility
	// Kubernetes is the minor version of the cluster, such as 1.33, empty when it is unknown.
	Kubernetes string
	// KubernetesRange is the range of Version in the tables, such as ">=1.29 <1.34", empty without one.
	KubernetesRange string
	// Digest is the SHA-256 digest of the version file in hexadecimal digits, empty when Source is not a file.
	Digest string
}

// String returns everything in one line: istio 1.26.2 (versions.yaml:4, selected by "~1.26", compatible with Kubernetes
// 1.33).
func (r *Resolved) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (%s", r.Component, r.Version, r.Source)
	if r.Constraint != "" {
		fmt.Fprintf(&b, ", selected by %q", r.Constraint)
	}
	switch r.Compatibility {
	case Compatible:
		b.WriteString(", compatible with Kubernetes " + r.Kubernetes)
	case Unknown:
		b.WriteString(", compatibility with Kubernetes " + r.Kubernetes + " unknown")
	case Unchecked:
	}
	b.WriteByte(')')
	return b.String()
}

// Source is where a version comes from.
type Source struct {
	// Kind is the kind of the source.
	Kind SourceKind
	// File is the path of the version file, or its URL without the query. It is empty unless Kind is File.
	File string
	// Line is the line in File, counted from 1.
	Line int
}

// String returns the file and line, or the kind. A path is shortened to its last element, because the text may become
// an output of a stack, which must not depend on the working directory.
func (s Source) String() string {
	if s.Kind == File {
		file := s.File
		if !strings.Contains(file, "://") {
			file = filepath.Base(file)
		}
		return fmt.Sprintf("%s:%d", file, s.Line)
	}
	return s.Kind.String()
}

// SourceKind is the kind of a [Source].
type SourceKind int

// The kinds in their order of precedence.
const (
	// StackConfiguration is an exact version in the section ashlar:versions.
	StackConfiguration SourceKind = iota + 1
	// File is a version file.
	File
	// BuiltIn is the table of the calling module.
	BuiltIn
)

// String returns the kind in words.
func (k SourceKind) String() string {
	switch k {
	case StackConfiguration:
		return "stack configuration"
	case File:
		return "version file"
	case BuiltIn:
		return builtIn
	}
	return "unknown source"
}

// Compatibility is the compatibility of a version with a cluster. Incompatible versions are errors.
type Compatibility int

// The compatibilities.
const (
	// Unchecked means that the version of Kubernetes is unknown.
	Unchecked Compatibility = iota
	// Unknown means that the version has no range of Kubernetes versions in a table.
	Unknown
	// Compatible means that the cluster is within the range of the version.
	Compatible
)

// String returns the compatibility in words.
func (c Compatibility) String() string {
	switch c {
	case Unchecked:
		return "unchecked"
	case Unknown:
		return "unknown"
	case Compatible:
		return "compatible"
	}
	return "no such compatibility"
}
