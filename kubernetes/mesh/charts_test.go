package mesh_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The sources of Istio, whose charts the tests install, by the version that the tests give them.
var sources = map[string]string{
	older: "v0.0.0-20250506181944-c2e9871f340c",
	newer: "v0.0.0-20260827124520-eed52ebb66ad",
}

// The versions of the tests.
const (
	older = "1.26.0"
	newer = "1.31.0"
)

// chartFolders are the folders of the charts that a mesh consists of.
var chartFolders = []string{"base", "istio-control/istio-discovery", "istio-cni", "ztunnel"}

// charts returns a folder with the charts of a version. Of the definitions, which are most of their size, it has one: the
// tests of the integration module install all.
func charts(tb testing.TB, version string) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "go", "mod", "download", "-json", "istio.io/istio@"+sources[version])
	cmd.Dir = tb.TempDir() // No module: the project does not depend on Istio.
	out, err := cmd.Output()
	require.NoError(tb, err, string(out))
	var module struct{ Dir string }
	require.NoError(tb, json.Unmarshal(out, &module))
	path := tb.TempDir()
	for _, folder := range chartFolders {
		from := os.DirFS(filepath.Join(module.Dir, "manifests", "charts", folder))
		require.NoError(tb, os.CopyFS(filepath.Join(path, folder), from))
	}
	file := filepath.Join(path, "base", "files", "crd-all.gen.yaml")
	definitions, err := os.ReadFile(file)
	require.NoError(tb, err)
	kept := slices.DeleteFunc(strings.Split(string(definitions), "\n---\n"), func(text string) bool {
		return !strings.Contains(text, "name: gateways.networking.istio.io\n")
	})
	require.Len(tb, kept, 1)
	require.NoError(tb, os.WriteFile(file, []byte(kept[0]), 0o600))
	return path
}
