package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
)

// Two nodes in the private subnets of a network.
func ExampleNewNodeGroup() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var network core.Network // Such as a network.SecureVPC.
		_, err := eks.NewNodeGroup(ctx, "web", &eks.NodeGroupArgs{
			Target:  eks.Target{Name: "shop", Version: "1.36"}, // Cluster.Target of a cluster of the program.
			Subnets: network.NetworkInfo().Tier("private"),
		})
		return err
	})
}

// Up to twenty spare machines with ARM processors for work that can be interrupted, as many as an autoscaler wants.
func ExampleNewNodeGroup_spot() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var (
			cluster *eks.Cluster
			network core.Network
		)
		none, twenty := 0, 20
		_, err := eks.NewNodeGroup(ctx, "batch", &eks.NodeGroupArgs{
			NodeGroupSettings: eks.NodeGroupSettings{
				InstanceTypes: []string{"m7g.xlarge", "m6g.xlarge", "c7g.xlarge", "r7g.xlarge"},
				CapacityType:  "spot",
				Image:         eks.NodeImage{System: "bottlerocket", Release: "2026-11"},
				Size:          eks.NodeGroupSize{Min: &none, Max: &twenty},
				Labels:        map[string]string{"work": "batch"},
				Taints:        []eks.NodeTaint{{Key: "work", Value: "batch", Effect: "NoSchedule"}},
			},
			Target: cluster.Target(), Subnets: network.NetworkInfo().Tier("private"),
			SecurityGroupIDs: pulumi.StringArray{cluster.NodeSecurityGroupID},
		})
		return err
	})
}
