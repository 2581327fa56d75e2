package targets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// command is a program that a target runs.
type command struct {
	path string
	args []string
	dir  string
	// env is added to the environment of this process.
	env []string
	// stdout and stderr receive the output of the program. Nil discards it.
	stdout, stderr io.Writer
	// grace is the time that the program has to end before it is killed. Default: 5 seconds.
	grace time.Duration
	// leave keeps descendants of the program running when it ends by itself.
	leave bool
}

// run runs a program under the supervise tool: it ends with all its descendants when ctx ends and when this process is
// killed. The error of a program that fails is an *exec.ExitError.
func (w *Workspace) run(ctx context.Context, c command) error {
	_, err := w.runState(ctx, c)
	return err
}

// runState runs a command like run. The state of the ended supervisor contains the times of all its descendants.
func (w *Workspace) runState(ctx context.Context, c command) (*os.ProcessState, error) {
	set, err := tools.Ensure(ctx, tools.Options{Root: w.root, CacheDir: w.cacheDir}, tools.Supervise)
	if err != nil {
		return nil, err
	}
	if c.grace == 0 {
		c.grace = 5 * time.Second
	}
	args := []string{"-grace", c.grace.String()}
	if c.leave {
		args = append(args, "-leave")
	}
	args = append(append(args, "--", c.path), c.args...)
	cmd := exec.Command(set.Path(tools.Supervise), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, c.stdout, c.stderr
	cmd.Env = append(os.Environ(), c.env...)
	cmd.SysProcAttr = sessionAttr()
	// A descendant that supervise cannot find on some systems must not block the target.
	cmd.WaitDelay = c.grace
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", c.path, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("run %s: %w", c.path, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = lifeline.Close() })
	defer stop()
	err = cmd.Wait()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", context.Cause(ctx), errors.Join(err))
	}
	return cmd.ProcessState, err
}
