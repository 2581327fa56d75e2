package eks

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Limits of EKS. Sources: "CreateNodegroup" and "Taint", Amazon EKS API Reference; "Node taints on managed node
// groups", Amazon EKS User Guide.
const (
	maxTaints    = 50
	maxLabelText = 63
	maxTypes     = 20
)

var (
	_ config.Validator          = (*NodeGroupArgs)(nil)
	_ config.ArgumentsValidator = (*NodeGroupArgs)(nil)
	_ config.Validator          = (*NodeRole)(nil)
)

// Validate implements config.Validator.
func (a *NodeGroupArgs) Validate(report *config.Report) {
	checkMinor(report, []string{"version"}, a.Version)
	a.checkTypes(report)
	value(a.Size).check(report, []string{"size"}, a.Autoscaled)
	a.checkLabels(report)
	a.checkTaints(report)
	a.checkImage(report)
	a.checkUserData(report)
	for i, zone := range a.Zones {
		if slices.Contains(a.Zones[:i], zone) {
			report.Add([]string{"zones", strconv.Itoa(i)}, "duplicate zone %s", zone)
		}
	}
	if update := value(a.Update); update.MaxUnavailable != nil && update.MaxUnavailablePercentage != nil {
		report.Add([]string{"update", "maxUnavailablePercentage"},
			"mutually exclusive with maxUnavailable: omit one of them")
	}
	tagging.CheckWithRoles(report, []string{"tags"}, a.Tags)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *NodeGroupArgs) ValidateArguments(report *config.Report) {
	checkCluster(report, a.Cluster, a.ClusterName, inputs{"clusterVersion": a.ClusterVersion != ""})
	cluster := a.cluster()
	if cluster.name == nil {
		return
	}
	switch {
	case a.Cluster == nil && a.ClusterVersion == "":
		report.Add([]string{"clusterVersion"}, "required, but missing: set the version of the cluster, such as \"1.36\"")
	case a.Cluster == nil && !minorVersion.MatchString(a.ClusterVersion):
		report.Add([]string{"clusterVersion"}, "found %q, expected the version of the cluster, such as \"1.36\"",
			a.ClusterVersion)
	case minorVersion.MatchString(a.Version):
		if err := checkSkew(a.Version, cluster.version); err != nil {
			report.Add([]string{"version"}, "%v", err)
		}
	}
	checkPlace(report, cluster.subnets, a.Zones)
	if a.RoleARN != nil && a.Role != nil {
		report.Add([]string{"role"}, "mutually exclusive with roleArn: omit one of them")
	}
	if i := value(a.Image); i.Version != "" && a.Version == "" && cluster.version != "" {
		if problem := i.checkRelease(cluster.version, i.Version); problem != "" {
			report.Add([]string{"image", "version"}, "%s", problem)
		}
	}
	if a.autoscaled() && cluster.known == "" {
		report.Add([]string{"autoscaled"}, "requires a cluster name that is known before the update: "+
			"use Cluster, or a string for clusterName")
	}
}

// Validate implements config.Validator.
func (r *NodeRole) Validate(report *config.Report) { r.permissions().Check(report, r.ownPolicies()) }

// architecture returns the architecture of all instances.
func (a *NodeGroupArgs) architecture() string { return instancetype.Architecture(a.types()[0]) }

func (a *NodeGroupArgs) checkTypes(report *config.Report) {
	const key = "instanceTypes"
	if len(a.InstanceTypes) > maxTypes {
		report.Add([]string{key}, "%d instance types: use at most %d", len(a.InstanceTypes), maxTypes)
	}
	for i, typ := range a.InstanceTypes {
		at := []string{key, strconv.Itoa(i)}
		if problem := instancetype.Check(typ); problem != "" {
			report.Add(at, "%s", problem)
			continue
		}
		if slices.Contains(a.InstanceTypes[:i], typ) {
			report.Add(at, "duplicate instance type %s", typ)
		}
		if got, want := instancetype.Architecture(typ), a.architecture(); got != want {
			report.Add(at, "%s has the architecture %s, %s has %s: use two node groups", typ, got, a.InstanceTypes[0],
				want)
		}
		if accelerator := string(value(a.Image).Accelerator); accelerator != "" &&
			!instancetype.HasAccelerator(typ, accelerator) {
			report.Add(at, "%s has no %s accelerator: use another type, or omit image.accelerator", typ, accelerator)
		}
	}
}

