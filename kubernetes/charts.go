package kubernetes

import (
	"cmp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes/addon"
	"github.com/ashlar-iac/ashlar/kubernetes/helm"
	"github.com/ashlar-iac/ashlar/kubernetes/manifest"
)

// ReleaseConfiguration is a Helm chart to install. Its options shadow arguments of the release that are outputs of other
// resources.
type ReleaseConfiguration struct {
	helm.ReleaseArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Default: an additional namespace with the name
	// of the release.
	Namespace string `pulumi:"namespace"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as addons/cert-manager. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

// ManifestConfiguration is a set of objects to create.
type ManifestConfiguration struct {
	manifest.ManifestArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster, for objects that belong to a namespace and have
	// none. Default: that of the provider.
	Namespace string `pulumi:"namespace"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as addons/cert-manager. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

// AddonConfiguration is a platform add-on to install.
type AddonConfiguration struct {
	addon.AddonArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Identity is the cloud identity of the add-on, from another module: the name of the module, a slash and the name of
	// the identity, such as aws/external-dns. Default: none.
	Identity deployment.Reference[core.WorkloadIdentity] `pulumi:"identity"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as addons/cert-manager. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

func (e *ReleaseConfiguration) placement() placement {
	return placement{
		cluster: e.Cluster, namespace: e.Namespace, additional: true, podSecurity: e.PodSecurity, dependsOn: e.DependsOn,
	}
}

func (e *ReleaseConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	args := e.ReleaseArgs
	args.Namespace = d.namespaceOf(e, name)
	if args.KubernetesVersion == "" {
		var err error
		if args.KubernetesVersion, err = d.kubernetesVersion(d.config.Clusters.Resolve(e.Cluster)); err != nil {
			return nil, nil, err
		}
	}
	r, err := helm.NewRelease(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return r, pulumi.Map{"name": r.Name, "namespace": r.Namespace, "version": r.Version}, nil
}

func (e *ManifestConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, dependsOn: e.DependsOn}
}

func (e *ManifestConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	args := e.ManifestArgs
	if e.Namespace != "" {
		args.Namespace = d.namespaceOf(e, name)
	}
	m, err := manifest.NewManifest(d.ctx.Context, name, &args, on...)
	return m, nil, err
}

func (e *AddonConfiguration) placement() placement {
	return placement{cluster: e.Cluster, dependsOn: e.DependsOn}
}

func (e *AddonConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	args := e.AddonArgs
	var err error
	if args.KubernetesVersion == "" {
		if args.KubernetesVersion, err = d.kubernetesVersion(d.config.Clusters.Resolve(e.Cluster)); err != nil {
			return nil, nil, err
		}
	}
	if args.Version == "" && args.Path == "" {
		resolved, err := d.version(string(e.addon(name)), d.config.Clusters.Resolve(e.Cluster), args.KubernetesVersion)
		if err != nil {
			return nil, nil, err
		}
		args.Version = resolved.Version
	}
	if e.Identity != "" {
		if args.Identity, err = deployment.Lookup(d.ctx, e.Identity); err != nil {
			return nil, nil, err
		}
	}
	a, err := addon.NewAddon(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return a, pulumi.Map{"namespace": a.Namespace, "version": a.Version}, nil
}

// addon returns the name of an add-on in the catalog.
func (e *AddonConfiguration) addon(name string) addon.Name { return cmp.Or(e.Addon, addon.Name(name)) }

// addonsBefore returns the add-ons that an add-on needs among those of its cluster, as KIND/NAME.
func (c *Configuration) addonsBefore(name string) []string {
	var out []string
	own := c.Addons[name]
	needed := addon.Catalog()[own.addon(name)].After
	for _, name := range c.Addons.Names() {
		other := c.Addons[name]
		if slices.Contains(needed, other.addon(name)) && c.Clusters.Resolve(other.Cluster) == c.Clusters.Resolve(own.Cluster) {
			out = append(out, reference("addons", name))
		}
	}
	return out
}
