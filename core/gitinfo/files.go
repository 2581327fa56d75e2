package gitinfo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// files compares files with their entries. It is one goroutine's own.
type files struct {
	*repository
	index   index
	rules   *rules
	folders map[string]folder
	buffer  []byte
}

// folder is what is known of a folder.
type folder struct {
	// real says that it is one, and not a link to one.
	real bool
	// denied says that it could not be looked at.
	denied bool
}

// compare says whether a file is as its entry has it. Clean stands for the same.
func (f *files) compare(ctx context.Context, e *entry) State {
	if ctx.Err() != nil {
		return Unknown
	}
	if e.assumed {
		return Clean
	}
	info, state := f.lstat(e.path)
	if e.skipped {
		// Sparse checkouts take the mark from files that are there after all.
		if state != Clean || !f.sparse {
			return Clean
		}
	}
	if state != Clean {
		return state
	}
	switch e.mode {
	case modeSubmodule:
		if !info.IsDir() {
			return Dirty
		}
		return submodule(ctx, filepath.Join(f.location.tree, filepath.FromSlash(e.path)), e.hash)
	case modeSymlink:
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			return f.link(e)
		case info.Mode().IsRegular() && !f.symlinks:
			return f.content(ctx, e, info)
		}
		return Dirty
	}
	if !info.Mode().IsRegular() {
		return Dirty
	}
	if f.fileMode && (info.Mode().Perm()&0o100 != 0) != (e.mode == modeExecutable) {
		return Dirty
	}
	return f.content(ctx, e, info)
}

// lstat looks at a file. A file that is not there, or that is reached through a
// link, is Dirty; one that cannot be looked at is Unknown.
func (f *files) lstat(path string) (fs.FileInfo, State) {
	parent := parentOf(path)
	in := f.folder(parent)
	if in.denied {
		return nil, Unknown
	}
	if !in.real {
		return nil, Dirty
	}
	info, err := os.Lstat(filepath.Join(f.location.tree, filepath.FromSlash(path)))
	switch {
	case err == nil:
		return info, Clean
	case errors.Is(err, fs.ErrNotExist):
		return nil, Dirty
	}
	return nil, Unknown
}

// folder looks at a folder and those above it.
func (f *files) folder(path string) folder {
	if known, ok := f.folders[path]; ok {
		return known
	}
	found := f.folder(parentOf(path))
	if found.real {
		info, err := os.Lstat(filepath.Join(f.location.tree, filepath.FromSlash(path)))
		found = folder{
			real:   err == nil && info.IsDir(),
			denied: err != nil && !errors.Is(err, fs.ErrNotExist),
		}
	}
	f.folders[path] = found
	return found
}
