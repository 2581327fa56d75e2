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
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

// The limits of EKS. Sources: "CreateNodegroup", "Taint", Amazon EKS API Reference; "Node taints on managed node groups".
const (
	maxTaints    = 50
	maxLabelText = 63
	maxTypes     = 20
)

var _ config.Validator = (*NodeGroupSettings)(nil)

// Validate implements config.Validator.
func (s *NodeGroupSettings) Validate(report *config.Report) {
	checkMinor(report, []string{"version"}, s.Version)
	s.checkTypes(report)
	s.Size.check(report, []string{"size"}, s.Autoscaled)
	s.checkLabels(report)
	s.checkTaints(report)
	s.checkImage(report)
	s.checkUserData(report)
	for i, zone := range s.Zones {
		if slices.Contains(s.Zones[:i], zone) {
			report.Add([]string{"zones", strconv.Itoa(i)}, "%s stands here twice", zone)
		}
	}
	if s.Update.MaxUnavailable != nil && s.Update.MaxUnavailablePercentage != nil {
		report.Add([]string{"update", "maxUnavailablePercentage"}, "it excludes maxUnavailable: leave out one of them")
	}
	tags.Check(report, []string{"tags"}, s.Tags)
}

// types returns the types of the machines.
func (s *NodeGroupSettings) types() []string {
	if len(s.InstanceTypes) == 0 {
		return []string{"m6i.large"}
	}
	return s.InstanceTypes
}

// architecture returns the one of all machines.
func (s *NodeGroupSettings) architecture() string { return instancetype.Architecture(s.types()[0]) }

func (s *NodeGroupSettings) checkTypes(report *config.Report) {
	const key = "instanceTypes"
	if len(s.InstanceTypes) > maxTypes {
		report.Add([]string{key}, "%d types, EKS takes at most %d", len(s.InstanceTypes), maxTypes)
	}
	for i, typ := range s.InstanceTypes {
		at := []string{key, strconv.Itoa(i)}
		if problem := instancetype.Check(typ); problem != "" {
			report.Add(at, "%s", problem)
			continue
		}
		if slices.Contains(s.InstanceTypes[:i], typ) {
			report.Add(at, "%s stands here twice", typ)
		}
		if got, want := instancetype.Architecture(typ), s.architecture(); got != want {
			report.Add(at, "%s is a type of %s, and %s one of %s: a group has one image, make another group", typ, got, s.InstanceTypes[0], want)
		}
		if accelerator := s.Image.Accelerator; accelerator != "" && instancetype.Accelerator(typ) != accelerator {
			report.Add(at, "%s has no accelerators of %s: take another type, or leave out image.accelerator", typ, accelerator)
		}
	}
}

func (s *NodeGroupSettings) checkImage(report *config.Report) {
	i := s.Image
	if i.Version != "" && i.Release != "" {
		report.Add([]string{"image", "release"}, "the version says which release it is: leave out one of them")
	}
	if i.Accelerator != "" && len(s.InstanceTypes) == 0 {
		report.Add([]string{"instanceTypes"}, "required with image.accelerator, but missing: name types that have some")
	}
	if _, ok := i.amiType(s.architecture()); !ok {
		report.Add([]string{"image", "accelerator"}, "there is no image of %s for %s on %s: al2023 on x86_64 has one", i.System, i.Accelerator,
			s.architecture())
	}
	if i.Version != "" && s.Version != "" {
		if problem := i.checkRelease(s.Version, i.Version); problem != "" {
			report.Add([]string{"image", "version"}, "%s", problem)
		}
	}
}

// sizes are the numbers of nodes that settings mean.
type sizes struct{ min, max, desired int }

// sizes returns what the settings mean. They have their defaults.
func (s *NodeGroupSize) sizes() sizes {
	out := sizes{min: *s.Min, desired: *s.Min}
	if s.Desired != nil {
		out.desired = *s.Desired
	}
	out.max = max(out.min, out.desired, 1)
	if s.Max != nil {
		out.max = *s.Max
	}
	return out
}

// autoscaled says whether an autoscaler decides about the number of nodes.
func (s *NodeGroupSettings) autoscaled() bool {
	if s.Autoscaled != nil {
		return *s.Autoscaled
	}
	n := s.Size.sizes()
	return n.max > n.min
}

