package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// stopDelay is how long a cancelled CLI may take to end what it does; it waits
// for the resources that are being made.
const stopDelay = time.Minute

// command runs the Pulumi CLI under supervision: it ends with this process,
// also when this process is killed, and so do its plugins.
type command struct {
	supervise string
	pulumi    string
	env       []string
	version   semver.Version
}

var _ auto.PulumiCommand = (*command)(nil)

func newCommand(ctx context.Context, set tools.Set, env []string) (*command, error) {
	c := &command{supervise: set.Path(tools.Supervise), pulumi: set.Path(tools.Pulumi), env: env}
	stdout, stderr, _, err := c.Run(ctx, "", nil, nil, nil, nil, "version")
	if err != nil {
		return nil, fmt.Errorf("ask %s for its version: %w: %s", c.pulumi, err, stderr)
	}
	c.version, err = semver.ParseTolerant(strings.TrimSpace(stdout))
	if err != nil {
		return nil, fmt.Errorf("%s says that its version is %q: %w", c.pulumi, stdout, err)
	}
	return c, nil
}

// withoutOutputs is the key of what [WithoutOutputs] notes in a context.
type withoutOutputs struct{}

// WithoutOutputs returns a context in which the results of operations have no outputs. The Automation API asks for them after each up, in
// two further runs of the CLI, which take longer than a small up.
func WithoutOutputs(ctx context.Context) context.Context {
	return context.WithValue(ctx, withoutOutputs{}, true)
}

// Version implements auto.PulumiCommand.
func (c *command) Version() semver.Version { return c.version }

// Run implements auto.PulumiCommand. The CLI gets no standard input, so that it
// fails where it would ask.
func (c *command) Run(
	ctx context.Context, workdir string, _ io.Reader, stdout, stderr []io.Writer, env []string, args ...string,
) (string, string, int, error) {
	if len(args) > 1 && args[0] == "stack" && args[1] == "history" {
		// The Automation API asks for it after each operation, which takes the CLI half a second. What an operation did stands in
		// the events: nobody looks at the history.
		return "[]", "", 0, nil
	}
	if len(args) > 1 && args[0] == "stack" && args[1] == "output" && ctx.Value(withoutOutputs{}) != nil {
		return "{}", "", 0, nil
	}
	// Clusters of simulated clouds outlive the CLI, and end by themselves.
	args = append([]string{"-grace", stopDelay.String(), "-spare", "--", c.pulumi, "--non-interactive"}, args...)
	cmd := exec.CommandContext(ctx, c.supervise, args...)
	cmd.Dir = workdir
	cmd.Env = slices.Concat(c.env, env)
	var out, errs bytes.Buffer
	cmd.Stdout = io.MultiWriter(append([]io.Writer{&out}, stdout...)...)
	cmd.Stderr = io.MultiWriter(append([]io.Writer{&errs}, stderr...)...)
	// The pipe closes when this process ends, however it ends.
	alive, err := cmd.StdinPipe()
	if err != nil {
		return "", "", -1, err
	}
	defer alive.Close()
	cmd.Cancel = alive.Close
	cmd.WaitDelay = stopDelay + 10*time.Second
	err = cmd.Run()
	var exit *exec.ExitError
	code := -1
	switch {
	case err == nil:
		code = 0
	case errors.As(err, &exit):
		code = exit.ExitCode()
	}
	return out.String(), errs.String(), code, err
}
