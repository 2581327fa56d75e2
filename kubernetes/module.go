package kubernetes

import (
	_ "embed" // for the schema
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/kubernetes/addon"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
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
	return deployment.NewModule(ModuleName, schema, deploy, deployment.WithTaggableTypes(TaggableTypes()), deployment.WithVersions(addon.Table()))
}

// deploy reads all kubeconfigs first, so that an invalid one stops the deployment before any resource is registered.
func deploy(ctx *deployment.Context, c *Configuration) error {
	d := &deployer{ctx: ctx, config: c, namespaces: map[string]pulumi.StringInput{}}
	for _, step := range []func() error{d.addProviders, d.addEntries} {
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
}

// addProviders adds the provider of each cluster to the registry of the deployment, which creates it when it is first
// used.
func (d *deployer) addProviders() error {
	var failed []error
	for _, name := range d.config.Clusters.Names() {
		args, err := d.providerArgs(d.config.Clusters[name])
		if err == nil {
			_, _, err = resolve(args)
		}
		if err != nil {
			failed = append(failed, d.ctx.Locate(failure.Wrap(failure.Provider, "configure", "clusters."+name, err), "clusters", name))
			continue
		}
		info := core.ProviderInfo{Module: ModuleName, Name: name, Cluster: name}
		failed = append(failed, provider.Add(d.ctx.Providers(), info, func() (*kubernetes.Provider, error) {
			return NewProvider(d.ctx.Context, name, args)
		}))
	}
	return failure.Join(failed...)
}

func (d *deployer) providerArgs(c *ClusterConfiguration) (*ProviderArgs, error) {
	args := &ProviderArgs{
		Kubeconfig:     c.Content,
		KubeconfigPath: c.Kubeconfig,
		Ambient:        c.Ambient,
		Context:        c.Context,
	}
	if c.From == "" {
		return args, nil
	}
	var err error
	args.Cluster, err = deployment.Lookup(d.ctx, c.From)
	return args, err
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
	identity, err := d.identity(name, e)
	if err != nil {
		return nil, nil, err
	}
	args := e.ApplicationArgs
	args.Namespace, args.Identity = d.namespaceOf(e, name), identity
	app, err := application.NewApplication(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return app, pulumi.Map{"name": app.Name, "namespace": app.Namespace, "address": app.Address}, nil
}

// identity returns the cloud identity of an application, or nil.
func (d *deployer) identity(name string, entry *ApplicationConfiguration) (core.WorkloadIdentity, error) {
	if entry.Identity == "" {
		return nil, nil
	}
	identity, err := deployment.Lookup(d.ctx, entry.Identity)
	if err != nil {
		return nil, err
	}
	own := d.config.Clusters.Resolve(entry.Cluster)
	from := d.config.Clusters[own].From
	if from == "" {
		return identity, nil
	}
	cluster, err := deployment.Lookup(d.ctx, from)
	if err != nil {
		return nil, err
	}
	if problem := mismatch(own, identity, cluster); problem != "" {
		return nil, failure.New(failure.Configuration, "use", fmt.Sprintf("identity %s for application %q", entry.Identity, name),
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
