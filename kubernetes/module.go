package kubernetes

import (
	"cmp"
	_ "embed" // for the schema
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/core/versions"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// ModuleName is the name of the module and of its section.
const ModuleName = "kubernetes"

//go:embed schema.json
var schema []byte

// Module returns the module for the section ashlar:kubernetes, which deploys
// namespaces and applications to clusters.
//
// Its stack output kubernetes holds the name, the namespace and, with a port,
// the address of each application.
func Module() deployment.Module {
	return deployment.NewModule(ModuleName, schema, deploy, deployment.WithTaggableTypes(TaggableTypes()),
		deployment.WithLookups(lookUp), deployment.WithVersions(componentVersions()))
}

// deploy reads all kubeconfigs first, so that an invalid one stops the deployment before any resource is registered.
func deploy(ctx *deployment.Context, c *Configuration) error {
	own, err := versions.New(componentVersions(), versions.WithConfiguration(c.Versions))
	if err != nil {
		return err
	}
	d := &deployer{
		ctx: ctx, config: c, namespaces: map[string]pulumi.StringInput{}, versions: own, clusterVersions: map[string]string{},
		explained: map[string]pulumi.Map{},
	}
	for _, step := range []func() error{d.addProviders, d.addEntries, d.publishVersions} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type deployer struct {
	ctx        *deployment.Context
	config     *Configuration
	namespaces map[string]pulumi.StringInput
	// versions resolves the versions of the section.
	versions *versions.Resolver
	// clusterVersions are the versions of clusters that were checked.
	clusterVersions map[string]string
	// explained holds the resolved versions of components by cluster.
	explained map[string]pulumi.Map
}

// addNamespace creates a namespace, which entries refer to by its name in the section.
func (d *deployer) addNamespace(name string, args *namespace.NamespaceArgs, on ...pulumi.ResourceOption) (*namespace.Namespace, error) {
	ns, err := namespace.NewNamespace(d.ctx.Context, name, args, on...)
	if err != nil {
		return nil, err
	}
	d.namespaces[name] = ns.Name
	return ns, nil
}

func (e *NamespaceConfiguration) placement() placement { return placement{cluster: e.Cluster} }

func (e *NamespaceConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	ns, err := d.addNamespace(name, &e.NamespaceArgs, on...)
	return ns, nil, err
}

func (e *ApplicationConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, additional: true, dependsOn: e.DependsOn}
}

func (e *ApplicationConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	identity, err := d.identity("application", name, e.Identity, e.Cluster)
	if err != nil {
		return nil, nil, err
	}
	args := e.ApplicationArgs
	args.Namespace, args.Identity = d.namespaceOf(e, name), identity
	if args.Network != nil && d.config.isAmbient(cmp.Or(e.Namespace, name)) {
		own := *args.Network
		own.Mesh = network.MeshAmbient // The network policy would deny the connections of the mesh.
		args.Network = &own
	}
	app, err := application.NewApplication(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return app, pulumi.Map{"name": app.Name, "namespace": app.Namespace, "address": app.Address}, nil
}

// identity returns the cloud identity of an entry of a kind, or nil.
func (d *deployer) identity(
	noun, name string, reference deployment.Reference[core.WorkloadIdentity], cluster string,
) (core.WorkloadIdentity, error) {
	if reference == "" {
		return nil, nil
	}
	identity, err := deployment.Lookup(d.ctx, reference)
	if err != nil {
		return nil, err
	}
	own := d.config.Clusters.Resolve(cluster)
	from := d.config.Clusters[own].From
	if from == "" {
		return identity, nil
	}
	where, err := deployment.Lookup(d.ctx, from)
	if err != nil {
		return nil, err
	}
	if problem := mismatch(own, noun, identity, where); problem != "" {
		return nil, failure.New(failure.Configuration, "use", fmt.Sprintf("identity %s for %s %q", reference, noun, name),
			"%s", problem)
	}
	return identity, nil
}

// clusterText describes a cluster, as far as it is known.
func clusterText(platform, name string) string {
	text := strings.TrimSpace(platform + " cluster")
	if name == "" {
		return text
	}
	return fmt.Sprintf("%s %q", text, name)
}

// on returns the option that deploys a component to a cluster.
func (d *deployer) on(cluster string) (pulumi.ResourceOption, error) {
	p, err := provider.Get[*kubernetes.Provider](d.ctx.Providers(), ModuleName, d.config.Clusters.Resolve(cluster))
	if err != nil {
		return nil, err
	}
	return pulumi.Provider(p), nil
}
