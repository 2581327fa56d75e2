package eks_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

func TestPublishedAddonVersions(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(clustered()...)
	version := func(kubernetes string, newest bool) any {
		out, err := h.Call("aws:eks/getAddonVersion:getAddonVersion",
			in{"addonName": "kube-proxy", "kubernetesVersion": kubernetes, "mostRecent": newest})
		require.NoError(t, err)
		return out["version"]
	}
	before := version("1.35", true)
	require.NoError(t, aws.PublishAddon(h.Store, aws.Account, "eu-west-1", "kube-proxy", "v1.35.9-eksbuild.1"))
	require.Equal(t, "v1.35.9-eksbuild.1", version("1.35", true))
	require.Equal(t, before, version("1.35", false), "the former newest version is recommended")
	require.NoError(t, aws.PublishAddon(h.Store, aws.Account, "eu-west-1", "kube-proxy", "v1.35.9-eksbuild.2"))
	require.Equal(t, "v1.35.9-eksbuild.1", version("1.35", false))
}
