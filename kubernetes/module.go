package kubernetes

import (
	_ "embed" // for the schema
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// ModuleName is the name of the module and of its section.
const ModuleName = "kubernetes"

//go:embed schema.json
var schema []byte

// Module returns the module that deploys what the section ashlar:kubernetes
// describes: namespaces and applications on named clusters.
//
// Its stack output is called kubernetes and holds, for each application, the
// name, the namespace and the address within the cluster.
func Module() deployment.Module {
	return deployment.NewModule(ModuleName, schema, deploy, deployment.WithCarriers(Carriers()))
}

// deploy finds out how to reach every cluster first, so that an unreadable kubeconfig stops
// the deployment before anything is made.
func deploy(ctx *deployment.Context, c *Configuration) error {
	d := &deployer{ctx: ctx, config: c, namespaces: map[string]pulumi.StringInput{}}
	for _, step := range []func() error{d.addProviders, d.addNamespaces, d.addApplications} {
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

// addProviders adds a provider for each cluster to the deployment's registry. Those that nothing is deployed with are
// not made.
func (d *deployer) addProviders() error {
	var failed []error
	for _, name := range d.config.Clusters.Names() {
		args, err := d.providerArgs(d.config.Clusters[name])
		if err == nil {
			_, _, err = resolve(args)
		}
		if err != nil {
			failed = append(failed, failure.Wrap(failure.Provider, "use", "clusters."+name, err))
			continue
		}
		info := core.ProviderInfo{Module: ModuleName, Name: name, Cluster: name}
		failed = append(failed, provider.Add(d.ctx.Providers(), info, func() (*kubernetes.Provider, error) {
			return NewProvider(d.ctx.Context, name, args)
		}))
	}
	return failure.Join(failed...)
}

func (d *deployer) providerArgs(c ClusterConfiguration) (*ProviderArgs, error) {
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

func (d *deployer) addNamespaces() error {
	for _, name := range d.config.Namespaces.Names() {
		c := d.config.Namespaces[name]
		if err := d.addNamespace(name, &c.Args, c.Cluster); err != nil {
			return err
		}
	}
	return nil
}

func (d *deployer) addNamespace(name string, args *namespace.Args, cluster string) error {
	on, err := d.on(cluster)
	if err != nil {
		return err
	}
	ns, err := namespace.New(d.ctx.Context, name, args, on)
	if err != nil {
		return err
	}
	d.namespaces[name] = ns.Name
	return nil
}

func (d *deployer) addApplications() error {
	outputs := pulumi.Map{}
	for _, name := range d.config.Applications.Names() {
		c := d.config.Applications[name]
		in := c.Namespace
		if in == "" {
			in = name
			if err := d.addNamespace(in, nil, c.Cluster); err != nil {
				return err
			}
		}
		on, err := d.on(c.Cluster)
		if err != nil {
			return err
		}
		identity, err := d.identity(name, c)
		if err != nil {
			return err
		}
		app, err := application.New(d.ctx.Context, name, &application.Args{
			Settings:  c.Settings,
			Namespace: d.namespaces[in],
			Identity:  identity,
		}, on)
		if err != nil {
			return err
		}
		outputs[name] = pulumi.Map{"name": app.Name, "namespace": app.Namespace, "address": app.Address}
	}
	d.ctx.Publish("applications", outputs)
	return nil
}

// identity returns the identity that an application has in a cloud, or nil.
func (d *deployer) identity(name string, c ApplicationConfiguration) (core.WorkloadIdentity, error) {
	if c.Identity == "" {
		return nil, nil
	}
	identity, err := deployment.Lookup(d.ctx, c.Identity)
	if err != nil {
		return nil, err
	}
	own := d.config.Clusters.Meant(c.Cluster)
	from := d.config.Clusters[own].From
	if from == "" {
		return identity, nil
	}
	cluster, err := deployment.Lookup(d.ctx, from)
	if err != nil {
		return nil, err
	}
	where, meant := cluster.ClusterInfo().Name, identity.WorkloadIdentityInfo().Cluster
	if where != "" && meant != "" && where != meant {
		return nil, failure.New(failure.Configuration, "identify", fmt.Sprintf("application %q", name),
			"the identity %s is for pods of cluster %q, the application is in %q, which is cluster %q: name an identity of that one",
			c.Identity, meant, own, where)
	}
	return identity, nil
}

// on returns the option that places a component on a cluster.
func (d *deployer) on(cluster string) (pulumi.ResourceOption, error) {
	p, err := provider.Get[*kubernetes.Provider](d.ctx.Providers(), ModuleName, d.config.Clusters.Meant(cluster))
	if err != nil {
		return nil, err
	}
	return pulumi.Provider(p), nil
}
