package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
)

// What the values of Karpenter's chart, and its EC2NodeClass, ask for.
func ExampleNewKarpenter() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var cluster *eks.Cluster
		karpenter, err := eks.NewKarpenter(ctx, "karpenter", &eks.KarpenterArgs{Target: cluster.Target()})
		if err != nil {
			return err
		}
		ctx.Export("interruptionQueue", karpenter.QueueName)
		ctx.Export("nodeRole", karpenter.NodeRoleName)
		return nil
	})
}
