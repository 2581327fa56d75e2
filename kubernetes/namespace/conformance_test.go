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
	pulumitest.Conform(t, pulumitest.Suite[namespace.Args, *namespace.Namespace]{
		Token: namespace.Token,
		New:   namespace.New,
		Args: func(*pulumi.Context) *namespace.Args {
			return &namespace.Args{
				PodSecurity: namespace.PodSecurity{Enforce: "baseline", Audit: "restricted", Warn: "restricted", Version: "v1.32"},
				Labels:      map[string]string{"team": "payments"},
				Annotations: map[string]string{"owner": "payments"},
			}
		},
		Defaults: []string{"name"},
		Metadata: fixture.Metadata(),
		Options:  []pulumitest.Option{fixture.Cluster()},
	})
}

func TestNamespaceWithoutArgumentsConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[namespace.Args, *namespace.Namespace]{
		Token:    namespace.Token,
		New:      namespace.New,
		Defaults: []string{"name", "podSecurity"},
		Metadata: fixture.Metadata(),
		Options:  []pulumitest.Option{fixture.Cluster()},
	})
}
