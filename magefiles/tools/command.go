package tools

import (
	"bytes"
	"context"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// killDelay is how long a command may take to end after it was interrupted, before it is killed.
const killDelay = 5 * time.Second

// runGroup runs a command in a process group of its own and returns what it printed, standard output and error mixed.
// When ctx ends, the whole group is interrupted, and killed if it does not end; on Linux the command is also killed when
// this process dies.
func runGroup(ctx context.Context, path string, args []string, dir string, env []string) (string, error) {
	// Linux kills the command when the thread that started it ends, not the process: the thread has to stay.
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
	// A grandchild that outlives the group's leader would keep the output open.
	cmd.WaitDelay = killDelay + time.Second
	err := cmd.Run()
	mu.Lock()
	defer mu.Unlock()
	if kill != nil {
		kill.Stop()
		// The leader has ended; what is left of its group has no reason to stay.
		_ = killGroup(cmd.Process)
	}
	return out.String(), err
}
