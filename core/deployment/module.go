package deployment

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// Module is a unit of a deployment, such as kubernetes, with its own section in the configuration. Create one with
// [NewModule]. A module can implement additional interfaces: [ModuleWithDependencies], [ModuleWithProvidedValues],
// [ModuleWithKnownValues], [ModuleWithLookups], [ModuleWithVersions], [ModuleWithFrameworks] and [ModuleWithTaggableTypes].
type Module interface {
	// Name is the module's name, which is also the name of its section.
	Name() string
	// Section describes the module's configuration.
	Section() config.Section
	// Enabled reports whether the decoded section enables the module.
	Enabled(section any) bool
	// Deploy registers the resources that the decoded section describes.
	Deploy(ctx *Context, section any) error
}

// ModuleWithDependencies is a [Module] that depends on other modules. Modules that its configuration names, by a
// [Reference], need not be among them.
type ModuleWithDependencies interface {
	// Dependencies returns the modules that are deployed before this one.
	Dependencies() []Dependency
}

// Dependency is a module that is deployed before another one.
type Dependency struct {
	// Module is the name of the module that is deployed first.
	Module string
	// Optional means that the other module may be disabled or missing. Otherwise that is an error.
	Optional bool
}

// ModuleWithProvidedValues is a [Module] that provides values to other modules.
type ModuleWithProvidedValues interface {
	// Provides maps the types of the values to the keys of the module's section that hold their entries. See
	// [Provides].
	Provides() map[reflect.Type]string
}

// ModuleWithVersions is a [Module] that deploys components with their own versions.
type ModuleWithVersions interface {
	// Versions returns the versions that the module offers.
	Versions() versions.Table
}

// Switch is embedded by the configuration of every module.
type Switch struct {
	// Enabled says whether the module is deployed. Default: false.
	Enabled bool `pulumi:"enabled"`
}

func (s *Switch) isEnabled() bool { return s.Enabled }

// ModuleOption changes the module that [NewModule] returns.
type ModuleOption interface{ applyModule(*moduleSettings) }

type moduleOptionFunc func(*moduleSettings)

func (f moduleOptionFunc) applyModule(s *moduleSettings) { f(s) }

type moduleSettings struct {
	versions      versions.Table
	dependencies  []Dependency
	provides      map[reflect.Type]string
	describes     map[reflect.Type]func(section any, name string) any
	lookUp        func(ctx *LookupContext, section any) error
	frameworks    []compliance.Framework
	taggableTypes metadata.TaggableTypes
}

// WithVersions sets the versions of the components that the module deploys. A stack selects among them, or adds others,
// in its section ashlar:versions.
func WithVersions(table versions.Table) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) { s.versions = table })
}

// WithFrameworks adds compliance frameworks, such as those of an organization, for which the module's components
// declare evidence.
func WithFrameworks(frameworks ...compliance.Framework) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) { s.frameworks = append(s.frameworks, frameworks...) })
}

// WithTaggableTypes sets the resource types that support tags or labels. Resources of these types get the metadata of
// the deployment, also when the module is disabled.
func WithTaggableTypes(types metadata.TaggableTypes) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) { s.taggableTypes = types })
}

// DependsOn declares that the module requires other modules: they are deployed before it, and a stack that enables it
// has to enable them.
func DependsOn(modules ...string) ModuleOption { return dependencies(modules, false) }

// After declares that the module is deployed after other modules, where they are enabled.
func After(modules ...string) ModuleOption { return dependencies(modules, true) }

func dependencies(modules []string, optional bool) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) {
		for _, m := range modules {
			s.dependencies = append(s.dependencies, Dependency{Module: m, Optional: optional})
		}
	})
}

// Provides declares that the module provides values of type T, by [Provide], to other modules. key is the key of its
// section that holds an entry for each of them, by name, so that a [Reference] to a missing entry is an error before
// anything is registered:
//
//	deployment.Provides[core.Cluster]("clusters")
//
// An empty key means that the names are known only when the module is deployed.
func Provides[T any](key string) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) { s.provides[reflect.TypeFor[T]()] = key })
}

