package kubernetes

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// Configuration is the section ashlar:kubernetes.
type Configuration struct {
	deployment.Switch
	// Clusters holds the clusters to deploy to.
	Clusters config.Named[ClusterConfiguration] `pulumi:"clusters"`
	// Namespaces holds the namespaces to create.
	Namespaces config.Named[NamespaceConfiguration] `pulumi:"namespaces"`
	// Applications holds the applications to deploy.
	Applications config.Named[ApplicationConfiguration] `pulumi:"applications"`
}

// ClusterConfiguration says how to reach a cluster. Exactly one of from, kubeconfig, content and ambient is given.
type ClusterConfiguration struct {
	// From is a cluster of another module of the deployment: the module, a slash and the name, such as aws/main.
	From deployment.Reference[core.Cluster] `pulumi:"from"`
	// Kubeconfig is the path of a kubeconfig, relative to the file in which it is written.
	Kubeconfig string `pulumi:"kubeconfig" config:"path"`
	// Content is the content of a kubeconfig, encrypted: pulumi config set --path --secret.
	Content pulumi.StringInput `pulumi:"content" config:"secret"`
	// Ambient uses the kubeconfig that kubectl would use: the KUBECONFIG variable, or ~/.kube/config. Default: false.
	Ambient bool `pulumi:"ambient"`
	// Context is the context of the kubeconfig to use. Default: its current context.
	Context string `pulumi:"context"`
}

// NamespaceConfiguration describes a namespace to create.
type NamespaceConfiguration struct {
	// Cluster is the name of the cluster. Default: the only one, where there is one.
	Cluster string `pulumi:"cluster"`
	namespace.Args
}

// ApplicationConfiguration describes an application to deploy.
type ApplicationConfiguration struct {
	// Cluster is the name of the cluster. Default: the only one, where there is one.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, of the same cluster. Default: a namespace of its own, which
	// has the application's name.
	Namespace string `pulumi:"namespace"`
	// Identity is an identity in a cloud that the pods have, of another module of the deployment: the module, a slash and the name, such as
	// aws/web. It is for a service account of the application's namespace and name. Default: none. Changing it rolls out.
	Identity deployment.Reference[core.WorkloadIdentity] `pulumi:"identity"`
	application.Settings
}

var (
	_ config.Validator = (*Configuration)(nil)
	_ config.Validator = (*ClusterConfiguration)(nil)
)

// Validate implements config.Validator: it checks what one entry says of
// another.
func (c *Configuration) Validate(report *config.Report) {
	if !c.Enabled {
		return
	}
	for name, ns := range c.Namespaces {
		c.Clusters.CheckMeant(report, []string{"namespaces", name, "cluster"}, "cluster", ns.Cluster)
	}
	for name, app := range c.Applications {
		c.Clusters.CheckMeant(report, []string{"applications", name, "cluster"}, "cluster", app.Cluster)
		at := []string{"applications", name, "namespace"}
		if app.Namespace == "" {
			if _, taken := c.Namespaces[name]; taken {
				report.Add([]string{"applications", name},
					"its own namespace would be called %q, which is an entry of namespaces: name a namespace", name)
			}
			continue
		}
		ns, ok := c.Namespaces[app.Namespace]
		switch {
		case !ok:
			report.Add(at, "unknown namespace %q, %s", app.Namespace, config.Suggest(app.Namespace, c.Namespaces.Names()))
		case c.Clusters.Meant(ns.Cluster) != c.Clusters.Meant(app.Cluster):
			report.Add(at, "namespace %q is in cluster %q, the application in %q",
				app.Namespace, c.Clusters.Meant(ns.Cluster), c.Clusters.Meant(app.Cluster))
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
		report.Add(nil, "nothing says how to reach the cluster: set from, kubeconfig, content or ambient")
	case 1:
	default:
		report.Add(nil, "expected one of from, kubeconfig, content and ambient, found %d of them", given)
	}
}
