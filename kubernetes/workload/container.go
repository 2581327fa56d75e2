package workload

import (
	"path"
	"strings"

	"github.com/distribution/reference"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Container describes what runs in a pod.
type Container struct {
	// Image is the container image, with a tag other than latest or a digest. Required. Changing it rolls out.
	Image pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	// AllowLatest admits an image without a version. Default: false, because such an image changes under running
	// pods.
	AllowLatest bool `pulumi:"allowLatest"`
	// Command replaces the entry point of the image. Default: the image's. Changing it rolls out.
	Command []string `pulumi:"command"`
	// Args replaces the arguments of the image. Default: the image's. Changing it rolls out.
	Args []string `pulumi:"args"`
	// Port is the TCP port that the container listens on. Default: none. Changing it rolls out.
	Port int `pulumi:"port" jsonschema:"minimum=1,maximum=65535"`
	// Env holds environment variables. They are not for secrets: whoever may read the Deployment reads them. Changing
	// it rolls out.
	Env pulumi.StringMapInput `pulumi:"env" config:"plain"`
	// Resources is what the container is given. Changing it rolls out.
	Resources Resources `pulumi:"resources"`
	// Probes tell whether the container is started, ready and alive. Default: with a port, it is started and ready
	// when the port accepts connections. Changing them rolls out.
	Probes Probes `pulumi:"probes"`
	// Security loosens or sharpens what the container may do. Changing it rolls out.
	Security Security `pulumi:"security"`
	// WritablePaths lists folders that get an empty volume of their own, because the root file system is read-only.
	// /tmp always does. Changing it rolls out.
	WritablePaths []string `pulumi:"writablePaths"`
}

// Resources is what a container is guaranteed and limited to, in Kubernetes quantities.
type Resources struct {
	// CPU is what is guaranteed, such as 100m for a tenth of a core.
	CPU string `pulumi:"cpu" jsonschema:"default=100m"`
	// Memory is what is guaranteed, such as 128Mi.
	Memory string `pulumi:"memory" jsonschema:"default=128Mi"`
	// CPULimit is the most that the container gets. Default: no limit, so that idle cores can be used.
	CPULimit string `pulumi:"cpuLimit"`
	// MemoryLimit is what the container is ended at. Default: the same as Memory.
	MemoryLimit string `pulumi:"memoryLimit"`
}

// Security is what a container may do. Its defaults meet the restricted Pod Security Standard.
type Security struct {
	// ReadOnlyRootFilesystem keeps the container from changing its image's files.
	ReadOnlyRootFilesystem *bool `pulumi:"readOnlyRootFilesystem" jsonschema:"default=true"`
	// RunAsNonRoot refuses to start the container as root.
	RunAsNonRoot *bool `pulumi:"runAsNonRoot" jsonschema:"default=true"`
	// RunAsUser is the numeric user to run as. Default: the image's.
	RunAsUser int `pulumi:"runAsUser" jsonschema:"minimum=1"`
	// FSGroup is the numeric group that owns the volumes. Default: none.
	FSGroup int `pulumi:"fsGroup" jsonschema:"minimum=1"`
}

// Probes are the checks of a container.
type Probes struct {
	// Startup is repeated until it succeeds for the first time; the others wait for it. Default: with a port, that
	// it accepts connections within five minutes.
	Startup *Probe `pulumi:"startup"`
	// Readiness says whether the pod gets traffic. Default: with a port, that it accepts connections.
	Readiness *Probe `pulumi:"readiness"`
	// Liveness restarts the container when it fails. Default: none, because a restart rarely helps a slow container.
	Liveness *Probe `pulumi:"liveness"`
	// Disabled leaves out every probe that is not given. Default: false.
	Disabled bool `pulumi:"disabled"`
}

// Probe is one check: an HTTP request, a command, or else a TCP connection.
type Probe struct {
	// Path is requested by HTTP: a status from 200 to 399 is a success.
	Path string `pulumi:"path" jsonschema:"pattern=^/"`
	// Command is run in the container: exit code 0 is a success. It excludes Path.
	Command []string `pulumi:"command"`
	// Port is where to connect. Default: the container's port.
	Port int `pulumi:"port" jsonschema:"minimum=1,maximum=65535"`
	// PeriodSeconds is the time between two checks.
	PeriodSeconds *int `pulumi:"periodSeconds" jsonschema:"default=10,minimum=1"`
	// TimeoutSeconds is how long a check may take.
	TimeoutSeconds *int `pulumi:"timeoutSeconds" jsonschema:"default=1,minimum=1"`
	// FailureThreshold is how many checks must fail in a row.
	FailureThreshold *int `pulumi:"failureThreshold" jsonschema:"default=3,minimum=1"`
}

var _ config.Validator = (*Container)(nil)

// Validate implements config.Validator.
func (c *Container) Validate(report *config.Report) {
	if image, ok := c.Image.(pulumi.String); ok {
		if problem := checkImage(string(image), c.AllowLatest); problem != "" {
			report.Add([]string{"image"}, "%s", problem)
		}
	}
	for _, p := range c.WritablePaths {
		if !path.IsAbs(p) || path.Clean(p) == "/" {
			report.Add([]string{"writablePaths"}, "found the string %q, expected an absolute path below /", p)
		}
	}
	for key, probe := range map[string]*Probe{
		"startup": c.Probes.Startup, "readiness": c.Probes.Readiness, "liveness": c.Probes.Liveness,
	} {
		switch {
		case probe == nil:
		case probe.Path != "" && len(probe.Command) > 0:
			report.Add([]string{"probes", key}, "a probe has a path or a command, not both")
		case len(probe.Command) == 0 && probe.Port == 0 && c.Port == 0:
			report.Add([]string{"probes", key}, "there is no port to connect to: give the probe or the container a port")
		}
	}
}

// Validate implements config.Validator.
func (r *Resources) Validate(report *config.Report) {
	quantities := map[string]resource.Quantity{}
	for key, text := range map[string]string{
		"cpu": r.CPU, "memory": r.Memory, "cpuLimit": r.CPULimit, "memoryLimit": r.MemoryLimit,
	} {
		if text == "" {
			continue
		}
		q, err := resource.ParseQuantity(text)
		if err != nil || q.Sign() <= 0 {
			report.Add([]string{key}, "found the string %q, expected a positive quantity such as 100m or 128Mi", text)
			continue
		}
		quantities[key] = q
	}
	for _, key := range []string{"cpu", "memory"} {
		request, limit := quantities[key], quantities[key+"Limit"]
		if !limit.IsZero() && limit.Cmp(request) < 0 {
			report.Add([]string{key + "Limit"}, "%s is less than the %s that %s guarantees", limit.String(), request.String(), key)
		}
	}
}

// checkImage returns what is wrong with the reference of an image, or "".
func checkImage(image string, allowLatest bool) string {
	ref, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return "found the string \"" + image + "\", expected an image such as registry.example.com/web:1.2.3"
	}
	if _, ok := ref.(reference.Digested); ok || allowLatest {
		return ""
	}
	tagged, ok := ref.(reference.Tagged)
	if !ok {
		return "image \"" + image + "\" has no version: add a tag or, better, a digest"
	}
	if strings.EqualFold(tagged.Tag(), "latest") {
		return "image \"" + image + "\" has the tag latest, which changes under running pods: name a version or a digest, " +
			"or set allowLatest"
	}
	return ""
}
