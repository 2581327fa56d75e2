package deployment_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// TestModulesAreDisabledByName: an omitted section deletes nothing.
func TestModulesAreDisabledByName(t *testing.T) {
	t.Parallel()
	stack := func(modules map[string]any, types ...string) map[string]any {
		out := map[string]any{"urn:stack": map[string]any{
			"type": "pulumi:pulumi:Stack", "outputs": map[string]any{"modules": modules},
		}}
		for _, typ := range types {
			out["urn:"+typ] = map[string]any{"type": typ, "outputs": map[string]any{"modules": []any{"other"}}}
		}
		return out
	}
	const wipes = "not set, but the stack has resources of module two, which would be deleted: set it to true to keep them, " +
		"or to false to delete them"
	tests := map[string]struct {
		reason   string
		sections map[string]string
		state    map[string]any
		want     string
	}{
		"New": {"a module of a new stack may be omitted", map[string]string{"one": `{"enabled":true}`}, nil, ""},
		"Disabled": {
			"a module that was disabled before", map[string]string{"one": `{"enabled":true}`},
			stack(map[string]any{"one": "deployed", "two": "disabled"}), "",
		},
		"Deployed": {
			"a module that was deployed before", map[string]string{"one": `{"enabled":true}`},
			stack(map[string]any{"one": "deployed", "two": "deployed"}), "two.enabled: " + wipes,
		},
		"Failed": {
			"a module that failed may have resources", map[string]string{"one": `{"enabled":true}`},
			stack(map[string]any{"two": "failed"}), "two.enabled: " + wipes,
		},
		"Interrupted": {
			"an interrupted update has resources, but no outputs", map[string]string{"one": `{"enabled":true}`},
			stack(nil, "ashlar-two:index:Thing"), "two.enabled: " + wipes,
		},
		"Empty": {
			"an empty section says nothing", map[string]string{"one": `{"enabled":true}`, "two": "{}"},
			stack(map[string]any{"two": "deployed"}), "two.enabled: " + wipes,
		},
		"ByName": {
			"disabled by name", map[string]string{"one": `{"enabled":true}`, "two": `{"enabled":false}`},
			stack(map[string]any{"two": "deployed"}), "",
		},
		"None": {
			"no module is configured", map[string]string{"logging": "{}"}, nil,
			"one.enabled: not set for any module (one, two): set it to true for each module to deploy, or to false to deploy nothing",
		},
		"NoneByName": {"nothing is deployed on purpose", map[string]string{"two": `{"enabled":false}`}, nil, ""},
		"NoneWiped": {
			"no module is configured, and one is deployed", nil, stack(map[string]any{"two": "deployed"}), "two.enabled: " + wipes,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := map[string]string{}
			for name, text := range tc.sections {
				values["ashlar:"+name] = text
			}
			var deployed, asked []string
			manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml"))))
			_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				return manager.Run(ctx, module("one", &deployed, nil), module("two", &deployed, nil))
			}, pulumitest.WithConfig(values), pulumitest.WithStack("acme", "shop", "dev"),
				pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
					asked = append(asked, i.Args["stackName"].StringValue())
					if tc.state == nil {
						return nil, nil
					}
					return resource.PropertyMap{"outputs": resource.NewPropertyValue(tc.state)}, nil
				}))
			_, one := tc.sections["one"]
			if _, two := tc.sections["two"]; one && two && name != "Empty" {
				assert.Empty(t, asked, "the state is read when a module is omitted")
			} else {
				assert.Equal(t, []string{"acme/shop/dev"}, asked, "once")
			}
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				return
			}
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid, tc.reason)
			require.Len(t, invalid.Findings, 1)
			assert.Equal(t, tc.want, invalid.Findings[0].String(), tc.reason)
			assert.Empty(t, deployed)
		})
	}
}

func TestAStateThatCannotBeReadHasToBeSaid(t *testing.T) {
	t.Parallel()
	var deployed []string
	manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml"))))
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		return manager.Run(ctx, module("one", &deployed, nil), module("two", &deployed, nil))
	}, pulumitest.WithConfig(map[string]string{"ashlar:one": `{"enabled":true}`}),
		pulumitest.WithInvoke(func(pulumitest.Invocation) (resource.PropertyMap, error) { return nil, errors.New("no power") }))
	require.ErrorContains(t, err, "two.enabled: not set, and the resources of the stack cannot be read")
	require.ErrorContains(t, err, "no power")
	assert.Empty(t, deployed)
}
