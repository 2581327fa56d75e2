package targets_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/targets"
)

func TestDemoReturnsExitCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t, map[string]string{
		"app/cmd/demo/main.go": "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(7) }\n",
	})
	err := f.GoRun(t.Context(), "./app/cmd/demo")
	require.EqualError(t, err, "./app/cmd/demo ended with exit code 7")
	var status interface{ ExitStatus() int }
	require.ErrorAs(t, err, &status)
	require.Equal(t, 7, status.ExitStatus())
}

func TestDemoEndsWithItsContext(t *testing.T) {
	t.Parallel()
	started := filepath.Join(t.TempDir(), "started")
	f := newFixture(t, map[string]string{"app/cmd/demo/main.go": `package main

import (
	"os"
	"time"
)

func main() {
	_ = os.WriteFile("` + started + `", nil, 0o600)
	time.Sleep(5 * time.Minute)
}
`})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- f.GoRun(ctx, "./app/cmd/demo") }()
	require.Eventually(t, func() bool { _, err := os.Stat(started); return err == nil }, time.Minute,
		10*time.Millisecond)
	cancel()
	select {
	case err := <-failed:
		require.ErrorIs(t, err, context.Canceled)
	case <-time.After(20 * time.Second):
		require.Fail(t, "the demo is still running")
	}
}

func TestTargetsEndWithParents(t *testing.T) {
	t.Parallel()
	running, stop := targets.WhileParentsLive(t.Context(), targets.Parents())
	orphaned, stopOrphaned := targets.WhileParentsLive(t.Context(), []int{os.Getpid()})
	defer stopOrphaned()
	select {
	case <-orphaned.Done():
		require.EqualError(t, context.Cause(orphaned), "the program that started this target has ended")
	case <-time.After(time.Minute):
		require.Fail(t, "the target is still running")
	}
	require.NoError(t, running.Err(), "the parents are running")
	stop()
	require.ErrorIs(t, context.Cause(running), context.Canceled)
}

func TestCleanRemovesToolCache(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	cache := filepath.Join(t.TempDir(), "cache")
	out := &buffer{}
	w, err := targets.OpenWithCache(f.root, cache, out)
	require.NoError(t, err)
	require.NoError(t, w.Clean(t.Context()))
	require.Equal(t, "nothing to remove: "+cache+" does not exist\n", out.String())

	require.NoError(t, os.MkdirAll(cache, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(cache, "program"), make([]byte, 2<<20), 0o755))
	require.NoError(t, w.Clean(t.Context()))
	require.Contains(t, out.String(), "removed "+cache+" (2 MB)\n")
	require.NoDirExists(t, cache)
}
