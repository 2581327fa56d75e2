package tools_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

func TestEnsureUsesCache(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	progress := &buffer{}

	set, err := w.catalog().Ensure(t.Context(), w.options(progress), "hello", "bye")
	require.NoError(t, err)
	require.Equal(t, "hello v1.2.3", run(t, set.Path("hello")), "the version comes from go.mod")
	require.Equal(t, "bye v1.2.3", run(t, set.Path("bye")))
	require.True(t, filepath.IsAbs(set.Path("hello")))
	require.Equal(t, filepath.Dir(set.Path("hello")), set.SearchPath(), "both programs are in one folder")
	require.Regexp(t, `(?s)^\[1/1\] building hello 1.2.3, bye 1.2.3 \(about 1 min cold\)\n`+
		`(\[1/1\] \.\.\. still building, [^\n]+\n)*\[1/1\] done in [^\n]+s\n$`, progress.String())

	again := &buffer{}
	cached, err := w.catalog().Ensure(t.Context(), w.options(again), "bye")
	require.NoError(t, err)
	require.Equal(t, tools.Set{"bye": set.Path("bye")}, cached, "only the requested tool")
	require.Equal(t, 1, w.builds(t))
	require.Equal(t, "tools: 1 ready in "+w.cache+"\n", again.String())
	require.Empty(t, w.leftovers(t))
}

func TestProgramsOfOnePackageAreOneExecutable(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.write(t, "magefiles/tools/greet/cmd/hello/main.go", `package main

import (
	"os"
	"path/filepath"
)

var version string

func main() { println(filepath.Base(os.Args[0]), version) }
`)
	catalog := w.catalog().WithAlias("hi")
	set, err := catalog.Ensure(t.Context(), w.options(nil), "hi")
	require.NoError(t, err)
	require.Equal(t, "hi v1.2.3", run(t, set.Path("hi")))
	set, err = catalog.Ensure(t.Context(), w.options(nil), "hello", "hi")
	require.NoError(t, err)
	require.Equal(t, "hello v1.2.3", run(t, set.Path("hello")))
	require.Equal(t, 1, w.builds(t))

	one, err := os.Stat(set.Path("hello"))
	require.NoError(t, err)
	other, err := os.Stat(set.Path("hi"))
	require.NoError(t, err)
	require.True(t, os.SameFile(one, other), "two names of one file")
}

func TestUnsharedPackagesAreCompiledFaster(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	plain, err := w.catalog().Ensure(t.Context(), w.options(nil), "hello")
	require.NoError(t, err)
	require.NotContains(t, settings(t, plain.Path("hello")), "-gcflags")

	catalog := w.catalog().WithUnshared("greet/...")
	fast, err := catalog.Ensure(t.Context(), w.options(nil), "hello")
	require.NoError(t, err)
	require.NotEqual(t, plain.Path("hello"), fast.Path("hello"), "other flags are another build")
	require.Contains(t, settings(t, fast.Path("hello")), `-gcflags="greet/...=-l -dwarf=false"`)
	require.Equal(t, "hello v1.2.3", run(t, fast.Path("hello")))
}

// settings returns the build settings of a program.
func settings(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "version", "-m", path).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

func TestEnsureRebuildsChangedModule(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason        string
		file, content string
		builds        int
	}{
		"Source": {reason: "another program", file: "cmd/hello/main.go", content: hello + "\n// changed\n", builds: 2},
		"Version": {reason: "another pinned version", file: "go.mod",
			content: "module greet\n\ngo 1.26.0\n\nrequire example.com/greetings v1.3.0 // indirect\n", builds: 2},
		"Sums":    {reason: "another dependency", file: "go.sum", content: "\n", builds: 2},
		"NewFile": {reason: "a file more", file: "cmd/hello/more.go", content: "package main\n", builds: 2},
		"Test": {reason: "tests are not in the program", file: "cmd/hello/main_test.go", content: "package main\n",
			builds: 1},
		"Text": {reason: "a text is not in the program", file: "README.md", content: "# Greet\n", builds: 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			before, err := w.catalog().Ensure(t.Context(), w.options(nil), "hello")
			require.NoError(t, err)
			w.write(t, "magefiles/tools/greet/"+c.file, c.content)
			after, err := w.catalog().Ensure(t.Context(), w.options(nil), "hello")
			require.NoError(t, err)
			require.Equal(t, c.builds, w.builds(t), c.reason)
			require.Equal(t, c.builds == 1, before.Path("hello") == after.Path("hello"), c.reason)
		})
	}
}

