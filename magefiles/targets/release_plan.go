package targets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/ashlar-iac/ashlar/magefiles/release"
)

// candidate is a released module with what its next release contains.
type candidate struct {
	Module
	// last is the highest version with a tag, or "".
	last string
	// tags are the versions with a tag.
	tags []string
	// next is the lowest version for the entries of the changelog, or "" if there are none.
	next      string
	changelog *release.Changelog
	// requires are the versions of siblings in go.mod, by import path.
	requires map[string]string
	// problems are the reasons why the module cannot be released, except for its version and its siblings.
	problems []error
}

// tag returns the name of the tag of a version, which the go command derives from the folder of the module.
func (c *candidate) tag(version string) string { return c.Path + "/" + version }

func (c *candidate) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("%s: %w", c.Path, fmt.Errorf(format, args...)))
}

// ReleasePlan prints which modules need a release since their last tags, and with which version at least: what the entries
// of their changelogs imply. The error contains everything that would stop these releases and that needs no build.
func (w *Workspace) ReleasePlan(ctx context.Context) error {
	candidates, err := w.candidates(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "MODULE\tLAST\tNEXT\tUNRELEASED CHANGES")
	var run []planned
	var problems []error
	for _, c := range candidates {
		last, next, changes := c.last, "-", "none"
		if last == "" {
			last = "none"
		}
		if c.next != "" {
			run, next, changes = append(run, c.at(c.next)), c.next, c.changelog.Summary()
		}
		if len(c.problems) > 0 {
			changes = "see below"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.Path, last, next, changes)
		problems = append(problems, c.problems...)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	problems = append(problems, checkSiblings(candidates, run)...)
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("not ready for a release:\n%w", err)
	}
	if slices.ContainsFunc(run, func(p planned) bool { return p.last != "" }) {
		w.say("\nAn incompatible change of an API, which `go tool mage release` finds, requires an entry of the kind Breaking.")
	}
	return nil
}

// planned is a module with the version of its release.
type planned struct {
	*candidate
	version string
}

func (c *candidate) at(version string) planned { return planned{c, version} }

// candidates returns the released modules, each after the modules that it requires.
func (w *Workspace) candidates(ctx context.Context) ([]*candidate, error) {
	var all []*candidate
	for _, m := range w.modules {
		if !m.Released {
			continue
		}
		c, err := w.candidate(ctx, m)
		if err != nil {
			return nil, fmt.Errorf("read the state of %s: %w", m.Path, err)
		}
		all = append(all, c)
	}
	var ordered []*candidate
	for len(all) > 0 {
		i := slices.IndexFunc(all, func(c *candidate) bool {
			return !slices.ContainsFunc(all, func(o *candidate) bool { return o != c && c.requires[o.ImportPath] != "" })
		})
		if i < 0 {
			var cycle []string
			for _, c := range all {
				cycle = append(cycle, c.Path)
			}
			return nil, fmt.Errorf("the modules %s require each other: move what they share to a module that requires neither",
				strings.Join(cycle, ", "))
		}
		ordered = append(ordered, all[i])
		all = slices.Delete(all, i, i+1)
	}
	return ordered, nil
}

func (w *Workspace) candidate(ctx context.Context, m Module) (*candidate, error) {
	c := &candidate{Module: m, requires: map[string]string{}}
	tags, err := w.git(ctx, w.root, "tag", "--list", m.Path+"/v*")
	if err != nil {
		return nil, err
	}
	for _, tag := range strings.Fields(tags) {
		if version := path.Base(tag); semver.IsValid(version) {
			c.tags = append(c.tags, version)
			if c.last == "" || semver.Compare(version, c.last) > 0 {
				c.last = version
			}
		}
	}
	if err := w.readGoMod(c); err != nil {
		return nil, err
	}
	if err := w.checkEntries(ctx, c); err != nil {
		return nil, err
	}
	w.checkPapers(c)
	return c, nil
}

func (w *Workspace) readGoMod(c *candidate) error {
	data, err := os.ReadFile(filepath.Join(w.dir(c.Module), "go.mod"))
	if err != nil {
		return err
	}
	file, err := modfile.Parse(c.Path+"/go.mod", data, nil)
	if err != nil {
		return err
	}
	for _, r := range file.Require {
		i := slices.IndexFunc(w.modules, func(m Module) bool { return m.ImportPath == r.Mod.Path })
		switch {
		case i < 0:
		case !w.modules[i].Released:
			c.problem("go.mod requires %s, which is never released: move what the module uses to a released one", w.modules[i].Path)
		default:
			c.requires[r.Mod.Path] = r.Mod.Version
		}
	}
	c.problems = append(c.problems, w.replacements(c.Module))
	c.problems = slices.DeleteFunc(c.problems, func(err error) bool { return err == nil })
	return nil
}

