package mesh

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// AuthorizationToken is the type of the component [Authorization].
const AuthorizationToken = "ashlar-kubernetes:mesh:Authorization"

// Authorization is an authorization policy of the mesh that denies all connections to pods, except from allowed peers. It
// has the arguments of a network.Isolation, so that one list of peers restricts both the network and the identities.
type Authorization struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the authorization policy in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
}

// AuthorizationArgs are the arguments of an [Authorization]. Those of plain Go types are validated before the deployment.
type AuthorizationArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the authorization policy.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the authorization policy in the cluster. Default: the name of the component. A change replaces
	// the authorization policy.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Selector holds the labels of the pods, at least one. Required. A change updates the authorization policy.
	Selector map[string]string `pulumi:"selector" jsonschema:"required"`
	// Port is the port of the pods that peers of allowFrom can connect to. Default: none. A change updates the
	// authorization policy.
	Port int `pulumi:"port,optional" jsonschema:"minimum=0,maximum=65535"`
	// AllowFrom lists the peers that can connect to the pods. The identity of a pod is its service account: a peer with
	// pods needs the label app.kubernetes.io/name of an application, whose service account has the same name, or the label
	// gateway.networking.k8s.io/gateway-name of a gateway. Default: none. A change updates the authorization policy.
	AllowFrom []network.Peer `pulumi:"allowFrom,optional"`
	// TrustDomain is the trust domain of the mesh. A change updates the authorization policy.
	TrustDomain string `pulumi:"trustDomain,optional" jsonschema:"pattern=^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$,default=cluster.local"`
	// Labels are added to the authorization policy. Default: none. A change updates the authorization policy.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

var _ config.Validator = (*AuthorizationArgs)(nil)

// Validate implements config.Validator.
func (a *AuthorizationArgs) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	apirules.CheckSelector(report, []string{"selector"}, a.Selector)
	if a.Selector != nil && len(a.Selector) == 0 {
		report.Add([]string{"selector"}, "empty selector: set a label of the pods")
	}
	network.CheckPorts(report, []string{"allowFrom"}, a.AllowFrom, a.Port)
	for i, p := range a.AllowFrom {
		if len(p.Pods) > 0 && serviceAccount(p.Pods) == "" {
			report.Add([]string{"allowFrom", strconv.Itoa(i), "pods"},
				"labels are not part of an identity: use %s alone, whose value is the service account of an application, "+
					"or a peer with a namespace only", applicationLabel)
		}
	}
}

// NewAuthorization creates an authorization policy.
func NewAuthorization(
	ctx *pulumi.Context, name string, args *AuthorizationArgs, opts ...pulumi.ResourceOption,
) (*Authorization, error) {
	a := &Authorization{}
	args, err := component.Register(ctx, AuthorizationToken, name, a, args, opts...)
	if err != nil {
		return nil, err
	}
	resource, err := apiextensions.NewCustomResource(ctx, name, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String("security.istio.io/v1"),
		Kind:       pulumi.String("AuthorizationPolicy"),
		Metadata: objectmeta.New(args.Namespace, pulumi.String(args.Name), args.Labels,
			existing.Annotations(nil, args.Adopt)),
		OtherFields: kubernetes.UntypedArgs{"spec": args.spec()},
	}, a.Main(existing.Options(a, args.Adopt)))
	if err != nil {
		return nil, err
	}
	a.AddChildren(resource)
	a.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, a)
}

// spec returns the specification of the policy. One without rules denies everything.
func (a *AuthorizationArgs) spec() pulumi.Map {
	out := pulumi.Map{
		"action":   pulumi.String("ALLOW"),
		"selector": pulumi.Map{"matchLabels": pulumi.ToStringMap(a.Selector)},
	}
	var rules pulumi.Array
	for _, p := range a.AllowFrom {
		open := p.Ports
		if len(open) == 0 {
			open = []int{a.Port}
		}
		rules = append(rules, rule(a.source(p), open))
	}
	if len(rules) > 0 {
		out["rules"] = rules
	}
	return out
}

// source returns the source of a peer. Source: "Authorization Policy", Istio documentation.
func (a *AuthorizationArgs) source(p network.Peer) pulumi.Map {
	if p.CIDR != nil {
		return pulumi.Map{"ipBlocks": pulumi.Array{p.CIDR}}
	}
	namespace := p.Namespace
	if namespace == nil {
		namespace = a.Namespace
	}
	if len(p.Pods) == 0 {
		return pulumi.Map{"namespaces": pulumi.Array{namespace}}
	}
	return pulumi.Map{"principals": pulumi.Array{
		pulumi.Sprintf("%s/ns/%s/sa/%s", a.TrustDomain, namespace, serviceAccount(p.Pods)),
	}}
}

// rule returns a rule that allows a source, or all sources, to connect to ports.
func rule(source pulumi.Map, ports []int) pulumi.Map {
	var open pulumi.StringArray
	for _, port := range ports {
		open = append(open, pulumi.String(strconv.Itoa(port)))
	}
	out := pulumi.Map{"to": pulumi.Array{pulumi.Map{"operation": pulumi.Map{"ports": open}}}}
	if source != nil {
		out["from"] = pulumi.Array{pulumi.Map{"source": source}}
	}
	return out
}

const (
	applicationLabel = "app.kubernetes.io/name"
	instanceLabel    = "app.kubernetes.io/instance"
	gatewayLabel     = "gateway.networking.k8s.io/gateway-name"
)

// serviceAccount returns the service account of the pods with labels, or "". Istio creates that of a gateway. Source:
// "Kubernetes Gateway API", Istio documentation.
func serviceAccount(labels map[string]string) string {
	others := maps.Clone(labels)
	delete(others, instanceLabel)
	keys := slices.Collect(maps.Keys(others))
	switch {
	case slices.Equal(keys, []string{applicationLabel}):
		return others[applicationLabel]
	case slices.Equal(keys, []string{gatewayLabel}):
		return others[gatewayLabel] + "-" + gatewayClass
	}
	return ""
}

// gatewayClass is the class of gateways that Istio deploys.
const gatewayClass = "istio"
