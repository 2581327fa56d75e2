package kubernetes_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// TestConfigurationFromFiles creates a ConfigMap and a Secret from files, changes a file and destroys them.
func TestConfigurationFromFiles(t *testing.T) {
	t.Parallel()
	const canary, binary = "canary-5d41402abc4b2a76", "\xff\x00\x01"
	dir := t.TempDir()
	write := func(name, content string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	write("pages/index.html", "<html>")
	write("pages/logo.png", binary)
	write("keys/ssh-privatekey", canary)
	write("keys/store.p12", binary+canary)
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	stack, err := testenv.Engine(t).Inline(t.Context(), "files", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		ns, err := namespace.NewNamespace(ctx, "team", nil, on)
		if err != nil {
			return err
		}
		pages, err := configuration.NewConfigMap(ctx, "pages", &configuration.ConfigMapArgs{
			Namespace: ns.Name, FromFiles: []string{filepath.Join(dir, "pages")}, Data: pulumi.StringMap{"mode": pulumi.String("fast")},
		}, on)
		if err != nil {
			return err
		}
		keys, err := configuration.NewSecret(ctx, "keys", &configuration.SecretArgs{
			Namespace: ns.Name, FromFiles: []string{filepath.Join(dir, "keys")}, Type: configuration.SecretTypeSSHAuth,
		}, on)
		if err != nil {
			return err
		}
		ctx.Export("pages", pages.Name)
		ctx.Export("keys", keys.Name)
		return nil
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	up := ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckSettled(t.Context()))

	name := func(r *engine.Result, key string) string { return r.Outputs[key].Value.(string) }
	pages, err := client.CoreV1().ConfigMaps("team").Get(t.Context(), name(up, "pages"), metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"mode": "fast", "index.html": "<html>"}, pages.Data)
	assert.Equal(t, map[string][]byte{"logo.png": []byte(binary)}, pages.BinaryData)
	keys, err := client.CoreV1().Secrets("team").Get(t.Context(), name(up, "keys"), metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, map[string][]byte{"ssh-privatekey": []byte(canary), "store.p12": []byte(binary + canary)}, keys.Data)
	assert.Equal(t, corev1.SecretTypeSSHAuth, keys.Type)

	write("pages/logo.png", binary+binary)
	write("keys/store.p12", binary)
	changed := ran(stack.Up(t.Context()))
	assert.NotEqual(t, name(up, "pages"), name(changed, "pages"))
	assert.NotEqual(t, name(up, "keys"), name(changed, "keys"))
	_, err = client.CoreV1().ConfigMaps("team").Get(t.Context(), name(up, "pages"), metav1.GetOptions{})
	require.True(t, apierrors.IsNotFound(err), "the old object is deleted: %v", err)
	ran(stack.CheckUnchanged(t.Context()))
	require.NoError(t, stack.CheckNoSecret([]*engine.Result{up, changed}, canary))
	ran(stack.CheckDestroyed(t.Context()))
}
