package pulumitest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const canary = "canary-5d41402abc4b2a76"

// regions answers the only function of the small SDK.
func regions(i pulumitest.Invocation) (resource.PropertyMap, error) {
	if i.Token != getRegion {
		return nil, nil
	}
	return resource.PropertyMap{"name": resource.NewProperty("eu-west-1")}, nil
}

// newArgs returns arguments with every field set, from another resource where
// that is possible.
func newArgs(ctx *pulumi.Context) *siteArgs {
	zone, err := newRecord(ctx, "zone", nil)
	if err != nil {
		panic(err)
	}
	return &siteArgs{
		Domain:   zone.ID().ToStringOutput(),
		Password: pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput),
		Headers:  pulumi.StringMap{"x-frame": pulumi.String("deny")},
		Labels:   map[string]string{"team": "shop"},
		Origins:  []string{"a", "b"},
	}
}

// suite is that of a component of the small SDK.
func suite(construct func(*pulumi.Context, string, *siteArgs, ...pulumi.ResourceOption) (*site, error),
) pulumitest.Suite[siteArgs, *site] {
	return pulumitest.Suite[siteArgs, *site]{
		Token:      siteToken,
		New:        construct,
		Args:       newArgs,
		RefusesNil: failure.Configuration,
		Defaults:   []string{"replicas"},
		Secrets:    []string{canary},
		Metadata: &pulumitest.Metadata{
			Install: tagBuckets,
			Read:    readTags,
			Want:    func(string) map[string]string { return map[string]string{"owner": "platform"} },
		},
		Options: []pulumitest.Option{pulumitest.WithInvoke(regions)},
	}
}

// tagBuckets adds tags to every bucket by a transform.
func tagBuckets(ctx *pulumi.Context) error {
	return ctx.RegisterResourceTransform(func(
		_ context.Context, args *pulumi.ResourceTransformArgs,
	) *pulumi.ResourceTransformResult {
		if args.Type != "aws:s3/bucket:Bucket" {
			return nil
		}
		if args.Props["tags"] == nil {
			args.Props["tags"] = pulumi.StringMap{"owner": pulumi.String("platform")}
		}
		return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
	})
}

func readTags(token string, inputs resource.PropertyMap) (map[string]string, bool) {
	if token != "aws:s3/bucket:Bucket" {
		return nil, false
	}
	out := map[string]string{}
	if tags, ok := inputs["tags"]; ok && tags.IsObject() {
		for key, value := range tags.ObjectValue() {
			out[string(key)] = value.StringValue()
		}
	}
	return out, true
}

func TestConformingComponentPasses(t *testing.T) {
	t.Parallel()
	for _, check := range suite(newSite).Checks() {
		findings, skipped := check.Find()
		for _, finding := range findings {
			t.Errorf("%s: %s", check.Name, finding)
		}
		if skipped != "" {
			t.Errorf("%s is skipped: %s", check.Name, skipped)
		}
	}
}

func TestConform(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, suite(newSite))
}

// found returns the findings of one check, or why it is skipped.
func found[A any, C pulumi.ComponentResource](t *testing.T, s pulumitest.Suite[A, C], name string) (findings []string,
	skipped string) {
	t.Helper()
	for _, check := range s.Checks() {
		if check.Name == name {
			require.NotEmpty(t, check.Promise)
			return check.Find()
		}
	}
	t.Fatalf("no such check %q", name)
	return nil, ""
}

