package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"github.com/ashlar-iac/ashlar/integration/installation"
)

// command runs the CLI of an installation for the Automation API.
type command struct {
	installation *installation.Installation
	version      semver.Version
}

var _ auto.PulumiCommand = (*command)(nil)

func newCommand(ctx context.Context, i *installation.Installation) (*command, error) {
	c := &command{installation: i}
	stdout, stderr, _, err := c.Run(ctx, "", nil, nil, nil, nil, "version")
	if err != nil {
		return nil, fmt.Errorf("read the version of the Pulumi CLI: %w: %s", err, stderr)
	}
	c.version, err = semver.ParseTolerant(strings.TrimSpace(stdout))
	if err != nil {
		return nil, fmt.Errorf("parse the version %q of the Pulumi CLI: %w", stdout, err)
	}
	return c, nil
}

// withoutOutputs is the context key of [WithoutOutputs].
type withoutOutputs struct{}

// WithoutOutputs returns a context in which results of operations have no outputs. The Automation API reads outputs
// after each up with two additional runs of the CLI, which take longer than a small up.
func WithoutOutputs(ctx context.Context) context.Context {
	return context.WithValue(ctx, withoutOutputs{}, true)
}

// Version implements auto.PulumiCommand.
func (c *command) Version() semver.Version { return c.version }

// Run implements auto.PulumiCommand.
func (c *command) Run(
	ctx context.Context, workdir string, _ io.Reader, stdout, stderr []io.Writer, env []string, args ...string,
) (string, string, int, error) {
	if len(args) > 1 && args[0] == "stack" && args[1] == "history" {
		// The Automation API reads the history after each operation, which takes half a second. Results use the events
		// instead.
		return "[]", "", 0, nil
	}
	if len(args) > 1 && args[0] == "stack" && args[1] == "output" && ctx.Value(withoutOutputs{}) != nil {
		return "{}", "", 0, nil
	}
	var out, errs bytes.Buffer
	err := c.installation.Run(ctx, installation.Command{
		Dir: workdir, Env: env, Args: args,
		Stdout: io.MultiWriter(append([]io.Writer{&out}, stdout...)...),
		Stderr: io.MultiWriter(append([]io.Writer{&errs}, stderr...)...),
	})
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
