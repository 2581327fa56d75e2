package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

func backend() []network.Backend {
	return []network.Backend{{Service: pulumi.String("web"), Port: 80}}
}

func TestRoute(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewRoute(ctx, "web", &network.RouteArgs{
			Namespace: pulumi.String("shop"),
			Gateway:   &network.GatewayReference{Name: pulumi.String("edge"), Namespace: pulumi.String("edge"), Listener: "https"},
			Hostnames: pulumi.StringArray{pulumi.String("shop.example.com")},
			Rules: []network.RouteRule{
				{Path: "/api", Headers: map[string]string{"X-Version": "2"}, Backends: backend(), Timeout: "10s", Rewrite: &network.Rewrite{Path: "/"}},
				{Path: "/old", PathType: network.PathExact, Redirect: &network.Redirect{HTTPS: true, Path: "/new"}},
			},
		})
		return err
	}, fixture.Cluster())
	spec, _ := r.One(t, ":HTTPRoute").Input("spec")
	want := map[string]any{
		"parentRefs": []any{map[string]any{"name": "edge", "namespace": "edge", "sectionName": "https"}},
		"hostnames":  []any{"shop.example.com"},
		"rules": []any{
			map[string]any{
				"matches": []any{map[string]any{
					"path":    map[string]any{"type": "PathPrefix", "value": "/api"},
					"headers": []any{map[string]any{"name": "X-Version", "value": "2"}},
				}},
				"filters": []any{map[string]any{"type": "URLRewrite", "urlRewrite": map[string]any{
					"path": map[string]any{"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"},
				}}},
				"backendRefs": []any{map[string]any{"name": "web", "port": 80.0, "weight": 1.0}},
				"timeouts":    map[string]any{"request": "10s"},
			},
			map[string]any{
				"matches": []any{map[string]any{"path": map[string]any{"type": "Exact", "value": "/old"}}},
				"filters": []any{map[string]any{"type": "RequestRedirect", "requestRedirect": map[string]any{
					"scheme": "https", "statusCode": 301.0, "path": map[string]any{"type": "ReplaceFullPath", "replaceFullPath": "/new"},
				}}},
			},
		},
	}
	if diff := cmp.Diff(any(want), spec.Mappable()); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
}

func TestRouteRejectsContradictions(t *testing.T) {
	t.Parallel()
	fixture.RequireRejected(t, network.NewRoute, &network.RouteArgs{
		Namespace: pulumi.String("shop"), Gateway: &network.GatewayReference{Name: pulumi.String("edge")},
		Hostnames: pulumi.StringArray{pulumi.String("https://shop.example.com"), pulumi.String("10.0.0.1")},
		Rules: []network.RouteRule{
			{Backends: backend()},
			{Path: "/", PathType: network.PathPrefix, Backends: backend()},
			{Path: "/none"},
			{Path: "/both", Backends: backend(), Redirect: &network.Redirect{HTTPS: true}},
			{Path: "/loop", Redirect: &network.Redirect{}},
			{Path: "a//b", Backends: []network.Backend{{Service: pulumi.String("web"), Port: 80, Weight: new(0)}}},
		},
	}, []string{
		`hostnames[0]: found the string "https://shop.example.com": use a host name such as shop.example.com or *.example.com, without scheme, port and path`,
		`hostnames[1]: found the string "10.0.0.1": use a host name such as shop.example.com or *.example.com, without scheme, port and path`,
		"rules[1]: matches the same requests as rule 0: use another path or other headers, or remove one of them",
		"rules[2].backends: nothing to do with the requests: add a backend, or set redirect",
		"rules[3].redirect: mutually exclusive with backends and rewrite: use two rules",
		"rules[4].redirect: redirects to the same URL: set https, hostname, path or port",
		"rules[5].backends: all weights are 0, so that no Service receives requests: use a weight of 1 or more",
		`rules[5].path: found the string "a//b", expected a path such as /shop, without empty segments, dots and fragments`,
	}, "contradictions are findings")
}

func TestGatewayRejectsContradictions(t *testing.T) {
	t.Parallel()
	certificates := []network.Certificate{{Secret: pulumi.String("certificate")}}
	fixture.RequireRejected(t, network.NewGateway, &network.GatewayArgs{
		Namespace: pulumi.String("edge"), Class: pulumi.String("istio"),
		Listeners: map[string]network.Listener{
			"a": {}, "b": {Certificates: certificates}, "c": {Protocol: network.ListenerHTTP, Certificates: certificates},
			"d": {Protocol: network.ListenerHTTP, Port: 443, Hostname: pulumi.String("a.example.com")},
		},
	}, []string{
		"listeners.a.certificates: HTTPS without a certificate: add the Secret with the certificate, or use the protocol HTTP",
		`listeners.b: duplicate port and host name, same as listener "a": use another host name or port`,
		"listeners.c.certificates: HTTP has no certificates: remove them, or use the protocol HTTPS",
		`listeners.d.port: port 443 has the protocol of listener "a": use another port`,
	}, "TLS has a certificate, and listeners do not conflict")
}

func TestIngressRejectsContradictions(t *testing.T) {
	t.Parallel()
	path := network.IngressPath{Service: pulumi.String("web"), Port: 80}
	fixture.RequireRejected(t, network.NewIngress, &network.IngressArgs{
		Namespace: pulumi.String("shop"), Class: pulumi.String("haproxy"),
		Hosts: map[string]network.IngressHost{
			"a.example.com": {Paths: []network.IngressPath{path}},
			"b.example.com": {AllowHTTP: true, Paths: []network.IngressPath{path, path}},
		},
	}, []string{
		`hosts["a.example.com"].certificate: no certificate: set the name of its Secret, or allowHTTP for requests without TLS`,
		`hosts["b.example.com"].paths[1]: same path as paths[0]: use another path, or remove one of them`,
	}, "TLS has a certificate, and a path occurs once")
}
