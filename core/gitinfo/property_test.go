package gitinfo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

// TestStatusIsThatOfGit compares the status with that of git after each of some random edits.
func TestStatusIsThatOfGit(t *testing.T) {
	t.Parallel()
	needGit(t)
	template := newRepository(t, t.TempDir())
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "gitinfo-*")
		require.NoError(t, err)
		defer func() { _ = os.RemoveAll(dir) }()
		copyTree(t, dir, template.dir)
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			edit(t, dir)
			before := gitinfo.StatusSlowly(t.Context(), dir)
			want := status(t, dir)
			after := gitinfo.StatusSlowly(t.Context(), dir)
			if before != want || after != want {
				t.Fatalf("git status is %s; before it refreshes the index Status is %s, after %s\n%s", want, before, after,
					run(t, dir, "status", "--porcelain"))
			}
		}
	})
}

// edit changes a working tree or its index.
func edit(t *rapid.T, dir string) {
	name := rapid.SampledFrom([]string{
		"main.go", "docs/guide.md", "docs/deep/er/page.md", "docs", "docs-old.md", "empty", "run.sh", "link", "new", "docs/new",
	}).Draw(t, "name")
	path := filepath.Join(dir, name)
	content := rapid.SampledFrom([]string{"package main\n", "package mine\n", "one\ntwo\n", "deep\n", "", "old\n", "#!/bin/sh\n", "main.go"}).
		Draw(t, "content")
	kind := rapid.SampledFrom([]string{
		"write", "write", "remove", "link", "folder", "mode", "touch", "add", "add all", "unstage", "reset", "checkout", "commit", "pack",
	}).Draw(t, "kind")
	info, err := os.Lstat(path)
	switch isFile := err == nil && info.Mode().IsRegular(); kind {
	case "write":
		if err != nil || isFile {
			// Files in place of parent directories are removed.
			for parent := filepath.Dir(path); parent != dir; parent = filepath.Dir(parent) {
				if info, err := os.Lstat(parent); err == nil && !info.IsDir() {
					require.NoError(t, os.Remove(parent))
				}
			}
			write(t, dir, name, content)
		}
	case "remove":
		require.NoError(t, os.RemoveAll(path))
	case "link":
		require.NoError(t, os.RemoveAll(path))
		if info, err := os.Lstat(filepath.Dir(path)); err == nil && info.IsDir() {
			require.NoError(t, os.Symlink(content+"x", path))
		}
	case "folder":
		if isFile {
			require.NoError(t, os.Remove(path))
			write(t, path, "inside", content)
		}
	case "mode":
		if isFile {
			require.NoError(t, os.Chmod(path, info.Mode().Perm()^0o100))
		}
	case "touch":
		if isFile {
			old, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, old, 0o644))
		}
	case "add":
		if err == nil {
			run(t, dir, "add", "--", name)
		}
	case "add all":
		run(t, dir, "add", "--all")
	case "unstage":
		run(t, dir, "rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", name)
	case "reset":
		run(t, dir, "reset", "-q", "--hard")
	case "checkout":
		run(t, dir, "checkout-index", "-a", "-f")
	case "commit":
		run(t, dir, "commit", "-q", "--allow-empty", "-m", "next")
	case "pack":
		run(t, dir, "gc", "-q")
	}
}

// copyTree copies a directory with its links. Files get new modification times.
func copyTree(t tb, to, from string) {
	t.Helper()
	require.NoError(t, filepath.Walk(from, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		switch {
		case info.IsDir():
			return os.MkdirAll(target, 0o755)
		case info.Mode()&os.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, info.Mode().Perm())
	}))
}
