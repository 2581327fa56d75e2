package targets

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	"golang.org/x/mod/sumdb/dirhash"

	"github.com/ashlar-iac/ashlar/magefiles/release"
)

// rehearsal is a temporary clone in which modules are released, with a module proxy that serves them.
//
// The go command keeps every version that it downloads. A version that is not published yet must therefore not be
// downloaded under its name, as its content may still change. The proxy serves it under a version that no one publishes,
// which contains a hash of the content: v0.1.0-rehearsal-0123456789ab.
type rehearsal struct {
	*Workspace
	dir, clone string
	proxy      *release.Proxy
	// env are variables for the go command outside of the workspace.
	env []string
	// flags are the flags of the go command in the environment.
	flags string
	// identity are options of git with the author of commits and tags.
	identity []string
	// tagged are the served versions with a tag.
	tagged map[module.Version]*release.Archive
	staged []*staged
}

// staged is a module in a rehearsal.
type staged struct {
	planned
	// archive is the module as it would be published.
	archive *release.Archive
	// served is the archive in the proxy.
	served *release.Archive
	// dir is the unpacked module that the proxy serves.
	dir string
}

// rehearse calls do with a rehearsal of a commit, and removes it.
func (w *Workspace) rehearse(ctx context.Context, commit string, identity []string, do func(*rehearsal) error) (err error) {
	dir, err := os.MkdirTemp("", "ashlar-release-")
	if err != nil {
		return fmt.Errorf("create a folder for the rehearsal: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &rehearsal{Workspace: w, dir: dir, clone: filepath.Join(dir, "clone"), identity: identity,
		proxy: release.NewProxy(filepath.Join(dir, "proxy")), tagged: map[module.Version]*release.Archive{}}
	if _, err := w.git(ctx, w.root, "clone", "--quiet", "--shared", "--no-checkout", w.root, r.clone); err != nil {
		return err
	}
	// Git does not share the objects of a shallow clone, such as those of CI, by itself.
	objects, err := w.git(ctx, w.root, "rev-parse", "--path-format=absolute", "--git-path", "objects")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.clone, ".git", "objects", "info", "alternates"), []byte(objects+"\n"), 0o644); err != nil {
		return fmt.Errorf("share the objects of Git: %w", err)
	}
	if _, err := w.git(ctx, r.clone, "checkout", "--quiet", "--detach", commit); err != nil {
		return err
	}
	if err := r.goEnv(ctx); err != nil {
		return err
	}
	return do(r)
}

// goEnv reads the environment of the go command, and adds the proxy to it.
func (r *rehearsal) goEnv(ctx context.Context) error {
	var out, errs bytes.Buffer
	err := r.run(ctx, command{path: "go", args: []string{"env", "-json", "GOPROXY", "GONOSUMDB", "GOMODCACHE", "GOFLAGS"},
		dir: r.root, env: r.rehearsalEnv, stdout: &out, stderr: &errs})
	if err != nil {
		return fmt.Errorf("go env: %w\n%s", err, strings.TrimSpace(errs.String()))
	}
	var env struct{ GOPROXY, GONOSUMDB, GOMODCACHE, GOFLAGS string }
	if err := json.Unmarshal(out.Bytes(), &env); err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	var ours []string
	for _, m := range r.modules {
		if m.Released {
			ours = append(ours, m.ImportPath)
			sweep(env.GOMODCACHE, m.ImportPath)
		}
	}
	r.flags = env.GOFLAGS
	r.env = append(slices.Clone(r.rehearsalEnv),
		"GOWORK=off",
		"GOPROXY="+strings.Trim(r.proxy.URL()+","+env.GOPROXY, ","),
		// The checksum database does not know what is not published. Other modules are still verified.
		"GONOSUMDB="+strings.Trim(strings.Join(ours, ",")+","+env.GONOSUMDB, ","),
		// A pattern of private modules would bypass the proxy.
		"GONOPROXY=none",
	)
	return nil
}

