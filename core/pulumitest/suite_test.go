package pulumitest_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// found returns what one check finds, and why it has nothing to look at.
func found[A any, C pulumi.ComponentResource](t *testing.T, s pulumitest.Suite[A, C], name string) (findings []string, skipped string) {
	t.Helper()
	for _, check := range s.Checks() {
		if check.Name == name {
			require.NotEmpty(t, check.Promise)
			return check.Find()
		}
	}
	t.Fatalf("there is no check %q", name)
	return nil, ""
}

func TestSuitesThatAreWrong(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, check, want string
		change              func(*pulumitest.Suite[siteArgs, *site])
	}{
		"Pattern": {
			"a pattern that is none", "token", "Suite.TokenPattern is no regular expression",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.TokenPattern = "(" },
		},
		"ShortSecret": {
			"a secret that stands everywhere", "secrets", "Suite.Secrets[0] is too short",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.Secrets = []string{"dev"} },
		},
		"UnusedSecret": {
			"a secret that is not used proves nothing", "secrets", "Suite.Secrets[0] is nowhere, not even as a secret",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.Secrets = []string{"not-used-anywhere"} },
		},
		"OtherClass": {
			"an error of another class", "nil", "nil arguments are refused with an error that is no credentials failure",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.RefusesNil = failure.Credentials },
		},
		"RefusalNotSaid": {
			"a refusal that the suite does not know of", "nil", "if they are to be refused, say so in Suite.RefusesNil",
			func(s *pulumitest.Suite[siteArgs, *site]) { s.RefusesNil = nil },
		},
		"Default": {
			"a default that is not recorded", "inputs", `the default of "color" is not among the recorded inputs`,
			func(s *pulumitest.Suite[siteArgs, *site]) { s.Defaults = []string{"color"} },
		},
		"Install": {
			"metadata that cannot be installed", "metadata", "the component cannot be made with metadata: install metadata: x",
			func(s *pulumitest.Suite[siteArgs, *site]) {
				s.Metadata.Install = func(*pulumi.Context) error { return errors.New("x") }
			},
		},
		"Lacking": {
			"metadata that nobody installs", "metadata", `"subject-content" lacks "owner"`,
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

func TestChecksSayWhenThereIsNothingToLookAt(t *testing.T) {
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
	for _, name := range []string{"provider", "metadata", "secrets", "unknown", "errors"} {
		findings, skipped := found(t, bare, name)
		require.Empty(t, findings, name)
		require.NotEmpty(t, skipped, name)
	}
	for _, name := range []string{"constructs", "token", "parent", "inputs", "outputs", "arguments", "methods", "nil", "preview", "unique", "stable"} {
		findings, skipped := found(t, bare, name)
		require.Empty(t, findings, name)
		require.Empty(t, skipped, name)
	}
	none := suite(newSite)
	none.Metadata.Read = func(string, resource.PropertyMap) (map[string]string, bool) { return nil, false }
	_, skipped := found(t, none, "metadata")
	require.Equal(t, "no resource in the component can carry metadata", skipped)
	// What cannot be made is reported once.
	for _, check := range suite(broken(failsAlways)).Checks() {
		findings, skipped := check.Find()
		switch check.Name {
		case "constructs":
			require.Len(t, findings, 1)
		case "nil":
			// The component refuses nil with an error of its own.
			require.Len(t, findings, 1)
		case "token", "arguments":
		default:
			require.Empty(t, findings, check.Name)
			require.Contains(t, skipped, "see the check named constructs", check.Name)
		}
	}
}

// Settings are embedded, as the settings of an application are.
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

func TestArgumentsWithinArguments(t *testing.T) {
	t.Parallel()
	var dropped bool
	s := pulumitest.Suite[embeddingArgs, *embedding]{
		Token: "ashlar-test:embedding:Embedding",
		New: func(ctx *pulumi.Context, name string, args *embeddingArgs, opts ...pulumi.ResourceOption) (*embedding, error) {
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
			if _, err := component.Register(ctx, "ashlar-test:embedding:Embedding", name, e, args, opts...); err != nil {
				return nil, err
			}
			return component.Finish(ctx, e)
		},
		Args: func(*pulumi.Context) *embeddingArgs {
			return &embeddingArgs{Settings: Settings{
				Image: pulumi.String("image"), Ports: []int{1}, Peers: map[string]peer{"a": {pulumi.String("x")}},
				More: &peer{pulumi.String("y")}, Names: pulumi.StringArray{pulumi.String("n")}, Extra: []pulumi.StringInput{pulumi.String("e")},
			}}
		},
		Known: []string{"image"},
	}
	pulumitest.Conform(t, s)
	dropped = true
	findings, _ := found(t, s, "inputs")
	require.Contains(t, findings, `the argument "image" is set, but not among the recorded inputs`, "fields of embedded structs count")
	require.Contains(t, findings, `the argument "peers" is set, but not among the recorded inputs`)
}
