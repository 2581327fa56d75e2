package kubernetes_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// TestMetadataOfPods checks the labels of pods, and which metadata rolls them out.
func TestMetadataOfPods(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	given := metadata.Metadata{Project: "shop", Owner: "platform", CostCenter: "4711", Commit: "0123456789abcdef"}
	stack, err := testenv.Engine(t).Inline(t.Context(), "metadata", "dev", func(ctx *pulumi.Context) error {
		manager, err := metadata.New(given, kubernetes.TaggableTypes())
		if err != nil {
			return err
		}
		if err := manager.Install(ctx); err != nil {
			return err
		}
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		ns, err := namespace.NewNamespace(ctx, "team", nil, on)
		if err != nil {
			return err
		}
		_, err = application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: ns.Name, Image: pulumi.String("registry.example.com/web:1.2.3"), Port: 8080,
		}, on)
		return err
	})
	require.NoError(t, err)
	const prefix = metadata.DefaultLabelPrefix + "/"
	sets := func() []string {
		list, err := client.AppsV1().ReplicaSets("team").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		var names []string
		for _, s := range list.Items {
			names = append(names, s.Name)
		}
		return names
	}
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckSettled(t.Context()))
	pods, err := client.CoreV1().Pods("team").List(t.Context(), metav1.ListOptions{LabelSelector: prefix + "cost-center=4711"})
	require.NoError(t, err)
	require.Len(t, pods.Items, 2, "cost tools find the pods")
	for _, p := range pods.Items {
		assert.Equal(t, "shop", p.Labels[prefix+"project"])
		assert.Equal(t, "platform", p.Labels[prefix+"owner"])
		assert.NotContains(t, p.Annotations, prefix+"commit")
	}
	before := sets()
	require.Len(t, before, 1)

	given.Commit = "fedcba9876543210"
	ran(stack.Up(t.Context()))
	d, err := client.AppsV1().Deployments("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, given.Commit, d.Annotations[prefix+"commit"])
	assert.Equal(t, before, sets(), "a commit is no rollout")
	assert.NotContains(t, d.Spec.Selector.MatchLabels, prefix+"owner")

	given.Owner = "payments"
	ran(stack.Up(t.Context()))
	assert.Len(t, sets(), 2, "another owner is one")
	ran(stack.CheckDestroyed(t.Context()))
}