func TestInvalidSuites(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, check, want string
		change              func(*pulumitest.Suite[siteArgs, *site])
	}{
		"Pattern": {
			"an invalid pattern", "token", "Suite.TokenPattern is not a regular expression",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.TokenPattern = "(" },
		},
		"ShortSecret": {
			"a short secret occurs by chance", "secrets", "Suite.Secrets[0] is too short",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.Secrets = []string{"dev"} },
		},
		"UnusedSecret": {
			"an unused secret", "secrets", "Suite.Secrets[0] is not in any input",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.Secrets = []string{"not-used-anywhere"} },
		},
		"OtherClass": {
			"an error of another class", "nil", "the error for nil arguments is not a credentials failure",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.RefusesNil = failure.Credentials },
		},
		"RefusesNilUnset": {
			"nil arguments are rejected unexpectedly", "nil",
			"nil arguments are rejected: set Suite.RefusesNil if that is intended",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.RefusesNil = nil },
		},
		"Default": {
			"a default that is not recorded", "inputs", `the default of "color" is not recorded as an input`,
			func(s *pulumitest.Suite[siteArgs, *site]) { s.Defaults = []string{"color"} },
		},
		"Install": {
			"metadata that cannot be installed", "metadata",
			"the component cannot be created with metadata: install metadata: x",
			func(s *pulumitest.Suite[siteArgs, *site]) {
				s.Metadata.Install = func(*pulumi.Context) error { return errors.New("x") }
			},
		},
		"Lacking": {
			"metadata that is not installed", "metadata", `"subject-content" lacks "owner"`,
			func(s *pulumitest.Suite[siteArgs, *site]) { s.Metadata.Install = nil },
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := suite(newSite)
			tc.change(&s)
			findings, _ := found(t, s, tc.check)
			require.Len(t, findings, 1, tc.reason)
			require.Contains(t, findings[0], tc.want, tc.reason)
		})
	}
}

func TestSkippedChecks(t *testing.T) {
	t.Parallel()
	bare := pulumitest.Suite[struct{}, *outer]{
		Token: "ashlar-test:outer:Outer",
		New: func(ctx *pulumi.Context, name string, _ *struct{}, opts ...pulumi.ResourceOption) (*outer, error) {
			o := &outer{}
			if err := ctx.RegisterComponentResource("ashlar-test:outer:Outer", name, o, opts...); err != nil {
				return nil, err
			}
			return o, ctx.RegisterResourceOutputs(o, pulumi.Map{})
		},
	}
	for _, name := range []string{"provider", "metadata", "secrets", "unknown", "errors", "nil values",
		"foreign provider"} {
		findings, skipped := found(t, bare, name)
		require.Empty(t, findings, name)
		require.NotEmpty(t, skipped, name)
	}
	for _, name := range []string{"constructs", "token", "parent", "inputs", "outputs", "arguments", "methods", "nil",
		"preview", "unique", "stable"} {
		findings, skipped := found(t, bare, name)
		require.Empty(t, findings, name)
		require.Empty(t, skipped, name)
	}
	none := suite(newSite)
	none.Metadata.Read = func(string, resource.PropertyMap) (map[string]string, bool) { return nil, false }
	_, skipped := found(t, none, "metadata")
	require.Equal(t, "no resource of the component is taggable", skipped)
	// A failing constructor is reported once.
	for _, check := range suite(broken(failsAlways)).Checks() {
		findings, skipped := check.Find()
		switch check.Name {
		case "constructs":
			require.Len(t, findings, 1)
		case "nil":
			// The error for nil arguments is not a configuration failure.
			require.Len(t, findings, 1)
		case "token", "arguments":
		default:
			require.Empty(t, findings, check.Name)
			require.Contains(t, skipped, `see the check "constructs"`, check.Name)
		}
	}
}

// Settings are embedded in the arguments.
type Settings struct {
	Image pulumi.StringInput   `pulumi:"image"`
	Ports []int                `pulumi:"ports"`
	Peers map[string]peer      `pulumi:"peers"`
	More  *peer                `pulumi:"more"`
	Names pulumi.StringArray   `pulumi:"names"`
	Extra []pulumi.StringInput `pulumi:"extra"`
}

type peer struct {
	Host pulumi.StringInput `pulumi:"host"`
}

type embeddingArgs struct {
	Settings
	Name string `pulumi:"name"`
}

