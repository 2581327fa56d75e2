package versions_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// newResolver returns a resolver without a cache.
func newResolver(t *testing.T, table versions.Table, c versions.Configuration, opts ...versions.Option) *versions.Resolver {
	t.Helper()
	opts = append([]versions.Option{versions.WithConfiguration(c), versions.WithCacheDirectory("")}, opts...)
	r, err := versions.New(table, opts...)
	require.NoError(t, err)
	return r
}

// writeFile returns the path of a new file.
func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "versions.yaml")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

const versionFile = `components:
  istio:
    default: 1.24.1
    versions:
      - { version: 1.24.1, kubernetes: ">=1.28 <1.32" }
      - { version: 1.24.6, kubernetes: ">=1.28 <1.33" }
  kiali:
    versions: [v2.11.0]
`

func TestResolve(t *testing.T) {
	t.Parallel()
	path := writeFile(t, versionFile)
	tests := map[string]struct {
		reason     string
		components config.Named[string]
		file       bool
		component  string
		kubernetes string
		want       string
	}{
		"Default": {
			reason: "the table's default is used when nothing is configured", component: "istio",
			want: "istio 1.26.2 (built-in table)",
		},
		"NoDefault": {
			reason: "without a default it is the highest", component: "cert-manager",
			want: "cert-manager 1.18.2 (built-in table)",
		},
		"DefaultFits": {
			reason: "the default is kept although a higher version fits", component: "istio", kubernetes: "v1.33.4-eks-abc123",
			want: "istio 1.26.2 (built-in table, compatible with Kubernetes 1.33)",
		},
		"DefaultTooOld": {
			reason: "a default that does not fit makes way for the highest release that does", component: "istio", kubernetes: "1.34",
			want: "istio 1.27.0 (built-in table, compatible with Kubernetes 1.34)",
		},
		"DefaultTooNew": {
			reason: "the same on an old cluster", component: "istio", kubernetes: "1.28",
			want: "istio 1.25.3 (built-in table, compatible with Kubernetes 1.28)",
		},
		"NothingKnown": {
			reason: "a version without a range is used and its compatibility unknown", component: "cert-manager", kubernetes: "1.33",
			want: "cert-manager 1.18.2 (built-in table, compatibility with Kubernetes 1.33 unknown)",
		},
		"KnownFirst": {
			reason: "a compatible version precedes a higher one of unknown compatibility", component: "mixed", kubernetes: "1.33",
			want: "mixed 2.0.0 (built-in table, compatible with Kubernetes 1.33)",
		},
		"UnknownLast": {
			reason: "without a compatible version, one of unknown compatibility is used", component: "mixed", kubernetes: "1.34",
			want: "mixed 3.0.0 (built-in table, compatibility with Kubernetes 1.34 unknown)",
		},
		"Exact": {
			reason:     "an exact version is used",
			components: config.Named[string]{"istio": "v1.25.3"}, component: "istio", kubernetes: "1.32",
			want: "istio 1.25.3 (stack configuration, compatible with Kubernetes 1.32)",
		},
		"ExactUnlisted": {
			reason:     "an unlisted exact version is used and its compatibility unknown",
			components: config.Named[string]{"istio": "1.99.0"}, component: "istio", kubernetes: "1.32",
			want: "istio 1.99.0 (stack configuration, compatibility with Kubernetes 1.32 unknown)",
		},
		"ExactUnknownComponent": {
			reason:     "an exact version needs no table at all",
			components: config.Named[string]{"other": "1.99.0"}, component: "other",
			want: "other 1.99.0 (stack configuration)",
		},
		"Constraint": {
			reason:     "the highest match, in numerical order: 1.26.10 is after 1.26.2",
			components: config.Named[string]{"istio": "~1.26"}, component: "istio",
			want: `istio 1.26.10 (built-in table, selected by "~1.26")`,
		},
		"TwoNumbers": {
			reason:     "two numbers are a constraint",
			components: config.Named[string]{"istio": "1.25"}, component: "istio",
			want: `istio 1.25.3 (built-in table, selected by "1.25")`,
		},
		"ConstraintAndCluster": {
			reason:     "the highest match that fits",
			components: config.Named[string]{"istio": ">=1.25 <1.28"}, component: "istio", kubernetes: "1.28",
			want: `istio 1.25.3 (built-in table, selected by ">=1.25 <1.28", compatible with Kubernetes 1.28)`,
		},
		"PreReleaseNamed": {
			reason:     "a constraint that names a pre-release admits them",
			components: config.Named[string]{"istio": ">=1.28.0-0"}, component: "istio",
			want: `istio 1.28.0-rc.1 (built-in table, selected by ">=1.28.0-0")`,
		},
		"Build": {
			reason: "a vendor's builds are releases, and their numbers are numbers", component: "vpc-cni",
			want: "vpc-cni 1.20.1-eksbuild.10 (built-in table)",
		},
		"BuildConstraint": {
			reason:     "a constraint without the suffix compares the version before it",
			components: config.Named[string]{"vpc-cni": "<=1.20.0"}, component: "vpc-cni",
			want: `vpc-cni 1.19.6-eksbuild.1 (built-in table, selected by "<=1.20.0")`,
		},
		"BuildNamed": {
			reason:     "a constraint with the suffix is compared with the whole",
			components: config.Named[string]{"vpc-cni": "<1.20.1-eksbuild.10"}, component: "vpc-cni",
			want: `vpc-cni 1.20.1-eksbuild.3 (built-in table, selected by "<1.20.1-eksbuild.10")`,
		},
		"File": {
			reason: "the file precedes the table", file: true, component: "istio",
			want: "istio 1.24.1 (FILE:5)",
		},
		"FileAndCluster": {
			reason: "the file's default makes way too", file: true, component: "istio", kubernetes: "1.32",
			want: "istio 1.24.6 (FILE:6, compatible with Kubernetes 1.32)",
		},
		"FileOnly": {
			reason: "the file may have components that the table has not", file: true, component: "kiali",
			want: "kiali 2.11.0 (FILE:8)",
		},
		"FileLacksIt": {
			reason: "the table serves what the file does not have", file: true, component: "cert-manager",
			want: "cert-manager 1.18.2 (built-in table)",
		},
		"ConstraintOverFile": {
			reason: "a constraint selects among the file's versions", file: true,
			components: config.Named[string]{"istio": ">=1.24"}, component: "istio",
			want: `istio 1.24.6 (FILE:6, selected by ">=1.24")`,
		},
		"ExactWithTableData": {
			reason: "what the table knows of a version holds when the file does not list it", file: true,
			components: config.Named[string]{"istio": "1.27.0"}, component: "istio", kubernetes: "1.34",
			want: "istio 1.27.0 (stack configuration, compatible with Kubernetes 1.34)",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := versions.Configuration{Components: tc.components}
			if tc.file {
				c.File = path
			}
			got, err := newResolver(t, table(), c).Resolve(t.Context(), tc.component, versions.WithKubernetes(tc.kubernetes))
			require.NoError(t, err, tc.reason)
			assert.Equal(t, replaceFile(tc.want, filepath.Base(path)), got.String(), tc.reason)
		})
	}
}

