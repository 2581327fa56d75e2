package cloudtest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// EnvLive is the environment variable that selects the clouds in whose real accounts tests run in addition.
const EnvLive = "ASHLAR_LIVE"

// CleanUpTag is the key of the tag that all resources in a real account have. Its value identifies the run.
const CleanUpTag = "ashlar-test"

// target is a cloud to which tests deploy.
type target struct {
	// provider is the name of the provider, and version the simulated version.
	provider, version string
	// simulated returns the simulated cloud, with the region of providers that are configured without one.
	simulated func(region string) *cloud.Cloud
	// build builds it as a plugin.
	build func(context.Context) (plugin.Cloud, error)
	// credentials are the environment variables with credentials of the simulated cloud.
	credentials map[string]string
	// cli is the command by which kubeconfigs authenticate.
	cli string
	// region is the region of the default provider, set by the environment variable regionVariable if there is one.
	region, regionVariable string
	// place returns the place of the control planes of a region, in Azure of a resource group.
	place func(region string) string
}

// Account is an account of a cloud to which tests deploy.
type Account struct {
	// Store holds the objects of a simulated account. Nil in a real one.
	Store *cloud.Store

	cloud    target
	dir      string
	planes   bool
	server   *cloud.Server
	endpoint string
	run      string
}

// newSimulated returns an empty simulated account of a cloud.
func newSimulated(t *testing.T, on target) *Account {
	t.Helper()
	dir := t.TempDir()
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() {
		// The test's own context has ended.
		if err := clusters.StopAll(context.Background(), dir); err != nil {
			t.Errorf("stop the control planes of the simulated account: %v", err)
		}
	})
	return &Account{Store: store, cloud: on, dir: dir}
}

// WithControlPlanes makes the clusters of a simulated account real: each has a control plane on the local computer, which
// starts in four seconds and uses 700 MB. It ends with the cluster, the test or the process of the test, whichever is
// first. Without it, clusters are created immediately, and their endpoints are unreachable. Call it before [Account.Use].
// It returns the account, and has no effect on a real one.
func (a *Account) WithControlPlanes() *Account {
	a.planes = true
	return a
}

// ControlPlane returns the directory of a cluster's control plane in a simulated account, for package clusters. in is the
// region of the cluster, in Azure its resource group.
func (a *Account) ControlPlane(in, cluster string) string {
	return clusters.Dir(a.dir, a.cloud.place(in), cluster)
}

// Run identifies the run in a real account: it is the value of [CleanUpTag].
func (a *Account) Run() string { return a.run }

// Region returns the first of the account's regions.
func (a *Account) Region() string { return a.cloud.region }

// Use configures a stack so that its programs run in the account, with any providers. The default provider has the
// region of the account.
func (a *Account) Use(t *testing.T, e *engine.Engine, stack *engine.Stack) {
	t.Helper()
	variables := map[string]string{}
	if a.Store != nil {
		// The state of a simulation may be lost with the process: it is written once instead of after every step.
		variables["PULUMI_EXPERIMENTAL"], variables["PULUMI_SKIP_CHECKPOINTS"] = "1", "1"
		// The CLI and its plugins are short-lived: with the default, garbage collection is a seventh of their work.
		variables["GOGC"] = "400"
		maps.Copy(variables, a.cloud.credentials)
		if a.planes {
			built, err := a.cloud.build(t.Context())
			require.NoError(t, err)
			maps.Copy(variables, plugin.Clouds{built}.Variables(a.dir, a.clusters(t)))
			require.NoError(t, e.InstallProvider(a.cloud.provider, a.cloud.version, built.Provider))
		} else {
			a.attach(t, stack)
		}
	} else {
		variables["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"],
			variables["PULUMI_IGNORE_AMBIENT_PLUGINS"] = "false", "false"
	}
	if a.cloud.regionVariable != "" {
		variables[a.cloud.regionVariable] = a.Region()
	}
	require.NoError(t, stack.Workspace().SetEnvVars(variables))
}

// attach lets a stack use providers in this process. Without control planes, that is faster than to start a plugin for
// each provider in each operation.
func (a *Account) attach(t *testing.T, stack *engine.Stack) {
	t.Helper()
	if a.server == nil {
		var err error
		a.server, err = cloud.Serve(a.Store, a.cloud.version, func() *cloud.Cloud { return a.cloud.simulated(a.Region()) })
		require.NoError(t, err)
		t.Cleanup(a.server.Stop)
	}
	require.NoError(t, stack.Attach(map[string]int{a.cloud.provider: a.server.Port()}))
}

// clusters returns the configuration of control planes, which end with this process.
func (a *Account) clusters(t *testing.T) *plugin.Clusters {
	t.Helper()
	owner, err := process.Identify(os.Getpid())
	require.NoError(t, err)
	return &plugin.Clusters{Tools: testenv.Tools(t), Owner: owner}
}

// Stack returns a stack of a new engine, whose program runs in the account.
func (a *Account) Stack(t *testing.T, project string, program pulumi.RunFunc) *engine.Stack {
	t.Helper()
	e := testenv.Engine(t)
	stack, err := e.Inline(t.Context(), project, "dev", program)
	require.NoError(t, err)
	a.Use(t, e, stack)
	return stack
}

// Objects returns the objects of a simulated account, "TYPE PLACE ID" each, without those that an account has before any
// program.
func (a *Account) Objects(t *testing.T) []string {
	t.Helper()
	made, err := a.cloud.simulated(a.Region()).Made(a.Store, "")
	require.NoError(t, err)
	var out []string
	for _, o := range made {
		out = append(out, fmt.Sprintf("%s %s %s", o.Type, o.Place, o.ID))
	}
	return out
}

// RequireEmpty fails if a simulated account has objects or control planes. It does nothing for a real account.
func (a *Account) RequireEmpty(t *testing.T) {
	t.Helper()
	if a.Store != nil {
		require.Empty(t, strings.Join(a.Objects(t), "\n"), "objects left in the account")
		left, err := clusters.Dirs(a.dir)
		require.NoError(t, err)
		require.Empty(t, strings.Join(left, "\n"), "control planes left in the account")
	}
}
