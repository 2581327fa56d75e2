package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// pair is a component with a main resource, another resource, and a nested
// component that calls a function.
type pair struct {
	pulumi.ResourceState
	component.Base

	Answer pulumi.StringOutput `pulumi:"answer"`
}

func newPair(ctx *pulumi.Context, name string, nested bool, opts ...pulumi.ResourceOption) (*pair, error) {
	p := &pair{}
	if _, err := component.Register(ctx, "ashlar-test:pair:Pair", name, p, &struct{}{}, opts...); err != nil {
		return nil, err
	}
	for part, option := range map[string]pulumi.ResourceOption{
		"main":  p.Main(pulumi.IgnoreChanges([]string{"own"})),
		"other": p.Child(),
	} {
		if err := ctx.RegisterResource("leafs:index:Leaf", name+"-"+part, nil, &leaf{}, option); err != nil {
			return nil, err
		}
	}
	if nested {
		if _, err := newPair(ctx, name+"-nested", false, p.Child()); err != nil {
			return nil, err
		}
	}
	var answer struct {
		Value string `pulumi:"value"`
	}
	if err := ctx.Invoke("leafs:index:ask", nil, &answer, p.Invoke()); err != nil {
		return nil, err
	}
	p.Answer = pulumi.String(answer.Value).ToStringOutput()
	return component.Finish(ctx, p)
}

// asking answers function calls with the provider that they use.
type asking struct{ *mocks }

func (asking) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{"value": resource.NewStringProperty(args.Provider)}, nil
}

func TestOptionsReachChildrenAndTheMainResource(t *testing.T) {
	t.Parallel()
	m := asking{&mocks{calls: map[string]pulumi.MockResourceArgs{}}}
	answers := map[string]string{}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		chosen := &leafProvider{}
		if err := ctx.RegisterResource("pulumi:providers:leafs", "chosen", nil, chosen); err != nil {
			return err
		}
		p, err := newPair(ctx, "p", true,
			pulumi.Providers(chosen),
			pulumi.Protect(true),
			pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "5m"}),
			pulumi.IgnoreChanges([]string{"tags"}),
			pulumi.ReplaceOnChanges([]string{"zone"}),
			pulumi.HideDiffs([]string{"text"}),
			pulumi.AdditionalSecretOutputs([]string{"key"}),
			pulumi.DeleteBeforeReplace(true),
		)
		if err != nil {
			return err
		}
		ctx.Export("answer", p.Answer.ApplyT(func(provider string) string {
			answers["p"] = provider
			return provider
		}))
		return nil
	}, pulumi.WithMocks("project", "stack", m)))

	main, other := m.calls["p-main"].RegisterRPC, m.calls["p-other"].RegisterRPC
	assert.Equal(t, "5m", main.GetCustomTimeouts().GetCreate())
	assert.Equal(t, []string{"tags", "own"}, main.GetIgnoreChanges(), "the user's paths and the component's own")
	assert.Equal(t, []string{"zone"}, main.GetReplaceOnChanges())
	assert.Equal(t, []string{"text"}, main.GetHideDiffs())
	assert.Equal(t, []string{"key"}, main.GetAdditionalSecretOutputs())
	assert.True(t, main.GetDeleteBeforeReplace())
	assert.Empty(t, other.GetCustomTimeouts().GetCreate(), "options of one resource do not reach its siblings")
	assert.Empty(t, other.GetIgnoreChanges())
	assert.False(t, other.GetDeleteBeforeReplace())

	for _, name := range []string{"p-main", "p-other", "p-nested-main", "p-nested-other"} {
		assert.Contains(t, m.calls[name].Provider, "::chosen::", "%s uses the explicit provider", name)
		assert.True(t, m.calls[name].RegisterRPC.GetProtect(), "%s is protected", name)
	}
	assert.Contains(t, answers["p"], "::chosen::", "function calls use the explicit provider")
}

func TestFinishRejectsTheWrongOrder(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		_, err := component.Finish(ctx, &pair{})
		require.ErrorIs(t, err, failure.Component)
		require.EqualError(t, err, "register outputs of *component_test.pair: the component was not registered: call component.Register first")

		p, err := newPair(ctx, "p", false)
		require.NoError(t, err)
		_, err = component.Finish(ctx, p)
		require.EqualError(t, err,
			"register outputs of *component_test.pair: they are already registered: call component.Finish once, at the end")
		return nil
	})
	require.NoError(t, err)
}
