package mesh

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// ServiceMeshArgs are the arguments of a [ServiceMesh].
type ServiceMeshArgs struct {
	// Version is the version of Istio. Required. A change upgrades the mesh in place, unless revision changes too.
	Version string `pulumi:"version" jsonschema:"required,pattern=^[0-9]+\\.[0-9]+\\.[0-9]+(-[-.0-9A-Za-z]+)?$,example=1.31.0"`
	// KubernetesVersion is the version of the cluster, such as 1.33. Versions of Istio that do not support it are rejected.
	// Default: support is not checked.
	KubernetesVersion string `pulumi:"kubernetesVersion,optional" jsonschema:"example=1.33"`
	// Platform is the platform of the cluster, which decides about paths on nodes and annotations of load balancers.
	// Default: none. A change updates the mesh.
	Platform Platform `pulumi:"platform,optional" jsonschema:"enum=eks,enum=aks,enum=gke,enum=openshift,enum=k3d,enum=k3s,enum=microk8s,enum=minikube"`
	// Repository is where Istio's charts are from: an OCI registry, or the URL of a Helm repository.
	Repository string `pulumi:"repository,optional" jsonschema:"default=oci://ghcr.io/istio/release/charts"`
	// Path is a folder with the charts of the version, such as the folder manifests/charts of a release archive. Default: the
	// charts are from repository.
	Path string `pulumi:"path,optional" config:"path"`
	// Hub is the image repository. A change updates the mesh.
	Hub string `pulumi:"hub,optional" jsonschema:"default=docker.io/istio"`
	// Namespace is the namespace to create for the mesh. It is the root namespace, whose policies apply to the whole mesh.
	// A change replaces the mesh.
	Namespace string `pulumi:"namespace,optional" jsonschema:"pattern=^[a-z0-9]([-a-z0-9]{0\\,61}[a-z0-9])?$,default=istio-system"`
	// Mode is ambient (a proxy on each node) or sidecar (a proxy in each pod). Namespaces choose their own mode; a mesh
	// with sidecars alone has no proxies on nodes. A change adds or removes the proxies of nodes.
	Mode Mode `pulumi:"mode,optional" jsonschema:"enum=ambient,enum=sidecar,default=ambient"`
	// CNI installs the node agent that redirects the traffic of pods. Without it, pods with sidecars need the capabilities
	// NET_ADMIN and NET_RAW, which the baseline and restricted Pod Security Standards reject. Ambient mode requires it.
	CNI *bool `pulumi:"cni,optional" jsonschema:"default=true"`
	// Revision is the name of the control plane, such as 1-31-1. A mesh with a revision can be upgraded with two control
	// planes side by side: see previous. Default: none, upgrades are in place. A change replaces the control plane.
	Revision string `pulumi:"revision,optional" jsonschema:"pattern=^[a-z]?[a-z0-9]([-a-z0-9]{0\\,30}[a-z0-9])?$,example=1-31-1"`
	// Previous is the control plane that the upgrade replaces. Namespaces that use its revision keep their sidecars. The
	// proxies of nodes are upgraded when it is removed. Default: none.
	Previous *ControlPlane `pulumi:"previous,optional"`
	// Tags are aliases of revisions by name, which namespaces use in place of the revision. The tag default is that of
	// namespaces without a revision. Default: with a revision, the tag default is the previous revision, or the revision
	// when there is none.
	Tags map[string]string `pulumi:"tags,optional"`
	// MTLS is strict (pods of the mesh accept connections of the mesh alone) or permissive (they accept plain text as
	// well), for the time in which applications join the mesh. A change updates the mesh.
	MTLS MTLS `pulumi:"mtls,optional" jsonschema:"enum=strict,enum=permissive,default=strict"`
	// DefaultDeny denies all connections to pods of the mesh that no authorization policy allows: see allow, and the
	// component Authorization. Default: true with strict mTLS, otherwise false. A change updates the mesh.
	DefaultDeny *bool `pulumi:"defaultDeny,optional"`
	// Allow holds connections to allow, by the name of the authorization policy. Default: none.
	Allow map[string]*Edge `pulumi:"allow,optional"`
	// Replicas is the number of pods of the control plane. One at a time can be evicted. A change scales it.
	Replicas *int `pulumi:"replicas,optional" jsonschema:"default=2,minimum=2,maximum=100"`
	// MaxReplicas is the number of pods of the control plane under load. It requires metrics-server; with the number of
	// replicas, there is no autoscaling. A change updates the control plane.
	MaxReplicas *int `pulumi:"maxReplicas,optional" jsonschema:"default=5,minimum=2,maximum=100"`
	// Resources holds the resources of the control plane. A change triggers a rollout of it.
	Resources *Resources `pulumi:"resources,optional" config:"group"`
	// Tracing sends traces to an OpenTelemetry collector. Default: none.
	Tracing *Tracing `pulumi:"tracing,optional"`
	// AccessLogs writes a line for each request to the log of the proxy. Default: false.
	AccessLogs bool `pulumi:"accessLogs,optional"`
	// GatewayAPI is a file or folder with the CustomResourceDefinitions of the Gateway API, such as the file
	// standard-install.yaml of a release of it. Default: the cluster has them.
	GatewayAPI string `pulumi:"gatewayApi,optional" config:"path"`
	// Gateways holds gateways by name, which are accessible through a load balancer. They require the Gateway API. Default:
	// none.
	Gateways map[string]*Gateway `pulumi:"gateways,optional"`
	// CRDs is what happens to the CustomResourceDefinitions of Istio and of gatewayApi: keep creates or takes them over, and
	// keeps them when the mesh is destroyed; delete deletes them, and with them all custom resources of these kinds; skip
	// does not create them.
	CRDs crd.Policy `pulumi:"crds,optional" jsonschema:"enum=keep,enum=delete,enum=skip,default=keep"`
	// Values holds additional values of charts as YAML, by the name of the chart: base, istiod, cni or ztunnel. They override
	// those of Ashlar. Default: none.
	Values map[string]string `pulumi:"values,optional"`
	// Adopt manages objects that exist already, and keeps them when they are destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the objects.
	Adopt bool `pulumi:"adopt,optional"`

	// plan holds the planned objects, set by ValidateArguments for the constructor.
	plan *plan
}

