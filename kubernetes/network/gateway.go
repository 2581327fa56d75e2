package network

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// GatewayToken is the type of the component [Gateway].
const GatewayToken = "ashlar-kubernetes:network:Gateway"

// Gateway is a Gateway of the Gateway API: a load balancer that terminates TLS and accepts routes. It requires the
// CustomResourceDefinitions of the Gateway API, and a controller for its class.
type Gateway struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the Gateway in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
}

// GatewayArgs are the arguments of a [Gateway]. Those of plain Go types are validated before the deployment.
type GatewayArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the Gateway.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the Gateway in the cluster. Default: the name of the component. A change replaces the Gateway.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Class is the name of the GatewayClass, such as istio. Required. A change updates the Gateway.
	Class pulumi.StringInput `pulumi:"class" jsonschema:"required,minLength=1"`
	// Listeners holds the ports of the Gateway by name, at least one. Required. A change updates the Gateway.
	Listeners map[string]Listener `pulumi:"listeners" jsonschema:"required"`
	// Platform is the platform of the cluster, whose annotations the load balancer of the Gateway gets: eks, aks, gke or
	// none. Default: unknown, without annotations. A change updates the Gateway.
	Platform Platform `pulumi:"platform,optional" jsonschema:"enum=eks,enum=aks,enum=gke,enum=none"`
	// Exposure is where the load balancer is accessible from: internal (the network of the cluster) or public (the
	// internet). It requires the platform. Default: with a platform, internal. A change updates the Gateway, and the
	// cloud may replace its load balancer.
	Exposure Exposure `pulumi:"exposure,optional" jsonschema:"enum=internal,enum=public"`
	// InfrastructureAnnotations are added to the objects that the controller creates for the Gateway, such as the Service
	// of its load balancer. Default: those of platform and exposure. A change updates the Gateway.
	InfrastructureAnnotations pulumi.StringMapInput `pulumi:"infrastructureAnnotations,optional" config:"plain"`
	// Annotations are added to the Gateway, such as the issuer of cert-manager. Default: none. A change updates the
	// Gateway.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
	// Labels are added to the Gateway. Default: none. A change updates the Gateway.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

// ListenerProtocol is the protocol of a [Listener].
type ListenerProtocol string

// The protocols of listeners.
const (
	// ListenerHTTPS terminates TLS with a certificate, and accepts HTTP routes.
	ListenerHTTPS ListenerProtocol = "HTTPS"
	// ListenerHTTP accepts HTTP routes without TLS.
	ListenerHTTP ListenerProtocol = "HTTP"
)

// Listener is a port of a [Gateway].
type Listener struct {
	// Protocol is HTTPS, or HTTP for connections without TLS.
	Protocol ListenerProtocol `pulumi:"protocol,optional" jsonschema:"enum=HTTPS,enum=HTTP,default=HTTPS"`
	// Port is the port. Default: 443 for HTTPS, 80 for HTTP.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// Hostname is the host name of requests, such as shop.example.com or *.example.com. Default: all host names.
	Hostname pulumi.StringInput `pulumi:"hostname,optional" config:"plain"`
	// Certificates lists the Secrets with TLS certificates, at least one. Required for HTTPS.
	Certificates []Certificate `pulumi:"certificates,optional"`
	// AllowedNamespaces holds the labels of namespaces whose routes can use the listener. Default: only routes of the
	// namespace of the Gateway, unless allNamespaces is set.
	AllowedNamespaces map[string]string `pulumi:"allowedNamespaces,optional"`
	// AllNamespaces allows routes of all namespaces. Default: false.
	AllNamespaces bool `pulumi:"allNamespaces,optional"`
}

// Certificate is a Secret with a TLS certificate and its key.
type Certificate struct {
	// Secret is the name of the Secret. Required.
	Secret pulumi.StringInput `pulumi:"secret" jsonschema:"required,minLength=1" config:"plain"`
	// Namespace is the name of its namespace, in which a ReferenceGrant must allow the Gateway to use it. Default: the
	// namespace of the Gateway.
	Namespace pulumi.StringInput `pulumi:"namespace,optional" config:"plain"`
}

var (
	_ config.Validator = (*GatewayArgs)(nil)
	_ config.Validator = (*Listener)(nil)
	_ config.Validator = (*Certificate)(nil)
)

// Validate implements config.Validator.
func (a *GatewayArgs) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.ObjectName.Check(report, []string{"class"}, a.Class)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	apirules.CheckAnnotations(report, []string{"annotations"}, a.Annotations)
	apirules.CheckAnnotations(report, []string{"infrastructureAnnotations"}, a.InfrastructureAnnotations)
	checkLoadBalancer(report, a.Platform, a.Exposure, "infrastructureAnnotations", a.InfrastructureAnnotations)
	if a.Listeners != nil && len(a.Listeners) == 0 {
		report.Add([]string{"listeners"}, "no listener: add one, such as https with a certificate")
	}
	a.checkListeners(report)
}

