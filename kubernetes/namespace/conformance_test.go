package namespace_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

func TestNamespaceConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[namespace.NamespaceArgs, *namespace.Namespace]{
		Token: namespace.NamespaceToken,
		New:   namespace.NewNamespace,
		Args: func(ctx *pulumi.Context) *namespace.NamespaceArgs {
			return &namespace.NamespaceArgs{
				PodSecurity: &namespace.PodSecurity{
					Enforce: namespace.PodSecurityBaseline,
					Audit:   namespace.PodSecurityRestricted,
					Warn:    namespace.PodSecurityRestricted,
					Version: "v1.32",
				},
				Quota:       &namespace.Quota{CPU: "10", Pods: new(50)},
				Limits:      &namespace.Limits{MaxMemory: "4Gi"},
				DefaultDeny: true,
				Mesh:        &namespace.Mesh{Mode: namespace.MeshModeSidecar, Revision: "1-26"},
				Labels:      pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
				Annotations: pulumi.StringMap{"owner": fixture.Text(ctx, "Ada")},
			}
		},
		Defaults: []string{"name", "podSecurity"},
	}, nil)
}
