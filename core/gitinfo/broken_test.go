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

func TestBrokenRepositoriesGiveTheFactsThatAreCertain(t *testing.T) {
	t.Parallel()
	sha256 := strings.Repeat("ab", 32)
	only := gitinfo.Facts{Repository: origin}
	tests := map[string]struct {
		reason string
		spoil  func(t tb, dir string)
		// want changes what is true of a whole repository.
		want func(f *gitinfo.Facts)
	}{
		"GarbageHEAD": {
			"a HEAD that says nothing", func(t tb, dir string) { write(t, dir, ".git/HEAD", "\x00garbage\xff") },
			func(f *gitinfo.Facts) { *f = only },
		},
		"EmptyHEAD": {
			"as after a crash", func(t tb, dir string) { write(t, dir, ".git/HEAD", "") },
			func(f *gitinfo.Facts) { *f = only },
		},
		"EscapingHEAD": {
			"a reference is below refs", func(t tb, dir string) { write(t, dir, ".git/HEAD", "ref: refs/heads/../../../main.go\n") },
			func(f *gitinfo.Facts) { *f = only },
		},
		"NoSuchCommit": {
			"the commit that is checked out is named, but not there",
			func(t tb, dir string) { write(t, dir, ".git/HEAD", strings.Repeat("a", 40)) },
			func(f *gitinfo.Facts) {
				*f = gitinfo.Facts{Repository: origin, Commit: strings.Repeat("a", 40)}
			},
		},
		"MissingObjects": {
			"without objects nothing can be compared",
			func(t tb, dir string) {
				require.NoError(t, os.RemoveAll(in(dir, ".git/objects")))
			},
			func(f *gitinfo.Facts) { f.Dirty = gitinfo.Unknown },
		},
		"GarbageObject": {
			"an object must be one",
			func(t tb, dir string) {
				objects, err := filepath.Glob(in(dir, ".git/objects/??/*"))
				require.NoError(t, err)
				for _, object := range objects {
					require.NoError(t, os.Chmod(object, 0o644))
					require.NoError(t, os.WriteFile(object, []byte("garbage"), 0o644))
				}
			},
			func(f *gitinfo.Facts) { f.Dirty = gitinfo.Unknown },
		},
		"TruncatedIndex": {
			"half an index is none",
			func(t tb, dir string) {
				require.NoError(t, os.Truncate(in(dir, ".git/index"), 200))
			},
			func(f *gitinfo.Facts) { f.Dirty = gitinfo.Unknown },
		},
		"ChangedIndex": {
			"an index whose checksum does not fit is not believed",
			func(t tb, dir string) {
				path := in(dir, ".git/index")
				data, err := os.ReadFile(path)
				require.NoError(t, err)
				data[60] ^= 1
				require.NoError(t, os.WriteFile(path, data, 0o644))
			},
			func(f *gitinfo.Facts) { f.Dirty = gitinfo.Unknown },
		},
		"GarbageConfig": {
			"the configuration says how all else is stored",
			func(t tb, dir string) { write(t, dir, ".git/config", "[remote \"origin") },
			func(f *gitinfo.Facts) { *f = gitinfo.Facts{} },
		},
		"NoConfig": {
			"without a configuration there is no remote",
			func(t tb, dir string) {
				require.NoError(t, os.Remove(in(dir, ".git/config")))
			},
			func(f *gitinfo.Facts) { f.Repository = "" },
		},
		"EmptyReference": {
			"as after a crash", func(t tb, dir string) { write(t, dir, ".git/refs/heads/main", "") },
			func(f *gitinfo.Facts) { f.Commit, f.Dirty = "", gitinfo.Unknown },
		},
		"CircularReference": {
			"references may lead in a circle", func(t tb, dir string) { write(t, dir, ".git/refs/heads/main", "ref: refs/heads/main") },
			func(f *gitinfo.Facts) { f.Commit, f.Dirty = "", gitinfo.Unknown },
		},
		"OtherReferences": {
			"another broken reference does not matter",
			func(t tb, dir string) {
				write(t, dir, ".git/refs/tags/v1", "")
				write(t, dir, ".git/refs/heads/other", "\x00")
				write(t, dir, ".git/packed-refs", "garbage\n^\n^zz\n"+strings.Repeat("x", 1<<20))
			},
			func(*gitinfo.Facts) {},
		},
		"Reftable": {
			"references of another form are not read",
			func(t tb, dir string) {
				appendTo(t, dir, ".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nrefstorage = reftable\n")
				write(t, dir, ".git/HEAD", "ref: refs/heads/.invalid\n")
			},
			func(f *gitinfo.Facts) { *f = only },
		},
		"SHA256": {
			"hashes of another form are only named",
			func(t tb, dir string) {
				appendTo(t, dir, ".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n")
				write(t, dir, ".git/refs/heads/main", sha256+"\n")
				write(t, dir, ".git/refs/tags/v1", sha256+"\n")
			},
			func(f *gitinfo.Facts) { f.Commit, f.Dirty = sha256, gitinfo.Unknown },
		},
		"LongHash": {
			"a hash of another form needs a repository of that form",
			func(t tb, dir string) { write(t, dir, ".git/refs/heads/main", sha256+"\n") },
			func(f *gitinfo.Facts) { f.Commit, f.Dirty = "", gitinfo.Unknown },
		},
		"UnknownExtension": {
			"what is not known may change everything",
			func(t tb, dir string) {
				appendTo(t, dir, ".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nnovel = true\n")
			},
			func(f *gitinfo.Facts) { *f = only },
		},
		"UnknownVersion": {
			"what is not known may change everything",
			func(t tb, dir string) {
				appendTo(t, dir, ".git/config", "[core]\nrepositoryformatversion = 7\n")
			},
			func(f *gitinfo.Facts) { *f = only },
		},
		"LeadsNowhere": {
			"a .git that leads nowhere hides the repository around it",
			func(t tb, dir string) { write(t, dir, "docs/deep/.git", "gitdir: ../../.git/modules/gone\n") },
			func(f *gitinfo.Facts) { *f = gitinfo.Facts{} },
		},
		"GarbageGitFile": {
			"and so does one that says nothing",
			func(t tb, dir string) { write(t, dir, "docs/deep/.git", "garbage") },
			func(f *gitinfo.Facts) { *f = gitinfo.Facts{} },
		},
		"DanglingLink": {
			"and a link",
			func(t tb, dir string) {
				require.NoError(t, os.Symlink("gone", in(dir, "docs/deep/.git")))
			},
			func(f *gitinfo.Facts) { *f = gitinfo.Facts{} },
		},
		"CommonNowhere": {
			"the shared folder must be there",
			func(t tb, dir string) { write(t, dir, ".git/commondir", "/nowhere\n") },
			func(f *gitinfo.Facts) { *f = gitinfo.Facts{} },
		},
		"EmptyGitFolder": {
			"an empty folder is no repository",
			func(t tb, dir string) {
				require.NoError(t, os.Mkdir(in(dir, "docs/deep/.git"), 0o755))
			},
			func(*gitinfo.Facts) {},
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
				got := gitinfo.Read(t.Context(), in(r.dir, "docs/deep/er"))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
				}
			}
		})
	}
}

func TestWhatMayNotBeReadIsUnknown(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	for name, tc := range map[string]struct {
		reason, path string
		want         func(f *gitinfo.Facts)
	}{
		"Repository": {"no fact", ".git", func(f *gitinfo.Facts) { *f = gitinfo.Facts{} }},
		"HEAD":       {"only the address", ".git/HEAD", func(f *gitinfo.Facts) { *f = gitinfo.Facts{Repository: f.Repository} }},
		"Index":      {"no comparison", ".git/index", func(f *gitinfo.Facts) { f.Dirty = gitinfo.Unknown }},
		"Folder":     {"no comparison", "docs", func(f *gitinfo.Facts) { f.Dirty = gitinfo.Unknown }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			path := filepath.Join(r.dir, tc.path)
			require.NoError(t, os.Chmod(path, 0))
			t.Cleanup(func() { _ = os.Chmod(path, 0o755) })
			want := r.facts()
			tc.want(&want)
			if diff := cmp.Diff(want, gitinfo.Read(t.Context(), r.dir)); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
