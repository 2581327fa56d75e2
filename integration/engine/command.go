package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// stopDelay is the time that a canceled CLI has to end. It waits for operations in
// progress.
const stopDelay = time.Minute

// command runs the Pulumi CLI under supervise: the CLI and its plugins end with this
// process, even if it is killed.
type command struct {
	supervise string
	pulumi    string
	env       []string
	version   semver.Version
}

var _ auto.PulumiCommand = (*command)(nil)

func newCommand(set tools.Set, env []string) (*command, error) {
	// An installed CLI may be newer than the pinned version, but the Automation API supports both.
	pinned, err := tools.Version(tools.Options{}, tools.Pulumi)
	if err != nil {
		return nil, err
	}
	version, err := semver.Parse(pinned)
	if err != nil {
		return nil, fmt.Errorf("parse the version of %s: %w", tools.Pulumi, err)
	}
	return &command{supervise: set.Path(tools.Supervise), pulumi: set.Path(tools.Pulumi), env: env,
		version: version}, nil
}

// withoutOutputs is a context key: `pulumi stack output` does not run. The Automation API runs it twice after each up,
// which takes longer than a small up.
type withoutOutputs struct{}

// Version implements auto.PulumiCommand. It is the version of the tools, or an older one.
func (c *command) Version() semver.Version { return c.version }

// Run implements auto.PulumiCommand. Without standard input, the CLI fails instead of
// prompting.
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
	// Clusters of simulated clouds keep running after the CLI has ended.
	args = append([]string{"-grace", stopDelay.String(), "-spare", "--", c.pulumi, "--non-interactive"}, args...)
	cmd := exec.CommandContext(ctx, c.supervise, args...)
	cmd.Dir = workdir
	cmd.Env = slices.Concat(c.env, env)
	var out, errs bytes.Buffer
	cmd.Stdout = io.MultiWriter(append([]io.Writer{&out}, stdout...)...)
	cmd.Stderr = io.MultiWriter(append([]io.Writer{&errs}, stderr...)...)
	// The pipe closes when this process ends for any reason.
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
