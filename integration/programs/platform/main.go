// Platform deploys what Pulumi.<stack>.yaml describes: a network on AWS, a
// Kubernetes cluster in it, and an application on the cluster.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		return deployment.Run(ctx, aws.Module(), kubernetes.Module())
	})
}