func (a *NodeGroupArgs) checkImage(report *config.Report) {
	i := value(a.Image)
	if i.Version != "" && i.Release != "" {
		report.Add([]string{"image", "release"}, "mutually exclusive with version: omit one of them")
	}
	if i.Accelerator != "" && len(a.InstanceTypes) == 0 {
		report.Add([]string{"instanceTypes"},
			"required with image.accelerator, but missing: add types with such accelerators")
	}
	if _, ok := i.amiType(a.architecture()); !ok {
		report.Add([]string{"image", "accelerator"}, "no image of %s for %s on %s: use al2023 on x86_64", i.System,
			i.Accelerator,
			a.architecture())
	}
	if i.Version != "" && a.Version != "" {
		if problem := i.checkRelease(a.Version, i.Version); problem != "" {
			report.Add([]string{"image", "version"}, "%s", problem)
		}
	}
}

// sizes are numbers of nodes.
type sizes struct{ min, max, desired int }

// sizes returns the numbers of nodes, with their defaults.
func (s NodeGroupSize) sizes() sizes {
	out := sizes{min: value(s.Min), desired: value(s.Min)}
	if s.Desired != nil {
		out.desired = *s.Desired
	}
	out.max = max(out.min, out.desired, 1)
	if s.Max != nil {
		out.max = *s.Max
	}
	return out
}

// autoscaled reports whether an autoscaler determines the number of nodes.
func (a *NodeGroupArgs) autoscaled() bool {
	if a.Autoscaled != nil {
		return *a.Autoscaled
	}
	n := value(a.Size).sizes()
	return n.max > n.min
}

func (s NodeGroupSize) check(report *config.Report, path []string, autoscaled *bool) {
	at := func(key string) []string { return append(slices.Clone(path), key) }
	n := s.sizes()
	if n.max < n.min {
		report.Add(at("max"), "expected at least min, %d, found %d", n.min, n.max)
		return
	}
	if n.desired < n.min || n.desired > n.max {
		report.Add(at("desired"), "expected a number from min to max, %d to %d, found %d", n.min, n.max, n.desired)
	}
	if value(autoscaled) && n.max == n.min {
		report.Add([]string{"autoscaled"}, "requires a range of sizes: set %s to more than min, or omit it",
			strings.Join(at("max"), "."))
	}
}

var (
	labelName  = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)
	labelStart = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

// checkLabelKey returns what is wrong with the key of a label or a taint.
func checkLabelKey(key string) string {
	domain, name, ok := strings.Cut(key, "/")
	if !ok {
		domain, name = "", key
	}
	switch {
	case len(key) > maxLabelText:
		return "found " + strconv.Itoa(len(key)) + " characters, expected at most 63"
	case !labelName.MatchString(name), ok && !labelStart.MatchString(domain):
		return "expected letters, digits, - _ and ., starting and ending with a letter or digit, optionally after a domain and /"
	case reservedDomain(domain):
		return "the domain " + domain + " is reserved: use another one, or none"
	}
	return ""
}

// reservedDomain reports a domain whose labels only Kubernetes and EKS set.
func reservedDomain(domain string) bool {
	return slices.ContainsFunc([]string{"kubernetes.io", "k8s.io", "eks.amazonaws.com"}, func(d string) bool {
		return domain == d || strings.HasSuffix(domain, "."+d)
	})
}

// checkLabelValue returns what is wrong with the value of a label or a taint.
func checkLabelValue(value string) string {
	if len(value) > maxLabelText || value != "" && !labelName.MatchString(value) {
		return "expected up to 63 letters, digits, - _ and ., starting and ending with a letter or digit"
	}
	return ""
}

// checkLabels checks known labels.
func (a *NodeGroupArgs) checkLabels(report *config.Report) {
	labels, _ := a.Labels.(pulumi.StringMap)
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		at := []string{"labels", key}
		if problem := checkLabelKey(key); problem != "" {
			report.Add(at, "%s", problem)
		}
		text, known := labels[key].(pulumi.String)
		if problem := checkLabelValue(string(text)); problem != "" {
			report.Add(at, "%s", problem)
		} else if known && text == "" {
			report.Add(at, "required, but empty: set a value, such as \"true\"")
		}
	}
}

func (a *NodeGroupArgs) checkTaints(report *config.Report) {
	if len(a.Taints) > maxTaints {
		report.Add([]string{"taints"}, "%d taints: use at most %d", len(a.Taints), maxTaints)
	}
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

var _ config.Validator = (*NodeDisk)(nil)

// Validate implements config.Validator. The limits are those of gp3 volumes.
func (d *NodeDisk) Validate(report *config.Report) {
	volume, err := config.WithDefaults(&ec2.RootVolume{Size: d.Size, IOPS: d.IOPS, Throughput: d.Throughput})
	if err != nil {
		report.Add(nil, "%v", err)
		return
	}
	volume.Validate(report)
}

// checkUserData reports known user data that the operating system does not support.
func (a *NodeGroupArgs) checkUserData(report *config.Report) {
	text, known := a.UserData.(pulumi.String)
	if !known {
		return
	}
	if _, err := encodeUserData(value(a.Image).System, string(text)); err != nil {
		report.Add([]string{"userData"}, "%v", err)
	}
}
