package gitinfo_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

func TestStatusIsDirtyWhenATrackedFileDiffers(t *testing.T) {
	t.Parallel()
	needGit(t)
	stage := func(t tb, r *repository, name string) {
		t.Helper()
		tree, err := r.git.Worktree()
		require.NoError(t, err)
		_, err = tree.Add(name)
		require.NoError(t, err)
	}
	tests := map[string]struct {
		reason string
		edit   func(t folders, r *repository)
		want   gitinfo.State
	}{
		"Nothing": {reason: "nothing differs", edit: func(folders, *repository) {}, want: gitinfo.Clean},
		"Content": {
			reason: "other content differs",
			edit:   func(t folders, r *repository) { write(t, r.dir, "main.go", "package other\n") },
			want:   gitinfo.Dirty,
		},
		"SameSize": {
			reason: "other content of the same size differs, even right after the commit",
			edit:   func(t folders, r *repository) { write(t, r.dir, "main.go", "package mine\n") },
			want:   gitinfo.Dirty,
		},
		"Emptied": {
			reason: "an emptied file differs",
			edit:   func(t folders, r *repository) { write(t, r.dir, "main.go", "") },
			want:   gitinfo.Dirty,
		},
		"Touched": {
			reason: "a new modification time does not count",
			edit: func(t folders, r *repository) {
				past := time.Now().Add(-time.Hour)
				require.NoError(t, os.Chtimes(filepath.Join(r.dir, "main.go"), past, past))
			},
			want: gitinfo.Clean,
		},
		"Removed": {
			reason: "a deleted file differs",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Remove(in(r.dir, "docs/guide.md")))
			},
			want: gitinfo.Dirty,
		},
		"DirectoryRemoved": {
			reason: "the files of a deleted directory differ",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.RemoveAll(filepath.Join(r.dir, "docs")))
			},
			want: gitinfo.Dirty,
		},
		"Untracked": {
			reason: "an untracked file does not count",
			edit:   func(t folders, r *repository) { write(t, r.dir, "docs/new.md", "new") },
			want:   gitinfo.Clean,
		},
		"Staged": {
			reason: "a staged new file counts",
			edit: func(t folders, r *repository) {
				write(t, r.dir, "docs/new.md", "new")
				stage(t, r, "docs/new.md")
			},
			want: gitinfo.Dirty,
		},
		"StagedContent": {
			reason: "a staged change counts",
			edit: func(t folders, r *repository) {
				write(t, r.dir, "docs/deep/er/page.md", "new")
				stage(t, r, "docs/deep/er/page.md")
			},
			want: gitinfo.Dirty,
		},
		"StagedRemoval": {
			reason: "a removal that is only in the index counts",
			edit: func(t folders, r *repository) {
				index, err := r.git.Storer.Index()
				require.NoError(t, err)
				_, err = index.Remove("empty")
				require.NoError(t, err)
				require.NoError(t, r.git.Storer.SetIndex(index))
			},
			want: gitinfo.Dirty,
		},
		"NoIndex": {
			reason: "without an index every file is removed",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Remove(in(r.dir, ".git/index")))
			},
			want: gitinfo.Dirty,
		},
		"Executable": {
			reason: "the executable bit is tracked",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Chmod(filepath.Join(r.dir, "main.go"), 0o755))
			},
			want: gitinfo.Dirty,
		},
		"ExecutableIgnored": {
			reason: "with core.filemode=false the executable bit is not tracked",
			edit: func(t folders, r *repository) {
				appendTo(t, r.dir, ".git/config", "[core]\n\tfilemode = false\n")
				require.NoError(t, os.Chmod(filepath.Join(r.dir, "main.go"), 0o755))
			},
			want: gitinfo.Clean,
		},
		"Permissions": {
			reason: "other permissions are not tracked",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Chmod(filepath.Join(r.dir, "main.go"), 0o600))
			},
			want: gitinfo.Clean,
		},
		"LinkTarget": {
			reason: "the content of a link is its target",
			edit: func(t folders, r *repository) {
				link := filepath.Join(r.dir, "link")
				require.NoError(t, os.Remove(link))
				require.NoError(t, os.Symlink("run.sh", link))
			},
			want: gitinfo.Dirty,
		},
		"LinkToFile": {
			reason: "a file in place of a link differs",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Remove(filepath.Join(r.dir, "link")))
				write(t, r.dir, "link", "main.go")
			},
			want: gitinfo.Dirty,
		},
		"LinksAsFiles": {
			reason: "with core.symlinks=false links are files",
			edit: func(t folders, r *repository) {
				appendTo(t, r.dir, ".git/config", "[core]\n\tsymlinks = false\n")
				require.NoError(t, os.Remove(filepath.Join(r.dir, "link")))
				write(t, r.dir, "link", "main.go")
			},
			want: gitinfo.Clean,
		},
		"FileToDirectory": {
			reason: "a directory in place of a file differs",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Remove(filepath.Join(r.dir, "main.go")))
				write(t, r.dir, "main.go/inside", "x")
			},
			want: gitinfo.Dirty,
		},
		"DirectoryToLink": {
			reason: "files behind a link are not the tracked ones",
			edit: func(t folders, r *repository) {
				docs := filepath.Join(r.dir, "docs")
				require.NoError(t, os.Rename(docs, docs+".moved"))
				require.NoError(t, os.Symlink("docs.moved", docs))
			},
			want: gitinfo.Dirty,
		},
		"OldModes": {
			reason: "modes that early versions of Git wrote do not differ from those of today",
			edit: func(t folders, r *repository) {
				commit, err := r.git.CommitObject(r.commit)
				require.NoError(t, err)
				tree, err := commit.Tree()
				require.NoError(t, err)
				for i := range tree.Entries {
					if tree.Entries[i].Mode == filemode.Regular {
						tree.Entries[i].Mode = filemode.Deprecated
					}
				}
				save := func(encode func(plumbing.EncodedObject) error) plumbing.Hash {
					o := r.git.Storer.NewEncodedObject()
					require.NoError(t, encode(o))
					hash, err := r.git.Storer.SetEncodedObject(o)
					require.NoError(t, err)
					return hash
				}
				old := save(tree.Encode)
				require.NotEqual(t, commit.TreeHash, old)
				commit.TreeHash = old
				require.NoError(t, r.git.Storer.SetReference(plumbing.NewHashReference("refs/heads/main", save(commit.Encode))))
			},
			want: gitinfo.Clean,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			tc.edit(t, r)
			for range 2 {
				assert.Equal(t, tc.want, gitinfo.StatusSlowly(t.Context(), r.dir), tc.reason)
			}
			assert.Equal(t, tc.want, status(t, r.dir), "git agrees")
		})
	}
}

