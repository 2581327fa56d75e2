package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/installation"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Engine is a separate installation of Pulumi with the Automation API.
type Engine struct {
	*installation.Installation
	dir     string
	command *command
}

// New creates an engine in dir, which is created. set contains the tools of [installation.Programs].
func New(ctx context.Context, dir string, set tools.Set) (*Engine, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	e := &Engine{dir: dir}
	if e.Installation, err = installation.New(dir, set); err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	if e.command, err = newCommand(ctx, e.Installation); err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	return e, nil
}

// Inline returns a stack whose program is a function in this process.
func (e *Engine) Inline(ctx context.Context, project, stack string, program pulumi.RunFunc) (*Stack, error) {
	dir := filepath.Join(e.dir, "inline", project)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create stack %s of %s: %w", stack, project, err)
	}
	s, err := auto.UpsertStackInlineSource(ctx, stack, project, program, append(e.options(), auto.WorkDir(dir))...)
	if err != nil {
		return nil, fmt.Errorf("create stack %s of %s: %w", stack, project, err)
	}
	return &Stack{Stack: s, engine: e, dir: dir}, nil
}

// Project returns a stack of the project folder dir, with the settings in
// Pulumi.<stack>.yaml.
func (e *Engine) Project(ctx context.Context, dir, stack string) (*Stack, error) {
	s, err := auto.UpsertStackLocalSource(ctx, stack, dir, e.options()...)
	if err != nil {
		return nil, fmt.Errorf("create stack %s of %s: %w", stack, dir, err)
	}
	return &Stack{Stack: s, engine: e, dir: dir}, nil
}

func (e *Engine) options() []auto.LocalWorkspaceOption {
	return []auto.LocalWorkspaceOption{auto.Pulumi(e.command), auto.PulumiHome(e.Home())}
}
