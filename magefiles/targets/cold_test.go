package targets_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestColdRunsInCloneWithEmptyCaches(t *testing.T) {
	t.Parallel()
	f := newFixture(t, map[string]string{"lib/cmd/spin/main.go": `package main

import (
	"fmt"
	"os"
	"syscall"
)

func main() {
	var usage syscall.Rusage
	for usage.Utime.Sec < 1 {
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	}
	entries, _ := os.ReadDir(os.Getenv("XDG_CACHE_HOME"))
	_, err := os.Stat("uncommitted")
	fmt.Println("entries in the cache:", len(entries), "uncommitted file:", err == nil)
}
`})
	git := func(args ...string) {
		t.Helper()
		args = append([]string{"-C", f.root, "-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)
		out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "--quiet")
	git("add", ".")
	git("commit", "--quiet", "--message=all")
	f.write(t, "uncommitted", "")

	require.NoError(t, f.MeasureCold(t.Context(),
		[]string{"go", "env", "GOCACHE", "GOMODCACHE"}, []string{"go", "run", "./lib/cmd/spin"}))
	out := f.out.String()
	lines := strings.Split(out, "\n")
	require.Equal(t, "[1/2] go env GOCACHE GOMODCACHE", lines[0])
	for i, name := range []string{"gocache", "gomodcache"} {
		require.Equal(t, name, filepath.Base(lines[1+i]))
		require.NoDirExists(t, lines[1+i], "the caches are removed")
		require.Contains(t, filepath.Dir(lines[1+i]), os.TempDir())
	}
	require.Contains(t, out, "entries in the cache: 0 uncommitted file: false\n")
	require.Regexp(t, `commit [0-9a-f]{7,} on \w+/\w+ with \d+ processors, go1\.\d+`, out)
	require.Regexp(t, `(?m)^ +\S+s +[1-9]\d*s +\d+s +[1-9]\d*s +go run ./lib/cmd/spin$`, out, "the second of its descendant")
	require.Regexp(t, `(?m)^ +\S+s +[1-9]\d*s +\d+s +[1-9]\d*s +together$`, out)
}

func TestColdReportsFailedCommand(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	require.ErrorContains(t, f.MeasureCold(t.Context()), "clone the workspace: ", "no repository")
}
