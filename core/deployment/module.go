package deployment

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// Module is a part of a deployment, such as kubernetes, with a section of its
// own in the configuration. Make one with [NewModule]. What else a module can
// do is told by further interfaces: [Depender], [Versioner], [Framer] and
// [Carrying].
type Module interface {
	// Name is the module's name, which is also the name of its section.
	Name() string
	// Section describes the module's configuration.
	Section() config.Section
	// Enabled reports whether the decoded section asks for the module.
	Enabled(section any) bool
	// Deploy registers the module's resources, as the decoded section says.
	Deploy(ctx *Context, section any) error
}

// Versioner is a [Module] that deploys components that have versions of their
// own.
type Versioner interface {
	// Versions returns the versions that the module offers.
	Versions() versions.Table
}

// Depender is a [Module] that uses what other modules provide. Modules that
// its configuration names, by a [Reference], need not be among them.
type Depender interface {
	// Dependencies returns the modules that are deployed before this one.
	Dependencies() []Dependency
}

// Dependency says that a module is deployed before another one.
type Dependency struct {
	// Module is the name of the module that is deployed first.
	Module string
	// Optional means that the order is all there is to it: the other module may
	// be disabled or missing. Otherwise that is an error.
	Optional bool
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

type moduleSettings struct {
	versions     versions.Table
	dependencies []Dependency
	frameworks   []compliance.Framework
	carriers     metadata.Types
}

// WithVersions gives the versions of the components that the module deploys. A
// stack chooses among them, or names others, in its section ashlar:versions.
func WithVersions(table versions.Table) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) { s.versions = table })
}

// WithFrameworks makes further compliance frameworks known, such as those of an
// organization, for which the module's components declare evidence.
func WithFrameworks(frameworks ...compliance.Framework) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) { s.frameworks = append(s.frameworks, frameworks...) })
}

// WithCarriers says which types of resources carry metadata. Those of all
// modules of a program are marked, also when the module is disabled.
func WithCarriers(types metadata.Types) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) { s.carriers = types })
}

// DependsOn says that the module cannot do without the named ones: they are
// deployed before it, and a stack that enables it has to enable them.
func DependsOn(modules ...string) ModuleOption { return dependencies(modules, false) }

// After says that the module is deployed after the named ones where they are
// enabled, and does without them where they are not.
func After(modules ...string) ModuleOption { return dependencies(modules, true) }

func dependencies(modules []string, optional bool) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) {
		for _, m := range modules {
			s.dependencies = append(s.dependencies, Dependency{Module: m, Optional: optional})
		}
	})
}

// NewModule returns the module of the given name, whose configuration is a T.
// T embeds [Switch]; schema is the JSON Schema of T (see [config.Schema]), nil
// when it is made from T at run time, without its comments; deploy registers
// the resources.
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

var (
	_ Module    = (*module[Switch, *Switch])(nil)
	_ Versioner = (*module[Switch, *Switch])(nil)
	_ Depender  = (*module[Switch, *Switch])(nil)
	_ Framer    = (*module[Switch, *Switch])(nil)
	_ Carrying  = (*module[Switch, *Switch])(nil)
)

func (m *module[T, P]) Name() string               { return m.section.Name() }
func (m *module[T, P]) Section() config.Section    { return m.section }
func (m *module[T, P]) Versions() versions.Table   { return m.settings.versions }
func (m *module[T, P]) Dependencies() []Dependency { return m.settings.dependencies }

func (m *module[T, P]) Frameworks() []compliance.Framework { return m.settings.frameworks }

func (m *module[T, P]) Carriers() metadata.Types { return m.settings.carriers }

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
