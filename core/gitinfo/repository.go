package gitinfo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/config"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
	"golang.org/x/mod/semver"
)

// location holds the directories of a repository.
type location struct {
	// git holds HEAD and the index of this working tree.
	git string
	// common holds what all working trees share: objects, references and configuration.
	common string
	// tree is the root of the working tree, empty in a bare repository.
	tree string
}

var errBroken = errors.New("broken repository")

// locate finds the repository that contains dir.
func locate(dir string) (location, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return location{}, err
	}
	// The parent of a linked directory is that of the link's target.
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return location{}, err
	}
	for {
		where := location{tree: dir}
		if where.git, err = gitDirectory(dir); err != nil {
			return location{}, err
		}
		if where.git == "" && exists(dir, "HEAD") && exists(dir, "objects") && exists(dir, "refs") {
			where = location{git: dir}
		}
		if where.git != "" {
			where.common = where.git
			if text, err := os.ReadFile(filepath.Join(where.git, "commondir")); err == nil {
				where.common = resolve(where.git, string(text))
				if !exists(where.common, "objects") {
					return location{}, errBroken
				}
			}
			return where, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return location{}, os.ErrNotExist
		}
		dir = parent
	}
}

// gitDirectory returns the Git directory of the working tree with the root dir, empty when dir is no such root.
func gitDirectory(dir string) (string, error) {
	path := filepath.Join(dir, ".git")
	info, err := os.Stat(path)
	switch {
	case err != nil && exists(dir, ".git"):
		return "", err
	case err != nil:
		return "", nil
	case info.IsDir() && exists(path, "HEAD"):
		return path, nil
	case info.IsDir():
		return "", nil
	case !info.Mode().IsRegular():
		return "", errBroken
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	target, ok := strings.CutPrefix(string(text), "gitdir:")
	if path = resolve(dir, target); !ok || !exists(path, "HEAD") {
		return "", errBroken
	}
	return path, nil
}

// exists reports whether a directory has an entry, even a link that leads nowhere.
func exists(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return !errors.Is(err, os.ErrNotExist)
}

// resolve returns a path of a file of Git as seen from dir.
func resolve(dir, path string) string {
	path = filepath.FromSlash(strings.TrimSpace(path))
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// repository is an open repository.
type repository struct {
	config *config.Config
	store  *filesystem.Storage
}

// open opens the repository that contains dir. It does not use git.PlainOpen, which rejects partial clones and
// repositories with a configuration for each working tree.
func open(dir string) (*repository, error) {
	where, err := locate(dir)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(where.common, "config"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	r := &repository{config: config.New()}
	if err := config.NewDecoder(bytes.NewReader(text)).Decode(r.config); err != nil {
		return nil, fmt.Errorf("read the configuration of the repository: %w", err)
	}
	r.store = filesystem.NewStorageWithOptions(
		dotgit.NewRepositoryFilesystem(osfs.New(where.git), osfs.New(where.common)),
		cache.NewObjectLRUDefault(),
		// Alternates, the object directories of other repositories, are absolute paths.
		filesystem.Options{AlternatesFS: osfs.New(filepath.VolumeName(where.common) + string(filepath.Separator))},
	)
	return r, nil
}

func (r *repository) close() { _ = r.store.Close() }

// supported reports whether references and objects can be read. An unknown extension may change either.
func (r *repository) supported() bool {
	version := r.config.Section("core").Option("repositoryformatversion")
	if !slices.Contains([]string{"", "0", "1"}, version) {
		return false
	}
	return !slices.ContainsFunc(r.config.Section("extensions").Options, func(o *config.Option) bool {
		switch strings.ToLower(o.Key) {
		case "noop", "noop-v1", "partialclone", "preciousobjects", "worktreeconfig", "relativeworktrees":
			return false
		case "refstorage":
			return !strings.EqualFold(o.Value, "files")
		case "objectformat":
			return !strings.EqualFold(o.Value, "sha1")
		}
		return true
	})
}

// facts returns all facts but the tag.
func (r *repository) facts() Facts {
	var facts Facts
	if r.supported() {
		if head, err := r.store.Reference(plumbing.HEAD); err == nil {
			if name := head.Target(); name.IsBranch() && name.Validate() == nil {
				facts.Branch = name.Short()
			}
		}
		if head, err := storer.ResolveReference(r.store, plumbing.HEAD); err == nil {
			facts.Commit = hash(head)
		}
	}
	facts.Repository = r.remote(facts.Branch)
	return facts
}

// hash returns the hash of a reference, empty for an invalid one: go-git reads invalid and truncated hashes as a
// hash that ends in zeros.
func hash(reference *plumbing.Reference) string {
	hash := reference.Hash()
	if bytes.HasSuffix(hash[:], make([]byte, 4)) {
		return ""
	}
	return hash.String()
}

// tag returns the tag of a commit, the greatest of several.
func (r *repository) tag(ctx context.Context, commit string) string {
	if commit == "" {
		return ""
	}
	references, err := r.store.IterReferences()
	if err != nil {
		return ""
	}
	greatest := ""
	err = references.ForEach(func(reference *plumbing.Reference) error {
		name := reference.Name()
		if name.IsTag() && name.Validate() == nil && r.peel(reference.Hash()) == commit {
			if tag := name.Short(); greatest == "" || compareTags(tag, greatest) > 0 {
				greatest = tag
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return ""
	}
	return greatest
}

// peel returns the hash of the commit that a tag leads to.
func (r *repository) peel(hash plumbing.Hash) string {
	// An annotated tag may name another one.
	for range 10 {
		tag, err := object.GetTag(r.store, hash)
		if err != nil {
			break
		}
		hash = tag.Target
	}
	return hash.String()
}

// compareTags orders names of tags as [Facts] documents.
func compareTags(a, b string) int {
	return cmp.Or(
		semver.Compare(version(a), version(b)),
		cmp.Compare(strings.Count(b, "/"), strings.Count(a, "/")),
		cmp.Compare(a, b),
	)
}

// version returns the semantic version in the name of a tag. The empty string is less than any version.
func version(tag string) string {
	last := tag[strings.LastIndex(tag, "/")+1:]
	if v := "v" + strings.TrimPrefix(last, "v"); semver.IsValid(v) {
		return v
	}
	return ""
}
