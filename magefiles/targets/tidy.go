package targets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/ashlar-iac/ashlar/magefiles/release"
)

// Tidy updates go.mod and go.sum of every module and of the pinned tools.
func (w *Workspace) Tidy(ctx context.Context) error {
	dirs, err := w.goModules()
	if err != nil {
		return err
	}
	var errs []error
	for i, dir := range dirs {
		started := time.Now()
		changed, err := w.tidy(ctx, dir, true)
		if err != nil {
			errs = append(errs, err)
			w.say("[%d/%d] tidy %s: failed", i+1, len(dirs), w.relative(dir))
			continue
		}
		result := "nothing to change"
		if len(changed) > 0 {
			result = "changed " + strings.Join(changed, ", ")
		}
		w.say("[%d/%d] tidy %s: %s (%s)", i+1, len(dirs), w.relative(dir), result, since(started))
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// goModules returns the folders of all modules, including those that pin the tools.
func (w *Workspace) goModules() ([]string, error) {
	var dirs []string
	for _, m := range w.modules {
		dirs = append(dirs, w.dir(m))
	}
	pinned, err := filepath.Glob(filepath.Join(w.root, "magefiles", "tools", "*", "go.mod"))
	if err != nil {
		return nil, fmt.Errorf("list the modules of the tools: %w", err)
	}
	for _, path := range pinned {
		dirs = append(dirs, filepath.Dir(path))
	}
	return dirs, nil
}

func (w *Workspace) relative(path string) string {
	if relative, err := filepath.Rel(w.root, path); err == nil {
		return filepath.ToSlash(relative)
	}
	return path
}

// tidy runs `go mod tidy` for the module in dir and returns the names of the files that change. If write is true, it
// replaces the files.
//
// The modules of the workspace may require unpublished versions of each other. The go command therefore uses copies of
// go.mod and go.sum in which every other module of the workspace is replaced by its folder.
func (w *Workspace) tidy(ctx context.Context, dir string, write bool) (changed []string, err error) {
	name := w.relative(dir)
	work, err := os.MkdirTemp("", "ashlar-tidy-")
	if err != nil {
		return nil, fmt.Errorf("tidy %s: %w", name, err)
	}
	defer func() { _ = os.RemoveAll(work) }()

	before := map[string][]byte{}
	for _, file := range []string{"go.mod", "go.sum"} {
		if before[file], err = os.ReadFile(filepath.Join(dir, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("tidy %s: %w", name, err)
		}
	}
	copied, err := w.withSiblings(dir, before["go.mod"])
	if err != nil {
		return nil, fmt.Errorf("tidy %s: %w", name, err)
	}
	modFile, sumFile := filepath.Join(work, "go.mod"), filepath.Join(work, "go.sum")
	if err := errors.Join(os.WriteFile(modFile, copied, 0o600),
		os.WriteFile(sumFile, before["go.sum"], 0o600)); err != nil {
		return nil, fmt.Errorf("tidy %s: %w", name, err)
	}
	var out bytes.Buffer
	err = w.run(ctx, command{
		path: "go", args: []string{"mod", "tidy", "-modfile=" + modFile}, dir: dir,
		env: []string{"GOWORK=off", "GOFLAGS="}, stdout: &out, stderr: &out,
	})
	if err != nil {
		return nil, fmt.Errorf("tidy %s: %w\n%s", name, err, strings.TrimSpace(out.String()))
	}

	after := map[string][]byte{}
	for _, file := range []string{"go.mod", "go.sum"} {
		if after[file], err = os.ReadFile(filepath.Join(work, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("tidy %s: %w", name, err)
		}
	}
	if after["go.mod"], err = w.withoutSiblings(dir, before["go.mod"], after["go.mod"]); err != nil {
		return nil, fmt.Errorf("tidy %s: %w", name, err)
	}
	if w.inWorkspace(dir) {
		if after["go.sum"], err = release.KeepSums(before["go.sum"], after["go.sum"], after["go.mod"], w.isReleased); err != nil {
			return nil, fmt.Errorf("tidy %s: %w", name, err)
		}
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		if bytes.Equal(before[file], after[file]) {
			continue
		}
		changed = append(changed, file)
		if write {
			if err := replaceFile(filepath.Join(dir, file), after[file]); err != nil {
				return nil, fmt.Errorf("tidy %s: %w", name, err)
			}
		}
	}
	return changed, nil
}

// withSiblings returns a go.mod in which the other modules of the workspace are replaced by their folders.
func (w *Workspace) withSiblings(dir string, data []byte) ([]byte, error) {
	if !w.inWorkspace(dir) {
		return data, nil // The modules of the tools are outside the workspace.
	}
	file, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return nil, err
	}
	for _, m := range w.modules {
		if w.dir(m) == dir {
			continue
		}
		if err := file.AddReplace(m.ImportPath, "", w.dir(m), ""); err != nil {
			return nil, err
		}
	}
	file.Cleanup()
	return file.Format()
}

// isReleased reports whether an import path is that of a released module of the workspace.
func (w *Workspace) isReleased(path string) bool {
	return slices.ContainsFunc(w.modules, func(m Module) bool { return m.Released && m.ImportPath == path })
}

// siblingVersions returns the unpublished versions with which the modules of the workspace require each other, from the
// replace directives in go.work.
func (w *Workspace) siblingVersions() (map[string]string, error) {
	path := filepath.Join(w.root, "go.work")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := modfile.ParseWork(path, data, nil)
	if err != nil {
		return nil, err
	}
	versions := map[string]string{}
	for _, r := range file.Replace {
		versions[r.Old.Path] = r.Old.Version
	}
	return versions, nil
}

// withoutSiblings returns the tidied go.mod without the replacements that the original does not have. A new requirement
// of a module of the workspace gets the version in go.work instead of the generated one.
func (w *Workspace) withoutSiblings(dir string, original, tidied []byte) ([]byte, error) {
	if !w.inWorkspace(dir) {
		return tidied, nil
	}
	before, err := modfile.Parse("go.mod", original, nil)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse("go.mod", tidied, nil)
	if err != nil {
		return nil, err
	}
	versions, err := w.siblingVersions()
	if err != nil {
		return nil, err
	}
	for _, m := range w.modules {
		isSibling := func(r *modfile.Replace) bool { return r.Old.Path == m.ImportPath && r.Old.Version == "" }
		if slices.ContainsFunc(file.Replace, isSibling) && !slices.ContainsFunc(before.Replace, isSibling) {
			if err := file.DropReplace(m.ImportPath, ""); err != nil {
				return nil, err
			}
		}
		version := versions[m.ImportPath]
		for _, r := range file.Require {
			if r.Mod.Path == m.ImportPath && module.IsZeroPseudoVersion(r.Mod.Version) && version != "" {
				if err := file.AddRequire(m.ImportPath, version); err != nil {
					return nil, err
				}
				break
			}
		}
	}
	file.Cleanup()
	return file.Format()
}

// replaceFile replaces a file atomically.
func replaceFile(path string, data []byte) error {
	if data == nil {
		return os.Remove(path)
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".tidy-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	_, err = temporary.Write(data)
	if err := errors.Join(err, temporary.Chmod(mode), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
