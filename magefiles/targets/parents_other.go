//go:build !linux

package targets

// parentOf never finds a parent: outside of Linux, only the parent of this process is watched.
func parentOf(int) (int, bool) { return 0, false }

func isGoCommand(int) bool { return false }