// Platform is the platform of a cluster.
type Platform string

// The platforms.
const (
	PlatformEKS       Platform = "eks"
	PlatformAKS       Platform = "aks"
	PlatformGKE       Platform = "gke"
	PlatformOpenShift Platform = "openshift"
	PlatformK3d       Platform = "k3d"
	PlatformK3s       Platform = "k3s"
	PlatformMicroK8s  Platform = "microk8s"
	PlatformMinikube  Platform = "minikube"
)

// MTLS is which connections pods of a mesh accept. Source: "Mutual TLS Migration", Istio documentation.
type MTLS string

// The modes of mutual TLS.
const (
	// MTLSStrict accepts connections with mutual TLS.
	MTLSStrict MTLS = "strict"
	// MTLSPermissive accepts connections in plain text as well.
	MTLSPermissive MTLS = "permissive"
)

// ControlPlane is a control plane that an upgrade replaces.
type ControlPlane struct {
	// Revision is its revision. Required.
	Revision string `pulumi:"revision" jsonschema:"required,minLength=1"`
	// Version is its version. Required.
	Version string `pulumi:"version" jsonschema:"required,pattern=^[0-9]+\\.[0-9]+\\.[0-9]+(-[-.0-9A-Za-z]+)?$"`
	// Path is the folder with its charts. Default: its charts are from the repository of the mesh.
	Path string `pulumi:"path,optional" config:"path"`
}

// Resources holds the resources of each pod of the control plane.
type Resources struct {
	// CPU is the CPU request.
	CPU string `pulumi:"cpu,optional" jsonschema:"default=500m"`
	// Memory is the memory request and limit.
	Memory string `pulumi:"memory,optional" jsonschema:"default=2Gi"`
}

