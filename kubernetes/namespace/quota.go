package namespace

import (
	"maps"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// Quota limits the sum of what the objects of a namespace use. The API server rejects pods that would exceed it, and
// pods with a container that does not declare a limited request or limit. At least one option is required. Source:
// "Resource Quotas", Kubernetes documentation.
type Quota struct {
	// CPU is the sum of the CPU requests of all pods, such as 10 or 500m. Default: unlimited.
	CPU string `pulumi:"cpu,optional"`
	// Memory is the sum of the memory requests of all pods, such as 20Gi. Default: unlimited.
	Memory string `pulumi:"memory,optional"`
	// CPULimit is the sum of the CPU limits of all pods. Each container needs a CPU limit then, of its own or of limits.
	// Default: unlimited.
	CPULimit string `pulumi:"cpuLimit,optional"`
	// MemoryLimit is the sum of the memory limits of all pods. Each container needs a memory limit then, of its own or of
	// limits. Default: unlimited.
	MemoryLimit string `pulumi:"memoryLimit,optional"`
	// Storage is the sum of the storage requests of all persistent volume claims, such as 100Gi. Default: unlimited.
	Storage string `pulumi:"storage,optional"`
	// Pods is the number of pods that have not terminated. Default: unlimited.
	Pods *int `pulumi:"pods,optional" jsonschema:"minimum=0,maximum=2147483647"`
	// LoadBalancers is the number of Services of the type LoadBalancer. Default: unlimited.
	LoadBalancers *int `pulumi:"loadBalancers,optional" jsonschema:"minimum=0,maximum=2147483647"`
}

// Limits holds the requests and limits of containers. Source: "Limit Ranges", Kubernetes documentation.
type Limits struct {
	// CPU is the CPU request of containers without one.
	CPU string `pulumi:"cpu,optional" jsonschema:"default=100m"`
	// Memory is the memory request of containers without one.
	Memory string `pulumi:"memory,optional" jsonschema:"default=128Mi"`
	// CPULimit is the CPU limit of containers without one. Default: maxCpu, if it is set.
	CPULimit string `pulumi:"cpuLimit,optional"`
	// MemoryLimit is the memory limit of containers without one. Default: maxMemory, if it is set.
	MemoryLimit string `pulumi:"memoryLimit,optional"`
	// MaxCPU is the largest CPU limit of a container. Default: unlimited.
	MaxCPU string `pulumi:"maxCpu,optional"`
	// MaxMemory is the largest memory limit of a container. Default: unlimited.
	MaxMemory string `pulumi:"maxMemory,optional"`
}

var (
	_ config.Validator = (*Quota)(nil)
	_ config.Validator = (*Limits)(nil)
)

// Validate implements config.Validator.
func (q *Quota) Validate(report *config.Report) {
	for key, text := range map[string]string{"cpu": q.CPU, "cpuLimit": q.CPULimit} {
		checkQuantity(report, key, text, apirules.CPU)
	}
	for key, text := range map[string]string{"memory": q.Memory, "memoryLimit": q.MemoryLimit, "storage": q.Storage} {
		checkQuantity(report, key, text, apirules.Memory)
	}
	if len(q.hard()) == 0 {
		report.Add(nil, "empty quota: set cpu, memory, pods or another option")
	}
}

// checkQuantity reports an invalid quantity, and returns a valid one.
func checkQuantity(
	report *config.Report, key, text string, parse func(string) (resource.Quantity, string),
) (q resource.Quantity, ok bool) {
	if text == "" {
		return q, false
	}
	q, problem := parse(text)
	if problem != "" {
		report.Add([]string{key}, "%s", problem)
	}
	return q, problem == ""
}

// hard returns the limits of the ResourceQuota.
func (q *Quota) hard() map[string]string {
	out := map[string]string{
		"requests.cpu": apirules.Canonical(q.CPU), "requests.memory": apirules.Canonical(q.Memory), "requests.storage": apirules.Canonical(q.Storage),
		"limits.cpu": apirules.Canonical(q.CPULimit), "limits.memory": apirules.Canonical(q.MemoryLimit),
	}
	for key, count := range map[string]*int{"pods": q.Pods, "services.loadbalancers": q.LoadBalancers} {
		if count != nil {
			out[key] = strconv.Itoa(*count)
		}
	}
	return withoutEmpty(out)
}

// Validate implements config.Validator. Containers would be rejected whose defaults are not in order. Source:
// "Limit Ranges", Kubernetes documentation.
func (l *Limits) Validate(report *config.Report) {
	for _, o := range []struct {
		parse func(string) (resource.Quantity, string)
		// The keys and texts in ascending order.
		keys, texts []string
	}{
		{apirules.CPU, []string{"cpu", "cpuLimit", "maxCpu"}, []string{l.CPU, l.CPULimit, l.MaxCPU}},
		{apirules.Memory, []string{"memory", "memoryLimit", "maxMemory"}, []string{l.Memory, l.MemoryLimit, l.MaxMemory}},
	} {
		var below string
		var least resource.Quantity
		for i, key := range o.keys {
			q, ok := checkQuantity(report, key, o.texts[i], o.parse)
			if !ok {
				continue
			}
			if below != "" && q.Cmp(least) < 0 {
				report.Add([]string{key}, "%s is less than %s, %s: raise it or lower %[2]s", &q, below, &least)
			}
			below, least = key, q
		}
	}
}

// item renders the LimitRange. The API server adds the defaults that maxima imply.
func (l *Limits) item() *corev1.LimitRangeItemArgs {
	largest := withoutEmpty(map[string]string{"cpu": apirules.Canonical(l.MaxCPU), "memory": apirules.Canonical(l.MaxMemory)})
	limits := maps.Clone(largest)
	maps.Copy(limits, withoutEmpty(map[string]string{"cpu": apirules.Canonical(l.CPULimit), "memory": apirules.Canonical(l.MemoryLimit)}))
	out := &corev1.LimitRangeItemArgs{
		Type:           pulumi.String("Container"),
		DefaultRequest: pulumi.ToStringMap(withoutEmpty(map[string]string{"cpu": apirules.Canonical(l.CPU), "memory": apirules.Canonical(l.Memory)})),
	}
	// An empty map would be a difference on every run.
	if len(limits) > 0 {
		out.Default = pulumi.ToStringMap(limits)
	}
	if len(largest) > 0 {
		out.Max = pulumi.ToStringMap(largest)
	}
	return out
}

// withoutEmpty removes the pairs without a value.
func withoutEmpty(pairs map[string]string) map[string]string {
	maps.DeleteFunc(pairs, func(_, value string) bool { return value == "" })
	return pairs
}
