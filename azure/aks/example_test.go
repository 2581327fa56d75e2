package aks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core/config"
)

// A cluster with a pool for applications, in an existing subnet with a NAT gateway.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "shop", nil)
		if err != nil {
			return err
		}
		cluster, err := aks.NewCluster(ctx, "shop", &aks.ClusterArgs{
			ResourceGroupName: group.Name,
			Version:           "1.36",
			SubnetID:          pulumi.String("/subscriptions/ID/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/main/subnets/nodes"),
			Administrators: config.Named[aks.Principal]{
				"platform": {PrincipalID: pulumi.String("11111111-2222-3333-4444-555555555555")},
			},
			NodePools: config.Named[aks.NodePoolArgs]{
				"apps": {Nodes: &aks.NodeCount{Min: new(3), Max: new(12)}},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("kubeconfig", cluster.Kubeconfig)
		return nil
	})
}
