package targets_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/ashlar-iac/ashlar/magefiles/targets"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

func TestModulesAgreeWithGoWorkAndGoMod(t *testing.T) {
	t.Parallel()
	root, err := tools.FindRoot(".")
	require.NoError(t, err)
	modules, err := targets.ReadModules(root)
	require.NoError(t, err)

	data, err := os.ReadFile(filepath.Join(root, "go.work"))
	require.NoError(t, err)
	work, err := modfile.ParseWork("go.work", data, nil)
	require.NoError(t, err)
	var used, listed []string
	for _, u := range work.Use {
		used = append(used, u.Path)
	}
	for _, m := range modules {
		listed = append(listed, "./"+m.Path)
		data, err := os.ReadFile(filepath.Join(root, m.Path, "go.mod"))
		require.NoError(t, err)
		require.Equal(t, m.ImportPath, modfile.ModulePath(data), "%s/go.mod", m.Path)
		require.FileExists(t, filepath.Join(root, m.Path, "LICENSE"))
	}
	require.ElementsMatch(t, used, listed, "go.work and modules.yaml list the same modules")
}

func TestWorkspaceHasNoReplaceInReleasedModules(t *testing.T) {
	t.Parallel()
	w, err := targets.Open(".", io.Discard)
	require.NoError(t, err)
	require.NoError(t, w.CheckReplacements())
}

func TestWorkspaceHasChangelogsForReleases(t *testing.T) {
	t.Parallel()
	w, err := targets.Open(".", io.Discard)
	require.NoError(t, err)
	require.NoError(t, w.CheckChangelogs())
}

func TestUnitPatterns(t *testing.T) {
	t.Parallel()
	w, err := targets.Open(".", io.Discard)
	require.NoError(t, err)
	race, plain := w.UnitPatterns()
	require.ElementsMatch(t, []string{"./core/...", "./magefiles/..."}, race)
	require.Equal(t, []string{"./aws/...", "./azure/...", "./kubernetes/..."}, plain, "modules with withoutRace in modules.yaml")
}

func TestReadModulesReportsAllProblems(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, content string
		want            []string
	}{
		"Empty": {reason: "no module", content: "modules: []\n", want: []string{"no modules: add a module"}},
		"Unknown": {reason: "a misspelt key", content: "modules:\n  - paht: core\n",
			want: []string{`unknown field "paht"`}},
		"Several": {
			reason:  "missing fields and a duplicate path",
			content: "modules:\n  - path: core\n  - { path: core, importPath: x, description: y }\n",
			want: []string{"modules[0]: path, importPath and description are required",
				`modules[1]: duplicate path "core"`},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(root, "modules.yaml"), []byte(c.content), 0o644))
			_, err := targets.ReadModules(root)
			for _, want := range c.want {
				require.ErrorContains(t, err, want, c.reason)
			}
		})
	}
}
