package workload

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// Resources are the resource requests and limits of a container, as Kubernetes quantities. They are plain, because
// limits are compared with requests.
type Resources struct {
	// CPU is the CPU request, such as 100m for a tenth of a core.
	CPU string `pulumi:"cpu,optional" jsonschema:"default=100m"`
	// Memory is the memory request, such as 128Mi.
	Memory string `pulumi:"memory,optional" jsonschema:"default=128Mi"`
	// CPULimit is the CPU limit. Default: none, so that the container can use idle CPUs.
	CPULimit string `pulumi:"cpuLimit,optional"`
	// MemoryLimit is the memory limit. A container that exceeds it is terminated. Default: the memory request.
	MemoryLimit string `pulumi:"memoryLimit,optional"`
}

// Security is the security context of a pod and its container. The defaults meet the restricted Pod Security Standard.
type Security struct {
	// ReadOnlyRootFilesystem makes the root file system of the container read-only.
	ReadOnlyRootFilesystem *bool `pulumi:"readOnlyRootFilesystem,optional" jsonschema:"default=true"`
	// RunAsNonRoot prevents the container from running as root.
	RunAsNonRoot *bool `pulumi:"runAsNonRoot,optional" jsonschema:"default=true"`
	// RunAsUser is the user ID of the container's processes. Default: that of the image.
	RunAsUser int `pulumi:"runAsUser,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// FSGroup is the ID of the group that owns the volumes. Default: none.
	FSGroup int `pulumi:"fsGroup,optional" jsonschema:"minimum=1,maximum=2147483647"`
}

// Probes are the probes of a container.
type Probes struct {
	// Startup is the startup probe. The other probes start when it succeeds. Default: with a port, a TCP connection
	// within five minutes.
	Startup *Probe `pulumi:"startup,optional"`
	// Readiness is the readiness probe. The pod receives traffic while it succeeds. Default: with a port, a TCP
	// connection.
	Readiness *Probe `pulumi:"readiness,optional"`
	// Liveness is the liveness probe. The container is restarted when it fails. Default: none, because restarting a
	// slow container rarely helps.
	Liveness *Probe `pulumi:"liveness,optional"`
	// Disabled turns the default probes off. Default: false.
	Disabled bool `pulumi:"disabled,optional"`
}

// Probe is an HTTP request, a command or, with neither path nor command, a TCP connection.
type Probe struct {
	// Path is the path of an HTTP request. A status code from 200 to 399 is a success. Mutually exclusive with command.
	// Default: none.
	Path string `pulumi:"path,optional" jsonschema:"pattern=^/"`
	// Command is a command that is run in the container. Exit code 0 is a success. Mutually exclusive with path.
	// Default: none.
	Command []string `pulumi:"command,optional"`
	// Port is the port of the HTTP request or the TCP connection. Default: the port of the container.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// PeriodSeconds is the time between two probes, in seconds.
	PeriodSeconds *int `pulumi:"periodSeconds,optional" jsonschema:"default=10,minimum=1,maximum=2147483647"`
	// TimeoutSeconds is the timeout of a probe, in seconds.
	TimeoutSeconds *int `pulumi:"timeoutSeconds,optional" jsonschema:"default=1,minimum=1,maximum=2147483647"`
	// FailureThreshold is the number of consecutive failures after which the probe fails.
	FailureThreshold *int `pulumi:"failureThreshold,optional" jsonschema:"default=3,minimum=1,maximum=2147483647"`
}

var (
	_ config.Validator = (*DeploymentArgs)(nil)
	_ config.Validator = (*Resources)(nil)
)

// Validate implements config.Validator.
func (a *DeploymentArgs) Validate(report *config.Report) {
	if image, ok := a.Image.(pulumi.String); ok {
		if problem := checkImage(string(image), a.AllowLatest); problem != "" {
			report.Add([]string{"image"}, "%s", problem)
		}
	}
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.ObjectName.Check(report, []string{"serviceAccountName"}, a.ServiceAccountName)
	apirules.ObjectName.CheckList(report, []string{"secretEnv"}, a.SecretEnv)
	apirules.ObjectName.CheckList(report, []string{"imagePullSecrets"}, a.ImagePullSecrets)
	apirules.CheckEnv(report, []string{"env"}, a.Env)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, a.ownLabels(report))
	apirules.CheckPodAnnotations(report, []string{"podAnnotations"}, a.PodAnnotations)
	apirules.CheckDirectories(report, []string{"writablePaths"}, a.WritablePaths)
	if a.Files != nil {
		a.Files.check(report, a.WritablePaths)
	}
	probes := a.probes()
	for key, probe := range map[string]*Probe{
		"startup": probes.Startup, "readiness": probes.Readiness, "liveness": probes.Liveness,
	} {
		switch {
		case probe == nil:
		case probe.Path != "" && len(probe.Command) > 0:
			report.Add([]string{"probes", key}, "path and command are mutually exclusive: set one of them")
		case len(probe.Command) == 0 && probe.Port == 0 && a.Port == 0:
			report.Add([]string{"probes", key}, "no port to probe: set the port of the probe or of the container")
		}
	}
}

// probes returns the probes that are set.
func (a *DeploymentArgs) probes() Probes {
	if a.Probes == nil {
		return Probes{}
	}
	return *a.Probes
}

// Validate implements config.Validator.
func (r *Resources) Validate(report *config.Report) {
	quantities := map[string]resource.Quantity{}
	for _, o := range []struct {
		key, text string
		check     func(string) (resource.Quantity, string)
	}{
		{"cpu", r.CPU, apirules.CPU}, {"cpuLimit", r.CPULimit, apirules.CPU},
		{"memory", r.Memory, apirules.Memory}, {"memoryLimit", r.MemoryLimit, apirules.Memory},
	} {
		if o.text == "" {
			continue
		}
		q, problem := o.check(o.text)
		if problem != "" {
			report.Add([]string{o.key}, "%s", problem)
			continue
		}
		quantities[o.key] = q
	}
	for _, key := range []string{"cpu", "memory"} {
		request, limit := quantities[key], quantities[key+"Limit"]
		if !limit.IsZero() && limit.Cmp(request) < 0 {
			report.Add([]string{key + "Limit"}, "%s is less than the %s request, %s: raise the limit or lower the request",
				limit.String(), key, request.String())
		}
	}
}

// imageReference is the rule of images that are outputs. Whether they have a version is not checked.
var imageReference = apirules.NewRule(func(image string) bool {
	_, err := reference.ParseNormalizedNamed(image)
	return err == nil
}, "use an image such as registry.example.com/web:1.2.3")

// checkImage returns what is wrong with an image reference, or "".
func checkImage(image string, allowLatest bool) string {
	ref, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return fmt.Sprintf("found the string %q, expected an image such as registry.example.com/web:1.2.3", image)
	}
	if _, ok := ref.(reference.Digested); ok || allowLatest {
		return ""
	}
	tagged, ok := ref.(reference.Tagged)
	if !ok {
		return fmt.Sprintf("image %q has no tag: add a version tag or a digest", image)
	}
	if strings.EqualFold(tagged.Tag(), "latest") {
		return fmt.Sprintf("image %q has the tag latest: use a version tag or a digest, or set allowLatest", image)
	}
	return ""
}

// ownLabels returns the labels that the component sets, as far as its name is known.
func (a *DeploymentArgs) ownLabels(report *config.Report) map[string]string {
	if name := cmp.Or(a.Name, report.Component()); name != "" {
		return SelectorLabels(name)
	}
	return nil
}

// check reports files that cannot be mounted.
func (f *Files) check(report *config.Report, writablePaths []string) {
	at := []string{"files", "paths"}
	paths := slices.Sorted(maps.Keys(f.Paths))
	for _, p := range paths {
		if problem := apirules.FileProblem(p); problem != "" {
			report.Add(slices.Concat(at, []string{p}), "%s", problem)
		}
		apirules.DataKey.Check(report, slices.Concat(at, []string{p}), pulumi.String(f.Paths[p]))
	}
	apirules.CheckFiles(report, at, paths, writablePaths)
	apirules.ObjectName.Check(report, []string{"files", "configMap"}, f.ConfigMap)
}
