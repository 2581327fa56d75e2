package targets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/release"
)

const (
	// releaseVariable is the environment variable that turns a dry run into a release.
	releaseVariable = "ASHLAR_RELEASE"
	// releaseBranch is the branch of releases.
	releaseBranch = "main"
)

// Release releases a module at a version, if nothing stops it: a commit with the changelog of the version, and an annotated
// tag. Without ASHLAR_RELEASE=tag it does all of it in a temporary clone only.
func (w *Workspace) Release(ctx context.Context, name, version string) error {
	candidates, err := w.candidates(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(candidates, func(c *candidate) bool { return c.Path == name })
	if i < 0 {
		var names []string
		for _, c := range candidates {
			names = append(names, c.Path)
		}
		return fmt.Errorf("no released module %q: write one of %s", name, strings.Join(names, ", "))
	}
	return w.release(ctx, candidates, []planned{candidates[i].at(version)})
}

// ReleaseAll releases all modules with unreleased changes, in the order of their dependencies, at the versions of
// ReleasePlan. Either all are released or none.
func (w *Workspace) ReleaseAll(ctx context.Context) error {
	candidates, err := w.candidates(ctx)
	if err != nil {
		return err
	}
	var run []planned
	var problems []error
	for _, c := range candidates {
		if c.next != "" {
			run = append(run, c.at(c.next))
			continue
		}
		problems = append(problems, c.problems...)
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("not released:\n%w", err)
	}
	if len(run) == 0 {
		w.say("nothing to release: no changelog has unreleased entries")
		return nil
	}
	return w.release(ctx, candidates, run)
}

func (w *Workspace) release(ctx context.Context, candidates []*candidate, run []planned) error {
	dry, err := dryRun(os.Getenv(releaseVariable))
	if err != nil {
		return err
	}
	problems := w.checkBranch(ctx)
	for _, p := range run {
		problems = append(problems, p.problems...)
		problems = append(problems, p.checkVersion()...)
	}
	problems = append(problems, checkSiblings(candidates, run)...)
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("not released:\n%w", err)
	}
	identity, err := w.identity(ctx, dry)
	if err != nil {
		return err
	}
	return w.rehearse(ctx, "HEAD", identity, func(r *rehearsal) error {
		if err := r.releaseModules(ctx, run); err != nil {
			return fmt.Errorf("not released:\n%w", err)
		}
		if dry {
			w.say("\ndry run passed, and changed nothing. To release, set %s=tag", releaseVariable)
			return nil
		}
		return r.adopt(ctx)
	})
}

// dryRun reads the value of the environment variable.
func dryRun(value string) (bool, error) {
	switch value {
	case "":
		return true, nil
	case "tag":
		return false, nil
	}
	return true, fmt.Errorf("%s is %q: set it to \"tag\" to create commits and tags, or leave it unset for a dry run",
		releaseVariable, value)
}

// checkBranch returns why nothing can be released from the working tree.
func (w *Workspace) checkBranch(ctx context.Context) []error {
	var problems []error
	branch, err := w.git(ctx, w.root, "rev-parse", "--abbrev-ref", "HEAD")
	switch {
	case err != nil:
		problems = append(problems, err)
	case branch != releaseBranch:
		problems = append(problems, fmt.Errorf("the branch is %s: releases are made from %s, run `git switch %s`",
			branch, releaseBranch, releaseBranch))
	}
	status, err := w.git(ctx, w.root, "status", "--porcelain")
	switch {
	case err != nil:
		problems = append(problems, err)
	case status != "":
		problems = append(problems, fmt.Errorf("the working tree is not clean: commit or remove these files:\n%s", status))
	}
	return problems
}

// checkVersion returns why the version is wrong for the entries of the changelog.
func (p planned) checkVersion() []error {
	if p.changelog == nil {
		return nil // It has a problem that is reported already.
	}
	var problems []error
	if slices.Contains(p.tags, p.version) {
		problems = append(problems, fmt.Errorf("%s: the tag %s exists: tags are never moved or deleted, release %s",
			p.Path, p.tag(p.version), release.Next(p.last, p.changelog.Effect())))
	} else if err := release.CheckVersion(p.ImportPath, p.last, p.version, p.changelog.Effect()); err != nil {
		problems = append(problems, fmt.Errorf("%s: %w", p.Path, err))
	}
	if len(p.changelog.Unreleased) == 0 && len(p.problems) == 0 {
		problems = append(problems, fmt.Errorf("%s: CHANGELOG.md has no entry below \"## Unreleased\": "+
			"describe what changes for users, there is no release without a change", p.Path))
	}
	return problems
}

