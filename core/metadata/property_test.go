package metadata_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/metadata"
)

// text makes values that platforms do not hold as they are, and those that look
// as if they had been changed.
func text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(), rapid.StringN(0, 600, -1), rapid.StringMatching(`[a-zA-Z0-9._ -]{0,80}`), rapid.StringMatching(`[ab]-[0-9a-f]{10}`),
	)
}

func anything() *rapid.Generator[metadata.Metadata] {
	return rapid.Custom(func(t *rapid.T) metadata.Metadata {
		return metadata.Metadata{
			Project: text().Draw(t, "project"), Environment: text().Draw(t, "environment"), Organization: text().Draw(t, "organization"),
			Owner: text().Draw(t, "owner"), CostCenter: text().Draw(t, "costCenter"), DataClassification: text().Draw(t, "class"),
			Frameworks: rapid.SliceOfN(text(), 0, 3).Draw(t, "frameworks"), Controls: rapid.SliceOfN(text(), 0, 3).Draw(t, "controls"),
			Repository: text().Draw(t, "repository"), Commit: text().Draw(t, "commit"),
			Tags: rapid.MapOfN(text(), text(), 0, 5).Draw(t, "tags"),
		}
	})
}

func TestMergeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anything().Draw(t, "a"), anything().Draw(t, "b"), anything().Draw(t, "c")
		tags := maps.Clone(a.Tags)
		all := metadata.Merge(a, b, c)
		same := func(reason string, x, y metadata.Metadata) {
			if diff := cmp.Diff(x, y); diff != "" {
				t.Fatalf("%s:\n%s", reason, diff)
			}
		}
		same("it is associative", all, metadata.Merge(a, metadata.Merge(b, c)))
		same("it is associative", all, metadata.Merge(metadata.Merge(a, b), c))
		same("it is idempotent", all, metadata.Merge(all, all))
		same("the strongest again changes nothing", all, metadata.Merge(a, all))
		for key := range all.Tags {
			all.Tags[key] = "changed"
		}
		if len(tags) > 0 && !maps.Equal(tags, a.Tags) {
			t.Fatalf("the caller's tags were changed")
		}
	})
}

// checkTags fails when tags break a platform's rules.
func checkTags(t require.TestingT, tags map[string]string, maxKey, maxValue int, forbidden string) {
	require.LessOrEqual(t, len(tags), 50)
	for key, value := range tags {
		require.NotEmpty(t, key)
		require.True(t, utf8.ValidString(key) && utf8.ValidString(value), "%q: %q", key, value)
		require.LessOrEqual(t, utf8.RuneCountInString(key), maxKey)
		require.LessOrEqual(t, utf8.RuneCountInString(value), maxValue)
		require.False(t, strings.ContainsAny(key, forbidden), "%q", key)
	}
}

func checkAWS(t require.TestingT, tags map[string]string) {
	checkTags(t, tags, 128, 256, "<>%&\\?#!'\"\n")
	for key, value := range tags {
		require.False(t, strings.HasPrefix(strings.ToLower(key), "aws:"), "%q", key)
		require.False(t, strings.ContainsAny(value, "<>%&\\?#!'\"\n"), "%q", value)
	}
}

func checkAzure(t require.TestingT, tags map[string]string) {
	checkTags(t, tags, 512, 256, `<>%&\?/`)
	folded := map[string]bool{}
	for key := range tags {
		lower := strings.ToLower(key)
		require.False(t, folded[lower], "%q is there twice", key)
		folded[lower] = true
		for _, prefix := range []string{"azure", "microsoft", "windows"} {
			require.False(t, strings.HasPrefix(lower, prefix), "%q", key)
		}
	}
}

// The rules of "Labels and Selectors", Kubernetes documentation.
var (
	labelValue  = regexp.MustCompile(`^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$`)
	labelPrefix = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
)

func checkName(t require.TestingT, key string) {
	prefix, name, ok := strings.Cut(key, "/")
	require.True(t, ok, "%q", key)
	require.Regexp(t, labelPrefix, prefix)
	require.LessOrEqual(t, len(prefix), 253)
	require.Regexp(t, labelValue, name)
	require.True(t, name != "" && len(name) <= 63, "%q", key)
}

func checkObject(t require.TestingT, labels, annotations map[string]string) {
	for key, value := range labels {
		checkName(t, key)
		require.Regexp(t, labelValue, value)
		require.LessOrEqual(t, len(value), 63)
	}
	for key, value := range annotations {
		checkName(t, key)
		require.True(t, utf8.ValidString(value))
	}
}

// checkEverywhere renders for every platform. It returns the labels, unless the metadata is rejected.
func checkEverywhere(t require.TestingT, m metadata.Metadata) (labels map[string]string, ok bool) {
	if tags, err := metadata.AWS().Render(m); err == nil {
		checkAWS(t, tags)
	}
	if tags, err := metadata.Azure().Render(m); err == nil {
		checkAzure(t, tags)
	}
	labels, err := metadata.KubernetesLabels().Render(m)
	if err != nil {
		return nil, false
	}
	annotations, err := metadata.KubernetesAnnotations().Render(m)
	require.NoError(t, err)
	checkObject(t, labels, annotations)
	return labels, true
}

func TestRenderedMetadataIsWithinLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkEverywhere(t, anything().Draw(t, "metadata"))
	})
}

func TestDifferentValuesStayDifferent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := text().Draw(t, "a"), text().Draw(t, "b")
		if a == b || a == "" || b == "" {
			return
		}
		for _, p := range []metadata.Platform{metadata.AWS(), metadata.Azure(), metadata.KubernetesLabels()} {
			first, err := p.Render(metadata.Metadata{Owner: a})
			require.NoError(t, err)
			second, err := p.Render(metadata.Metadata{Owner: b})
			require.NoError(t, err)
			require.NotEqual(t, first, second, "%q and %q", a, b)
			// Also when a value equals the rendered form of another one.
			for _, changed := range first {
				if changed == a {
					continue
				}
				again, err := p.Render(metadata.Metadata{Owner: changed})
				require.NoError(t, err)
				require.NotEqual(t, first, again, "%q and %q", a, changed)
			}
		}
	})
}

func TestAddIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anything().Draw(t, "metadata")
		existing := rapid.MapOfN(text(), text(), 0, 5).Draw(t, "existing")
		before := pulumi.ToStringMap(existing)
		for _, p := range []metadata.Platform{metadata.AWS(), metadata.Azure(), metadata.KubernetesLabels(), metadata.KubernetesAnnotations()} {
			once, err := p.Add(before, m)
			if err != nil {
				continue
			}
			twice, err := p.Add(once, m)
			require.NoError(t, err)
			require.Equal(t, once, twice)
			require.Equal(t, pulumi.ToStringMap(existing), before, "the caller's map is not changed")
			for key, value := range existing {
				require.Equal(t, pulumi.String(value), once.(pulumi.StringMap)[key], "what exists wins")
			}
		}
	})
}
