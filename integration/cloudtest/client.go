package cloudtest

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/ashlar-iac/ashlar/integration/plugin"
)

// Client returns a client of a cluster, which signs in as the kubeconfig says: by a command, and not with what the kubeconfig holds.
func (a *Account) Client(t *testing.T, kubeconfig string) kubernetes.Interface {
	t.Helper()
	c, err := clientcmd.RESTConfigFromKubeConfig([]byte(kubeconfig))
	require.NoError(t, err)
	require.NotNil(t, c.ExecProvider, "the kubeconfig signs in by a command")
	require.Equal(t, "aws", c.ExecProvider.Command)
	if a.Store != nil {
		a.simulate(t, c.ExecProvider)
	}
	client, err := kubernetes.NewForConfig(c)
	require.NoError(t, err)
	return client
}

// simulate has the simulated AWS answer a command. The one of the engine stands on the engine's PATH, and not on that of the test.
func (a *Account) simulate(t *testing.T, command *api.ExecConfig) {
	t.Helper()
	built, err := plugin.Build(t.Context())
	require.NoError(t, err)
	command.Command = built.AWSCLI
	variables := plugin.Variables(a.dir, a.clusters(t, built.AWSCLI))
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		command.Env = append(command.Env, api.ExecEnvVar{Name: name, Value: variables[name]})
	}
}
