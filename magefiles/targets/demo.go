package targets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// demoGrace is how long an interrupted demo may take to end its cluster.
const demoGrace = 30 * time.Second

// Demo provides the tools, builds the demo and runs it. The demo ends with this process, however that ends; what it keeps
// on purpose (KEEP=1) stays. The error of a demo that fails carries its exit code for mage.
func (w *Workspace) Demo(ctx context.Context) error {
	names := slices.DeleteFunc(tools.All(), func(n tools.Name) bool { return n == tools.GolangciLint })
	if _, err := w.tools(ctx, names...); err != nil {
		return err
	}
	return w.goRun(ctx, "./"+integrationPath+"/cmd/demo")
}

// goRun builds a command of the workspace and runs it. `go run` is not used: it hides the exit code and does not pass on
// signals.
func (w *Workspace) goRun(ctx context.Context, pkg string) error {
	dir, err := os.MkdirTemp("", "ashlar-run-")
	if err != nil {
		return fmt.Errorf("make a folder for %s: %w", pkg, err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "program")
	w.say("building %s", pkg)
	build := command{
		path: "go", args: []string{"build", "-o", program, pkg}, dir: w.root,
		env: []string{"GOTMPDIR=" + dir}, stdout: w.out, stderr: w.out,
	}
	if err := w.run(ctx, build); err != nil {
		return fmt.Errorf("build %s: %w", pkg, err)
	}
	err = w.run(ctx, command{path: program, dir: w.root, stdout: os.Stdout, stderr: os.Stderr, grace: demoGrace, leave: true})
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return exitError{code: exit.ExitCode(), err: fmt.Errorf("%s ended with exit code %d", pkg, exit.ExitCode())}
	}
	return err
}

// exitError is an error that sets the exit code of mage, which looks for ExitStatus.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e exitError) Unwrap() error { return e.err }

// ExitStatus returns the exit code that mage ends with.
func (e exitError) ExitStatus() int { return e.code }
