package tools

import (
	"context"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// lock locks the file at path and returns the function that unlocks it. The operating system unlocks it when the
// process ends. lock waits for other processes until ctx ends.
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
		// The pending call cannot be interrupted, so its lock is released later.
		go func() {
			if r := <-results; r.err == nil {
				r.unlock()
			}
		}()
		return nil, context.Cause(ctx)
	}
}
