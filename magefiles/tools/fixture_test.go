package tools_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// workspace is a temporary root folder with the module of tools.FixtureCatalog.
type workspace struct {
	root  string
	cache string
	// log has one line for every go build.
	log string
	// goCommand is a go command that writes log.
	goCommand string
}

const hello = "package main\n\nvar version string\n\nfunc main() { println(\"hello\", version) }\n"

func newWorkspace(t *testing.T) workspace {
	t.Helper()
	dir := t.TempDir()
	w := workspace{
		root:      filepath.Join(dir, "root"),
		cache:     filepath.Join(dir, "cache"),
		log:       filepath.Join(dir, "builds.log"),
		goCommand: filepath.Join(dir, "go.sh"),
	}
	w.write(t, "go.work", "go 1.26.0\n")
	w.write(t, "magefiles/tools/greet/go.mod",
		"module greet\n\ngo 1.26.0\n\nrequire example.com/greetings v1.2.3 // indirect\n")
	w.write(t, "magefiles/tools/greet/cmd/hello/main.go", hello)
	w.write(t, "magefiles/tools/greet/cmd/bye/main.go", strings.ReplaceAll(hello, "hello", "bye"))
	real, err := exec.LookPath("go")
	require.NoError(t, err)
	script(t, w.goCommand, `[ "$1" = build ] && echo "$GOTMPDIR" >> '`+w.log+`'
exec '`+real+`' "$@"`)
	return w
}

func (w workspace) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(w.root, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

func (w workspace) options(progress *buffer) tools.Options {
	opts := tools.Options{Root: w.root, CacheDir: w.cache, Only: tools.Build}
	if progress != nil {
		opts.Progress = progress
	}
	return opts
}

func (w workspace) catalog() tools.Catalog { return tools.FixtureCatalog(w.goCommand) }

// builds returns the number of runs of go build.
func (w workspace) builds(t *testing.T) int { t.Helper(); return strings.Count(w.logged(t), "\n") }

// logged returns the lines of log.
func (w workspace) logged(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(w.log)
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	return string(data)
}

// leftovers returns the files in the cache other than complete builds and the lock.
func (w workspace) leftovers(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(w.cache, "greet", ".build-*"))
	require.NoError(t, err)
	return found
}

// script writes an executable shell script.
func script(t *testing.T, path, body string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755))
}

// run returns the output of a program.
func run(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), path).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.TrimSpace(string(out))
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
