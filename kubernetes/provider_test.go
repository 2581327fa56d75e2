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

// cluster is one that another component made.
type cluster struct {
	name               string
	kubeconfig, server pulumi.StringInput
}

var _ core.Cluster = cluster{}

func (c cluster) ClusterInfo() core.ClusterInfo {
	info := core.ClusterInfo{Name: c.name, Platform: "eks", Server: c.server}
	if c.kubeconfig != nil {
		info.Kubeconfig = c.kubeconfig.ToStringOutput()
	}
	return info
}

// requireProvider checks the only provider that was registered.
func requireProvider(t *testing.T, r *pulumitest.Recording, server, reason string) {
	t.Helper()
	p := r.One(t, providerType)
	require.True(t, p.Inputs["kubeconfig"].IsSecret(), "%s: the kubeconfig is a credential", reason)
	require.Contains(t, p.Inputs["kubeconfig"].SecretValue().Element.StringValue(), canary, reason)
	require.False(t, p.Inputs["clusterIdentifier"].ContainsSecrets(), "%s: the identity shows in diffs", reason)
	require.Equal(t, server, p.Inputs["clusterIdentifier"].StringValue(), reason)
	require.Empty(t, r.Leaks(canary), reason)
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
			reason: "a text in the clear becomes a secret",
			args:   &kubernetes.ProviderArgs{Kubeconfig: text},
			server: "https://dev.example.com",
		},
		"SecretText": {
			reason: "a secret stays one, but the address of the server is none",
			args:   &kubernetes.ProviderArgs{Kubeconfig: pulumi.ToSecret(text).(pulumi.StringOutput)},
			server: "https://dev.example.com",
		},
		"Output": {
			reason: "an output in the clear becomes a secret",
			args:   &kubernetes.ProviderArgs{Kubeconfig: text.ToStringOutput()},
			server: "https://dev.example.com",
		},
		"OutputContext": {
			reason: "the context is chosen once the text is known",
			args:   &kubernetes.ProviderArgs{Kubeconfig: text.ToStringOutput(), Context: "other"},
			server: "https://other.example.com",
		},
		"Path": {
			reason: "the content of the file is what the provider gets",
			args:   &kubernetes.ProviderArgs{KubeconfigPath: path},
			server: "https://dev.example.com",
		},
		"PathContext": {
			reason: "the provider gets the chosen context as its current one",
			args:   &kubernetes.ProviderArgs{KubeconfigPath: path, Context: "other"},
			server: "https://other.example.com",
		},
		"Cluster": {
			reason: "a cluster that another component makes has a kubeconfig that nobody knows early",
			args:   &kubernetes.ProviderArgs{Cluster: cluster{kubeconfig: text.ToStringOutput()}},
			server: "https://dev.example.com",
		},
		"SecretCluster": {
			reason: "clouds mark it as secret",
			args:   &kubernetes.ProviderArgs{Cluster: cluster{kubeconfig: pulumi.ToSecret(text).(pulumi.StringOutput)}},
			server: "https://dev.example.com",
		},
		"ClusterWithServer": {
			reason: "a cluster that knows the address of its server says the identity",
			args:   &kubernetes.ProviderArgs{Cluster: cluster{kubeconfig: text, server: pulumi.String("https://known.example.com")}},
			server: "https://known.example.com",
		},
		"ContextOfClusterWithServer": {
			reason: "another context may be another server",
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

func TestNewProviderReadsTheAmbientKubeconfigOnlyWhenAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(path, []byte(kubeconfigOf("ambient")), 0o600))
	t.Setenv("KUBECONFIG", path)
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := kubernetes.NewProvider(ctx, "none", nil)
		require.ErrorContains(t, err, "got 0 of them", "there is no fallback")
		_, err = kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Ambient: true})
		return err
	})
	requireProvider(t, r, "https://ambient.example.com", "asked for")
}

func TestNewProviderRefuses(t *testing.T) {
	t.Parallel()
	text := pulumi.String(kubeconfigOf("dev"))
	const one = "check arguments: expected one of Kubeconfig, KubeconfigPath, Ambient and Cluster, got "
	tests := map[string]struct {
		reason string
		args   *kubernetes.ProviderArgs
		want   string
	}{
		"Nil":   {reason: "nothing says which cluster", want: one + "0 of them"},
		"None":  {reason: "a context alone says not which cluster", args: &kubernetes.ProviderArgs{Context: "dev"}, want: one + "0 of them"},
		"Two":   {reason: "which one holds is not guessed", args: &kubernetes.ProviderArgs{Kubeconfig: text, Ambient: true}, want: one + "2 of them"},
		"Three": {reason: "nor among more", args: &kubernetes.ProviderArgs{KubeconfigPath: "x", Ambient: true, Cluster: cluster{kubeconfig: text}}, want: one + "3 of them"},
		"ClusterWithoutKubeconfig": {
			reason: "an empty one would make the provider fall back to the ambient kubeconfig",
			args:   &kubernetes.ProviderArgs{Cluster: cluster{name: "made"}},
			want:   `read cluster "made": it has no kubeconfig`,
		},
		"Malformed": {
			reason: "the text is a credential",
			args:   &kubernetes.ProviderArgs{Kubeconfig: pulumi.String("kind: " + canary)},
			want:   "read kubeconfig given as text: it is not a valid kubeconfig",
		},
		"Context": {
			reason: "the contexts there are are listed",
			args:   &kubernetes.ProviderArgs{Kubeconfig: text, Context: "staging"},
			want:   `read kubeconfig given as text: it has no context "staging", only: dev, other`,
		},
		"Path": {
			reason: "a file that is not there is the most common mistake",
			args:   &kubernetes.ProviderArgs{KubeconfigPath: "/does/not/exist"},
			want:   `read kubeconfig "/does/not/exist": there is no such file`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := kubernetes.NewProvider(ctx, "local", tc.args)
				require.ErrorContains(t, err, `make kubernetes provider "local": `+tc.want, tc.reason)
				require.ErrorIs(t, err, failure.Provider, tc.reason)
				require.NotContains(t, err.Error(), canary, tc.reason)
				return nil
			})
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestNewProviderFailsOnOutputsThatAreNoKubeconfig(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ reason, text, want string }{
		"Malformed": {"the text is a credential", "kind: " + canary, "it is not a valid kubeconfig"},
		"Empty":     {"an empty text would make the provider fall back to the ambient kubeconfig", "", "it holds no contexts"},
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
