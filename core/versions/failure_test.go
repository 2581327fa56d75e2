package versions_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/versions"
)

func digest(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// replaceFile makes expectations independent of where the tests' files are.
func replaceFile(text, path string) string { return strings.ReplaceAll(text, "FILE", path) }

func TestResolveErrors(t *testing.T) {
	t.Parallel()
	path := writeFile(t, versionFile)
	missing := filepath.Join(t.TempDir(), "none.yaml")
	folder := t.TempDir()
	tests := map[string]struct {
		reason        string
		configuration versions.Configuration
		component     string
		kubernetes    string
		want          string
		configured    bool
		as            any
	}{
		"Unknown": {
			reason: "the nearest name is suggested and known names are listed", component: "cert-manger",
			want: `resolve version of cert-manger: unknown component "cert-manger", did you mean "cert-manager"? ` +
				`(available: cert-manager, istio, mixed, vpc-cni)`,
			as: new(*versions.UnknownComponentError),
		},
		"UnknownToFile": {
			reason: "components of the file are known too", component: "kialy", configuration: versions.Configuration{File: path},
			want: `unknown component "kialy", did you mean "kiali"? (available: cert-manager, istio, kiali, mixed, vpc-cni)`,
			as:   new(*versions.UnknownComponentError),
		},
		"DroppedByFile": {
			reason:    "the range of the table applies to a version that the file lacks; compatible versions are those of the file",
			component: "istio", kubernetes: "1.28", configuration: versions.Configuration{
				File: path, Components: config.Named[string]{"istio": "1.27.0"},
			},
			want:       "istio 1.27.0 requires Kubernetes >=1.30 <1.35, the cluster has 1.28: use one of 1.24.6, 1.24.1",
			configured: true, as: new(*versions.IncompatibleError),
		},
		"UnknownWithConstraint": {
			reason:    "a constraint requires available versions",
			component: "other", configuration: versions.Configuration{Components: config.Named[string]{"other": "^1"}},
			want:       `resolve version of other: unknown component "other": use one of cert-manager, istio, mixed, vpc-cni`,
			configured: true, as: new(*versions.UnknownComponentError),
		},
		"Incompatible": {
			reason:    "an incompatible exact version is rejected with compatible ones",
			component: "istio", kubernetes: "1.34",
			configuration: versions.Configuration{Components: config.Named[string]{"istio": "1.26.2"}},
			want:          "resolve version of istio: istio 1.26.2 requires Kubernetes >=1.29 <1.34, the cluster has 1.34: use 1.27.0",
			configured:    true, as: new(*versions.IncompatibleError),
		},
		"NothingFits": {
			reason:    "without a compatible version, the error says so",
			component: "istio", kubernetes: "1.99",
			configuration: versions.Configuration{Components: config.Named[string]{"istio": "1.26.2"}},
			want:          "the cluster has 1.99: no available version is known to be compatible",
			configured:    true, as: new(*versions.IncompatibleError),
		},
		"NoMatch": {
			reason:        "an unsatisfied constraint is reported with available versions",
			component:     "istio",
			configuration: versions.Configuration{Components: config.Named[string]{"istio": ">2"}},
			want: `resolve version of istio: no version of istio satisfies ">2"; ` +
				`available: 1.28.0-rc.1, 1.27.0, 1.26.10, 1.26.2, 1.25.3`,
			configured: true, as: new(*versions.NoMatchError),
		},
		"NoMatchOnCluster": {
			reason:    "incompatible matches are reported with their range",
			component: "istio", kubernetes: "1.34",
			configuration: versions.Configuration{Components: config.Named[string]{"istio": "~1.26.0"}},
			want: `no version of istio satisfies "~1.26.0" and is compatible with Kubernetes 1.34: ` +
				`1.26.10 requires >=1.29 <1.34, 1.26.2 requires >=1.29 <1.34; available: `,
			configured: true, as: new(*versions.NoMatchError),
		},
		"DefaultsDoNotFit": {
			reason:    "without a constraint, the configuration is not the cause",
			component: "istio", kubernetes: "1.20",
			want: "resolve version of istio: no version of istio is compatible with Kubernetes 1.20: 1.27.0 requires >=1.30 <1.35, ",
			as:   new(*versions.NoMatchError),
		},
		"ClusterVersion": {
			reason: "an invalid version of Kubernetes is rejected", component: "istio", kubernetes: "newest",
			want: `resolve version of istio: version of the cluster: invalid Kubernetes version "newest": use a version such as 1.33`,
		},
		"FileMissing": {
			reason: "the configured file does not exist", component: "istio",
			configuration: versions.Configuration{File: missing}, configured: true,
			want: "resolve version of istio: read version file " + missing + ": ",
		},
		"FileIsFolder": {
			reason: "only regular files are read", component: "istio",
			configuration: versions.Configuration{File: folder}, configured: true,
			want: "not a regular file",
		},
		"FileTooLarge": {
			reason: "the size limit applies to local files", component: "istio",
			configuration: versions.Configuration{File: writeFile(t, strings.Repeat(" ", versions.MaxFileSize+1))}, configured: true,
			want: "larger than the maximum of 1048576 bytes",
		},
		"FileChanged": {
			reason: "a pin applies to local files", component: "istio",
			configuration: versions.Configuration{File: path, SHA256: strings.Repeat("AB", 32)},
			want: path + " does not match its pin: SHA-256 digest " + digest(versionFile) + ", expected " +
				strings.Repeat("ab", 32),
			as: new(*versions.DigestError),
		},
		"FileBroken": {
			reason: "an invalid file is rejected as a whole", component: "cert-manager",
			configuration: versions.Configuration{File: writeFile(t, "components: {istio: {versions: [latest]}}")},
			want:          ":1:33: components.istio.versions[0].version: \"latest\" changes over time",
			as:            new(*versions.TableError),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newResolver(t, table(), tc.configuration)
			_, err := r.Resolve(t.Context(), tc.component, versions.WithKubernetes(tc.kubernetes))
			require.ErrorIs(t, err, failure.Version, tc.reason)
			require.ErrorContains(t, err, tc.want, tc.reason)
			assert.Equal(t, tc.configured, errors.Is(err, failure.Configuration), tc.reason)
			if tc.as != nil {
				require.ErrorAs(t, err, tc.as, tc.reason)
			}
			_, again := r.Resolve(t.Context(), tc.component, versions.WithKubernetes(tc.kubernetes))
			require.EqualError(t, again, err.Error(), "the answer does not change")
		})
	}
}

