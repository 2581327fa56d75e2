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

// Identity names one process for good: a number alone is given to another process sooner or later. It can be written to
// a file and read by another program, until the machine restarts.
type Identity struct {
	// PID is the process's number.
	PID int `json:"pid"`
	// StartTime says when the process started, as the operating system tells it. Its form differs between operating
	// systems; it is only ever compared.
	StartTime string `json:"startTime"`
}

// String returns the number and the start time, which [ParseIdentity] reads.
func (id Identity) String() string { return strconv.Itoa(id.PID) + ":" + id.StartTime }

// ParseIdentity reads what [Identity.String] wrote.
func ParseIdentity(text string) (Identity, error) {
	number, started, _ := strings.Cut(text, ":")
	pid, err := strconv.Atoi(number)
	if err != nil || pid <= 1 || started == "" {
		return Identity{}, fmt.Errorf("process identity %q: expected a number above 1, a colon and a start time", text)
	}
	return Identity{PID: pid, StartTime: started}, nil
}

// errGone means that there is no running process of a number: none at all, or only one that waits to be collected.
var errGone = errors.New("no such process")

// Identify returns the identity of the running process with the number pid. It is an error if there is none.
func Identify(pid int) (Identity, error) {
	started, err := startTime(pid)
	if err != nil {
		return Identity{}, fmt.Errorf("identify process %d: %w", pid, err)
	}
	return Identity{PID: pid, StartTime: started}, nil
}

// Running says whether the process runs: the same process, not another one that was given its number. It is an error
// only if the operating system cannot be asked.
func (id Identity) Running() (bool, error) {
	if id.PID <= 1 || id.StartTime == "" {
		return false, fmt.Errorf("process identity %+v is not complete; it needs a number above 1 and a start time", id)
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

// Terminate ends a process that was started by [Start] and released by [Process.Keep], with all its descendants, and
// waits until they are gone. A process that has ended is a success, and so is a number that now belongs to another
// process, which is left alone.
//
// Descendants that do not end by themselves are killed after the grace they were started with. Without a deadline in ctx
// Terminate waits for twenty seconds. When the time is up the error says which process still runs.
func Terminate(ctx context.Context, id Identity) error {
	running, err := id.Running()
	if err != nil || !running {
		return err
	}
	// The process is opened before it is looked at once more: on Linux the handle stays on that process, so that the
	// signal cannot reach a stranger.
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
		return fmt.Errorf("terminate process %d: it was asked to end and still runs: %w", id.PID, err)
	}
	return nil
}
