package demo

import (
	"context"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/integration/plugin"
)

// simulation is a simulated cloud of the demo. Its resources are those in the stack file of the program.
type simulation struct {
	// name is the name for the output.
	name string
	// command is the command of this module, build builds it, and provider and version are those of the plugin.
	command, provider, version string
	build                      func(context.Context) (plugin.Cloud, error)
	// network and cluster are the tokens of the components.
	network, cluster string
	// subnet is the type of subnets, and subnets the number of them.
	subnet  string
	subnets int
	// plane is a pattern for the name of the folder of the control plane of the cluster.
	plane string
}

func simulations() []simulation {
	return []simulation{
		{
			name: "AWS", command: plugin.AWSProvider, build: plugin.AWS, provider: "aws", version: plugin.AWSVersion,
			network: "ashlar-aws:network:SecureVPC", cluster: "ashlar-aws:eks:Cluster",
			subnet: "aws:ec2/subnet:Subnet", subnets: 9, plane: "*-eu-west-1-main",
		},
		{
			name: "Azure", command: plugin.AzureProvider, build: plugin.Azure, provider: "azure-native", version: plugin.AzureVersion,
			network: "ashlar-azure:network:SecureVNet", cluster: "ashlar-azure:aks:Cluster",
			subnet: "azure-native:network:Subnet", subnets: 2, plane: plugin.AzureSubscription + "-*-main",
		},
	}
}

// target is a cluster of the demo.
type target struct {
	// name is the name for the output.
	name string
	// plane is a pattern for the folder of its control plane.
	plane string
}

// targets returns the clusters of the demo.
func (d *demo) targets() []target {
	if d.Quickstart {
		return []target{{"local", d.controlPlane()}}
	}
	var out []target
	for _, s := range simulations() {
		out = append(out, target{s.name, filepath.Join(d.cloud(), "clusters", s.plane)})
	}
	return out
}
