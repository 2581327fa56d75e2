package logging

import (
	"log/slog"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
)

// resourceKey is the key of the attribute that ties a record to a resource.
const resourceKey = "pulumi.resource"

// Resource returns an attribute that ties a record to a resource: the engine
// shows the record beside it. Given to Logger.With, it holds for every record
// of that logger.
func Resource(r pulumi.Resource) slog.Attr { return slog.Any(resourceKey, r) }

// Module returns the attribute that names a module.
func Module(name string) slog.Attr { return slog.String("module", name) }

// Provider returns the attributes of a provider: its name, and the region, the
// account and the cluster that it talks to, as far as they are known.
func Provider(p core.ProviderInfo) slog.Attr {
	attrs := []any{slog.String("name", p.Module+"/"+p.Name)}
	for _, a := range []slog.Attr{
		slog.String("region", p.Region), slog.String("account", p.Account), slog.String("cluster", p.Cluster),
	} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	return slog.Group("provider", attrs...)
}

// resourceOf returns the resource that an attribute ties a record to.
func resourceOf(a slog.Attr) (pulumi.Resource, bool) {
	if a.Key != resourceKey {
		return nil, false
	}
	r, ok := a.Value.Any().(pulumi.Resource)
	return r, ok
}

// describe returns what is known of a resource without waiting for it.
func describe(r pulumi.Resource) slog.Attr {
	attrs := []any{slog.String("name", r.PulumiResourceName())}
	if typed, ok := r.(interface{ PulumiResourceType() string }); ok {
		attrs = append(attrs, slog.String("type", typed.PulumiResourceType()))
	}
	return slog.Group("resource", attrs...)
}
