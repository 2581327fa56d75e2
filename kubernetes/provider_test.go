package kubernetes_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// cluster is a cluster of another component.
type cluster struct {
	name, platform     string
	kubeconfig, server pulumi.StringInput
}

var _ core.Cluster = cluster{}

func (c cluster) ClusterInfo() core.ClusterInfo {
	info := core.ClusterInfo{Name: c.name, Platform: c.platform, Server: c.server}
	if c.kubeconfig != nil {
		info.Kubeconfig = c.kubeconfig.ToStringOutput()
	}
	return info
}

// requireProvider checks the only provider that was registered.
func requireProvider(t *testing.T, r *pulumitest.Recording, server, reason string) {
	t.Helper()
	p := r.One(t, providerType)
	require.True(t, p.Inputs["kubeconfig"].IsSecret(), "%s: the kubeconfig is a secret", reason)
	require.Contains(t, p.Inputs["kubeconfig"].SecretValue().Element.StringValue(), canary, reason)
	require.False(t, p.Inputs["clusterIdentifier"].ContainsSecrets(), "%s: the URL is visible in diffs", reason)
	require.Equal(t, server, p.Inputs["clusterIdentifier"].StringValue(), reason)
	for _, leak := range r.Leaks(canary) {
		// A plain output of another stack is plain in the state of both stacks.
		require.Contains(t, leak, "StackReference", reason)
	}
}

func TestNewProvider(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(path, []byte(kubeconfigOf("dev")), 0o600))
	text := pulumi.String(kubeconfigOf("dev"))
	tests := map[string]struct {
		reason string
		args   *kubernetes.ProviderArgs
		server string
	}{
		"Text": {
			reason: "plain content becomes a secret",
			args:   &kubernetes.ProviderArgs{Kubeconfig: text},
			server: "https://dev.example.com",
		},
		"SecretText": {
			reason: "secret content stays secret, but the URL of the server is not secret",
			args:   &kubernetes.ProviderArgs{Kubeconfig: pulumi.ToSecret(text).(pulumi.StringOutput)},
			server: "https://dev.example.com",
		},
		"Output": {
			reason: "an output becomes a secret",
			args:   &kubernetes.ProviderArgs{Kubeconfig: text.ToStringOutput()},
			server: "https://dev.example.com",
		},
		"OutputContext": {
			reason: "the context is selected when the content is known",
			args:   &kubernetes.ProviderArgs{Kubeconfig: text.ToStringOutput(), Context: "other"},
			server: "https://other.example.com",
		},
		"Path": {
			reason: "the provider gets the content of the file",
			args:   &kubernetes.ProviderArgs{KubeconfigPath: path},
			server: "https://dev.example.com",
		},
		"PathContext": {
			reason: "the context becomes the current one",
			args:   &kubernetes.ProviderArgs{KubeconfigPath: path, Context: "other"},
			server: "https://other.example.com",
		},
		"Cluster": {
			reason: "the kubeconfig of a cluster is an output",
			args:   &kubernetes.ProviderArgs{Cluster: cluster{kubeconfig: text.ToStringOutput()}},
			server: "https://dev.example.com",
		},
		"SecretCluster": {
			reason: "the kubeconfig of a cluster is a secret",
			args:   &kubernetes.ProviderArgs{Cluster: cluster{kubeconfig: pulumi.ToSecret(text).(pulumi.StringOutput)}},
			server: "https://dev.example.com",
		},
		"ClusterWithServer": {
			reason: "the URL of the server comes from the cluster",
			args:   &kubernetes.ProviderArgs{Cluster: cluster{kubeconfig: text, server: pulumi.String("https://known.example.com")}},
			server: "https://known.example.com",
		},
		"ContextOfClusterWithServer": {
			reason: "another context can have another server",
			args: &kubernetes.ProviderArgs{
				Cluster: cluster{kubeconfig: text, server: pulumi.String("https://known.example.com")}, Context: "other",
			},
			server: "https://other.example.com",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := kubernetes.NewProvider(ctx, "local", tc.args)
				require.NoError(t, err, tc.reason)
				return nil
			})
			requireProvider(t, r, tc.server, tc.reason)
			require.True(t, r.One(t, providerType).Inputs["enableServerSideApply"].BoolValue())
		})
	}
}

func TestNewProviderReadsTheAmbientKubeconfigOnRequest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(path, []byte(kubeconfigOf("ambient")), 0o600))
	t.Setenv("KUBECONFIG", path)
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := kubernetes.NewProvider(ctx, "none", nil)
		require.ErrorContains(t, err, "found 0", "there is no fallback")
		_, err = kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Ambient: true})
		return err
	})
	requireProvider(t, r, "https://ambient.example.com", "requested")
}

func TestNewProviderRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	text := pulumi.String(kubeconfigOf("dev"))
	const one = "check arguments: expected exactly one of Kubeconfig, KubeconfigPath, InCluster, Ambient and Cluster, found "
	tests := map[string]struct {
		reason string
		args   *kubernetes.ProviderArgs
		want   string
	}{
		"Nil":   {reason: "no cluster", want: one + "0"},
		"None":  {reason: "a context is not a cluster", args: &kubernetes.ProviderArgs{Context: "dev"}, want: one + "0"},
		"Two":   {reason: "the kubeconfig is not guessed", args: &kubernetes.ProviderArgs{Kubeconfig: text, Ambient: true}, want: one + "2"},
		"Three": {reason: "nor among three", args: &kubernetes.ProviderArgs{KubeconfigPath: "x", Ambient: true, Cluster: cluster{kubeconfig: text}}, want: one + "3"},
		"ClusterWithoutKubeconfig": {
			reason: "an empty kubeconfig would make the provider fall back to the ambient one",
			args:   &kubernetes.ProviderArgs{Cluster: cluster{name: "made"}},
			want:   `read cluster "made": no kubeconfig`,
		},
		"Malformed": {
			reason: "the content is a secret",
			args:   &kubernetes.ProviderArgs{Kubeconfig: pulumi.String("kind: " + canary)},
			want:   "read kubeconfig content: invalid kubeconfig",
		},
		"Context": {
			reason: "the contexts are listed",
			args:   &kubernetes.ProviderArgs{Kubeconfig: text, Context: "staging"},
			want:   `read kubeconfig content: unknown context "staging", expected one of: dev, other`,
		},
		"Path": {
			reason: "the file does not exist",
			args:   &kubernetes.ProviderArgs{KubeconfigPath: "/does/not/exist"},
			want:   `read kubeconfig "/does/not/exist": file not found`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := kubernetes.NewProvider(ctx, "local", tc.args)
				require.ErrorContains(t, err, `create kubernetes provider "local": `+tc.want, tc.reason)
				require.ErrorIs(t, err, failure.Provider, tc.reason)
				require.NotContains(t, err.Error(), canary, tc.reason)
				return nil
			})
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestNewProviderRejectsInvalidOutputs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ reason, text, want string }{
		"Malformed": {"the content is a secret", "kind: " + canary, "invalid kubeconfig"},
		"Empty":     {"empty content would make the provider fall back to the ambient kubeconfig", "", "no contexts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				_, err := kubernetes.NewProvider(ctx, "local",
					&kubernetes.ProviderArgs{Cluster: cluster{kubeconfig: pulumi.String(tc.text).ToStringOutput()}})
				return err
			})
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.NotContains(t, err.Error(), canary, tc.reason)
			require.Empty(t, r.Resources, "no provider is registered")
		})
	}
}
