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

func TestReadFindsFactsInEveryKindOfRepository(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		// make changes the repository, and returns the folder to read from and
		// what to expect.
		make func(t folders, r *repository) (string, gitinfo.Facts)
	}{
		"Clone": {
			reason: "the plain case",
			make:   func(_ folders, r *repository) (string, gitinfo.Facts) { return r.dir, r.facts() },
		},
		"FolderInside": {
			reason: "a program is rarely at the root",
			make: func(_ folders, r *repository) (string, gitinfo.Facts) {
				return filepath.Join(r.dir, "docs", "deep"), r.facts()
			},
		},
		"LinkToFolder": {
			reason: "upwards is meant in the file system",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
				link := filepath.Join(t.TempDir(), "link")
				require.NoError(t, os.Symlink(filepath.Join(r.dir, "docs"), link))
				return link, r.facts()
			},
		},
		"Detached": {
			reason: "a detached HEAD is on no branch",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
				write(t, r.dir, ".git/HEAD", r.commit.String()+"\n")
				want := r.facts()
				want.Branch = ""
				return r.dir, want
			},
		},
		"Unborn": {
			reason: "before the first commit there is a branch, and nothing to compare with",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
				write(t, r.dir, ".git/HEAD", "ref: refs/heads/feature/new\n")
				return r.dir, gitinfo.Facts{Repository: origin, Branch: "feature/new"}
			},
		},
		"PackedReferences": {
			reason: "references need not have a file each",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
				write(t, r.dir, ".git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"+
					r.commit.String()+" refs/heads/main\n"+
					strings.Repeat("1", 40)+" refs/tags/v1.0.0\n^"+r.commit.String()+"\n"+
					strings.Repeat("2", 40)+" refs/tags/v2.0.0\n")
				require.NoError(t, os.Remove(in(r.dir, ".git/refs/heads/main")))
				want := r.facts()
				want.Tag = "v1.0.0"
				return r.dir, want
			},
		},
		"LinkedWorktree": {
			reason: "a linked worktree has its own HEAD and index, and shares the rest",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
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
			reason: "without a working tree nothing can be changed",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
				bare := filepath.Join(t.TempDir(), "shop.git")
				require.NoError(t, os.CopyFS(bare, os.DirFS(filepath.Join(r.dir, ".git"))))
				want := r.facts()
				want.Dirty = gitinfo.Unknown
				return bare, want
			},
		},
		"Shallow": {
			reason: "the commits before are not looked at",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
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
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
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
			reason: "files that are elsewhere are not compared",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
				appendTo(t, r.dir, ".git/config", "[core]\n\tworktree = /elsewhere\n")
				want := r.facts()
				want.Dirty = gitinfo.Unknown
				return r.dir, want
			},
		},
		"Alternates": {
			reason: "objects may lie in another repository, as after git clone --shared",
			make: func(t folders, r *repository) (string, gitinfo.Facts) {
				moved := filepath.Join(t.TempDir(), "objects")
				require.NoError(t, os.Rename(in(r.dir, ".git/objects"), moved))
				write(t, r.dir, ".git/objects/info/alternates", moved+"\n")
				return r.dir, r.facts()
			},
		},
		"NoRepository": {
			reason: "most folders are in none",
			make:   func(t folders, _ *repository) (string, gitinfo.Facts) { return t.TempDir(), gitinfo.Facts{} },
		},
		"NoFolder": {
			reason: "a folder that does not exist is in none",
			make: func(_ folders, r *repository) (string, gitinfo.Facts) {
				return filepath.Join(r.dir, "nowhere"), gitinfo.Facts{}
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, want := tc.make(t, newRepository(t, t.TempDir()))
			for range 2 {
				if diff := cmp.Diff(want, gitinfo.Read(t.Context(), dir)); diff != "" {
					t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
				}
			}
		})
	}
}

