package integration_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// The Go snippets of docs/kubernetes/mesh.md.
var (
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource) (*mesh.ServiceMesh, error) {
		m, err := mesh.NewServiceMesh(ctx, "mesh", &mesh.ServiceMeshArgs{Version: "1.31.0"}, pulumi.Provider(provider))
		return m, err
	}
	_ = func() *mesh.ServiceMeshArgs {
		args := &mesh.ServiceMeshArgs{Version: "1.31.0", MTLS: mesh.MTLSPermissive}
		return args
	}
	_ = func() *mesh.ServiceMeshArgs {
		args := &mesh.ServiceMeshArgs{Version: "1.31.0", DefaultDeny: new(false)}
		return args
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace) error {
		var err error
		_, err = mesh.NewAuthorization(ctx, "web", &mesh.AuthorizationArgs{
			Namespace: ns.Name,
			Selector:  workload.SelectorLabels("web"),
			Port:      8080,
			AllowFrom: []network.Peer{{Namespace: pulumi.String("edge")}},
		}, pulumi.Provider(provider))
		return err
	}
)
