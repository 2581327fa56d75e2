package integration_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/addon"
	"github.com/ashlar-iac/ashlar/kubernetes/helm"
	"github.com/ashlar-iac/ashlar/kubernetes/manifest"
	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/policytest"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// The Go snippets of the pages in docs/kubernetes about charts, gateways, the mesh and tests of network policies.
var (
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace) error {
		var err error
		_, err = helm.NewRelease(ctx, "web", &helm.ReleaseArgs{
			Path:      "./charts/web",
			Namespace: ns.Name,
			Values:    map[string]any{"replicas": 2},
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		_, err = manifest.NewManifest(ctx, "dashboards", &manifest.ManifestArgs{
			Path:      "./manifests",
			Namespace: ns.Name,
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		_, err = addon.NewAddon(ctx, "cert-manager", &addon.AddonArgs{KubernetesVersion: "1.35"}, pulumi.Provider(provider))
		return err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace, service *network.Service) error {
		gateway, err := network.NewGateway(ctx, "edge", &network.GatewayArgs{
			Namespace: pulumi.String("edge"),
			Class:     pulumi.String("istio"),
			Listeners: map[string]network.Listener{
				"http":  {Protocol: network.ListenerHTTP, AllNamespaces: true},
				"https": {Certificates: []network.Certificate{{Secret: pulumi.String("shop-certificate")}}, AllNamespaces: true},
			},
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		_, err = network.NewRoute(ctx, "shop", &network.RouteArgs{
			Namespace: ns.Name,
			Gateway:   &network.GatewayReference{Name: gateway.Name, Namespace: gateway.Namespace, Listener: "https"},
			Hostnames: pulumi.StringArray{pulumi.String("shop.example.com")},
			Rules:     []network.RouteRule{{Backends: []network.Backend{{Service: service.Name, Port: 80}}}},
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		_, err = network.NewRoute(ctx, "shop-redirect", &network.RouteArgs{
			Namespace: ns.Name,
			Gateway:   &network.GatewayReference{Name: gateway.Name, Namespace: gateway.Namespace, Listener: "http"},
			Hostnames: pulumi.StringArray{pulumi.String("shop.example.com")},
			Rules:     []network.RouteRule{{Redirect: &network.Redirect{HTTPS: true}}},
		}, pulumi.Provider(provider))
		return err
	}
	_ = func(t *testing.T, program func(*pulumi.Context) error) {
		t.Helper()
		r := pulumitest.Run(t, program)
		policies := policytest.OfRecording(t, r)
		client := policytest.Peer{Namespace: "shop", Labels: map[string]string{"app.kubernetes.io/name": "web"}}
		server := policytest.Peer{Namespace: "database"}
		require.True(t, policies.Allowed(client, server, 5432, corev1.ProtocolTCP))
	}
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
