package versions_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/versions"
)

func TestParse(t *testing.T) {
	t.Parallel()
	want := versions.Table{
		"istio": {
			Default: "1.26.2",
			Versions: []versions.Release{
				{Version: "1.26.2", Kubernetes: ">=1.29 <1.34"}, {Version: "1.25.0"},
			},
		},
		"vpc-cni": {Suffix: "eksbuild", Versions: []versions.Release{{Version: "1.20.1-eksbuild.3", Kubernetes: "1.30"}}},
	}
	const block = `# Versions that were tried together.
components:
  istio:
    default: v1.26.2
    versions:
      - 1.25.0
      - version: 1.26.2
        kubernetes: ">=1.29 <1.34"
  vpc-cni:
    suffix: eksbuild
    versions: [{ version: v1.20.1-eksbuild.3, kubernetes: 1.30 }]
`
	tests := map[string]struct{ reason, give string }{
		"Block": {reason: "block style; a number keeps its zeros", give: block},
		"CRLF":  {reason: "line ends of Windows", give: strings.ReplaceAll(block, "\n", "\r\n")},
		"BOM":   {reason: "a byte order mark is dropped", give: "\uFEFF" + block},
		"JSON": {
			reason: "JSON is read as YAML, tabs included",
			give: "{\n\t\"components\": {\n\t\t\"istio\": {\"default\": \"1.26.2\", \"versions\": [\"1.25.0\",\n\t\t\t" +
				"{\"version\": \"1.26.2\", \"kubernetes\": \">=1.29 <1.34\"}]},\n\t\t\"vpc-cni\": {\"suffix\": \"eksbuild\", " +
				"\"versions\": [{\"version\": \"1.20.1-eksbuild.3\", \"kubernetes\": \"1.30\"}]}}}\n",
		},
		"Aliases": {
			reason: "aliases stand for whole values",
			give: "components:\n  istio:\n    default: &d 1.26.2\n    versions: [1.25.0, {version: *d, kubernetes: \">=1.29 <1.34\"}]\n" +
				"  vpc-cni: {suffix: eksbuild, versions: [{version: 1.20.1-eksbuild.3, kubernetes: 1.30}]}\n",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := versions.Parse("versions.yaml", []byte(tc.give))
			require.NoError(t, err, tc.reason)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestParseReportsEveryProblemWithItsPosition(t *testing.T) {
	t.Parallel()
	_, err := versions.Parse("v.yaml", []byte(`components:
  istio:
    defaults: 1.26.2
    versions:
      - { version: latest, kubernetes: ">=1.29.3" }
      - { version: 1.26, k8s: "1.30" }
      - 1.26.2
      - v1.26.2
      - { kubernetes: 1.30 }
      - []
      - { version: null }
  istio: {}
  Kiali: { versions: [2.0.0] }
  flux: { versions: 1.0.0, default: [] }
  none: ~
  empty: { versions: [] }
  bare: {}
  merged: { <<: { versions: [1.0.0] }, default: 2.0.0, versions: [1.0.0], suffix: EKS }
  ? [a]
  : 1
extra: 1
`))
	require.ErrorIs(t, err, failure.Version)
	require.EqualError(t, err, `invalid v.yaml: 20 problems:
  v.yaml:3:5: components.istio.defaults: unknown key, did you mean "default"?
  v.yaml:5:20: components.istio.versions[0].version: "latest" changes over time: use an exact version such as 1.26.2
  v.yaml:6:20: components.istio.versions[1].version: "1.26" is not a full semantic version: use three numbers, such as 1.26.2
  v.yaml:6:26: components.istio.versions[1].k8s: unknown key, expected one of: kubernetes, version
  v.yaml:8:9: components.istio.versions[3].version: 1.26.2 duplicates versions[2], 1.26.2: keep one of them
  v.yaml:9:9: components.istio.versions[4].version: required
  v.yaml:10:9: components.istio.versions[5]: expected a map, found a list
  v.yaml:11:20: components.istio.versions[6].version: empty: set a value, or omit the key
  v.yaml:12:3: components.istio: duplicate key, first in line 2: keep one of them
  v.yaml:13:3: components["Kiali"]: invalid name: use lower case letters, digits and "-", start with a letter, `+
		`end with a letter or digit, at most 63 characters
  v.yaml:14:21: components.flux.versions: expected a list, found "1.0.0"
  v.yaml:14:37: components.flux.default: expected a text, found a list
  v.yaml:15:9: components.none: expected a map, found nothing
  v.yaml:16:3: components.empty.versions: no versions: at least one is required
  v.yaml:17:3: components.bare.versions: no versions: at least one is required
  v.yaml:18:13: components.merged["<<"]: merge keys are not supported: repeat the values, or use an alias for the whole value
  v.yaml:18:49: components.merged.default: 2.0.0 is not available: use 1.0.0
  v.yaml:18:83: components.merged.suffix: invalid suffix "EKS": use lower case letters and digits, such as eksbuild
  v.yaml:19:5: components: a list as a key: use a plain word
  v.yaml:21:1: extra: unknown key, expected one of: components`)
}

func TestParseRejectsInvalidFiles(t *testing.T) {
	t.Parallel()
	const limit = versions.MaxFileSize
	tests := map[string]struct{ reason, give, want string }{
		"Empty":    {reason: "nothing", want: "v.yaml: empty: the key components is required"},
		"Comment":  {reason: "nothing but a comment", give: "# none\n", want: "v.yaml: empty"},
		"Null":     {reason: "an empty document", give: "---\n", want: "expected a map, found nothing"},
		"Scalar":   {reason: "a word", give: "hello", want: `v.yaml:1:1: expected a map, found "hello"`},
		"List":     {reason: "a list", give: "[]", want: "v.yaml:1:1: expected a map, found a list"},
		"NoKey":    {reason: "components is required", give: "{}", want: "v.yaml:1:1: components: required"},
		"TwoDocs":  {reason: "one document a file", give: "components: {}\n---\na: 1\n", want: "v.yaml:2:1: several YAML documents"},
		"Syntax":   {reason: "broken YAML has a line", give: "components:\n  a: [\n", want: "v.yaml:2: not valid YAML: "},
		"UTF16":    {reason: "other encodings", give: "\xff\xfec\x00", want: "v.yaml:1:1: not UTF-8"},
		"Latin1":   {reason: "the place of the first wrong byte", give: "a:\n é\xe9", want: "v.yaml:2:3: not UTF-8"},
		"TooLarge": {reason: "the size limit", give: strings.Repeat(" ", limit+1), want: "exceeds the maximum of 1048576"},
		"Depth": {
			reason: "65 levels are one too many", give: strings.Repeat("[", 65) + strings.Repeat("]", 65),
			want: "v.yaml:1:65: nested more than 64 levels deep",
		},
		"DepthOfLibrary": {reason: "the library ends first", give: strings.Repeat("[", 100_000), want: "exceeded max depth"},
		"Separators":     {reason: "too many values", give: strings.Repeat("a,", 200_001), want: "more than 200000 commas"},
		"LineEnds":       {reason: "every line end that YAML knows counts", give: strings.Repeat("a\u2028a\r", 100_001), want: "more than 200000"},
		"Depth64": {
			reason: "64 levels are allowed", give: strings.Repeat("[", 64) + strings.Repeat("]", 64),
			want: "expected a map, found a list",
		},
		"Bomb": {
			reason: "aliases count towards the limit of versions",
			give:   "components:\n  a: { versions: &v [" + strings.Repeat("x,", 30_000) + "] }\n  b: { versions: *v }\n",
			want:   "\n  and more",
		},
		"ManyVersions": {
			reason: "aliases count each time", give: aliased(),
			want: "more than the maximum of 50000 versions",
		},
		"Loop":   {reason: "an alias within its own anchor", give: "components: &c { a: *c }", want: "components.a.a: unknown key"},
		"Ranges": {reason: "too many different ranges", give: manyRanges(), want: "more than 1000 different ranges in a table"},
		"LongVersion": {
			reason: "long versions", give: "components: {a: {versions: [" + strings.Repeat("1", 200_000) + "]}}",
			want: "200000 bytes exceed the maximum of 128 for a version",
		},
		"LongRange": {
			reason: "long ranges", give: "components: {a: {versions: [{version: 1.0.0, kubernetes: '" + strings.Repeat("1", 257) + "'}]}}",
			want: "257 bytes exceed the maximum of 256 for a constraint",
		},
		"LongNumber": {
			reason: "numbers that do not fit", give: "components: {a: {versions: [99999999999999999999.0.0]}}",
			want: "is not a full semantic version",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := versions.Parse("v.yaml", []byte(tc.give))
			var details *versions.TableError
			require.ErrorAs(t, err, &details, tc.reason)
			require.ErrorContains(t, err, tc.want, tc.reason)
			assert.LessOrEqual(t, len(details.Problems), 100, "the list has an end")
			assert.Less(t, len(err.Error()), 50_000, "the message has an end")
		})
	}
}

// aliased is a file that offers 60 000 versions in 100 components.
func aliased() string {
	var b strings.Builder
	b.WriteString("components:\n  a0: { versions: &v [")
	for i := range 600 {
		fmt.Fprintf(&b, "1.0.%d,", i)
	}
	b.WriteString("] }\n")
	for i := range 99 {
		fmt.Fprintf(&b, "  b%d: { versions: *v }\n", i)
	}
	return b.String()
}

func manyRanges() string {
	var b strings.Builder
	b.WriteString("components:\n  a:\n    versions:\n")
	for i := range 1001 {
		fmt.Fprintf(&b, "      - {version: 1.0.%d, kubernetes: \">1.%d\"}\n", i, i)
	}
	return b.String()
}

func TestParsedTablesCanBeWrittenAndParsed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		patches := rapid.SliceOfNDistinct(rapid.IntRange(0, 99), 1, 20, rapid.ID).Draw(t, "patches")
		shuffled := rapid.Permutation(patches).Draw(t, "shuffled")
		file := func(patches []int) []byte {
			var b strings.Builder
			b.WriteString("components:\n  a:\n    versions:\n")
			for _, p := range patches {
				fmt.Fprintf(&b, "      - {version: 1.2.%d, kubernetes: \">=1.%d\"}\n", p, p)
			}
			return []byte(b.String())
		}
		one, err := versions.Parse("one", file(patches))
		require.NoError(t, err)
		two, err := versions.Parse("two", file(shuffled))
		require.NoError(t, err)
		require.Equal(t, one, two, "the order in the file does not matter")
		require.Len(t, one["a"].Versions, len(patches))
	})
}
