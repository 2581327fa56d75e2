package kubeconfig_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/kubeconfig"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	other := strings.NewReplacer("current-context: dev", "current-context: lab", "name: prod", "name: lab",
		"cluster: prod, user: prod", "cluster: lab, user: lab", "prod.example.com", "lab.example.com",
		"dev.example.com:6443", "ignored.example.com").Replace(two)
	merged, err := kubeconfig.Merge(two, other)
	require.NoError(t, err)
	again, err := kubeconfig.Merge(two, other)
	require.NoError(t, err)
	require.Equal(t, merged, again, "the text is stable")

	for context, server := range map[string]string{
		"":     "https://dev.example.com:6443", // The current context is that of the first one.
		"dev":  "https://dev.example.com:6443", // The first one that has a name wins.
		"prod": "https://prod.example.com",
		"lab":  "https://lab.example.com",
	} {
		k, err := kubeconfig.Parse(merged, context)
		require.NoError(t, err)
		require.Equal(t, server, k.Server, context)
	}

	_, err = kubeconfig.Merge(two, wrong["Malformed"].text)
	require.EqualError(t, err, "read kubeconfig 2 of 2: invalid kubeconfig: expected YAML with clusters, users and contexts")
	require.ErrorIs(t, err, failure.Configuration)
}

func TestSplit(t *testing.T) {
	t.Parallel()
	parts, err := kubeconfig.Split(two)
	require.NoError(t, err)
	require.Len(t, parts, 2)
	for i, context := range []string{"dev", "prod"} {
		whole, err := kubeconfig.Parse(two, context)
		require.NoError(t, err)
		require.Equal(t, whole, parts[i], "a part is what Parse returns")
	}
	require.NotContains(t, parts[0].Content, canary+"-prod", "no credentials of another cluster")

	var contents []string
	for _, p := range parts {
		contents = append(contents, p.Content)
	}
	merged, err := kubeconfig.Merge(contents...)
	require.NoError(t, err)
	back, err := kubeconfig.Split(merged)
	require.NoError(t, err)
	require.Equal(t, parts, back)

	_, err = kubeconfig.Split(strings.ReplaceAll(two, "cluster: prod, user", "cluster: missing, user"))
	require.ErrorContains(t, err, `context "prod" refers to the unknown cluster "missing"`)
	_, err = kubeconfig.Split(wrong["Malformed"].text)
	require.ErrorContains(t, err, "invalid kubeconfig")
	require.NotContains(t, err.Error(), canary)
}

func TestInCluster(t *testing.T) {
	t.Parallel()
	variables := map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443", "KUBECONFIG": "/ignored"}
	lookup := credentials.WithLookup(func(name string) (string, bool) {
		value, set := variables[name]
		return value, set
	})
	mounted := fstest.MapFS{
		strings.TrimPrefix(credentials.ServiceAccountToken, "/"): {Data: []byte(canary)},
		strings.TrimPrefix(credentials.ServiceAccountCA, "/"):    {Data: []byte("certificate")},
	}
	open := credentials.WithOpen(func(path string) (fs.File, error) { return mounted.Open(strings.TrimPrefix(path, "/")) })
	k, err := kubeconfig.InCluster(lookup, open)
	require.NoError(t, err)
	require.Equal(t, "https://10.0.0.1:443", k.Server)
	require.NotContains(t, k.Content, canary, "the token is not stored")
	config, err := clientcmd.Load([]byte(k.Content))
	require.NoError(t, err)
	require.Equal(t, credentials.ServiceAccountToken, config.AuthInfos[k.Context].TokenFile)
	require.Equal(t, credentials.ServiceAccountCA, config.Clusters[k.Context].CertificateAuthority)

	_, err = kubeconfig.InCluster(lookup, credentials.WithOpen(func(string) (fs.File, error) { return nil, fs.ErrNotExist }))
	require.ErrorIs(t, err, failure.Credentials)
	delete(variables, "KUBERNETES_SERVICE_HOST")
	delete(variables, "KUBERNETES_SERVICE_PORT")
	_, err = kubeconfig.InCluster(lookup, open)
	require.ErrorIs(t, err, failure.Credentials)
	require.ErrorContains(t, err, "KUBERNETES_SERVICE_HOST", "there is no fallback to KUBECONFIG")
}
