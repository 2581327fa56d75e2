package aks

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	_ config.Validator          = (*NodePoolArgs)(nil)
	_ config.ArgumentsValidator = (*NodePoolArgs)(nil)
)

// The limits of system pools. Source: "Use system node pools in Azure Kubernetes Service (AKS)".
const (
	minSystemCPUs = 4
	minSystemPods = 30
)

// Validate implements config.Validator.
func (a *NodePoolArgs) Validate(report *config.Report) {
	checkMinor(report, []string{"version"}, a.Version)
	names.CheckID(report, []string{"subnetId"}, a.SubnetID, "Microsoft.Network/virtualNetworks", "subnet")
	a.checkZones(report)
	value(a.Nodes).check(report, []string{"nodes"})
	a.checkDisk(report)
	a.checkLabels(report)
	a.checkTaints(report)
	if a.Mode == ModeSystem {
		a.checkSystem(report)
	}
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *NodePoolArgs) ValidateArguments(report *config.Report) {
	a.checkCluster(report)
	checkMinor(report, []string{"clusterVersion"}, a.ClusterVersion)
	if control := a.cluster().version; a.Version != "" && control != "" {
		if problem := checkSkew(a.Version, control); problem != "" {
			report.Add([]string{"version"}, "%s", problem)
		}
	}
	a.checkLocation(report, a.cluster().location)
}

func (a *NodePoolArgs) checkZones(report *config.Report) {
	if a.Regional && len(a.Zones) > 0 {
		report.Add([]string{"zones"}, "zones and regional are mutually exclusive: omit one of them")
	}
	for i, zone := range a.Zones {
		at := []string{"zones", strconv.Itoa(i)}
		if !slices.Contains(allZones(), zone) {
			report.Add(at, "found %q, expected a zone: 1, 2 or 3", zone)
		} else if slices.Contains(a.Zones[:i], zone) {
			report.Add(at, "duplicate zone %s", zone)
		}
	}
}

// checkLocation reports zones of a location that has none. Locations that are not known are not checked.
func (a *NodePoolArgs) checkLocation(report *config.Report, place string) {
	if zonal, known := location.HasZones(place); known && !zonal && len(a.Zones) > 0 {
		report.Add([]string{"zones"}, "location %q has no availability zones: omit zones", place)
	}
}

func (n NodeCount) check(report *config.Report, path []string) {
	at := func(key string) []string { return append(slices.Clone(path), key) }
	s := n.sizes()
	if s.max < s.min {
		report.Add(at("max"), "expected at least min, %d, found %d", s.min, s.max)
		return
	}
	if s.desired < s.min || s.desired > s.max {
		report.Add(at("desired"), "expected a number from min to max, %d to %d, found %d", s.min, s.max, s.desired)
	}
}

// checkDisk reports a local disk that cannot hold the OS disk. Source: "Ephemeral OS disk", Storage concepts of AKS.
func (a *NodePoolArgs) checkDisk(report *config.Report) {
	disk := value(a.Disk)
	size, ok := parseSize(a.Size)
	if !ok || disk.Type != DiskEphemeral {
		return
	}
	switch local, known := size.localDisk(); {
	case !known:
	case local == 0:
		report.Add([]string{"disk", "type"}, "%s has no local disk: use a size with one, such as Standard_D4ds_v5, or Managed", a.Size)
	case local <= value(disk.SizeGB):
		report.Add([]string{"disk", "sizeGb"}, "the local disk of %s has %d GiB: use less than that, a larger size, or Managed",
			a.Size, local)
	}
}

// checkSystem reports a pool that cannot run the pods of AKS.
func (a *NodePoolArgs) checkSystem(report *config.Report) {
	if size, ok := parseSize(a.Size); ok {
		switch {
		case size.family == "B":
			report.Add([]string{"size"}, "system pools reject burstable sizes: use another one, such as Standard_D4ds_v5")
		case size.vCPUs < minSystemCPUs:
			report.Add([]string{"size"}, "%s has %d vCPUs, system pools require %d: use a larger one, such as Standard_D4ds_v5",
				a.Size, size.vCPUs, minSystemCPUs)
		}
	}
	if pods := value(a.MaxPods); a.MaxPods != nil && pods < minSystemPods {
		report.Add([]string{"maxPods"}, "system pools require at least %d, found %d", minSystemPods, pods)
	}
	if n := value(a.Nodes); n.Min != nil && *n.Min == 0 {
		report.Add([]string{"nodes", "min"}, "system pools require at least 1 node, and should have 3")
	}
}

const maxLabelText = 63

var (
	labelName   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)
	labelDomain = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

// checkLabelKey returns what is wrong with the key of a label or a taint. Source: "Use labels in an AKS cluster".
func checkLabelKey(key string) string {
	domain, name, ok := strings.Cut(key, "/")
	if !ok {
		domain, name = "", key
	}
	switch {
	case len(name) > maxLabelText || !labelName.MatchString(name), ok && !labelDomain.MatchString(domain):
		return "expected up to 63 letters, digits, - _ and ., starting and ending with a letter or digit, optionally after a domain and /"
	case domain == "kubernetes.azure.com" || domain == "kubernetes.io" || domain == "k8s.io":
		return "the domain " + domain + " is reserved: use another one, or none"
	}
	return ""
}

func checkLabelValue(text string) string {
	if len(text) > maxLabelText || text != "" && !labelName.MatchString(text) {
		return "expected up to 63 letters, digits, - _ and ., starting and ending with a letter or digit"
	}
	return ""
}

// checkLabels checks known labels.
func (a *NodePoolArgs) checkLabels(report *config.Report) {
	labels, _ := a.Labels.(pulumi.StringMap)
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		at := []string{"labels", key}
		if problem := checkLabelKey(key); problem != "" {
			report.Add(at, "%s", problem)
		}
		if text, known := labels[key].(pulumi.String); known {
			if problem := checkLabelValue(string(text)); problem != "" {
				report.Add(at, "%s", problem)
			}
		}
	}
}

func (a *NodePoolArgs) checkTaints(report *config.Report) {
	type same struct {
		key    string
		effect TaintEffect
	}
	seen := map[same]bool{}
	for i, taint := range a.Taints {
		at := []string{"taints", strconv.Itoa(i)}
		if problem := checkLabelKey(taint.Key); problem != "" {
			report.Add(append(at, "key"), "%s", problem)
		}
		if problem := checkLabelValue(taint.Value); problem != "" {
			report.Add(append(at, "value"), "%s", problem)
		}
		if seen[same{taint.Key, taint.Effect}] {
			report.Add(at, "duplicate taint %s with the effect %s", taint.Key, taint.Effect)
		}
		seen[same{taint.Key, taint.Effect}] = true
	}
}
