package programs_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// TestLifeOfTheLayers deploys settings of three files, with canaries in the
// configuration and in the environment, and with the debug messages of the
// engine. One up fails in the configuration, and one in the cluster.
func TestLifeOfTheLayers(t *testing.T) {
	t.Parallel()
	const fromEnvironment, inTheClear = "canary-7d793037a0760186", "canary-98f13708210194c4"
	cluster := testenv.ControlPlane(t)
	stack := project(t, programs.Layers, cluster)
	stack.Debug = true
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": fromEnvironment} {
		stack.Workspace().SetEnvVar(name, value)
	}
	set := func(path, value string, secret bool) {
		t.Helper()
		require.NoError(t, stack.SetConfigWithOptions(t.Context(), "ashlar:kubernetes.applications.web."+path,
			auto.ConfigValue{Value: value, Secret: secret}, &auto.ConfigOptions{Path: true}))
	}
	remove := func(path string) {
		t.Helper()
		require.NoError(t, stack.RemoveConfigWithOptions(t.Context(), "ashlar:kubernetes.applications.web."+path,
			&auto.ConfigOptions{Path: true}))
	}
	set("secretEnv.API_TOKEN", canary, true)

	var results []*engine.Result
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	results = append(results, up)
	backup := up.Outputs["backup"].Value.(map[string]any)
	assert.Equal(t, "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", backup["credentials"])
	assert.Contains(t, backup["archiver"], "archiver 2.4.1 (")
	assert.Contains(t, backup["archiver"], "versions.yaml:4")
	web, err := cluster.Client().AppsV1().Deployments("shop").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, int32(2), *web.Spec.Replicas, "the stack says so")
	assert.Equal(t, "platform", web.Labels["owner"], "the organization says so")
	// The whole configuration, with origins and without secrets.
	for _, line := range []string{
		"replicas: 2 # stack, Pulumi.dev.yaml:",
		"owner: platform # organization, organization/defaults.yaml:9:24",
		"port: 8080 # project, ashlar.yaml:",
		"terminationGracePeriodSeconds: 30 # default",
		"API_TOKEN: '[secret]' # stack, Pulumi.dev.yaml:",
	} {
		assert.Contains(t, up.Output, line)
	}

	stack.Debug = false
	for _, check := range []func() (*engine.Result, error){
		func() (*engine.Result, error) { return stack.CheckUnchanged(t.Context()) },
		func() (*engine.Result, error) { return stack.CheckNoDrift(t.Context()) },
	} {
		r, err := check()
		require.NoError(t, err, r.Output)
		results = append(results, r)
	}

	stack.Debug = true
	set("replicas", "two", false)
	set("image", "canary image", true)
	set("secretEnv.CLEAR", inTheClear, false)
	refused, err := stack.Up(t.Context())
	require.Error(t, err)
	results = append(results, refused)
	for _, finding := range []string{
		`kubernetes.applications.web.replicas: expected an integer, found the string "two"`,
		`kubernetes.applications.web.secretEnv.CLEAR: secret in plain text: encrypt it with ` +
			`pulumi config set --path --secret 'ashlar:kubernetes.applications.web.secretEnv.CLEAR'`,
	} {
		assert.Contains(t, refused.Output, finding)
	}
	assert.NotContains(t, refused.Output, inTheClear, "plain text is not shown either")
	for _, path := range []string{"secretEnv.CLEAR", "replicas", "image"} {
		remove(path)
	}

	set("labels.team", "no label!", false)
	failed, err := stack.Up(t.Context())
	require.Error(t, err, "the API server refuses the label")
	results = append(results, failed)
	assert.Contains(t, failed.Output, "no label!")

	destroyed, err := stack.CheckDestroyed(t.Context())
	require.NoError(t, err, destroyed.Output)
	require.NoError(t, stack.CheckNoSecret(append(results, destroyed), canary, fromEnvironment))
}
