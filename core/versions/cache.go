package versions

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// cache keeps pinned content under its digest. An empty directory keeps nothing.
type cache struct{ directory string }

// defaultCache is off where the system knows no cache folder.
func defaultCache() cache {
	base, err := os.UserCacheDir()
	if err != nil {
		return cache{}
	}
	return cache{directory: filepath.Join(base, "ashlar", "versions")}
}

// get returns the content that has the digest. A copy that is damaged counts as
// absent.
func (c cache) get(digest string) ([]byte, bool) {
	if c.directory == "" {
		return nil, false
	}
	data, err := readRegular(filepath.Join(c.directory, digest))
	return data, err == nil && digestOf(data) == digest
}

// put keeps content under its digest. Failures are ignored: the cache saves
// a download, no more.
func (c cache) put(digest string, data []byte) {
	if c.directory == "" || os.MkdirAll(c.directory, 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(c.directory, digest+".*.tmp")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if errors.Join(err, f.Close()) == nil && os.Rename(f.Name(), filepath.Join(c.directory, digest)) == nil {
		return
	}
	_ = os.Remove(f.Name())
}

// readRegular reads a file within the size limit. Pipes and devices, which might
// block or never end, are refused.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if len(data) > MaxFileSize {
		return nil, errTooLarge
	}
	return data, nil
}

var errTooLarge = fmt.Errorf("more than the %d bytes that a version file may have", MaxFileSize)

// withoutPath drops the path that the message of err repeats.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
