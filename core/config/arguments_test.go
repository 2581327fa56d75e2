package config_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestWithDefaultsCopies(t *testing.T) {
	t.Parallel()
	given := &shop{
		Extra: &extra{},
		Apps:  config.Named[app]{"web": {Image: pulumi.String("web:1")}},
	}
	got, err := config.WithDefaults(given)
	require.NoError(t, err)
	assert.Equal(t, "fast", got.Mode)
	assert.Equal(t, "none", got.Extra.Note)
	assert.Equal(t, 2, *got.Apps["web"].Replicas)

	assert.Empty(t, given.Mode, "the original is not modified")
	assert.Nil(t, given.Extra.Debug, "nor what it points to")
	assert.Nil(t, given.Apps["web"].Replicas, "nor what its maps hold")

	again, err := config.WithDefaults(got)
	require.NoError(t, err)
	assert.Equal(t, got, again, "a second time changes nothing")
}

func TestWithDefaultsKeepsSetFields(t *testing.T) {
	t.Parallel()
	zero, no := 0, false
	got, err := config.WithDefaults(shop{
		Mode:  "thorough",
		Extra: &extra{Debug: &no},
		Apps:  config.Named[app]{"web": {Replicas: &zero}},
	})
	require.NoError(t, err)
	assert.Equal(t, "thorough", got.Mode)
	assert.False(t, *got.Extra.Debug)
	assert.Equal(t, 0, *got.Apps["web"].Replicas)
}

func TestWithDefaultsReportsInvalidDefaults(t *testing.T) {
	t.Parallel()
	type broken struct {
		Count *int `pulumi:"count" jsonschema:"default=many"`
	}
	_, err := config.WithDefaults(broken{})
	require.ErrorContains(t, err, `count: default "many"`)
}

