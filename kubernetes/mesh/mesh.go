package mesh

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// ServiceMeshToken is the type of the component [ServiceMesh].
const ServiceMeshToken = "ashlar-kubernetes:mesh:ServiceMesh"

// ServiceMesh is the service mesh Istio: its definitions, control planes, node agent, proxies of nodes, policies and
// gateways, created in this order and deleted in reverse. Namespaces join it by labels: see [NamespaceLabels].
type ServiceMesh struct {
	pulumi.ResourceState
	component.Base

	// Namespace is the namespace of the mesh.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// Version is the version of Istio.
	Version pulumi.StringOutput `pulumi:"version"`
	// Revision is the revision of the control plane, or default: that of namespaces without a revision.
	Revision pulumi.StringOutput `pulumi:"revision"`
}

// NewServiceMesh installs a service mesh. With a version alone, it is in ambient mode, with strict
// mutual TLS and without allowed connections.
func NewServiceMesh(
	ctx *pulumi.Context, name string, args *ServiceMeshArgs, opts ...pulumi.ResourceOption,
) (*ServiceMesh, error) {
	m := &ServiceMesh{}
	args, err := component.Register(ctx, ServiceMeshToken, name, m, args, opts...)
	if err != nil {
		return nil, err
	}
	options := objects.Options{
		Namespace: pulumi.String(args.Namespace),
		CRDs:      args.CRDs,
		Adopt:     args.Adopt,
		Resource:  ignoreRewritten,
	}
	if err := objects.Register(ctx, m, name, args.plan.system, options); err != nil {
		return nil, err
	}
	// Connections are allowed before all others are denied.
	if err := m.allow(ctx, name, args); err != nil {
		return nil, err
	}
	options.Resource = func(objects.Object) []pulumi.ResourceOption {
		return []pulumi.ResourceOption{component.DependsOn(m)}
	}
	if err := objects.Register(ctx, m, name, [][]objects.Object{args.plan.policies}, options); err != nil {
		return nil, err
	}
	m.Namespace = pulumi.String(args.Namespace).ToStringOutput()
	m.Version = pulumi.String(args.Version).ToStringOutput()
	m.Revision = pulumi.String(controlPlane{revision: args.Revision}.label()).ToStringOutput()
	return component.Finish(ctx, m)
}

// allow creates the authorization policies of the allowed connections.
func (m *ServiceMesh) allow(ctx *pulumi.Context, name string, args *ServiceMeshArgs) error {
	after := component.DependsOn(m)
	for _, key := range slices.Sorted(maps.Keys(args.Allow)) {
		e := args.Allow[key]
		policy, err := NewAuthorization(ctx, name+"-"+key, &AuthorizationArgs{
			Namespace: pulumi.String(e.Namespace),
			Name:      key,
			Selector:  e.Pods,
			Port:      e.Port,
			AllowFrom: e.AllowFrom,
			Adopt:     args.Adopt,
		}, m.Child(after))
		if err != nil {
			return err
		}
		m.AddChildren(policy)
	}
	return nil
}

// ignoreRewritten ignores the certificate that the control plane writes into a webhook.
func ignoreRewritten(o objects.Object) []pulumi.ResourceOption {
	if !isWebhook(o) {
		return nil
	}
	return []pulumi.ResourceOption{pulumi.IgnoreChanges([]string{"webhooks[*].clientConfig.caBundle"})}
}
