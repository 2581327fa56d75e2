package kubernetes_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// object is a map in the configuration of a stack.
type object = map[string]any

// configure sets the section of a stack.
func configure(t *testing.T, stack *engine.Stack, section object) {
	t.Helper()
	text, err := json.Marshal(section)
	require.NoError(t, err)
	require.NoError(t, stack.SetConfig(t.Context(), "ashlar:kubernetes", auto.ConfigValue{Value: string(text)}))
}

// namesIn returns the names of the namespaces of a cluster.
func namesIn(t *testing.T, cluster *controlplane.ControlPlane) (names []string) {
	t.Helper()
	list, err := cluster.Client().CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	for _, ns := range list.Items {
		names = append(names, ns.Name)
	}
	return names
}

// keyOf returns the client key of a kubeconfig.
func keyOf(t *testing.T, kubeconfig []byte) string {
	t.Helper()
	loaded, err := clientcmd.Load(kubeconfig)
	require.NoError(t, err)
	for _, user := range loaded.AuthInfos {
		require.NotEmpty(t, user.ClientKeyData)
		return string(user.ClientKeyData)
	}
	return ""
}

// TestTwoClusters deploys to two clusters from one program: one by the path of its kubeconfig, the other by the output of
// another stack. Nothing lands in the wrong one, and a cluster that does not answer prevents the whole deployment.
func TestTwoClusters(t *testing.T) {
	t.Parallel()
	left, right := testenv.ControlPlane(t), testenv.ControlPlane(t)
	e := testenv.Engine(t)
	clusters, err := e.Inline(t.Context(), "clusters", "prod", func(ctx *pulumi.Context) error {
		ctx.Export("kubeconfig", pulumi.ToSecret(pulumi.String(right.Kubeconfig())))
		return nil
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(clusters.Up(t.Context()))

	manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml"))))
	stack, err := e.Inline(t.Context(), "two", "dev", func(ctx *pulumi.Context) error {
		return manager.Run(ctx, kubernetes.Module())
	})
	require.NoError(t, err)
	section := func(leftPath, quota string) object {
		web := func(cluster string) object {
			return object{"image": "registry.example.com/web:1.2.3", "port": 8080, "replicas": 1, "cluster": cluster, "namespace": "shop-" + cluster}
		}
		return object{
			"enabled": true,
			"clusters": object{
				"left":  object{"kubeconfig": leftPath, "check": true},
				"right": object{"stack": "organization/clusters/prod", "check": true},
			},
			"namespaces": object{
				"shop-left": object{"cluster": "left", "quota": object{"cpu": quota}}, "shop-right": object{"cluster": "right"},
			},
			"applications": object{"left": web("left"), "right": web("right")},
		}
	}
	gone := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(gone, []byte(`{apiVersion: v1, kind: Config, current-context: gone,
  clusters: [{name: gone, cluster: {server: "https://127.0.0.1:1"}}], contexts: [{name: gone, context: {cluster: gone}}]}`), 0o600))
	configure(t, stack, section(gone, "1"))
	failed, err := stack.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, failed.Output, `connect to cluster "left" at https://127.0.0.1:1`)
	assert.Contains(t, failed.Output, "kubernetes.clusters.left.check")
	assert.NotContains(t, namesIn(t, right), "shop-right", "nothing is deployed, also to the other cluster")

	configure(t, stack, section(left.KubeconfigPath(), "1"))
	up := ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckSettled(t.Context()))
	for _, tc := range []struct {
		cluster   *controlplane.ControlPlane
		own, none string
	}{{left, "left", "right"}, {right, "right", "left"}} {
		assert.Contains(t, namesIn(t, tc.cluster), "shop-"+tc.own)
		assert.NotContains(t, namesIn(t, tc.cluster), "shop-"+tc.none)
		list, err := tc.cluster.Client().AppsV1().Deployments("").List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=" + tc.none})
		require.NoError(t, err)
		assert.Empty(t, list.Items, "nothing of the other cluster")
	}

	configure(t, stack, section(left.KubeconfigPath(), "100m"))
	failed, err = stack.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, failed.Output, `the applications of the namespace need 100m, and 100m more during a rollout of "left"`)
	configure(t, stack, section(left.KubeconfigPath(), "1"))
	ran(stack.CheckUnchanged(t.Context()))

	kubeconfigs := []string{keyOf(t, left.Kubeconfig()), keyOf(t, right.Kubeconfig())}
	require.NoError(t, stack.CheckNoSecret([]*engine.Result{up, failed}, kubeconfigs...), "client keys are stored as secrets")
	ran(stack.CheckDestroyed(t.Context()))
	assert.NotContains(t, namesIn(t, left), "shop-left")
	assert.NotContains(t, namesIn(t, right), "shop-right")
}
