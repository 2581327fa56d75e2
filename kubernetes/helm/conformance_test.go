package helm_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/helm"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

func TestReleaseConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[helm.ReleaseArgs, *helm.Release]{
		Token: helm.ReleaseToken,
		New:   helm.NewRelease,
		Args: func(ctx *pulumi.Context) *helm.ReleaseArgs {
			return &helm.ReleaseArgs{
				Path: "testdata/shop", ValuesFile: "testdata/values.yaml", Namespace: fixture.Text(ctx, "team"),
				Values: map[string]any{"replicas": 3},
				Set: pulumi.StringMap{
					"password": pulumi.ToSecret(pulumi.String(fixture.Canary)).(pulumi.StringOutput), "clusterName": fixture.Text(ctx, "main"),
				},
				CRDs: crd.Delete, PodSecurity: namespace.PodSecurityBaseline, KubernetesVersion: "1.34",
				APIVersions: []string{"monitoring.example.com/v1"}, SkipAwait: true,
			}
		},
		Defaults:   []string{"name", "crds", "podSecurity"},
		Secrets:    []string{fixture.Canary},
		RefusesNil: failure.Configuration,
		Known:      []string{"set"},
	}, func(*pulumi.Context) *helm.ReleaseArgs {
		return &helm.ReleaseArgs{Path: "testdata/shop", Namespace: pulumi.String("team")}
	})
}
