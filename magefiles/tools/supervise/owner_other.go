//go:build unix && !linux

package main

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// ownerInterval is the time between checks of the owner.
const ownerInterval = 2 * time.Second

// runs reports whether the owner is running, or if that is unknown. The start time is that of ps in English and UTC.
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
