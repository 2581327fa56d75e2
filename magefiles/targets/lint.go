package targets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// check is one step of lint.
type check struct {
	name string
	run  func(context.Context) error
}

// errFindings is the error of a check that has printed its findings.
var errFindings = errors.New("see the findings above")

// Lint runs the linters and formatters on every module and checks the go.mod files. It runs all checks, even if some
// fail.
func (w *Workspace) Lint(ctx context.Context) error {
	set, err := w.tools(ctx, tools.GolangciLint)
	if err != nil {
		return err
	}
	checks := []check{{"no replace in released modules", func(context.Context) error { return w.checkReplacements() }}}
	for _, dir := range w.lintDirs() {
		checks = append(checks, check{"lint " + w.relative(dir), func(ctx context.Context) error {
			return w.golangci(ctx, set.Path(tools.GolangciLint), dir, "run", "./...")
		}})
	}
	checks = append(checks, check{"changelogs", func(context.Context) error { return w.checkChangelogs() }})
	dirs, err := w.goModules()
	if err != nil {
		return err
	}
	checks = append(checks, check{"go.mod and go.sum are tidy",
		func(ctx context.Context) error { return w.checkTidy(ctx, dirs) }})
	return w.runChecks(ctx, "lint", checks)
}

// Fix fixes findings that have an automatic fix, formatting, go.mod and go.sum.
func (w *Workspace) Fix(ctx context.Context) error {
	set, err := w.tools(ctx, tools.GolangciLint)
	if err != nil {
		return err
	}
	var checks []check
	for _, dir := range w.lintDirs() {
		checks = append(checks, check{"fix " + w.relative(dir), func(ctx context.Context) error {
			return errors.Join(
				w.golangci(ctx, set.Path(tools.GolangciLint), dir, "run", "--fix", "./..."),
				w.golangci(ctx, set.Path(tools.GolangciLint), dir, "fmt", "./..."),
			)
		}})
	}
	checks = append(checks, check{"tidy", w.Tidy})
	return w.runChecks(ctx, "fix", checks)
}

// runChecks runs all checks and prints the results.
func (w *Workspace) runChecks(ctx context.Context, what string, checks []check) error {
	begin := time.Now()
	var failed []string
	for i, c := range checks {
		started := time.Now()
		w.say("[%d/%d] %s", i+1, len(checks), c.name)
		err := c.run(ctx)
		if cause := context.Cause(ctx); cause != nil {
			return fmt.Errorf("%s: %w", what, cause)
		}
		if err != nil {
			failed = append(failed, c.name)
			w.say("%v", err)
			continue
		}
		w.say("      ok in %s", since(started))
	}
	if len(failed) > 0 {
		return fmt.Errorf("%s: %d of %d steps failed: %s", what, len(failed), len(checks), strings.Join(failed, "; "))
	}
	w.say("%s: %d steps ok in %s", what, len(checks), since(begin))
	return nil
}

// lintDirs returns the folders of all modules with code. The other modules of the tools only pin versions.
func (w *Workspace) lintDirs() []string {
	var dirs []string
	for _, m := range w.modules {
		dirs = append(dirs, w.dir(m))
	}
	if supervise := filepath.Join(w.root, "magefiles", "tools", "supervise"); exists(supervise) {
		dirs = append(dirs, supervise)
	}
	return dirs
}

// golangci runs golangci-lint in a module's folder with the configuration of the workspace.
func (w *Workspace) golangci(ctx context.Context, path, dir, verb string, args ...string) error {
	var out bytes.Buffer
	args = append([]string{verb, "--config", filepath.Join(w.root, ".golangci.yml")}, args...)
	if verb == "run" {
		// Runs in other clones or editors must not fail this one.
		args = append(args, "--allow-parallel-runners")
	}
	c := command{path: path, args: args, dir: dir, stdout: w.out, stderr: io.MultiWriter(w.out, &out)}
	if !w.inWorkspace(dir) {
		c.env = []string{"GOWORK=off"}
	}
	err := w.run(ctx, c)
	var exit *exec.ExitError
	// A module without Go files has no findings.
	if errors.As(err, &exit) && strings.Contains(out.String(), "no go files to analyze") {
		return nil
	}
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return errFindings
	}
	return err
}

func (w *Workspace) inWorkspace(dir string) bool {
	for _, m := range w.modules {
		if w.dir(m) == dir {
			return true
		}
	}
	return false
}

// checkReplacements rejects replace directives in released modules. They have no effect in modules that depend on the
// released one, so they hide a missing release.
func (w *Workspace) checkReplacements() error {
	var errs []error
	for _, m := range w.modules {
		if m.Released {
			errs = append(errs, w.replacements(m))
		}
	}
	return errors.Join(errs...)
}

// replacements returns an error for each replace directive of a released module.
func (w *Workspace) replacements(m Module) error {
	path := filepath.Join(w.dir(m), "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := modfile.Parse(path, data, nil)
	if err != nil {
		return err
	}
	var errs []error
	for _, r := range file.Replace {
		errs = append(errs, fmt.Errorf("%s:%d: replace of %s in a released module: remove it and use go.work",
			w.relative(path), r.Syntax.Start.Line, r.Old.Path))
	}
	return errors.Join(errs...)
}

// checkChangelogs rejects changelogs of released modules from which no version can be computed.
func (w *Workspace) checkChangelogs() error {
	var errs []error
	for _, m := range w.modules {
		if !m.Released {
			continue
		}
		if _, err := w.readChangelog(m); err != nil {
			errs = append(errs, fmt.Errorf("%s/%s: %w", m.Path, changelogFile, err))
		}
	}
	return errors.Join(errs...)
}

// checkTidy reports the go.mod and go.sum files that tidy would change.
func (w *Workspace) checkTidy(ctx context.Context, dirs []string) error {
	var errs []error
	for _, dir := range dirs {
		changed, err := w.tidy(ctx, dir, false)
		errs = append(errs, err)
		for _, file := range changed {
			errs = append(errs, fmt.Errorf("%s/%s is not tidy: run `go tool mage tidy`", w.relative(dir), file))
		}
	}
	return errors.Join(errs...)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
