package network_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// A shop that is accessible over HTTPS. Requests over HTTP are redirected.
func ExampleNewRoute() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		gateway, err := network.NewGateway(ctx, "edge", &network.GatewayArgs{
			Namespace: pulumi.String("edge"),
			Class:     pulumi.String("istio"),
			Listeners: map[string]network.Listener{
				"http":  {Protocol: network.ListenerHTTP, AllNamespaces: true},
				"https": {Certificates: []network.Certificate{{Secret: pulumi.String("shop-certificate")}}, AllNamespaces: true},
			},
		})
		if err != nil {
			return err
		}
		to := func(listener string) *network.GatewayReference {
			return &network.GatewayReference{Name: gateway.Name, Namespace: gateway.Namespace, Listener: listener}
		}
		_, err = network.NewRoute(ctx, "shop", &network.RouteArgs{
			Namespace: pulumi.String("shop"),
			Gateway:   to("https"),
			Hostnames: pulumi.StringArray{pulumi.String("shop.example.com")},
			Rules:     []network.RouteRule{{Backends: []network.Backend{{Service: pulumi.String("web"), Port: 80}}}},
		})
		if err != nil {
			return err
		}
		_, err = network.NewRoute(ctx, "shop-redirect", &network.RouteArgs{
			Namespace: pulumi.String("shop"),
			Gateway:   to("http"),
			Hostnames: pulumi.StringArray{pulumi.String("shop.example.com")},
			Rules:     []network.RouteRule{{Redirect: &network.Redirect{HTTPS: true}}},
		})
		return err
	})
}

// A Service of a cluster on EKS whose load balancer is internal.
func ExampleNewService() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := network.NewService(ctx, "web", &network.ServiceArgs{
			Namespace:     pulumi.String("shop"),
			Selector:      map[string]string{"app.kubernetes.io/name": "web"},
			TargetPort:    8080,
			Type:          network.ServiceTypeLoadBalancer,
			Platform:      network.PlatformEKS,
			AllowedRanges: pulumi.StringArray{pulumi.String("10.0.0.0/8")},
		})
		return err
	})
}
