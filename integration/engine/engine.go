package engine

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Programs returns the names of the tools of an engine.
func Programs() []tools.Name {
	return []tools.Name{tools.Pulumi, tools.LanguageGo, tools.ProviderKubernetes, tools.Supervise}
}

// Engine is a separate Pulumi installation: CLI, plugins, backend and home.
type Engine struct {
	dir     string
	command *command
	keys    *Keys
}

// Option configures an engine.
type Option func(*Engine)

// WithKeys encrypts the secrets of inline stacks with keys instead of a passphrase.
func WithKeys(k *Keys) Option { return func(e *Engine) { e.keys = k } }

// New creates an engine in dir, which is created. set contains the tools of [Programs].
func New(dir string, set tools.Set, opts ...Option) (*Engine, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	e := &Engine{dir: dir}
	for _, opt := range opts {
		opt(e)
	}
	for _, dir := range []string{e.Backend(), e.Temporary()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("create engine: %w", err)
		}
	}
	if err := e.installPlugins(set); err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	if err := os.WriteFile(e.passphraseFile(), []byte(rand.Text()), 0o600); err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	e.command, err = newCommand(set, e.environment(set))
	if err != nil {
		return nil, fmt.Errorf("create engine: %w", err)
	}
	return e, nil
}

// Backend returns the folder with the state of the engine.
func (e *Engine) Backend() string { return filepath.Join(e.dir, "state") }

// Temporary returns the temporary folder of the CLI, programs and providers.
func (e *Engine) Temporary() string { return filepath.Join(e.dir, "tmp") }

// stateFile returns the file with the state of a stack.
//
// Source: pulumi, "State and backends", filesystem and cloud storage backends.
func (e *Engine) stateFile(project, stack string) string {
	return filepath.Join(e.Backend(), ".pulumi", "stacks", project, stack+".json")
}

func (e *Engine) home() string           { return filepath.Join(e.dir, "home") }
func (e *Engine) passphraseFile() string { return filepath.Join(e.dir, "passphrase") }

// installPlugins installs the plugins like `pulumi plugin install`, because the CLI
// warns about plugins on PATH.
func (e *Engine) installPlugins(set tools.Set) error {
	for name, kind := range map[tools.Name]string{
		tools.LanguageGo:         "language-go",
		tools.ProviderKubernetes: "resource-kubernetes",
	} {
		version, err := tools.Version(tools.Options{}, name)
		if err != nil {
			return err
		}
		if err := e.install(kind, version, set.Path(name)); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) install(kind, version, path string) error {
	dir := filepath.Join(e.home(), "plugins", kind+"-v"+version)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Symlink(path, filepath.Join(dir, "pulumi-"+kind))
}

// InstallProvider installs an executable as a version of the provider of a package.
func (e *Engine) InstallProvider(name, version, path string) error {
	if err := e.install("resource-"+name, version, path); err != nil {
		return fmt.Errorf("install provider %s: %w", name, err)
	}
	return nil
}

// Variables returns the environment variables with which the Pulumi CLI uses the
// stacks of the engine.
func (e *Engine) Variables() map[string]string {
	return map[string]string{
		"PULUMI_BACKEND_URL":            "file://" + e.Backend(),
		"PULUMI_HOME":                   e.home(),
		"PULUMI_CONFIG_PASSPHRASE_FILE": e.passphraseFile(),
	}
}

// environment returns the environment of the CLI: that of this process without the
// variables that refer to stacks, clusters and settings of the user.
func (e *Engine) environment(set tools.Set) []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if name == "KUBECONFIG" || strings.HasPrefix(name, "PULUMI_") {
			continue
		}
		env = append(env, v)
	}
	for name, value := range e.Variables() {
		env = append(env, name+"="+value)
	}
	if e.keys != nil {
		env = append(env, "VAULT_SERVER_URL="+e.keys.url, "VAULT_SERVER_TOKEN=none")
	}
	if flags := os.Getenv("GOFLAGS"); !strings.Contains(flags, "-ldflags") {
		// The language host links a program in each run. Without debug information, this is 25% faster.
		env = append(env, "GOFLAGS="+strings.TrimSpace(flags+" -ldflags=-w"))
	}
	return append(env,
		// Providers leave files behind.
		"TMPDIR="+e.Temporary(),
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_AUTOMATION_API=true",
		// Use only the plugins in the home of the engine.
		"PULUMI_IGNORE_AMBIENT_PLUGINS=true",
	)
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
	return []auto.LocalWorkspaceOption{auto.Pulumi(e.command), auto.PulumiHome(e.home())}
}
