package kubernetes

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/rbac"
)

// ConfigMapConfiguration is a ConfigMap to create. Its options shadow arguments of the ConfigMap that are outputs of other
// resources.
type ConfigMapConfiguration struct {
	configuration.ConfigMapArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Required.
	Namespace string `pulumi:"namespace" jsonschema:"required"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

// SecretConfiguration is a Secret to create. Its options shadow arguments of the Secret that are outputs of other resources.
type SecretConfiguration struct {
	configuration.SecretArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Required.
	Namespace string `pulumi:"namespace" jsonschema:"required"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

// ServiceAccountConfiguration is a service account to create. Its options shadow arguments of the service account that are
// outputs of other resources.
type ServiceAccountConfiguration struct {
	rbac.ServiceAccountArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Required.
	Namespace string `pulumi:"namespace" jsonschema:"required"`
	// Identity is the cloud identity of the pods, from another module: the name of the module, a slash and the name of
	// the identity, such as aws/web. It must be that of a service account with this namespace and name. Default: none. A
	// change updates the service account.
	Identity deployment.Reference[core.WorkloadIdentity] `pulumi:"identity"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

func (e *ConfigMapConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, dependsOn: e.DependsOn}
}

func (e *ConfigMapConfiguration) deploy(d *deployer, name string, on ...pulumi.ResourceOption) (pulumi.Resource, pulumi.Map, error) {
	args := e.ConfigMapArgs
	args.Namespace = d.namespaceOf(e, name)
	c, err := configuration.NewConfigMap(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return c, pulumi.Map{"name": c.Name, "namespace": args.Namespace}, nil
}

func (e *SecretConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, dependsOn: e.DependsOn}
}

func (e *SecretConfiguration) deploy(d *deployer, name string, on ...pulumi.ResourceOption) (pulumi.Resource, pulumi.Map, error) {
	args := e.SecretArgs
	args.Namespace = d.namespaceOf(e, name)
	s, err := configuration.NewSecret(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return s, pulumi.Map{"name": s.Name, "namespace": args.Namespace}, nil
}

func (e *ServiceAccountConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, dependsOn: e.DependsOn}
}

func (e *ServiceAccountConfiguration) deploy(d *deployer, name string, on ...pulumi.ResourceOption) (pulumi.Resource, pulumi.Map, error) {
	identity, err := d.identity("service account", name, e.Identity, e.Cluster)
	if err != nil {
		return nil, nil, err
	}
	args := e.ServiceAccountArgs
	args.Namespace, args.Identity = d.namespaceOf(e, name), identity
	s, err := rbac.NewServiceAccount(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return s, pulumi.Map{"name": s.Name, "namespace": s.Namespace}, nil
}
