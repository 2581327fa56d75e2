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

// TestLayers deploys settings from three files, with secrets in the configuration
// and in the environment, and with debug messages. One up has invalid configuration,
// and one is rejected by the cluster.
func TestLayers(t *testing.T) {
	t.Parallel()
	const fromEnvironment, inTheClear = "canary-7d793037a0760186", "canary-98f13708210194c4"
	cluster := testenv.ControlPlane(t)
	stack := compiled(t, programs.Layers, project(t, programs.Layers, cluster))
	stack.Debug = true
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "example",
		"AWS_SECRET_ACCESS_KEY": fromEnvironment} {
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

	ran := testenv.Succeeds(t)
	up := ran(stack.Up(t.Context()))
	results := []*engine.Result{up}
	backup := up.Outputs["backup"].Value.(map[string]any)
	assert.Equal(t, "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", backup["credentials"])
	assert.Contains(t, backup["archiver"], "archiver 2.4.1 (")
	assert.Contains(t, backup["archiver"], "versions.yaml:4")
	web, err := cluster.Client().AppsV1().Deployments("shop").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, int32(2), *web.Spec.Replicas, "set in the stack file")
	assert.Equal(t, "platform", web.Labels["owner"], "set in the organization file")
	// The merged configuration, with sources and without secrets.
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
	results = append(results, ran(stack.CheckUnchanged(t.Context())), ran(stack.CheckNoDrift(t.Context())))

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
	assert.NotContains(t, refused.Output, inTheClear, "a secret in plain text is not printed")
	for _, path := range []string{"secretEnv.CLEAR", "replicas", "image"} {
		remove(path)
	}

	set("labels.team", "no label!", false)
	failed, err := stack.Up(t.Context())
	require.Error(t, err, "the API server rejects the label")
	results = append(results, failed)
	assert.Contains(t, failed.Output, "no label!")

	results = append(results, ran(stack.CheckDestroyed(t.Context())))
	require.NoError(t, stack.CheckNoSecret(results, canary, fromEnvironment))
}
