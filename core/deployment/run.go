package deployment

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// ModulesOutput is the stack output with the status of each module.
const ModulesOutput = "modules"

// MetadataOutput is the stack output with the metadata of the deployment.
const MetadataOutput = "metadata"

// The statuses of a module in the stack output [ModulesOutput].
const (
	StatusDeployed = "deployed"
	StatusDisabled = "disabled"
	StatusFailed   = "failed"
	// StatusSkipped means that a module on which it depends was not deployed.
	StatusSkipped = "skipped"
)

// Run deploys the modules that the stack's configuration enables. See [Manager.Run].
func Run(ctx *pulumi.Context, modules ...Module) error { return NewManager().Run(ctx, modules...) }

// Manager runs deployments with options.
type Manager struct {
	config []config.Option
}

// Option configures a [Manager].
type Option interface{ apply(*Manager) }

type optionFunc func(*Manager)

func (f optionFunc) apply(m *Manager) { f(m) }

// WithConfig sets options of the configuration loader.
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

// Run loads and validates the configuration of all modules and deploys the enabled ones. It exports one stack output
// for each of them, by its name, their statuses as [ModulesOutput], the metadata of the deployment as [MetadataOutput],
// and, where the stack names compliance frameworks, the evidence as [ComplianceOutput].
//
// Every taggable resource gets the metadata, also those that the program registers after this call.
//
// Each module is deployed after those on which it depends, by declaration or because its configuration refers to them,
// and otherwise in the given order.
//
// Errors of the configuration, and of what look-ups show about it ([WithLookups]), are a *config.Error. They, versions that
// cannot be resolved, and dependency cycles, each a *[CycleError], are returned before any module is deployed. Modules that
// do not depend on a failed one are deployed. All errors are joined; those of modules are of the class failure.Deployment.
//
// At level debug, the whole configuration is logged, with the origin of each value and without secrets.
func (m *Manager) Run(ctx *pulumi.Context, modules ...Module) (err error) {
	registry, err := NewRegistry(modules...)
	if err != nil {
		return err
	}
	providers := provider.NewRegistry()
	manager, err := m.load(ctx, registry, providers)
	if err != nil {
		return err
	}
	logs, err := config.Get[*logging.Configuration](manager, logging.SectionName)
	if err != nil {
		return err
	}
	loggers, err := logging.NewManager(ctx.Log, *logs)
	if err != nil {
		return err
	}
	defer func() { err = failure.Join(err, loggers.Close()) }()
	r := &run{
		ctx:       manager.Context(ctx),
		manager:   manager,
		loggers:   loggers,
		logger:    loggers.Logger(),
		providers: providers,
		shared:    &shared{values: map[provided]any{}},
		status:    map[string]string{},
	}
	if err := r.logConfiguration(manager); err != nil {
		return err
	}
	steps, err := order(manager, registry)
	if err != nil {
		return err
	}
	if r.versions, err = resolveVersions(ctx, manager, modules); err != nil {
		return err
	}
	if r.metadata, err = tagResources(ctx, manager, modules); err != nil {
		return err
	}
	if r.evidence, err = collect(ctx, manager, catalogueOf(modules)); err != nil {
		return err
	}
	var failed []error
	for _, s := range steps {
		failed = append(failed, r.deploy(s))
	}
	r.export()
	return failure.Join(append(failed, r.metadata.Err(), r.report())...)
}

// load reads the configuration of all modules.
func (m *Manager) load(ctx *pulumi.Context, registry *Registry, providers *provider.Registry) (*config.Manager, error) {
	opts := append(slices.Clone(m.config),
		config.WithValidator(logging.SectionName, logging.KnownModules(registry.Names())),
		config.WithValidator(compliance.SectionName, catalogueOf(registry.modules)),
	)
	omitted := newOmitted(ctx, registry)
	for _, mod := range registry.modules {
		opts = append(opts, config.WithValidator(mod.Name(), dependencyCheck{mod, registry}))
		opts = append(opts, config.WithValidator(mod.Name(), omitted.of(mod.Name())), lookups(ctx, mod, providers))
	}
	return config.Load(ctx, Sections(registry.modules...), opts...)
}

// order returns the steps in the order of their dependencies.
func order(manager *config.Manager, registry *Registry) ([]*step, error) {
	steps := make([]*step, len(registry.modules))
	for i, mod := range registry.modules {
		section, err := config.Get[any](manager, mod.Name())
		if err != nil {
			return nil, err
		}
		steps[i] = &step{module: mod, section: section, enabled: mod.Enabled(section)}
	}
	if err := plan(registry, steps); err != nil {
		return nil, err
	}
	return sorted(steps)
}

// run is one deployment.
type run struct {
	ctx       *pulumi.Context
	manager   *config.Manager
	loggers   *logging.Manager
	logger    *slog.Logger
	versions  *versions.Resolver
	providers *provider.Registry
	shared    *shared
	metadata  *metadata.Manager
	evidence  *evidence
	status    map[string]string
}

func (r *run) logConfiguration(manager *config.Manager) error {
	if !r.logger.Enabled(r.ctx.Context(), slog.LevelDebug) {
		return nil
	}
	var text strings.Builder
	if err := manager.Print(&text); err != nil {
		return err
	}
	r.logger.Debug("configuration\n" + text.String())
	return nil
}

// deploy deploys one module, unless it is disabled or a module on which it depends was not deployed.
func (r *run) deploy(s *step) error {
	name := s.module.Name()
	if !s.enabled {
		r.status[name] = StatusDisabled
		return nil
	}
	var missing []string
	for _, before := range s.before {
		if r.status[before] != StatusDeployed {
			missing = append(missing, before+" "+r.status[before])
		}
	}
	if len(missing) > 0 {
		r.status[name] = StatusSkipped
		return failure.New(failure.Deployment, "deploy", "module "+name, "skipped: %s", strings.Join(missing, ", "))
	}
	c := &Context{
		Context:   r.ctx,
		module:    name,
		manager:   r.manager,
		before:    s.before,
		loggers:   r.loggers,
		logger:    r.loggers.Module(name),
		versions:  r.versions,
		providers: r.providers,
		metadata:  r.metadata,
		shared:    r.shared,
		provides:  providedBy(s.module),
		outputs:   pulumi.Map{},
	}
	c.logger.Debug("deploying")
	if err := s.module.Deploy(c, s.section); err != nil {
		r.status[name] = StatusFailed
		return failure.Wrap(failure.Deployment, "deploy", "module "+name, err)
	}
	r.status[name] = StatusDeployed
	r.ctx.Export(name, c.outputs)
	return nil
}

func (r *run) export() {
	r.ctx.Export(ModulesOutput, pulumi.ToStringMap(r.status))
	r.ctx.Export(MetadataOutput, r.metadata.Metadata().Output())
}

// resolveVersions returns the resolver for all modules, and checks the versions of the stack.
func resolveVersions(ctx *pulumi.Context, manager *config.Manager, modules []Module) (*versions.Resolver, error) {
	section, err := config.Get[*versions.Configuration](manager, versions.SectionName)
	if err != nil {
		return nil, err
	}
	var tables []versions.Table
	for _, mod := range modules {
		if v, ok := mod.(ModuleWithVersions); ok {
			tables = append(tables, v.Versions())
		}
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
