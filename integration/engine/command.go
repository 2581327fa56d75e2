package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"github.com/ashlar-iac/ashlar/integration/installation"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// command runs the CLI of an installation for the Automation API.
type command struct {
	installation *installation.Installation
	env          []string
	version      semver.Version
}

var _ auto.PulumiCommand = (*command)(nil)

func newCommand(i *installation.Installation, env []string) (*command, error) {
	// An installed CLI may be newer than the pinned version, but the Automation API supports both.
	pinned, err := tools.Version(tools.Options{}, tools.Pulumi)
	if err != nil {
		return nil, err
	}
	version, err := semver.Parse(pinned)
	if err != nil {
		return nil, fmt.Errorf("parse the version of %s: %w", tools.Pulumi, err)
	}
	return &command{installation: i, env: env, version: version}, nil
}

// withoutOutputs is a context key: `pulumi stack output` does not run. The Automation API runs it twice after each up,
// which takes longer than a small up.
type withoutOutputs struct{}

// Version implements auto.PulumiCommand. It is the version of the tools, or an older one.
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
		Dir: workdir, Env: slices.Concat(c.env, env), Args: args,
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
