package deployment

import (
	"log/slog"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// Context is Pulumi's context together with the services of the deployment. Values of other modules are looked up with
// [Lookup].
type Context struct {
	*pulumi.Context

	module    string
	manager   *config.Manager
	before    []string
	loggers   *logging.Manager
	logger    *slog.Logger
	versions  *versions.Resolver
	providers *provider.Registry
	metadata  *metadata.Manager
	shared    *shared
	provides  map[reflect.Type]string
	outputs   pulumi.Map
}

// Logger returns a logger that writes to the engine and to the optional log file of the stack, with the module in each
// record. Its level is that of the module.
func (c *Context) Logger() *slog.Logger { return c.logger }

// Redact hides secrets, such as resolved credentials, in all records that are logged from now on.
func (c *Context) Redact(secrets ...string) { c.loggers.Redact(secrets...) }

// Versions returns the resolver of component versions: those of the stack, and those that all modules offer.
func (c *Context) Versions() *versions.Resolver { return c.versions }

// Providers returns the registry of named providers of the whole deployment: a module adds its own, and gets those of
// the modules that were deployed before it.
func (c *Context) Providers() *provider.Registry { return c.providers }

// Metadata returns the manager that adds tags and labels to the resources of the deployment. Its option adds metadata
// to one resource or component.
func (c *Context) Metadata() *metadata.Manager { return c.metadata }

// Locate adds the position of an entry of the module's section to an error of the component that it describes, so that what
// only the component finds, such as a zone that the region does not have, leads to the value in the stack file. path leads
// to the entry, and its last element is the name of the component. Nil stays nil. See [config.Manager.Locate].
//
//	return ctx.Locate(err, "clusters", name)
func (c *Context) Locate(err error, path ...string) error {
	return c.manager.Locate(err, c.module, path...)
}

// Publish adds a value to the module's stack output, under the given name. Secrets stay secret.
func (c *Context) Publish(name string, value pulumi.Input) { c.outputs[name] = value }
