package gitinfo_test

import (
	"context"
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

// largeRepository creates a repository with a hundred files in each directory from its objects, because adding them
// one by one takes minutes. The files of a directory are hard links to one file, because creating a hundred thousand
// files can take as long on a busy disk; reading them takes the same calls.
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

const large = 20_000

func TestLargeRepositoriesAreRead(t *testing.T) {
	needGit(t)
	if testing.Short() {
		t.Skip("creating 20,000 files takes seconds")
	}
	dir := largeRepository(t, large)
	start := time.Now()
	assert.Equal(t, gitinfo.Clean, gitinfo.StatusSlowly(t.Context(), dir))
	t.Logf("status in %s", time.Since(start))

	write(t, dir, "d00199/f99.txt", "changed")
	assert.Equal(t, gitinfo.Dirty, gitinfo.StatusSlowly(t.Context(), dir))

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	start = time.Now()
	assert.NotEqual(t, gitinfo.Clean, gitinfo.Status(ctx, dir), "a state is right or unknown")
	assert.Less(t, time.Since(start), time.Second, "the time limit of the caller holds")
}

func BenchmarkRead(b *testing.B) {
	for _, count := range []int{1_000, large} {
		dir := largeRepository(b, count)
		b.Run(fmt.Sprintf("files=%d/facts", count), func(b *testing.B) {
			for b.Loop() {
				gitinfo.ReadSlowly(b.Context(), dir)
			}
		})
		b.Run(fmt.Sprintf("files=%d/status", count), func(b *testing.B) {
			for b.Loop() {
				gitinfo.StatusSlowly(b.Context(), dir)
			}
		})
	}
}
