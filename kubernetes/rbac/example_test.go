package rbac_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/rbac"
)

// A service account for a job that restarts one Deployment.
func ExampleNewServiceAccount() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		account, err := rbac.NewServiceAccount(ctx, "restarter", &rbac.ServiceAccountArgs{
			Namespace: pulumi.String("shop"),
			Rules: []rbac.Rule{{
				APIGroups:     []string{"apps"},
				Resources:     []string{"deployments"},
				ResourceNames: []string{"web"},
				Verbs:         []string{"get", "patch"},
			}},
		})
		if err != nil {
			return err
		}
		ctx.Export("serviceAccount", account.Name)
		return nil
	})
}
