package engine_test

import (
	"bytes"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

const canary = "canary-5d41402abc4b2a76"

// program creates a namespace. Its label and its output can change between runs.
type program struct {
	kubeconfig string
	label      string
	opts       []pulumi.ResourceOption
	export     pulumi.Input
}

func (p *program) run(ctx *pulumi.Context) error {
	provider, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{KubeconfigPath: p.kubeconfig})
	if err != nil {
		return err
	}
	ns, err := namespace.NewNamespace(ctx, "team",
		&namespace.NamespaceArgs{Labels: pulumi.StringMap{"tier": pulumi.String(p.label)}},
		append(p.opts, pulumi.Provider(provider))...)
	if err != nil {
		return err
	}
	ctx.Export("namespace", ns.Name)
	if p.export != nil {
		ctx.Export("extra", p.export)
	}
	return nil
}

func TestStack(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	p := &program{kubeconfig: cluster.KubeconfigPath(), label: "one"}
	stack, err := testenv.Engine(t).Inline(t.Context(), "project", "dev", p.run)
	require.NoError(t, err)
	var shown bytes.Buffer
	stack.Progress = &shown

	preview, err := stack.Preview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 4, preview.Changes[apitype.OpCreate])

	up, err := stack.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "team", up.Outputs["namespace"].Value)
	assert.Equal(t, 4, up.Changes[apitype.OpCreate])
	assert.NotEmpty(t, up.Events)
	assert.Contains(t, up.Output, "4 created")
	assert.Contains(t, shown.String(), "4 created", "Progress receives the output")
	assert.NotContains(t, up.Output, "from $PATH", "plugins are in the home of the engine")

	state, err := stack.State(t.Context())
	require.NoError(t, err)
	var types []string
	for _, r := range state {
		types = append(types, string(r.Type))
	}
	assert.ElementsMatch(t, []string{
		"pulumi:pulumi:Stack", namespace.NamespaceToken, "kubernetes:core/v1:Namespace", "pulumi:providers:kubernetes",
	}, types)
	component, err := stack.Find(t.Context(), namespace.NamespaceToken, "team")
	require.NoError(t, err)
	assert.Equal(t, "team", component.Outputs["name"])
	_, err = stack.Find(t.Context(), namespace.NamespaceToken, "other")
	require.ErrorContains(t, err, `has no ashlar-kubernetes:namespace:Namespace "other"`)

	_, err = stack.CheckUnchanged(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckNoDrift(t.Context())
	require.NoError(t, err)

	// Every check must fail after a change.
	p.label = "two"
	_, err = stack.CheckUnchanged(t.Context())
	require.ErrorContains(t, err, "second up: unexpected changes:\n  update urn:pulumi:dev::project::")

	api := cluster.Client().CoreV1().Namespaces()
	ns, err := api.Get(t.Context(), "team", metav1.GetOptions{})
	require.NoError(t, err)
	ns.Labels["tier"] = "three"
	_, err = api.Update(t.Context(), ns, metav1.UpdateOptions{})
	require.NoError(t, err)
	_, err = stack.CheckNoDrift(t.Context())
	require.ErrorContains(t, err, "refresh: unexpected changes:\n  ")

	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckUnchanged(t.Context())
	require.ErrorContains(t, err, "create ", "after a destroy, up creates resources")
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
}

func TestCheckNoSecret(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		export pulumi.Input
		found  bool
	}{
		"Secret": {"a secret output is always encrypted", pulumi.ToSecret(pulumi.String(canary)), false},
		"InClear": {"a plain output is in the state, the output of the CLI and the outputs", pulumi.String(canary),
			true},
		"InAMap":   {"a nested value", pulumi.Map{"a": pulumi.Array{pulumi.String("x" + canary + "y")}}, true},
		"Harmless": {"other values are ignored", pulumi.String("other"), false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, err := testenv.Engine(t).Inline(t.Context(), "project", "dev", func(ctx *pulumi.Context) error {
				ctx.Export("value", tc.export)
				return nil
			})
			require.NoError(t, err)
			up, err := stack.Up(t.Context())
			require.NoError(t, err)
			err = stack.CheckNoSecret([]*engine.Result{up}, canary)
			if !tc.found {
				require.NoError(t, err, tc.reason)
				return
			}
			for _, where := range []string{stack.Name() + ".json", "the output of the CLI", "output value"} {
				require.ErrorContains(t, err, where, tc.reason)
			}
			assert.NotContains(t, err.Error(), canary, "the error does not contain the secret")
		})
	}
}

func TestCheckNoSecretRejectsEmptyCanaries(t *testing.T) {
	t.Parallel()
	stack, err := testenv.Engine(t).Inline(t.Context(), "project", "dev", func(*pulumi.Context) error { return nil })
	require.NoError(t, err)
	require.EqualError(t, stack.CheckNoSecret(nil, ""), "canary 1 is empty")
}

// TestOutputs reads outputs from the state and, as one is secret, from the CLI. An existing stack is opened again.
func TestOutputs(t *testing.T) {
	t.Parallel()
	var secret bool
	program := func(ctx *pulumi.Context) error {
		ctx.Export("text", pulumi.String("a"))
		ctx.Export("list", pulumi.Array{pulumi.Int(1), pulumi.Bool(true)})
		if secret {
			ctx.Export("secret", pulumi.ToSecret(pulumi.String(canary)))
		}
		return nil
	}
	want := auto.OutputMap{"text": {Value: "a"}, "list": {Value: []any{1.0, true}}}
	e := testenv.Engine(t)
	for _, secret = range []bool{false, true} {
		if secret {
			want["secret"] = auto.OutputValue{Value: canary, Secret: true}
		}
		stack, err := e.Inline(t.Context(), "project", "dev", program)
		require.NoError(t, err)
		up, err := stack.Up(t.Context())
		require.NoError(t, err, up.Output)
		require.Equal(t, want, up.Outputs)
		outputs, err := stack.Outputs(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, outputs)
		require.NoError(t, stack.CheckNoSecret(nil, canary))
	}
}

func TestFailingProgram(t *testing.T) {
	t.Parallel()
	stack, err := testenv.Engine(t).Inline(t.Context(), "project", "dev", func(ctx *pulumi.Context) error {
		_, err := namespace.NewNamespace(ctx, "Not A Name!", &namespace.NamespaceArgs{Name: "Not A Name!"})
		return err
	})
	require.NoError(t, err)
	up, err := stack.Up(t.Context())
	require.ErrorContains(t, err, "up stack dev")
	assert.Contains(t, up.Output, `name: found the string "Not A Name!"`)
	state, err := stack.State(t.Context())
	require.NoError(t, err)
	assert.Len(t, state, 1, "only the stack is registered")
}

// TestEnginesAreIndependent checks that an engine has no stacks of another engine or
// of the user.
func TestEnginesAreIndependent(t *testing.T) {
	t.Parallel()
	one, two := testenv.Engine(t), testenv.Engine(t)
	_, err := one.Inline(t.Context(), "project", "dev", func(*pulumi.Context) error { return nil })
	require.NoError(t, err)
	ws, err := two.Inline(t.Context(), "project", "prod", func(*pulumi.Context) error { return nil })
	require.NoError(t, err)
	stacks, err := ws.Workspace().ListStacks(t.Context())
	require.NoError(t, err)
	require.Len(t, stacks, 1)
	assert.Equal(t, "prod", stacks[0].Name)
}
