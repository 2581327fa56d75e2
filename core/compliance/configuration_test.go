package compliance_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func load(t *testing.T, text string) (*compliance.Configuration, error) {
	t.Helper()
	var out *compliance.Configuration
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		manager, err := config.Load(ctx, []config.Section{compliance.Section()},
			config.WithValidator(compliance.SectionName, compliance.NewCatalogue(compliance.Framework{ID: "acme"})))
		if err != nil {
			return err
		}
		out, err = config.Get[*compliance.Configuration](manager, compliance.SectionName)
		return err
	}, pulumitest.WithConfig(map[string]string{"ashlar:compliance": text}))
	return out, err
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	c, err := load(t, `{"frameworks": ["acme", "soc2"], "dataClassification": "strictly-confidential"}`)
	require.NoError(t, err)
	require.Equal(t, []string{"acme", "soc2"}, c.Frameworks)
	require.Equal(t, "strictly-confidential", c.DataClassification)
}

func TestInvalidConfigurationIsRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, text string
		want         []string
	}{
		"Misspelled": {
			reason: "a framework that is unknown has a neighbour that is not",
			text:   `{"frameworks": ["soc2", "cis-kuberntes"]}`,
			want:   []string{`frameworks[1]: unknown framework "cis-kuberntes", did you mean "cis-kubernetes"?`},
		},
		"Twice": {
			reason: "a duplicate has no effect",
			text:   `{"frameworks": ["soc2", "soc2"]}`,
			want:   []string{`frameworks[1]: duplicate framework "soc2"`},
		},
		"Unknown": {
			reason: "without a neighbour, all are named",
			text:   `{"frameworks": ["zzz"]}`,
			want:   []string{`unknown framework "zzz", expected one of: acme, cis-aks,`},
		},
		"Types": {
			reason: "the schema rejects other types, and the classification has a pattern",
			text:   `{"frameworks": [7], "dataClassification": "Top Secret"}`,
			want:   []string{"frameworks[0]: ", "dataClassification: "},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, tc.text)
			for _, want := range tc.want {
				require.ErrorContains(t, err, want, tc.reason)
			}
		})
	}
}
