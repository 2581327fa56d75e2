package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

func TestServiceConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[network.ServiceArgs, *network.Service]{
		Token: network.ServiceToken,
		New:   network.NewService,
		Args: func(ctx *pulumi.Context) *network.ServiceArgs {
			return &network.ServiceArgs{
				Namespace:   fixture.Text(ctx, "team"),
				Selector:    selector,
				TargetPort:  8080,
				Type:        network.ServiceTypeLoadBalancer,
				Port:        new(443),
				Annotations: pulumi.StringMap{"example.com/scheme": pulumi.String("internal"), "example.com/pool": fixture.Text(ctx, "pool")},
				SkipAwait:   true,
				AppProtocol: "https",
				Ports:       map[string]network.ServicePort{"dns": {Port: 53, TargetPort: 5353, Protocol: network.ProtocolUDP, AppProtocol: "dns"}},
				Platform:    network.PlatformEKS, Exposure: network.ExposurePublic,
				AllowedRanges:         pulumi.StringArray{fixture.Text(ctx, "10.1.0.0/16")},
				ExternalTrafficPolicy: network.ExternalTrafficPolicyLocal, SessionAffinity: network.SessionAffinityClientIP,
				PublishNotReadyAddresses: true,
				Labels:                   pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name", "type", "port"},
	}, func(*pulumi.Context) *network.ServiceArgs {
		return &network.ServiceArgs{Namespace: pulumi.String("team"), Selector: selector, TargetPort: 8080}
	})
}

func TestIsolationConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[network.IsolationArgs, *network.Isolation]{
		Token: network.IsolationToken,
		New:   network.NewIsolation,
		Args: func(ctx *pulumi.Context) *network.IsolationArgs {
			return &network.IsolationArgs{
				Namespace: fixture.Text(ctx, "team"),
				Selector:  selector,
				Port:      8080,
				AllowFrom: []network.Peer{
					{Namespace: fixture.Text(ctx, "ingress"), Pods: map[string]string{"role": "proxy"}},
					{CIDR: fixture.Text(ctx, "10.0.0.0/8"), Ports: []int{9090}},
				},
				AllowTo: []network.Peer{{
					Namespace: pulumi.String("database"), Ports: []int{5432},
					PortRanges: []network.PortRange{{Port: 6000, EndPort: 6010, Protocol: network.ProtocolUDP}},
				}},
				Ports:  []network.PortRange{{Port: 9000, Protocol: network.ProtocolSCTP}},
				DNS:    &network.DNS{Namespace: "dns", Pods: map[string]string{"app": "dns"}, CIDRs: []string{"10.0.0.10/32"}, Ports: []int{5353}},
				Mesh:   network.MeshAmbient,
				Labels: pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
	}, func(*pulumi.Context) *network.IsolationArgs {
		return &network.IsolationArgs{Namespace: pulumi.String("team"), Selector: selector}
	})
}

func TestGatewayConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[network.GatewayArgs, *network.Gateway]{
		Token: network.GatewayToken,
		New:   network.NewGateway,
		Args: func(ctx *pulumi.Context) *network.GatewayArgs {
			return &network.GatewayArgs{
				Namespace: fixture.Text(ctx, "edge"),
				Class:     fixture.Text(ctx, "istio"),
				Listeners: map[string]network.Listener{
					"https": {
						Hostname: fixture.Text(ctx, "*.example.com"), AllowedNamespaces: map[string]string{"team": "shop"},
						Certificates: []network.Certificate{{Secret: fixture.Text(ctx, "certificate"), Namespace: fixture.Text(ctx, "certificates")}},
					},
					"http": {Protocol: network.ListenerHTTP, AllNamespaces: true},
				},
				Platform: network.PlatformAKS, Exposure: network.ExposurePublic,
				InfrastructureAnnotations: pulumi.StringMap{"example.com/pool": fixture.Text(ctx, "pool")},
				Annotations:               pulumi.StringMap{"cert-manager.io/cluster-issuer": fixture.Text(ctx, "issuer")},
				Labels:                    pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
	}, func(*pulumi.Context) *network.GatewayArgs {
		return &network.GatewayArgs{
			Namespace: pulumi.String("edge"), Class: pulumi.String("istio"),
			Listeners: map[string]network.Listener{"http": {Protocol: network.ListenerHTTP}},
		}
	})
}

func TestRouteConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[network.RouteArgs, *network.Route]{
		Token: network.RouteToken,
		New:   network.NewRoute,
		Args: func(ctx *pulumi.Context) *network.RouteArgs {
			return &network.RouteArgs{
				Namespace: fixture.Text(ctx, "shop"),
				Gateway:   &network.GatewayReference{Name: fixture.Text(ctx, "main"), Namespace: fixture.Text(ctx, "edge"), Listener: "https"},
				Hostnames: pulumi.StringArray{fixture.Text(ctx, "shop.example.com")},
				Rules: []network.RouteRule{
					{
						Path: "/api", Headers: map[string]string{"X-Version": "2"}, Timeout: "10s",
						Backends: []network.Backend{{Service: fixture.Text(ctx, "api"), Port: 80, Weight: new(9)}},
						Rewrite:  &network.Rewrite{Hostname: "api.example.com", Path: "/"},
					},
					{Path: "/old", PathType: network.PathExact, Redirect: &network.Redirect{HTTPS: true, Path: "/new", StatusCode: new(308)}},
				},
				Annotations: pulumi.StringMap{"example.com/owner": fixture.Text(ctx, "owner")},
				Labels:      pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
	}, func(*pulumi.Context) *network.RouteArgs {
		return &network.RouteArgs{
			Namespace: pulumi.String("shop"), Gateway: &network.GatewayReference{Name: pulumi.String("main")},
			Rules: []network.RouteRule{{Backends: []network.Backend{{Service: pulumi.String("web"), Port: 80}}}},
		}
	})
}

func TestIngressConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[network.IngressArgs, *network.Ingress]{
		Token: network.IngressToken,
		New:   network.NewIngress,
		Args: func(ctx *pulumi.Context) *network.IngressArgs {
			return &network.IngressArgs{
				Namespace: fixture.Text(ctx, "shop"),
				Class:     fixture.Text(ctx, "haproxy"),
				Hosts: map[string]network.IngressHost{"shop.example.com": {
					Certificate: fixture.Text(ctx, "certificate"),
					Paths:       []network.IngressPath{{Path: "/api", PathType: network.PathExact, Service: fixture.Text(ctx, "api"), Port: 80}},
				}},
				SkipAwait:   true,
				Annotations: pulumi.StringMap{"example.com/owner": fixture.Text(ctx, "owner")},
				Labels:      pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
	}, func(*pulumi.Context) *network.IngressArgs {
		return &network.IngressArgs{
			Namespace: pulumi.String("shop"), Class: pulumi.String("haproxy"),
			Hosts: map[string]network.IngressHost{"shop.example.com": {
				AllowHTTP: true, Paths: []network.IngressPath{{Service: pulumi.String("web"), Port: 80}},
			}},
		}
	})
}
