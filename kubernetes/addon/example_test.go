package addon_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/addon"
)

// cert-manager with the values of the catalog.
func ExampleNewAddon() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := addon.NewAddon(ctx, "cert-manager", &addon.AddonArgs{KubernetesVersion: "1.35"})
		return err
	})
}
