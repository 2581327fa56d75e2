package aws_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// TestClusterIsARealControlPlane checks the nodes of a cluster, and that its control plane stops with it.
func TestClusterIsARealControlPlane(t *testing.T) {
	t.Parallel()
	p := &platform{version: "1.34", nodes: 2}
	a := cloudtest.Simulated(t).WithControlPlanes()
	stack := a.Stack(t, "platform", p.run)
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	dir := a.ControlPlane("eu-west-1", "platform")
	require.Equal(t, []string{"eu-west-1a v1.34.8-eks-simulated", "eu-west-1b v1.34.8-eks-simulated"}, nodesIn(t, dir))
	require.Equal(t, []string{"eu-west-1a v1.34.8-eks-simulated", "eu-west-1b v1.34.8-eks-simulated"},
		seenBy(t, a.Store, dir, "eks:policy:AmazonEKSClusterAdminPolicy"))

	p.version, p.nodes = "1.35", 3
	up, err = stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, []string{"eu-west-1a v1.35.5-eks-simulated", "eu-west-1a v1.35.5-eks-simulated",
		"eu-west-1b v1.35.5-eks-simulated"}, nodesIn(t, dir))

	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	require.NoDirExists(t, dir)
	a.RequireEmpty(t)
}

// nodesIn returns the zones and the versions of the Ready nodes of a cluster.
func nodesIn(t *testing.T, dir string) []string {
	t.Helper()
	nodes, err := clusters.Nodes(t.Context(), dir)
	require.NoError(t, err)
	return summary(t, nodes)
}

func summary(t *testing.T, nodes []corev1.Node) (out []string) {
	t.Helper()
	for _, n := range nodes {
		require.Equal(t, "system", n.Labels["pool"])
		require.Equal(t, "system", n.Labels["eks.amazonaws.com/nodegroup"][:len("system")])
		require.True(t, slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
			return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
		}))
		out = append(out, fmt.Sprintf("%s %s", n.Labels[corev1.LabelTopologyZone], n.Status.NodeInfo.KubeletVersion))
	}
	slices.Sort(out)
	return out
}

// seenBy returns the nodes that a member of a group sees at the endpoint in the cluster's outputs.
func seenBy(t *testing.T, store *cloud.Store, dir, group string) []string {
	t.Helper()
	found, err := store.List(awstest.ClusterToken)
	require.NoError(t, err)
	authority, _ := found[0].Outputs["certificateAuthority"].(map[string]any)
	ca, err := base64.StdEncoding.DecodeString(authority["data"].(string))
	require.NoError(t, err)
	cert, key, _, err := clusters.Credential(dir, "somebody", []string{group}, time.Minute)
	require.NoError(t, err)
	client, err := kubernetes.NewForConfig(&rest.Config{
		Host: found[0].Text("endpoint"), TLSClientConfig: rest.TLSClientConfig{CAData: ca, CertData: cert,
			KeyData: key},
	})
	require.NoError(t, err)
	nodes, err := client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	return summary(t, nodes.Items)
}