func TestStatusFollowsTheIndex(t *testing.T) {
	t.Parallel()
	needGit(t)
	tests := map[string]struct {
		reason string
		git    [][]string
		want   gitinfo.State
	}{
		"AssumeUnchanged": {"a file marked assume-unchanged does not count", [][]string{{"update-index", "--assume-unchanged", "main.go"}}, gitinfo.Clean},
		"SkipWorktree":    {"a file marked skip-worktree does not count", [][]string{{"update-index", "--skip-worktree", "main.go"}}, gitinfo.Clean},
		"IntentToAdd":     {"a file that will be added counts", [][]string{{"checkout", "-q", "."}, {"add", "-N", "new.txt"}}, gitinfo.Dirty},
		"Version4":        {"compressed paths are supported", [][]string{{"update-index", "--index-version", "4"}}, gitinfo.Dirty},
		"Version4Clean":   {"compressed paths are supported", [][]string{{"checkout", "-q", "."}, {"update-index", "--index-version", "4"}}, gitinfo.Clean},
		"Conflict": {"a conflict counts", [][]string{
			{"checkout", "-q", "-b", "other"}, {"commit", "-q", "-a", "-m", "other"}, {"checkout", "-q", "main"},
			{"rm", "-q", "main.go"}, {"commit", "-q", "-m", "gone"}, {"merge-file", "-q", "-p", "run.sh", "run.sh", "run.sh"},
			{"read-tree", "-m", "main~1", "main", "other"},
		}, gitinfo.Dirty},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			write(t, r.dir, "main.go", "package changed\n")
			write(t, r.dir, "new.txt", "new")
			for _, args := range tc.git {
				run(t, r.dir, args...)
			}
			assert.Equal(t, tc.want, gitinfo.StatusSlowly(t.Context(), r.dir), tc.reason)
			assert.Equal(t, tc.want, status(t, r.dir), "git agrees")
		})
	}
}

