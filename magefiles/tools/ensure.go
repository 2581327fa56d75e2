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

// Ensure returns the paths of the named programs. It looks for each program among the installed programs and in the
// cache, otherwise downloads the release binaries of all missing programs in parallel, and builds the rest from source.
// [Options.Only] allows one way only.
//
// Suitable installations are:
//   - pulumi on PATH and pulumi-language-go in the same folder, and pulumi-resource-kubernetes in a plugin folder of
//     the engine ($PULUMI_HOME, ~/.pulumi, or a plugin folder on PATH), with the pinned major version and at least the
//     pinned version;
//   - kube-apiserver, kube-controller-manager and kube-scheduler of the pinned minor version, kubectl within one minor
//     version, and etcd with the pinned major version and at least the pinned version, in $KUBEBUILDER_ASSETS, in the
//     default folder of setup-envtest, or on PATH;
//   - kwok of the pinned minor version and at least the pinned version, and golangci-lint of the pinned version, on
//     PATH.
//
// A download is used only if its SHA-256 checksum is the known one, or the one that the vendor publishes. If a download
// fails, one line says why, and its programs are built from source. A host that cannot be reached is not tried again.
// Programs of this repository are always built.
//
// Parallel calls, in one or several processes, download or build each program once. If ctx ends, running downloads and
// builds end and leave nothing behind. The error of a build contains the program, the folder of its module and the last
// output of the go command.
func Ensure(ctx context.Context, opts Options, names ...Name) (Set, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	return ensurer{
		options:      opts,
		modules:      catalog(),
		releases:     releases(),
		fetcher:      newFetcher(opts.Mirror),
		goCommand:    "go",
		reporter:     reporter{out: opts.Progress, interval: 15 * time.Second},
		probeTimeout: 10 * time.Second,
	}.ensure(ctx, names)
}

// ensurer is one call of Ensure.
type ensurer struct {
	options   Options
	modules   []module
	releases  []release
	fetcher   *fetcher
	goCommand string
	reporter  reporter
	// probeTimeout is the time limit for an installed program to print its version.
	probeTimeout time.Duration
}

// build is the build of a module.
type build struct {
	module   module
	source   string   // The module's folder.
	versions versions // The pinned versions.
	ldflags  string
	target   string // The cache folder of the build, which exists only if the build is complete.
	wanted   []Name
}

func (e ensurer) ensure(ctx context.Context, names []Name) (Set, error) {
	if err := e.check(names); err != nil {
		return nil, err
	}
	set := Set{}
	if e.options.allows(Installed) {
		if err := e.useInstalled(ctx, names, set); err != nil {
			return nil, err
		}
	}
	if e.options.allows(Download) {
		if err := e.useDownloaded(names, set); err != nil {
			return nil, err
		}
	}
	var builds []build
	var groups [][]Name
	for _, m := range e.modules {
		wanted := m.missing(names, set)
		if len(wanted) == 0 {
			continue
		}
		if e.options.allows(Build) || m.own() {
			b, err := e.plan(ctx, m, wanted)
			if err != nil {
				return nil, err
			}
			if b.complete() {
				b.addTo(set)
				continue
			}
			builds = append(builds, b)
		}
		if !m.own() {
			groups = append(groups, wanted)
		}
	}
	started := time.Now()
	downloads, err := e.tryDownload(ctx, groups, set)
	if err != nil {
		return nil, err
	}
	builds = slices.DeleteFunc(builds, func(b build) bool { return len(b.module.missing(names, set)) == 0 })
	for i, b := range builds {
		step := e.reporter.step(i+1, len(builds))
		if err := e.provide(ctx, b, step); err != nil {
			return nil, err
		}
		b.addTo(set)
	}
	e.finish(set, downloads+len(builds), started)
	return set, nil
}

// tryDownload downloads groups of programs if this is allowed, and prints what is built instead. It returns the number
// of downloads.
func (e ensurer) tryDownload(ctx context.Context, groups [][]Name, set Set) (int, error) {
	if e.options.Only == Installed && len(groups) > 0 {
		return 0, e.uninstalled(slices.Concat(groups...))
	}
	if !e.options.allows(Download) {
		return 0, nil
	}
	failed, done, err := e.download(ctx, groups, set)
	if err != nil || len(failed) == 0 {
		return done, err
	}
	programs, reasons := summary(failed)
	if e.options.Only == Download {
		return 0, fmt.Errorf("%s=%s allows only downloads, and %s cannot be downloaded: %s: "+
			"try again, or unset %[1]s to build from source", wayVariable, Download, join(programs), reasons)
	}
	e.reporter.line("building %s from source: %s", join(programs), reasons)
	return done, nil
}

func (e ensurer) finish(set Set, steps int, started time.Time) {
	switch {
	case len(set) == 0:
	case steps == 0:
		e.reporter.line("tools: %d ready in %s", len(set), e.options.CacheDir)
	case steps > 1:
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
	if b.versions, err = m.pinned(b.source); err != nil {
		return b, err
	}
	b.ldflags = m.ldflags(b.versions)
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

// title describes the build in messages: the programs with their versions.
func (b build) title() string {
	titles := make([]string, len(b.module.programs))
	for i, p := range b.module.programs {
		titles[i] = strings.TrimSpace(string(p.name) + " " + strings.TrimPrefix(b.versions[p.name], "v"))
	}
	return strings.Join(titles, ", ")
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (info.Mode().Perm()&0o111 != 0 || filepath.Ext(path) == ".exe")
}