func TestParallelEnsureBuildsOnce(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	var wait sync.WaitGroup
	sets, errs := make([]tools.Set, 6), make([]error, 6)
	for i := range sets {
		wait.Go(func() { sets[i], errs[i] = w.catalog().Ensure(t.Context(), w.options(nil), "hello") })
	}
	wait.Wait()
	for i := range sets {
		require.NoError(t, errs[i])
		require.Equal(t, sets[0], sets[i])
	}
	require.Equal(t, 1, w.builds(t))
	require.Equal(t, "hello v1.2.3", run(t, sets[0].Path("hello")))
}

func TestEnsureRepairsDamagedCache(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	set, err := w.catalog().Ensure(t.Context(), w.options(nil), "hello", "bye")
	require.NoError(t, err)
	require.NoError(t, os.Remove(set.Path("bye")))
	stale := filepath.Join(w.cache, "greet", ".build-dead")
	require.NoError(t, os.MkdirAll(filepath.Join(stale, "work"), 0o755))

	set, err = w.catalog().Ensure(t.Context(), w.options(nil), "bye")
	require.NoError(t, err)
	require.Equal(t, "bye v1.2.3", run(t, set.Path("bye")))
	require.NoDirExists(t, stale, "folders of dead builds are removed")
}

func TestEnsureReportsFailedBuild(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.write(t, "magefiles/tools/greet/cmd/bye/main.go", "package main\n\nfunc main() { undefinedThing() }\n")
	_, err := w.catalog().Ensure(t.Context(), w.options(nil), "hello")
	require.ErrorContains(t, err, "build hello, bye from "+filepath.Join(w.root, "magefiles", "tools", "greet"))
	last := err.Error()[strings.LastIndex(err.Error(), "\n")+1:]
	require.Contains(t, last, "undefined: undefinedThing", "the error ends with the compiler's words")
	require.Empty(t, w.leftovers(t))

	w.write(t, "magefiles/tools/greet/cmd/bye/main.go", hello)
	_, err = w.catalog().Ensure(t.Context(), w.options(nil), "hello")
	require.NoError(t, err, "a failed build does not spoil the next")
}

func TestInterruptedEnsureLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	dir := filepath.Dir(w.goCommand)
	started := filepath.Join(dir, "started")
	// Like a compiler that the go command runs: the grandchild does not notice the end of its parent.
	slow := filepath.Join(dir, "slow.sh")
	script(t, slow, `[ "$1" = build ] || { echo go1.26.0; exit; }
touch "$GOTMPDIR/half"
sleep 300 &
echo $! > '`+started+`.tmp'; mv '`+started+`.tmp' '`+started+`'
wait`)

	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := tools.FixtureCatalog(slow).Ensure(ctx, w.options(nil), "hello")
		failed <- err
	}()
	require.Eventually(t, func() bool { _, err := os.Stat(started); return err == nil }, 20*time.Second,
		5*time.Millisecond)

	waiting, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	_, err := w.catalog().Ensure(waiting, w.options(nil), "hello")
	require.ErrorIs(t, err, context.DeadlineExceeded)

	// Both builds use the lock of the module, even if their keys differ.
	require.ErrorContains(t, err, "wait for another run that provides hello, bye")

	cancel()
	require.ErrorIs(t, <-failed, context.Canceled)
	require.Empty(t, w.leftovers(t))
	pid, err := os.ReadFile(started)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return !alive(strings.TrimSpace(string(pid))) }, 10*time.Second,
		5*time.Millisecond,
		"the process group must end")

	_, err = w.catalog().Ensure(t.Context(), w.options(nil), "hello")
	require.NoError(t, err)
}

func TestEnsureRejectsUnknownNames(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	_, err := w.catalog().Ensure(t.Context(), w.options(nil), "hello", "helo")
	require.EqualError(t, err, "provide tools: unknown tools helo: expected one of hello, bye")
}

func TestEnsureReportsUnusableCache(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	opts := w.options(nil)
	// Nobody, not even root, can create a folder in a regular file.
	opts.CacheDir = filepath.Join(file, "tools")
	_, err := w.catalog().Ensure(t.Context(), opts, "hello")
	require.EqualError(t, err, "write to the tool cache "+opts.CacheDir+": "+
		"set XDG_CACHE_HOME to a writable folder: not a directory")
}

func TestEnsureWithoutNames(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	set, err := w.catalog().Ensure(t.Context(), w.options(nil))
	require.NoError(t, err)
	require.Empty(t, set)
	require.Empty(t, set.SearchPath())
	require.Empty(t, set.Path("hello"))
	require.NoDirExists(t, w.cache)
}

func TestFindRoot(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	root, err := tools.FindRoot(filepath.Join(w.root, "magefiles", "tools", "greet"))
	require.NoError(t, err)
	require.Equal(t, w.root, root)

	_, err = tools.FindRoot(filepath.Dir(w.root))
	require.ErrorContains(t, err, "no go.work and magefiles/tools at or above "+filepath.Dir(w.root))
}
