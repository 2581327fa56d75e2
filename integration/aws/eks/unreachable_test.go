package eks_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// No resource of a cluster is managed through its Kubernetes API.
func TestClusterWithUnreachableAPIIsUpdatedAndDeleted(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t).WithControlPlanes()
	s := settings()
	life := a.Life(t, "unreachable", func(ctx *pulumi.Context) error { return program(a, &s)(ctx) })
	life.Up()
	require.NoError(t, clusters.Stop(t.Context(), a.ControlPlane(a.Region(), "main")))
	s.Administrators = config.Named[pulumi.StringInput]{"deployment": pulumi.String("arn:aws:iam::123456789012:user/simulated")}
	up, err := life.Stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Contains(t, cloudtest.Steps(up), "create aws:eks/accessEntry:AccessEntry main-deployment")
	life.Destroy()
}
