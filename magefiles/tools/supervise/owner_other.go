//go:build unix && !linux

package main

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// ownerInterval is how often the owner is looked at.
const ownerInterval = 2 * time.Second

// runs says whether the owner has not ended, as far as can be told. Its start time is what ps prints in English and
// UTC, to the second.
func (o *owner) runs() bool {
	cmd := exec.Command("/bin/ps", "-o", "stat=,lstart=", "-p", strconv.Itoa(o.pid))
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC"}
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return false
	}
	if err != nil {
		return true
	}
	state, started, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	return !strings.HasPrefix(state, "Z") && strings.TrimSpace(started) == o.started
}
