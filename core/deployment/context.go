package deployment

import (
	"log/slog"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Context is what a module deploys with: Pulumi's context and the services of
// the deployment.
type Context struct {
	*pulumi.Context

	directory string
	logger    *slog.Logger
	outputs   pulumi.Map
}

// Logger returns a logger that writes to the engine and names the module in
// each record.
func (c *Context) Logger() *slog.Logger { return c.logger }

// ResolvePath returns path as it is when it is absolute, otherwise relative to
// the folder of the stack's file, in which the path was written.
func (c *Context) ResolvePath(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.directory, path)
}

// Publish makes a value part of the module's output of the stack, under the
// given name. Secret values stay secret.
func (c *Context) Publish(name string, value pulumi.Input) { c.outputs[name] = value }
