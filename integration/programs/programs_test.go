package programs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
)

const canary = "canary-5d41402abc4b2a76"

// project returns a stack of a copied program, with the kubeconfig of the cluster unless it is nil.
func project(t *testing.T, program string, cluster *controlplane.ControlPlane) *engine.Stack {
	t.Helper()
	dir := filepath.Join(t.TempDir(), program)
	require.NoError(t, programs.Copy(program, dir))
	if cluster != nil {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "kubeconfig"), cluster.Kubeconfig(), 0o600))
	}
	stack, err := testenv.Engine(t).Project(t.Context(), dir, "dev")
	require.NoError(t, err)
	return stack
}

// compiled makes the stack of a program use an executable that is compiled once.
func compiled(t *testing.T, program string, stack *engine.Stack) *engine.Stack {
	t.Helper()
	path, err := plugin.BuildPackage(t.Context(), programs.Package(program))
	require.NoError(t, err)
	require.NoError(t, stack.UseExecutable(path))
	return stack
}

// rewrite replaces the stack file, and keeps the salt of encrypted values in it.
func rewrite(t *testing.T, stack *engine.Stack, text string) {
	t.Helper()
	path := filepath.Join(stack.Dir(), "Pulumi.dev.yaml")
	old, err := os.ReadFile(path)
	require.NoError(t, err)
	for line := range strings.Lines(string(old)) {
		if strings.HasPrefix(line, "encryptionsalt:") {
			text += line
		}
	}
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// TestPrograms deploys the same application with two programs, which the language host compiles.
func TestPrograms(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	for _, program := range []string{programs.Quickstart, programs.Components} {
		t.Run(program, func(t *testing.T) {
			stack := project(t, program, cluster)
			var secret auto.ConfigOptions
			secret.Path = true
			key := "components:apiToken"
			if program == programs.Quickstart {
				key = "ashlar:kubernetes.applications.web.secretEnv.API_TOKEN"
			}
			// As `pulumi config set --path --secret`.
			require.NoError(t, stack.SetConfigWithOptions(t.Context(), key,
				auto.ConfigValue{Value: canary, Secret: true}, &secret))
			file, err := os.ReadFile(filepath.Join(stack.Dir(), "Pulumi.dev.yaml"))
			require.NoError(t, err)
			require.Contains(t, string(file), "secure:", "the value is encrypted")

			ran := testenv.Succeeds(t)
			results := []*engine.Result{
				ran(stack.Up(t.Context())),
				ran(stack.CheckUnchanged(t.Context())),
				ran(stack.CheckNoDrift(t.Context())),
			}
			_, err = stack.Find(t.Context(), application.ApplicationToken, "web")
			require.NoError(t, err)
			deployment, err := cluster.Client().AppsV1().Deployments("shop").Get(t.Context(), "web",
				metav1.GetOptions{})
			require.NoError(t, err)
			assert.Equal(t, int32(3), deployment.Status.ReadyReplicas)

			results = append(results, ran(stack.CheckDestroyed(t.Context())))
			require.NoError(t, stack.CheckNoSecret(results, canary))
		})
	}
}

// TestInvalidStackFile checks the findings for a stack file with many mistakes.
func TestInvalidStackFile(t *testing.T) {
	t.Parallel()
	stack := compiled(t, programs.Quickstart, project(t, programs.Quickstart, nil))
	writeKubeconfig(t, stack)
	rewrite(t, stack, `config:
  ashlar:kubernetes:
    enabled: true
    clusters:
      local: { kubeconfig: ./kubeconfig, token: abc }
    namespace:
      shop: {}
    applications:
      web:
        namespace: shp
        image: web
        replica: 3
        port: 80
      Web_2:
        image: web:1
        port: 80
      api:
        replicas: two
        port: 80
      db:
        image: { name: db }
        cluster: [local]
        port: 80
  ashlar:loging: { level: info }
`)
	const file = "Pulumi.dev.yaml"
	want := []string{
		file + `:5:42: kubernetes.clusters.local.token: credentials are not supported in configuration: ` +
			`use the kubeconfig of the cluster`,
		file + `:6:5: kubernetes.namespace: unknown key, did you mean "namespaces"?`,
		file + `:10:20: kubernetes.applications.web.namespace: unknown namespace "shp", did you mean "shop"?`,
		file + `:11:16: kubernetes.applications.web.image: image "web" has no tag: add a version tag or a digest`,
		file + `:12:9: kubernetes.applications.web.replica: unknown key, did you mean "replicas"?`,
		file + `:14:7: kubernetes.applications.Web_2: not a valid name: use lower case letters, digits and "-", ` +
			`start with a letter, end with a letter or digit, at most 63 characters; did you mean "web-2"?`,
		file + `:17:7: kubernetes.applications.api.image: required, but missing`,
		file + `:18:19: kubernetes.applications.api.replicas: expected an integer, found the string "two"`,
		file + `:21:16: kubernetes.applications.db.image: expected a string, found a map`,
		file + `:22:18: kubernetes.applications.db.cluster: expected a string, found a list`,
		file + `:24:3: loging: unknown section, did you mean "logging"?`,
	}
	assertRefused(t, stack, want)
}

// writeKubeconfig writes a kubeconfig of a cluster that is not used.
func writeKubeconfig(t *testing.T, stack *engine.Stack) {
	t.Helper()
	const text = `{apiVersion: v1, kind: Config, current-context: local,
clusters: [{name: local, cluster: {server: "https://127.0.0.1:1"}}], users: [{name: local, user: {}}],
contexts: [{name: local, context: {cluster: local, user: local}}]}`
	require.NoError(t, os.WriteFile(filepath.Join(stack.Dir(), "kubeconfig"), []byte(text), 0o600))
}

// TestUnknownReferences checks the findings for references to entries that do not exist.
func TestUnknownReferences(t *testing.T) {
	t.Parallel()
	stack := compiled(t, programs.Quickstart, project(t, programs.Quickstart, nil))
	writeKubeconfig(t, stack)
	rewrite(t, stack, `config:
  ashlar:kubernetes:
    enabled: true
    clusters:
      local: { kubeconfig: ./kubeconfig }
    namespaces:
      shop: {}
    applications:
      web: { cluster: locl, namespace: shopp, image: web, port: 8080 }
`)
	const file = "Pulumi.dev.yaml"
	assertRefused(t, stack, []string{
		file + `:9:23: kubernetes.applications.web.cluster: unknown cluster "locl", did you mean "local"?`,
		file + `:9:40: kubernetes.applications.web.namespace: unknown namespace "shopp", did you mean "shop"?`,
		file + `:9:54: kubernetes.applications.web.image: image "web" has no tag: add a version tag or a digest`,
	})
}

// assertRefused checks that up fails with the findings and registers nothing.
func assertRefused(t *testing.T, stack *engine.Stack, want []string) {
	t.Helper()
	up, err := stack.Up(t.Context())
	require.Error(t, err, "up must fail")
	var got []string
	for line := range strings.Lines(up.Output) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "Pulumi.dev.yaml:") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s\noutput:\n%s", diff, up.Output)
	}
	assertNothingRegistered(t, stack)
}

