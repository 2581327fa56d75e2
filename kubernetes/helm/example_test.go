package helm_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/ashlar-iac/ashlar/kubernetes/helm"
)

// A chart of a repository, with a secret value.
func ExampleNewRelease() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := helm.NewRelease(ctx, "web", &helm.ReleaseArgs{
			Chart:      "web",
			Repository: "https://charts.example.com",
			Version:    "1.2.3",
			Namespace:  pulumi.String("shop"),
			Values:     map[string]any{"replicaCount": 2},
			Set:        pulumi.StringMap{"auth.password": config.RequireSecret(ctx, "password")},
		})
		return err
	})
}
