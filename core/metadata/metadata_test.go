package metadata_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	resource := metadata.Metadata{Owner: "resource", Tags: map[string]string{"a": "resource"}, Frameworks: []string{"soc2"}}
	component := metadata.Metadata{
		Owner: "component", CostCenter: "component", Tags: map[string]string{"a": "component", "b": "component"},
		Controls: []string{"soc2 CC6.6"}, Repository: "r2",
	}
	deployment := metadata.Metadata{
		Project: "p", Environment: "e", Organization: "o", Owner: "deployment", CostCenter: "deployment", DataClassification: "d",
		Tags:       map[string]string{"a": "deployment", "b": "deployment", "c": "deployment"},
		Frameworks: []string{"soc2", "cis-aws"}, Controls: []string{"cis-aws 1.1"}, Repository: "r", Commit: "c", LabelPrefix: "example.com",
	}
	got := metadata.Merge(resource, component, deployment)
	want := metadata.Metadata{
		Project: "p", Environment: "e", Organization: "o", Owner: "resource", CostCenter: "component", DataClassification: "d",
		Tags:       map[string]string{"a": "resource", "b": "component", "c": "deployment"},
		Frameworks: []string{"cis-aws", "soc2"}, Controls: []string{"cis-aws 1.1", "soc2 CC6.6"},
		// The commit of another repository would be wrong.
		Repository: "r2", LabelPrefix: "example.com",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
	require.Equal(t, metadata.Metadata{}, metadata.Merge())
}

// full has every field.
func full() metadata.Metadata {
	return metadata.Metadata{
		Project: "shop", Environment: "prod", Organization: "Acme Inc.", Owner: "platform", CostCenter: "4711",
		DataClassification: "internal", Frameworks: []string{"soc2", "cis-aws"}, Controls: []string{"soc2 CC6.6"},
		Repository: "https://git.example.com/acme/shop.git", Commit: "3f1c0de", Tags: map[string]string{"team:name": "a & b"},
	}
}

func TestOutput(t *testing.T) {
	t.Parallel()
	want := pulumi.Map{
		"project": pulumi.String("shop"), "environment": pulumi.String("prod"), "organization": pulumi.String("Acme Inc."),
		"owner": pulumi.String("platform"), "costCenter": pulumi.String("4711"), "dataClassification": pulumi.String("internal"),
		"frameworks": pulumi.ToStringArray([]string{"cis-aws", "soc2"}), "controls": pulumi.ToStringArray([]string{"soc2 CC6.6"}),
		"repository": pulumi.String("https://git.example.com/acme/shop.git"), "commit": pulumi.String("3f1c0de"),
		"tags": pulumi.StringMap{"team:name": pulumi.String("a & b")},
	}
	require.Equal(t, want, full().Output())
	require.Empty(t, metadata.Metadata{}.Output())
}

