package tools

import (
	"bytes"
	"context"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// killDelay is the time that an interrupted command has to end before it is killed.
const killDelay = 5 * time.Second

// runGroup runs a command in a new process group and returns its combined standard output and error. When ctx ends, the
// group is interrupted, and killed if it does not end. On Linux the command is also killed when this process ends.
func runGroup(ctx context.Context, path string, args []string, dir string, env []string) (string, error) {
	// Linux kills the command when the thread that started it ends, so the thread must not end.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = dir, env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = groupAttr()
	var kill *time.Timer
	var mu sync.Mutex
	cmd.Cancel = func() error {
		mu.Lock()
		defer mu.Unlock()
		kill = time.AfterFunc(killDelay, func() { _ = killGroup(cmd.Process) })
		return interruptGroup(cmd.Process)
	}
	// A descendant that is still running would keep the output open.
	cmd.WaitDelay = killDelay + time.Second
	err := cmd.Run()
	mu.Lock()
	defer mu.Unlock()
	if kill != nil {
		kill.Stop()
		// The command has ended. This kills the rest of its group.
		_ = killGroup(cmd.Process)
	}
	return out.String(), err
}
