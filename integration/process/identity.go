package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// Identity identifies one process, because process IDs are reused. It can be saved and used by another program until
// the computer restarts.
type Identity struct {
	// PID is the process ID.
	PID int `json:"pid"`
	// StartTime is the start time of the process in a format of the operating system, only for comparison.
	StartTime string `json:"startTime"`
}

// String returns the process ID and the start time, in the format of [ParseIdentity].
func (id Identity) String() string { return strconv.Itoa(id.PID) + ":" + id.StartTime }

// ParseIdentity parses the result of [Identity.String].
func ParseIdentity(text string) (Identity, error) {
	number, started, _ := strings.Cut(text, ":")
	pid, err := strconv.Atoi(number)
	if err != nil || pid <= 1 || started == "" {
		return Identity{}, fmt.Errorf(
			"invalid process identity %q: expected a process ID above 1, a colon and a start time", text)
	}
	return Identity{PID: pid, StartTime: started}, nil
}

// errGone means that no process with the process ID is running: there is none, or it is a zombie.
var errGone = errors.New("no such process")

// Identify returns the identity of the running process with a process ID. It returns an error if there is none.
func Identify(pid int) (Identity, error) {
	started, err := startTime(pid)
	if err != nil {
		return Identity{}, fmt.Errorf("identify process %d: %w", pid, err)
	}
	return Identity{PID: pid, StartTime: started}, nil
}

// Running reports whether this process is running, as opposed to another process with the same process ID.
func (id Identity) Running() (bool, error) {
	if id.PID <= 1 || id.StartTime == "" {
		return false, fmt.Errorf("invalid process identity %+v: expected a process ID above 1 and a start time", id)
	}
	started, err := startTime(id.PID)
	if errors.Is(err, errGone) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up process %d: %w", id.PID, err)
	}
	return started == id.StartTime, nil
}

// Terminate ends a kept process (see [Process.Keep]) with all its descendants, and waits until they have ended. It does
// nothing if the process has ended, even if another process has the same process ID.
//
// Descendants that do not end are killed after [Spec.Grace]. Terminate waits until ctx ends, or for 20 seconds if ctx
// has no deadline. The error names the process that is still running.
func Terminate(ctx context.Context, id Identity) error {
	running, err := id.Running()
	if err != nil || !running {
		return err
	}
	// The process is opened before the second check: on Linux the handle refers to this process, so the signal cannot
	// reach another one.
	handle, err := os.FindProcess(id.PID)
	if err != nil {
		return fmt.Errorf("terminate process %d: %w", id.PID, err)
	}
	defer func() { _ = handle.Release() }()
	if running, err = id.Running(); err != nil || !running {
		return err
	}
	if err := signalEnd(handle); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("terminate process %d: %w", id.PID, err)
	}

	if _, limited := ctx.Deadline(); !limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, DefaultGrace+reapMargin)
		defer cancel()
	}
	err = wait.PollUntilContextCancel(ctx, 20*time.Millisecond, true, func(context.Context) (bool, error) {
		running, err := id.Running()
		return !running, err
	})
	if err != nil {
		return fmt.Errorf("terminate process %d: still running: %w", id.PID, err)
	}
	return nil
}
