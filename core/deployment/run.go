package deployment

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// ModulesOutput is the stack output that holds the status of each module.
const ModulesOutput = "modules"

// The statuses of a module in the stack output [ModulesOutput].
const (
	StatusDeployed = "deployed"
	StatusDisabled = "disabled"
)

// Run deploys the modules as the stack's configuration says, in the given
// order. See [Manager.Run].
func Run(ctx *pulumi.Context, modules ...Module) error { return NewManager().Run(ctx, modules...) }

// Manager runs deployments with options.
type Manager struct {
	config []config.Option
}

// Option changes how a [Manager] works.
type Option interface{ apply(*Manager) }

type optionFunc func(*Manager)

func (f optionFunc) apply(m *Manager) { f(m) }

// WithConfig passes options on to the configuration's loader.
func WithConfig(opts ...config.Option) Option {
	return optionFunc(func(m *Manager) { m.config = append(m.config, opts...) })
}

// NewManager returns a manager.
func NewManager(opts ...Option) *Manager {
	m := &Manager{}
	for _, o := range opts {
		o.apply(m)
	}
	return m
}

// Run loads and validates the configuration of all modules, deploys the
// enabled ones in the given order, and exports one stack output for each of
// them, by its name, and their statuses as [ModulesOutput].
//
// Configuration errors are a *config.Error; they and versions that cannot be
// resolved come before any resource is registered. A module that fails does not keep the others from being
// deployed: their errors, each of the class failure.Deployment, are joined.
//
// At the level debug, the whole configuration is logged, with the origin of
// each value and without secrets.
func (m *Manager) Run(ctx *pulumi.Context, modules ...Module) error {
	sections := []config.Section{logging.Section(), versions.Section()}
	seen := map[string]bool{
		logging.SectionName: true, versions.SectionName: true, config.FilesSection: true, ModulesOutput: true,
	}
	for _, mod := range modules {
		if seen[mod.Name()] {
			return failure.New(failure.Deployment, "register", fmt.Sprintf("module %q", mod.Name()),
				"the name is taken: give each module once, and a name of its own")
		}
		seen[mod.Name()] = true
		sections = append(sections, mod.Section())
	}
	manager, err := config.Load(ctx, sections, m.config...)
	if err != nil {
		return err
	}
	logs, err := config.Get[*logging.Configuration](manager, logging.SectionName)
	if err != nil {
		return err
	}
	logger := logging.New(ctx, logs.SlogLevel())
	if logger.Enabled(ctx.Context(), slog.LevelDebug) {
		var text strings.Builder
		if err := manager.Print(&text); err != nil {
			return err
		}
		logger.Debug("configuration\n" + text.String())
	}
	resolver, err := resolveVersions(ctx, manager, modules)
	if err != nil {
		return err
	}

	var failed []error
	status := pulumi.StringMap{}
	for _, mod := range modules {
		section, err := config.Get[any](manager, mod.Name())
		if err != nil {
			return err
		}
		if !mod.Enabled(section) {
			status[mod.Name()] = pulumi.String(StatusDisabled)
			continue
		}
		c := &Context{
			Context:  ctx,
			logger:   logger.With("module", mod.Name()),
			versions: resolver,
			outputs:  pulumi.Map{},
		}
		c.logger.Debug("deploying")
		if err := mod.Deploy(c, section); err != nil {
			failed = append(failed, failure.Wrap(failure.Deployment, "deploy", "module "+mod.Name(), err))
			continue
		}
		status[mod.Name()] = pulumi.String(StatusDeployed)
		ctx.Export(mod.Name(), c.outputs)
	}
	ctx.Export(ModulesOutput, status)
	return failure.Join(failed...)
}

// resolveVersions returns the resolver for all modules, and checks what the
// stack asks for.
func resolveVersions(ctx *pulumi.Context, manager *config.Manager, modules []Module) (*versions.Resolver, error) {
	section, err := config.Get[*versions.Configuration](manager, versions.SectionName)
	if err != nil {
		return nil, err
	}
	tables := make([]versions.Table, len(modules))
	for i, mod := range modules {
		tables[i] = mod.Versions()
	}
	resolver, err := versions.New(versions.Merge(tables...), versions.WithConfiguration(*section))
	if err != nil {
		return nil, err
	}
	if err := resolver.Check(ctx.Context()); err != nil {
		return nil, err
	}
	return resolver, nil
}
