package versions

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/Masterminds/semver/v3"
)

// KubernetesVersion is a minor version of Kubernetes, which is what decides
// whether a component runs on a cluster.
type KubernetesVersion struct{ Major, Minor int }

// String returns the version in the form 1.33.
func (k KubernetesVersion) String() string { return fmt.Sprintf("%d.%d", k.Major, k.Minor) }

var kubernetesPattern = regexp.MustCompile(`^v?(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})(?:\.\d{1,9})?(?:[-+][-+.0-9A-Za-z]*)?$`)

// ParseKubernetes reads the version of a cluster in the forms that clouds and
// API servers write it: "1.33", "v1.33.4", "v1.33.4-eks-abc123",
// "v1.33.4+k3s1", "1.33+". Patch level and suffix are dropped. The error says
// what to write.
func ParseKubernetes(version string) (KubernetesVersion, error) {
	var m []string
	if len(version) <= maxVersionLength {
		m = kubernetesPattern.FindStringSubmatch(version)
	}
	if m == nil {
		return KubernetesVersion{}, fmt.Errorf("%q is not a version of Kubernetes: write one such as 1.33", shorten(version))
	}
	// The pattern admits at most four digits, so neither can fail.
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	return KubernetesVersion{Major: major, Minor: minor}, nil
}

// kubernetesRange is the set of minor versions that a release runs on.
type kubernetesRange struct {
	text        string
	constraints *semver.Constraints
}

// bound finds the versions within a range.
var bound = regexp.MustCompile(`\d+(?:\.(?:\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([-.0-9A-Za-z]+))?(\+)?`)

// parseRange reads a constraint on minor versions of Kubernetes. The ".0" and
// "-0" that the kubeVersion of Helm charts ends with are accepted.
func parseRange(text string) (*kubernetesRange, error) {
	if len(text) > maxConstraintLength {
		return nil, fmt.Errorf("%d bytes are more than the %d that a constraint may have", len(text), maxConstraintLength)
	}
	c, err := semver.NewConstraint(text)
	if err != nil {
		return nil, fmt.Errorf(`%q is not a constraint on versions of Kubernetes: write one such as ">=1.29 <1.34"`, shorten(text))
	}
	for _, m := range bound.FindAllStringSubmatch(text, -1) {
		patch, pre := m[1], m[2]
		if (patch != "" && patch != "0" && patch != "x" && patch != "X" && patch != "*") || (pre != "" && pre != "0") || m[3] != "" {
			return nil, fmt.Errorf("%q in %q is more than a minor version, and only those are compared: write one such as 1.29",
				shorten(m[0]), shorten(text))
		}
	}
	return &kubernetesRange{text: text, constraints: c}, nil
}

// contains reports whether the range holds the version. It must not be nil.
func (r *kubernetesRange) contains(k KubernetesVersion) bool {
	return r.constraints.Check(semver.New(uint64(k.Major), uint64(k.Minor), 0, "", ""))
}
