package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
)

// What the values of Karpenter's chart, and its EC2NodeClass, ask for.
func ExampleNewKarpenter() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		karpenter, err := eks.NewKarpenter(ctx, "karpenter", &eks.KarpenterArgs{
			Target: eks.Target{Name: "shop", Version: "1.36"}, // Or Cluster.Target of a cluster of the program.
		})
		if err != nil {
			return err
		}
		ctx.Export("interruptionQueue", karpenter.QueueName)
		ctx.Export("nodeRole", karpenter.NodeRoleName)
		return nil
	})
}
