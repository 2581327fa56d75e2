package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
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
