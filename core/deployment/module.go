package deployment

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// Module is a part of a deployment, such as kubernetes, with a section of its
// own in the configuration. Make one with [NewModule].
type Module interface {
	// Name is the module's name, which is also the name of its section.
	Name() string
	// Section describes the module's configuration.
	Section() config.Section
	// Enabled reports whether the decoded section asks for the module.
	Enabled(section any) bool
	// Versions returns the versions of the components that the module deploys,
	// or nil when it deploys none that have versions of their own.
	Versions() versions.Table
	// Deploy registers the module's resources, as the decoded section says.
	Deploy(ctx *Context, section any) error
}

// Switch is embedded by the configuration of every module.
type Switch struct {
	// Enabled says whether the module is deployed. Default: false.
	Enabled bool `pulumi:"enabled"`
}

func (s *Switch) isEnabled() bool { return s.Enabled }

// ModuleOption changes what [NewModule] makes.
type ModuleOption interface{ applyModule(*moduleSettings) }

type moduleOptionFunc func(*moduleSettings)

func (f moduleOptionFunc) applyModule(s *moduleSettings) { f(s) }

type moduleSettings struct{ versions versions.Table }

// WithVersions gives the versions of the components that the module deploys. A
// stack chooses among them, or names others, in its section ashlar:versions.
func WithVersions(table versions.Table) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) { s.versions = table })
}

// NewModule returns the module of the given name, whose configuration is a T.
// T embeds [Switch]; schema is the JSON Schema of T (see [config.Schema]);
// deploy registers the resources.
func NewModule[T any, P interface {
	*T
	isEnabled() bool
}](name string, schema []byte, deploy func(ctx *Context, configuration P) error, opts ...ModuleOption) Module {
	m := &module[T, P]{section: config.NewSection[T](name, schema), deploy: deploy}
	for _, o := range opts {
		o.applyModule(&m.settings)
	}
	return m
}

type module[T any, P interface {
	*T
	isEnabled() bool
}] struct {
	section  config.Section
	deploy   func(*Context, P) error
	settings moduleSettings
}

func (m *module[T, P]) Name() string             { return m.section.Name() }
func (m *module[T, P]) Section() config.Section  { return m.section }
func (m *module[T, P]) Versions() versions.Table { return m.settings.versions }

func (m *module[T, P]) Enabled(section any) bool {
	c, ok := section.(*T)
	return ok && P(c).isEnabled()
}

func (m *module[T, P]) Deploy(ctx *Context, section any) error {
	c, ok := section.(*T)
	if !ok {
		return fmt.Errorf("section %s: expected a %T, got a %T", m.Name(), c, section)
	}
	return m.deploy(ctx, c)
}