// identity returns options of git with the author of the commit and the tag. A dry run needs none.
func (w *Workspace) identity(ctx context.Context, dry bool) ([]string, error) {
	if dry {
		return throwaway(), nil
	}
	var options []string
	for _, key := range []string{"user.name", "user.email"} {
		value, err := w.git(ctx, w.root, "config", key)
		if err != nil || value == "" {
			return nil, fmt.Errorf("git has no %s for the commit and the tag: run `git config %s VALUE`", key, key)
		}
		options = append(options, "-c", key+"="+value)
	}
	return options, nil
}

// throwaway returns options of git for commits that nobody keeps.
func throwaway() []string {
	return []string{"-c", "user.name=Rehearsal", "-c", "user.email=rehearsal@localhost",
		"-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"}
}

// releaseModules commits, tags, checks and uses the modules in the clone, one after the other.
func (r *rehearsal) releaseModules(ctx context.Context, run []planned) error {
	for i, p := range run {
		began := time.Now()
		r.say("[%d/%d] %s %s: %s", i+1, len(run), p.Path, p.version, p.changelog.Summary())
		s, err := r.stage(ctx, p, true)
		if err != nil {
			return err
		}
		for _, step := range []struct {
			name string
			run  func() error
		}{
			{"go mod tidy", func() error { return r.checkTidy(ctx, s) }},
			{"go build", func() error { return r.goStep(ctx, s, "build", "./...") }},
			{"go vet", func() error { return r.goStep(ctx, s, "vet", "./...") }},
			{"go test", func() error { return r.goStep(ctx, s, "test", "./...") }},
			{"API", func() error { return r.checkAPI(ctx, s) }},
			{"consumer", func() error { return r.consume(ctx, s) }},
		} {
			started := time.Now()
			if err := step.run(); err != nil {
				return err
			}
			r.say("      %s: ok in %s", step.name, since(started))
		}
		r.say("      tag %s, %s, in %s", p.tag(p.version), s.archive.Sums[0], since(began))
	}
	return nil
}

// goStep runs the go command in the unpacked module.
func (r *rehearsal) goStep(ctx context.Context, s *staged, args ...string) error {
	if _, err := r.goCommand(ctx, s.dir, nil, args...); err != nil {
		return fmt.Errorf("%s: outside of the workspace, with the required versions and only the files that Git tracks, %w\n"+
			"If the module uses changes of another one, require the version that contains them, from `go tool mage release:plan`",
			s.Path, err)
	}
	return nil
}

// checkTidy compares go.mod and go.sum with those that the go command writes outside of the workspace.
func (r *rehearsal) checkTidy(ctx context.Context, s *staged) error {
	if _, err := r.goCommand(ctx, s.dir, nil, "mod", "tidy", "-diff"); err != nil {
		return fmt.Errorf("%s: go.mod or go.sum is not tidy outside of the workspace: run `go tool mage tidy`: %w", s.Path, err)
	}
	return nil
}

// checkAPI compares the API with that of the last release.
func (r *rehearsal) checkAPI(ctx context.Context, s *staged) error {
	if s.last == "" {
		return nil
	}
	archive, err := r.serveTag(ctx, s.ImportPath, s.last)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Path, err)
	}
	dir := filepath.Join(r.dir, "last", filepath.FromSlash(s.Path))
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if err := archive.Unpack(dir); err != nil {
		return err
	}
	env := slices.Concat(os.Environ(), r.env)
	before, err := release.LoadAPI(ctx, s.ImportPath, dir, env)
	if err != nil {
		return fmt.Errorf("%s: %w", s.tag(s.last), err)
	}
	after, err := release.LoadAPI(ctx, s.ImportPath, s.dir, env)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Path, err)
	}
	effect, incompatible := release.Compare(before, after)
	if effect == release.Break && s.changelog.Effect() != release.Break {
		return fmt.Errorf("%s: the API is not compatible with %s:\n  %s\nKeep it compatible, or say below \"### Breaking\" in "+
			"CHANGELOG.md what users have to change, and release %s", s.Path, s.tag(s.last), strings.Join(incompatible, "\n  "),
			release.Next(s.last, release.Break))
	}
	if err := release.CheckVersion(s.ImportPath, s.last, s.version, max(effect, s.changelog.Effect())); err != nil {
		return fmt.Errorf("%s: the API has changed since %s: %w", s.Path, s.tag(s.last), err)
	}
	return nil
}