// Tracing sends traces to a collector.
type Tracing struct {
	// Host is the host name of the Service of the collector, such as otel-collector.observability.svc.cluster.local.
	// Required.
	Host string `pulumi:"host" jsonschema:"required,minLength=1"`
	// Port is the port of the collector for OTLP over gRPC.
	Port *int `pulumi:"port,optional" jsonschema:"default=4317,minimum=1,maximum=65535"`
	// Sampling is the percentage of requests that are traced.
	Sampling *float64 `pulumi:"sampling,optional" jsonschema:"default=1,minimum=0,maximum=100"`
}

// Edge allows connections to pods of the mesh.
type Edge struct {
	// Namespace is the namespace of the pods. Required.
	Namespace string `pulumi:"namespace" jsonschema:"required,minLength=1"`
	// Pods holds the labels of the pods, at least one. Required.
	Pods map[string]string `pulumi:"pods" jsonschema:"required"`
	// Port is the port of the pods. Required, unless each peer has ports.
	Port int `pulumi:"port,optional" jsonschema:"minimum=0,maximum=65535"`
	// AllowFrom lists the peers that can connect to the pods. Required.
	AllowFrom []network.Peer `pulumi:"allowFrom" jsonschema:"required"`
}

// Gateway is an entry to the mesh from outside of the cluster, which the control plane deploys.
type Gateway struct {
	// Namespace is the namespace of the gateway, which exists. Required. A change replaces the gateway.
	Namespace string `pulumi:"namespace" jsonschema:"required,minLength=1"`
	// Listeners holds the listeners by name. At least one is required. A change updates the gateway.
	Listeners map[string]*Listener `pulumi:"listeners" jsonschema:"required"`
	// Public makes the gateway accessible from the internet. Without it, its load balancer is internal on eks, aks and
	// gke, and on other platforms the gateway is accessible within the cluster alone. Default: false. A change updates the
	// gateway.
	Public bool `pulumi:"public,optional"`
	// Annotations are added to the Service of the gateway. Default: none. A change updates the gateway.
	Annotations map[string]string `pulumi:"annotations,optional"`
}

// Listener is a port of a gateway.
type Listener struct {
	// Port is the port. A change updates the gateway.
	Port *int `pulumi:"port,optional" jsonschema:"default=443,minimum=1,maximum=65535"`
	// Protocol is HTTPS or HTTP.
	Protocol ListenerProtocol `pulumi:"protocol,optional" jsonschema:"enum=HTTPS,enum=HTTP,default=HTTPS"`
	// Hostname is the host name, such as shop.example.com or *.example.com. Default: all.
	Hostname string `pulumi:"hostname,optional"`
	// Certificate is the name of a Secret with the certificate, in the namespace of the gateway. Required with HTTPS.
	Certificate string `pulumi:"certificate,optional"`
	// Namespaces lists the namespaces whose routes can use the listener. Default: that of the gateway.
	Namespaces []string `pulumi:"namespaces,optional"`
}

// ListenerProtocol is the protocol of a [Listener].
type ListenerProtocol string

// The protocols.
const (
	ListenerHTTPS ListenerProtocol = "HTTPS"
	ListenerHTTP  ListenerProtocol = "HTTP"
)

var (
	_ config.Validator          = (*ServiceMeshArgs)(nil)
	_ config.Validator          = (*Resources)(nil)
	_ config.Validator          = (*Gateway)(nil)
	_ config.Validator          = (*Listener)(nil)
	_ config.ArgumentsValidator = (*ServiceMeshArgs)(nil)
)