// changelogFile is the name of the changelog of a module.
const changelogFile = "CHANGELOG.md"

func (w *Workspace) readChangelog(m Module) (*release.Changelog, error) {
	data, err := os.ReadFile(filepath.Join(w.dir(m), changelogFile))
	if err != nil {
		return nil, err
	}
	return release.ParseChangelog(data)
}

// checkEntries reads the changelog, and compares it with the files that have changed since the last tag.
func (w *Workspace) checkEntries(ctx context.Context, c *candidate) error {
	var err error
	if c.changelog, err = w.readChangelog(c.Module); err != nil {
		c.problem("%s: %w", changelogFile, err)
		return nil
	}
	if len(c.changelog.Unreleased) > 0 {
		c.next = release.Next(c.last, c.changelog.Effect())
		return nil
	}
	if c.last == "" {
		c.problem("CHANGELOG.md has no entry for the first release: describe the module below \"## Unreleased\" and \"### Added\"")
		return nil
	}
	changed, err := w.changedFiles(ctx, c)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		c.problem("%d files have changed since %s, such as %s, but CHANGELOG.md has no entry: "+
			"describe the change for users below \"## Unreleased\" and \"### Fixed\" or another kind",
			len(changed), c.tag(c.last), changed[0])
	}
	return nil
}

// changedFiles returns the files that differ from the last tag and that a program can contain.
func (w *Workspace) changedFiles(ctx context.Context, c *candidate) ([]string, error) {
	out, err := w.git(ctx, w.root, "diff", "--name-only", c.tag(c.last), "--", c.Path)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(strings.Fields(out), func(file string) bool {
		return strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".md") ||
			strings.Contains(file, "/testdata/")
	}), nil
}

// checkPapers checks the files that every module version contains for its readers.
func (w *Workspace) checkPapers(c *candidate) {
	license, err := os.ReadFile(filepath.Join(w.dir(c.Module), "LICENSE"))
	if ours, rootErr := os.ReadFile(filepath.Join(w.root, "LICENSE")); err != nil || rootErr != nil || !bytes.Equal(license, ours) {
		c.problem("LICENSE is missing or differs: copy the one at the root of the repository, which is not in the module's zip")
	}
	readme, err := os.ReadFile(filepath.Join(w.dir(c.Module), "README.md"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.problem("README.md is missing: write one with the title \"# %s\" and a link to CHANGELOG.md", c.Path)
	case err != nil:
		c.problem("%w", err)
	case !bytes.HasPrefix(readme, []byte("# "+c.Path+"\n")):
		c.problem("README.md: the first line must be \"# %s\"", c.Path)
	case !bytes.Contains(readme, []byte("(CHANGELOG.md)")):
		c.problem("README.md has no link to CHANGELOG.md: add \"Changes: [CHANGELOG.md](CHANGELOG.md).\"")
	}
}

// checkSiblings returns the requirements of planned modules that neither have a tag nor are released with them.
func checkSiblings(candidates []*candidate, run []planned) []error {
	var problems []error
	for _, p := range run {
		for _, sibling := range candidates {
			version := p.requires[sibling.ImportPath]
			if version == "" || slices.Contains(sibling.tags, version) {
				continue
			}
			i := slices.IndexFunc(run, func(o planned) bool { return o.candidate == sibling })
			switch {
			case i >= 0 && run[i].version == version:
			case i >= 0:
				problems = append(problems, fmt.Errorf("%s: go.mod requires %s %s, but the release is %s: "+
					"write %s in %s/go.mod, and in the replace of go.work", p.Path, sibling.Path, version, run[i].version, run[i].version, p.Path))
			default:
				problems = append(problems, fmt.Errorf("%s: go.mod requires %s %s, which is not released: run `go tool mage release %s %s` "+
					"first, or release both in one run with `go tool mage release:all`", p.Path, sibling.Path, version, sibling.Path, version))
			}
		}
	}
	return problems
}

// git runs git in a folder and returns its output.
func (w *Workspace) git(ctx context.Context, dir string, args ...string) (string, error) {
	var out, errs bytes.Buffer
	if err := w.run(ctx, command{path: "git", args: args, dir: dir, stdout: &out, stderr: &errs}); err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(out.String()), nil
}