// rehearsalMark is the part of a version that only rehearsals have.
const rehearsalMark = "-rehearsal-"

// sweep removes versions of rehearsals from the module cache that are older than a day. Younger ones may be in use by
// another rehearsal of the same content. Files that cannot be removed only need space.
func sweep(cache, importPath string) {
	escaped, err := module.EscapePath(importPath)
	if err != nil {
		return
	}
	for _, pattern := range []string{escaped + "@v*" + rehearsalMark + "*", "cache/download/" + escaped + "/@v/v*" + rehearsalMark + "*"} {
		found, _ := filepath.Glob(filepath.Join(cache, filepath.FromSlash(pattern)))
		for _, path := range found {
			if info, err := os.Stat(path); err != nil || time.Since(info.ModTime()) < 24*time.Hour {
				continue
			}
			_ = filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
				if err == nil && entry.IsDir() {
					_ = os.Chmod(path, 0o755) // Folders of the module cache are read-only.
				}
				return nil
			})
			_ = os.RemoveAll(path)
		}
	}
}

// stage makes the zip of a module as it would be published, and serves it. Modules that it requires must be staged or have
// a tag. With commit, the release is also committed and tagged in the clone.
func (r *rehearsal) stage(ctx context.Context, p planned, commit bool) (*staged, error) {
	s := &staged{planned: p, dir: filepath.Join(r.dir, "modules", filepath.FromSlash(p.Path))}
	var published, rehearsed []string // Lines of go.sum.
	versions := map[string]string{}
	for path, version := range p.requires {
		if i := slices.IndexFunc(r.staged, func(o *staged) bool { return o.ImportPath == path && o.version == version }); i >= 0 {
			published = append(published, r.staged[i].archive.Sums...)
			versions[path] = r.staged[i].served.Version.Version
			rehearsed = append(rehearsed, r.staged[i].served.Sums...)
			continue
		}
		archive, err := r.serveTag(ctx, path, version)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Path, err)
		}
		published, rehearsed = append(published, archive.Sums...), append(rehearsed, archive.Sums...)
	}
	if commit {
		if err := r.commit(ctx, p, published); err != nil {
			return nil, err
		}
	}
	var err error
	s.archive, err = release.ArchiveCommit(filepath.Join(r.dir, strings.ReplaceAll(p.tag(p.version), "/", "-")+".zip"),
		module.Version{Path: p.ImportPath, Version: p.version}, r.clone, "HEAD", p.Path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(s.dir), 0o755); err != nil {
		return nil, err
	}
	if err := s.archive.Unpack(s.dir); err != nil {
		return nil, err
	}
	if err := useVersions(s.dir, versions, rehearsed); err != nil {
		return nil, fmt.Errorf("%s: %w", p.Path, err)
	}
	if s.served, err = r.serve(s); err != nil {
		return nil, err
	}
	r.staged = append(r.staged, s)
	return s, nil
}

// serve serves the unpacked module under a version of rehearsals.
func (r *rehearsal) serve(s *staged) (*release.Archive, error) {
	hash, err := dirhash.HashDir(s.dir, s.ImportPath, dirhash.Hash1)
	if err != nil {
		return nil, fmt.Errorf("hash %s: %w", s.Path, err)
	}
	digest := sha256.Sum256([]byte(hash))
	version := module.Version{Path: s.ImportPath, Version: s.version + rehearsalMark + hex.EncodeToString(digest[:6])}
	archive, err := release.ArchiveDir(strings.TrimSuffix(s.archive.File, ".zip")+rehearsalMark+".zip", version, s.dir)
	if err != nil {
		return nil, err
	}
	return archive, r.proxy.Add(archive)
}