// Validate implements config.Validator.
func (a *ServiceMeshArgs) Validate(report *config.Report) {
	if err := checkVersion(a.Version, a.KubernetesVersion); a.Version != "" && err != nil {
		report.Add([]string{"version"}, "%v", err)
	}
	if a.Mode != ModeSidecar && !a.hasCNI() {
		report.Add([]string{"cni"}, "ambient mode requires the node agent: remove it, or use the mode sidecar")
	}
	if a.replicas() > a.maxReplicas() {
		report.Add([]string{"maxReplicas"}, "%d is less than replicas, %d: raise it", a.maxReplicas(), a.replicas())
	}
	a.checkPolicies(report)
	a.checkRevisions(report)
	for _, name := range slices.Sorted(maps.Keys(a.Values)) {
		at := []string{"values", name}
		if !slices.Contains(chartNames, name) {
			report.Add(at, "unknown chart %q, %s", name, config.Suggest(name, chartNames))
		} else if _, err := readValues(a.Values[name]); err != nil {
			report.Add(at, "%v", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Gateways)) {
		apirules.ObjectName.Check(report, []string{"gateways", name}, pulumi.String(name))
	}
}

// checkPolicies reports policies that cannot work.
func (a *ServiceMeshArgs) checkPolicies(report *config.Report) {
	if a.MTLS == MTLSPermissive && a.denies() {
		report.Add([]string{"defaultDeny"},
			"connections in plain text have no identity that an authorization policy could allow: use strict mTLS first")
	}
	for _, name := range slices.Sorted(maps.Keys(a.Allow)) {
		e := a.Allow[name]
		if e == nil {
			continue // It is reported.
		}
		(&AuthorizationArgs{
			Namespace: pulumi.String(e.Namespace), Name: name, Selector: e.Pods, Port: e.Port, AllowFrom: e.AllowFrom,
		}).Validate(report.At("allow", name))
		if a.MTLS == MTLSPermissive && slices.ContainsFunc(e.AllowFrom, func(p network.Peer) bool { return p.CIDR == nil }) {
			report.Add([]string{"allow", name}, "rejects connections of these pods in plain text: use strict mTLS first")
		}
	}
}

// checkRevisions reports references to revisions that do not exist.
func (a *ServiceMeshArgs) checkRevisions(report *config.Report) {
	if p := a.Previous; p != nil {
		at := report.At("previous")
		switch {
		case a.Revision == "":
			report.Add([]string{"revision"}, "required with previous: name the revision of the upgrade")
		case p.Revision == a.Revision:
			at.Add([]string{"revision"}, "%q is the revision of the upgrade: use another one", p.Revision)
		}
		if err := checkVersion(p.Version, a.KubernetesVersion); p.Version != "" && err != nil {
			at.Add([]string{"version"}, "%v", err)
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(a.Tags)) {
		at := []string{"tags", tag}
		switch revision := a.Tags[tag]; {
		case a.Revision == "":
			report.Add(at, "tags are aliases of revisions: set revision")
		case !slices.Contains(a.revisions(), revision):
			report.Add(at, "unknown revision %q, %s", revision, config.Suggest(revision, a.revisions()))
		case slices.Contains(a.revisions(), tag):
			report.Add(at, "there is a revision with this name: use another one")
		}
		apirules.LabelValue.Check(report, at, pulumi.String(tag))
	}
}

// CheckNamespace returns what is wrong with a namespace that joins the mesh with a mode and a revision or tag, or "". That
// namespaces in ambient mode have no revision is checked by the namespace.
func (a *ServiceMeshArgs) CheckNamespace(mode Mode, revision string) string {
	switch {
	case mode == ModeAmbient && a.Mode == ModeSidecar:
		return "the mesh has no proxies on nodes: use the mode sidecar, or set the mode of the mesh to ambient"
	case revision == "":
		return ""
	}
	known := slices.Concat(a.revisions(), slices.Sorted(maps.Keys(a.tags())))
	if a.Revision == "" {
		known = []string{defaultTag}
	}
	if !slices.Contains(known, revision) {
		return "unknown revision \"" + revision + "\" of the mesh, " + config.Suggest(revision, known)
	}
	return ""
}

// ValidateArguments implements config.ArgumentsValidator. It loads the charts, and keeps the plan for the constructor.
func (a *ServiceMeshArgs) ValidateArguments(report *config.Report) {
	a.plan = nil
	if !a.isRenderable() {
		return // Validate reports it.
	}
	args, err := config.WithDefaults(a)
	if err == nil {
		a.plan, err = newPlan(args)
	}
	if err != nil {
		report.Add(nil, "%v", err)
	}
}

// isRenderable reports whether there are charts of the versions, and values for them.
func (a *ServiceMeshArgs) isRenderable() bool {
	for _, text := range a.Values {
		if _, err := readValues(text); err != nil {
			return false
		}
	}
	return !slices.ContainsFunc(a.controlPlanes(), func(p controlPlane) bool {
		return checkVersion(p.version, a.KubernetesVersion) != nil
	})
}

// Validate implements config.Validator.
func (r *Resources) Validate(report *config.Report) {
	for _, o := range []struct {
		key, text string
		check     func(string) (resource.Quantity, string)
	}{{"cpu", r.CPU, apirules.CPU}, {"memory", r.Memory, apirules.Memory}} {
		if _, problem := o.check(o.text); o.text != "" && problem != "" {
			report.Add([]string{o.key}, "%s", problem)
		}
	}
}

// Validate implements config.Validator.
func (g *Gateway) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, pulumi.String(g.Namespace))
	apirules.CheckAnnotations(report, []string{"annotations"}, pulumi.ToStringMap(g.Annotations))
	if g.Listeners != nil && len(g.Listeners) == 0 {
		report.Add([]string{"listeners"}, "no listeners: add one")
	}
	for name := range maps.Keys(g.Listeners) {
		apirules.ObjectName.Check(report, []string{"listeners", name}, pulumi.String(name))
	}
}

