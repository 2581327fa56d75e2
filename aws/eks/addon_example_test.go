package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/core/config"
)

// File systems of EFS for pods of a cluster that was made elsewhere.
func ExampleNewAddon() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := eks.NewAddon(ctx, "efs", &eks.AddonArgs{
			AddonName: "aws-efs-csi-driver",
			Target:    eks.Target{Name: "shop", Version: "1.36"}, // Cluster.Target of a cluster of the program.
		})
		return err
	})
}

// An add-on of another vendor, with a policy that says which zones it may write to.
func ExampleNewAddon_identity() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var (
			cluster *eks.Cluster
			zone    pulumi.StringOutput // The ARN of a policy.
		)
		_, err := eks.NewAddon(ctx, "names", &eks.AddonArgs{
			AddonName: "external-dns",
			AddonSettings: eks.AddonSettings{
				Release:       "2026-11",
				Configuration: map[string]any{"domainFilters": []string{"shop.example.com"}},
				Identity: eks.AddonIdentity{
					Permissions: iam.Permissions{ManagedPolicies: config.Named[pulumi.StringInput]{"zone": zone}},
				},
			},
			Target: cluster.Target(),
		})
		return err
	})
}
