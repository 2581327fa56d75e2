package kubernetes

import (
	"cmp"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// checkQuotas reports quotas and limits of namespaces that their applications cannot meet: pods would be rejected, and a
// rollout would wait forever for an additional one.
func (c *Configuration) checkQuotas(report *config.Report) {
	for _, name := range c.Namespaces.Names() {
		ns := c.Namespaces[name]
		use := usage{total: map[string]resource.Quantity{}, largest: map[string]resource.Quantity{}, owner: map[string]string{}}
		for _, app := range c.Applications.Names() {
			if e := c.Applications[app]; e.Namespace == name {
				use.add(app, e, ns.Limits)
			}
		}
		if ns.Quota != nil {
			use.checkQuota(report.At("namespaces", name, "quota"), ns.Quota)
		}
		if ns.Limits != nil {
			use.checkLimits(report.At("namespaces", name, "limits"), ns.Limits)
		}
	}
}

// usage is what the pods of applications use, by the keys of quotas.
type usage struct {
	// total is the sum over all pods, largest the most that one pod uses: a rollout adds one.
	total, largest map[string]resource.Quantity
	// owner is the application with the largest pod.
	owner map[string]string
	// unlimited is an application whose containers have no CPU limit, or "".
	unlimited string
}

// add adds the pods of an application. Quantities that are invalid are reported elsewhere.
func (u *usage) add(name string, e *ApplicationConfiguration, limits *namespace.Limits) {
	replicas := e.MaxReplicas()
	if e.Resources == nil || replicas == 0 {
		return
	}
	r := e.Resources
	cpuLimit := r.CPULimit
	if limits != nil {
		cpuLimit = cmp.Or(cpuLimit, limits.CPULimit, limits.MaxCPU)
	}
	if cpuLimit == "" {
		u.unlimited = name
	}
	for key, text := range map[string]string{
		"pods": "1", "cpu": r.CPU, "memory": r.Memory, "cpuLimit": cpuLimit, "memoryLimit": cmp.Or(r.MemoryLimit, r.Memory),
	} {
		one, err := resource.ParseQuantity(text)
		if err != nil {
			continue
		}
		if most := u.largest[key]; one.Cmp(most) > 0 {
			u.largest[key], u.owner[key] = one, name
		}
		all, total := one.DeepCopy(), u.total[key]
		all.Mul(int64(replicas))
		total.Add(all)
		u.total[key] = total
	}
}

// checkQuota reports what does not fit in a quota.
func (u *usage) checkQuota(report *config.Report, quota *namespace.Quota) {
	pods := ""
	if quota.Pods != nil {
		pods = strconv.Itoa(*quota.Pods)
	}
	for key, text := range map[string]string{
		"pods": pods, "cpu": quota.CPU, "memory": quota.Memory, "cpuLimit": quota.CPULimit, "memoryLimit": quota.MemoryLimit,
	} {
		most, err := resource.ParseQuantity(text)
		if err != nil {
			continue // It is unset, or reported.
		}
		total, largest := u.total[key], u.largest[key]
		needed := total.DeepCopy()
		needed.Add(largest)
		if needed.Cmp(most) > 0 {
			report.Add([]string{key}, "the applications of the namespace need %s, and %s more during a rollout of %q: "+
				"raise it to at least %s, or lower their resources or replicas", &total, &largest, u.owner[key], &needed)
		}
	}
	if quota.CPULimit != "" && u.unlimited != "" {
		report.Add([]string{"cpuLimit"}, "pods of application %q have no CPU limit, and would be rejected: set resources.cpuLimit of "+
			"the application, or limits.cpuLimit of the namespace", u.unlimited)
	}
}

// checkLimits reports containers that are larger than a namespace allows.
func (u *usage) checkLimits(report *config.Report, limits *namespace.Limits) {
	for _, o := range []struct{ key, text, used string }{
		{"maxCpu", limits.MaxCPU, "cpuLimit"}, {"maxMemory", limits.MaxMemory, "memoryLimit"},
	} {
		most, err := resource.ParseQuantity(o.text)
		if err != nil {
			continue // It is unset, or reported.
		}
		if largest := u.largest[o.used]; largest.Cmp(most) > 0 {
			report.Add([]string{o.key}, "application %q has the %s %s: raise it to at least that, or lower the limit of the application",
				u.owner[o.used], o.used, &largest)
		}
	}
}
