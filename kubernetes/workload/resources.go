package workload

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
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

var _ config.Validator = (*Resources)(nil)

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

// render renders the resources, which have their defaults.
func (r *Resources) render() *corev1.ResourceRequirementsArgs {
	limits := pulumi.StringMap{"memory": pulumi.String(apirules.Canonical(r.Memory))}
	if r.MemoryLimit != "" {
		limits["memory"] = pulumi.String(apirules.Canonical(r.MemoryLimit))
	}
	if r.CPULimit != "" {
		limits["cpu"] = pulumi.String(apirules.Canonical(r.CPULimit))
	}
	return &corev1.ResourceRequirementsArgs{
		Requests: pulumi.StringMap{"cpu": pulumi.String(apirules.Canonical(r.CPU)), "memory": pulumi.String(apirules.Canonical(r.Memory))},
		Limits:   limits,
	}
}
