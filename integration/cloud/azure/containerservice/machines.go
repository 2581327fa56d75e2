package containerservice

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/vmsize"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// machinesOutput is the output of a pool with its machines: the index and the zone of each. It is the simulation's own.
const machinesOutput = "simulatedMachines"

// checkCores refuses a pool that exceeds the quota of its location. The message is that of AKS, from memory; the code is
// that in issue 14 of 1ChristianAlex/motordesk.
func checkCores(c *cloud.Call, cores int) error {
	at := location(c)
	used, err := vmsize.Used(c, at)
	if wants := vmsize.CPUs(c.Object); err == nil && used+wants > cores {
		err = kernel.Refuse("ErrCode_InsufficientVCPUQuota", "Insufficient regional vcpu quota left for location %s. left "+
			"regional vcpu quota %d, requested quota %d. If you want to increase the quota, please follow this instruction: "+
			"https://aka.ms/quotamonitoringalerting. Surge nodes would also consume vcpu quota.", at, cores-used, wants)
	}
	return err
}

// setMachines makes the number of machines of a pool that of its nodes, spread over its zones. The machine with the highest
// index in the zone with the most leaves first. Source: "Virtual machine scale set scale-in policies", default.
func setMachines(c *cloud.Call, of *cloud.Object) error {
	desired := int(c.Object.Number("count"))
	if cloud.Text(c.Object.Block("powerState"), "code") == "Stopped" {
		desired = 0
	}
	zones := []string{"0"} // The label of nodes in no zone.
	if own := c.Texts("availabilityZones"); len(own) > 0 {
		zones = nil
		for _, zone := range own {
			zones = append(zones, of.Text("location")+"-"+zone)
		}
	}
	machines := cloud.Objects(c.Object.Outputs[machinesOutput])
	next := 0.0
	for _, m := range machines {
		index, _ := m["index"].(float64)
		next = max(next, index+1)
	}
	taken := func() (out []string) {
		for _, m := range machines {
			out = append(out, cloud.Text(m, "zone"))
		}
		return out
	}
	for len(machines) > desired {
		crowded := clusters.Most(zones, taken())
		for i, m := range slices.Backward(machines) {
			if cloud.Text(m, "zone") == crowded {
				machines = slices.Delete(machines, i, i+1)
				break
			}
		}
	}
	for ; len(machines) < desired; next++ {
		machines = append(machines, map[string]any{"index": next, "zone": clusters.Fewest(zones, taken())})
	}
	out := []any{}
	for _, m := range machines {
		out = append(out, m)
	}
	c.Set(machinesOutput, out)
	return nil
}

// scaleSet returns the name of the scale set of a pool: aks-POOL-DIGITS-vmss, with the same digits for all pools.
func scaleSet(of, pool *cloud.Object) string {
	n, _ := strconv.ParseUint(of.Text("resourceUID")[:8], 16, 32)
	return fmt.Sprintf("aks-%s-%08d-vmss", pool.Text("name"), n%100_000_000)
}

// nodesOf returns the nodes of a pool. Source for the labels: "Use labels in an AKS cluster".
func nodesOf(of, pool *cloud.Object) []clusters.Node {
	size, _ := vmsize.Find(pool.Text("vmSize"))
	set := scaleSet(of, pool)
	labels := map[string]string{
		"agentpool": pool.Text("name"), "kubernetes.azure.com/agentpool": pool.Text("name"),
		"kubernetes.azure.com/cluster": of.Text("nodeResourceGroup"), "kubernetes.azure.com/role": "agent",
		"kubernetes.azure.com/mode":               strings.ToLower(pool.Text("mode")),
		"kubernetes.azure.com/node-image-version": pool.Text("nodeImageVersion"),
		"kubernetes.azure.com/os-sku":             pool.Text("osSKU"),
		corev1.LabelArchStable:                    map[bool]string{false: "amd64", true: "arm64"}[size.ARM64],
		corev1.LabelOSStable:                      strings.ToLower(pool.Text("osType")),
	}
	if pool.Text("scaleSetPriority") == "Spot" {
		labels["kubernetes.azure.com/scalesetpriority"] = "spot"
	}
	for key, v := range pool.Block("nodeLabels") {
		labels[key] = fmt.Sprint(v)
	}
	var out []clusters.Node
	for _, m := range cloud.Objects(pool.Outputs[machinesOutput]) {
		index, _ := m["index"].(float64)
		out = append(out, clusters.Node{
			Name:   set + suffix(int64(index)),
			Region: of.Text("location"), Zone: cloud.Text(m, "zone"), InstanceType: size.Name,
			Version: "v" + pool.Text("currentOrchestratorVersion"), Labels: labels, Taints: taintsOf(pool),
			CPU: strconv.Itoa(size.VCPUs), Memory: fmt.Sprintf("%dMi", size.Memory), Pods: int(pool.Number("maxPods")),
			ProviderID: "azure://" + kernel.SubscriptionID(of.Place) + "/resourceGroups/" +
				strings.ToLower(of.Text("nodeResourceGroup")) + "/providers/Microsoft.Compute/virtualMachineScaleSets/" + set +
				fmt.Sprintf("/virtualMachines/%d", int(index)),
		})
	}
	return out
}

// suffix returns the end of the name of a machine: six digits of its index to the base 36.
func suffix(index int64) string {
	const digits, base = 6, 36
	text := strconv.FormatInt(index, base)
	return strings.Repeat("0", max(0, digits-len(text))) + text
}

// taintsOf returns the taints of the nodes of a pool. Source: "Add an Azure Spot node pool", for that of spot nodes.
func taintsOf(pool *cloud.Object) []corev1.Taint {
	texts := pool.Texts("nodeTaints")
	if pool.Text("scaleSetPriority") == "Spot" {
		texts = append(texts, "kubernetes.azure.com/scalesetpriority=spot:NoSchedule")
	}
	var out []corev1.Taint
	for _, text := range texts {
		if m := taint.FindStringSubmatch(text); m != nil {
			out = append(out, corev1.Taint{Key: m[1], Value: strings.TrimPrefix(m[2], "="), Effect: corev1.TaintEffect(m[3])})
		}
	}
	return out
}
