package deployment

import (
	"log/slog"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// Context is what a module deploys with: Pulumi's context and the services of
// the deployment. What other modules provide is found with [Lookup].
type Context struct {
	*pulumi.Context

	module    string
	before    []string
	loggers   *logging.Manager
	logger    *slog.Logger
	versions  *versions.Resolver
	providers *provider.Registry
	metadata  *metadata.Manager
	shared    *shared
	outputs   pulumi.Map
}

// Logger returns a logger that writes to the engine, and to the file that the
// stack may name, and names the module in each record. Its level is that of the module.
func (c *Context) Logger() *slog.Logger { return c.logger }

// Redact makes texts known as secrets, such as resolved credentials: no logger
// of the deployment shows them from now on.
func (c *Context) Redact(secrets ...string) { c.loggers.Redact(secrets...) }

// Versions returns the resolver of component versions. It knows what the stack
// asks for and the versions of all modules.
func (c *Context) Versions() *versions.Resolver { return c.versions }

// Providers returns the registry of named providers, which is that of the whole
// deployment: a module adds its own, and finds those of the modules that were
// deployed before it.
func (c *Context) Providers() *provider.Registry { return c.providers }

// Metadata returns the manager that marks the resources of the deployment: it
// knows what the stack says, and its option says more of a resource or component.
func (c *Context) Metadata() *metadata.Manager { return c.metadata }

// Publish makes a value part of the module's output of the stack, under the
// given name. Secret values stay secret.
func (c *Context) Publish(name string, value pulumi.Input) { c.outputs[name] = value }
