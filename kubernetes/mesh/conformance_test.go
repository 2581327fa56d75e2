package mesh_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

func TestServiceMeshConforms(t *testing.T) {
	t.Parallel()
	path, previous := charts(t, newer), charts(t, older)
	fixture.Conform(t, pulumitest.Suite[mesh.ServiceMeshArgs, *mesh.ServiceMesh]{
		Token: mesh.ServiceMeshToken,
		New:   mesh.NewServiceMesh,
		Args: func(*pulumi.Context) *mesh.ServiceMeshArgs {
			return &mesh.ServiceMeshArgs{
				Version:           newer,
				KubernetesVersion: "1.33",
				Platform:          mesh.PlatformGKE,
				Path:              path,
				Hub:               "registry.example.com/istio",
				Namespace:         "mesh",
				Revision:          "new",
				Previous:          &mesh.ControlPlane{Revision: "old", Version: older, Path: previous},
				Tags:              map[string]string{"default": "old", "canary": "new"},
				Allow: map[string]*mesh.Edge{"web": {
					Namespace: "shop", Pods: application("web"), Port: 8080,
					AllowFrom: []network.Peer{{Namespace: pulumi.String("edge")}},
				}},
				Replicas:    new(3),
				MaxReplicas: new(3),
				Resources:   &mesh.Resources{CPU: "1", Memory: "4Gi"},
				Tracing:     &mesh.Tracing{Host: "otel.observability.svc.cluster.local", Sampling: new(10.0)},
				AccessLogs:  true,
				Gateways: map[string]*mesh.Gateway{"main": {
					Namespace:   "edge",
					Listeners:   map[string]*mesh.Listener{"shop": {Hostname: "shop.example.com", Certificate: "shop"}},
					Annotations: map[string]string{"example.com/pool": "edge"},
				}},
				CRDs:   crd.Delete,
				Values: map[string]string{"istiod": "env: { PILOT_ENABLE_IP_AUTOALLOCATE: \"true\" }"},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"repository", "mode", "cni", "mtls", "crds"},
	}, func(*pulumi.Context) *mesh.ServiceMeshArgs {
		return &mesh.ServiceMeshArgs{Version: newer, Path: path}
	})
}

func TestAuthorizationConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[mesh.AuthorizationArgs, *mesh.Authorization]{
		Token: mesh.AuthorizationToken,
		New:   mesh.NewAuthorization,
		Args: func(ctx *pulumi.Context) *mesh.AuthorizationArgs {
			return &mesh.AuthorizationArgs{
				Namespace: fixture.Text(ctx, "team"),
				Selector:  application("web"),
				Port:      8080,
				AllowFrom: []network.Peer{
					{Namespace: fixture.Text(ctx, "edge"), Pods: map[string]string{"gateway.networking.k8s.io/gateway-name": "main"}},
					{CIDR: fixture.Text(ctx, "10.0.0.0/8"), Ports: []int{9090}},
				},
				TrustDomain: "example.com",
				Labels:      pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
	}, func(*pulumi.Context) *mesh.AuthorizationArgs {
		return &mesh.AuthorizationArgs{Namespace: pulumi.String("team"), Selector: application("web")}
	})
}
