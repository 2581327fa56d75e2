package aks_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// deployShop deploys an application to a cluster, with its kubeconfig.
func deployShop(ctx *pulumi.Context, c *aks.Cluster) error {
	provider, err := kubernetes.NewProvider(ctx, "shop", &kubernetes.ProviderArgs{Cluster: c})
	if err != nil {
		return err
	}
	on := pulumi.Provider(provider)
	ns, err := namespace.NewNamespace(ctx, "shop", nil, on)
	if err != nil {
		return err
	}
	_, err = application.NewApplication(ctx, "web", &application.ApplicationArgs{
		Namespace: ns.Name, Image: pulumi.String("registry.example.com/web:1.2.3"), Port: 8080,
	}, on)
	return err
}

// An application becomes ready by the API of the cluster, which has the nodes of its pools. Neither an upgrade nor a rotation
// changes it, and it is deleted before the cluster.
func TestApplication(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t).WithControlPlanes()
	s := settings()
	life := newCycle(t, a, "application", func(ctx *pulumi.Context) error { return program(a, &s, deployShop)(ctx) })
	life.up()
	client := a.Client(t, life.output("kubeconfig"))
	deployment, err := client.AppsV1().Deployments("shop").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	require.Positive(t, deployment.Status.ReadyReplicas)
	require.Equal(t, *deployment.Spec.Replicas, deployment.Status.ReadyReplicas)
	require.Equal(t, map[string]int{"system": 1, "user": 1}, nodes(t, a, life))

	s.Version = "1.37"
	s.NodePools["apps"] = aks.NodePoolArgs{Size: "Standard_D8ds_v5", Nodes: s.NodePools["apps"].Nodes}
	r, err := life.Up(t.Context())
	require.NoError(t, err, r.Output)
	for _, step := range cloudtest.Steps(r) {
		require.NotContains(t, step, "kubernetes", "the application is unchanged")
	}
	require.Equal(t, map[string]int{"system": 1, "user": 1}, nodes(t, a, life))
	life.settled()
	life.destroy()
}

// nodes returns the number of nodes by the mode of their pool.
func nodes(t *testing.T, a *cloudtest.Account, life *cycle) map[string]int {
	t.Helper()
	client := a.Client(t, life.output("kubeconfig"))
	all, err := client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	out := map[string]int{}
	for _, n := range all.Items {
		out[n.Labels["kubernetes.azure.com/mode"]]++
	}
	return out
}
