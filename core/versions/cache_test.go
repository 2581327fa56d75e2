package versions_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"net/http"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/versions"
)

func TestPinnedFilesAreCached(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(t.TempDir(), "a", "b")
	s := httptest.NewServer(http.HandlerFunc(serveFile))
	online, err := remote(t, s.URL, versions.WithCacheDirectory(directory)).Resolve(t.Context(), "istio")
	require.NoError(t, err)
	s.Close()

	offline, err := remote(t, s.URL, versions.WithCacheDirectory(directory)).Resolve(t.Context(), "istio")
	require.NoError(t, err)
	assert.Equal(t, online, offline, "the answer is the same, its source included")

	_, err = remote(t, s.URL).Resolve(t.Context(), "istio")
	var failed *versions.DownloadError
	require.ErrorAs(t, err, &failed, "without a cache there is nothing to serve")
	assert.Zero(t, failed.Status)

	empty := t.TempDir()
	_, err = remote(t, s.URL, versions.WithCacheDirectory(empty)).Resolve(t.Context(), "istio")
	require.ErrorContains(t, err, "no copy is cached in "+empty+"")

	unpinned := newResolver(t, nil, versions.Configuration{File: s.URL}, versions.WithLoopbackHTTP(),
		versions.WithCacheDirectory(directory))
	_, err = unpinned.Resolve(t.Context(), "istio")
	require.ErrorAs(t, err, &failed, "the cache is for pinned files only")
}

func TestDamagedCopiesAreReplaced(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, content string }{
		"Empty":    {reason: "a copy that was cut off"},
		"Changed":  {reason: "a modified copy", content: versionFile + "# changed\n"},
		"TooLarge": {reason: "a copy that is too large", content: string(make([]byte, versions.MaxFileSize+1))},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			directory := t.TempDir()
			path := filepath.Join(directory, digest(versionFile))
			require.NoError(t, os.WriteFile(path, []byte(tc.content), 0o600))
			address, requests := server(t, serveFile)
			_, err := remote(t, address, versions.WithCacheDirectory(directory)).Resolve(t.Context(), "istio")
			require.NoError(t, err, tc.reason)
			assert.EqualValues(t, 1, requests.Load(), tc.reason)

			got, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, versionFile, string(got), tc.reason)
			entries, err := os.ReadDir(directory)
			require.NoError(t, err)
			assert.Len(t, entries, 1, "nothing is left over")
		})
	}
}

func TestUnusableCachesAreNoError(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "")
	taken := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(taken, digest(versionFile), "child"), 0o700))
	for reason, directory := range map[string]string{
		"the folder cannot be made, because a file is in its way":   filepath.Join(file, "cache"),
		"the copy cannot be written, because a folder has its name": taken,
	} {
		address, _ := server(t, serveFile)
		got, err := remote(t, address, versions.WithCacheDirectory(directory)).Resolve(t.Context(), "istio")
		require.NoError(t, err, reason)
		assert.Equal(t, "1.24.1", got.Version)
	}
	entries, err := os.ReadDir(taken)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is left over")
}

func TestWrongContentIsNotCached(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	address, _ := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("components: {}")) })
	_, err := remote(t, address, versions.WithCacheDirectory(directory)).Resolve(t.Context(), "istio")
	require.Error(t, err)
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	assert.Empty(t, entries)
}
