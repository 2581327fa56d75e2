package config_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

// place is an entry that stands in a region.
type place struct {
	Regions config.Named[string] `pulumi:"regions"`
	Region  string               `pulumi:"region"`
}

func (p *place) Validate(report *config.Report) {
	p.Regions.CheckReference(report, []string{"region"}, "region", p.Region)
}

func TestReferencesToNamedEntries(t *testing.T) {
	t.Parallel()
	one, two := config.Named[string]{"north": ""}, config.Named[string]{"south": "", "north": ""}
	require.Equal(t, []string{"north", "south"}, two.Names())
	tests := map[string]struct {
		reason   string
		regions  config.Named[string]
		region   string
		resolved string
		want     string
	}{
		"named":        {"a name refers to its entry", two, "south", "south", ""},
		"the only one": {"the only entry is the default", one, "", "north", ""},
		"several":      {"several entries and no name", two, "", "", "region: several regions configured: specify one of north, south"},
		"unknown":      {"an unknown name", two, "sout", "sout", `region: unknown region "sout", did you mean "south"?`},
		"none":         {"no entries", nil, "", "", "region: no region configured: add one under regions"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.resolved, tc.regions.Resolve(tc.region), tc.reason)
			err := config.Check("place", &place{tc.regions, tc.region})
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}

// inputs are named texts that may come from other resources.
type inputs struct {
	ARNs config.Named[pulumi.StringInput] `pulumi:"arns"`
}

func TestNamedInputsHaveASchema(t *testing.T) {
	t.Parallel()
	schema, err := config.Schema(&inputs{}, nil)
	require.NoError(t, err)
	require.Contains(t, string(schema), `"additionalProperties": {
        "type": "string"`)
}

func TestMapsOfInputsHaveASchema(t *testing.T) {
	t.Parallel()
	type files struct {
		Files map[string]pulumi.StringInput `pulumi:"files"`
	}
	schema, err := config.Schema(&files{}, nil)
	require.NoError(t, err)
	require.Contains(t, string(schema), `"additionalProperties": {
        "type": "string"
      }`)
}

// Application is what an entry of a section has in common with the arguments of a component.
type Application struct {
	Identity  any
	Image     string             `pulumi:"image" jsonschema:"required"`
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
}

func TestFieldsThatShadowEmbeddedOnesAreOptional(t *testing.T) {
	t.Parallel()
	type entry struct {
		Application
		Namespace string `pulumi:"namespace"`
		Identity  string `pulumi:"identity"`
	}
	type section struct {
		Applications config.Named[entry] `pulumi:"applications"`
	}
	schema, err := config.Schema(&section{}, nil)
	require.NoError(t, err)
	require.Contains(t, string(schema), `"required": [
        "image"
      ]`)
	require.NotContains(t, string(schema), `"Identity"`, "a field without a key is not an option")
}
