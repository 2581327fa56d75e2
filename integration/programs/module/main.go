// Module deploys a custom module, notices, which depends on the kubernetes module. It uses only what the packages of
// Ashlar export.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

func main() {
	deployment.Main(func(ctx *pulumi.Context) error {
		return deployment.Run(ctx, kubernetes.Module(), noticesModule())
	})
}
