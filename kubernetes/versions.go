package kubernetes

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/versions"
	"github.com/ashlar-iac/ashlar/kubernetes/addon"
	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
)

// componentVersions returns the versions of the mesh and of add-ons that the module offers.
func componentVersions() versions.Table { return versions.Merge(addon.Table(), mesh.Versions()) }

// version returns the version of a component, such as istio, for a cluster: that of the section's versions, else that of
// ashlar:versions. It is compatible with a version of Kubernetes, or with any if that is empty.
func (d *deployer) version(component, cluster, kubernetes string) (*versions.Resolved, error) {
	resolved, err := d.resolveVersion(component, versions.WithKubernetes(kubernetes))
	if err != nil {
		return nil, err
	}
	d.ctx.Logger().Info("resolved version", "cluster", cluster, "version", resolved.String())
	if d.explained[cluster] == nil {
		d.explained[cluster] = pulumi.Map{}
	}
	d.explained[cluster][component] = pulumi.String(resolved.String())
	return resolved, nil
}

// resolveVersion asks the resolver of the section, and that of the deployment about what the section does not say.
func (d *deployer) resolveVersion(component string, on versions.ResolveOption) (*versions.Resolved, error) {
	_, configured := d.config.Versions.Components[component]
	if configured || d.config.Versions.File != "" {
		resolved, err := d.versions.Resolve(d.ctx.Context.Context(), component, on)
		var unknown *versions.UnknownComponentError
		switch {
		case configured:
			return resolved, err
		case errors.As(err, &unknown):
		case err != nil || resolved.Source.Kind == versions.File:
			return resolved, err
		}
	}
	return d.ctx.Versions().Resolve(d.ctx.Context.Context(), component, on)
}

// kubernetesVersion returns the version of Kubernetes of a cluster, or "" while it is unknown.
func (d *deployer) kubernetesVersion(cluster string) (string, error) {
	if known := d.clusterVersions[cluster]; known != "" {
		return known, nil
	}
	from := d.config.Clusters[cluster].From
	if from == "" {
		return "", nil
	}
	given, err := deployment.Lookup(d.ctx, from)
	if err != nil {
		return "", err
	}
	version := given.ClusterInfo().Version
	if version == nil {
		return "", nil
	}
	text, err := internals.UnsafeAwaitOutput(d.ctx.Context.Context(), version.ToStringOutput())
	if err != nil || !text.Known {
		return "", err
	}
	return text.Value.(string), nil
}

// checkVersions reports versions of the section that do not exist, before anything is registered.
func (c *Configuration) checkVersions(ctx *deployment.LookupContext) error {
	if !ctx.Report().Sound("versions") {
		return nil
	}
	own, err := versions.New(componentVersions(), versions.WithConfiguration(c.Versions))
	if err != nil {
		return err
	}
	if err := own.Check(ctx.Context.Context()); err != nil {
		ctx.Report().Add([]string{"versions"}, "%v", err)
	}
	return nil
}

// publishVersions adds the resolved versions to the output of the module, each with its source.
func (d *deployer) publishVersions() error {
	out := pulumi.Map{}
	for cluster, components := range d.explained {
		out[cluster] = components
	}
	if len(out) > 0 {
		d.ctx.Publish("versions", out)
	}
	return nil
}