// Validate implements config.Validator.
func (l *Listener) Validate(report *config.Report) {
	switch {
	case l.Protocol == ListenerHTTP && l.Certificate != "":
		report.Add([]string{"certificate"}, "HTTP has no certificate: remove it, or use HTTPS")
	case l.Protocol != ListenerHTTP && l.Certificate == "":
		report.Add([]string{"certificate"}, "required with HTTPS: set the name of a Secret, or use HTTP")
	case l.Certificate != "":
		apirules.ObjectName.Check(report, []string{"certificate"}, pulumi.String(l.Certificate))
	}
	for _, ns := range l.Namespaces {
		apirules.Namespace.Check(report, []string{"namespaces"}, pulumi.String(ns))
	}
}

// defaultTag is the tag of namespaces without a revision.
const defaultTag = "default"

// hasCNI reports whether the mesh has the node agent.
func (a *ServiceMeshArgs) hasCNI() bool { return a.CNI == nil || *a.CNI }

// denies reports whether connections are denied by default.
func (a *ServiceMeshArgs) denies() bool {
	if a.DefaultDeny != nil {
		return *a.DefaultDeny
	}
	return a.MTLS != MTLSPermissive
}

func (a *ServiceMeshArgs) replicas() int    { return *cmp.Or(a.Replicas, new(2)) }
func (a *ServiceMeshArgs) maxReplicas() int { return *cmp.Or(a.MaxReplicas, new(5)) }

// revisions returns the names of the control planes.
func (a *ServiceMeshArgs) revisions() []string {
	out := []string{a.Revision}
	if a.Previous != nil {
		out = append(out, a.Previous.Revision)
	}
	return out
}

// tags returns the tags with their defaults.
func (a *ServiceMeshArgs) tags() map[string]string {
	if a.Revision == "" || len(a.Tags) > 0 {
		return a.Tags
	}
	return map[string]string{defaultTag: a.nodeRevision()}
}

// nodeRevision returns the control plane of the proxies of nodes: the older one, because a proxy must not be newer than
// its control plane. Source: "Supported Releases", Istio documentation.
func (a *ServiceMeshArgs) nodeRevision() string {
	if a.Previous != nil {
		return a.Previous.Revision
	}
	return a.Revision
}
