package handover_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/handover"
)

const token = "canary-5d41402abc4b2a76 'quoted' $HOME"

// kubeconfig returns a kubeconfig for a cluster and a user.
func kubeconfig(t *testing.T, cluster *api.Cluster, user *api.AuthInfo) string {
	t.Helper()
	config := api.NewConfig()
	config.Clusters["c"] = cluster
	config.AuthInfos["u"] = user
	config.Contexts["x"] = &api.Context{Cluster: "c", AuthInfo: "u"}
	config.CurrentContext = "x"
	text, err := clientcmd.Write(*config)
	require.NoError(t, err)
	return string(text)
}

// TestTheFileOfTheProviderIsDeleted does what the provider does with its kubeconfig.
func TestTheFileOfTheProviderIsDeleted(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var authorization string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization")
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	content, err := handover.Kubeconfig(kubeconfig(t, &api.Cluster{Server: server.URL, InsecureSkipTLSVerify: true}, &api.AuthInfo{Token: token}))
	require.NoError(t, err)
	other := filepath.Join(dir, "kubeconfig456")
	require.NoError(t, os.WriteFile(other, []byte("of another program"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "kubeconfig123"), []byte(content), 0o600))

	config, err := clientcmd.RESTConfigFromKubeConfig([]byte(content))
	require.NoError(t, err)
	client, err := metadata.NewForConfig(config)
	require.NoError(t, err)
	_, err = client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}).Get(t.Context(), "team", metav1.GetOptions{})
	require.Error(t, err)
	require.Equal(t, "Bearer "+token, authorization, "the plugin returns the credentials")
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Equal(t, []string{other}, left, "only the file with the credentials is deleted")
}

func TestKubeconfigsWithoutStaticCredentialsStay(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]*api.AuthInfo{
		"None":   {},
		"Plugin": {Exec: &api.ExecConfig{APIVersion: "client.authentication.k8s.io/v1", Command: "aws", InteractiveMode: "Never"}},
		"Basic":  {Username: "a", Password: "b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := kubeconfig(t, &api.Cluster{Server: "https://example.com"}, user)
			after, err := handover.Kubeconfig(before)
			require.NoError(t, err)
			require.Equal(t, before, after)
		})
	}
	_, err := handover.Kubeconfig("users: [{name: u, user: {token: [" + token + "]}}]")
	require.Error(t, err)
	require.NotContains(t, err.Error(), token)
}
