package main

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"time"
)

// ownerInterval is how often the owner is looked at.
const ownerInterval = 300 * time.Millisecond

// runs says whether the owner has not ended, as far as can be told.
func (o *owner) runs() bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(o.pid) + "/stat")
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ESRCH)
	}
	s, ok := parseStat(string(stat))
	// A zombie has ended; where nobody collects orphans it stays in the table for good.
	return !ok || s.started == o.started && s.state != "Z" && s.state != "X"
}
