package gitinfo_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

func TestReadKnowsTheFactsOfEveryKindOfRepository(t *testing.T) {
	t.Parallel()
	needGit(t)
	tests := map[string]struct {
		reason string
		// make changes the repository and returns the directory to read and the facts to expect.
		make func(t folders, r *repository) (string, known)
	}{
		"Clone": {
			reason: "a clone",
			make:   func(_ folders, r *repository) (string, known) { return r.dir, r.facts() },
		},
		"Subdirectory": {
			reason: "programs are rarely in the root",
			make: func(_ folders, r *repository) (string, known) {
				return filepath.Join(r.dir, "docs", "deep"), r.facts()
			},
		},
		"LinkToDirectory": {
			reason: "the parent of a link is that of its target",
			make: func(t folders, r *repository) (string, known) {
				link := filepath.Join(t.TempDir(), "link")
				require.NoError(t, os.Symlink(filepath.Join(r.dir, "docs"), link))
				return link, r.facts()
			},
		},
		"Detached": {
			reason: "a detached HEAD is on no branch",
			make: func(t folders, r *repository) (string, known) {
				write(t, r.dir, ".git/HEAD", r.commit.String()+"\n")
				want := r.facts()
				want.Branch = ""
				return r.dir, want
			},
		},
		"Unborn": {
			reason: "before the first commit there is a branch and no commit to compare with",
			make: func(t folders, r *repository) (string, known) {
				write(t, r.dir, ".git/HEAD", "ref: refs/heads/feature/new\n")
				return r.dir, known{Facts: gitinfo.Facts{Repository: origin, Branch: "feature/new"}}
			},
		},
		"PackedReferences": {
			reason: "references may be packed",
			make: func(t folders, r *repository) (string, known) {
				run(t, r.dir, "tag", "-a", "-m", "annotated", "v1.0.0")
				run(t, r.dir, "tag", "v0.9.0")
				run(t, r.dir, "pack-refs", "--all")
				require.NoFileExists(t, in(r.dir, ".git/refs/heads/main"))
				want := r.facts()
				want.Tag = "v1.0.0"
				return r.dir, want
			},
		},
		"LinkedWorktree": {
			reason: "a linked worktree has its own HEAD and index, and shares the rest",
			make: func(t folders, r *repository) (string, known) {
				own := in(r.dir, ".git/worktrees/fix")
				write(t, own, "commondir", "../..\n")
				write(t, own, "HEAD", "ref: refs/heads/fix\n")
				write(t, r.dir, ".git/refs/heads/fix", r.commit.String()+"\n")
				linked := t.TempDir()
				write(t, linked, ".git", "gitdir: "+own+"\n")
				want := r.facts()
				// It has no index, as after git worktree add --no-checkout.
				want.Branch, want.Dirty = "fix", gitinfo.Dirty
				return linked, want
			},
		},
		"Bare": {
			reason: "without a working tree there is no state",
			make: func(t folders, r *repository) (string, known) {
				bare := filepath.Join(t.TempDir(), "shop.git")
				require.NoError(t, os.CopyFS(bare, os.DirFS(filepath.Join(r.dir, ".git"))))
				want := r.facts()
				want.Dirty = gitinfo.Unknown
				return bare, want
			},
		},
		"Shallow": {
			reason: "earlier commits are not needed",
			make: func(t folders, r *repository) (string, known) {
				second := r.commitAll(t)
				write(t, r.dir, ".git/shallow", second.String()+"\n")
				name := r.commit.String()
				require.NoError(t, os.Remove(in(r.dir, ".git/objects/"+name[:2]+"/"+name[2:])))
				r.commit = second
				return r.dir, r.facts()
			},
		},
		"Submodule": {
			reason: "a submodule is a repository of its own",
			make: func(t folders, r *repository) (string, known) {
				sub := newRepository(t, filepath.Join(r.dir, "sub"))
				moved := in(r.dir, ".git/modules/sub")
				require.NoError(t, os.MkdirAll(filepath.Dir(moved), 0o755))
				require.NoError(t, os.Rename(filepath.Join(sub.dir, ".git"), moved))
				write(t, sub.dir, ".git", "gitdir: ../.git/modules/sub\n")
				appendTo(t, moved, "config", "[core]\n\tworktree = ../../../sub\n")
				return sub.dir, sub.facts()
			},
		},
		"OtherWorkingTree": {
			reason: "files in another directory are not compared",
			make: func(t folders, r *repository) (string, known) {
				appendTo(t, r.dir, ".git/config", "[core]\n\trepositoryformatversion = 0\n\tworktree = /elsewhere\n")
				want := r.facts()
				want.Dirty = gitinfo.Unknown
				return r.dir, want
			},
		},
		"Alternates": {
			reason: "objects may be in another repository, as after git clone --shared",
			make: func(t folders, r *repository) (string, known) {
				moved := filepath.Join(t.TempDir(), "objects")
				require.NoError(t, os.Rename(in(r.dir, ".git/objects"), moved))
				write(t, r.dir, ".git/objects/info/alternates", moved+"\n")
				return r.dir, r.facts()
			},
		},
		"NoRepository": {
			reason: "most directories are in no repository",
			make:   func(t folders, _ *repository) (string, known) { return t.TempDir(), known{} },
		},
		"NoDirectory": {
			reason: "a directory that does not exist is in no repository",
			make: func(_ folders, r *repository) (string, known) {
				return filepath.Join(r.dir, "nowhere"), known{}
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, want := tc.make(t, newRepository(t, t.TempDir()))
			for range 2 {
				if diff := cmp.Diff(want, read(dir)); diff != "" {
					t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
				}
			}
		})
	}
}

