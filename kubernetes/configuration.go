package kubernetes

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/kubeconfig"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// Configuration is the section ashlar:kubernetes.
type Configuration struct {
	deployment.Switch
	// Clusters holds the clusters to deploy to.
	Clusters config.Named[*ClusterConfiguration] `pulumi:"clusters"`
	// Namespaces holds the namespaces to create.
	Namespaces config.Named[*NamespaceConfiguration] `pulumi:"namespaces"`
	// Manifests holds sets of objects to create: files, folders and kustomizations.
	Manifests config.Named[*ManifestConfiguration] `pulumi:"manifests"`
	// Addons holds the platform add-ons to install, such as cert-manager. The key of an entry is the name of the add-on.
	Addons config.Named[*AddonConfiguration] `pulumi:"addons"`
	// Releases holds the Helm charts to install.
	Releases config.Named[*ReleaseConfiguration] `pulumi:"releases"`
	// Applications holds the applications to deploy.
	Applications config.Named[*ApplicationConfiguration] `pulumi:"applications"`
}

// ClusterConfiguration is how to access a cluster: exactly one of from, kubeconfig, content and ambient is required.
type ClusterConfiguration struct {
	// From is a cluster of another module: the name of the module, a slash and the name of the cluster, such as
	// aws/main. Default: none.
	From deployment.Reference[core.Cluster] `pulumi:"from"`
	// Kubeconfig is the path of a kubeconfig, relative to the file that contains this option. Default: none.
	Kubeconfig string `pulumi:"kubeconfig" config:"path"`
	// Content is the content of a kubeconfig. It must be encrypted: pulumi config set --path --secret. Default: none.
	Content pulumi.StringInput `pulumi:"content" config:"secret"`
	// Ambient uses the kubeconfig of kubectl: that of the KUBECONFIG variable, or ~/.kube/config. Default: false.
	Ambient bool `pulumi:"ambient"`
	// Context is the context of the kubeconfig. Default: its current context.
	Context string `pulumi:"context"`
}

// NamespaceConfiguration is a namespace to create.
type NamespaceConfiguration struct {
	namespace.NamespaceArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
}

