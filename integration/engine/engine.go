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
	keys    *Keys
}

// Option configures an engine.
type Option func(*Engine)

// WithKeys encrypts the secrets of inline stacks with keys instead of a passphrase.
func WithKeys(k *Keys) Option { return func(e *Engine) { e.keys = k } }

// New creates an engine in dir, which is created. set contains the tools of [tools.Engine].
func New(dir string, set tools.Set, opts ...Option) (*Engine, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	e := &Engine{dir: dir}
	for _, opt := range opts {
		opt(e)
	}
	if e.Installation, err = installation.New(dir, set); err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	var env []string
	if e.keys != nil {
		env = []string{"VAULT_SERVER_URL=" + e.keys.url, "VAULT_SERVER_TOKEN=none"}
	}
	if e.command, err = newCommand(e.Installation, env); err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	return e, nil
}

// stateFile returns the file with the state of a stack.
//
// Source: pulumi, "State and backends", filesystem and cloud storage backends.
func (e *Engine) stateFile(project, stack string) string {
	return filepath.Join(e.Backend(), ".pulumi", "stacks", project, stack+".json")
}

// Inline returns a stack whose program is a function in this process.
func (e *Engine) Inline(ctx context.Context, project, stack string, program pulumi.RunFunc) (*Stack, error) {
	dir := filepath.Join(e.dir, "inline", project)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create stack %s of %s: %w", stack, project, err)
	}
	// An upsert runs the CLI twice for a new stack.
	create := auto.NewStackInlineSource
	if _, err := os.Stat(e.stateFile(project, stack)); err == nil {
		create = auto.SelectStackInlineSource
	}
	opts := append(e.options(), auto.WorkDir(dir))
	if e.keys != nil {
		opts = append(opts, auto.SecretsProvider("hashivault://stacks"))
	}
	s, err := create(ctx, stack, project, program, opts...)
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
