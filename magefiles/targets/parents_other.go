//go:build !linux

package targets

// parentOf knows nothing here: only this process's own parent is watched.
func parentOf(int) (int, bool) { return 0, false }

func isGoCommand(int) bool { return false }
