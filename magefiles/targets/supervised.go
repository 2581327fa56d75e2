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
	// stdout and stderr get its output. Nil discards it.
	stdout, stderr io.Writer
	// grace is how long the program may take to end after it was asked to. Default: five seconds.
	grace time.Duration
	// leave leaves alone what the program leaves behind when it ends by itself.
	leave bool
}

// run runs a program under the supervise tool, so that it ends, with everything it started, when ctx does, and when this
// process is killed. The error of a program that fails is an *exec.ExitError with its exit code.
func (w *Workspace) run(ctx context.Context, c command) error {
	set, err := tools.Ensure(ctx, tools.Options{Root: w.root, CacheDir: w.cacheDir}, tools.Supervise)
	if err != nil {
		return err
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
	// Should a descendant escape, on systems where that is possible, it must not keep the target from ending.
	cmd.WaitDelay = c.grace
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("run %s: %w", c.path, err)
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("run %s: %w", c.path, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = lifeline.Close() })
	defer stop()
	err = cmd.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w", context.Cause(ctx), errors.Join(err))
	}
	return err
}
