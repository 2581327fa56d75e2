package tools

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Options says where Ensure finds the pinned modules and keeps what it builds. The zero value works inside the
// workspace.
type Options struct {
	// Root is the workspace's root folder, the one that holds go.work and magefiles/tools. Default: found upwards from
	// the working directory.
	Root string
	// CacheDir is the folder that keeps the built programs. It is made if it is not there. Default: ashlar/tools below
	// [os.UserCacheDir].
	CacheDir string
	// Progress receives lines for a reader: what is built, for how long, what was found. Default: discarded.
	Progress io.Writer
	// BuildOnly ignores programs that are installed outside the cache.
	BuildOnly bool
}

// CacheDir returns the folder that [Ensure] uses when [Options.CacheDir] is empty. It need not exist.
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the folder for built tools: %w; set XDG_CACHE_HOME (or HOME) to a folder that can be written", err)
	}
	return filepath.Join(dir, "ashlar", "tools"), nil
}

// FindRoot returns the workspace's root folder: the nearest one at or above dir that holds go.work and magefiles/tools.
func FindRoot(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the workspace: %w", err)
	}
	for folder := start; ; folder = filepath.Dir(folder) {
		if exists(filepath.Join(folder, "go.work")) && exists(toolsDir(folder)) {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("find the workspace: no folder at or above %s holds go.work and magefiles/tools; "+
				"run inside the Ashlar repository, or set Options.Root", start)
		}
	}
}

func (o Options) withDefaults() (Options, error) {
	var err error
	if o.Root == "" {
		o.Root, err = FindRoot(".")
	} else {
		o.Root, err = filepath.Abs(o.Root)
	}
	if err != nil {
		return o, err
	}
	if o.CacheDir == "" {
		o.CacheDir, err = CacheDir()
	} else {
		o.CacheDir, err = filepath.Abs(o.CacheDir)
	}
	if err != nil {
		return o, err
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o, nil
}

// folder returns the folder of a module's source.
func (o Options) folder(m module) string { return filepath.Join(toolsDir(o.Root), m.folder) }

func toolsDir(root string) string { return filepath.Join(root, "magefiles", "tools") }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// cacheError says what to do about a cache folder that cannot be used.
func cacheError(dir string, err error) error {
	// The path is already in the message.
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return fmt.Errorf("write to the tool cache %s: %w; set XDG_CACHE_HOME to a folder that can be written", dir, err)
}
