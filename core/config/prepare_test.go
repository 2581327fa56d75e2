package config_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

// nodeArgs are arguments that are used alone and nested in clusterArgs.
type nodeArgs struct {
	Size     string             `pulumi:"size,optional" jsonschema:"default=small"`
	Cluster  any                `config:"program"`
	TargetID pulumi.StringInput `pulumi:"targetId,optional" config:"program"`
}

func (a *nodeArgs) Validate(report *config.Report) {
	if a.Size == "huge" {
		report.Add([]string{"size"}, "too large for %q", report.Component())
	}
}

func (a *nodeArgs) ValidateArguments(report *config.Report) {
	if a.TargetID == nil && a.Cluster == nil {
		report.Add([]string{"targetId"}, "required, but missing")
	}
}

type logOptions struct {
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
}

type clusterArgs struct {
	Name  string                 `pulumi:"name,optional" config:"name" jsonschema:"maxLength=20"`
	Logs  *logOptions            `pulumi:"logs,optional" config:"group"`
	Extra *logOptions            `pulumi:"extra,optional"`
	Nodes config.Named[nodeArgs] `pulumi:"nodes,optional"`
}

func prepare[A any](t *testing.T, name string, args *A) (out *A, inputs pulumi.Map, err error) {
	t.Helper()
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		out, inputs, err = config.Arguments(ctx, "arguments", name, args)
		return nil
	}, pulumi.WithMocks("project", "stack", nothing{})))
	return out, inputs, err
}

type nothing struct{}

func (nothing) NewResource(pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return "", nil, nil
}

func (nothing) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func TestArgumentsFillsDefaults(t *testing.T) {
	t.Parallel()
	given := &clusterArgs{Nodes: map[string]nodeArgs{"main": {}}}
	got, inputs, err := prepare(t, "prod", given)
	require.NoError(t, err)
	assert.Equal(t, "prod", got.Name, "the name of the component")
	assert.True(t, *got.Logs.Enabled, "an omitted group has its defaults")
	assert.Nil(t, got.Extra, "other pointers stay nil")
	assert.Equal(t, "small", got.Nodes["main"].Size)
	assert.Equal(t, pulumi.Map{
		"name":  pulumi.String("prod"),
		"logs":  pulumi.Map{"enabled": pulumi.Bool(true)},
		"nodes": pulumi.Map{"main": pulumi.Map{"size": pulumi.String("small")}},
	}, inputs)
	assert.Equal(t, &clusterArgs{Nodes: map[string]nodeArgs{"main": {}}}, given, "the caller's arguments are not modified")
}

func TestProgramArgumentsOfNestedComponentsAreRejected(t *testing.T) {
	t.Parallel()
	for name, nested := range map[string]nodeArgs{
		`nodes.main.targetId: unknown key`:                                {TargetID: pulumi.String("t-1")},
		`nodes.main.Cluster: set by the parent component: leave it unset`: {Cluster: 1},
	} {
		_, _, err := prepare(t, "prod", &clusterArgs{Nodes: map[string]nodeArgs{"main": nested}})
		require.ErrorContains(t, err, name)
	}
	_, inputs, err := prepare(t, "node", &nodeArgs{TargetID: pulumi.String("t-1")})
	require.NoError(t, err, "on their own they are arguments")
	assert.Equal(t, pulumi.String("t-1"), inputs["targetId"])

	schema, err := config.Schema(&clusterArgs{}, nil)
	require.NoError(t, err)
	assert.NotContains(t, string(schema), "targetId")
	schema, err = config.Schema(&nodeArgs{}, nil)
	require.NoError(t, err)
	assert.Contains(t, string(schema), "targetId")
}

func TestValidateArgumentsRunsForTheConstructorAlone(t *testing.T) {
	t.Parallel()
	_, _, err := prepare(t, "node", &nodeArgs{Size: "huge"})
	require.ErrorContains(t, err, "targetId: required, but missing")
	require.ErrorContains(t, err, `size: too large for "node"`)
	_, _, err = prepare(t, "prod", &clusterArgs{Nodes: map[string]nodeArgs{"main": {Size: "huge"}}})
	require.ErrorContains(t, err, `nodes.main.size: too large for ""`, "a nested component has no name yet")
	require.NotContains(t, err.Error(), "targetId")
}

