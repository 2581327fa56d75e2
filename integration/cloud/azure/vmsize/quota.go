package vmsize

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// Used returns the number of virtual CPUs that virtual machines and node pools of a subscription use in a location, without
// the object of the call.
func Used(c *cloud.Call, location string) (int, error) {
	used := 0
	machines, err := c.All(kernel.MachineToken, func(o *cloud.Object) bool { return o.Text("location") == location })
	if err != nil {
		return 0, err
	}
	for _, o := range machines {
		used += CPUs(o)
	}
	pools, err := c.All(kernel.PoolToken, func(*cloud.Object) bool { return true })
	for _, o := range pools {
		of, err := c.Owner(o)
		if err != nil {
			return 0, err
		}
		if of != nil && of.Text("location") == location {
			used += CPUs(o)
		}
	}
	return used, err
}

// CPUs returns the number of virtual CPUs of a virtual machine or a node pool.
func CPUs(o *cloud.Object) int {
	if o.Type == kernel.PoolToken {
		size, _ := Find(o.Text("vmSize"))
		return size.VCPUs * int(o.Number("count"))
	}
	size, _ := Find(cloud.Text(o.Block("hardwareProfile"), "vmSize"))
	return size.VCPUs
}
