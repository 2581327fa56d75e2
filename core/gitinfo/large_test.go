package gitinfo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

// largeRepository makes a repository of many files, a hundred in each folder,
// from its parts: adding them one by one would take minutes. The files of a
// folder are links to one, because making a hundred thousand files can take as
// long on a busy disk; what is called to read them is the same.
func largeRepository(t folders, count int) string {
	t.Helper()
	r := newRepository(t, t.TempDir())
	store := r.git.Storer
	save := func(encode func(plumbing.EncodedObject) error) plumbing.Hash {
		o := store.NewEncodedObject()
		require.NoError(t, encode(o))
		hash, err := store.SetEncodedObject(o)
		require.NoError(t, err)
		return hash
	}
	staged := &index.Index{Version: 2}
	root := &object.Tree{}
	for folder := range count / 100 {
		name := fmt.Sprintf("d%05d", folder)
		require.NoError(t, os.Mkdir(filepath.Join(r.dir, name), 0o755))
		tree := &object.Tree{}
		content := []byte(name)
		hash := plumbing.ComputeHash(plumbing.BlobObject, content)
		first := filepath.Join(r.dir, name, "f00.txt")
		require.NoError(t, os.WriteFile(first, content, 0o644))
		info, err := os.Lstat(first)
		require.NoError(t, err)
		for i := range 100 {
			file := fmt.Sprintf("f%02d.txt", i)
			if i > 0 {
				require.NoError(t, os.Link(first, filepath.Join(r.dir, name, file)))
			}
			tree.Entries = append(tree.Entries, object.TreeEntry{Name: file, Mode: filemode.Regular, Hash: hash})
			staged.Entries = append(staged.Entries, &index.Entry{
				Name: name + "/" + file, Mode: filemode.Regular, Hash: hash, Size: uint32(info.Size()), ModifiedAt: info.ModTime(),
			})
		}
		root.Entries = append(root.Entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: save(tree.Encode)})
	}
	commit := &object.Commit{TreeHash: save(root.Encode), Message: "large"}
	require.NoError(t, store.SetReference(plumbing.NewHashReference("refs/heads/main", save(commit.Encode))))
	require.NoError(t, store.SetIndex(staged))
	later := time.Now().Add(time.Second)
	require.NoError(t, os.Chtimes(in(r.dir, ".git/index"), later, later))
	return r.dir
}

const large = 100_000

func TestLargeRepositoriesAreReadInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("making 100,000 files takes seconds")
	}
	dir := largeRepository(t, large)
	start := time.Now()
	facts := gitinfo.Read(t.Context(), dir, gitinfo.WithTimeLimit(time.Minute))
	t.Logf("%s in %s", facts, time.Since(start))
	assert.Equal(t, gitinfo.Clean, facts.Dirty)

	write(t, dir, "d00999/f99.txt", "changed")
	assert.Equal(t, gitinfo.Dirty, gitinfo.Read(t.Context(), dir, gitinfo.WithTimeLimit(time.Minute)).Dirty)

	start = time.Now()
	facts = gitinfo.Read(t.Context(), dir, gitinfo.WithTimeLimit(time.Millisecond))
	assert.Less(t, time.Since(start), time.Second, "the limit holds")
	assert.NotEqual(t, gitinfo.Clean, facts.Dirty, "an answer is right or unknown")
}

func BenchmarkRead(b *testing.B) {
	for _, count := range []int{1_000, large} {
		dir := largeRepository(b, count)
		old := time.Now().Add(-time.Hour)
		read := func(b *testing.B) {
			b.Helper()
			for b.Loop() {
				if facts := gitinfo.Read(b.Context(), dir, gitinfo.WithTimeLimit(0)); facts.Dirty != gitinfo.Clean {
					b.Fatal(facts)
				}
			}
		}
		b.Run(fmt.Sprintf("files=%d", count), read)
		// As after a checkout that did not keep times: every file is hashed.
		require.NoError(b, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
			if err == nil && filepath.Ext(path) == ".txt" {
				err = os.Chtimes(path, old, old)
			}
			return err
		}))
		b.Run(fmt.Sprintf("files=%d/hashed", count), read)
	}
}
