package targets_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTidyUsesFoldersOfSiblings(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	before := f.read(t, "app/go.mod")
	require.NoError(t, f.Tidy(t.Context()))
	require.Equal(t, before, f.read(t, "app/go.mod"), "a tidy file does not change")
	require.NoFileExists(t, filepath.Join(f.root, "app", "go.sum"))
	require.Contains(t, f.out.String(), "[1/3] tidy lib: nothing to change")
	require.NoError(t, f.CheckTidy(t.Context(), filepath.Join(f.root, "app")))
}

func TestTidyAddsAndRemovesRequirements(t *testing.T) {
	t.Parallel()
	f := newFixture(t, map[string]string{
		"app/go.mod": "module example.com/app\n\ngo 1.26.0\n",
		"lib/go.mod": "module example.com/lib\n\ngo 1.26.0\n\nrequire example.com/app v0.1.0\n",
	})
	require.ErrorContains(t, f.CheckTidy(t.Context(), filepath.Join(f.root, "app")),
		"app/go.mod is not tidy: run `go tool mage tidy`")
	require.Equal(t, "module example.com/app\n\ngo 1.26.0\n", f.read(t, "app/go.mod"), "the check changes nothing")

	require.NoError(t, f.Tidy(t.Context()))
	require.Equal(t, "module example.com/app\n\ngo 1.26.0\n\nrequire example.com/lib v0.1.0\n", f.read(t, "app/go.mod"),
		"the version is that of go.work")
	require.Equal(t, "module example.com/lib\n\ngo 1.26.0\n", f.read(t, "lib/go.mod"))
	require.Contains(t, f.out.String(), "tidy app: changed go.mod")

	entries, err := os.ReadDir(filepath.Join(f.root, "app"))
	require.NoError(t, err)
	require.Len(t, entries, 2, "no temporary files")
}

func TestTidyReportsFailedModule(t *testing.T) {
	t.Parallel()
	f := newFixture(t, map[string]string{"app/app.go": "package app\n\nimport _ \"example.com/lib/missing\"\n"})
	err := f.Tidy(t.Context())
	require.ErrorContains(t, err, "tidy app: exit status 1")
	require.ErrorContains(t, err, "example.com/lib/missing")
	require.Contains(t, f.out.String(), "tidy magefiles/tools/supervise: nothing to change",
		"the other modules are tidied")
}

func TestReleasedModulesMustNotReplace(t *testing.T) {
	t.Parallel()
	const replace = "\nreplace example.com/other => ../other\n"
	f := newFixture(t, map[string]string{
		"lib/go.mod": "module example.com/lib\n\ngo 1.26.0\n" + replace,
		"app/go.mod": "module example.com/app\n\ngo 1.26.0\n" + replace,
	})
	require.EqualError(t, f.CheckReplacements(),
		"lib/go.mod:5: replace of example.com/other in a released module: remove it and use go.work")
}
