package network

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
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

var (
	_ config.Validator = (*IngressArgs)(nil)
	_ config.Validator = (*IngressHost)(nil)
	_ config.Validator = (*IngressPath)(nil)
)

// Validate implements config.Validator.
func (a *IngressArgs) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.ObjectName.Check(report, []string{"class"}, a.Class)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	apirules.CheckAnnotations(report, []string{"annotations"}, a.Annotations)
	if a.Hosts != nil && len(a.Hosts) == 0 {
		report.Add([]string{"hosts"}, "no host name: add one with a path")
	}
	for _, host := range slices.Sorted(maps.Keys(a.Hosts)) {
		hostName.Check(report, []string{"hosts", host}, pulumi.String(host))
	}
}

// Validate implements config.Validator.
func (h *IngressHost) Validate(report *config.Report) {
	switch {
	case !isSet(h.Certificate) && !h.AllowHTTP:
		report.Add([]string{"certificate"}, "no certificate: set the name of its Secret, or allowHTTP for requests without TLS")
	case isSet(h.Certificate) && h.AllowHTTP:
		report.Add([]string{"allowHTTP"}, "mutually exclusive with certificate: set one of them")
	case isSet(h.Certificate):
		apirules.ObjectName.Check(report, []string{"certificate"}, h.Certificate)
	}
	if h.Paths != nil && len(h.Paths) == 0 {
		report.Add([]string{"paths"}, "no path: add one with a Service")
	}
	type path struct {
		text string
		typ  PathType
	}
	seen := map[path]int{}
	for i, p := range h.Paths {
		key := path{cmp.Or(p.Path, "/"), cmp.Or(p.PathType, PathPrefix)}
		if first, duplicate := seen[key]; duplicate {
			report.Add([]string{"paths", strconv.Itoa(i)}, "same path as paths[%d]: use another path, or remove one of them", first)
			continue
		}
		seen[key] = i
	}
}

// Validate implements config.Validator.
func (p *IngressPath) Validate(report *config.Report) {
	checkPath(report, "path", p.Path)
	apirules.Namespace.Check(report, []string{"service"}, p.Service)
}

// NewIngress creates an Ingress.
func NewIngress(ctx *pulumi.Context, name string, args *IngressArgs, opts ...pulumi.ResourceOption) (*Ingress, error) {
	i := &Ingress{}
	args, err := component.Register(ctx, IngressToken, name, i, args, opts...)
	if err != nil {
		return nil, err
	}
	annotations := existing.Annotations(args.Annotations, args.Adopt)
	if args.SkipAwait {
		annotations = objectmeta.Merge(annotations, skipAwait())
	}
	var rules networkingv1.IngressRuleArray
	var tls networkingv1.IngressTLSArray
	for _, host := range slices.Sorted(maps.Keys(args.Hosts)) {
		h := args.Hosts[host]
		rules = append(rules, h.rule(host))
		if isSet(h.Certificate) {
			tls = append(tls, &networkingv1.IngressTLSArgs{
				Hosts:      pulumi.ToStringArray([]string{host}),
				SecretName: apirules.ObjectName.Resolved("certificate", h.Certificate).ToStringOutput(),
			})
		}
	}
	resource, err := networkingv1.NewIngress(ctx, name, &networkingv1.IngressArgs{
		Metadata: objectmeta.New(args.Namespace, pulumi.String(args.Name), args.Labels, annotations),
		Spec: &networkingv1.IngressSpecArgs{
			IngressClassName: apirules.ObjectName.Resolved("class", args.Class).ToStringOutput(),
			Rules:            rules,
			Tls:              tls,
		},
	}, i.Main(existing.Options(i, args.Adopt)))
	if err != nil {
		return nil, err
	}
	i.AddChildren(resource)
	i.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, i)
}

func (h *IngressHost) rule(host string) *networkingv1.IngressRuleArgs {
	var paths networkingv1.HTTPIngressPathArray
	for _, p := range h.Paths {
		paths = append(paths, &networkingv1.HTTPIngressPathArgs{
			Path: pulumi.String(p.Path), PathType: pulumi.String(p.PathType),
			Backend: &networkingv1.IngressBackendArgs{Service: &networkingv1.IngressServiceBackendArgs{
				Name: apirules.Namespace.Resolved("service", p.Service).ToStringOutput(),
				Port: &networkingv1.ServiceBackendPortArgs{Number: pulumi.Int(p.Port)},
			}},
		})
	}
	return &networkingv1.IngressRuleArgs{Host: pulumi.String(host), Http: &networkingv1.HTTPIngressRuleValueArgs{Paths: paths}}
}
