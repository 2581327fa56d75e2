package deployment_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

type settings struct {
	deployment.Switch
	Greeting string `pulumi:"greeting" jsonschema:"default=hello"`
	File     string `pulumi:"file" config:"path"`
}

type mocks struct{}

func (mocks) NewResource(a pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return a.Name, a.Inputs, nil
}

func (mocks) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

// run deploys modules with the given sections, in a folder without a file.
func run(t *testing.T, sections map[string]string, modules ...deployment.Module) (map[string]pulumi.Input, error) {
	t.Helper()
	var exports map[string]pulumi.Input
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		m := deployment.NewManager(deployment.WithConfig(
			config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml"))))
		err := m.Run(ctx, modules...)
		exports = ctx.GetCurrentExportMap()
		return err
	}, pulumi.WithMocks("project", "dev", mocks{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{}
		for name, text := range sections {
			info.Config["ashlar:"+name] = text
		}
	})
	return exports, err
}

// switchedOn enables modules without further settings.
func switchedOn(names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = `{"enabled":true}`
	}
	return out
}

// module remembers what it was deployed with.
func module(name string, deployed *[]string, fail error) deployment.Module {
	return deployment.NewModule(name, nil, func(ctx *deployment.Context, s *settings) error {
		ctx.Logger().Info("deploying", "greeting", s.Greeting)
		*deployed = append(*deployed, name+" says "+s.Greeting)
		ctx.Publish("greeting", pulumi.String(s.Greeting))
		return fail
	})
}

func TestRunDeploysEnabledModules(t *testing.T) {
	t.Parallel()
	var deployed []string
	exports, err := run(t, map[string]string{"one": `{"enabled":true}`, "two": `{"enabled":false}`},
		module("one", &deployed, nil), module("two", &deployed, nil), module("three", &deployed, nil))
	require.NoError(t, err)
	assert.Equal(t, []string{"one says hello"}, deployed)
	assert.Equal(t, pulumi.StringMap{
		"one":   pulumi.String(deployment.StatusDeployed),
		"two":   pulumi.String(deployment.StatusDisabled),
		"three": pulumi.String(deployment.StatusDisabled),
	}, exports[deployment.ModulesOutput])
	assert.Equal(t, pulumi.Map{"greeting": pulumi.String("hello")}, exports["one"])
	assert.NotContains(t, exports, "two")
}

func TestRunValidatesAllModulesBeforeDeployment(t *testing.T) {
	t.Parallel()
	var deployed []string
	_, err := run(t, map[string]string{
		"one": `{"enabled":true}`, "two": `{"enabled":true,"greting":"x"}`, "logging": `{"level":"loud"}`,
	}, module("one", &deployed, nil), module("two", &deployed, nil))
	require.ErrorContains(t, err, `two.greting: unknown key, did you mean "greeting"?`)
	require.ErrorContains(t, err, `logging.level: unknown value "loud"`)
	assert.Empty(t, deployed)
}

func TestRunJoinsErrorsOfModules(t *testing.T) {
	t.Parallel()
	var deployed []string
	first, second := errors.New("no power"), errors.New("no water")
	exports, err := run(t, map[string]string{"one": `{"enabled":true}`, "two": `{"enabled":true}`, "three": `{"enabled":true}`},
		module("one", &deployed, first), module("two", &deployed, nil), module("three", &deployed, second))
	require.ErrorContains(t, err, "deploy module one: no power")
	require.ErrorContains(t, err, "deploy module three: no water")
	assert.Len(t, deployed, 3, "the modules do not depend on each other")
	assert.Equal(t, pulumi.StringMap{
		"one":   pulumi.String(deployment.StatusFailed),
		"two":   pulumi.String(deployment.StatusDeployed),
		"three": pulumi.String(deployment.StatusFailed),
	}, exports[deployment.ModulesOutput])
}

func TestRunRejectsDuplicateNames(t *testing.T) {
	t.Parallel()
	for name, modules := range map[string][]string{
		"Twice":   {"one", "one"},
		"Section": {"logging"},
		"Output":  {deployment.ModulesOutput},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var deployed []string
			var list []deployment.Module
			for _, m := range modules {
				list = append(list, module(m, &deployed, nil))
			}
			_, err := run(t, nil, list...)
			require.ErrorContains(t, err, "the name is already in use")
			assert.Empty(t, deployed)
		})
	}
}

func TestPathsAreRelativeToTheStackFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(file, []byte("config:\n  ashlar:one: { enabled: true, file: ./key }\n"), 0o600))
	var got string
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		m := deployment.NewManager(deployment.WithConfig(config.WithStackFile(file)))
		return m.Run(ctx, deployment.NewModule("one", nil, func(ctx *deployment.Context, s *settings) error {
			got = s.File
			return nil
		}))
	}, pulumi.WithMocks("project", "dev", mocks{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{"ashlar:one": `{"enabled":true,"file":"./key"}`}
	})
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "key"), got)
}
