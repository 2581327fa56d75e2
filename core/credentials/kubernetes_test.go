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
	plugin := &credentials.Exec{Command: "aws", Args: []string{"eks", "get-token"}, Env: []string{"AWS_PROFILE"}}
	complete := *plugin
	complete.APIVersion = credentials.ExecAPIVersion

	tests := map[string]struct {
		reason string
		env    environment
		req    credentials.KubernetesRequest
		want   credentials.Kubernetes
		text   string
	}{
		"Exec": {
			reason: "what configuration names wins over the environment, and variables are named without their values",
			env:    plus(pod, environment{"AWS_PROFILE": canary, "KUBECONFIG": "/token"}),
			req:    credentials.KubernetesRequest{Exec: plugin, TokenFile: "/token"},
			want: credentials.Kubernetes{
				Origin: credentials.Origin{Source: credentials.KubernetesExec, Variables: []string{"AWS_PROFILE"}},
				Exec:   &complete,
			},
			text: "an exec plugin named in the configuration, with environment variable AWS_PROFILE",
		},
		"TokenFile": {
			reason: "the file is checked, not read",
			env:    pod,
			req:    credentials.KubernetesRequest{TokenFile: "/token"},
			want: credentials.Kubernetes{
				Origin: credentials.Origin{Source: credentials.KubernetesTokenFile}, TokenFile: "/token",
			},
			text: "a token file named in the configuration",
		},
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
	assert.Empty(t, plugin.APIVersion, "the request is not changed")
}

func TestKubernetesRefuses(t *testing.T) {
	t.Parallel()
	resolve := func(req credentials.KubernetesRequest) func(environment) error {
		req.Provider = "primary"
		return func(e environment) error {
			_, err := resolver(e).Kubernetes(req)
			return err
		}
	}
	runRefusals(t, resolve(credentials.KubernetesRequest{}), map[string]refusal{
		"MissingFile": {
			reason: "client-go skips it in silence and uses another cluster; the path is not shown",
			env:    environment{"KUBECONFIG": list("/missing", "/"+canary)},
			source: credentials.KubernetesKubeconfig, set: []string{"KUBECONFIG"},
			want: []string{"KUBECONFIG lists no file that exists: correct the path, or create the file"},
		},
		"PastedPath": {
			reason: "white space after a separator",
			env:    environment{"KUBECONFIG": list("/token", " /other")},
			source: credentials.KubernetesKubeconfig, set: []string{"KUBECONFIG"},
			want: []string{"KUBECONFIG has white space around path number 2"},
		},
		"NoFile": {
			reason: "a list of nothing",
			env:    environment{"KUBECONFIG": list("", "")},
			source: credentials.KubernetesKubeconfig, set: []string{"KUBECONFIG"},
			want: []string{"KUBECONFIG lists no file"},
		},
		"HalfAPod": {
			reason: "both are set in every pod",
			env:    environment{"KUBERNETES_SERVICE_HOST": canary},
			source: credentials.KubernetesInCluster, set: []string{"KUBERNETES_SERVICE_HOST"},
			want: []string{"KUBERNETES_SERVICE_PORT is not set, but KUBERNETES_SERVICE_HOST is"},
		},
		"Nothing": {
			reason: "what configuration can give is named as well",
			want:   []string{"an exec plugin named in the configuration", "KUBECONFIG", "KUBERNETES_SERVICE_HOST"},
		},
	})
	runRefusals(t, resolve(credentials.KubernetesRequest{TokenFile: "/empty"}), map[string]refusal{
		"TokenFileEmpty": {
			reason: "the request's field is named", source: credentials.KubernetesTokenFile,
			want: []string{"TokenFile names an empty file"},
		},
	})
	plugin := &credentials.Exec{Env: []string{"A", "B", "C", "TOKEN=" + canary}}
	runRefusals(t, resolve(credentials.KubernetesRequest{Exec: plugin}), map[string]refusal{
		"Exec": {
			reason: "everything that the plugin lacks is named at once",
			env:    environment{"A": canary, "B": ""},
			source: credentials.KubernetesExec,
			want: []string{
				"Exec.Command is empty", "B is set but empty", "C is not set, but the exec plugin needs it",
				"Exec.Env[3] is not the name of a variable",
			},
		},
	})
}

func TestAPodWithoutAServiceAccountSaysSo(t *testing.T) {
	t.Parallel()
	r := credentials.New(credentials.WithLookup(environment{
		"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443",
	}.lookup), credentials.WithOpen(noFiles))
	_, err := r.Kubernetes(credentials.KubernetesRequest{})
	require.ErrorContains(t, err, credentials.ServiceAccountToken)
	require.ErrorContains(t, err, credentials.ServiceAccountCA)
	require.ErrorContains(t, err, "automountServiceAccountToken")
}
