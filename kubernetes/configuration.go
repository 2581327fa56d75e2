package kubernetes

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// Configuration is the section ashlar:kubernetes.
type Configuration struct {
	deployment.Switch
	// Clusters holds the clusters to deploy to.
	Clusters config.Named[*ClusterConfiguration] `pulumi:"clusters"`
	// Namespaces holds the namespaces to create.
	Namespaces config.Named[*NamespaceConfiguration] `pulumi:"namespaces"`
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
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	namespace.NamespaceArgs
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
}

var (
	_ config.Validator = (*Configuration)(nil)
	_ config.Validator = (*ClusterConfiguration)(nil)
)

// Validate implements config.Validator: it checks references between entries.
func (c *Configuration) Validate(report *config.Report) {
	if !c.Enabled {
		return
	}
	for name, ns := range c.Namespaces {
		c.Clusters.CheckReference(report, []string{"namespaces", name, "cluster"}, "cluster", ns.Cluster)
	}
	for name, app := range c.Applications {
		c.Clusters.CheckReference(report, []string{"applications", name, "cluster"}, "cluster", app.Cluster)
		at := []string{"applications", name, "namespace"}
		if app.Namespace == "" {
			if apirules.IsSystemNamespace(name) {
				report.Add([]string{"applications", name}, "%s, and the default namespace of the application has its name: set namespace",
					apirules.SystemNamespace(name))
			}
			if _, taken := c.Namespaces[name]; taken {
				report.Add([]string{"applications", name},
					"ambiguous namespace: %q is an entry of namespaces, and the default namespace of the application: set namespace", name)
			}
			continue
		}
		ns, ok := c.Namespaces[app.Namespace]
		switch {
		case !ok:
			report.Add(at, "unknown namespace %q, %s", app.Namespace, config.Suggest(app.Namespace, c.Namespaces.Names()))
		case c.Clusters.Resolve(ns.Cluster) != c.Clusters.Resolve(app.Cluster):
			report.Add(at, "namespace %q is in cluster %q, the application is in %q: use a namespace of the same cluster",
				app.Namespace, c.Clusters.Resolve(ns.Cluster), c.Clusters.Resolve(app.Cluster))
		}
	}
}

// Validate implements config.Validator.
func (c *ClusterConfiguration) Validate(report *config.Report) {
	given := 0
	for _, set := range []bool{c.From != "", c.Kubeconfig != "", c.Content != nil, c.Ambient} {
		if set {
			given++
		}
	}
	switch given {
	case 0:
		report.Add(nil, "no kubeconfig: set from, kubeconfig, content or ambient")
	case 1:
	default:
		report.Add(nil, "from, kubeconfig, content and ambient are mutually exclusive: set one of them")
	}
}
