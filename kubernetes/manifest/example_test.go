package manifest_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/manifest"
)

// The objects of a folder with a kustomization.
func ExampleNewManifest() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := manifest.NewManifest(ctx, "dashboards", &manifest.ManifestArgs{
			Path: "./manifests/dashboards", Namespace: pulumi.String("monitoring"),
		})
		return err
	})
}
