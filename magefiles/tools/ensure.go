package tools

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Ensure returns the paths of the named programs. It looks for each program in the cache, then for a suitable
// installation, and otherwise builds the program into the cache.
//
// Suitable installations are pulumi on PATH and pulumi-language-go in the same folder; pulumi-resource-kubernetes in a
// plugin folder of the engine ($PULUMI_HOME, ~/.pulumi, or a plugin folder on PATH), all with the pinned major version
// and at least the pinned version; and kubectl on PATH, within one minor version of the pinned Kubernetes.
//
// Parallel calls, in one or several processes, build each program once. If ctx ends, the running build ends and leaves
// nothing behind. An error contains the program, the folder of its module and the last output of the go command.
func Ensure(ctx context.Context, opts Options, names ...Name) (Set, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	return ensurer{
		options:      opts,
		modules:      catalog(),
		goCommand:    "go",
		reporter:     reporter{out: opts.Progress, interval: 15 * time.Second},
		probeTimeout: 10 * time.Second,
	}.ensure(ctx, names)
}

// ensurer is one call of Ensure.
type ensurer struct {
	options   Options
	modules   []module
	goCommand string
	reporter  reporter
	// probeTimeout is the time limit for an installed program to print its version.
	probeTimeout time.Duration
}

// build is the build of a module.
type build struct {
	module  module
	source  string // The module's folder.
	version string // The pinned version, or "".
	ldflags string
	target  string // The cache folder of the build, which exists only if the build is complete.
	wanted  []Name
}

func (e ensurer) ensure(ctx context.Context, names []Name) (Set, error) {
	if err := e.check(names); err != nil {
		return nil, err
	}
	set := Set{}
	var missing []build
	for _, m := range e.modules {
		wanted := slices.DeleteFunc(m.names(), func(n Name) bool { return !slices.Contains(names, n) })
		if len(wanted) == 0 {
			continue
		}
		b, err := e.plan(ctx, m, wanted)
		if err != nil {
			return nil, err
		}
		if b.complete() {
			b.addTo(set)
			continue
		}
		missing = append(missing, b)
	}
	if !e.options.BuildOnly && len(missing) > 0 {
		var err error
		if missing, err = e.useInstalled(ctx, missing, set); err != nil {
			return nil, err
		}
	}
	started := time.Now()
	for i, b := range missing {
		step := e.reporter.step(i+1, len(missing))
		if err := e.provide(ctx, b, step); err != nil {
			return nil, err
		}
		b.addTo(set)
	}
	e.finish(set, len(missing), started)
	return set, nil
}

func (e ensurer) finish(set Set, built int, started time.Time) {
	switch {
	case len(set) == 0:
	case built == 0:
		e.reporter.line("tools: %d ready in %s", len(set), e.options.CacheDir)
	case built > 1:
		e.reporter.line("tools: %d ready after %s", len(set), elapsed(started))
	}
}

// check rejects names that no module builds.
func (e ensurer) check(names []Name) error {
	var known, unknown []Name
	for _, m := range e.modules {
		known = append(known, m.names()...)
	}
	for _, n := range names {
		if !slices.Contains(known, n) {
			unknown = append(unknown, n)
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("provide tools: unknown tools %s: expected one of %s", join(unknown), join(known))
	}
	return nil
}

// plan returns the build of a module without running it.
func (e ensurer) plan(ctx context.Context, m module, wanted []Name) (build, error) {
	b := build{module: m, source: e.options.folder(m), wanted: wanted}
	var err error
	if b.version, err = m.pinned(b.source); err != nil {
		return b, err
	}
	b.ldflags = m.ldflags(b.version)
	toolchain, err := e.toolchain(ctx, b.source)
	if err != nil {
		return b, fmt.Errorf("build %s from %s: %w", m.list(), b.source, err)
	}
	key, err := m.key(b.source, b.ldflags, toolchain)
	if err != nil {
		return b, err
	}
	b.target = filepath.Join(e.options.CacheDir, m.folder, key)
	return b, nil
}

// toolchain returns the version of Go that builds the module in dir.
func (e ensurer) toolchain(ctx context.Context, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, e.goCommand, "env", "GOVERSION")
	cmd.Dir = dir
	cmd.Env = buildEnv("")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		switch {
		case ctx.Err() != nil:
			err = context.Cause(ctx)
		case errors.As(err, &exit) && len(exit.Stderr) > 0:
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
		}
		return "", fmt.Errorf("read the version of the go command: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// complete reports whether the cache contains every program of the build.
func (b build) complete() bool {
	return !slices.ContainsFunc(b.module.names(), func(n Name) bool { return !executable(b.path(n)) })
}

func (b build) path(n Name) string { return filepath.Join(b.target, fileName(n)) }

func (b build) addTo(set Set) {
	for _, n := range b.wanted {
		if _, found := set[n]; !found {
			set[n] = b.path(n)
		}
	}
}

// title describes the build in messages.
func (b build) title() string {
	if b.version == "" {
		return b.module.list()
	}
	return fmt.Sprintf("%s from %s %s", b.module.list(), b.module.source, b.version)
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (info.Mode().Perm()&0o111 != 0 || filepath.Ext(path) == ".exe")
}
