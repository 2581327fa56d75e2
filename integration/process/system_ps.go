//go:build unix && !linux

package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// startTime returns the start time of a process as ps prints it, to the second.
func startTime(pid int) (string, error) {
	cmd := exec.Command("ps", "-o", "stat=,lstart=", "-p", strconv.Itoa(pid))
	// lstart is printed in the language and time zone of the caller, which may differ between two programs.
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", errGone
	}
	if err != nil {
		return "", fmt.Errorf("run ps: %w", err)
	}
	state, started, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if strings.HasPrefix(state, "Z") {
		return "", errGone
	}
	if started = strings.TrimSpace(started); started == "" {
		return "", fmt.Errorf("unexpected output of ps %q: expected a state and a start time", out)
	}
	return started, nil
}
