package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
)

// Pods of all namespaces that begin with batch- run on Fargate.
func ExampleNewFargateProfile() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var subnets []core.Subnet // Such as those of a tier: network.NetworkInfo().Tier("private").
		_, err := eks.NewFargateProfile(ctx, "batch", &eks.FargateProfileArgs{
			FargateProfileSettings: eks.FargateProfileSettings{Selectors: []eks.FargateSelector{{Namespace: "batch-*"}}},
			Target:                 eks.Target{Name: "shop", Version: "1.36"}, // Or Cluster.Target of a cluster of the program.
			Subnets:                subnets,
		})
		return err
	})
}