func TestMissingFileIsErrNotExist(t *testing.T) {
	t.Parallel()
	r := newResolver(t, nil, versions.Configuration{File: filepath.Join(t.TempDir(), "none.yaml")})
	_, err := r.Resolve(t.Context(), "istio")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestCanceledReadsAreRepeated(t *testing.T) {
	t.Parallel()
	r := newResolver(t, nil, versions.Configuration{File: writeFile(t, versionFile)})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.Resolve(ended, "istio")
	require.ErrorIs(t, err, context.Canceled)
	got, err := r.Resolve(t.Context(), "istio")
	require.NoError(t, err)
	assert.Equal(t, "1.24.1", got.Version)
}

func TestWaitingCallsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}), make(chan struct{})
	address, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-release
		serveFile(w, r)
	})
	r := remote(t, address)
	first := make(chan error)
	go func() {
		_, err := r.Resolve(context.Background(), "istio")
		first <- err
	}()
	<-asked
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.Resolve(ended, "istio")
	require.ErrorIs(t, err, context.Canceled, "the second does not wait for the first one's download")
	close(release)
	require.NoError(t, <-first)
}

func TestLongListsAreTruncated(t *testing.T) {
	t.Parallel()
	many := versions.Table{}
	for i := range 30 {
		many[fmt.Sprintf("component-%02d", i)] = versions.Component{Versions: []versions.Release{{Version: "1.0.0"}}}
	}
	_, err := newResolver(t, many, versions.Configuration{}).Resolve(t.Context(), strings.Repeat("x", 1000))
	require.ErrorContains(t, err, "component-19 and 10 more")
	assert.Less(t, len(err.Error()), 1000)
	_, err = newResolver(t, nil, versions.Configuration{}).Resolve(t.Context(), "istio")
	require.ErrorContains(t, err, "no components are available")
}

func TestEnumerationsHaveNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "version file", versions.File.String())
	assert.Equal(t, "unknown source", versions.SourceKind(0).String())
	assert.Equal(t, "compatible", versions.Compatible.String())
	assert.Equal(t, "unknown", versions.Unknown.String())
	assert.Equal(t, "unchecked", versions.Unchecked.String())
	assert.Equal(t, "no such compatibility", versions.Compatibility(9).String())
}
