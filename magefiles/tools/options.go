package tools

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Options are the options of [Ensure]. The zero value works in the workspace.
type Options struct {
	// Root is the root of the workspace, which contains go.work and magefiles/tools. Default: the root at or above the
	// working directory.
	Root string
	// CacheDir is the folder of the downloaded and built programs. It is created if it does not exist. Default:
	// ashlar/tools in [os.UserCacheDir].
	CacheDir string
	// Progress receives progress lines. Default: no output.
	Progress io.Writer
	// Only is the only way to provide programs. Default: the environment variable ASHLAR_TOOLS, which is "build",
	// "download" or "installed". If that is empty, all ways are allowed, in the order that [Ensure] describes. Programs
	// of this repository are always built.
	Only Way
	// Mirror is the URL of a mirror of the downloads: <Mirror>/<host>/<path> instead of https://<host>/<path>. It also
	// provides the vendors' checksums, so it must be trusted. It must be an https URL, or an http URL of this computer.
	// Default: the environment variable ASHLAR_TOOLS_MIRROR. If that is empty, the hosts of the vendors.
	Mirror string
}

// CacheDir returns the default of [Options.CacheDir]. It may not exist.
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the tool cache: set XDG_CACHE_HOME or HOME to a writable folder: %w", err)
	}
	return filepath.Join(dir, "ashlar", "tools"), nil
}

// FindRoot returns the root of the workspace: the nearest folder at or above dir with go.work and magefiles/tools.
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
			return "", fmt.Errorf("find the workspace: no go.work and magefiles/tools at or above %s: "+
				"run in the Ashlar repository, or set Options.Root", start)
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
	return o.withEnvironment()
}

// folder returns the source folder of a module.
func (o Options) folder(m module) string { return filepath.Join(toolsDir(o.Root), m.folder) }

func toolsDir(root string) string { return filepath.Join(root, "magefiles", "tools") }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// cacheError returns the error for a cache folder that is not usable.
func cacheError(dir string, err error) error {
	// The path is already in the message.
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return fmt.Errorf("write to the tool cache %s: set XDG_CACHE_HOME to a writable folder: %w", dir, err)
}
