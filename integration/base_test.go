package integration_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// pair is a component with a main resource, another resource and nested components.
type pair struct {
	pulumi.ResourceState
	component.Base

	ID pulumi.StringOutput `pulumi:"id"`
}

type thing struct {
	pulumi.CustomResourceState
}

type echoProvider struct{ pulumi.ProviderResourceState }

func newPair(
	ctx *pulumi.Context, token, name string, text string, depth int, opts ...pulumi.ResourceOption,
) (*pair, error) {
	p := &pair{}
	args := &struct {
		Text string `pulumi:"text"`
	}{text}
	if _, err := component.Register(ctx, token, name, p, args, opts...); err != nil {
		return nil, err
	}
	main, other := &thing{}, &thing{}
	if err := ctx.RegisterResource("echo:index:Thing", name, pulumi.Map{"text": pulumi.String(text)}, main,
		p.Main()); err != nil {
		return nil, err
	}
	if err := ctx.RegisterResource("echo:index:Thing", name+"-other", pulumi.Map{"text": pulumi.String(text)}, other,
		p.Child()); err != nil {
		return nil, err
	}
	if depth > 0 {
		if _, err := newPair(ctx, "ashlar-test:index:Inner", name+"-nested", text, depth-1, p.Child()); err != nil {
			return nil, err
		}
	}
	p.ID = main.ID().ToStringOutput()
	return component.Finish(ctx, p)
}

// TestComponentOptions checks the effect of component options on the engine.
func TestComponentOptions(t *testing.T) {
	t.Parallel()
	const before, after = "ashlar-test:index:Pear", "ashlar-test:index:Pair"
	token, text := before, "one"
	var opts []pulumi.ResourceOption
	server := testenv.Echo(t)
	stack, err := testenv.Engine(t).Inline(t.Context(), "base", "dev", func(ctx *pulumi.Context) error {
		provider := &echoProvider{}
		if err := ctx.RegisterResource("pulumi:providers:echo", "chosen", nil, provider); err != nil {
			return err
		}
		_, err := newPair(ctx, token, "it", text, 2,
			append([]pulumi.ResourceOption{pulumi.Providers(provider)}, opts...)...)
		return err
	})
	require.NoError(t, err)
	require.NoError(t, stack.Attach(map[string]int{"echo": server.Port()}))
	ran := testenv.Succeeds(t)
	things := func() map[string]apitype.ResourceV3 {
		t.Helper()
		state, err := stack.State(t.Context())
		require.NoError(t, err)
		out := map[string]apitype.ResourceV3{}
		for _, r := range state {
			if r.Type == "echo:index:Thing" {
				out[r.URN.Name()] = r
			}
		}
		require.Len(t, out, 6)
		return out
	}

	ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	for name, r := range things() {
		assert.Contains(t, r.Provider, "::chosen::", "%s uses the explicit provider", name)
	}
	server.Operations()

	// A component with a new type token and an alias keeps its resources.
	token, opts = after, []pulumi.ResourceOption{pulumi.Aliases([]pulumi.Alias{{Type: pulumi.String(before)}})}
	r := ran(stack.Up(t.Context()))
	assert.Empty(t, server.Operations(), "a renamed component with an alias changes nothing\n%s", r.Output)
	for _, r := range things() {
		assert.Contains(t, string(r.URN), "Pair$", "the state has the new name")
	}

	// Options of a single resource apply to the main resource alone.
	text = "two"
	opts = append(opts, pulumi.IgnoreChanges([]string{"text"}), pulumi.Timeouts(&pulumi.CustomTimeouts{Update: "7m"}),
		pulumi.Protect(true), pulumi.RetainOnDelete(true))
	ran(stack.Up(t.Context()))
	var updated []string
	for _, o := range server.Operations() {
		updated = append(updated, o.Kind+" "+o.URN.Name())
		assert.Zero(t, o.Timeout)
	}
	assert.ElementsMatch(t, []string{
		"update it-other", "update it-nested", "update it-nested-other", "update it-nested-nested",
		"update it-nested-nested-other",
	}, updated)
	for name, r := range things() {
		assert.True(t, r.Protect, "%s is protected", name)
		assert.True(t, r.RetainOnDelete, "%s is retained", name)
	}

	// Protected resources prevent a destroy.
	failed, err := stack.Destroy(t.Context())
	require.Error(t, err)
	assert.Contains(t, failed.Output, "protected")

	opts = opts[:1]
	opts = append(opts, pulumi.Timeouts(&pulumi.CustomTimeouts{Update: "7m"}))
	ran(stack.Up(t.Context()))
	timeouts := map[string]float64{}
	for _, o := range server.Operations() {
		timeouts[o.URN.Name()] = o.Timeout
	}
	assert.Equal(t, map[string]float64{"it": 420}, timeouts,
		"the timeout applies to the main resource, which is now updated")
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckDestroyed(t.Context()))
}
