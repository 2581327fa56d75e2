package gitinfo

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/go-git/go-git/v5/plumbing"
)

// dirty says whether tracked files differ from the commit that is checked out.
func (r *repository) dirty(ctx context.Context, commit string) State {
	if commit == "" || !r.references || !r.objectFormat || !r.hasTree() {
		return Unknown
	}
	index, err := readIndex(r.git)
	if err != nil {
		return Unknown
	}
	// A commit that cannot be read leaves nothing to compare with, even when
	// files differ from the index.
	state := r.staged(ctx, commit, index.entries)
	if state != Clean {
		return state
	}
	return r.changed(ctx, index)
}

// hasTree reports whether the working tree is the one that was found.
func (r *repository) hasTree() bool {
	if r.location.tree == "" || r.bare {
		return false
	}
	if r.settings.tree == "" {
		return true
	}
	configured, err := os.Stat(resolve(r.git, r.settings.tree))
	if err != nil {
		return false
	}
	found, err := os.Stat(r.location.tree)
	return err == nil && os.SameFile(configured, found)
}

// block is how many files are compared at a time.
const block = 256

// changed compares the files of the working tree with the index.
func (r *repository) changed(ctx context.Context, index index) State {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var next atomic.Int64
	var dirty, unknown atomic.Bool
	rules := &rules{repository: r}
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 8) {
		workers.Go(func() {
			finished := false
			guard(func() {
				f := &files{repository: r, index: index, rules: rules, folders: map[string]folder{"": {real: true}}}
				for ctx.Err() == nil {
					end := int(next.Add(block))
					start := end - block
					if start >= len(index.entries) {
						finished = true
						return
					}
					for i := range index.entries[start:min(end, len(index.entries))] {
						switch f.compare(ctx, &index.entries[start+i]) {
						case Dirty:
							dirty.Store(true)
							cancel()
							return
						case Unknown:
							unknown.Store(true)
						}
					}
				}
			})
			if !finished {
				unknown.Store(true)
			}
		})
	}
	workers.Wait()
	switch {
	case dirty.Load():
		return Dirty
	case unknown.Load():
		return Unknown
	}
	return Clean
}

// submodule says whether the submodule at dir is as recorded.
func submodule(ctx context.Context, dir string, recorded plumbing.Hash) State {
	where, err := locateAt(dir)
	if errors.Is(err, os.ErrNotExist) {
		// It is not checked out.
		return Clean
	}
	if err != nil {
		return Unknown
	}
	repo, ok := open(where)
	if !ok {
		return Unknown
	}
	defer repo.close()
	commit := repo.head(ctx).commit
	if commit == "" {
		return Unknown
	}
	if commit != recorded.String() {
		return Dirty
	}
	return repo.dirty(ctx, commit)
}