func (s *NodeGroupSize) check(report *config.Report, path []string, autoscaled *bool) {
	at := func(key string) []string { return append(slices.Clone(path), key) }
	n := s.sizes()
	if n.max < n.min {
		report.Add(at("max"), "expected at least min, which is %d, found %d", n.min, n.max)
		return
	}
	if n.desired < n.min || n.desired > n.max {
		report.Add(at("desired"), "expected a number from min to max, which is %d to %d, found %d", n.min, n.max, n.desired)
	}
	if autoscaled != nil && *autoscaled && n.max == n.min {
		report.Add([]string{"autoscaled"}, "there is nothing to decide for an autoscaler: raise %s above min, or leave it out",
			strings.Join(at("max"), "."))
	}
}

var (
	labelName  = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)
	labelStart = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

// checkLabelKey returns what is wrong with the key of a label or a taint, with or without a domain in front of it.
func checkLabelKey(key string) string {
	domain, name, ok := strings.Cut(key, "/")
	if !ok {
		domain, name = "", key
	}
	switch {
	case len(key) > maxLabelText:
		return "it has " + strconv.Itoa(len(key)) + " characters, EKS takes at most 63"
	case !labelName.MatchString(name), ok && !labelStart.MatchString(domain):
		return "expected letters, digits and - _ . between a letter or digit at both ends, with or without a domain and / in front"
	case reservedDomain(domain):
		return "keys of " + domain + " are reserved: take another domain, or none"
	}
	return ""
}

// reservedDomain says whether only Kubernetes and EKS set labels of a domain.
func reservedDomain(domain string) bool {
	return slices.ContainsFunc([]string{"kubernetes.io", "k8s.io", "eks.amazonaws.com"}, func(d string) bool {
		return domain == d || strings.HasSuffix(domain, "."+d)
	})
}

// checkLabelValue returns what is wrong with the value of a label or a taint.
func checkLabelValue(value string) string {
	if len(value) > maxLabelText || value != "" && !labelName.MatchString(value) {
		return "expected up to 63 letters, digits and - _ . between a letter or digit at both ends"
	}
	return ""
}

func (s *NodeGroupSettings) checkLabels(report *config.Report) {
	for _, key := range slices.Sorted(maps.Keys(s.Labels)) {
		at := []string{"labels", key}
		if problem := checkLabelKey(key); problem != "" {
			report.Add(at, "%s", problem)
		}
		if problem := checkLabelValue(s.Labels[key]); problem != "" {
			report.Add(at, "%s", problem)
		} else if s.Labels[key] == "" {
			report.Add(at, "EKS takes no label without a value: write one, such as \"true\"")
		}
	}
}

func (s *NodeGroupSettings) checkTaints(report *config.Report) {
	if len(s.Taints) > maxTaints {
		report.Add([]string{"taints"}, "%d taints, EKS takes at most %d", len(s.Taints), maxTaints)
	}
	seen := map[[2]string]bool{}
	for i, taint := range s.Taints {
		at := []string{"taints", strconv.Itoa(i)}
		if problem := checkLabelKey(taint.Key); problem != "" {
			report.Add(append(at, "key"), "%s", problem)
		}
		if problem := checkLabelValue(taint.Value); problem != "" {
			report.Add(append(at, "value"), "%s", problem)
		}
		same := [2]string{taint.Key, taint.Effect}
		if seen[same] {
			report.Add(at, "%s with the effect %s stands here twice", taint.Key, taint.Effect)
		}
		seen[same] = true
	}
}

var _ config.Validator = (*NodeDisk)(nil)

// Validate implements config.Validator. The limits are those of every gp3 volume.
func (d *NodeDisk) Validate(report *config.Report) {
	volume, err := config.WithDefaults(&ec2.Disk{Size: d.Size, IOPS: d.IOPS, Throughput: d.Throughput})
	if err != nil {
		report.Add(nil, "%v", err)
		return
	}
	volume.Validate(report)
}

// checkUserData reports user data that is known and cannot be meant for the system.
func (s *NodeGroupSettings) checkUserData(report *config.Report) {
	text, known := s.UserData.(pulumi.String)
	if !known {
		return
	}
	if _, err := encodeUserData(s.Image.System, string(text)); err != nil {
		report.Add([]string{"userData"}, "%v", err)
	}
}