func TestInputs(t *testing.T) {
	t.Parallel()
	two := 2
	tests := map[string]struct {
		reason string
		args   any
		want   pulumi.Map
	}{
		"Nil":   {"nil has no inputs", nil, pulumi.Map{}},
		"Empty": {"empty fields are omitted", &app{}, pulumi.Map{}},
		"Anything": {
			"values of any type keep their types",
			struct {
				Values map[string]any `pulumi:"values"`
			}{map[string]any{"whole": json.Number("2"), "half": json.Number("0.5"), "text": "2", "none": nil}},
			pulumi.Map{"values": pulumi.Map{"whole": pulumi.Int(2), "half": pulumi.Float64(0.5), "text": pulumi.String("2"), "none": nil}},
		},
		"Full": {
			"embedded structs are flattened, inputs are passed on",
			&app{
				common:   common{Labels: map[string]string{"a": "b"}},
				Image:    pulumi.String("web:1"),
				Replicas: &two,
			},
			pulumi.Map{
				"labels":   pulumi.Map{"a": pulumi.String("b")},
				"image":    pulumi.String("web:1"),
				"replicas": pulumi.Int(2),
			},
		},
		"Nested": {
			"maps and lists of structs become maps and lists",
			&shop{Owners: []string{"x"}, Apps: config.Named[app]{"web": {Version: "1"}}},
			pulumi.Map{
				"owners": pulumi.Array{pulumi.String("x")},
				"apps":   pulumi.Map{"web": pulumi.Map{"version": pulumi.String("1")}},
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := config.Inputs(tc.args)
			require.NoError(t, err, tc.reason)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestInputsRejectsUnsupportedTypes(t *testing.T) {
	t.Parallel()
	_, err := config.Inputs(struct {
		C chan int `pulumi:"c"`
	}{make(chan int)})
	require.ErrorContains(t, err, "c: a chan int cannot be an input")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tooMany := 101
	unknown := pulumi.String("x").ToStringOutput()
	tests := map[string]struct {
		reason string
		args   *app
		want   []string
	}{
		"Good":    {"valid arguments", &app{Image: pulumi.String("web:1")}, nil},
		"Missing": {"the schema's required keys", &app{}, []string{"image: required, but missing"}},
		"Empty": {
			"the schema's bounds", &app{Image: pulumi.String(""), Replicas: &tooMany},
			[]string{`image: found the string "", which is too short`, "replicas: expected at most 100, found the number 101"},
		},
		"Unknown": {"outputs are not checked", &app{Image: unknown}, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, findings(t, config.Check("arguments", tc.args))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCheckRunsValidators(t *testing.T) {
	t.Parallel()
	err := config.Check(`arguments of shop "a"`, &shop{Apps: config.Named[app]{"web": {Image: pulumi.String("w:1"), Peer: "x"}}})
	require.EqualError(t, err, "invalid arguments of shop \"a\": 1 problem:\n"+
		"  apps.web.peer: unknown app \"x\", expected one of: web")
}

// exclusive has two options of which one can be set, and one that is deprecated.
type exclusive struct {
	ID      pulumi.StringInput            `pulumi:"id,optional" jsonschema:"pattern=^[a-z]+$"`
	Name    string                        `pulumi:"name,optional"`
	Old     pulumi.StringInput            `pulumi:"old,optional" jsonschema:"pattern=^[a-z]+$"`
	Members map[string]pulumi.StringInput `pulumi:"members,optional"`
}

func (e *exclusive) Validate(report *config.Report) {
	if e.ID != nil && e.Name != "" {
		report.Add([]string{"id"}, "id and name are mutually exclusive: remove one of them")
	}
	if e.Old != nil {
		report.Warn([]string{"old"}, "deprecated: use id")
	}
	if e.Members["all"] != nil {
		report.Add([]string{"members", "all"}, "reserved: use another name")
	}
}

func (e *exclusive) ValidateArguments(report *config.Report) {
	if e.ID != nil && e.Old != nil {
		report.Add([]string{"old"}, "id and old are mutually exclusive: remove one of them")
	}
}

// The schema says nothing about outputs, whose values are not known. A validator that reports one, reports that it is there.
func TestFindingsAboutOutputsAreShown(t *testing.T) {
	t.Parallel()
	output := pulumi.String("Not Known").ToStringOutput()
	tests := map[string]struct {
		args exclusive
		want []string
	}{
		"valid":    {exclusive{ID: output}, nil},
		"field":    {exclusive{ID: output, Name: "a"}, []string{"id: id and name are mutually exclusive: remove one of them"}},
		"argument": {exclusive{ID: output, Old: output}, []string{"old: id and old are mutually exclusive: remove one of them"}},
		"element": {
			exclusive{Members: map[string]pulumi.StringInput{"all": output}}, []string{"members.all: reserved: use another name"},
		},
		"invalid value": {
			exclusive{ID: pulumi.String("A"), Name: "a"}, []string{`id: found the string "A", which does not match ^[a-z]+$`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, cmp.Diff(tc.want, findings(t, config.Check("arguments", &tc.args))), "-want +got")
		})
	}
	run := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, _, err := config.Arguments(ctx, "arguments", "a", &exclusive{Old: output})
		return err
	})
	require.Len(t, run.Logs, 1)
	require.Contains(t, run.Logs[0].Message, "old: deprecated: use id")
}

func TestPath(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		elements []string
		want     string
	}{
		"Plain":  {[]string{"kubernetes", "applications", "web"}, "kubernetes.applications.web"},
		"Index":  {[]string{"allowFrom", "0", "cidr"}, "allowFrom[0].cidr"},
		"Quoted": {[]string{"files", "/etc/web.yaml"}, `files["/etc/web.yaml"]`},
		"Empty":  {nil, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.want, config.Path(tc.elements...))
		})
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		word       string
		candidates []string
		want       string
	}{
		"Typo":       {"replica", []string{"image", "replicas"}, `did you mean "replicas"?`},
		"Swapped":    {"iamge", []string{"image", "replicas"}, `did you mean "image"?`},
		"Case":       {"Image", []string{"image"}, `did you mean "image"?`},
		"Unlike":     {"colour", []string{"replicas", "image"}, "expected one of: image, replicas"},
		"NoneAtAll":  {"x", nil, "there are none"},
		"DeepPrefix": {"kuberntes", []string{"aws", "kubernetes"}, `did you mean "kubernetes"?`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.want, config.Suggest(tc.word, tc.candidates))
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	args := &app{Image: pulumi.String("web:1")}
	b.ReportAllocs()
	for b.Loop() {
		if err := config.Check("arguments", args); err != nil {
			b.Fatal(err)
		}
	}
}
