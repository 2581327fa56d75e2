package release_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"

	"github.com/ashlar-iac/ashlar/magefiles/release"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
}

func TestGoCommandAcceptsProxyAndSums(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"lib/go.mod": "module ashlar.example/Lib\n\ngo 1.26.0\n", "lib/lib.go": "package lib\n\nconst Answer = 42\n",
		"lib/nested/go.mod": "module ashlar.example/Lib/nested\n",
		"app/go.mod":        "module app.example\n\ngo 1.26.0\n\nrequire ashlar.example/Lib v0.2.0\n",
		"app/main.go":       "package main\n\nimport lib \"ashlar.example/Lib\"\n\nfunc main() { println(lib.Answer) }\n",
	})
	proxy := release.NewProxy(filepath.Join(dir, "proxy"))
	var archive *release.Archive
	for _, version := range []string{"v0.1.0", "v0.2.0"} {
		var err error
		archive, err = release.ArchiveDir(filepath.Join(dir, version+".zip"),
			module.Version{Path: "ashlar.example/Lib", Version: version}, filepath.Join(dir, "lib"))
		require.NoError(t, err)
		require.NoError(t, proxy.Add(archive))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "app", "go.sum"), release.WithSums(nil, archive.Sums), 0o644))
	run := func(args ...string) string {
		cmd := exec.Command("go", args...)
		cmd.Dir = filepath.Join(dir, "app")
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-modcacherw", "GOMODCACHE="+filepath.Join(dir, "cache"),
			"GOPROXY="+proxy.URL(), "GONOSUMDB=ashlar.example/Lib")
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		require.NoError(t, err, "go %v: %s", args, errs.String())
		return string(out)
	}
	require.Empty(t, run("mod", "tidy", "-diff"), "the hashes are those of the go command")
	require.Empty(t, run("vet", "."))
	require.Equal(t, "ashlar.example/Lib v0.1.0 v0.2.0\n", run("list", "-m", "-versions", "ashlar.example/Lib"))

	require.NoError(t, archive.Unpack(filepath.Join(dir, "unpacked")))
	require.FileExists(t, filepath.Join(dir, "unpacked", "lib.go"))
	require.NoDirExists(t, filepath.Join(dir, "unpacked", "nested"), "another module")
}

func TestArchiveReportsMissingGoMod(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"lib.go": "package lib\n"})
	_, err := release.ArchiveDir(filepath.Join(t.TempDir(), "lib.zip"),
		module.Version{Path: "ashlar.example/lib", Version: "v0.1.0"}, dir)
	require.ErrorContains(t, err, "read the zip of ashlar.example/lib@v0.1.0")
}

func TestWithSums(t *testing.T) {
	t.Parallel()
	got := release.WithSums([]byte("a.example v1.0.0 h1:a\na.example v1.0.0/go.mod h1:b\nz.example v0.9.0 h1:old\n"),
		[]string{"z.example v1.0.0/go.mod h1:d", "z.example v1.0.0 h1:c"})
	require.Equal(t, "a.example v1.0.0 h1:a\na.example v1.0.0/go.mod h1:b\nz.example v1.0.0 h1:c\nz.example v1.0.0/go.mod h1:d\n",
		string(got), "lines of other versions of the same module are replaced, and the order is that of the go command")
}

func TestKeepSums(t *testing.T) {
	t.Parallel()
	before := []byte("lib.example v0.1.0 h1:a\nlib.example v0.1.0/go.mod h1:b\nlib.example v0.0.9/go.mod h1:old\nother.example v1.0.0 h1:c\n")
	after := []byte("new.example v1.0.0 h1:n\n")
	mod := []byte("module app.example\n\nrequire lib.example v0.1.0\n")
	isSibling := func(path string) bool { return path == "lib.example" }
	got, err := release.KeepSums(before, after, mod, isSibling)
	require.NoError(t, err)
	require.Equal(t, "lib.example v0.1.0 h1:a\nlib.example v0.1.0/go.mod h1:b\nnew.example v1.0.0 h1:n\n", string(got))

	got, err = release.KeepSums(before, after, []byte("module app.example\n\nrequire lib.example v0.2.0\n"), isSibling)
	require.NoError(t, err)
	require.Equal(t, string(after), string(got), "no line for the required version")
}
