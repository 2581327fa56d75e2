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

// Client returns a client of a cluster that authenticates with the exec command of the kubeconfig.
func (a *Account) Client(t *testing.T, kubeconfig string) kubernetes.Interface {
	t.Helper()
	c, err := clientcmd.RESTConfigFromKubeConfig([]byte(kubeconfig))
	require.NoError(t, err)
	require.NotNil(t, c.ExecProvider, "the kubeconfig authenticates with a command")
	require.Equal(t, a.cloud.cli, c.ExecProvider.Command)
	if a.Store != nil {
		a.simulate(t, c.ExecProvider)
	}
	client, err := kubernetes.NewForConfig(c)
	require.NoError(t, err)
	return client
}

// simulate replaces a command by the one of the simulated cloud, which is on the PATH of the engine but not on that of
// the test.
func (a *Account) simulate(t *testing.T, command *api.ExecConfig) {
	t.Helper()
	built, err := a.cloud.build(t.Context())
	require.NoError(t, err)
	command.Command = built.CLI
	variables := plugin.Clouds{built}.Variables(a.dir, a.clusters(t))
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		command.Env = append(command.Env, api.ExecEnvVar{Name: name, Value: variables[name]})
	}
}