func TestResolvedNamesItsSource(t *testing.T) {
	t.Parallel()
	path := writeFile(t, versionFile)
	r := newResolver(t, nil, versions.Configuration{File: path, Components: config.Named[string]{"istio": "~1.24.0"}})
	got, err := r.Resolve(t.Context(), "istio", versions.WithKubernetes("v1.31.9+k3s1"))
	require.NoError(t, err)
	want := &versions.Resolved{
		Component:       "istio",
		Version:         "1.24.6",
		Source:          versions.Source{Kind: versions.File, File: path, Line: 6},
		Constraint:      "~1.24.0",
		Compatibility:   versions.Compatible,
		Kubernetes:      "1.31",
		KubernetesRange: ">=1.28 <1.33",
		Digest:          digest(versionFile),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestResolveIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	r := newResolver(t, table(), versions.Configuration{File: writeFile(t, versionFile)})
	want, err := r.Resolve(t.Context(), "istio")
	require.NoError(t, err)
	done := make(chan *versions.Resolved)
	for range 20 {
		go func() {
			got, err := r.Resolve(context.Background(), "istio")
			assert.NoError(t, err)
			done <- got
		}()
	}
	for range 20 {
		assert.Equal(t, want, <-done)
	}
}

func TestCheckReportsEverything(t *testing.T) {
	t.Parallel()
	r := newResolver(t, table(), versions.Configuration{Components: config.Named[string]{
		"istoi": "1.26.2", "istio": ">9", "vpc-cni": "~1.20", "cert-manager": "99.0.0",
	}})
	err := r.Check(t.Context())
	require.ErrorIs(t, err, failure.Configuration)
	var unknown *versions.UnknownComponentError
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "istoi", unknown.Component)
	var unmatched *versions.NoMatchError
	require.ErrorAs(t, err, &unmatched)
	assert.Equal(t, "istio", unmatched.Component)
	require.ErrorContains(t, err, `unknown component "istoi", did you mean "istio"?`)

	require.NoError(t, newResolver(t, table(), versions.Configuration{}).Check(t.Context()))
	err = newResolver(t, nil, versions.Configuration{File: writeFile(t, "[]")}).Check(t.Context())
	var broken *versions.TableError
	require.ErrorAs(t, err, &broken, "a file that cannot be read is found too")
}
