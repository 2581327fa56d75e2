package versions

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// The longest versions and constraints that are looked at, in bytes. The
// library's regular expressions take time in proportion.
const (
	maxVersionLength    = 128
	maxConstraintLength = 256
)

// floating are the words that stand for whatever is newest on the day.
var floating = []string{
	"latest", "stable", "newest", "current", "main", "master", "head", "edge", "nightly", "lts", "release",
}

// parseVersion reads a full semantic version. A leading v is dropped.
func parseVersion(text string) (*semver.Version, error) {
	if text == "" {
		return nil, errors.New("empty: write a version such as 1.26.2")
	}
	if len(text) > maxVersionLength {
		return nil, fmt.Errorf("%d bytes are more than the %d that a version may have", len(text), maxVersionLength)
	}
	if err := refuseFloating(text); err != nil {
		return nil, err
	}
	v, err := semver.StrictNewVersion(strings.TrimPrefix(text, "v"))
	if err != nil {
		return nil, fmt.Errorf("%q is not a full semantic version: write three numbers, such as 1.26.2", text)
	}
	return v, nil
}

func refuseFloating(text string) error {
	if slices.Contains(floating, strings.ToLower(text)) {
		return fmt.Errorf("%q is another version from one day to the next, and the same input must give the same answer on every "+
			"run: write an exact version such as 1.26.2", shorten(text))
	}
	return nil
}

// wish is what a stack's configuration asks for: an exact version, or else
// a constraint.
type wish struct {
	text       string
	exact      *semver.Version
	constraint *semver.Constraints
}

// parseWish reads a version or a constraint. Three numbers without an operator
// are a version, everything else is a constraint.
func parseWish(text string) (wish, error) {
	if text == "" {
		return wish{}, errors.New(`empty: write a version such as 1.26.2, or a constraint such as ">=1.25 <1.27"`)
	}
	if len(text) > maxConstraintLength {
		return wish{}, fmt.Errorf("%d bytes are more than the %d that a constraint may have", len(text), maxConstraintLength)
	}
	if err := refuseFloating(text); err != nil {
		return wish{}, err
	}
	if v, err := parseVersion(text); err == nil {
		return wish{text: text, exact: v}, nil
	}
	c, err := semver.NewConstraint(text)
	if err != nil {
		return wish{}, fmt.Errorf(`%q is neither a version such as 1.26.2 nor a constraint such as ~1.26 or ">=1.25 <1.27"`,
			shorten(text))
	}
	return wish{text: text, constraint: c}, nil
}

// isBuild reports whether v is a vendor's build rather than a pre-release.
func isBuild(v *semver.Version, suffix string) bool {
	return suffix != "" && (v.Prerelease() == suffix || strings.HasPrefix(v.Prerelease(), suffix+"."))
}

// isRelease reports whether v may be chosen without being asked for by name.
func isRelease(v *semver.Version, suffix string) bool {
	return v.Prerelease() == "" || isBuild(v, suffix)
}

// admits reports whether v satisfies the constraint.
func (w wish) admits(v *semver.Version, suffix string) bool {
	if isBuild(v, suffix) && !strings.Contains(w.text, "-"+suffix) {
		v = semver.New(v.Major(), v.Minor(), v.Patch(), "", "")
	}
	return w.constraint.Check(v)
}

// shorten keeps messages readable whatever a file holds.
func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	if runes := []rune(s[:min(len(s), 4*most)]); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}
