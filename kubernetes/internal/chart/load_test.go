package chart_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/chart"
)

// TestMain keeps the cache of the user out of the tests.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		cache, err := os.MkdirTemp("", "ashlar-charts")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(cache) }()
		if err := os.Setenv("XDG_CACHE_HOME", cache); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// archive returns the chart of the tests as an archive, with a file that makes it different.
func archive(t *testing.T, unique string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	files := tar.NewWriter(zipped)
	write := func(name string, data []byte) {
		require.NoError(t, files.WriteHeader(&tar.Header{Name: "web/" + name, Mode: 0o600, Size: int64(len(data))}))
		_, err := files.Write(data)
		require.NoError(t, err)
	}
	folder := os.DirFS("testdata/web")
	require.NoError(t, fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(folder, path)
		write(path, data)
		return err
	}))
	write("README.md", []byte(unique))
	require.NoError(t, files.Close())
	require.NoError(t, zipped.Close())
	return out.Bytes()
}

func digest(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }

// serve serves files by their paths, and counts the requests.
func serve(t *testing.T, files map[string][]byte) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		data, ok := files[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if strings.Contains(r.URL.Path, "/manifests/") {
			w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			w.Header().Set("Docker-Content-Digest", digest(data))
		}
		_, _ = w.Write(data)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// repository serves a repository with the chart of the tests.
func repository(t *testing.T, digestInIndex string) (url, pin string, requests *atomic.Int32) {
	t.Helper()
	data := archive(t, t.Name())
	if digestInIndex == "" {
		digestInIndex = digest(data)
	}
	var index strings.Builder
	index.WriteString("apiVersion: v1\nentries:\n  web:\n")
	for _, version := range []string{"1.2.4", "1.2.3", "1.2.2", "1.2.1", "1.2.0", "1.1.0", "1.0.0", "0.9.0"} {
		fmt.Fprintf(&index, "    - {version: %s, urls: [archives/web-%s.tgz], digest: %q}\n", version, version,
			strings.TrimPrefix(digestInIndex, "sha256:"))
	}
	url, requests = serve(t, map[string][]byte{
		"/charts/index.yaml":             []byte(index.String()),
		"/charts/archives/web-1.2.3.tgz": data,
	})
	return url + "/charts", digest(data), requests
}

func TestLoadFromRepository(t *testing.T) {
	t.Parallel()
	url, pin, requests := repository(t, "")
	source := chart.Source{Chart: "web", Repository: url + "/", Version: "1.2.3"}
	for range 2 {
		c, err := chart.Load(t.Context(), source)
		require.NoError(t, err)
		require.Equal(t, []string{"web", "1.2.3", "4.5.6"}, []string{c.Name(), c.Version(), c.AppVersion()})
	}
	require.EqualValues(t, 2, requests.Load(), "the index and the archive, once")

	source.Digest = pin
	_, err := chart.Load(t.Context(), source)
	require.NoError(t, err)
	require.EqualValues(t, 2, requests.Load(), "the archive with the pinned digest is cached")
}

func TestLoadFromRepositoryFails(t *testing.T) {
	t.Parallel()
	const other = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
	url, pin, _ := repository(t, "")
	broken, brokenPin, _ := repository(t, other)
	gone := httptest.NewServer(nil)
	gone.Close()
	tests := map[string]struct {
		reason string
		source chart.Source
		want   string
	}{
		"Version": {
			reason: "the versions next to it help to find the right one",
			source: chart.Source{Chart: "web", Repository: url, Version: "1.1.5"},
			want:   "load chart web 1.1.5 of " + url + ": there is no such version: use one such as 1.2.2, 1.2.1, 1.2.0, 1.1.0, 1.0.0, 0.9.0",
		},
		"Chart": {
			reason: "another chart",
			source: chart.Source{Chart: "wob", Repository: url, Version: "1.2.3"},
			want:   "load chart wob 1.2.3 of " + url + ": the repository has no such chart",
		},
		"Index": {
			reason: "another folder",
			source: chart.Source{Chart: "web", Repository: url + "/x", Version: "1.2.3"},
			want:   "download " + url + "/x/index.yaml: the server returned 404 Not Found",
		},
		"Archive": {
			reason: "a version whose archive is missing",
			source: chart.Source{Chart: "web", Repository: broken, Version: "1.2.4"},
			want:   "download " + broken + "/archives/web-1.2.4.tgz: the server returned 404 Not Found",
		},
		"Pin": {
			reason: "another archive than the pinned one",
			source: chart.Source{Chart: "web", Repository: url, Version: "1.2.3", Digest: other},
			want:   "its digest is " + pin + ", not " + other + ": use it after you have checked the chart",
		},
		"Digest": {
			reason: "an archive that was damaged or replaced",
			source: chart.Source{Chart: "web", Repository: broken, Version: "1.2.3"},
			want:   "the download has the digest " + brokenPin + ", expected " + other,
		},
		"Unreachable": {
			reason: "nothing answers",
			source: chart.Source{Chart: "web", Repository: gone.URL, Version: "1.2.3"},
			want:   "connection refused",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := chart.Load(t.Context(), tc.source)
			require.ErrorIs(t, err, failure.Configuration)
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}

func TestLoadFromRegistry(t *testing.T) {
	t.Parallel()
	data := archive(t, t.Name())
	const settings = "{}"
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
		"config": map[string]any{
			"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": digest([]byte(settings)), "size": len(settings),
		},
		"layers": []any{map[string]any{
			"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": digest(data), "size": len(data),
		}},
	})
	require.NoError(t, err)
	const base = "/v2/charts/web/"
	url, requests := serve(t, map[string][]byte{
		base + "manifests/1.2.3":               manifest,
		base + "manifests/" + digest(manifest): manifest,
		base + "blobs/" + digest(data):         data,
		base + "tags/list":                     []byte(`{"name": "charts/web", "tags": ["1.2.3", "1.2.4_build", "latest"]}`),
	})
	source := chart.Source{Chart: "oci://" + strings.TrimPrefix(url, "http://") + "/charts/web", Version: "1.2.3"}
	c, err := chart.Load(t.Context(), source)
	require.NoError(t, err)
	require.Equal(t, "1.2.3", c.Version())
	before := requests.Load()

	source.Digest = digest(manifest)
	_, err = chart.Load(t.Context(), source)
	require.NoError(t, err)
	require.Equal(t, before, requests.Load(), "the manifest and the archive are cached")

	source.Digest = digest(data)
	_, err = chart.Load(t.Context(), source)
	require.ErrorIs(t, err, failure.Configuration, "the digest is that of the manifest")

	source.Digest, source.Version = "", "1.2.5"
	_, err = chart.Load(t.Context(), source)
	require.ErrorContains(t, err, "there is no such version: use one such as 1.2.4+build, 1.2.3")
}

func TestLoadFromPath(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "web.tgz")
	require.NoError(t, os.WriteFile(file, archive(t, ""), 0o600))
	for _, path := range []string{"testdata/web", file} {
		c, err := chart.Load(t.Context(), chart.Source{Path: path})
		require.NoError(t, err, path)
		require.Equal(t, "web", c.Name())
		require.Equal(t, ">=1.30.0-0", c.KubeVersion())
	}
	_, err := chart.Load(t.Context(), chart.Source{Path: "testdata/none"})
	require.EqualError(t, err, "load testdata/none: no such file or folder")
	_, err = chart.Load(t.Context(), chart.Source{Path: "testdata"})
	require.ErrorContains(t, err, "load testdata: Chart.yaml file is missing")
}

