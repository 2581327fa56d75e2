package rbac_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/rbac"
)

func TestServiceAccountConforms(t *testing.T) {
	t.Parallel()
	rules := []rbac.Rule{{
		APIGroups: []string{"", "apps"}, Resources: []string{"pods", "deployments"}, ResourceNames: []string{"web"}, Verbs: []string{"get"},
	}}
	fixture.Conform(t, pulumitest.Suite[rbac.ServiceAccountArgs, *rbac.ServiceAccount]{
		Token: rbac.ServiceAccountToken,
		New:   rbac.NewServiceAccount,
		Args: func(ctx *pulumi.Context) *rbac.ServiceAccountArgs {
			return &rbac.ServiceAccountArgs{
				Namespace:    fixture.Text(ctx, "team"),
				Rules:        rules,
				ClusterRules: rules,
				MountToken:   true,
				Labels:       pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
				Annotations:  pulumi.StringMap{"owner": fixture.Text(ctx, "Ada")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
	}, func(*pulumi.Context) *rbac.ServiceAccountArgs {
		return &rbac.ServiceAccountArgs{Namespace: pulumi.String("team")}
	})
}
