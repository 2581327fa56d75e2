package network

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
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
	Timeout string `pulumi:"timeout,optional" jsonschema:"pattern=^([0-9]{1\\,5}(h|m|s|ms)){1\\,4}$,example=10s"`
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
	// Path replaces the path of the rule: with the path type Prefix the prefix, otherwise the whole path. Default: that of
	// the request.
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

var (
	_ config.Validator = (*RouteArgs)(nil)
	_ config.Validator = (*GatewayReference)(nil)
	_ config.Validator = (*RouteRule)(nil)
	_ config.Validator = (*Backend)(nil)
	_ config.Validator = (*Redirect)(nil)
	_ config.Validator = (*Rewrite)(nil)
)

// Validate implements config.Validator.
func (a *RouteArgs) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	apirules.CheckAnnotations(report, []string{"annotations"}, a.Annotations)
	hostName.CheckList(report, []string{"hostnames"}, a.Hostnames)
	if a.Rules != nil && len(a.Rules) == 0 {
		report.Add([]string{"rules"}, "no rule: add one with a backend")
	}
	CheckRules(report, []string{"rules"}, a.Rules)
}

// CheckRules reports rules that match the same requests: only the first one would have an effect. The list is at a path
// below the validator.
func CheckRules(report *config.Report, path []string, rules []RouteRule) {
	seen := map[string]int{}
	for i, r := range rules {
		if first, duplicate := seen[r.match()]; duplicate {
			report.Add(append(slices.Clone(path), strconv.Itoa(i)),
				"matches the same requests as rule %d: use another path or other headers, or remove one of them", first)
			continue
		}
		seen[r.match()] = i
	}
}

// CheckBackends reports backends whose port their Service does not have. ports holds the ports of the Services that are
// known, by name. The list of rules is at a path below the validator.
func CheckBackends(report *config.Report, path []string, rules []RouteRule, ports map[string][]int) {
	for i, r := range rules {
		for j, b := range r.Backends {
			service, _ := b.Service.(pulumi.String)
			known, ok := ports[string(service)]
			if !ok || slices.Contains(known, b.Port) {
				continue
			}
			at := append(slices.Clone(path), strconv.Itoa(i), "backends", strconv.Itoa(j), "port")
			if len(known) == 0 {
				report.Add(at, "the Service %q has no port: remove the backend, or give the Service a port", string(service))
				continue
			}
			report.Add(at, "the Service %q has no port %d: use one of %s", string(service), b.Port, numbers(known))
		}
	}
}

func numbers(list []int) string {
	var out []string
	for _, n := range slices.Sorted(slices.Values(list)) {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ", ")
}

// ClaimPaths declares that an entry of a section receives the requests of host names and paths. A second entry that does
// is a finding. The scope describes the Gateway, in words. Host names that are outputs are skipped.
func ClaimPaths(report *config.Report, path []string, scope string, hostnames pulumi.StringArrayInput, rules []RouteRule) {
	known, _ := hostnames.(pulumi.StringArray)
	for _, host := range known {
		name, ok := host.(pulumi.String)
		for _, r := range rules {
			if ok {
				report.Claim(path, config.Claim{Kind: "route", Scope: scope, Name: string(name) + r.match()})
			}
		}
	}
}

// match describes the requests that match the rule.
func (r *RouteRule) match() string {
	text := cmp.Or(r.Path, "/")
	if r.PathType == PathExact {
		text = "=" + text
	}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		text += fmt.Sprintf(" %s=%s", strings.ToLower(name), r.Headers[name])
	}
	return text
}

// Validate implements config.Validator.
func (g *GatewayReference) Validate(report *config.Report) {
	apirules.ObjectName.Check(report, []string{"name"}, g.Name)
	if isSet(g.Namespace) {
		apirules.Namespace.Check(report, []string{"namespace"}, g.Namespace)
	}
	if g.Listener != "" {
		apirules.ObjectName.Check(report, []string{"listener"}, pulumi.String(g.Listener))
	}
}

// Validate implements config.Validator.
func (r *RouteRule) Validate(report *config.Report) {
	checkPath(report, "path", r.Path)
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		if len(validation.IsHTTPHeaderName(name)) > 0 || r.Headers[name] == "" {
			report.Add([]string{"headers", name}, "use the name of a header, and a value that is not empty")
		}
	}
	switch {
	case r.Redirect == nil && len(r.Backends) == 0:
		report.Add([]string{"backends"}, "nothing to do with the requests: add a backend, or set redirect")
	case r.Redirect != nil && (len(r.Backends) > 0 || r.Rewrite != nil):
		report.Add([]string{"redirect"}, "mutually exclusive with backends and rewrite: use two rules")
	}
	if len(r.Backends) > 0 && !slices.ContainsFunc(r.Backends, func(b Backend) bool { return b.Weight == nil || *b.Weight > 0 }) {
		report.Add([]string{"backends"}, "all weights are 0, so that no Service receives requests: use a weight of 1 or more")
	}
}

// Validate implements config.Validator.
func (b *Backend) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"service"}, b.Service)
}