func TestStatusSupportsSplitAndSparseIndexes(t *testing.T) {
	t.Parallel()
	needGit(t)
	for name, args := range map[string][]string{
		"Split":  {"update-index", "--split-index"},
		"Sparse": {"sparse-checkout", "set", "--cone", "--sparse-index", "docs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			run(t, r.dir, args...)
			assert.Equal(t, r.facts(), read(r.dir))
			write(t, r.dir, "docs/guide.md", "changed\n")
			assert.Equal(t, gitinfo.Dirty, gitinfo.StatusSlowly(t.Context(), r.dir))
		})
	}
}

// program adds an executable to a repository, untracked, that leaves a file when it runs.
func program(t tb, r *repository, output string) (path, trace string) {
	t.Helper()
	path, trace = in(r.dir, ".git/program"), in(r.dir, ".git/trace")
	write(t, r.dir, ".git/program", "#!/bin/sh\ntouch '"+trace+"'\nprintf '"+output+"'\n")
	require.NoError(t, os.Chmod(path, 0o755))
	return path, trace
}

func TestStatusRunsNoProgramOfTheRepository(t *testing.T) {
	t.Parallel()
	needGit(t)
	// As long as the committed text: where the size differs, git knows without the text that a file changed, and filters
	// nothing, unless the file was committed in the tick of the clock in which it was written.
	const changed = "package else\n"
	filter := func(path string) string { return "[filter \"f\"]\n\tclean = " + path + "\n\trequired = true\n" }
	tests := map[string]struct {
		reason string
		edit   func(t folders, r *repository, path string)
		want   gitinfo.State
	}{
		"FileSystemMonitor": {
			"git asks a monitor for changed files",
			func(t folders, r *repository, path string) {
				appendTo(t, r.dir, ".git/config", "[core]\n\tfsmonitor = "+path+"\n")
			}, gitinfo.Dirty,
		},
		"Hook": {
			"git runs a hook after it has written the index",
			func(t folders, r *repository, path string) {
				require.NoError(t, os.Mkdir(in(r.dir, ".git/hooks"), 0o755))
				require.NoError(t, os.Rename(path, in(r.dir, ".git/hooks/post-index-change")))
				// git writes the index when an unchanged file has another time.
				require.NoError(t, os.Chtimes(in(r.dir, "run.sh"), time.Time{}, time.Now().Add(-time.Hour)))
			}, gitinfo.Dirty,
		},
		"Filter": {
			"git filters changed files",
			func(t folders, r *repository, path string) { appendTo(t, r.dir, ".git/config", filter(path)) }, gitinfo.Unknown,
		},
		"IncludedFilter": {
			"a configuration may include other files",
			func(t folders, r *repository, path string) {
				write(t, r.dir, ".git/more", filter(path))
				appendTo(t, r.dir, ".git/config", "[include]\n\tpath = more\n")
			}, gitinfo.Unknown,
		},
		"WorktreeFilter": {
			"a working tree may have a configuration of its own",
			func(t folders, r *repository, path string) {
				write(t, r.dir, ".git/config.worktree", filter(path))
				appendTo(t, r.dir, ".git/config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tworktreeConfig = true\n")
			}, gitinfo.Unknown,
		},
		"SubmoduleFilter": {
			"a submodule has a configuration of its own",
			func(t folders, r *repository, path string) {
				sub := newRepository(t, in(r.dir, "sub"))
				write(t, sub.dir, ".gitattributes", "* filter=f\n")
				run(t, r.dir, "add", "sub")
				run(t, r.dir, "commit", "-q", "-a", "-m", "sub")
				appendTo(t, sub.dir, ".git/config", filter(path))
				write(t, sub.dir, "main.go", changed)
			}, gitinfo.Unknown,
		},
		"SubmoduleMonitor": {
			"options of git hold for submodules",
			func(t folders, r *repository, path string) {
				sub := newRepository(t, in(r.dir, "sub"))
				run(t, r.dir, "add", "sub")
				run(t, r.dir, "commit", "-q", "-a", "-m", "sub")
				appendTo(t, sub.dir, ".git/config", "[core]\n\tfsmonitor = "+path+"\n")
				write(t, sub.dir, "main.go", changed)
			}, gitinfo.Dirty,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			path, trace := program(t, r, "package main\\n")
			write(t, r.dir, ".gitattributes", "* filter=f\n")
			r.commitAll(t)
			write(t, r.dir, "main.go", changed)
			tc.edit(t, r, path)
			assert.Equal(t, tc.want, gitinfo.StatusSlowly(t.Context(), r.dir), tc.reason)
			assert.NoFileExists(t, trace, tc.reason)
			run(t, r.dir, "status")
			assert.FileExists(t, trace, "git status runs it")
		})
	}
}

