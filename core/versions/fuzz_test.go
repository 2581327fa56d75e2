package versions_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// slow is how long no single run may take.
const slow = time.Second

// FuzzParse checks that any file is read or rejected in time, always in the same
// way, and that what was read is a table that New accepts.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"",
		"\uFEFFcomponents: {}\n",
		strings.ReplaceAll(versionFile, "\n", "\r\n"),
		versionFile,
		`{"components": {"a": {"default": "1.0.0", "versions": ["1.0.0", {"version": "1.1.0", "kubernetes": ">=1.29 <1.34"}]}}}`,
		"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\ncomponents: *c\n",
		"components: &c { a: *c }\n",
		strings.Repeat("[", 70) + strings.Repeat("]", 70),
		strings.Repeat("- ", 70),
		"components: {a: {suffix: eksbuild, versions: [v1.0.0-eksbuild.3, v1.0.0-eksbuild.10]}}",
		"components: {a: {versions: [{version: 1.0.0, kubernetes: 1.29.x || 1.31 - 1.33}]}}",
		"components: {a: {<<: {versions: [1.0.0]}}}\n---\n",
		"components: {a: {versions: [99999999999999999999.0.0, 1.0.0-, 1.0.0+, !!binary aGk=]}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		got, err := versions.Parse("v", data)
		if d := time.Since(start); d > slow {
			t.Fatalf("reading %d bytes took %s", len(data), d)
		}
		again, errAgain := versions.Parse("v", data)
		if diff := cmp.Diff(got, again); diff != "" {
			t.Fatalf("another answer: -first +second:\n%s", diff)
		}
		if (err == nil) != (errAgain == nil) || (err != nil && err.Error() != errAgain.Error()) {
			t.Fatalf("another error: %v, %v", err, errAgain)
		}
		if err == nil {
			if _, err := versions.New(got); err != nil {
				t.Fatalf("what was read is refused: %v", err)
			}
		}
	})
}

// FuzzConstraint checks that any text in the configuration is rejected, or leads
// to an answer that is always the same.
func FuzzConstraint(f *testing.F) {
	for _, seed := range []string{
		"", "1.26.2", "v1.26.2", "1.26", "~1.26", ">=1.25 <1.27", "^1 || ~2.0", "1.2 - 1.4", "*", "latest", ">=1.28.0-0",
		"1.20.1-eksbuild.3", "!=1.26.2", "=1.26.2", strings.Repeat("9", 300), strings.Repeat("1||", 80), "1|2", "x.x.x", "1.26.2\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, constraint string) {
		start := time.Now()
		answer := func() string {
			r, err := versions.New(table(), versions.WithCacheDirectory(""),
				versions.WithConfiguration(versions.Configuration{Components: config.Named[string]{"istio": constraint}}))
			if err != nil {
				return err.Error()
			}
			got, err := r.Resolve(t.Context(), "istio", versions.WithKubernetes("1.33"))
			if err != nil {
				return err.Error()
			}
			return got.String()
		}
		one := answer()
		if d := time.Since(start); d > slow {
			t.Fatalf("%q took %s", constraint, d)
		}
		if two := answer(); one != two {
			t.Fatalf("%q: %s, then %s", constraint, one, two)
		}
	})
}

// FuzzParseKubernetes checks that what is read is read the same when written
// again.
func FuzzParseKubernetes(f *testing.F) {
	for _, seed := range []string{
		"", "1.33", "v1.33.4", "v1.33.4-eks-abc123", "v1.33.4+k3s1", "1.33+", "1.033", strings.Repeat("1", 200), "1.33.4\n", "1.33-\u00e9",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, version string) {
		got, err := versions.ParseKubernetes(version)
		if err != nil {
			return
		}
		again, err := versions.ParseKubernetes(got.String())
		if err != nil || again != got {
			t.Fatalf("%q: %s, then %s, %v", version, got, again, err)
		}
		if !strings.HasPrefix(strings.TrimPrefix(version, "v"), got.String()) {
			t.Fatalf("%q was read as %s", version, got)
		}
	})
}
