package gitinfo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

func TestBrokenRepositoriesHaveUnknownFacts(t *testing.T) {
	t.Parallel()
	needGit(t)
	only := known{Facts: gitinfo.Facts{Repository: origin}}
	tests := map[string]struct {
		reason string
		spoil  func(t tb, dir string)
		// want changes the facts of an intact repository.
		want func(f *known)
	}{
		"GarbageHEAD": {
			"an invalid HEAD names no commit", func(t tb, dir string) { write(t, dir, ".git/HEAD", "\x00garbage\xff") },
			func(f *known) { *f = only },
		},
		"EmptyHEAD": {
			"a crash may leave an empty file", func(t tb, dir string) { write(t, dir, ".git/HEAD", "") },
			func(f *known) { *f = only },
		},
		"ShortHEAD": {
			"a hash that is cut off is none", func(t tb, dir string) { write(t, dir, ".git/HEAD", "3f1c0de\n") },
			func(f *known) { *f = only },
		},
		"EscapingHEAD": {
			"references are below refs", func(t tb, dir string) { write(t, dir, ".git/HEAD", "ref: refs/heads/../../../main.go\n") },
			func(f *known) { *f = only },
		},
		"NoSuchCommit": {
			"the commit is named, although its object does not exist",
			func(t tb, dir string) { write(t, dir, ".git/HEAD", strings.Repeat("a", 40)) },
			func(f *known) {
				*f = only
				f.Commit = strings.Repeat("a", 40)
			},
		},
		"MissingObjects": {
			"without objects there is nothing to compare with",
			func(t tb, dir string) {
				require.NoError(t, os.RemoveAll(in(dir, ".git/objects")))
			},
			func(f *known) { f.Dirty = gitinfo.Unknown },
		},
		"GarbageObject": {
			"invalid objects cannot be compared with",
			func(t tb, dir string) {
				objects, err := filepath.Glob(in(dir, ".git/objects/??/*"))
				require.NoError(t, err)
				for _, object := range objects {
					require.NoError(t, os.Chmod(object, 0o644))
					require.NoError(t, os.WriteFile(object, []byte("garbage"), 0o644))
				}
			},
			func(f *known) { f.Dirty = gitinfo.Unknown },
		},
		"TruncatedIndex": {
			"a truncated index is not used",
			func(t tb, dir string) {
				require.NoError(t, os.Truncate(in(dir, ".git/index"), 10))
			},
			func(f *known) { f.Dirty = gitinfo.Unknown },
		},
		"GarbageConfig": {
			"the configuration says how everything else is stored",
			func(t tb, dir string) { write(t, dir, ".git/config", "[remote \"origin") },
			func(f *known) { *f = known{} },
		},
		"NoConfig": {
			"without a configuration there is no remote",
			func(t tb, dir string) {
				require.NoError(t, os.Remove(in(dir, ".git/config")))
			},
			func(f *known) { f.Repository = "" },
		},
		"EmptyReference": {
			"a crash may leave an empty file", func(t tb, dir string) { write(t, dir, ".git/refs/heads/main", "") },
			func(f *known) { f.Commit, f.Dirty = "", gitinfo.Unknown },
		},
		"CircularReference": {
			"references may form a circle", func(t tb, dir string) { write(t, dir, ".git/refs/heads/main", "ref: refs/heads/main") },
			func(f *known) { f.Commit, f.Dirty = "", gitinfo.Unknown },
		},
		"OtherReferences": {
			"other broken references do not matter",
			func(t tb, dir string) {
				write(t, dir, ".git/refs/tags/v1", "")
				write(t, dir, ".git/refs/heads/other", "\x00")
			},
			func(*known) {},
		},
		"GarbagePackedReferences": {
			"invalid packed references hide neither branch nor commit",
			func(t tb, dir string) {
				write(t, dir, ".git/packed-refs", "garbage\n^\n^zz\n"+strings.Repeat("x", 1<<20))
			},
			func(f *known) { f.Dirty = gitinfo.Unknown },
		},
		"Reftable": {
			"reftable references are not supported",
			func(t tb, dir string) {
				appendTo(t, dir, ".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nrefstorage = reftable\n")
				write(t, dir, ".git/HEAD", "ref: refs/heads/.invalid\n")
			},
			func(f *known) { *f = only },
		},
		"SHA256": {
			"SHA-256 object names are not supported",
			func(t tb, dir string) {
				appendTo(t, dir, ".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n")
				write(t, dir, ".git/refs/heads/main", strings.Repeat("ab", 32)+"\n")
				write(t, dir, ".git/refs/tags/v1", strings.Repeat("ab", 32)+"\n")
			},
			func(f *known) { *f = only },
		},
		"UnknownExtension": {
			"an unknown extension may change everything",
			func(t tb, dir string) {
				appendTo(t, dir, ".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nnovel = true\n")
			},
			func(f *known) { *f = only },
		},
		"UnknownVersion": {
			"an unknown version may change everything",
			func(t tb, dir string) {
				appendTo(t, dir, ".git/config", "[core]\nrepositoryformatversion = 7\n")
			},
			func(f *known) { *f = only },
		},
		"LeadsNowhere": {
			"a .git file that leads nowhere hides the repository around it",
			func(t tb, dir string) { write(t, dir, "docs/deep/.git", "gitdir: ../../.git/modules/gone\n") },
			func(f *known) { *f = known{} },
		},
		"GarbageGitFile": {
			"an invalid .git file hides the repository around it",
			func(t tb, dir string) { write(t, dir, "docs/deep/.git", "garbage") },
			func(f *known) { *f = known{} },
		},
		"DanglingLink": {
			"a .git link that leads nowhere hides the repository around it",
			func(t tb, dir string) {
				require.NoError(t, os.Symlink("gone", in(dir, "docs/deep/.git")))
			},
			func(f *known) { *f = known{} },
		},
		"CommonNowhere": {
			"the shared directory must exist",
			func(t tb, dir string) { write(t, dir, ".git/commondir", "/nowhere\n") },
			func(f *known) { *f = known{} },
		},
		"EmptyGitDirectory": {
			"an empty .git directory is no repository",
			func(t tb, dir string) {
				require.NoError(t, os.Mkdir(in(dir, "docs/deep/.git"), 0o755))
			},
			func(*known) {},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			tc.spoil(t, r.dir)
			want := r.facts()
			tc.want(&want)
			for range 2 {
				got := read(in(r.dir, "docs/deep/er"))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
				}
			}
		})
	}
}

func TestUnreadableFilesGiveUnknownFacts(t *testing.T) {
	t.Parallel()
	needGit(t)
	if os.Geteuid() == 0 {
		t.Skip("root can read everything")
	}
	for name, tc := range map[string]struct {
		reason, path string
		want         func(f *known)
	}{
		"Repository": {"nothing is known", ".git", func(f *known) { *f = known{} }},
		"HEAD":       {"only the remote is known", ".git/HEAD", func(f *known) { *f = known{Facts: gitinfo.Facts{Repository: f.Repository}} }},
		"Index":      {"the state is unknown", ".git/index", func(f *known) { f.Dirty = gitinfo.Unknown }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			path := filepath.Join(r.dir, tc.path)
			require.NoError(t, os.Chmod(path, 0))
			t.Cleanup(func() { _ = os.Chmod(path, 0o755) })
			want := r.facts()
			tc.want(&want)
			if diff := cmp.Diff(want, read(r.dir)); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
