package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
)

// Pods of all namespaces that begin with batch- run on Fargate.
func ExampleNewFargateProfile() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var (
			cluster *eks.Cluster
			network core.Network
		)
		_, err := eks.NewFargateProfile(ctx, "batch", &eks.FargateProfileArgs{
			FargateProfileSettings: eks.FargateProfileSettings{Selectors: []eks.FargateSelector{{Namespace: "batch-*"}}},
			Target:                 cluster.Target(), Subnets: network.NetworkInfo().Tier("private"),
		})
		return err
	})
}
