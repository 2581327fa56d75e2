package gitinfo_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

func TestDirtyIsAChangeOfATrackedFile(t *testing.T) {
	t.Parallel()
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
		// differs says that the git program answers otherwise, or not at all.
		differs bool
	}{
		"Nothing": {reason: "nothing was changed", edit: func(folders, *repository) {}, want: gitinfo.Clean},
		"Content": {
			reason: "another content is a change",
			edit:   func(t folders, r *repository) { write(t, r.dir, "main.go", "package other\n") },
			want:   gitinfo.Dirty,
		},
		"SameSize": {
			reason: "another content of the same size is a change, however fast it came",
			edit:   func(t folders, r *repository) { write(t, r.dir, "main.go", "package mine\n") },
			want:   gitinfo.Dirty,
		},
		"Emptied": {
			reason: "a file without content is not the one that had some",
			edit:   func(t folders, r *repository) { write(t, r.dir, "main.go", "") },
			want:   gitinfo.Dirty,
		},
		"Touched": {
			reason: "the time of a file is not its content",
			edit: func(t folders, r *repository) {
				past := time.Now().Add(-time.Hour)
				require.NoError(t, os.Chtimes(filepath.Join(r.dir, "main.go"), past, past))
			},
			want: gitinfo.Clean,
		},
		"Removed": {
			reason: "a file that is gone is a change",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Remove(in(r.dir, "docs/guide.md")))
			},
			want: gitinfo.Dirty,
		},
		"FolderRemoved": {
			reason: "and so is a folder",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.RemoveAll(filepath.Join(r.dir, "docs")))
			},
			want: gitinfo.Dirty,
		},
		"Untracked": {
			reason: "a file that is not tracked does not count",
			edit:   func(t folders, r *repository) { write(t, r.dir, "docs/new.md", "new") },
			want:   gitinfo.Clean,
		},
		"Staged": {
			reason: "a new file that is staged counts",
			edit: func(t folders, r *repository) {
				write(t, r.dir, "docs/new.md", "new")
				stage(t, r, "docs/new.md")
			},
			want: gitinfo.Dirty,
		},
		"StagedContent": {
			reason: "a change that is staged counts",
			edit: func(t folders, r *repository) {
				write(t, r.dir, "docs/deep/er/page.md", "new")
				stage(t, r, "docs/deep/er/page.md")
			},
			want: gitinfo.Dirty,
		},
		"StagedRemoval": {
			reason: "and so does one that is only in the index",
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
			reason: "without an index nothing is tracked, all was removed",
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
			reason: "unless it is not",
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
			reason: "a link is its target",
			edit: func(t folders, r *repository) {
				link := filepath.Join(r.dir, "link")
				require.NoError(t, os.Remove(link))
				require.NoError(t, os.Symlink("run.sh", link))
			},
			want: gitinfo.Dirty,
		},
		"LinkToFile": {
			reason: "a file is no link",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Remove(filepath.Join(r.dir, "link")))
				write(t, r.dir, "link", "main.go")
			},
			want: gitinfo.Dirty,
		},
		"LinksAsFiles": {
			reason: "unless links are checked out as files",
			edit: func(t folders, r *repository) {
				appendTo(t, r.dir, ".git/config", "[core]\n\tsymlinks = false\n")
				require.NoError(t, os.Remove(filepath.Join(r.dir, "link")))
				write(t, r.dir, "link", "main.go")
			},
			want: gitinfo.Clean,
		},
		"FileToFolder": {
			reason: "a folder is no file",
			edit: func(t folders, r *repository) {
				require.NoError(t, os.Remove(filepath.Join(r.dir, "main.go")))
				write(t, r.dir, "main.go/inside", "x")
			},
			want: gitinfo.Dirty,
		},
		"FolderToLink": {
			reason: "what is reached through a link is not what was tracked",
			edit: func(t folders, r *repository) {
				docs := filepath.Join(r.dir, "docs")
				require.NoError(t, os.Rename(docs, docs+".moved"))
				require.NoError(t, os.Symlink("docs.moved", docs))
			},
			want: gitinfo.Dirty,
		},
		"Endings": {
			reason: "whether line endings are a change depends on settings of the machine",
			edit:   func(t folders, r *repository) { write(t, r.dir, "docs/guide.md", "one\r\ntwo\r\n") },
			want:   gitinfo.Unknown, differs: true,
		},
		"EndingsAndMore": {
			reason: "a change is one whatever the line endings are",
			edit:   func(t folders, r *repository) { write(t, r.dir, "docs/guide.md", "one\r\nthree\r\n") },
			want:   gitinfo.Dirty,
		},
		"EndingsAcrossChunks": {
			reason: "line endings are found wherever they are",
			edit: func(t folders, r *repository) {
				text := strings.Repeat("a", 1<<16-1) + "\n" + strings.Repeat("\rb", 1<<16) + "\n\r"
				write(t, r.dir, "main.go", text)
				r.commitAll(t)
				write(t, r.dir, "main.go", strings.ReplaceAll(text, "\n", "\r\n"))
			},
			want: gitinfo.Unknown, differs: true,
		},
		"Filter": {
			reason: "what a filter would make of a file is not known",
			edit: func(t folders, r *repository) {
				write(t, r.dir, "docs/.gitattributes", "*.md filter=lfs diff=lfs -text\n")
				write(t, r.dir, "docs/guide.md", "changed")
			},
			want: gitinfo.Unknown, differs: true,
		},
		"OtherFilter": {
			reason: "a filter of other files is no reason to doubt",
			edit: func(t folders, r *repository) {
				write(t, r.dir, ".gitattributes", "* text=auto\n*.psd filter=lfs\n/media/** filter=lfs\n*.md -ident\n")
				write(t, r.dir, "docs/guide.md", "changed")
			},
			want: gitinfo.Dirty,
		},
		"Macro": {
			reason: "a filter may go by another name",
			edit: func(t folders, r *repository) {
				write(t, r.dir, ".gitattributes", "[attr]big filter=lfs\n")
				write(t, r.dir, "docs/.gitattributes", "guide.md big\n")
				write(t, r.dir, "docs/guide.md", "changed")
			},
			want: gitinfo.Unknown, differs: true,
		},
		"OldModes": {
			reason: "modes that only early versions of Git wrote are those of today",
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
		"FilterAndChange": {
			reason: "one certain change is enough",
			edit: func(t folders, r *repository) {
				write(t, r.dir, ".git/info/attributes", "*.md filter=lfs\n")
				write(t, r.dir, "docs/guide.md", "changed")
				write(t, r.dir, "main.go", "package changed\n")
			},
			want: gitinfo.Dirty,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			tc.edit(t, r)
			for range 2 {
				assert.Equal(t, tc.want, gitinfo.Read(t.Context(), r.dir).Dirty, tc.reason)
			}
			if tc.differs {
				return
			}
			needGit(t)
			assert.Equal(t, tc.want, status(t, r.dir), "the git program agrees")
		})
	}
}