// adopt takes the commits and tags of the clone into the workspace.
func (r *rehearsal) adopt(ctx context.Context) error {
	var tags, refs []string
	for _, s := range r.staged {
		tag := s.tag(s.version)
		tags = append(tags, tag)
		refs = append(refs, "refs/tags/"+tag+":refs/tags/"+tag) // Without "+", which would move a tag.
	}
	if _, err := r.git(ctx, r.root, "fetch", "--quiet", "--no-tags", r.clone, "HEAD"); err != nil {
		return err
	}
	// A tag must not exist without its commit on the branch, so the commits come first.
	if _, err := r.git(ctx, r.root, "merge", "--quiet", "--ff-only", "FETCH_HEAD"); err != nil {
		return fmt.Errorf("%s has changed during the release, run it again: %w", releaseBranch, err)
	}
	if _, err := r.git(ctx, r.root, append([]string{"fetch", "--quiet", "--no-tags", "--atomic", r.clone}, refs...)...); err != nil {
		return err
	}
	r.say("\ncreated the tags %s. To publish them:\n\n  git push --atomic origin %s %s",
		strings.Join(tags, ", "), releaseBranch, strings.Join(tags, " "))
	return nil
}

// consumerModule is the module path of consumers, which no one can publish.
const consumerModule = "consumer.example"

// consume downloads a module with its own program, as a user would, and builds and vets the program, which imports
// all packages of the module.
func (r *rehearsal) consume(ctx context.Context, s *staged) error {
	if err := r.consumeIn(ctx, s, filepath.Join(r.dir, "consumers", filepath.FromSlash(s.Path))); err != nil {
		return fmt.Errorf("%s: a program that requires only this module fails: %w\n"+
			"Its packages may use files that Git does not track, or changes of another module that are not in the required version",
			s.Path, err)
	}
	return nil
}

func (r *rehearsal) consumeIn(ctx context.Context, s *staged, dir string) error {
	list, err := r.goCommand(ctx, s.dir, nil, "list", "-f", "{{.ImportPath}} {{.Name}}", "./...")
	if err != nil {
		return err
	}
	imports := ""
	for line := range strings.Lines(list) {
		importPath, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if release.Public(importPath, name) {
			imports += fmt.Sprintf("\t_ %q\n", importPath)
		}
	}
	if imports == "" {
		return errors.New("it has no package that can be imported")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	program := "package main\n\nimport (\n" + imports + ")\n\nfunc main() {}\n"
	if err := errors.Join(
		os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module "+consumerModule+"\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644),
	); err != nil {
		return err
	}
	modFlag := []string{"GOFLAGS=" + strings.TrimSpace(r.flags+" -mod=mod")}
	for _, args := range [][]string{
		{"get", s.served.String()}, {"build", "-o", filepath.Join(dir, "program"), "."}, {"vet", "."},
	} {
		if _, err := r.goCommand(ctx, dir, modFlag, args...); err != nil {
			return err
		}
	}
	return nil
}

// Consumer builds a program for each released module that requires the module alone, at a version, from a module proxy:
// what the module would be if it were published now, with the files that Git tracks.
func (w *Workspace) Consumer(ctx context.Context) error {
	return w.testPhases(ctx, phase{name: consumerPhase, run: w.consumer})
}

const consumerPhase = "consumer"

func (w *Workspace) consumer(ctx context.Context) (totals, error) {
	candidates, err := w.candidates(ctx)
	if err != nil {
		return totals{}, err
	}
	commit, err := w.snapshot(ctx)
	if err != nil {
		return totals{}, err
	}
	t := totals{tests: map[string]time.Duration{}}
	err = w.rehearse(ctx, commit, throwaway(), func(r *rehearsal) error {
		var errs []error
		for _, c := range candidates {
			if ctx.Err() != nil {
				break
			}
			version := c.next
			if version == "" {
				version = release.Next(c.last, release.Fix)
			}
			started := time.Now()
			s, err := r.stage(ctx, c.at(version), false)
			if err == nil {
				err = r.consume(ctx, s)
			}
			if err != nil {
				t.failed++
				errs = append(errs, err)
				w.say("FAIL  %s", c.Path)
				continue
			}
			t.passed++
			t.tests[consumerPhase+" "+c.Path] = time.Since(started)
			w.say("ok    %s  (%s)", c.Path, since(started))
		}
		return errors.Join(errs...)
	})
	return t, err
}

// snapshot returns a commit with the tracked files as they are in the working tree. No branch contains it.
func (w *Workspace) snapshot(ctx context.Context) (string, error) {
	commit, err := w.git(ctx, w.root, append(throwaway(), "stash", "create")...)
	if err != nil || commit != "" {
		return commit, err
	}
	return "HEAD", nil
}
