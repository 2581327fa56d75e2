package targets_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/targets"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// fixture is a temporary workspace with two modules: app requires an unpublished version of lib.
type fixture struct {
	root string
	out  *buffer
	*targets.Workspace
}

func newFixture(t *testing.T, files map[string]string) fixture {
	t.Helper()
	f := fixture{root: t.TempDir(), out: &buffer{}}
	all := map[string]string{
		"modules.yaml": "modules:\n" +
			"  - { path: lib, importPath: example.com/lib, released: true, description: A library. }\n" +
			"  - { path: app, importPath: example.com/app, released: false, description: An application. }\n",
		"go.work": "go 1.26.0\n\nuse (\n\t./app\n\t./lib\n)\n\n" +
			"replace example.com/lib v0.1.0 => ./lib\n",
		"magefiles/tools/.gitkeep": "",
		"lib/go.mod":               "module example.com/lib\n\ngo 1.26.0\n",
		"lib/lib.go":               "package lib\n\nconst Answer = 42\n",
		"app/go.mod":               "module example.com/app\n\ngo 1.26.0\n\nrequire example.com/lib v0.1.0\n",
		"app/app.go":               "package app\n\nimport \"example.com/lib\"\n\nconst Answer = lib.Answer\n",
	}
	for name, content := range files {
		all[name] = content
	}
	// The supervise tool is that of the repository.
	real, err := tools.FindRoot(".")
	require.NoError(t, err)
	cache, err := tools.CacheDir()
	require.NoError(t, err)
	for name, content := range all {
		f.write(t, name, content)
	}
	supervise := filepath.Join("magefiles", "tools", string(tools.Supervise))
	require.NoError(t, os.CopyFS(filepath.Join(f.root, supervise), os.DirFS(filepath.Join(real, supervise))))
	f.Workspace, err = targets.OpenWithCache(f.root, cache, f.out)
	require.NoError(t, err)
	return f
}

func (f fixture) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(f.root, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

func (f fixture) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(f.root, filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(data)
}

// buffer is a bytes.Buffer that is safe for concurrent use.
type buffer struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.String()
}
