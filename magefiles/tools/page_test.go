package tools_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// TestPageOfVersionsIsTrue compares docs/tested-versions.md with what is pinned.
func TestPageOfVersionsIsTrue(t *testing.T) {
	t.Parallel()
	root, err := tools.FindRoot(".")
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(root, "docs", "tested-versions.md"))
	require.NoError(t, err)
	rows := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if cells := strings.Split(line, "|"); len(cells) > 3 {
			rows[strings.TrimSpace(cells[1])] = strings.TrimSpace(cells[2]) + " " + strings.TrimSpace(cells[3])
		}
	}
	has := func(row, version string) {
		t.Helper()
		require.NotEmpty(t, version, row)
		assert.Contains(t, strings.Fields(strings.NewReplacer(",", " ", ":", " ").Replace(rows[row])), version, row)
	}
	for row, name := range map[string]tools.Name{
		"Pulumi CLI": tools.Pulumi, "Go language host": tools.LanguageGo, "Pulumi Kubernetes provider": tools.ProviderKubernetes,
		"Kubernetes API": tools.APIServer, "etcd": tools.Etcd, "kwok": tools.Kwok,
	} {
		version, err := tools.Version(tools.Options{}, name)
		require.NoError(t, err)
		has(row, version)
	}
	aws := requirements(t, filepath.Join(root, "aws", "go.mod"))
	has("`github.com/pulumi/pulumi/sdk/v3`", aws["github.com/pulumi/pulumi/sdk/v3"])
	has("Pulumi AWS provider", aws["github.com/pulumi/pulumi-aws/sdk/v6"])
	has("Go", aws["go"])
}

// requirements returns the versions that a go.mod requires, without the leading v, and that of Go.
func requirements(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	file, err := modfile.Parse(path, data, nil)
	require.NoError(t, err)
	versions := map[string]string{"go": file.Go.Version}
	for _, r := range file.Require {
		versions[r.Mod.Path] = strings.TrimPrefix(r.Mod.Version, "v")
	}
	return versions
}