// serveTag serves a version that has a tag, and the versions that it requires.
func (r *rehearsal) serveTag(ctx context.Context, path, version string) (*release.Archive, error) {
	key := module.Version{Path: path, Version: version}
	if archive, ok := r.tagged[key]; ok {
		return archive, nil
	}
	i := slices.IndexFunc(r.modules, func(m Module) bool { return m.ImportPath == path && m.Released })
	if i < 0 {
		return nil, fmt.Errorf("%s is not a released module", path)
	}
	tag := r.modules[i].Path + "/" + version
	if _, err := r.git(ctx, r.clone, "rev-parse", "--verify", "--quiet", "refs/tags/"+tag); err != nil {
		return nil, fmt.Errorf("go.mod requires %s %s, which is neither a tag nor the next version of the plan: "+
			"write a version that `go tool mage release:plan` lists, or run `git fetch --unshallow --tags` in a clone without tags", r.modules[i].Path, version)
	}
	archive, err := release.ArchiveCommit(filepath.Join(r.dir, strings.ReplaceAll(tag, "/", "-")+".zip"), key, r.clone,
		"refs/tags/"+tag, r.modules[i].Path)
	if err != nil {
		return nil, err
	}
	r.tagged[key] = archive
	file, err := modfile.ParseLax("go.mod", archive.Mod, nil)
	if err != nil {
		return nil, err
	}
	for _, required := range file.Require {
		if r.isReleased(required.Mod.Path) {
			if _, err := r.serveTag(ctx, required.Mod.Path, required.Mod.Version); err != nil {
				return nil, fmt.Errorf("%s: %w", tag, err)
			}
		}
	}
	return archive, r.proxy.Add(archive)
}

// commit commits and tags a release in the clone: the changelog gets the version, and go.sum the hashes of siblings.
func (r *rehearsal) commit(ctx context.Context, p planned, sums []string) error {
	dir := filepath.Join(r.clone, filepath.FromSlash(p.Path))
	date := time.Now().UTC().Format(time.DateOnly)
	if err := os.WriteFile(filepath.Join(dir, changelogFile), p.changelog.Release(p.version, date), 0o644); err != nil {
		return err
	}
	if len(sums) > 0 {
		before, err := os.ReadFile(filepath.Join(dir, "go.sum"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "go.sum"), release.WithSums(before, sums), 0o644); err != nil {
			return err
		}
	}
	title := "Release " + p.Path + " " + p.version
	for _, args := range [][]string{
		{"add", "--all", p.Path},
		{"commit", "--quiet", "--message", title, "--message", "The entries of the changelog become those of the version."},
		{"tag", "--annotate", "--cleanup=verbatim", "--message", title + "\n\n" + p.changelog.Notes() + "\n", p.tag(p.version)},
	} {
		if _, err := r.git(ctx, r.clone, slices.Concat(r.identity, args)...); err != nil {
			return err
		}
	}
	return nil
}

// useVersions changes the versions of siblings in the go.mod of a folder, and sets their lines of go.sum.
func useVersions(dir string, versions map[string]string, sums []string) error {
	if len(versions) > 0 {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil {
			return err
		}
		file, err := modfile.Parse("go.mod", data, nil)
		if err != nil {
			return err
		}
		for path, version := range versions {
			if err := file.AddRequire(path, version); err != nil {
				return err
			}
		}
		if data, err = file.Format(); err != nil {
			return err
		}
		if err := replaceFile(filepath.Join(dir, "go.mod"), data); err != nil {
			return err
		}
	}
	if len(sums) == 0 {
		return nil
	}
	before, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return replaceFile(filepath.Join(dir, "go.sum"), release.WithSums(before, sums))
}

// goCommand runs the go command outside of the workspace. The error contains its output.
func (r *rehearsal) goCommand(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	var out, errs bytes.Buffer
	err := r.run(ctx, command{path: "go", args: args, dir: dir, env: slices.Concat(r.env, env), stdout: &out, stderr: &errs})
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(errs.String()+out.String()))
	}
	return out.String(), nil
}
