package workload_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

func TestDeploymentConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[workload.DeploymentArgs, *workload.Deployment]{
		Token: workload.DeploymentToken,
		New:   workload.NewDeployment,
		Args: func(ctx *pulumi.Context) *workload.DeploymentArgs {
			args := everything()
			args.Name = ""
			args.Image = fixture.Text(ctx, fixture.Image)
			args.AllowLatest = true
			args.Namespace = fixture.Text(ctx, "team")
			args.ServiceAccountName = fixture.Text(ctx, "front")
			args.Env = pulumi.StringMap{"MODE": pulumi.String("fast"), "HOST": fixture.Text(ctx, "shop")}
			args.SecretEnv = pulumi.StringArray{fixture.Text(ctx, "first"), pulumi.String("second")}
			args.ImagePullSecrets = pulumi.StringArray{fixture.Text(ctx, "registry")}
			args.Files.ConfigMap = fixture.Text(ctx, "files")
			args.Labels = pulumi.StringMap{"team": fixture.Text(ctx, "payments")}
			return args
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name", "resources", "security", "replicas", "terminationGracePeriodSeconds"},
	}, func(*pulumi.Context) *workload.DeploymentArgs { return minimal() })
}
