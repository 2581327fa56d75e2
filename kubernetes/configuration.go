package kubernetes

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/versions"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// Configuration is the section ashlar:kubernetes.
type Configuration struct {
	deployment.Switch
	// Clusters holds the clusters to deploy to.
	Clusters config.Named[*ClusterConfiguration] `pulumi:"clusters"`
	// Namespaces holds the namespaces to create.
	Namespaces config.Named[*NamespaceConfiguration] `pulumi:"namespaces"`
	// Meshes holds the service meshes to install, one for each cluster.
	Meshes config.Named[*MeshConfiguration] `pulumi:"meshes"`
	// ConfigMaps holds the ConfigMaps to create.
	ConfigMaps config.Named[*ConfigMapConfiguration] `pulumi:"configMaps"`
	// Secrets holds the Secrets to create. Their content must be encrypted: pulumi config set --path --secret.
	Secrets config.Named[*SecretConfiguration] `pulumi:"secrets"`
	// ServiceAccounts holds the service accounts to create.
	ServiceAccounts config.Named[*ServiceAccountConfiguration] `pulumi:"serviceAccounts"`
	// Manifests holds sets of objects to create: files, folders and kustomizations.
	Manifests config.Named[*ManifestConfiguration] `pulumi:"manifests"`
	// Addons holds the platform add-ons to install, such as cert-manager. The key of an entry is the name of the add-on.
	Addons config.Named[*AddonConfiguration] `pulumi:"addons"`
	// Releases holds the Helm charts to install.
	Releases config.Named[*ReleaseConfiguration] `pulumi:"releases"`
	// Applications holds the applications to deploy.
	Applications config.Named[*ApplicationConfiguration] `pulumi:"applications"`
	// DaemonSets holds the DaemonSets to deploy.
	DaemonSets config.Named[*DaemonSetConfiguration] `pulumi:"daemonSets"`
	// Jobs holds the Jobs to run. The deployment waits for them.
	Jobs config.Named[*JobConfiguration] `pulumi:"jobs"`
	// CronJobs holds the CronJobs to deploy.
	CronJobs config.Named[*CronJobConfiguration] `pulumi:"cronJobs"`
	// Gateways holds the Gateways of the Gateway API to create.
	Gateways config.Named[*GatewayConfiguration] `pulumi:"gateways"`
	// Routes holds the HTTPRoutes of the Gateway API to create.
	Routes config.Named[*RouteConfiguration] `pulumi:"routes"`
	// Versions holds the versions of the mesh and of add-ons, as ashlar:versions does, which it precedes.
	Versions versions.Configuration `pulumi:"versions"`
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
)

// Validate implements config.Validator: it checks references between entries.
func (c *Configuration) Validate(report *config.Report) {
	if !c.Enabled {
		return
	}
	c.readKubeconfigs(report)
	c.claimNames(report)
	c.checkMeshes(report)
	c.checkEntries(report)
	c.checkRoutes(report)
	c.checkQuotas(report)
	c.claimAccounts(report)
}

// claimAccounts declares the names of service accounts, which applications have as well.
func (c *Configuration) claimAccounts(report *config.Report) {
	claim := func(key, name, account, cluster, namespace string) {
		report.Claim([]string{key, name}, config.Claim{
			Kind: "service account", Name: account,
			Scope: fmt.Sprintf("namespace %q of %s", string(c.namespaceOf(namespace)), c.scope(cluster)),
		})
	}
	for _, name := range c.Applications.Names() {
		e := c.Applications[name]
		claim("applications", name, name, e.Cluster, cmp.Or(e.Namespace, name))
	}
	for _, name := range c.ServiceAccounts.Names() {
		e := c.ServiceAccounts[name]
		claim("serviceAccounts", name, cmp.Or(e.Name, name), e.Cluster, e.Namespace)
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

// namespaceOf returns the name in the cluster of a namespace that an entry refers to.
func (c *Configuration) namespaceOf(in string) pulumi.String {
	if entry := c.Namespaces[in]; entry != nil {
		return pulumi.String(cmp.Or(entry.Name, in))
	}
	return pulumi.String(in)
}

// ValidateReferences implements deployment.ReferenceValidator: it runs the checks of the constructors of applications and
// service accounts with what is known of their identities.
func (c *Configuration) ValidateReferences(report *config.Report, known *deployment.Known) {
	for name, e := range c.Applications {
		c.checkIdentity(report.At("applications", name), known, e.Identity, "application", e.Cluster,
			func(at *config.Report, identity core.WorkloadIdentity) {
				args := e.ApplicationArgs
				args.Name, args.Namespace, args.Identity = name, c.namespaceOf(cmp.Or(e.Namespace, name)), identity
				args.ValidateArguments(at)
			})
	}
	for name, e := range c.ServiceAccounts {
		c.checkIdentity(report.At("serviceAccounts", name), known, e.Identity, "service account", e.Cluster,
			func(at *config.Report, identity core.WorkloadIdentity) {
				args := e.ServiceAccountArgs
				args.Name, args.Namespace, args.Identity = cmp.Or(e.Name, name), c.namespaceOf(e.Namespace), identity
				args.ValidateArguments(at)
			})
	}
}

// checkIdentity reports the identity of an entry of a kind, if it is known: by the check of its constructor, and when it is
// for another cluster.
func (c *Configuration) checkIdentity(
	at *config.Report, known *deployment.Known, reference deployment.Reference[core.WorkloadIdentity], noun, cluster string,
	check func(*config.Report, core.WorkloadIdentity),
) {
	identity, ok := deployment.LookupKnown(known, reference)
	if !ok {
		return
	}
	check(at, identity)
	own := c.Clusters.Resolve(cluster)
	if entry := c.Clusters[own]; entry != nil {
		if where, ok := deployment.LookupKnown(known, entry.From); ok {
			if problem := mismatch(own, noun, identity, where); problem != "" {
				at.Add([]string{"identity"}, "%s", problem)
			}
		}
	}
}

// mismatch returns the problem with an identity whose pods are in another cluster, or "".
func mismatch(own, noun string, identity core.WorkloadIdentity, cluster core.Cluster) string {
	info, where := identity.WorkloadIdentityInfo(), cluster.ClusterInfo()
	if info.Matches(where) {
		return ""
	}
	return fmt.Sprintf("it is for pods of the %s, the %s is in %q, the %s: use an identity of the same cluster",
		clusterText(info.Platform, info.Cluster), noun, own, clusterText(where.Platform, where.Name))
}
