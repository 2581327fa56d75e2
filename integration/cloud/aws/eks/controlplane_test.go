package eks_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/clusters/clusterstest"
)

// newRecorded returns an account whose control planes are recorded.
func newRecorded(t *testing.T, planes *clusterstest.Recorder) *awstest.History {
	t.Helper()
	a := awstest.NewAccount(t, true)
	a.Provider = aws.New(func() bool { return true }, aws.WithControlPlanes(planes)).Provider(a.Store)
	return a.Use(in{"region": "eu-west-1"}).History()
}

func TestControlPlaneCalls(t *testing.T) {
	t.Parallel()
	planes := &clusterstest.Recorder{}
	h := newRecorded(t, planes).All(ground()...)
	h.All(awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)})
	require.Equal(t, "https://127.0.0.1:6443", h.Output("main", "endpoint"))
	require.Equal(t, in{"data": "Y2E="}, h.Output("main", "certificateAuthority"))
	require.Equal(t, []clusters.Access{{Group: "eks:policy:AmazonEKSClusterAdminPolicy",
		ClusterRole: "cluster-admin"}}, planes.Access)

	h.All(awstest.Step{Name: "cni", Type: addonToken, Inputs: addonOf("vpc-cni", nil)},
		awstest.Step{Name: "nodes", Type: nodesToken, Inputs: nodesOf(in{
			"labels": in{"team": "shop"}, "taints": []any{in{"key": "dedicated", "value": "shop",
				"effect": "NO_EXECUTE"}}, "capacityType": "SPOT",
			"instanceTypes": []any{"m7g.large"},
		})})
	require.Len(t, planes.Nodes, 2)
	zones := []string{planes.Nodes[0].Zone, planes.Nodes[1].Zone}
	slices.Sort(zones)
	require.Equal(t, []string{"eu-west-1a", "eu-west-1b"}, zones)
	node := planes.Nodes[0]
	require.Regexp(t, `^ip-10-0-[01]-\d+\.eu-west-1\.compute\.internal$`, node.Name)
	require.Regexp(t, `^aws:///eu-west-1[ab]/i-[0-9a-f]{17}$`, node.ProviderID)
	require.Equal(t, map[string]string{
		"team": "shop", "eks.amazonaws.com/nodegroup": "nodes", "eks.amazonaws.com/capacityType": "SPOT",
		"kubernetes.io/arch":       "arm64",
		"topology.k8s.aws/zone-id": map[string]string{"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az2"}[node.Zone],
	}, node.Labels)
	require.Equal(t, "dedicated=shop:NoExecute", node.Taints[0].ToString())
	require.Equal(t, []string{"m7g.large", "2", "8192Mi", "v1.33.11-eks-simulated", "eu-west-1"},
		[]string{node.InstanceType, node.CPU, node.Memory, node.Version, node.Region})

	h.All(
		awstest.Step{Name: "admin entry", Type: entryToken,
			Inputs: in{"clusterName": "main", "principalArn": awstest.RoleARN("admin")}},
		awstest.Step{Name: "grant", Type: grantToken, Inputs: in{
			"clusterName": "main", "principalArn": awstest.RoleARN("admin"),
			"policyArn":   awstest.ClusterPolicyARN("Edit"),
			"accessScope": in{"type": "namespace", "namespaces": []any{"shop", "bank"}},
		}},
	)
	require.ElementsMatch(t, []clusters.Access{
		{Group: "eks:policy:AmazonEKSClusterAdminPolicy", ClusterRole: "cluster-admin"},
		{Group: "eks:policy:AmazonEKSEditPolicy:bank", ClusterRole: "edit", Namespace: "bank"},
		{Group: "eks:policy:AmazonEKSEditPolicy:shop", ClusterRole: "edit", Namespace: "shop"},
	}, planes.Access)
	h.All(awstest.Step{Name: "-grant"})
	require.Len(t, planes.Access, 1)

	h.All(awstest.Step{Name: "~main", Inputs: bare(in{"tags": in{"a": "b"}})},
		awstest.Step{Name: "~main", Inputs: bare(in{"version": "1.34"})}, awstest.Step{Name: "-nodes"})
	planes.Balancers = []string{"shop/web"}
	h.All(awstest.Step{Name: "-main"})
	require.Equal(t, []string{
		"start 123456789012-eu-west-1-main: main eu-west-1 1.33 elb.eu-west-1.amazonaws.com", "2 nodes of nodes",
		"upgrade to 1.34", "0 nodes of nodes",
		"stop 123456789012-eu-west-1-main",
	}, planes.Calls)

	left, err := h.Store.List("aws:ec2/networkInterface:NetworkInterface")
	require.NoError(t, err)
	require.Len(t, left, 1, "load balancers of Kubernetes stay in the VPC")
	require.Equal(t, "ELB net/k8s-shop-web", left[0].Text("description"))
	h.IDs["subnet"] = left[0].Text("subnetId")
	require.ErrorContains(t, h.Do(awstest.Step{Name: map[bool]string{true: "-a",
		false: "-b"}[h.IDs["subnet"] == h.IDs["a"]]}), "DependencyViolation")
}

func TestFailedControlPlaneLeavesNoResources(t *testing.T) {
	t.Parallel()
	planes := &clusterstest.Recorder{Fail: errors.New("no room")}
	h := newRecorded(t, planes).All(ground()...)
	require.ErrorContains(t, h.Do(awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)}), "no room")
	require.True(t, strings.HasPrefix(planes.Calls[len(planes.Calls)-1], "stop "))
	all, err := h.Store.List("")
	require.NoError(t, err)
	for _, o := range all {
		require.NotContains(t, o.Type, "aws:eks/")
		require.NotEqual(t, "aws:ec2/networkInterface:NetworkInterface", o.Type)
	}
	require.NoError(t, aws.New(func() bool { return true }, aws.WithControlPlanes(planes)).Reset(t.Context(), ""))
	require.Equal(t, "stop all", planes.Calls[len(planes.Calls)-1])
}