func TestFilesOfTheSameTimeAndSizeAreHashedWhenTheIndexIsTooYoung(t *testing.T) {
	t.Parallel()
	r := newRepository(t, t.TempDir())
	file, index := filepath.Join(r.dir, "main.go"), in(r.dir, ".git/index")
	recorded := entryTime(t, index, "main.go")
	change := func(written time.Time) gitinfo.State {
		write(t, r.dir, "main.go", "package evil\n")
		require.NoError(t, os.Chtimes(file, recorded, recorded))
		require.NoError(t, os.Chtimes(index, written, written))
		return gitinfo.Read(t.Context(), r.dir).Dirty
	}
	assert.Equal(t, gitinfo.Dirty, change(recorded), "the file may have been changed after the index was written")
	assert.Equal(t, gitinfo.Dirty, change(recorded.Add(-time.Second)))
	assert.Equal(t, gitinfo.Clean, change(recorded.Add(time.Second)), "the time of a file is taken for its content")
}

// entryTime returns the time that an index has for a file.
func entryTime(t *testing.T, index, name string) time.Time {
	t.Helper()
	data, err := os.ReadFile(index)
	require.NoError(t, err)
	at := strings.Index(string(data), name+"\x00") - 62
	require.Positive(t, at)
	return time.Unix(int64(binary.BigEndian.Uint32(data[at+8:])), int64(binary.BigEndian.Uint32(data[at+12:])))
}

func TestMarksOfTheIndexAreKept(t *testing.T) {
	t.Parallel()
	needGit(t)
	tests := map[string]struct {
		reason string
		git    [][]string
		want   gitinfo.State
	}{
		"AssumeUnchanged": {"what was promised is believed", [][]string{{"update-index", "--assume-unchanged", "main.go"}}, gitinfo.Clean},
		"SkipWorktree":    {"and so is what is not looked at", [][]string{{"update-index", "--skip-worktree", "main.go"}}, gitinfo.Clean},
		"IntentToAdd":     {"an announced file is a change", [][]string{{"checkout", "-q", "."}, {"add", "-N", "new.txt"}}, gitinfo.Dirty},
		"Version4":        {"short paths are read", [][]string{{"update-index", "--index-version", "4"}}, gitinfo.Dirty},
		"Version4Clean":   {"short paths are read", [][]string{{"checkout", "-q", "."}, {"update-index", "--index-version", "4"}}, gitinfo.Clean},
		"Conflict": {"a conflict is a change", [][]string{
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
			assert.Equal(t, tc.want, gitinfo.Read(t.Context(), r.dir).Dirty, tc.reason)
			assert.Equal(t, tc.want, status(t, r.dir), "the git program agrees")
		})
	}
}

func TestAnIndexThatIsNotWholeGivesNoAnswer(t *testing.T) {
	t.Parallel()
	needGit(t)
	for name, args := range map[string][]string{
		"Split":  {"update-index", "--split-index"},
		"Sparse": {"sparse-checkout", "set", "--cone", "--sparse-index", "absent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			run(t, r.dir, args...)
			want := r.facts()
			want.Dirty = gitinfo.Unknown
			assert.Equal(t, want, gitinfo.Read(t.Context(), r.dir))
		})
	}
}
