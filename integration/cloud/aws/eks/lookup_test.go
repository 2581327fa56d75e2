package eks_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

func TestClusterLookUps(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(clustered()...)
	answer := func(name string, args in) in {
		out, err := h.Call("aws:eks/"+name+":"+name, args)
		require.NoError(t, err)
		return out
	}
	cluster := answer("getCluster", in{"name": "main"})
	require.Equal(t, h.Output("main", "endpoint"), cluster["endpoint"])
	require.Equal(t, h.Output("main", "vpcConfig"), cluster["vpcConfig"])
	require.Equal(t, "172.20.0.0/16", cluster["kubernetesNetworkConfigs"].([]any)[0].(in)["serviceIpv4Cidr"])
	require.Equal(t, []any{"main"}, answer("getClusters", in{})["names"])
	require.Equal(t, []any{"nodes"}, answer("getNodeGroups", in{"clusterName": "main"})["names"])
	nodes := answer("getNodeGroup", in{"clusterName": "main", "nodeGroupName": "nodes"})
	require.Equal(t, []any{in{"minSize": 1.0, "maxSize": 4.0, "desiredSize": 2.0}}, nodes["scalingConfigs"])
	require.Equal(t, "v1.22.3-eksbuild.1",
		answer("getAddon", in{"clusterName": "main", "addonName": "vpc-cni"})["addonVersion"])

	version := func(name, kubernetes string, newest bool) any {
		return answer("getAddonVersion", in{"addonName": name, "kubernetesVersion": kubernetes,
			"mostRecent": newest})["version"]
	}
	require.Equal(t, "v1.22.4-eksbuild.3", version("vpc-cni", "1.35", true))
	require.Equal(t, "v1.22.3-eksbuild.1", version("vpc-cni", "1.35", false))
	require.Equal(t, "v1.35.3-eksbuild.18", version("kube-proxy", "1.35", true))
	require.Equal(t, "v1.36.0-eksbuild.13", version("kube-proxy", "1.36", false))

	versions := func(args in) (out []string) {
		for _, v := range answer("getClusterVersions", args)["clusterVersions"].([]any) {
			out = append(out, v.(in)["clusterVersion"].(string)+" "+v.(in)["versionStatus"].(string))
		}
		return out
	}
	require.Equal(t, []string{
		"1.36 STANDARD_SUPPORT", "1.35 STANDARD_SUPPORT", "1.34 STANDARD_SUPPORT", "1.33 EXTENDED_SUPPORT",
		"1.32 EXTENDED_SUPPORT",
	}, versions(in{}))
	require.Equal(t, []string{"1.35 STANDARD_SUPPORT"}, versions(in{"defaultOnly": true}))
	require.Equal(t, []string{"1.31 UNSUPPORTED", "1.30 UNSUPPORTED"}, versions(in{"versionStatus": "UNSUPPORTED"}))
	require.Equal(t, []string{"1.30 UNSUPPORTED"},
		versions(in{"includeAll": true, "clusterVersionsOnlies": []any{"1.30"}}))
	last := answer("getClusterVersions", in{"clusterVersionsOnlies": []any{"1.34"}})["clusterVersions"].([]any)[0].(in)
	require.Equal(t, "2026-12-02T00:00:00Z", last["endOfStandardSupportDate"])

	for name, args := range map[string]in{
		"getCluster": {"name": "other"}, "getNodeGroups": {"clusterName": "other"},
		"getNodeGroup":    {"clusterName": "main", "nodeGroupName": "other"},
		"getAddon":        {"clusterName": "main", "addonName": "coredns"},
		"getAddonVersion": {"addonName": "istio", "kubernetesVersion": "1.35"},
	} {
		_, err := h.Call("aws:eks/"+name+":"+name, args)
		require.ErrorContains(t, err, "Exception: ", name)
	}
}