// checkListeners reports listeners that conflict: of those with the same port and host name, the controller accepts none.
func (a *GatewayArgs) checkListeners(report *config.Report) {
	taken, protocols := map[string]string{}, map[int]string{}
	for _, name := range slices.Sorted(maps.Keys(a.Listeners)) {
		at, l := []string{"listeners", name}, a.Listeners[name]
		if len(validation.IsDNS1123Subdomain(name)) > 0 {
			report.Add(at, "found the name %q: use lower case letters, digits, dashes and dots, with a letter or digit at both ends", name)
		}
		host, known := l.Hostname.(pulumi.String)
		if l.Hostname != nil && !known {
			continue
		}
		port, protocol := l.port(), cmp.Or(l.Protocol, ListenerHTTPS)
		key := fmt.Sprintf("%d %s", port, host)
		other, duplicate := taken[key]
		switch first := protocols[port]; {
		case duplicate:
			report.Add(at, "duplicate port and host name, same as listener %q: use another host name or port", other)
		case first != "" && cmp.Or(a.Listeners[first].Protocol, ListenerHTTPS) != protocol:
			report.Add(append(at, "port"), "port %d has the protocol of listener %q: use another port", port, first)
		case first == "":
			protocols[port] = name
		}
		taken[key] = name
	}
}

// Validate implements config.Validator.
func (l *Listener) Validate(report *config.Report) {
	if isSet(l.Hostname) {
		hostName.Check(report, []string{"hostname"}, l.Hostname)
	}
	switch https := cmp.Or(l.Protocol, ListenerHTTPS) == ListenerHTTPS; {
	case https && len(l.Certificates) == 0:
		report.Add([]string{"certificates"}, "HTTPS without a certificate: add the Secret with the certificate, or use the protocol HTTP")
	case !https && len(l.Certificates) > 0:
		report.Add([]string{"certificates"}, "HTTP has no certificates: remove them, or use the protocol HTTPS")
	}
	if l.AllNamespaces && len(l.AllowedNamespaces) > 0 {
		report.Add([]string{"allowedNamespaces"}, "mutually exclusive with allNamespaces: set one of them")
	}
	apirules.CheckSelector(report, []string{"allowedNamespaces"}, l.AllowedNamespaces)
}

// Validate implements config.Validator.
func (c *Certificate) Validate(report *config.Report) {
	apirules.ObjectName.Check(report, []string{"secret"}, c.Secret)
	if isSet(c.Namespace) {
		apirules.Namespace.Check(report, []string{"namespace"}, c.Namespace)
	}
}

func (l *Listener) port() int {
	switch {
	case l.Port != 0:
		return l.Port
	case l.Protocol == ListenerHTTP:
		return 80
	}
	return 443
}

// NewGateway creates a Gateway.
func NewGateway(ctx *pulumi.Context, name string, args *GatewayArgs, opts ...pulumi.ResourceOption) (*Gateway, error) {
	g := &Gateway{}
	args, err := component.Register(ctx, GatewayToken, name, g, args, opts...)
	if err != nil {
		return nil, err
	}
	listeners := pulumi.Array{}
	for _, name := range slices.Sorted(maps.Keys(args.Listeners)) {
		l := args.Listeners[name]
		listeners = append(listeners, l.render(name))
	}
	spec := pulumi.Map{
		"gatewayClassName": apirules.ObjectName.Resolved("class", args.Class),
		"listeners":        listeners,
	}
	own, given := loadBalancer(args.Platform, args.Exposure), args.InfrastructureAnnotations
	if known, ok := given.(pulumi.StringMap); len(own) > 0 || given != nil && (!ok || len(known) > 0) {
		annotations := objectmeta.Merge(pulumi.ToStringMap(own), given)
		spec["infrastructure"] = pulumi.Map{"annotations": apirules.Annotations(annotations)}
	}
	metadata := objectmeta.New(args.Namespace, pulumi.String(args.Name), args.Labels, existing.Annotations(args.Annotations, args.Adopt))
	resource, err := newGatewayResource(ctx, "Gateway", name, metadata, spec, g.Main(existing.CustomResource(g, args.Adopt)))
	if err != nil {
		return nil, err
	}
	g.AddChildren(resource)
	g.Name, g.Namespace = resource.Metadata.Name().Elem(), resource.Metadata.Namespace().Elem()
	return component.Finish(ctx, g)
}

func (l *Listener) render(name string) pulumi.Map {
	namespaces := pulumi.Map{"from": pulumi.String("Same")}
	switch {
	case l.AllNamespaces:
		namespaces = pulumi.Map{"from": pulumi.String("All")}
	case len(l.AllowedNamespaces) > 0:
		namespaces = pulumi.Map{
			"from":     pulumi.String("Selector"),
			"selector": pulumi.Map{"matchLabels": pulumi.ToStringMap(l.AllowedNamespaces)},
		}
	}
	out := pulumi.Map{
		"name": pulumi.String(name), "port": pulumi.Int(l.port()), "protocol": pulumi.String(l.Protocol),
		"allowedRoutes": pulumi.Map{"namespaces": namespaces},
	}
	if isSet(l.Hostname) {
		out["hostname"] = hostName.Resolved("hostname", l.Hostname)
	}
	if len(l.Certificates) > 0 {
		var refs pulumi.Array
		for _, c := range l.Certificates {
			ref := pulumi.Map{"name": apirules.ObjectName.Resolved("secret", c.Secret)}
			if isSet(c.Namespace) {
				ref["namespace"] = apirules.Namespace.Resolved("namespace", c.Namespace)
			}
			refs = append(refs, ref)
		}
		out["tls"] = pulumi.Map{"mode": pulumi.String("Terminate"), "certificateRefs": refs}
	}
	return out
}
