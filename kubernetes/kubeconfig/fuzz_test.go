package kubeconfig_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/kubernetes/kubeconfig"
)

// FuzzParse looks for texts that make Parse panic or show a credential. It puts
// the canary between two parts, so that it stays whole.
func FuzzParse(f *testing.F) {
	for _, tc := range wrong {
		before, after, _ := strings.Cut(tc.text, canary)
		f.Add(before, after, tc.context)
	}
	before, after, _ := strings.Cut(two, canary)
	f.Add(before, after, "")
	f.Add(before, after, "prod")
	f.Add("", withFiles, "")
	f.Add("contexts:\n- context: null\n", "", "")
	f.Add("contexts: [null]\nclusters: [{name: a, cluster: null}]\nusers: ", "", "a")
	f.Add(`{"apiVersion":"v1","kind":"Config","users":[{"name":"a","user":{"password":"`, `"}}]}`, "a")
	f.Fuzz(func(t *testing.T, before, after, context string) {
		text := before + canary + after
		got, err := kubeconfig.Parse(text, context)
		if err == nil {
			if !named(text) {
				require.NotContains(t, got.String(), canary)
			}
			again, err := kubeconfig.Parse(got.Content, "")
			require.NoError(t, err, "the result can be read again")
			require.Equal(t, got.Content, again.Content)
			return
		}
		if !named(text) {
			require.NotContains(t, err.Error(), canary)
		}
	})
}

// named reports whether the canary has become part of a name or a path. Those
// are no credentials, and a message needs them.
func named(text string) bool {
	config, err := clientcmd.Load([]byte(text))
	if err != nil {
		return false
	}
	names := []string{config.CurrentContext}
	for name, c := range config.Contexts {
		names = append(names, name, c.Cluster, c.AuthInfo)
	}
	for name, c := range config.Clusters {
		names = append(names, name, c.Server, c.CertificateAuthority)
	}
	for name, u := range config.AuthInfos {
		names = append(names, name, u.ClientCertificate, u.ClientKey)
	}
	return strings.Contains(strings.Join(names, "\n"), canary)
}
