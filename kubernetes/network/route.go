package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
)

// RouteToken is the type of the component [Route].
const RouteToken = "ashlar-kubernetes:network:Route"

// Route is an HTTPRoute of the Gateway API, which sends requests of a Gateway to Services. It requires the
// CustomResourceDefinitions of the Gateway API.
type Route struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the HTTPRoute in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
}

// RouteArgs are the arguments of a [Route]. Those of plain Go types are validated before the deployment.
type RouteArgs struct {
	// Namespace is the name of the namespace, which is that of the Services as well. Required. A change replaces the
	// HTTPRoute.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the HTTPRoute in the cluster. Default: the name of the component. A change replaces the
	// HTTPRoute.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Gateway is the Gateway that receives the requests. Required. A change updates the HTTPRoute.
	Gateway *GatewayReference `pulumi:"gateway" jsonschema:"required"`
	// Hostnames lists the host names of requests, such as shop.example.com or *.example.com. Default: those of the
	// listener. A change updates the HTTPRoute.
	Hostnames pulumi.StringArrayInput `pulumi:"hostnames,optional" config:"plain"`
	// Rules lists what is done with requests, at least one. The most specific rule that matches a request wins. Required.
	// A change updates the HTTPRoute.
	Rules []RouteRule `pulumi:"rules" jsonschema:"required"`
	// Annotations are added to the HTTPRoute. Default: none. A change updates the HTTPRoute.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
	// Labels are added to the HTTPRoute. Default: none. A change updates the HTTPRoute.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

// GatewayReference is a Gateway in the cluster.
type GatewayReference struct {
	// Name is the name of the Gateway. Required.
	Name pulumi.StringInput `pulumi:"name" jsonschema:"required,minLength=1" config:"plain"`
	// Namespace is the name of its namespace. Default: the namespace of the HTTPRoute.
	Namespace pulumi.StringInput `pulumi:"namespace,optional" config:"plain"`
	// Listener is the name of one of its listeners. Default: all that accept the HTTPRoute.
	Listener string `pulumi:"listener,optional"`
}

// PathType says how a path is compared with that of a request.
type PathType string

// The types of paths. Source: "HTTPRoute", Gateway API documentation; "Ingress", Kubernetes documentation.
const (
	// PathPrefix matches a path and all paths below it.
	PathPrefix PathType = "Prefix"
	// PathExact matches one path.
	PathExact PathType = "Exact"
)

// RouteRule is what is done with requests that match: they go to backends, or are redirected.
type RouteRule struct {
	// Path is the path of requests.
	Path string `pulumi:"path,optional" jsonschema:"default=/"`
	// PathType is Prefix, which matches the path and all paths below it, or Exact.
	PathType PathType `pulumi:"pathType,optional" jsonschema:"enum=Prefix,enum=Exact,default=Prefix"`
	// Headers holds the values of headers that requests must have. Default: none.
	Headers map[string]string `pulumi:"headers,optional"`
	// Backends lists the Services that receive the requests, at least one unless the rule redirects.
	Backends []Backend `pulumi:"backends,optional"`
	// Redirect answers requests with a redirect. Mutually exclusive with backends and rewrite. Default: none.
	Redirect *Redirect `pulumi:"redirect,optional"`
	// Rewrite changes the URL of requests before a backend receives them. Default: none.
	Rewrite *Rewrite `pulumi:"rewrite,optional"`
	// Timeout limits the time of a request, such as 10s. Default: that of the controller.
	Timeout string `pulumi:"timeout,optional" jsonschema:"example=10s"`
}

// Backend is a Service that receives requests.
type Backend struct {
	// Service is the name of the Service, in the namespace of the HTTPRoute. Required.
	Service pulumi.StringInput `pulumi:"service" jsonschema:"required,minLength=1" config:"plain"`
	// Port is the port of the Service. Required.
	Port int `pulumi:"port" jsonschema:"required,minimum=1,maximum=65535"`
	// Weight is the proportion of requests that the Service receives, relative to the sum of all weights of the rule.
	Weight *int `pulumi:"weight,optional" jsonschema:"default=1,minimum=0,maximum=1000000"`
}

// Redirect is the URL of a redirect. What is unset is that of the request.
type Redirect struct {
	// HTTPS redirects to https. Default: false.
	HTTPS bool `pulumi:"https,optional"`
	// Hostname is the host name of the URL. Default: that of the request.
	Hostname string `pulumi:"hostname,optional"`
	// Path is the path of the URL. Default: that of the request.
	Path string `pulumi:"path,optional"`
	// Port is the port of the URL. Default: that of the scheme, or of the listener.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// StatusCode is the HTTP status code: 301, 302, 303, 307 or 308.
	StatusCode *int `pulumi:"statusCode,optional" jsonschema:"enum=301,enum=302,enum=303,enum=307,enum=308,default=301"`
}

// Rewrite changes the URL of requests. What is unset stays.
type Rewrite struct {
	// Hostname replaces the host name. Default: that of the request.
	Hostname string `pulumi:"hostname,optional"`
	// Path replaces the path of the rule: with the path type Prefix the prefix, otherwise the whole path. Default: that of
	// the request.
	Path string `pulumi:"path,optional"`
}
