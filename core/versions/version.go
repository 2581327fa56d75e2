package versions

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// The maximum lengths of versions and constraints in bytes, which limit the time of regular expressions in the library.
const (
	maxVersionLength    = 128
	maxConstraintLength = 256
)

// floating are words for versions that change over time.
var floating = []string{
	"latest", "stable", "newest", "current", "main", "master", "head", "edge", "nightly", "lts", "release",
}

// parseVersion reads a full semantic version. A leading v is removed.
func parseVersion(text string) (*semver.Version, error) {
	if text == "" {
		return nil, errors.New("empty: use a version such as 1.26.2")
	}
	if len(text) > maxVersionLength {
		return nil, fmt.Errorf("%d bytes exceed the maximum of %d for a version", len(text), maxVersionLength)
	}
	if err := rejectFloating(text); err != nil {
		return nil, err
	}
	v, err := semver.StrictNewVersion(strings.TrimPrefix(text, "v"))
	if err != nil {
		return nil, fmt.Errorf("%q is not a full semantic version: use three numbers, such as 1.26.2", text)
	}
	return v, nil
}

func rejectFloating(text string) error {
	if slices.Contains(floating, strings.ToLower(text)) {
		return fmt.Errorf("%q changes over time: use an exact version such as 1.26.2", shorten(text))
	}
	return nil
}

// request is an entry of the configuration: an exact version or a constraint.
type request struct {
	text       string
	exact      *semver.Version
	constraint *semver.Constraints
}

// parseRequest reads a version (three numbers without an operator) or a constraint.
func parseRequest(text string) (request, error) {
	if text == "" {
		return request{}, errors.New(`empty: use a version such as 1.26.2, or a constraint such as ">=1.25 <1.27"`)
	}
	if len(text) > maxConstraintLength {
		return request{}, fmt.Errorf("%d bytes exceed the maximum of %d for a constraint", len(text), maxConstraintLength)
	}
	if err := rejectFloating(text); err != nil {
		return request{}, err
	}
	if v, err := parseVersion(text); err == nil {
		return request{text: text, exact: v}, nil
	}
	c, err := semver.NewConstraint(text)
	if err != nil {
		return request{}, fmt.Errorf(`invalid version or constraint %q: use 1.26.2, ~1.26 or ">=1.25 <1.27"`,
			shorten(text))
	}
	return request{text: text, constraint: c}, nil
}

// isBuild reports whether v is a vendor build and not a pre-release.
func isBuild(v *semver.Version, suffix string) bool {
	return suffix != "" && (v.Prerelease() == suffix || strings.HasPrefix(v.Prerelease(), suffix+"."))
}

// isRelease reports whether v may be chosen without being requested by name.
func isRelease(v *semver.Version, suffix string) bool {
	return v.Prerelease() == "" || isBuild(v, suffix)
}

// admits reports whether v satisfies the constraint.
func (r request) admits(v *semver.Version, suffix string) bool {
	if isBuild(v, suffix) && !strings.Contains(r.text, "-"+suffix) {
		v = semver.New(v.Major(), v.Minor(), v.Patch(), "", "")
	}
	return r.constraint.Check(v)
}

// shorten truncates a text for a message.
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

// KubernetesVersion is a minor version of Kubernetes, which determines the compatibility of components.
type KubernetesVersion struct{ Major, Minor int }

// String returns the version in the form 1.33.
func (k KubernetesVersion) String() string { return fmt.Sprintf("%d.%d", k.Major, k.Minor) }

var kubernetesPattern = regexp.MustCompile(`^v?(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})(?:\.\d{1,9})?(?:[-+][-+.0-9A-Za-z]*)?$`)

// ParseKubernetes reads the version of a cluster in the forms of clouds and API servers: "1.33", "v1.33.4",
// "v1.33.4-eks-abc123", "v1.33.4+k3s1", "1.33+". Patch version and suffix are dropped.
func ParseKubernetes(version string) (KubernetesVersion, error) {
	var m []string
	if len(version) <= maxVersionLength {
		m = kubernetesPattern.FindStringSubmatch(version)
	}
	if m == nil {
		return KubernetesVersion{}, fmt.Errorf("invalid Kubernetes version %q: use a version such as 1.33", shorten(version))
	}
	// The pattern allows at most four digits, so neither can fail.
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	return KubernetesVersion{Major: major, Minor: minor}, nil
}

// kubernetesRange is the set of minor versions that a release supports.
type kubernetesRange struct {
	text        string
	constraints *semver.Constraints
}

// bound matches the versions in a range.
var bound = regexp.MustCompile(`\d+(?:\.(?:\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([-.0-9A-Za-z]+))?(\+)?`)

// parseRange reads a constraint on minor versions of Kubernetes. The suffixes ".0" and "-0" of kubeVersion in Helm
// charts are accepted.
func parseRange(text string) (*kubernetesRange, error) {
	if len(text) > maxConstraintLength {
		return nil, fmt.Errorf("%d bytes exceed the maximum of %d for a constraint", len(text), maxConstraintLength)
	}
	c, err := semver.NewConstraint(text)
	if err != nil {
		return nil, fmt.Errorf(`invalid range of Kubernetes versions %q: use a constraint such as ">=1.29 <1.34"`, shorten(text))
	}
	for _, m := range bound.FindAllStringSubmatch(text, -1) {
		patch, pre := m[1], m[2]
		if (patch != "" && patch != "0" && patch != "x" && patch != "X" && patch != "*") || (pre != "" && pre != "0") || m[3] != "" {
			return nil, fmt.Errorf("%q in %q is not a minor version: use a version such as 1.29",
				shorten(m[0]), shorten(text))
		}
	}
	return &kubernetesRange{text: text, constraints: c}, nil
}

// contains reports whether the range contains the version. It must not be nil.
func (r *kubernetesRange) contains(k KubernetesVersion) bool {
	return r.constraints.Check(semver.New(uint64(k.Major), uint64(k.Minor), 0, "", ""))
}