type embedding struct {
	pulumi.ResourceState
	component.Base
}

func TestNestedArguments(t *testing.T) {
	t.Parallel()
	var dropped bool
	s := pulumitest.Suite[embeddingArgs, *embedding]{
		Token: "ashlar-test:embedding:Embedding",
		New: func(ctx *pulumi.Context, name string, args *embeddingArgs, opts ...pulumi.ResourceOption) (*embedding,
			error) {
			e := &embedding{}
			if dropped {
				type few struct {
					Name string `pulumi:"name"`
				}
				_, err := component.Register(ctx, "ashlar-test:embedding:Embedding", name, e, &few{Name: name}, opts...)
				if err != nil {
					return nil, err
				}
				return component.Finish(ctx, e)
			}
			if _, err := component.Register(ctx, "ashlar-test:embedding:Embedding", name, e, args,
				opts...); err != nil {
				return nil, err
			}
			return component.Finish(ctx, e)
		},
		Args: func(*pulumi.Context) *embeddingArgs {
			return &embeddingArgs{Settings: Settings{
				Image: pulumi.String("image"), Ports: []int{1}, Peers: map[string]peer{"a": {pulumi.String("x")}},
				More: &peer{pulumi.String("y")}, Names: pulumi.StringArray{pulumi.String("n")},
				Extra: []pulumi.StringInput{pulumi.String("e")},
			}}
		},
		Known: []string{"image"},
	}
	pulumitest.Conform(t, s)
	dropped = true
	findings, _ := found(t, s, "inputs")
	require.Contains(t, findings, `the argument "image" is set, but not recorded as an input`,
		"fields of embedded structs count")
	require.Contains(t, findings, `the argument "peers" is set, but not recorded as an input`)
}

type fragileArgs struct {
	Size  *int        `pulumi:"size,optional" jsonschema:"default=2"`
	Group *groupArgs  `pulumi:"group,optional" config:"group"`
	List  []groupArgs `pulumi:"list,optional"`
}

type groupArgs struct {
	Level *int `pulumi:"level,optional" jsonschema:"default=1"`
}

// Validate relies on a default that only the constructor sets.
func (a *fragileArgs) Validate(report *config.Report) {
	if *a.Size > 2 {
		report.Add([]string{"size"}, "too large")
	}
}

// Twice does the same.
func (g *groupArgs) Twice() int { return 2 * *g.Level }

type fragile struct {
	pulumi.ResourceState
	component.Base

	Size  pulumi.IntOutput       `pulumi:"size"`
	Alias pulumi.StringPtrOutput `pulumi:"alias,optional"`
}

func newFragile(ctx *pulumi.Context, name string, args *fragileArgs, opts ...pulumi.ResourceOption) (*fragile, error) {
	f := &fragile{}
	args, err := component.Register(ctx, "ashlar-test:fragile:Fragile", name, f, args, opts...)
	if err != nil {
		return nil, err
	}
	f.Size = pulumi.Int(*args.Size * args.Group.Twice()).ToIntOutput()
	return component.Finish(ctx, f)
}

func TestMethodsThatPanicOnPartiallySetArguments(t *testing.T) {
	t.Parallel()
	s := pulumitest.Suite[fragileArgs, *fragile]{
		Token: "ashlar-test:fragile:Fragile", New: newFragile,
		Args: func(*pulumi.Context) *fragileArgs { return &fragileArgs{List: []groupArgs{{}}} },
	}
	findings, skipped := found(t, s, "methods")
	require.Empty(t, skipped)
	text := strings.Join(findings, "\n")
	require.Contains(t, text, "Validate panics on empty arguments")
	require.Contains(t, text, "(*pulumitest_test.groupArgs).Twice panics on arguments without Size")

	findings, _ = found(t, s, "outputs")
	require.Empty(t, findings, "an optional output may be absent")
	findings, _ = found(t, suite(newSite), "methods")
	require.Empty(t, findings)
}
