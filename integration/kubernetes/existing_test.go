package kubernetes_test

import (
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// TestExistingObjects creates a namespace and an application that exist, adopts them and destroys the stack.
func TestExistingObjects(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	_, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: "shared", Labels: map[string]string{"team": "other"}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.CoreV1().ConfigMaps("shared").Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "precious"},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.CoreV1().Services("shared").Create(t.Context(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "main", Port: 80}}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)

	adoptNamespace, adoptApplication := false, false
	stack, err := testenv.Engine(t).Inline(t.Context(), "existing", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		ns, err := namespace.NewNamespace(ctx, "shared", &namespace.NamespaceArgs{Adopt: adoptNamespace}, on)
		if err != nil {
			return err
		}
		_, err = application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: ns.Name, Image: pulumi.String("registry.example.com/web:1.2.3"), Port: 8080, Replicas: new(0), Adopt: adoptApplication,
		}, on)
		return err
	})
	require.NoError(t, err)
	labels := func() map[string]string {
		ns, err := client.CoreV1().Namespaces().Get(t.Context(), "shared", metav1.GetOptions{})
		require.NoError(t, err)
		return ns.Labels
	}
	before := labels()

	failed, err := stack.Preview(t.Context())
	require.Error(t, err, "a preview finds it")
	assert.Contains(t, failed.Output, `create Namespace "shared": it exists already`)
	failed, err = stack.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, failed.Output, `create Namespace "shared": it exists already`)
	assert.Equal(t, before, labels(), "nothing changes")

	adoptNamespace = true
	failed, err = stack.Preview(t.Context())
	require.Error(t, err)
	assert.Contains(t, failed.Output, `create Service "web" in namespace "shared": it exists already`)

	adoptApplication = true
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	assert.Subset(t, labels(), before, "labels of others stay")
	assert.Equal(t, "restricted", labels()["pod-security.kubernetes.io/enforce"])
	ran(stack.CheckUnchanged(t.Context()))

	ran(stack.Destroy(t.Context()))
	_, err = client.CoreV1().ConfigMaps("shared").Get(t.Context(), "precious", metav1.GetOptions{})
	require.NoError(t, err, "a destroy keeps the namespace and what is in it")
	_, err = client.CoreV1().Services("shared").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
}

// TestNoCredentialsStay checks the temporary folder after each operation with a kubeconfig that has a client key.
func TestNoCredentialsStay(t *testing.T) {
	t.Parallel()
	content := pulumi.String(testenv.ControlPlane(t).Kubeconfig())
	engine := testenv.Engine(t)
	stack, err := engine.Inline(t.Context(), "temporary", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: content})
		if err != nil {
			return err
		}
		_, err = namespace.NewNamespace(ctx, "team", nil, pulumi.Provider(p))
		return err
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	empty := func(after string) {
		left, err := os.ReadDir(engine.Temporary())
		require.NoError(t, err)
		assert.Empty(t, left, "after %s", after)
	}
	ran(stack.Preview(t.Context()))
	empty("preview")
	ran(stack.Up(t.Context()))
	empty("up")
	ran(stack.Refresh(t.Context()))
	empty("refresh")
	ran(stack.Destroy(t.Context()))
	empty("destroy")
}