// entry is what a section has of nodeArgs: it has a validator of its own, which shadows the embedded one.
type entry struct {
	Provider string `pulumi:"provider"`
	nodeArgs
}

// Entry is the same with an exported struct.
type Entry struct {
	Provider string `pulumi:"provider"`
	Outer
}

func (e *Entry) Validate(report *config.Report) {
	report.Add([]string{"provider"}, "checked %q", report.Component())
}

type Outer struct {
	Inner
	Text string `pulumi:"text"`
}

func (o *Outer) Validate(report *config.Report) { report.Add([]string{"text"}, "checked") }

type Inner struct {
	Deep string `pulumi:"deep"`
}

func (i *Inner) Validate(report *config.Report) { report.Add([]string{"deep"}, "checked") }

func TestValidatorsOfEmbeddedStructsRun(t *testing.T) {
	t.Parallel()
	err := config.Check("arguments", &Entry{})
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	var got []string
	for _, f := range invalid.Findings {
		got = append(got, f.String())
	}
	assert.ElementsMatch(t, []string{`provider: checked ""`, "text: checked", "deep: checked"}, got, "each once")

	err = config.Check("arguments", &entry{nodeArgs: nodeArgs{Size: "huge", TargetID: pulumi.String("t-1")}})
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Findings, 1, "a promoted validator reports once")
}

// account has secrets in every kind of container.
type account struct {
	Password pulumi.StringInput            `pulumi:"password" config:"secret" jsonschema:"minLength=20"`
	Users    map[string]user               `pulumi:"users"`
	List     []user                        `pulumi:"list"`
	Tokens   map[string]pulumi.StringInput `pulumi:"tokens" config:"secret"`
}

type user struct {
	PIN     pulumi.StringInput `pulumi:"pin" config:"secret" jsonschema:"pattern=^[0-9]+$"`
	Invalid bool               `pulumi:"invalid"`
}

func (u *user) Validate(report *config.Report) {
	if u.Invalid {
		report.Add([]string{"pin"}, "found %v", u.PIN)
	}
}

func TestFindingsDoNotShowSecrets(t *testing.T) {
	t.Parallel()
	const canary = "canary-in-a-cage"
	secret := pulumi.String(canary)
	given := &account{
		Password: secret, Users: map[string]user{"ann": {secret, true}}, List: []user{{secret, true}},
		Tokens: map[string]pulumi.StringInput{"a": secret},
	}
	_, _, err := prepare(t, "it", given)
	require.ErrorContains(t, err, "password: found [secret], which is too short")
	require.ErrorContains(t, err, "users.ann.pin: found [secret]")
	require.NotContains(t, err.Error(), canary)
	require.NotContains(t, config.Check("arguments", given).Error(), canary)

	given = &account{
		Password: pulumi.String("long enough to be a password"), Users: map[string]user{"ann": {PIN: pulumi.String("1234")}},
		Tokens: map[string]pulumi.StringInput{"a": secret},
	}
	_, inputs, err := prepare(t, "it", given)
	require.NoError(t, err)
	for _, at := range [][]string{{"password"}, {"users", "ann", "pin"}, {"tokens", "a"}} {
		var value pulumi.Input = inputs
		for _, key := range at {
			value = value.(pulumi.Map)[key]
		}
		output, ok := value.(pulumi.Output)
		require.True(t, ok, "%v", at)
		assert.True(t, pulumi.IsSecret(output), "%v", at)
	}
	assert.Equal(t, pulumi.String("1234"), given.Users["ann"].PIN, "the caller's arguments are not modified")
}

// plans is a section whose entries are arguments.
type plans struct {
	Nodes config.Named[*planEntry] `pulumi:"nodes"`
}

type planEntry struct {
	Provider string `pulumi:"provider"`
	PlanArgs
}

type PlanArgs struct {
	Size string `pulumi:"size,optional" jsonschema:"default=small"`
	// Made is called when the arguments are checked.
	Made tally
}

type tally interface{ count() }

type counter struct{ n *int }

func (c *counter) count() { *c.n++ }

func (a *PlanArgs) Validate(*config.Report) {
	if a.Made != nil {
		a.Made.count()
	}
}

func (a *PlanArgs) ValidateArguments(report *config.Report) {
	if report.Component() == "refused" {
		report.Add(nil, "refused")
	}
}

