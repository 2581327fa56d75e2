package tools

import (
	"context"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// lock takes the lock file at path and returns what gives it back. The operating system gives it back when the process
// dies. While another holds it, lock waits until ctx ends.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	type result struct {
		unlock func()
		err    error
	}
	results := make(chan result, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(path).Lock()
		results <- result{unlock, err}
	}()
	select {
	case r := <-results:
		return r.unlock, r.err
	case <-ctx.Done():
		// The call that waits cannot be interrupted: what it gets in the end is given back.
		go func() {
			if r := <-results; r.err == nil {
				r.unlock()
			}
		}()
		return nil, context.Cause(ctx)
	}
}
