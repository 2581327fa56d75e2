package mesh_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// A mesh in ambient mode with strict mutual TLS and the default deny, a namespace that joins it, and an application that
// accepts connections from the gateway.
func ExampleNewServiceMesh() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		m, err := mesh.NewServiceMesh(ctx, "mesh", &mesh.ServiceMeshArgs{
			Version:    "1.31.0",
			GatewayAPI: "gateway-api/standard-install.yaml",
			Gateways: map[string]*mesh.Gateway{"main": {
				Namespace: "edge",
				Listeners: map[string]*mesh.Listener{"shop": {Hostname: "shop.example.com", Certificate: "shop"}},
			}},
		})
		if err != nil {
			return err
		}
		ns, err := namespace.NewNamespace(ctx, "shop", &namespace.NamespaceArgs{
			Labels: pulumi.ToStringMap(mesh.NamespaceLabels(mesh.ModeAmbient, "")),
		})
		if err != nil {
			return err
		}
		_, err = mesh.NewAuthorization(ctx, "web", &mesh.AuthorizationArgs{
			Namespace: ns.Name,
			Selector:  workload.SelectorLabels("web"),
			Port:      8080,
			AllowFrom: []network.Peer{{
				Namespace: pulumi.String("edge"),
				Pods:      map[string]string{"gateway.networking.k8s.io/gateway-name": "main"},
			}},
		}, pulumi.DependsOn([]pulumi.Resource{m}))
		return err
	})
}

// An upgrade with two control planes: namespaces keep the old one until their revision changes.
func ExampleNewServiceMesh_upgrade() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := mesh.NewServiceMesh(ctx, "mesh", &mesh.ServiceMeshArgs{
			Version:  "1.31.0",
			Revision: "1-31-1",
			Previous: &mesh.ControlPlane{Revision: "1-30-0", Version: "1.30.0"},
			Tags:     map[string]string{"default": "1-30-0", "canary": "1-31-1"},
		})
		return err
	})
}
