package containerservice

import (
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// profiles is the input of a cluster with its pools.
const profiles = "agentPoolProfiles"

// poolInputs returns the inputs of the pool of a block.
func poolInputs(of *cloud.Object, values map[string]any) map[string]any {
	out := maps.Clone(values)
	delete(out, "name")
	out["resourceGroupName"], out["resourceName"], out["agentPoolName"] = kernel.ID(of.ID).Group(), of.Text("name"),
		cloud.Text(values, "name")
	return out
}

// createPools creates the pools of a new cluster. Sources: issue 1568 of AKS, and pull request 629 of ARO-HCP.
func createPools(c *cloud.Call) error {
	blocks := cloud.Objects(c.Object.Inputs[profiles])
	if len(blocks) == 0 {
		return kernel.Refuse("InvalidParameter", "Required parameter agentPoolProfiles is missing (null).")
	}
	if !slices.ContainsFunc(blocks, func(b map[string]any) bool { return b["mode"] == "System" }) {
		return kernel.Refuse("MustDefineAtLeastOneSystemPool", "Must define at least one system pool.")
	}
	if err := c.Put(c.Object); err != nil { // The pools look it up.
		return err
	}
	for _, values := range blocks {
		if err := c.Create(kernel.PoolToken, c.Object, poolInputs(c.Object, values)); err != nil {
			return err
		}
	}
	_, err := readPools(c)
	return err
}

// updatePools updates the pools that a cluster lists. Pools that it does not list stay. Source: issue 168 of
// pulumi-azure-nextgen.
func updatePools(c *cloud.Call, pools []*cloud.Object) error {
	blocks := cloud.Objects(c.Object.Inputs[profiles])
	find := func(name string) *cloud.Object {
		for _, o := range pools {
			if strings.EqualFold(o.Text("name"), name) {
				return o
			}
		}
		return nil
	}
	specified, changed := 0, false
	for _, values := range blocks {
		o := find(cloud.Text(values, "name"))
		if o == nil {
			return badRequest("A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through " +
				"managed cluster operations. For agent pool specific change, please use per agent pool operations: " +
				"https://aka.ms/agent-pool-rest-api")
		}
		if wanted := cloud.Text(values, "orchestratorVersion"); wanted != "" {
			specified++
			changed = changed || wanted != o.Inputs["orchestratorVersion"] && wanted != o.Text("currentOrchestratorVersion")
		}
	}
	// Sources: issue 2094 of pulumi-azure-native, and pull request 662 of ARO-HCP.
	if changed && specified != len(pools) {
		return kernel.Refuse("NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", "Using managed cluster api, all Agent "+
			"pools' OrchestratorVersion must be all specified or all unspecified. If all specified, they must be stay unchanged or "+
			"the same with control plane. For agent pool specific change, please use per agent pool operations: "+
			"https://aka.ms/agent-pool-rest-api")
	}
	if err := c.Put(c.Object); err != nil {
		return err
	}
	for _, values := range blocks {
		o := find(cloud.Text(values, "name"))
		if err := c.Update(o, poolInputs(c.Object, values)); err != nil {
			return err
		}
	}
	_, err := readPools(c)
	return err
}

// refreshPools sets the list of pools to those that exist. The provider adds those that the program does not list to the
// inputs, too, when it reads a cluster that has a list. Source: pulumi-azure-native, the differences that a refresh applies
// to inputs.
func refreshPools(c *cloud.Call) error {
	inputs, err := readPools(c)
	if _, set := c.Object.Inputs[profiles].([]any); set {
		c.Object.Inputs[profiles] = inputs
	}
	return err
}

// readPools sets the output with the pools, those that the program lists first. It returns them as inputs.
func readPools(c *cloud.Call) ([]any, error) {
	pools, err := poolsOf(c, c.Object)
	if err != nil {
		return nil, err
	}
	requested, _ := c.Object.Inputs[profiles].([]any)
	position := func(o *cloud.Object) int {
		for i, values := range cloud.Objects(requested) {
			if strings.EqualFold(cloud.Text(values, "name"), o.Text("name")) {
				return i
			}
		}
		return len(requested)
	}
	slices.SortStableFunc(pools, func(a, b *cloud.Object) int { return position(a) - position(b) })
	answers, inputs := []any{}, []any{}
	for _, o := range pools {
		answer, values := maps.Clone(o.Outputs), maps.Clone(o.Inputs)
		for _, property := range []string{"resourceGroupName", "resourceName", "agentPoolName", machinesOutput} {
			delete(answer, property)
			delete(values, property)
		}
		values["name"], answer["type"] = o.Text("name"), "VirtualMachineScaleSets"
		answers, inputs = append(answers, answer), append(inputs, values)
	}
	c.Set(profiles, answers)
	return inputs, nil
}
