package gitinfo

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// location is where the parts of a repository are.
type location struct {
	// git is the folder of what belongs to this working tree: HEAD, the index.
	git string
	// common is the folder of what all working trees share: objects,
	// references, configuration. The same as git, unless it is a linked one.
	common string
	// tree is the root of the working tree. Empty: there is none.
	tree string
}

// locate finds the repository that dir lies in.
func locate(dir string) (location, bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return location{}, false
	}
	// Upwards means in the file system, not in the words of the path.
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return location{}, false
	}
	for {
		switch where, err := locateAt(dir); {
		case err == nil:
			return where, true
		case !errors.Is(err, os.ErrNotExist):
			return location{}, false
		}
		if isBare(dir) {
			where, err := common(location{git: dir})
			return where, err == nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return location{}, false
		}
		dir = parent
	}
}

// errBroken means that there is a repository which cannot be used.
var errBroken = errors.New("the repository is broken")

// locateAt returns the repository whose working tree has its root at dir. The
// error is os.ErrNotExist when there is none, and another when it is broken.
func locateAt(dir string) (location, error) {
	git := filepath.Join(dir, ".git")
	info, err := os.Stat(git)
	switch {
	case errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		// A link that leads nowhere is a repository all the same.
		if _, err := os.Lstat(git); err == nil {
			return location{}, errBroken
		}
		return location{}, os.ErrNotExist
	case err != nil:
		return location{}, errBroken
	case info.IsDir():
		if !exists(filepath.Join(git, "HEAD")) && !exists(filepath.Join(git, "objects")) {
			return location{}, os.ErrNotExist
		}
		return common(location{git: git, tree: dir})
	}
	text, err := readFile(git, maxLine)
	if err != nil {
		return location{}, errBroken
	}
	path, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir:")
	if !ok {
		return location{}, errBroken
	}
	git = resolve(dir, strings.TrimSpace(path))
	if !exists(filepath.Join(git, "HEAD")) {
		return location{}, errBroken
	}
	return common(location{git: git, tree: dir})
}

// common completes a location by the folder that working trees share.
func common(where location) (location, error) {
	where.common = where.git
	text, err := readFile(filepath.Join(where.git, "commondir"), maxLine)
	if errors.Is(err, os.ErrNotExist) {
		return where, nil
	}
	if err != nil {
		return location{}, errBroken
	}
	where.common = resolve(where.git, strings.TrimSpace(string(text)))
	if !exists(filepath.Join(where.common, "objects")) {
		return location{}, errBroken
	}
	return where, nil
}

// isBare reports whether dir itself is the folder of a repository.
func isBare(dir string) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if !exists(filepath.Join(dir, name)) {
			return false
		}
	}
	return true
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// resolve returns path as seen from dir.
func resolve(dir, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// Limits of what is read into memory.
const (
	maxLine   = 1 << 16
	maxConfig = 1 << 24
	maxIndex  = 1 << 29
)

// readFile reads a regular file of at most limit bytes. Anything else could
// block, or have no end.
func readFile(path string, limit int64) ([]byte, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, errBroken
	}
	return data, err
}

func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errBroken
	}
	return os.Open(path)
}
