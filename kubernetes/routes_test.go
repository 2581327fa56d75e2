package kubernetes_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

func TestGatewaysAndRoutesOfASection(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled": true, "clusters": both(),
		"namespaces": object{"edge": object{"cluster": "prod"}, "shop": object{"cluster": "prod", "name": "payments"}},
		"gateways": object{"edge": object{
			"cluster": "prod", "namespace": "edge", "class": "istio",
			"listeners": object{"https": object{"certificates": []any{object{"secret": "certificate"}}, "allNamespaces": true}},
		}},
		"applications": object{"web": object{"cluster": "prod", "namespace": "shop", "image": image, "port": 8080}},
		"routes": object{"web": object{
			"cluster": "prod", "namespace": "shop", "gateway": object{"name": "edge", "namespace": "edge"},
			"hostnames": []any{"shop.example.com"}, "dependsOn": []any{"gateways/edge"},
			"rules": []any{object{"path": "/api", "backends": []any{object{"service": "web", "port": 80}}}},
		}},
	})
	require.NoError(t, err)
	gateway := r.One(t, ":gateway.networking.k8s.io/v1:Gateway")
	route := r.One(t, ":gateway.networking.k8s.io/v1:HTTPRoute")
	require.Equal(t, "prod", gateway.Provider.Name)
	require.Equal(t, "prod", route.Provider.Name)
	require.Contains(t, route.Dependencies, gateway.URN, "the Gateway exists")
	namespace, _ := route.Input("metadata.namespace")
	require.Equal(t, "payments", namespace.StringValue(), "the name in the cluster")
	exports := r.Exports["kubernetes"].Mappable().(map[string]any)
	require.Equal(t, map[string]any{"edge": map[string]any{"name": "edge", "namespace": "edge"}}, exports["gateways"])
	require.Equal(t, map[string]any{"web": map[string]any{"name": "web", "namespace": "payments"}}, exports["routes"])
}

func TestInvalidRoutesOfASection(t *testing.T) {
	t.Parallel()
	gateway := object{"name": "edge", "namespace": "edge", "listener": "https"}
	backend := func(service string, port int) []any {
		return []any{object{"service": service, "port": port}}
	}
	route := func(rules ...any) object {
		return object{"namespace": "shop", "gateway": gateway, "hostnames": []any{"shop.example.com"}, "rules": rules}
	}
	other := route(object{"path": "/api", "backends": backend("web", 80)})
	other["gateway"] = object{"name": "edge", "namespace": "edge", "listener": "http"}
	_, err := deploy(t, object{
		"enabled": true, "clusters": dev(), "namespaces": object{"shop": object{}},
		"applications": object{
			"web": object{
				"namespace": "shop", "image": image, "port": 8080, "ports": object{"dns": object{"port": 53, "protocol": "UDP"}},
				"service": object{"ports": object{"dns": object{"port": 53, "protocol": "UDP"}}},
				"route":   object{"gateway": gateway, "hostnames": []any{"shop.example.com"}},
			},
			"far": object{"image": image, "port": 8080},
		},
		"routes": object{
			"api":   route(object{"path": "/api", "backends": backend("web", 8080)}),
			"more":  route(object{"path": "/api", "backends": backend("web", 80)}),
			"root":  route(object{"backends": backend("other", 7000)}, object{"path": "/dns", "backends": backend("web", 53)}),
			"far":   route(object{"path": "/far", "backends": backend("far", 7000)}),
			"other": other,
		},
	})
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	got := map[string]string{}
	for _, f := range invalid.Findings {
		got[f.Path] = f.Message
	}
	in := `in listener "https" of Gateway "edge" of namespace "edge" of the cluster of `
	require.Empty(t, cmp.Diff([]string{
		"kubernetes.applications.web.route", "kubernetes.routes.api.rules[0].backends[0].port", "kubernetes.routes.more",
		"kubernetes.routes.root.rules[1].backends[0].port",
	}, slices.Sorted(maps.Keys(got))), "%v", err)
	require.Contains(t, got["kubernetes.routes.more"], `duplicate route "shop.example.com/api" `+in)
	require.Contains(t, got["kubernetes.applications.web.route"], `duplicate route "shop.example.com/" `+in)
	require.Equal(t, `the Service "web" has no port 8080: use one of 80`, got["kubernetes.routes.api.rules[0].backends[0].port"])
}
