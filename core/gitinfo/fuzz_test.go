package gitinfo_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

// FuzzRepository overwrites a part of one file of a repository and reads its facts: without a panic, within the time
// limit, and with the same result twice.
func FuzzRepository(f *testing.F) {
	template := newRepository(f, f.TempDir())
	_, err := template.git.CreateTag("v1.0.0", template.commit, nil)
	require.NoError(f, err)
	objects, err := filepath.Glob(in(template.dir, ".git/objects/??/*"))
	require.NoError(f, err)
	write(f, template.dir, ".git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"+
		template.commit.String()+" refs/tags/v2\n^"+template.commit.String()+"\n")
	files := []string{".git/HEAD", ".git/packed-refs", ".git/config", ".git/refs/heads/main", ".git/refs/tags/v1.0.0", ".git/commondir"}
	for _, object := range objects {
		name, err := filepath.Rel(template.dir, object)
		require.NoError(f, err)
		files = append(files, name)
	}
	for i := range files {
		f.Add(uint8(i), uint16(0), []byte("garbage"), false)
		f.Add(uint8(i), uint16(40), []byte{0xff, 0xff, 0xff, 0xff}, true)
		f.Add(uint8(i), uint16(12), []byte{}, true)
	}
	f.Fuzz(func(t *testing.T, which uint8, at uint16, change []byte, cut bool) {
		dir := t.TempDir()
		copyTree(t, dir, template.dir)
		path := filepath.Join(dir, files[int(which)%len(files)])
		old, err := os.ReadFile(path)
		if err != nil {
			old = nil
		}
		data := slices.Concat(old[:min(len(old), int(at))], change)
		if !cut && len(data) < len(old) {
			data = append(data, old[len(data):]...)
		}
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, os.WriteFile(path, data, 0o644))

		start := time.Now()
		facts := gitinfo.Read(t.Context(), dir)
		if took := time.Since(start); took > 2*gitinfo.TimeLimit {
			t.Fatalf("it took %s", took)
		}
		if again := gitinfo.Read(t.Context(), dir); again != facts {
			t.Fatalf("first %+v, then %+v", facts, again)
		}
	})
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
