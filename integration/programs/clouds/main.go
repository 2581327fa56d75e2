// Clouds deploys the networks and Kubernetes clusters on AWS and Azure and the applications
// that Pulumi.<stack>.yaml describes.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

func main() {
	deployment.Main(func(ctx *pulumi.Context) error {
		return deployment.Run(ctx, aws.Module(), azure.Module(), kubernetes.Module())
	})
}