func TestRender(t *testing.T) {
	t.Parallel()
	tags := map[string]string{
		"project": "shop", "environment": "prod", "organization": "Acme Inc.", "owner": "platform", "cost-center": "4711",
		"data-classification": "internal", "compliance-frameworks": "cis-aws soc2", "compliance-controls": "soc2 CC6.6",
		"repository": "https://git.example.com/acme/shop.git", "commit": "3f1c0de", "team:name": "a & b",
	}
	aws := maps.Clone(tags)
	aws["team:name"] = "a - b-cbc644a208"
	const p = "ashlar-iac.github.io/"
	tests := map[string]struct {
		reason   string
		platform metadata.Platform
		in       metadata.Metadata
		want     map[string]string
	}{
		"AWS":          {"a character that AWS does not have becomes a dash, and the value ends with its hash", metadata.AWS(), full(), aws},
		"Azure":        {"values of Azure hold every character", metadata.Azure(), full(), tags},
		"AzureStorage": {"storage accounts have shorter keys alone", metadata.AzureStorage(), full(), tags},
		"Labels": {
			"labels are what people select by", metadata.KubernetesLabels(), full(),
			map[string]string{
				p + "project": "shop", p + "environment": "prod", p + "owner": "platform", p + "cost-center": "4711",
				p + "data-classification": "internal", p + "team.name": "a---b-cbc644a208",
			},
		},
		"Annotations": {
			"annotations are the rest, and the whole value of what was changed", metadata.KubernetesAnnotations(), full(),
			map[string]string{
				p + "organization": "Acme Inc.", p + "compliance-frameworks": "cis-aws soc2", p + "compliance-controls": "soc2 CC6.6",
				p + "repository": "https://git.example.com/acme/shop.git", p + "commit": "3f1c0de", p + "team.name": "a & b",
			},
		},
		"Prefix": {
			"an organization has a prefix of its own", metadata.KubernetesLabels(),
			metadata.Metadata{Owner: "x", LabelPrefix: "acme.example"}, map[string]string{"acme.example/owner": "x"},
		},
		"Nothing":    {"unknown fields are not rendered", metadata.AWS(), metadata.Metadata{}, map[string]string{}},
		"EmptyValue": {"a tag may be empty", metadata.KubernetesLabels(), metadata.Metadata{Tags: map[string]string{"x": ""}}, map[string]string{p + "x": ""}},
		"Long": {
			"a long value is cut", metadata.AWS(), metadata.Metadata{Owner: strings.Repeat("ä", 300)},
			map[string]string{"owner": strings.Repeat("ä", 245) + "-172956790b"},
		},
		"LongLabel": {
			"a label has 63 characters and ends with a letter or digit", metadata.KubernetesLabels(),
			metadata.Metadata{Owner: strings.Repeat("x", 51) + "..." + strings.Repeat("y", 51)},
			map[string]string{p + "owner": strings.Repeat("x", 51) + "-4499dec48b"},
		},
		"LooksHashed": {
			"a value that ends as changed ones do is changed too, or the two could be the same", metadata.AWS(),
			metadata.Metadata{Owner: "a - b-49d33b8842"}, map[string]string{"owner": "a - b-49d33b8842-cfd80662d1"},
		},
		"NothingLeft": {
			"a value without any letter becomes its hash", metadata.KubernetesLabels(), metadata.Metadata{Owner: "日本"},
			map[string]string{p + "owner": "x-cf2abf0c5b"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tc.platform.Render(tc.in)
			require.NoError(t, err)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRenderRejects(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprintf("t%02d", i)] = ""
	}
	tests := map[string]struct {
		reason   string
		platform metadata.Platform
		in       metadata.Metadata
		want     []string
	}{
		"Reserved": {
			"AWS keeps aws: for itself, in any case, and everything wrong is said at once", metadata.AWS(),
			metadata.Metadata{Tags: map[string]string{"AWS:x": "", "a<b": "", "": ""}},
			[]string{
				`render AWS metadata tags["AWS:x"]: keys that begin with "aws:" are reserved by AWS: use another key`,
				`render AWS metadata tags["a<b"]: invalid character '<' in the key: remove it`,
				`render AWS metadata tags[""]: empty key: set a name`,
			},
		},
		"ReservedByAzure": {
			"so does Azure", metadata.Azure(), metadata.Metadata{Tags: map[string]string{"Microsoft.x": "", "windows": "", "azureX": "", "a/b": ""}},
			[]string{`"microsoft" are reserved by Azure`, `"windows" are`, `"azure" are`, `tags["a/b"]: invalid character '/'`},
		},
		"Case": {
			"Azure takes two keys for one", metadata.Azure(), metadata.Metadata{Tags: map[string]string{"Team": "", "team": ""}},
			[]string{`tags["team"]: "Team" and "team" are the same key on Azure: keep one of them`},
		},
		"Field": {
			"a tag must not take the place of a field, in any case", metadata.AWS(), metadata.Metadata{Tags: map[string]string{"Cost-Center": "1"}},
			[]string{`tags["Cost-Center"]: the key is reserved for a setting`},
		},
		"Many": {
			"fifty are allowed, and our own count", metadata.AWS(), metadata.Metadata{Owner: "x", Tags: many},
			[]string{"render AWS metadata: 52 tags: at most 50 allowed"},
		},
		"LongKey": {
			"keys are not cut", metadata.AWS(), metadata.Metadata{Tags: map[string]string{strings.Repeat("k", 129): ""}},
			[]string{"the key has 129 characters: at most 128 allowed"},
		},
		"LongStorageKey": {
			"storage accounts have shorter ones than other resources of Azure", metadata.AzureStorage(),
			metadata.Metadata{Tags: map[string]string{strings.Repeat("k", 129): ""}}, []string{"at most 128 allowed"},
		},
		"SameLabel": {
			"two keys become one label", metadata.KubernetesLabels(), metadata.Metadata{Tags: map[string]string{"a b": "", "a:b": ""}},
			[]string{`tags["a:b"]: "a b" and "a:b" become the same key ashlar-iac.github.io/a.b: rename one of them`},
		},
		"Prefix": {
			"a prefix is a subdomain", metadata.KubernetesLabels(), metadata.Metadata{LabelPrefix: "Example.com"},
			[]string{`labelPrefix: invalid DNS subdomain "Example.com": use your own`},
		},
		"ForeignPrefix": {
			"those of Kubernetes are not ours", metadata.KubernetesAnnotations(), metadata.Metadata{LabelPrefix: "app.kubernetes.io"},
			[]string{"not one of Kubernetes"},
		},
		"Annotations": {
			"an object has 256 KiB of annotations", metadata.KubernetesAnnotations(),
			metadata.Metadata{Organization: strings.Repeat("x", 256<<10)}, []string{"bytes: at most 262144 allowed"},
		},
		"EmptyLabel": {
			"a label has a name", metadata.KubernetesLabels(), metadata.Metadata{Tags: map[string]string{"": ""}},
			[]string{"empty key: set a name"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.platform.Render(tc.in)
			require.ErrorIs(t, err, failure.Configuration, tc.reason)
			for _, want := range tc.want {
				require.ErrorContains(t, err, want, tc.reason)
			}
		})
	}
}
