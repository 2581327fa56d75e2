package main

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"time"
)

// ownerInterval is the time between checks of the owner.
const ownerInterval = 300 * time.Millisecond

// runs reports whether the owner is running, or if that is unknown.
func (o *owner) runs() bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(o.pid) + "/stat")
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ESRCH)
	}
	s, ok := parseStat(string(stat))
	// A zombie has ended. It stays in the process table if its parent does not wait for it.
	return !ok || s.started == o.started && s.state != "Z" && s.state != "X"
}