// NewModule returns the module of the given name, whose configuration is a T. T embeds [Switch]; schema is the JSON
// Schema of T (see [config.Schema]), or nil to make it from T at run time, without descriptions; deploy registers the
// resources.
func NewModule[T any, P interface {
	*T
	isEnabled() bool
}](name string, schema []byte, deploy func(ctx *Context, configuration P) error, opts ...ModuleOption) Module {
	m := &module[T, P]{section: config.NewSection[T](name, schema), deploy: deploy}
	m.settings.provides = map[reflect.Type]string{}
	m.settings.describes = map[reflect.Type]func(any, string) any{}
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
	_ Module                   = (*module[Switch, *Switch])(nil)
	_ ModuleWithDependencies   = (*module[Switch, *Switch])(nil)
	_ ModuleWithProvidedValues = (*module[Switch, *Switch])(nil)
	_ ModuleWithKnownValues    = (*module[Switch, *Switch])(nil)
	_ ModuleWithLookups        = (*module[Switch, *Switch])(nil)
	_ ModuleWithVersions       = (*module[Switch, *Switch])(nil)
	_ ModuleWithFrameworks     = (*module[Switch, *Switch])(nil)
	_ ModuleWithTaggableTypes  = (*module[Switch, *Switch])(nil)
)

func (m *module[T, P]) Name() string                          { return m.section.Name() }
func (m *module[T, P]) Section() config.Section               { return m.section }
func (m *module[T, P]) Dependencies() []Dependency            { return m.settings.dependencies }
func (m *module[T, P]) Provides() map[reflect.Type]string     { return m.settings.provides }
func (m *module[T, P]) Versions() versions.Table              { return m.settings.versions }
func (m *module[T, P]) Frameworks() []compliance.Framework    { return m.settings.frameworks }
func (m *module[T, P]) TaggableTypes() metadata.TaggableTypes { return m.settings.taggableTypes }

func (m *module[T, P]) Describe(section any, kind reflect.Type, name string) any {
	describe := m.settings.describes[kind]
	if describe == nil {
		return nil
	}
	return describe(section, name)
}

func (m *module[T, P]) LookUp(ctx *LookupContext, section any) error {
	if m.settings.lookUp == nil {
		return nil
	}
	return m.settings.lookUp(ctx, section)
}

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

func dependenciesOf(m Module) []Dependency {
	if d, ok := m.(ModuleWithDependencies); ok {
		return d.Dependencies()
	}
	return nil
}

func providedBy(m Module) map[reflect.Type]string {
	if p, ok := m.(ModuleWithProvidedValues); ok {
		return p.Provides()
	}
	return nil
}

// Registry holds the modules of a program by name, in the order in which they were added.
type Registry struct {
	modules []Module
	byName  map[string]Module
}

// NewRegistry returns a registry of the given modules. The error is that of [Registry.Add].
func NewRegistry(modules ...Module) (*Registry, error) {
	r := &Registry{byName: map[string]Module{}}
	var failed []error
	for _, m := range modules {
		failed = append(failed, r.Add(m))
	}
	return r, failure.Join(failed...)
}

// Add adds a module. Nil, and a name of another module, of a section of core or of an output of the deployment, are errors of
// the class failure.Deployment.
func (r *Registry) Add(m Module) error {
	if isNil(m) {
		return failure.New(failure.Deployment, "add", "module", "nil module: pass the result of its constructor")
	}
	reserved := []string{config.FilesSection, ModulesOutput, MetadataOutput}
	for _, s := range Sections() {
		reserved = append(reserved, s.Name())
	}
	if r.byName[m.Name()] != nil || slices.Contains(reserved, m.Name()) {
		return failure.New(failure.Deployment, "add", fmt.Sprintf("module %q", m.Name()), "the name is already in use")
	}
	r.byName[m.Name()] = m
	r.modules = append(r.modules, m)
	return nil
}

// Names returns the names of the modules, in the order in which they were added.
func (r *Registry) Names() []string {
	names := make([]string, len(r.modules))
	for i, m := range r.modules {
		names[i] = m.Name()
	}
	return names
}

// Module returns the module of the given name. An unknown name is an error of the class failure.Deployment that lists
// the known ones.
func (r *Registry) Module(name string) (Module, error) {
	if m := r.byName[name]; m != nil {
		return m, nil
	}
	return nil, failure.New(failure.Deployment, "find", fmt.Sprintf("module %q", name),
		"unknown module, %s", config.Suggest(name, r.Names()))
}

// Sections returns the sections of a stack's configuration that a deployment of the given modules reads, those of core
// first: for the JSON Schema of configuration files, see config.FileSchema.
func Sections(modules ...Module) []config.Section {
	all := []config.Section{logging.Section(), versions.Section(), metadata.Section(), compliance.Section()}
	for _, m := range modules {
		all = append(all, m.Section())
	}
	return all
}
