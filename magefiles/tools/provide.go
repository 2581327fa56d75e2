package tools

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// stagePrefix is the prefix of the working folders of builds.
const stagePrefix = ".build-"

// provide builds b into the cache, unless another process does.
func (e ensurer) provide(ctx context.Context, b build, step step) error {
	return e.fill(ctx, b.target, b.module.names(), b.complete, step, func(stage string) error {
		step.start(b)
		defer step.stop()
		if err := e.compile(ctx, b, stage); err != nil {
			if ctx.Err() != nil {
				return fmt.Errorf("build %s: %w", b.module.list(), context.Cause(ctx))
			}
			return err
		}
		return nil
	})
}

// fill creates the cache folder target with programs, unless another process does. create writes the programs into the
// folder bin in a working folder, and starts the step.
func (e ensurer) fill(ctx context.Context, target string, programs []Name, complete func() bool, step step,
	create func(stage string) error) error {
	home := filepath.Dir(target)
	if err := os.MkdirAll(home, 0o755); err != nil {
		return cacheError(e.options.CacheDir, err)
	}
	waiting := time.AfterFunc(time.Second, func() {
		step.line("waiting: %s is being provided by another run", join(programs))
	})
	unlock, err := lock(ctx, filepath.Join(home, ".lock"))
	waiting.Stop()
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("wait for another run that provides %s: %w", join(programs), context.Cause(ctx))
		}
		return cacheError(e.options.CacheDir, err)
	}
	defer unlock()

	if complete() {
		step.line("%s was provided by another run", join(programs))
		return nil
	}
	// Their processes have ended, because this process has the lock.
	if err := removeStale(home, target); err != nil {
		return cacheError(e.options.CacheDir, err)
	}
	stage, err := os.MkdirTemp(home, stagePrefix)
	if err != nil {
		return cacheError(e.options.CacheDir, err)
	}
	defer func() { _ = os.RemoveAll(stage) }()

	if err := create(stage); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(stage, "bin"), target); err != nil {
		return cacheError(e.options.CacheDir, err)
	}
	step.done()
	return nil
}

// removeStale removes the working folders of killed builds, and an incomplete target.
func removeStale(home, target string) error {
	entries, err := os.ReadDir(home)
	if err != nil {
		return err
	}
	errs := []error{os.RemoveAll(target)}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), stagePrefix) {
			errs = append(errs, os.RemoveAll(filepath.Join(home, entry.Name())))
		}
	}
	return errors.Join(errs...)
}

// compile builds the programs of the module into the folder bin in stage.
func (e ensurer) compile(ctx context.Context, b build, stage string) error {
	bin, work := filepath.Join(stage, "bin"), filepath.Join(stage, "work")
	for _, dir := range []string{bin, work} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return cacheError(e.options.CacheDir, err)
		}
	}
	// A single package gets its file name here: the go command would name it after its path.
	output := bin + string(filepath.Separator)
	packages := b.module.packages()
	if len(packages) == 1 {
		output = filepath.Join(bin, fileName(b.module.programs[0].name))
	}
	args := slices.Concat(
		[]string{"build", "-buildvcs=false", "-mod=readonly", "-ldflags", b.ldflags, "-o", output}, b.module.gcflags(), packages,
	)
	// The temporary folder of the go command is in stage, and is removed with it if the build is killed.
	out, err := runGroup(ctx, e.goCommand, args, b.source, buildEnv(work))
	if err != nil {
		return fmt.Errorf("build %s from %s: %w%s", b.module.list(), b.source, err, tail(out))
	}
	if err := b.link(bin); err != nil {
		return cacheError(e.options.CacheDir, err)
	}
	for _, n := range b.module.names() {
		path := filepath.Join(bin, fileName(n))
		if !executable(path) {
			return fmt.Errorf("build %s from %s: the go command did not create %s: %w%s",
				b.module.list(), b.source, filepath.Base(path), fs.ErrNotExist, tail(out))
		}
	}
	return nil
}

// link gives an executable that is several programs the names of the others.
func (b build) link(bin string) error {
	files := map[string]string{}
	for _, p := range b.module.programs {
		path := filepath.Join(bin, fileName(p.name))
		first, found := files[p.pkg]
		if !found {
			files[p.pkg] = path
			continue
		}
		if err := os.Link(first, path); err != nil {
			return err
		}
	}
	return nil
}

// buildEnv returns the environment of the go command, without the flags, target platform and workspace of the caller.
// Otherwise the defaults hold, so that packages that the programs of users need too are compiled once.
func buildEnv(work string) []string {
	env := append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOOS=", "GOARCH=", "GO111MODULE=")
	if work != "" {
		env = append(env, "GOTMPDIR="+work)
	}
	return env
}

// tail returns the last lines of the output of a program, for an error message.
func tail(output string) string {
	const most = 30
	lines := strings.Split(strings.TrimSpace(output), "\n")
	if len(lines) == 1 && lines[0] == "" {
		return ""
	}
	lines = lines[max(0, len(lines)-most):]
	return "\n  " + strings.Join(lines, "\n  ")
}
