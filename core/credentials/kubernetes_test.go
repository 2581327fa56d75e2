package credentials_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/credentials"
)

// list joins paths as KUBECONFIG does on the system that the test runs on.
func list(paths ...string) string { return strings.Join(paths, string(filepath.ListSeparator)) }

func TestKubernetes(t *testing.T) {
	t.Parallel()
	pod := environment{"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}

	tests := map[string]struct {
		reason string
		env    environment
		req    credentials.KubernetesRequest
		want   credentials.Kubernetes
		text   string
	}{
		"Kubeconfig": {
			reason: "client-go skips empty entries and repetitions, and prefers KUBECONFIG to the pod",
			env:    plus(pod, environment{"KUBECONFIG": list("/other", "", "/token", "/other")}),
			want: credentials.Kubernetes{
				Origin:      credentials.Origin{Source: credentials.KubernetesKubeconfig, Variables: []string{"KUBECONFIG"}},
				Kubeconfigs: []string{"/other", "/token"},
			},
			text: "environment variable KUBECONFIG",
		},
		"InCluster": {
			reason: "addresses may be of version 6",
			env:    pod,
			want: credentials.Kubernetes{
				Origin: credentials.Origin{
					Source: credentials.KubernetesInCluster, Variables: []string{"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"},
				},
				Host:      "https://[fd00::1]:443",
				TokenFile: credentials.ServiceAccountToken, CAFile: credentials.ServiceAccountCA,
			},
			text: "environment variables KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := resolver(tc.env).Kubernetes(tc.req)
			require.NoError(t, err, tc.reason)
			assert.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
			assert.Equal(t, tc.text, got.String())
		})
	}
}

func TestKubernetesRejects(t *testing.T) {
	t.Parallel()
	resolve := func(req credentials.KubernetesRequest) func(environment) error {
		req.Provider = "primary"
		return func(e environment) error {
			_, err := resolver(e).Kubernetes(req)
			return err
		}
	}
	runRejections(t, resolve(credentials.KubernetesRequest{}), map[string]rejection{
		"MissingFile": {
			reason: "client-go skips it in silence and uses another cluster; the path is not shown",
			env:    environment{"KUBECONFIG": list("/missing", "/"+canary)},
			source: credentials.KubernetesKubeconfig,
			want:   []string{"KUBECONFIG lists no file that exists: correct it, or create the file"},
		},
		"PastedPath": {
			reason: "white space after a separator",
			env:    environment{"KUBECONFIG": list("/token", " /other")},
			source: credentials.KubernetesKubeconfig,
			want:   []string{"KUBECONFIG has white space around path 2"},
		},
		"NoFile": {
			reason: "a list of nothing",
			env:    environment{"KUBECONFIG": list("", "")},
			source: credentials.KubernetesKubeconfig,
			want:   []string{"KUBECONFIG lists no file"},
		},
		"HalfAPod": {
			reason: "both are set in every pod",
			env:    environment{"KUBERNETES_SERVICE_HOST": canary},
			source: credentials.KubernetesInCluster,
			want:   []string{"KUBERNETES_SERVICE_PORT is not set, but KUBERNETES_SERVICE_HOST is"},
		},
		"Nothing": {
			reason: "all alternatives are listed",
			want:   []string{"KUBECONFIG", "KUBERNETES_SERVICE_HOST"},
		},
	})
}

func TestPodsWithoutServiceAccountAreRejected(t *testing.T) {
	t.Parallel()
	r := credentials.New(credentials.WithLookup(environment{
		"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443",
	}.lookup), credentials.WithOpen(noFiles))
	_, err := r.Kubernetes(credentials.KubernetesRequest{})
	require.ErrorContains(t, err, credentials.ServiceAccountToken)
	require.ErrorContains(t, err, credentials.ServiceAccountCA)
	require.ErrorContains(t, err, "automountServiceAccountToken")
}
