package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
)

// IngressToken is the type of the component [Ingress].
const IngressToken = "ashlar-kubernetes:network:Ingress"

// Ingress sends requests of an ingress controller to Services. The Ingress API gets no more features: prefer a [Route]
// where the cluster has the Gateway API. Source: "Ingress", Kubernetes documentation.
type Ingress struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the Ingress in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
}

// IngressArgs are the arguments of an [Ingress]. Those of plain Go types are validated before the deployment.
type IngressArgs struct {
	// Namespace is the name of the namespace, which is that of the Services and Secrets as well. Required. A change
	// replaces the Ingress.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the Ingress in the cluster. Default: the name of the component. A change replaces the Ingress.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Class is the name of the IngressClass. Required. A change updates the Ingress.
	Class pulumi.StringInput `pulumi:"class" jsonschema:"required,minLength=1"`
	// Hosts holds the paths and the certificate of each host name, such as shop.example.com or *.example.com, at least
	// one. Required. A change updates the Ingress.
	Hosts map[string]IngressHost `pulumi:"hosts" jsonschema:"required"`
	// SkipAwait completes the deployment before the Ingress has an address. Default: false.
	SkipAwait bool `pulumi:"skipAwait,optional"`
	// Annotations are added to the Ingress, such as those that configure the controller. Default: none. A change updates
	// the Ingress.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
	// Labels are added to the Ingress. Default: none. A change updates the Ingress.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

// IngressHost is what an [Ingress] does with the requests of a host name.
type IngressHost struct {
	// Certificate is the name of the Secret with the TLS certificate. Required, unless allowHTTP is set.
	Certificate pulumi.StringInput `pulumi:"certificate,optional" config:"plain"`
	// AllowHTTP accepts a host name without a certificate, whose requests are not encrypted. Default: false.
	AllowHTTP bool `pulumi:"allowHTTP,optional"`
	// Paths lists the paths, at least one. Required.
	Paths []IngressPath `pulumi:"paths" jsonschema:"required"`
}

// IngressPath is a path whose requests go to a Service.
type IngressPath struct {
	// Path is the path of requests.
	Path string `pulumi:"path,optional" jsonschema:"default=/"`
	// PathType is Prefix, which matches the path and all paths below it, or Exact.
	PathType PathType `pulumi:"pathType,optional" jsonschema:"enum=Prefix,enum=Exact,default=Prefix"`
	// Service is the name of the Service. Required.
	Service pulumi.StringInput `pulumi:"service" jsonschema:"required,minLength=1" config:"plain"`
	// Port is the port of the Service. Required.
	Port int `pulumi:"port" jsonschema:"required,minimum=1,maximum=65535"`
}