func assertNothingRegistered(t *testing.T, stack *engine.Stack) {
	t.Helper()
	state, err := stack.State(t.Context())
	require.NoError(t, err)
	for _, r := range state {
		assert.Equal(t, "pulumi:pulumi:Stack", string(r.Type), "a resource other than the stack is registered")
	}
}

// TestInvalidKubeconfigs checks that an invalid kubeconfig is reported before anything is registered.
func TestInvalidKubeconfigs(t *testing.T) {
	t.Parallel()
	const kubeconfig = `apiVersion: v1
kind: Config
contexts:
- { name: one, context: { cluster: c, user: u } }
- { name: two, context: { cluster: c, user: u } }
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: u, user: { token: ` + canary + ` } }]
`
	stack := compiled(t, programs.Quickstart, project(t, programs.Quickstart, nil))
	path := filepath.Join(stack.Dir(), "kubeconfig")
	steps := []struct {
		reason, content, want string
	}{
		{"no file", "", "file not found"},
		{"not a kubeconfig", "token: [" + canary, "invalid kubeconfig"},
		{"no current context", kubeconfig, "no current context: set context to one of: one, two"},
		{"unknown current context", kubeconfig + "current-context: three\n",
			`unknown context "three", expected one of: one, two`},
	}
	for _, step := range steps {
		if step.content != "" {
			require.NoError(t, os.WriteFile(path, []byte(step.content), 0o600))
		}
		// The ambient kubeconfig must not be used.
		up, err := stack.Up(t.Context())
		require.Error(t, err, step.reason)
		assert.Contains(t, up.Output, "clusters.local.kubeconfig: read kubeconfig", step.reason)
		assert.Contains(t, up.Output, step.want, step.reason)
		require.NoError(t, stack.CheckNoSecret([]*engine.Result{up}, canary), step.reason)
		assertNothingRegistered(t, stack)
	}
}

// TestDisabledModule checks the outputs of a stack without enabled modules.
func TestDisabledModule(t *testing.T) {
	t.Parallel()
	stack := compiled(t, programs.Quickstart, project(t, programs.Quickstart, nil))
	rewrite(t, stack, "config:\n  ashlar:kubernetes: { enabled: false }\n")
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	assert.Equal(t, map[string]any{"kubernetes": "disabled"}, up.Outputs["modules"].Value)
	assertNothingRegistered(t, stack)
}
