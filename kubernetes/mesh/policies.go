package mesh

import (
	"maps"
	"slices"
	"strconv"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// security is the API version of the policies of the mesh.
const security = "security.istio.io/v1"

// policies returns the policies in the root namespace, which apply to the whole mesh. Sources: "Authentication Policy",
// "Authorization Policy" and "Telemetry API", Istio documentation.
func (a *ServiceMeshArgs) policies() ([]objects.Object, error) {
	mode := "STRICT"
	if a.MTLS == MTLSPermissive {
		mode = "PERMISSIVE"
	}
	out, err := object(security, "PeerAuthentication", a.Namespace, "default",
		values{"spec": values{"mtls": values{"mode": mode}}})
	if err != nil {
		return nil, err
	}
	add := func(found []objects.Object, err error) error {
		out = append(out, found...)
		return err
	}
	if a.denies() {
		// A policy without rules allows nothing.
		if err := add(object(security, "AuthorizationPolicy", a.Namespace, "default-deny", values{"spec": values{}})); err != nil {
			return nil, err
		}
	}
	telemetry := values{}
	if t := a.Tracing; t != nil {
		telemetry["tracing"] = []any{values{
			"providers":                []any{values{"name": tracingProvider}},
			"randomSamplingPercentage": *t.Sampling,
		}}
	}
	if a.AccessLogs {
		telemetry["accessLogging"] = []any{values{"providers": []any{values{"name": "envoy"}}}}
	}
	if len(telemetry) > 0 {
		return out, add(object("telemetry.istio.io/v1", "Telemetry", a.Namespace, "default", values{"spec": telemetry}))
	}
	return out, nil
}

// gateways returns the gateways, and the authorization policies that allow connections to their ports.
func (a *ServiceMeshArgs) gateways() ([]objects.Object, error) {
	var out []objects.Object
	for _, name := range slices.Sorted(maps.Keys(a.Gateways)) {
		g := a.Gateways[name]
		var listeners, ports []any
		for _, key := range slices.Sorted(maps.Keys(g.Listeners)) {
			l := g.Listeners[key]
			listeners = append(listeners, l.spec(key))
			ports = append(ports, strconv.Itoa(*l.Port))
		}
		gateway, err := object("gateway.networking.k8s.io/v1", "Gateway", g.Namespace, name, values{"spec": values{
			"gatewayClassName": gatewayClass,
			"infrastructure":   values{"annotations": a.gatewayAnnotations(g)},
			"listeners":        listeners,
		}})
		if err != nil {
			return nil, err
		}
		policy, err := object(security, "AuthorizationPolicy", g.Namespace, "gateway-"+name, values{"spec": values{
			"targetRefs": []any{values{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": name}},
			"action":     "ALLOW",
			"rules":      []any{values{"to": []any{values{"operation": values{"ports": ports}}}}},
		}})
		if err != nil {
			return nil, err
		}
		out = slices.Concat(out, gateway, policy)
	}
	return out, nil
}

// spec returns a listener.
func (l *Listener) spec(name string) values {
	from := values{"from": "Same"}
	if len(l.Namespaces) > 0 {
		from = values{"from": "Selector", "selector": values{"matchExpressions": []any{values{
			"key": apirules.NamespaceName, "operator": "In", "values": l.Namespaces,
		}}}}
	}
	out := values{
		"name":          name,
		"port":          *l.Port,
		"protocol":      string(l.Protocol),
		"allowedRoutes": values{"namespaces": from},
	}
	if l.Hostname != "" {
		out["hostname"] = l.Hostname
	}
	if l.Protocol == ListenerHTTPS {
		out["tls"] = values{
			"mode":            "Terminate",
			"certificateRefs": []any{values{"group": "", "kind": "Secret", "name": l.Certificate}},
		}
	}
	return out
}

// internalAnnotations make a load balancer internal. Sources: "Network load balancing", Amazon EKS documentation; "Use an
// internal load balancer", AKS documentation; "Service LoadBalancer parameters", GKE documentation.
var internalAnnotations = map[Platform]map[string]string{
	PlatformEKS: {
		"service.beta.kubernetes.io/aws-load-balancer-type":            "external",
		"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
		"service.beta.kubernetes.io/aws-load-balancer-scheme":          "internal",
	},
	PlatformAKS: {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"},
	PlatformGKE: {"networking.gke.io/load-balancer-type": "Internal"},
}

// publicAnnotations make a load balancer accessible from the internet where the default is another one.
var publicAnnotations = map[Platform]map[string]string{
	PlatformEKS: {
		"service.beta.kubernetes.io/aws-load-balancer-type":            "external",
		"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
		"service.beta.kubernetes.io/aws-load-balancer-scheme":          "internet-facing",
	},
}

// gatewayAnnotations returns the annotations of the Service of a gateway. Source: "Kubernetes Gateway API", Istio
// documentation.
func (a *ServiceMeshArgs) gatewayAnnotations(g *Gateway) map[string]string {
	out := map[string]string{}
	internal, known := internalAnnotations[a.Platform]
	switch {
	case g.Public:
		maps.Copy(out, publicAnnotations[a.Platform])
	case known:
		maps.Copy(out, internal)
	default:
		out["networking.istio.io/service-type"] = "ClusterIP"
	}
	maps.Copy(out, g.Annotations)
	return out
}
