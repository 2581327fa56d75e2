package config_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

type variables struct {
	Env     pulumi.StringMapInput `pulumi:"env" config:"plain,distinct=variables"`
	Secret  pulumi.StringMapInput `pulumi:"secret" config:"secret,distinct=variables"`
	Refs    map[string]string     `pulumi:"refs" config:"distinct=variables"`
	Labels  map[string]string     `pulumi:"labels"`
	Sidecar *sidecar              `pulumi:"sidecar"`
	More    []sidecar             `pulumi:"more"`
	Apps    config.Named[sidecar] `pulumi:"apps"`
}

type sidecar struct {
	Env    pulumi.StringMapInput `pulumi:"env" config:"plain,distinct=variables"`
	Secret pulumi.StringMapInput `pulumi:"secret" config:"secret,distinct=variables"`
	Refs   map[string]string     `pulumi:"refs" config:"distinct=variables"`
	Count  int                   `pulumi:"count"`
}

func TestAKeyIsInOneOfTheDistinctMaps(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, stack, project string
		want                   []string
	}{
		"Layers": {
			"the maps are compared after layers are merged, and both places are shown",
			"secret: { A: { secure: canary } }", "env: { A: development, B: x }",
			[]string{"Pulumi.dev.yaml:3:15: app.secret.A: also set in app.env.A (ashlar.yaml:1:15): remove one of the two"},
		},
		"Three": {
			"any of them", "env: { A: x }\n    refs: { A: y, B: z }\n    secret: { B: { secure: canary } }", "",
			[]string{
				"Pulumi.dev.yaml:4:13: app.refs.A: also set in app.env.A (Pulumi.dev.yaml:3:12): remove one of the two",
				"Pulumi.dev.yaml:4:19: app.refs.B: also set in app.secret.B (Pulumi.dev.yaml:5:15): remove one of the two",
			},
		},
		"Nested": {
			"in structs, lists and entries", "sidecar: { env: { A: x }, refs: { A: y } }\n" +
				"    more: [{ env: { A: x }, refs: { A: y } }]\n    apps: { web: { count: many, env: { A: x }, secret: { A: { secure: canary } } } }", "",
			[]string{
				"Pulumi.dev.yaml:3:39: app.sidecar.refs.A: also set in app.sidecar.env.A (Pulumi.dev.yaml:3:23): remove one of the two",
				"Pulumi.dev.yaml:4:37: app.more[0].refs.A: also set in app.more[0].env.A (Pulumi.dev.yaml:4:21): remove one of the two",
				`Pulumi.dev.yaml:5:27: app.apps.web.count: expected an integer, found the string "many"`,
				"Pulumi.dev.yaml:5:58: app.apps.web.secret.A: also set in app.apps.web.env.A (Pulumi.dev.yaml:5:40): remove one of the two",
			},
		},
		"Removed": {
			"a key without a value removes that of a lower layer",
			"env: { A: }\n    secret: { A: { secure: canary } }", "env: { A: development }", nil,
		},
		"Others": {"other maps, and other keys", "env: { A: x, B: x }\n    labels: { A: x }\n    secret: { a: { secure: canary } }", "", nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := files{stackFile: "config:\n  ashlar:app:\n    " + tc.stack + "\n"}
			if tc.project != "" {
				content["project/ashlar.yaml"] = "app: { " + tc.project + " }\n"
			}
			loadFilesOf(t, content, []config.Section{config.NewSection[variables]("app", nil)}, func(_ *config.Manager, err error) {
				assert.Equal(t, tc.want, findings(t, err), tc.reason)
			})
		})
	}
}

func TestAKeyOfArgumentsIsInOneOfTheDistinctMaps(t *testing.T) {
	t.Parallel()
	args := &variables{
		Env:    pulumi.StringMap{"A": pulumi.String("x"), "B": pulumi.String("x")},
		Secret: pulumi.StringMap{"A": pulumi.ToSecret(pulumi.String("y")).(pulumi.StringOutput)},
	}
	require.EqualError(t, config.Check("arguments", args),
		"invalid arguments: 1 problem:\n  secret.A: also set in env.A: remove one of the two")
	args.Secret = pulumi.StringMap{"a": pulumi.String("y")}
	require.NoError(t, config.Check("arguments", args))
}
