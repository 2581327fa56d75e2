package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Pods of the service account web in the namespace shop, which read one bucket.
func ExampleNewWorkloadIdentity() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var (
			cluster *eks.Cluster
			bucket  pulumi.StringOutput // The ARN of a bucket.
		)
		identity, err := eks.NewWorkloadIdentity(ctx, "web", &eks.WorkloadIdentityArgs{
			WorkloadIdentitySettings: eks.WorkloadIdentitySettings{
				Namespace: "shop", ServiceAccount: "web",
				Permissions: iam.Permissions{InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
					Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", bucket)},
				}}}}},
			},
			Target: cluster.Target(),
		})
		if err != nil {
			return err
		}
		ctx.Export("role", identity.RoleARN)
		return nil
	})
}

// Pods on Fargate, where there is no agent of Pod Identity.
func ExampleNewWorkloadIdentity_fargate() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var cluster *eks.Cluster
		_, err := eks.NewWorkloadIdentity(ctx, "reports", &eks.WorkloadIdentityArgs{
			WorkloadIdentitySettings: eks.WorkloadIdentitySettings{
				Namespace: "reports", ServiceAccount: "reports", Method: "irsa",
				Permissions: iam.Permissions{ManagedPolicies: config.Named[pulumi.StringInput]{"read": pulumi.String("AmazonAthenaReadOnlyAccess")}},
			},
			Target: cluster.Target(),
		})
		return err
	})
}