func TestCheckedArgumentsAreNotCheckedAgain(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(map[string]any{"nodes": map[string]any{"main": map[string]any{"provider": "a"}}})
	require.NoError(t, err)
	mocked := func(o *pulumi.RunInfo) {
		pulumi.WithMocks("project", "stack", nothing{})(o)
		o.Config = map[string]string{"ashlar:plans": string(text)}
	}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		m, err := config.Load(ctx, []config.Section{config.NewSection[plans]("plans", nil)})
		require.NoError(t, err)
		section, err := config.Get[*plans](m, "plans")
		require.NoError(t, err)
		args := &section.Nodes["main"].PlanArgs
		count := 0
		args.Made = &counter{&count}

		got, inputs, err := config.Arguments(m.Context(ctx), "arguments", "main", args)
		require.NoError(t, err)
		assert.Equal(t, args, got)
		assert.NotSame(t, args, got, "the constructor may modify it")
		assert.Zero(t, count)
		assert.Equal(t, pulumi.Map{"size": pulumi.String("small")}, inputs)

		_, _, err = config.Arguments(m.Context(ctx), "arguments", "refused", args)
		require.ErrorContains(t, err, "refused", "what concerns the constructor is checked")
		changed := *args
		_, _, err = config.Arguments(m.Context(ctx), "arguments", "main", &changed)
		require.NoError(t, err)
		assert.Positive(t, count, "a copy is checked")
		_, _, err = config.Arguments(ctx, "arguments", "main", args)
		require.NoError(t, err)
		assert.Greater(t, count, 1, "and so are all arguments without the manager's context")
		return nil
	}, mocked))
}

// places is a section whose entries refer to what the arguments take as a value.
type places struct {
	Nodes config.Named[*placeEntry] `pulumi:"nodes"`
}

type placeEntry struct {
	PlaceArgs
	Cluster string `pulumi:"cluster"`
}

type PlaceArgs struct {
	Size    string `pulumi:"size"`
	Cluster tally
}

func TestFieldsWithoutAKeyAreNotOptions(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(map[string]any{"nodes": map[string]any{"main": map[string]any{"size": "small", "cluster": "prod"}}})
	require.NoError(t, err)
	mocked := func(o *pulumi.RunInfo) {
		pulumi.WithMocks("project", "stack", nothing{})(o)
		o.Config = map[string]string{"ashlar:places": string(text)}
	}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		m, err := config.Load(ctx, []config.Section{config.NewSection[places]("places", nil)})
		require.NoError(t, err)
		section, err := config.Get[*places](m, "places")
		require.NoError(t, err)
		assert.Equal(t, "prod", section.Nodes["main"].Cluster)
		assert.Nil(t, section.Nodes["main"].PlaceArgs.Cluster)
		return nil
	}, mocked))
}

// shadowEntry replaces an option of its arguments by one without a default.
type shadowEntry struct {
	LogArgs
	Size *int `pulumi:"size"`
}

type LogArgs struct {
	Logs *logOptions `pulumi:"logs,optional" config:"group"`
	Size *int        `pulumi:"size,optional" jsonschema:"default=3"`
}

type shadows struct {
	Nodes config.Named[*shadowEntry] `pulumi:"nodes"`
}

func TestShadowedArgumentsAreChecked(t *testing.T) {
	t.Parallel()
	mocked := func(o *pulumi.RunInfo) {
		pulumi.WithMocks("project", "stack", nothing{})(o)
		o.Config = map[string]string{"ashlar:shadows": `{"nodes":{"main":{}}}`}
	}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		m, err := config.Load(ctx, []config.Section{config.NewSection[shadows]("shadows", nil)})
		require.NoError(t, err)
		section, err := config.Get[*shadows](m, "shadows")
		require.NoError(t, err)
		assert.Nil(t, section.Nodes["main"].Size)
		got, _, err := config.Arguments(m.Context(ctx), "arguments", "main", &section.Nodes["main"].LogArgs)
		require.NoError(t, err)
		assert.Equal(t, 3, *got.Size, "the section does not have the default of a shadowed option")
		assert.True(t, *got.Logs.Enabled)
		return nil
	}, mocked))
}

// names is a section whose entries have a name in the cloud.
type names struct {
	Topics config.Named[*topicEntry] `pulumi:"topics"`
}

type topicEntry struct{ TopicArgs }

