package metadata_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// load returns the deployment's metadata for a section.
func load(t *testing.T, text string, opts ...pulumitest.Option) (metadata.Metadata, error) {
	t.Helper()
	var out metadata.Metadata
	opts = append(opts, pulumitest.WithConfig(map[string]string{"ashlar:project": text}))
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		manager, err := config.Load(ctx, []config.Section{metadata.Section()})
		if err != nil {
			return err
		}
		c, err := config.Get[*metadata.Configuration](manager, metadata.SectionName)
		out = metadata.Deployment(ctx, c, &compliance.Configuration{Frameworks: []string{"soc2"}, DataClassification: "internal"})
		return err
	}, opts...)
	return out, err
}

func TestDeployment(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, text, organization string
		want                       metadata.Metadata
	}{
		"Defaults": {
			reason: "Pulumi knows the project, the stack and the organization", text: `{}`, organization: "acme",
			want: metadata.Metadata{Project: "shop", Environment: "dev", Organization: "acme"},
		},
		"Local": {
			reason: "a backend without organizations has none", text: `{}`, organization: "organization",
			want: metadata.Metadata{Project: "shop", Environment: "dev"},
		},
		"Said": {
			reason: "configuration of the stack precedes defaults", organization: "acme",
			text: `{"name":"store","environment":"prod","organization":"Acme Inc.","owner":"platform","costCenter":"4711",
				"tags":{"team":"a"},"labelPrefix":"acme.example"}`,
			want: metadata.Metadata{
				Project: "store", Environment: "prod", Organization: "Acme Inc.", Owner: "platform", CostCenter: "4711",
				Tags: map[string]string{"team": "a"}, LabelPrefix: "acme.example",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := load(t, tc.text, pulumitest.WithStack(tc.organization, "shop", "dev"))
			require.NoError(t, err)
			tc.want.Frameworks, tc.want.DataClassification = []string{"soc2"}, "internal"
			if tc.want.LabelPrefix == "" {
				tc.want.LabelPrefix = metadata.DefaultLabelPrefix
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// The tests run in a repository, or in a copy of one without its history: then nothing is known.
func TestDeploymentRecordsTheGitRepository(t *testing.T) {
	t.Parallel()
	repository, err := load(t, `{"git":"repository"}`)
	require.NoError(t, err)
	commit, err := load(t, `{"git":"commit"}`)
	require.NoError(t, err)
	require.Empty(t, repository.Commit)
	require.Equal(t, repository.Repository, commit.Repository)
	if commit.Commit != "" {
		require.Regexp(t, `^[0-9a-f]{40}$`, commit.Commit)
	}
}

func TestInvalidConfigurationIsRejected(t *testing.T) {
	t.Parallel()
	_, err := load(t, `{
		"tags": {"aws:x": "", "a/b": "", "Team": "", "team": "", "a b": "", "a:b": "", "owner": "me"},
		"labelPrefix": "Example", "git": "yes"
	}`)
	require.Error(t, err)
	for _, want := range []string{`git: `} {
		require.ErrorContains(t, err, want)
	}
	_, err = load(t, `{
		"tags": {"aws:x": "", "a/b": "", "Team": "", "team": "", "a b": "", "a:b": "", "owner": "me"}, "labelPrefix": "Example"
	}`)
	for _, want := range []string{
		`tags["aws:x"]: keys that begin with "aws:" are reserved by AWS: use another key (AWS)`,
		`tags["a/b"]: invalid character '/' in the key: remove it (Azure)`,
		`tags.team: "Team" and "team" are the same key on Azure: keep one of them (Azure)`,
		`tags["a:b"]: "a b" and "a:b" become the same key Example/a.b: rename one of them (Kubernetes)`,
		`tags.owner: the key is reserved for a setting: omit the tag (AWS)`,
		`labelPrefix: invalid DNS subdomain "Example": use your own`,
	} {
		require.ErrorContains(t, err, want)
	}
}
