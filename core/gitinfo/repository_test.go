package gitinfo_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

const (
	origin  = "https://git.example.com/acme/shop.git"
	subject = "shop"
)

// tb is what testing.TB and *rapid.T have in common.
type tb interface {
	require.TestingT
	Helper()
}

// folders is a tb with temporary directories, which property tests do not have.
type folders interface {
	tb
	TempDir() string
}

// repository is a repository with one commit.
type repository struct {
	dir    string
	git    *git.Repository
	commit plumbing.Hash
}

// newRepository creates a repository in dir with a few files, one commit on main and a remote.
func newRepository(t tb, dir string) *repository {
	t.Helper()
	repo, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{
		InitOptions: git.InitOptions{DefaultBranch: plumbing.Main},
	})
	require.NoError(t, err)
	_, err = repo.CreateRemote(&config.RemoteConfig{Name: "origin", URLs: []string{origin}})
	require.NoError(t, err)
	r := &repository{dir: dir, git: repo}
	write(t, dir, "main.go", "package main\n")
	write(t, dir, "docs/guide.md", "one\ntwo\n")
	write(t, dir, "docs-old.md", "old\n")
	write(t, dir, "docs/deep/er/page.md", "deep\n")
	write(t, dir, "empty", "")
	write(t, dir, "run.sh", "#!/bin/sh\n")
	require.NoError(t, os.Chmod(filepath.Join(dir, "run.sh"), 0o755))
	require.NoError(t, os.Symlink("main.go", filepath.Join(dir, "link")))
	r.commit = r.commitAll(t)
	return r
}

func (r *repository) commitAll(t tb) plumbing.Hash {
	t.Helper()
	tree, err := r.git.Worktree()
	require.NoError(t, err)
	require.NoError(t, tree.AddWithOptions(&git.AddOptions{All: true}))
	commit, err := tree.Commit("a commit", &git.CommitOptions{
		AllowEmptyCommits: true,
		Author:            &object.Signature{Name: subject, Email: "shop@example.com", When: time.Unix(1_700_000_000, 0)},
	})
	require.NoError(t, err)
	return commit
}

// known is everything that the package knows about a repository.
type known struct {
	gitinfo.Facts
	Dirty gitinfo.State
}

// read reads everything, without a time limit.
func read(dir string) known {
	ctx := context.Background()
	return known{gitinfo.ReadSlowly(ctx, dir), gitinfo.StatusSlowly(ctx, dir)}
}

// facts returns what is known about a new repository.
func (r *repository) facts() known {
	return known{gitinfo.Facts{Repository: origin, Branch: "main", Commit: r.commit.String()}, gitinfo.Clean}
}

func write(t tb, dir, name, content string) {
	t.Helper()
	path := in(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

// in returns the path of a file whose name has slashes.
func in(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

// appendTo appends to a file.
func appendTo(t tb, dir, name, content string) {
	t.Helper()
	old, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	write(t, dir, name, string(old)+content)
}

// needGit skips a test when git is not installed.
func needGit(t interface {
	Helper()
	Skip(args ...any)
}) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
}

// run runs git with no configuration but that of the repository.
func run(t tb, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("git", args...)
	command.Dir = dir
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_AUTHOR_NAME=shop", "GIT_AUTHOR_EMAIL=shop@example.com",
		"GIT_COMMITTER_NAME=shop", "GIT_COMMITTER_EMAIL=shop@example.com",
	}
	out, err := command.CombinedOutput()
	require.NoError(t, err, "git %s: %s", strings.Join(args, " "), out)
	return string(out)
}

// status returns what git status says about tracked files.
func status(t tb, dir string) gitinfo.State {
	t.Helper()
	if run(t, dir, "status", "--porcelain", "--untracked-files=no") == "" {
		return gitinfo.Clean
	}
	return gitinfo.Dirty
}
