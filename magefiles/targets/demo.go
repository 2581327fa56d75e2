package targets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/magefile/mage/mg"
)

// demoGrace is the time that an interrupted demo has to stop its cluster.
const demoGrace = 30 * time.Second

// Demo builds and runs the demo, which provides its tools itself. It ends with this process, except for what KEEP=1
// keeps. The error of a failed demo contains its exit code for mage.
func (w *Workspace) Demo(ctx context.Context) error { return w.demo(ctx) }

// Quickstart builds and runs the demo of an application on a local control plane.
func (w *Workspace) Quickstart(ctx context.Context) error { return w.demo(ctx, "-quickstart") }

func (w *Workspace) demo(ctx context.Context, args ...string) error {
	if mg.Verbose() {
		args = append(args, "-v")
	}
	return w.goRun(ctx, "./"+integrationPath+"/cmd/demo", args...)
}

// Simulator provides the tools and the simulated clouds, and prints the environment variables to use them. Everything else
// goes to standard error, so that a shell can evaluate the output.
func (w *Workspace) Simulator(ctx context.Context) error {
	w.out = os.Stderr
	return w.goRun(ctx, "./"+integrationPath+"/cmd/simulator")
}

// goRun builds and runs a command of the workspace. `go run` hides the exit code and does not forward signals.
func (w *Workspace) goRun(ctx context.Context, pkg string, args ...string) error {
	dir, err := os.MkdirTemp("", "ashlar-run-")
	if err != nil {
		return fmt.Errorf("create a folder for %s: %w", pkg, err)
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
	err = w.run(ctx, command{path: program, args: args, dir: w.root, stdout: os.Stdout, stderr: os.Stderr,
		grace: demoGrace, leave: true})
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return exitError{code: exit.ExitCode(), err: fmt.Errorf("%s ended with exit code %d", pkg, exit.ExitCode())}
	}
	return err
}

// exitError is an error with an exit code for mage, which calls ExitStatus.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e exitError) Unwrap() error { return e.err }

// ExitStatus returns the exit code of mage.
func (e exitError) ExitStatus() int { return e.code }