type TopicArgs struct {
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]+$"`
}

func TestCheckedArgumentsGetTheNameOfTheComponent(t *testing.T) {
	t.Parallel()
	mocked := func(o *pulumi.RunInfo) {
		pulumi.WithMocks("project", "stack", nothing{})(o)
		o.Config = map[string]string{"ashlar:names": `{"topics":{"orders":{},"given":{"name":"own"}}}`}
	}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		m, err := config.Load(ctx, []config.Section{config.NewSection[names]("names", nil)})
		require.NoError(t, err)
		section, err := config.Get[*names](m, "names")
		require.NoError(t, err)
		for entry, want := range map[string]string{"orders": "component", "given": "own"} {
			args := &section.Topics[entry].TopicArgs
			got, inputs, err := config.Arguments(m.Context(ctx), "arguments", "component", args)
			require.NoError(t, err)
			assert.Equal(t, want, got.Name)
			assert.Equal(t, pulumi.Map{"name": pulumi.String(want)}, inputs)
		}
		_, _, err = config.Arguments(m.Context(ctx), "arguments", "Component", &section.Topics["orders"].TopicArgs)
		require.ErrorContains(t, err, `name: found the string "Component", which does not match`, "the name is checked")
		assert.Empty(t, section.Topics["orders"].Name, "the section is not modified")
		return nil
	}, mocked))
}

func TestEncryptedValuesOfAnyTypeAreRejected(t *testing.T) {
	t.Parallel()
	type chart struct {
		Values map[string]any `pulumi:"values"`
	}
	section := []config.Section{config.NewSection[chart]("chart", nil)}
	loadSections(t, "config:\n  ashlar:chart: { values: { a: { b: { secure: canary } } } }\n", section, func(_ *config.Manager, err error) {
		require.ErrorContains(t, err, "chart.values.a.b: encrypted, but this option does not keep secrets")
	})
	loadSections(t, "config:\n  ashlar:chart: { values: { a: { b: , c: 1 } } }\n", section, func(m *config.Manager, err error) {
		require.NoError(t, err)
		c, err := config.Get[*chart](m, "chart")
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"a": map[string]any{"b": nil, "c": json.Number("1")}}, c.Values, "null is a value of any type")
	})
}

func TestFindVisitsEverythingWithAKey(t *testing.T) {
	t.Parallel()
	ratio := 0.5
	value := &shop{
		Owners: []string{"a"}, Limits: limits{Ratio: &ratio}, Tokens: pulumi.StringMap{"x": pulumi.String("y")},
		Apps: config.Named[app]{"web": {common: common{Labels: map[string]string{"tier": "front"}}}},
	}
	var paths []string
	config.Find(value, func(path []string, _ any) { paths = append(paths, config.Path(path...)) })
	assert.Equal(t, []string{
		"", "enabled", "mode", "apps", "apps.web", "apps.web.labels", "apps.web.labels.tier", "apps.web.peer", "apps.web.version",
		"owners", "owners[0]", "limits", "limits.ratio",
	}, paths, "inputs and nil are not visited")
}

// vaults is a section whose entries have a secret.
type vaults struct {
	Vaults config.Named[*VaultArgs] `pulumi:"vaults"`
}

type VaultArgs struct {
	Password pulumi.StringInput `pulumi:"password,optional" config:"secret"`
}

func TestSecretsOfCheckedArgumentsAreMarked(t *testing.T) {
	t.Parallel()
	mocked := func(o *pulumi.RunInfo) {
		pulumi.WithMocks("project", "stack", nothing{})(o)
		o.Config = map[string]string{"ashlar:vaults": `{"vaults": {"main": {}}}`}
	}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		m, err := config.Load(ctx, []config.Section{config.NewSection[vaults]("vaults", nil)})
		require.NoError(t, err)
		section, err := config.Get[*vaults](m, "vaults")
		require.NoError(t, err)
		args := section.Vaults["main"]
		args.Password = pulumi.String("canary-set-by-the-module")
		_, inputs, err := config.Arguments(m.Context(ctx), "arguments", "main", args)
		require.NoError(t, err)
		output, ok := inputs["password"].(pulumi.Output)
		require.True(t, ok && pulumi.IsSecret(output), "a secret that a module sets after the section was loaded")
		return nil
	}, mocked))
}
