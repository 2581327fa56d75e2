package containerservice

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// version is a minor version of Kubernetes that AKS offers.
type version struct {
	// minor is the number, such as 35 for 1.35.
	minor int
	// patches are the patch versions, the newest first.
	patches []int
	// community says that it is supported without long-term support.
	community bool
}

// versions are those of the end of November 2026, the oldest first. Sources: "AKS Kubernetes release calendar" and
// "Long-term support for AKS versions"; patch versions from the release notes of AKS until July 2026, later ones from
// memory. 1.34 left community support in November 2026.
func versions() []version {
	return []version{
		{32, []int{13, 12}, false},
		{33, []int{13, 12}, false},
		{34, []int{9, 8}, false},
		{35, []int{6, 5}, true},
		{36, []int{2, 1}, true},
		{37, []int{1, 0}, true},
	}
}

// defaultMinor is the version of clusters without one: that before the newest.
func defaultMinor() int {
	all := versions()
	return all[len(all)-2].minor
}

// text returns a patch version, such as "1.35.6".
func (v version) text(patch int) string {
	return "1." + strconv.Itoa(v.minor) + "." + strconv.Itoa(patch)
}

// parse returns the minor version in "1.35" or "1.35.6", and the patch version or -1.
func parse(text string) (minor, patch int, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) < 2 || len(parts) > 3 || parts[0] != "1" {
		return 0, 0, false
	}
	minor, err := strconv.Atoi(parts[1])
	if err != nil {
		return 0, 0, false
	}
	if len(parts) == 2 {
		return minor, -1, true
	}
	patch, err = strconv.Atoi(parts[2])
	return minor, patch, err == nil
}

// minorOf returns the minor version in a version that was checked.
func minorOf(text string) int {
	minor, _, _ := parse(text)
	return minor
}

// find returns the offered version of a text, or nil, and the patch version that it stands for.
func find(text string) (*version, string) {
	minor, patch, ok := parse(text)
	if !ok {
		return nil, ""
	}
	for _, v := range versions() {
		if v.minor != minor {
			continue
		}
		if patch < 0 {
			return &v, v.text(v.patches[0])
		}
		if slices.Contains(v.patches, patch) {
			return &v, v.text(patch)
		}
	}
	return nil, ""
}

// longTerm reports whether a cluster has long-term support.
func longTerm(o *cloud.Object) bool { return o.Text("supportPlan") == "AKSLongTermSupport" }

// setVersion checks the version of a cluster, and sets the patch version that it stands for. An alias such as "1.35" does
// not follow later patch versions.
func setVersion(c *cloud.Call) error {
	wanted := c.Text("kubernetesVersion")
	if wanted == "" {
		wanted = "1." + strconv.Itoa(defaultMinor())
		if c.Old != nil {
			wanted = c.Old.Text("kubernetesVersion")
		}
		c.Set("kubernetesVersion", wanted)
	}
	if c.Old != nil {
		current := c.Old.Text("currentKubernetesVersion")
		minor, patch, ok := parse(wanted)
		if ok && minor == minorOf(current) && (patch < 0 || wanted == current) {
			c.Set("currentKubernetesVersion", current)
			return checkSupport(c, current)
		}
	}
	v, full := find(wanted)
	if v == nil {
		return kernel.Refuse("K8sVersionNotSupported", "Version %s is not supported in this region. Please use [az aks "+
			"get-versions] command to get the supported version list in this region. For more information, please check "+
			"https://aka.ms/supported-version-list", wanted)
	}
	if err := checkSupport(c, full); err != nil {
		return err
	}
	if c.Old != nil {
		if err := checkUpgrade(c, c.Old.Text("currentKubernetesVersion"), full); err != nil {
			return err
		}
	}
	c.Set("currentKubernetesVersion", full)
	return nil
}

// checkSupport refuses a version that only clusters with long-term support can have. The message is from memory.
func checkSupport(c *cloud.Call, full string) error {
	v, _ := find(full)
	if v != nil && !v.community && !longTerm(c.Object) {
		return kernel.Refuse("K8sVersionNotSupported", "Managed cluster %s is on version %s, which is only available for "+
			"Long-Term Support (LTS). If you intend to onboard to LTS, please ensure the cluster is in Premium tier and LTS "+
			"support plan. Otherwise, use [az aks get-versions] command to get the supported version list in this region.",
			c.Text("name"), full)
	}
	return nil
}

