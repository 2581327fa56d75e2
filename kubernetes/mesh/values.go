package mesh

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"
)

// The names of Istio's charts in a repository.
const (
	baseChart    = "base"
	istiodChart  = "istiod"
	cniChart     = "cni"
	ztunnelChart = "ztunnel"
)

var chartNames = []string{baseChart, istiodChart, cniChart, ztunnelChart}

// chartFolders are the folders of the charts below manifests/charts of a release archive.
var chartFolders = map[string]string{
	baseChart:    "base",
	istiodChart:  "istio-control/istio-discovery",
	cniChart:     "istio-cni",
	ztunnelChart: "ztunnel",
}

// values are values of a chart.
type values map[string]any

// readValues reads additional values.
func readValues(text string) (values, error) {
	var out values
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("expected values as YAML: %w", err)
	}
	return out, nil
}

// profile is the set of platform values that a chart has, or "". Source: "Platform-Specific Prerequisites", Istio
// documentation.
func (a *ServiceMeshArgs) profile() string {
	switch a.Platform {
	case PlatformEKS, PlatformAKS, "":
		return ""
	}
	return string(a.Platform)
}

// variant is the variant of the images: those without a shell and a package manager. Source: "Harden Docker Container
// Images", Istio documentation.
const variant = "distroless"

// global returns the values that the charts share. Charts in the sources of Istio have placeholders in place of images.
func (a *ServiceMeshArgs) global(version string) values {
	out := values{"hub": a.Hub, "tag": version, "variant": variant, "istioNamespace": a.Namespace}
	if p := a.profile(); p != "" {
		out["platform"] = p
	}
	return out
}

// baseValues are those of the chart with the definitions. The validator of the default revision is registered apart.
func (a *ServiceMeshArgs) baseValues(version, defaultRevision string) values {
	return values{"defaultRevision": defaultRevision, "global": a.global(version)}
}

// istiodValues are those of a control plane.
func (a *ServiceMeshArgs) istiodValues(p controlPlane) values {
	out := values{
		"global":           a.global(p.version),
		"revision":         p.revision,
		"revisionTags":     append([]string{}, p.tags...),
		"autoscaleEnabled": a.maxReplicas() > a.replicas(),
		"autoscaleMin":     a.replicas(),
		"autoscaleMax":     a.maxReplicas(),
		"replicaCount":     a.replicas(),
		// A drain can evict one pod at a time, and unhealthy ones always. Older charts keep one pod, which is the same with
		// two pods.
		"pdb": values{"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow"},
		"resources": values{
			"requests": values{"cpu": a.Resources.CPU, "memory": a.Resources.Memory},
			"limits":   values{"memory": a.Resources.Memory},
		},
		"seccompProfile":            values{"type": "RuntimeDefault"},
		"topologySpreadConstraints": []any{spread("topology.kubernetes.io/zone", p), spread("kubernetes.io/hostname", p)},
		"cni":                       values{"enabled": a.hasCNI()},
		// Proxies of nodes are in the namespace of the control plane, on OpenShift too.
		"trustedZtunnelNamespace": a.Namespace,
		"gateways":                values{"seccompProfile": values{"type": "RuntimeDefault"}},
		"meshConfig":              a.meshConfig(),
	}
	if a.Mode == ModeAmbient {
		out["profile"] = string(ModeAmbient)
	}
	return out
}

// meshConfig is the configuration of the mesh. Telemetry resources select the providers.
func (a *ServiceMeshArgs) meshConfig() values {
	out := values{}
	if t := a.Tracing; t != nil {
		out["enableTracing"] = true
		out["extensionProviders"] = []any{values{
			"name":          tracingProvider,
			"opentelemetry": values{"service": t.Host, "port": *t.Port},
		}}
	}
	return out
}

// tracingProvider is the name of the collector in the configuration of the mesh.
const tracingProvider = "otel"

// spread distributes the pods of a control plane over the domains of a node label.
func spread(key string, p controlPlane) values {
	return values{
		"maxSkew":           1,
		"topologyKey":       key,
		"whenUnsatisfiable": "ScheduleAnyway",
		"labelSelector":     values{"matchLabels": values{"app": "istiod", "istio.io/rev": p.label()}},
		"matchLabelKeys":    []any{"pod-template-hash"},
	}
}

// cniValues are those of the node agent.
func (a *ServiceMeshArgs) cniValues(p controlPlane) values {
	out := values{"global": a.global(p.version), "revision": p.revision}
	if a.Mode == ModeAmbient {
		out["profile"] = string(ModeAmbient)
	}
	return out
}

// ztunnelValues are those of the proxies of nodes. The chart has no global values of images.
func (a *ServiceMeshArgs) ztunnelValues(p controlPlane) values {
	out := values{
		"hub": a.Hub, "tag": p.version, "variant": variant, "revision": p.revision, "istioNamespace": a.Namespace,
	}
	if profile := a.profile(); profile != "" {
		out["platform"] = profile
	}
	return out
}

// plain returns values of the types that JSON has.
func (v values) plain() (map[string]any, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	err = json.Unmarshal(data, &out)
	return out, err
}
