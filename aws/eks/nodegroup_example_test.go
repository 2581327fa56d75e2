package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
)

// Two nodes in two zones, for a cluster that another program has made.
func ExampleNewNodeGroup() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := eks.NewNodeGroup(ctx, "web", &eks.NodeGroupArgs{
			Target: eks.Target{Name: "shop", Version: "1.36"},
			Subnets: []core.Subnet{ // Or those of a tier: network.NetworkInfo().Tier("private").
				{Zone: "eu-west-1a", ID: pulumi.String("subnet-0123456789abcdef0")},
				{Zone: "eu-west-1b", ID: pulumi.String("subnet-0123456789abcdef1")},
			},
		})
		return err
	})
}

// Up to twenty spare machines with ARM processors for work that can be interrupted, as many as an autoscaler wants.
func ExampleNewNodeGroup_spot() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var subnets []core.Subnet
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
			Target:  eks.Target{Name: "shop", Version: "1.36"}, // Or Cluster.Target of a cluster of the program.
			Subnets: subnets,
		})
		return err
	})
}