func TestLoadFS(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	tests := map[string]struct {
		reason string
		files  fstest.MapFS
		want   string
	}{
		"Valid": {
			reason: "an embedded chart",
			files:  fstest.MapFS{"Chart.yaml": file("apiVersion: v2\nname: a\nversion: 1.0.0\n"), "templates/a.yaml": file("")},
		},
		"Dependency": {
			reason: "a folder that was not prepared",
			files: fstest.MapFS{
				"Chart.yaml": file("apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b, version: 1.x.x, repository: https://b.example.com}]\n"),
			},
			want: "its folder charts lacks b 1.x.x: run helm dependency build",
		},
		"Library": {
			reason: "a chart without objects",
			files:  fstest.MapFS{"Chart.yaml": file("apiVersion: v2\nname: a\nversion: 1.0.0\ntype: library\n")},
			want:   "it is a library chart, which has no objects: use a chart that depends on it",
		},
		"Version": {
			reason: "an invalid chart",
			files:  fstest.MapFS{"Chart.yaml": file("apiVersion: v2\nname: a\n")},
			want:   "chart.metadata.version is required",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := chart.LoadFS(tc.files)
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://charts.example.com":      "",
		"http://127.0.0.1:8879":           "",
		"http://localhost":                "",
		"http://charts.example.com":       "use https://",
		"ftp://charts.example.com":        "use https://",
		"charts.example.com":              "use a URL such as https://charts.example.com",
		"https://user@charts.example.com": "URLs with credentials are rejected: use a repository that needs none, or the option path",
	} {
		require.Equal(t, want, chart.CheckURL(url), url)
	}
}
