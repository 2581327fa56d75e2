package mesh_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
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

// charts returns the folder with the charts of a version.
func charts(tb testing.TB, version string) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "go", "mod", "download", "-json", "istio.io/istio@"+sources[version])
	cmd.Dir = tb.TempDir() // No module: the project does not depend on Istio.
	out, err := cmd.Output()
	require.NoError(tb, err, string(out))
	var module struct{ Dir string }
	require.NoError(tb, json.Unmarshal(out, &module))
	return filepath.Join(module.Dir, "manifests", "charts")
}
