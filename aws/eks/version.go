package eks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"

	"github.com/ashlar-iac/ashlar/core/config"
)

// What EKS says about a version. Source: "DescribeClusterVersions", Amazon EKS API Reference.
const (
	standardSupport = "STANDARD_SUPPORT"
	extendedSupport = "EXTENDED_SUPPORT"
)

// maxSkew is by how many minor versions nodes may be behind the control plane. Source: "Version Skew Policy" of Kubernetes.
const maxSkew = 3

// minor returns the number after the dot of a version.
func minor(version string) int {
	_, text, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// checkUpgrade says what is wrong with going from a version to another one.
func checkUpgrade(current, wanted string) error {
	from, to := minor(current), minor(wanted)
	switch {
	case to < from:
		return fmt.Errorf("the cluster has %s, and no cluster goes back: write %s or a later one", current, current)
	case to > from+1:
		return fmt.Errorf("the cluster has %s, and goes up by one minor version at a time: write 1.%d, deploy it, and go on from there", current, from+1)
	}
	return nil
}

// checkSkew says what is wrong with nodes of a version at a control plane of another one.
func checkSkew(nodes, control string) error {
	n, c := minor(nodes), minor(control)
	switch {
	case n > c:
		return fmt.Errorf("nodes of %s cannot join a cluster of %s: upgrade the cluster first, or write %s", nodes, control, control)
	case n < c-maxSkew:
		return fmt.Errorf("nodes of %s are more than %d minor versions behind a cluster of %s: write 1.%d or a later one, deploy it, then upgrade the cluster",
			nodes, maxSkew, control, c-maxSkew)
	}
	return nil
}

// known is what EKS says about versions.
type known []eks.GetClusterVersionsClusterVersion

// check says what is wrong with a version, and what somebody should know about it. exists tells whether the cluster has it already.
func (k known) check(version, support string, exists bool) (warning string, err error) {
	i := slices.IndexFunc(k, func(v eks.GetClusterVersionsClusterVersion) bool { return v.ClusterVersion == version })
	if i < 0 {
		var names []string
		for _, v := range k {
			if v.VersionStatus == standardSupport || v.VersionStatus == extendedSupport {
				names = append(names, v.ClusterVersion)
			}
		}
		return "", fmt.Errorf("EKS does not have %s in this region, expected one of: %s", version, config.List(names))
	}
	v := k[i]
	switch v.VersionStatus {
	case standardSupport:
		return "", nil
	case extendedSupport:
		if support == "standard" {
			return "", fmt.Errorf("standard support of %s ended on %s: write a later version, or set support to extended", version, day(v.EndOfStandardSupportDate))
		}
		return fmt.Sprintf("standard support of Kubernetes %s ended on %s: EKS charges more for the cluster, and upgrades it unasked after %s",
			version, day(v.EndOfStandardSupportDate), day(v.EndOfExtendedSupportDate)), nil
	}
	if exists {
		return fmt.Sprintf("EKS does not support Kubernetes %s any more, and upgrades the cluster unasked: upgrade it", version), nil
	}
	return "", fmt.Errorf("EKS does not support %s any more: write a later version", version)
}

// day returns the date of a time.
func day(at string) string {
	out, _, _ := strings.Cut(at, "T")
	return out
}
