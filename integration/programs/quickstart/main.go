// Quickstart deploys what Pulumi.<stack>.yaml describes.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

func main() {
	deployment.Main(func(ctx *pulumi.Context) error {
		return deployment.Run(ctx, kubernetes.Module())
	})
}