func TestStatusWritesNothing(t *testing.T) {
	t.Parallel()
	needGit(t)
	r := newRepository(t, t.TempDir())
	require.NoError(t, os.Chtimes(in(r.dir, "main.go"), time.Now(), time.Now().Add(time.Hour)))
	index := in(r.dir, ".git/index")
	before, err := os.ReadFile(index)
	require.NoError(t, err)
	assert.Equal(t, gitinfo.Clean, gitinfo.StatusSlowly(t.Context(), r.dir))
	after, err := os.ReadFile(index)
	require.NoError(t, err)
	assert.Equal(t, before, after, "the index is not refreshed")
	run(t, r.dir, "status")
	after, err = os.ReadFile(index)
	require.NoError(t, err)
	assert.NotEqual(t, before, after, "git status refreshes it")
}

func TestStatusFetchesNothing(t *testing.T) {
	t.Parallel()
	needGit(t)
	dir := t.TempDir()
	r := newRepository(t, filepath.Join(dir, "one"))
	appendTo(t, r.dir, ".git/config", "[uploadpack]\n\tallowfilter = true\n\tallowanysha1inwant = true\n")
	run(t, dir, "clone", "-q", "--no-checkout", "--filter=tree:0", "file://"+r.dir, "partial")
	partial := filepath.Join(dir, "partial")
	want := r.facts()
	want.Repository, want.Dirty = "", gitinfo.Unknown
	assert.Equal(t, want, read(partial), "the tree of the commit is missing")
	run(t, partial, "checkout", "-q", "main")
	want.Dirty = gitinfo.Clean
	assert.Equal(t, want, read(partial), "everything is there")
}

// It sets variables of the process and therefore runs alone.
func TestStatusIgnoresVariablesOfGit(t *testing.T) {
	needGit(t)
	r, other := newRepository(t, t.TempDir()), newRepository(t, t.TempDir())
	write(t, other.dir, "main.go", "package changed\n")
	t.Setenv("GIT_DIR", in(other.dir, ".git"))
	t.Setenv("GIT_WORK_TREE", other.dir)
	t.Setenv("GIT_INDEX_FILE", in(other.dir, ".git/none"))
	t.Setenv("GIT_TRACE", in(r.dir, "traced"))
	assert.Equal(t, r.facts(), read(r.dir))
	assert.NoFileExists(t, in(r.dir, "traced"))
}

func TestStatusIsUnknownWithoutGit(t *testing.T) {
	r := newRepository(t, t.TempDir())
	t.Setenv("PATH", t.TempDir())
	want := r.facts()
	want.Dirty = gitinfo.Unknown
	assert.Equal(t, want, read(r.dir))
}

func TestStatusOfSHA256RepositoriesIsThatOfGit(t *testing.T) {
	t.Parallel()
	needGit(t)
	dir := t.TempDir()
	run(t, dir, "init", "-q", "--object-format=sha256")
	run(t, dir, "remote", "add", "origin", origin)
	write(t, dir, "main.go", "package main\n")
	assert.Equal(t, known{Facts: gitinfo.Facts{Repository: origin}}, read(dir), "there is no commit")
	run(t, dir, "add", ".")
	run(t, dir, "commit", "-q", "-m", "a commit")
	assert.Equal(t, known{Facts: gitinfo.Facts{Repository: origin}, Dirty: gitinfo.Clean}, read(dir))
}