// checkUpgrade refuses an upgrade that AKS does not offer: at most one minor version at a time, or three between versions
// with long-term support. The message is that in issue 11884 of rancher/dashboard.
func checkUpgrade(c *cloud.Call, from, to string) error {
	var offered []string
	reach := 1
	if longTerm(c.Object) {
		reach = 3
	}
	for _, v := range slices.Backward(versions()) {
		for _, patch := range v.patches {
			if step := v.minor - minorOf(from); step > 0 && step <= reach || step == 0 && newer(v.text(patch), from) {
				offered = append(offered, v.text(patch))
			}
		}
	}
	if slices.Contains(offered, to) {
		return nil
	}
	return kernel.Refuse("OperationNotAllowed", "Upgrading Kubernetes version %s to %s is not allowed. Available upgrades: [%s]. "+
		"Please see https://aka.ms/aks-supported-k8s-ver for version details.", from, to, strings.Join(offered, " "))
}

// newer reports whether a version is newer than another one.
func newer(a, b string) bool {
	minorA, patchA, _ := parse(a)
	minorB, patchB, _ := parse(b)
	return minorA > minorB || minorA == minorB && patchA > patchB
}

// skew is the maximum number of minor versions by which a pool is behind the control plane.
const skew = 3

// setPoolVersion checks the version of a pool against that of its cluster.
func setPoolVersion(c *cloud.Call, of *cloud.Object) error {
	plane := of.Text("currentKubernetesVersion")
	wanted := c.Text("orchestratorVersion")
	if wanted == "" {
		wanted = plane
		if c.Old != nil {
			wanted = c.Old.Text("currentOrchestratorVersion")
		}
		c.Set("orchestratorVersion", wanted)
	}
	current := ""
	if c.Old != nil {
		current = c.Old.Text("currentOrchestratorVersion")
	}
	minor, patch, ok := parse(wanted)
	if ok && current != "" && minor == minorOf(current) && (patch < 0 || wanted == current) {
		c.Set("currentOrchestratorVersion", current)
		return nil
	}
	full := wanted
	if wanted != plane { // A pool can have the version of the control plane, whether it is still offered or not.
		if _, full = find(wanted); full == "" {
			return kernel.Refuse("AgentPoolK8sVersionNotSupported", "Version %s is not supported in this region. Please use [az "+
				"aks get-versions] command to get the supported version list in this region. For more information, please check "+
				"https://aka.ms/supported-version-list", wanted)
		}
	}
	// An alias means the patch version of the control plane, if that has the same minor version.
	if patch < 0 && minor == minorOf(plane) {
		full = plane
	}
	switch {
	case newer(full, plane):
		return kernel.Refuse("NodePoolMcVersionIncompatible", "Node pool version %s and control plane version %s are "+
			"incompatible. Minor version of node pool version %d is bigger than control plane version %d. For more information, "+
			"please check https://aka.ms/version-skew-policy", full, plane, minorOf(full), minorOf(plane))
	case minorOf(full) < minorOf(plane)-skew:
		return kernel.Refuse("NodePoolMcVersionIncompatible", "Node pool version %s and control plane version %s are "+
			"incompatible. Minor version of node pool cannot be more than %d versions less than control plane's version. For more "+
			"information, please check https://aka.ms/version-skew-policy", full, plane, skew)
	case current != "" && newer(current, full):
		return kernel.Refuse("OperationNotAllowed", "Downgrading the Kubernetes version of agent pool %s from %s to %s is not "+
			"allowed.", c.Text("name"), current, full)
	}
	c.Set("currentOrchestratorVersion", full)
	return nil
}

// checkSkew refuses an upgrade of a control plane that leaves its pools too far behind.
func checkSkew(c *cloud.Call, pools []*cloud.Object) error {
	plane := c.Text("currentKubernetesVersion")
	for _, o := range pools {
		if at := o.Text("currentOrchestratorVersion"); minorOf(at) < minorOf(plane)-skew {
			return kernel.Refuse("NodePoolMcVersionIncompatible", "Node pool version %s and control plane version %s are "+
				"incompatible. Minor version of node pool cannot be more than %d versions less than control plane's version. For more "+
				"information, please check https://aka.ms/version-skew-policy", at, plane, skew)
		}
	}
	return nil
}