func TestReadTakesTheGreatestTag(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		tags   []string
		want   string
	}{
		"None":       {"a commit need not have one", nil, ""},
		"Version":    {"versions are numbers", []string{"v1.9.0", "v1.10.0", "v1.2.0"}, "v1.10.0"},
		"Prerelease": {"a release comes after its candidates", []string{"v1.0.0-rc.1", "v1.0.0"}, "v1.0.0"},
		"Words":      {"a version says more than a word", []string{"stable", "0.1.0", "zzz"}, "0.1.0"},
		"NoVersion":  {"else the last in order", []string{"2025-12-31", "2026-01-01", "2025-01-01"}, "2026-01-01"},
		"Modules":    {"the version of a module counts, the name decides", []string{"core/v0.2.0", "aws/v0.2.0", "web/v0.1.0"}, "core/v0.2.0"},
		"Slashes":    {"the tag of all modules stands for them", []string{"core/v0.2.0", "v0.2.0", "web/v0.2.0"}, "v0.2.0"},
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
			assert.Equal(t, tc.want, gitinfo.Read(t.Context(), r.dir).Tag, tc.reason)
			r.commitAll(t)
			assert.Empty(t, gitinfo.Read(t.Context(), r.dir).Tag, "tags of other commits do not count")
		})
	}
}

func TestReadEndsInTime(t *testing.T) {
	t.Parallel()
	r := newRepository(t, t.TempDir())
	start := time.Now()
	gitinfo.Read(t.Context(), r.dir, gitinfo.WithTimeLimit(time.Nanosecond))
	assert.Less(t, time.Since(start), time.Second)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Empty(t, gitinfo.Read(ctx, r.dir), "what is over before it starts finds nothing")
	assert.Equal(t, r.facts(), gitinfo.Read(t.Context(), r.dir, gitinfo.WithTimeLimit(0)), "there need not be a limit")
}

func TestReadAgreesWithGitOnItsOwnRepositories(t *testing.T) {
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
	assert.Equal(t, r.facts(), gitinfo.Read(t.Context(), r.dir))
	assert.Equal(t, gitinfo.Facts{Repository: origin, Branch: "fix", Commit: tagged, Tag: "v1.2.3", Dirty: gitinfo.Clean},
		gitinfo.Read(t.Context(), filepath.Join(dir, "linked")))
	local := gitinfo.Facts{Branch: "main", Commit: tagged, Tag: "v1.2.3", Dirty: gitinfo.Clean}
	assert.Equal(t, local, gitinfo.Read(t.Context(), filepath.Join(dir, "clone")), "a path is no address")
	local.Tag = ""
	got := gitinfo.Read(t.Context(), filepath.Join(r.dir, "sub"))
	got.Tag = ""
	assert.Equal(t, local, got)

	write(t, r.dir, "sub/main.go", "package changed\n")
	assert.Equal(t, gitinfo.Dirty, gitinfo.Read(t.Context(), r.dir).Dirty, "a change in a submodule is one")
	assert.Equal(t, gitinfo.Dirty, status(t, r.dir))
	run(t, filepath.Join(r.dir, "sub"), "checkout", "-q", ".")
	write(t, r.dir, "sub/untracked", "x")
	assert.Equal(t, gitinfo.Clean, gitinfo.Read(t.Context(), r.dir).Dirty, "a file that is not tracked is none")
	assert.Equal(t, gitinfo.Clean, status(t, r.dir))
	run(t, filepath.Join(r.dir, "sub"), "commit", "-q", "--allow-empty", "-m", "next")
	assert.Equal(t, gitinfo.Dirty, gitinfo.Read(t.Context(), r.dir).Dirty, "another commit is a change")
	assert.Equal(t, gitinfo.Dirty, status(t, r.dir))
	require.NoError(t, os.RemoveAll(filepath.Join(r.dir, "sub")))
	require.NoError(t, os.Mkdir(filepath.Join(r.dir, "sub"), 0o755))
	assert.Equal(t, gitinfo.Clean, gitinfo.Read(t.Context(), r.dir).Dirty, "a submodule need not be checked out")
	assert.Equal(t, gitinfo.Clean, status(t, r.dir))
}
