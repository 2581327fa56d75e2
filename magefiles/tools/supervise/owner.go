//go:build unix

package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// owner is the process with which a kept command ends. The start time distinguishes it from later processes with the
// same process ID.
type owner struct {
	pid     int
	started string
}

// Set implements flag.Value.
func (o *owner) Set(text string) error {
	number, started, _ := strings.Cut(text, ":")
	pid, err := strconv.Atoi(number)
	if err != nil || pid <= 1 || started == "" {
		return fmt.Errorf("expected PID:START, a process ID above 1 and the start time of the process")
	}
	*o = owner{pid, started}
	return nil
}

// String implements flag.Value.
func (o *owner) String() string {
	if o.pid == 0 {
		return ""
	}
	return strconv.Itoa(o.pid) + ":" + o.started
}

// wait returns when the owner has ended. Without an owner it never does.
func (o *owner) wait() {
	if o.pid == 0 {
		select {}
	}
	for o.runs() {
		time.Sleep(ownerInterval)
	}
}
