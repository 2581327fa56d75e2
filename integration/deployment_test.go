package integration_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// regions is the configuration of a module with a provider for each region.
type regions struct {
	deployment.Switch
	// Home is the region of each resource, by name.
	Home map[string]string `pulumi:"home"`
	// Broken makes the module fail.
	Broken bool `pulumi:"broken"`
}

// echoModule returns a module with three named providers, which are created on demand.
func echoModule(name string) deployment.Module {
	return deployment.NewModule(name, nil, func(ctx *deployment.Context, c *regions) error {
		for _, region := range []string{"primary", "dr", "spare"} {
			info := core.ProviderInfo{Module: name, Name: region, Region: region}
			err := provider.Add(ctx.Providers(), info, func() (*echoProvider, error) {
				p := &echoProvider{}
				err := ctx.RegisterResource("pulumi:providers:echo", name+"-"+region,
					pulumi.Map{"region": pulumi.String(region)}, p)
				return p, err
			})
			if err != nil {
				return err
			}
		}
		for thing, region := range c.Home {
			p, err := provider.Get[*echoProvider](ctx.Providers(), name, region)
			if err != nil {
				return err
			}
			if _, err := newPair(ctx.Context, "ashlar-test:index:Pair", thing, region, 1,
				pulumi.Provider(p)); err != nil {
				return err
			}
		}
		if c.Broken {
			return errors.New("out of order")
		}
		return nil
	})
}

// TestFailedModuleDoesNotBlockOthers deploys modules with named providers, one of which then fails.
func TestFailedModuleDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	sections := map[string]string{
		"left":  `{"enabled":true,"home":{"a":"primary","b":"dr","c":"primary","d":"spare"}}`,
		"right": `{"enabled":true,"home":{"e":"primary"}}`,
		"after": `{}`,
	}
	server := testenv.Echo(t)
	after := deployment.NewModule("after", nil, func(*deployment.Context, *regions) error { return nil },
		deployment.DependsOn("left"))
	manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(),
		"Pulumi.dev.yaml"))))
	stack, err := testenv.Engine(t).Inline(t.Context(), "modules", "dev", func(ctx *pulumi.Context) error {
		return manager.Run(ctx, echoModule("left"), echoModule("right"), after)
	})
	require.NoError(t, err)
	require.NoError(t, stack.Attach(map[string]int{"echo": server.Port()}))
	configure := func() {
		t.Helper()
		for name, text := range sections {
			require.NoError(t, stack.SetConfig(t.Context(), "ashlar:"+name, auto.ConfigValue{Value: text}))
		}
	}
	configure()
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	assert.Equal(t, map[string]any{"left": "deployed", "right": "deployed", "after": "disabled"},
		up.Outputs["modules"].Value)
	state, err := stack.State(t.Context())
	require.NoError(t, err)
	used, created := map[string]string{}, map[string]bool{}
	for _, r := range state {
		switch r.Type {
		case "echo:index:Thing":
			// A reference is a URN and an ID.
			urn := resource.URN(r.Provider[:strings.LastIndex(r.Provider, "::")])
			used[r.URN.Name()] = urn.Name()
		case "pulumi:providers:echo":
			created[r.URN.Name()] = true
		}
	}
	for thing, want := range map[string]string{"a": "left-primary", "b": "left-dr", "c": "left-primary",
		"d": "left-spare", "e": "right-primary"} {
		for _, name := range []string{thing, thing + "-other", thing + "-nested", thing + "-nested-other"} {
			assert.Equal(t, want, used[name], name)
		}
	}
	assert.Equal(t, map[string]bool{"left-primary": true, "left-dr": true, "left-spare": true, "right-primary": true},
		created, "each used provider is created once, unused ones are not created")
	r, err := stack.CheckUnchanged(t.Context())
	require.NoError(t, err, r.Output)
	server.Operations()

	// Modules that do not depend on a failed module are deployed.
	sections["left"] = `{"enabled":true,"broken":true,"home":{"a":"primary","b":"dr","c":"primary","d":"spare"}}`
	sections["right"] = `{"enabled":true,"home":{"e":"primary","f":"dr"}}`
	sections["after"] = `{"enabled":true}`
	configure()
	failed, err := stack.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, failed.Output, "deploy module left: out of order")
	assert.Contains(t, failed.Output, "deploy module after: skipped: left failed")
	var names []string
	for _, o := range server.Operations() {
		assert.Equal(t, "create", o.Kind, "no resource of the failed module is deleted: %s", o.URN)
		names = append(names, o.URN.Name())
	}
	assert.Contains(t, names, "f", "the other module is deployed")

	// A module is not disabled by omission.
	sections["left"] = `{}`
	sections["after"] = `{}`
	configure()
	omitted, err := stack.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, omitted.Output, "left.enabled: not set, but the stack has resources of module left")
	assert.Empty(t, server.Operations(), "nothing is deleted")

	sections["left"] = `{"enabled":false}`
	sections["right"] = `{"enabled":true,"home":{"e":"nowhere"}}`
	sections["after"] = `{"enabled":false}`
	configure()
	unknown, err := stack.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, unknown.Output, `"nowhere"`)
	for _, known := range []string{"dr", "primary", "spare"} {
		assert.Contains(t, unknown.Output, known, "the error for an unknown name lists the known names")
	}
	r, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err, r.Output)
}