func TestReadReturnsTheGreatestTag(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		tags   []string
		want   string
	}{
		"None":       {"a commit may have no tag", nil, ""},
		"Version":    {"versions are numbers", []string{"v1.9.0", "v1.10.0", "v1.2.0"}, "v1.10.0"},
		"Prerelease": {"a release is greater than its candidates", []string{"v1.0.0-rc.1", "v1.0.0"}, "v1.0.0"},
		"Words":      {"versions precede words", []string{"stable", "0.1.0", "zzz"}, "0.1.0"},
		"NoVersion":  {"otherwise the last in order", []string{"2025-12-31", "2026-01-01", "2025-01-01"}, "2026-01-01"},
		"Modules":    {"the version of a module counts, then its name", []string{"core/v0.2.0", "aws/v0.2.0", "web/v0.1.0"}, "core/v0.2.0"},
		"Slashes":    {"the tag of all modules precedes that of one", []string{"core/v0.2.0", "v0.2.0", "web/v0.2.0"}, "v0.2.0"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			write(t, r.dir, ".git/refs/tags/broken", "garbage\n")
			commit, err := r.git.CommitObject(r.commit)
			require.NoError(t, err)
			for i, tag := range tc.tags {
				options := &git.CreateTagOptions{Message: "annotated", Tagger: &commit.Author}
				if i%2 == 1 {
					options = nil
				}
				_, err := r.git.CreateTag(tag, r.commit, options)
				require.NoError(t, err)
			}
			assert.Equal(t, tc.want, read(r.dir).Tag, tc.reason)
			r.commitAll(t)
			assert.Empty(t, read(r.dir).Tag, "tags of other commits do not count")
		})
	}
}

func TestReadAndStatusEndWithTheContext(t *testing.T) {
	t.Parallel()
	needGit(t)
	r := newRepository(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	start := time.Now()
	gitinfo.Read(ctx, r.dir)
	assert.Equal(t, gitinfo.Unknown, gitinfo.Status(ctx, r.dir))
	assert.Less(t, time.Since(start), time.Second)
}

func TestFactsAgreeWithGit(t *testing.T) {
	t.Parallel()
	needGit(t)
	dir := t.TempDir()
	r := newRepository(t, filepath.Join(dir, "one"))
	run(t, r.dir, "tag", "-a", "-m", "x", "v1.2.3")
	run(t, r.dir, "worktree", "add", "-q", "-b", "fix", filepath.Join(dir, "linked"))
	run(t, dir, "clone", "-q", "--depth=1", "--shared", r.dir, filepath.Join(dir, "clone"))
	run(t, r.dir, "-c", "protocol.file.allow=always", "submodule", "add", "-q", filepath.Join(dir, "clone"), "sub")
	run(t, r.dir, "commit", "-q", "-m", "sub")
	run(t, r.dir, "gc", "-q")
	r.commit = plumbing.NewHash(strings.TrimSpace(run(t, r.dir, "rev-parse", "HEAD")))

	tagged := strings.TrimSpace(run(t, r.dir, "rev-parse", "v1.2.3^{commit}"))
	assert.Equal(t, r.facts(), read(r.dir))
	assert.Equal(t, known{gitinfo.Facts{Repository: origin, Branch: "fix", Commit: tagged, Tag: "v1.2.3"}, gitinfo.Clean},
		read(filepath.Join(dir, "linked")))
	local := known{gitinfo.Facts{Branch: "main", Commit: tagged, Tag: "v1.2.3"}, gitinfo.Clean}
	assert.Equal(t, local, read(filepath.Join(dir, "clone")), "a local path is no remote")
	local.Tag = ""
	got := read(filepath.Join(r.dir, "sub"))
	got.Tag = ""
	assert.Equal(t, local, got)

	write(t, r.dir, "sub/main.go", "package changed\n")
	assert.Equal(t, gitinfo.Dirty, gitinfo.StatusSlowly(t.Context(), r.dir), "a changed file of a submodule counts")
	assert.Equal(t, gitinfo.Dirty, status(t, r.dir))
	run(t, filepath.Join(r.dir, "sub"), "checkout", "-q", ".")
	write(t, r.dir, "sub/untracked", "x")
	assert.Equal(t, gitinfo.Clean, gitinfo.StatusSlowly(t.Context(), r.dir), "an untracked file of a submodule does not count")
	assert.Equal(t, gitinfo.Clean, status(t, r.dir))
	run(t, filepath.Join(r.dir, "sub"), "commit", "-q", "--allow-empty", "-m", "next")
	assert.Equal(t, gitinfo.Dirty, gitinfo.StatusSlowly(t.Context(), r.dir), "another commit of a submodule counts")
	assert.Equal(t, gitinfo.Dirty, status(t, r.dir))
	require.NoError(t, os.RemoveAll(filepath.Join(r.dir, "sub")))
	require.NoError(t, os.Mkdir(filepath.Join(r.dir, "sub"), 0o755))
	assert.Equal(t, gitinfo.Clean, gitinfo.StatusSlowly(t.Context(), r.dir), "a submodule may be absent")
	assert.Equal(t, gitinfo.Clean, status(t, r.dir))
}
