package versions

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Resolved is a version with where it came from.
type Resolved struct {
	// Component is the name that was asked for.
	Component string
	// Version is a full semantic version without a leading v, such as 1.26.2.
	Version string
	// Source says where Version was written.
	Source Source
	// Constraint is the constraint of the stack's configuration that selected
	// Version. Empty when none did.
	Constraint string
	// Compatibility says how Version and the cluster go together.
	Compatibility Compatibility
	// Kubernetes is the minor version of the cluster, such as 1.33. Empty when
	// it was not given.
	Kubernetes string
	// KubernetesRange is the constraint that the tables give for Version, such
	// as ">=1.29 <1.34". Empty when they give none.
	KubernetesRange string
	// Digest is the SHA-256 digest of the version file, as 64 hexadecimal
	// digits. Empty when Source is not a file.
	Digest string
}

// String says it in one line: istio 1.26.2 (versions.yaml:4, asked for by
// "~1.26", fits Kubernetes 1.33).
func (r *Resolved) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (%s", r.Component, r.Version, r.Source)
	if r.Constraint != "" {
		fmt.Fprintf(&b, ", asked for by %q", r.Constraint)
	}
	switch r.Compatibility {
	case Compatible:
		b.WriteString(", fits Kubernetes " + r.Kubernetes)
	case Unknown:
		b.WriteString(", not known whether it fits Kubernetes " + r.Kubernetes)
	case Unchecked:
	}
	b.WriteByte(')')
	return b.String()
}

// Source is where a version was written.
type Source struct {
	// Kind says which of the three sources it is.
	Kind SourceKind
	// File is the path of the version file, or its URL without its query. Empty
	// unless Kind is File.
	File string
	// Line is the line in File, counted from 1.
	Line int
}

// String returns the file and line, or the name of the source. Of a path it
// has the last element alone: the text may become a stack's output, which must
// not change with the folder that a program is run from.
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

// SourceKind tells the sources apart.
type SourceKind int

// The sources, in their order of precedence.
const (
	// StackConfiguration is an exact version in the section ashlar:versions.
	StackConfiguration SourceKind = iota + 1
	// File is a version file.
	File
	// BuiltIn is the table that the calling module supplies.
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

// Compatibility says how a version and a cluster go together. There is no value
// for versions that do not fit: those are errors.
type Compatibility int

// The answers.
const (
	// Unchecked means that no version of Kubernetes was given.
	Unchecked Compatibility = iota
	// Unknown means that no table says which versions of Kubernetes the
	// component's version runs on.
	Unknown
	// Compatible means that the cluster is within the range that a table gives.
	Compatible
)

// String returns the answer in words.
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
