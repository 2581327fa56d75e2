package targets

import (
	"context"
	"errors"
	"os"
	"time"
)

// errOrphaned is why a target ends after its parent has ended.
var errOrphaned = errors.New("the program that started this target has ended")

// parents returns the process IDs of the processes that started this one, nearest first: mage, and the go command that
// started mage for `go tool mage`. Signals to them do not reach this process.
func parents() []int {
	found := []int{os.Getppid()}
	if grandparent, ok := parentOf(found[0]); ok && isGoCommand(grandparent) {
		found = append(found, grandparent)
	}
	return found
}

// whileParentsLive returns a context that ends when one of the parents ends. It checks them at every interval.
func whileParentsLive(ctx context.Context, chain []int, interval time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if broken(chain) {
					cancel(errOrphaned)
					return
				}
			}
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}

// broken reports whether a process in the chain is no longer the parent of the previous one.
func broken(chain []int) bool {
	if len(chain) == 0 {
		return false
	}
	if os.Getppid() != chain[0] {
		return true
	}
	for i := 1; i < len(chain); i++ {
		if parent, ok := parentOf(chain[i-1]); ok && parent != chain[i] {
			return true
		}
	}
	return false
}
