package deployment

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/core/config"
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
	// Deploy registers the module's resources, as the decoded section says.
	Deploy(ctx *Context, section any) error
}

// Switch is embedded by the configuration of every module.
type Switch struct {
	// Enabled says whether the module is deployed. Default: false.
	Enabled bool `pulumi:"enabled"`
}

func (s *Switch) isEnabled() bool { return s.Enabled }

// NewModule returns the module of the given name, whose configuration is a T.
// T embeds [Switch]; schema is the JSON Schema of T (see [config.Schema]);
// deploy registers the resources.
func NewModule[T any, P interface {
	*T
	isEnabled() bool
}](name string, schema []byte, deploy func(ctx *Context, configuration P) error) Module {
	return &module[T, P]{section: config.NewSection[T](name, schema), deploy: deploy}
}

type module[T any, P interface {
	*T
	isEnabled() bool
}] struct {
	section config.Section
	deploy  func(*Context, P) error
}

func (m *module[T, P]) Name() string            { return m.section.Name() }
func (m *module[T, P]) Section() config.Section { return m.section }

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