// ApplicationConfiguration is an application to deploy. Its options shadow arguments of the application that are
// outputs of other resources.
type ApplicationConfiguration struct {
	application.ApplicationArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Default: an additional namespace with the
	// name of the application.
	Namespace string `pulumi:"namespace"`
	// Identity is the cloud identity of the pods, from another module: the name of the module, a slash and the name of
	// the identity, such as aws/web. It must be that of a service account with the namespace and name of the
	// application. Default: none. A change triggers a rollout.
	Identity deployment.Reference[core.WorkloadIdentity] `pulumi:"identity"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no
	// object.
	DependsOn []string `pulumi:"dependsOn"`
}

var (
	_ config.Validator              = (*Configuration)(nil)
	_ deployment.ReferenceValidator = (*Configuration)(nil)
	_ config.Validator              = (*ClusterConfiguration)(nil)
)

// Validate implements config.Validator: it checks references between entries.
func (c *Configuration) Validate(report *config.Report) {
	if !c.Enabled {
		return
	}
	c.readKubeconfigs(report)
	c.claimNames(report)
	c.checkEntries(report)
}

// readKubeconfigs reports kubeconfigs that cannot be read, before another module has created anything.
func (c *Configuration) readKubeconfigs(report *config.Report) {
	for _, name := range c.Clusters.Names() {
		e := c.Clusters[name]
		if e.sources() != 1 {
			continue // It is reported.
		}
		var err error
		at := []string{"clusters", name, "kubeconfig"}
		switch {
		case e.Kubeconfig != "":
			_, err = kubeconfig.File(e.Kubeconfig, e.Context)
		case e.Ambient:
			at = []string{"clusters", name, "ambient"}
			_, err = kubeconfig.Ambient(e.Context)
		}
		if errors.Is(err, kubeconfig.ErrContext) && e.Context != "" {
			at = []string{"clusters", name, "context"}
		}
		if err != nil {
			report.Add(at, "%v", err)
		}
	}
}

// claimNames declares the names of namespaces, which must be different within a cluster.
func (c *Configuration) claimNames(report *config.Report) {
	for _, name := range c.Namespaces.Names() {
		e := c.Namespaces[name]
		path := []string{"namespaces", name}
		if e.Name != "" {
			path = append(path, "name")
		}
		report.Claim(path, config.Claim{Kind: "namespace", Scope: c.scope(e.Cluster), Name: cmp.Or(e.Name, name)})
	}
	for _, k := range c.kinds() {
		for _, name := range k.names() {
			place := k.entries[name].placement()
			own := place.additionalTo(name)
			_, ambiguous := c.Namespaces[own]
			if own != "" && !ambiguous {
				report.Claim([]string{k.key, name},
					config.Claim{Kind: "namespace", Scope: c.scope(place.cluster), Name: own})
			}
		}
	}
}

// scope describes a cluster. Entries that lead to the same cluster have the same description, as far as the configuration
// tells.
func (c *Configuration) scope(cluster string) string {
	cluster = c.Clusters.Resolve(cluster)
	e := c.Clusters[cluster]
	switch {
	case e == nil:
	case e.From != "":
		return "cluster " + string(e.From)
	case e.Kubeconfig != "" && e.Context != "":
		return fmt.Sprintf("context %q of %s", e.Context, e.Kubeconfig)
	case e.Kubeconfig != "":
		return "the cluster of " + e.Kubeconfig
	}
	return fmt.Sprintf("cluster %q", cluster)
}

// namespaceOf returns the name of an application's namespace in the cluster.
func (c *Configuration) namespaceOf(name string) string {
	in := c.Applications[name].Namespace
	if entry := c.Namespaces[in]; entry != nil {
		return cmp.Or(entry.Name, in)
	}
	return cmp.Or(in, name)
}

// ValidateReferences implements deployment.ReferenceValidator: it runs the checks of an application's constructor with what
// is known of its identity.
func (c *Configuration) ValidateReferences(report *config.Report, known *deployment.Known) {
	for _, name := range c.Applications.Names() {
		e := c.Applications[name]
		identity, ok := deployment.LookupKnown(known, e.Identity)
		if !ok {
			continue
		}
		args := e.ApplicationArgs
		args.Name, args.Namespace, args.Identity = name, pulumi.String(c.namespaceOf(name)), identity
		at := report.At("applications", name)
		args.ValidateArguments(at)
		own := c.Clusters.Resolve(e.Cluster)
		if entry := c.Clusters[own]; entry != nil {
			if cluster, ok := deployment.LookupKnown(known, entry.From); ok {
				if problem := mismatch(own, identity, cluster); problem != "" {
					at.Add([]string{"identity"}, "%s", problem)
				}
			}
		}
	}
}

// mismatch returns the problem with an identity whose pods are in another cluster, or "".
func mismatch(own string, identity core.WorkloadIdentity, cluster core.Cluster) string {
	info, where := identity.WorkloadIdentityInfo(), cluster.ClusterInfo()
	if info.Matches(where) {
		return ""
	}
	return fmt.Sprintf("it is for pods of the %s, the application is in %q, the %s: use an identity of the same cluster",
		clusterText(info.Platform, info.Cluster), own, clusterText(where.Platform, where.Name))
}

// Validate implements config.Validator.
func (c *ClusterConfiguration) Validate(report *config.Report) {
	switch c.sources() {
	case 0:
		report.Add(nil, "no kubeconfig: set from, kubeconfig, content or ambient")
	case 1:
	default:
		report.Add(nil, "from, kubeconfig, content and ambient are mutually exclusive: set one of them")
	}
}

// sources returns how many ways to access the cluster are set.
func (c *ClusterConfiguration) sources() int {
	given := 0
	for _, set := range []bool{c.From != "", c.Kubeconfig != "", c.Content != nil, c.Ambient} {
		if set {
			given++
		}
	}
	return given
}