// Validate implements config.Validator.
func (r *Redirect) Validate(report *config.Report) {
	if !r.HTTPS && r.Hostname == "" && r.Path == "" && r.Port == 0 {
		report.Add(nil, "redirects to the same URL: set https, hostname, path or port")
	}
	checkTarget(report, r.Hostname, r.Path)
}

// Validate implements config.Validator.
func (r *Rewrite) Validate(report *config.Report) {
	if r.Hostname == "" && r.Path == "" {
		report.Add(nil, "changes nothing: set hostname or path")
	}
	checkTarget(report, r.Hostname, r.Path)
}

// checkTarget reports the URL of a redirect or rewrite.
func checkTarget(report *config.Report, hostname, path string) {
	if hostname != "" && (strings.HasPrefix(hostname, "*") || !hostName.Allows(hostname)) {
		report.Add([]string{"hostname"}, "found the string %q, expected a host name such as shop.example.com", hostname)
	}
	checkPath(report, "path", path)
}

// NewRoute creates an HTTPRoute.
func NewRoute(ctx *pulumi.Context, name string, args *RouteArgs, opts ...pulumi.ResourceOption) (*Route, error) {
	r := &Route{}
	args, err := component.Register(ctx, RouteToken, name, r, args, opts...)
	if err != nil {
		return nil, err
	}
	rules := pulumi.Array{}
	for _, rule := range args.Rules {
		rules = append(rules, rule.render())
	}
	spec := pulumi.Map{"parentRefs": pulumi.Array{args.Gateway.render()}, "rules": rules}
	if known, ok := args.Hostnames.(pulumi.StringArray); args.Hostnames != nil && (!ok || len(known) > 0) {
		spec["hostnames"] = hostName.ResolvedList("hostnames", args.Hostnames)
	}
	metadata := objectmeta.New(args.Namespace, pulumi.String(args.Name), args.Labels, existing.Annotations(args.Annotations, args.Adopt))
	resource, err := newGatewayResource(ctx, "HTTPRoute", name, metadata, spec, r.Main(existing.CustomResource(r, args.Adopt)))
	if err != nil {
		return nil, err
	}
	r.AddChildren(resource)
	r.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, r)
}

func (g *GatewayReference) render() pulumi.Map {
	out := pulumi.Map{"name": apirules.ObjectName.Resolved("gateway.name", g.Name)}
	if isSet(g.Namespace) {
		out["namespace"] = apirules.Namespace.Resolved("gateway.namespace", g.Namespace)
	}
	if g.Listener != "" {
		out["sectionName"] = pulumi.String(g.Listener)
	}
	return out
}

func (r *RouteRule) render() pulumi.Map {
	types := map[PathType]string{PathPrefix: "PathPrefix", PathExact: "Exact"}
	match := pulumi.Map{"path": pulumi.Map{"type": pulumi.String(types[r.PathType]), "value": pulumi.String(r.Path)}}
	var headers pulumi.Array
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		headers = append(headers, pulumi.Map{"name": pulumi.String(name), "value": pulumi.String(r.Headers[name])})
	}
	if len(headers) > 0 {
		match["headers"] = headers
	}
	out := pulumi.Map{"matches": pulumi.Array{match}}
	switch {
	case r.Redirect != nil:
		out["filters"] = pulumi.Array{pulumi.Map{
			"type": pulumi.String("RequestRedirect"), "requestRedirect": r.Redirect.render(r.PathType),
		}}
	case r.Rewrite != nil:
		rewrite := pulumi.Map{}
		setTarget(rewrite, r.Rewrite.Hostname, r.Rewrite.Path, r.PathType)
		out["filters"] = pulumi.Array{pulumi.Map{"type": pulumi.String("URLRewrite"), "urlRewrite": rewrite}}
	}
	var backends pulumi.Array
	for _, b := range r.Backends {
		backends = append(backends, pulumi.Map{
			"name": apirules.Namespace.Resolved("service", b.Service), "port": pulumi.Int(b.Port), "weight": pulumi.Int(*b.Weight),
		})
	}
	if len(backends) > 0 {
		out["backendRefs"] = backends
	}
	if r.Timeout != "" {
		out["timeouts"] = pulumi.Map{"request": pulumi.String(r.Timeout)}
	}
	return out
}

func (r *Redirect) render(typ PathType) pulumi.Map {
	out := pulumi.Map{"statusCode": pulumi.Int(*r.StatusCode)}
	if r.HTTPS {
		out["scheme"] = pulumi.String("https")
	}
	if r.Port != 0 {
		out["port"] = pulumi.Int(r.Port)
	}
	setTarget(out, r.Hostname, r.Path, typ)
	return out
}

// setTarget sets the host name and path of a filter.
func setTarget(filter pulumi.Map, hostname, path string, typ PathType) {
	if hostname != "" {
		filter["hostname"] = pulumi.String(hostname)
	}
	switch {
	case path == "":
	case typ == PathPrefix:
		filter["path"] = pulumi.Map{"type": pulumi.String("ReplacePrefixMatch"), "replacePrefixMatch": pulumi.String(path)}
	default:
		filter["path"] = pulumi.Map{"type": pulumi.String("ReplaceFullPath"), "replaceFullPath": pulumi.String(path)}
	}
}
