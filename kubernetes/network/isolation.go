package network

import (
	"net/netip"
	"slices"
	"strconv"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/metadata"
)

// IsolationToken is the type of the component [Isolation].
const IsolationToken = "ashlar-kubernetes:network:Isolation"

// Isolation is a network policy that denies pods all traffic but what is named,
// and the DNS of the cluster. It takes a network plugin that enforces policies.
type Isolation struct {
	pulumi.ResourceState
	component.Base

	// Name is the policy's name in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
}

// IsolationArgs describes an [Isolation].
type IsolationArgs struct {
	// Namespace is the name of the namespace. Required. Changing it replaces the policy.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the policy's name in the cluster. Default: the name of the component. Changing it replaces the policy.
	Name string `pulumi:"name" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Selector holds the labels of the pods to isolate. Required. Changing it updates the policy.
	Selector map[string]string `pulumi:"selector" jsonschema:"required"`
	// Port is the port of the pods that AllowFrom opens. Zero opens none.
	Port int `pulumi:"port" jsonschema:"minimum=0,maximum=65535"`
	// Connections are the settings that an application passes on.
	Connections
	// Labels are added to the policy. Changing them updates it.
	Labels map[string]string `pulumi:"labels"`
}

// Connections declares who may talk to pods, and to whom they may talk. Changing it updates the policy.
type Connections struct {
	// AllowFrom lists the peers that may connect to the pods. Default: none.
	AllowFrom []Peer `pulumi:"allowFrom"`
	// AllowTo lists the peers that the pods may connect to, besides the DNS of the cluster. Default: none.
	AllowTo []Peer `pulumi:"allowTo"`
}

// Peer is one end of a connection: pods, or a range of addresses.
type Peer struct {
	// Namespace is the name of the namespace of the pods. Default, when Pods is given: the policy's own namespace.
	Namespace string `pulumi:"namespace"`
	// Pods holds the labels of the pods. Default, when Namespace is given: all pods of it.
	Pods map[string]string `pulumi:"pods"`
	// CIDR is a range of addresses, such as 10.0.0.0/8. It excludes Namespace and Pods.
	CIDR string `pulumi:"cidr"`
	// Ports lists the TCP ports of the connection. Default: the port of the pods for AllowFrom, every port for
	// AllowTo.
	Ports []int `pulumi:"ports"`
}

var (
	_ config.Validator = (*Peer)(nil)
	_ config.Validator = (*IsolationArgs)(nil)
)

// Validate implements config.Validator.
func (a *IsolationArgs) Validate(report *config.Report) { a.ValidatePorts(report, nil, a.Port) }

// ValidatePorts reports peers that would be let in to no port at all: port is that of the pods, or zero, and at is the path
// of the connections.
func (c *Connections) ValidatePorts(report *config.Report, at []string, port int) {
	for i, p := range c.AllowFrom {
		if port == 0 && len(p.Ports) == 0 {
			report.Add(slices.Concat(at, []string{"allowFrom", strconv.Itoa(i)}),
				"the pods have no port to let the peer in to: set port, or the ports of the peer")
		}
	}
}

// Validate implements config.Validator.
func (p *Peer) Validate(report *config.Report) {
	pods := p.Namespace != "" || len(p.Pods) > 0
	switch {
	case p.CIDR == "" && !pods:
		report.Add(nil, "empty peer: name a namespace, pods or a cidr")
	case p.CIDR != "" && pods:
		report.Add([]string{"cidr"}, "a peer is a range of addresses or pods, not both: make two peers of it")
	case p.CIDR != "":
		if prefix, err := netip.ParsePrefix(p.CIDR); err != nil {
			report.Add([]string{"cidr"}, "found the string %q, expected a range of addresses such as 10.0.0.0/8", p.CIDR)
		} else if prefix != prefix.Masked() {
			report.Add([]string{"cidr"}, "%s has address bits behind its prefix: write %s", prefix, prefix.Masked())
		}
	}
	for _, port := range p.Ports {
		if port < 1 || port > 65535 {
			report.Add([]string{"ports"}, "expected ports from 1 to 65535, found %d", port)
		}
	}
}

// NewIsolation creates a network policy.
func NewIsolation(
	ctx *pulumi.Context, name string, args *IsolationArgs, opts ...pulumi.ResourceOption,
) (*Isolation, error) {
	i := &Isolation{}
	args, err := component.Register(ctx, IsolationToken, name, i, args, opts...)
	if err != nil {
		return nil, err
	}
	resource, err := networkingv1.NewNetworkPolicy(ctx, name, &networkingv1.NetworkPolicyArgs{
		Metadata: metadata.New(args.Namespace, pulumi.String(args.Name), args.Labels, nil),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(args.Selector)},
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Ingress:     ingress(args),
			Egress:      append(egress(args), dns()),
		},
	}, i.Main())
	if err != nil {
		return nil, err
	}
	i.Made(resource)
	i.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, i)
}

func ingress(args *IsolationArgs) networkingv1.NetworkPolicyIngressRuleArray {
	var rules networkingv1.NetworkPolicyIngressRuleArray
	for _, p := range args.AllowFrom {
		open := p.Ports
		if len(open) == 0 {
			open = []int{args.Port}
		}
		rules = append(rules, &networkingv1.NetworkPolicyIngressRuleArgs{
			From:  networkingv1.NetworkPolicyPeerArray{peer(p)},
			Ports: ports("TCP", open...),
		})
	}
	return rules
}

func egress(args *IsolationArgs) networkingv1.NetworkPolicyEgressRuleArray {
	var rules networkingv1.NetworkPolicyEgressRuleArray
	for _, p := range args.AllowTo {
		rules = append(rules, &networkingv1.NetworkPolicyEgressRuleArgs{
			To:    networkingv1.NetworkPolicyPeerArray{peer(p)},
			Ports: ports("TCP", p.Ports...),
		})
	}
	return rules
}

// dns allows name resolution: the cluster's DNS pods, and the address of the
// NodeLocal DNS cache, which runs on the host network.
func dns() *networkingv1.NetworkPolicyEgressRuleArgs {
	return &networkingv1.NetworkPolicyEgressRuleArgs{
		To: networkingv1.NetworkPolicyPeerArray{
			peer(Peer{Namespace: "kube-system"}),
			peer(Peer{CIDR: "169.254.20.10/32"}),
		},
		Ports: append(ports("UDP", 53), ports("TCP", 53)...),
	}
}

func peer(p Peer) *networkingv1.NetworkPolicyPeerArgs {
	if p.CIDR != "" {
		return &networkingv1.NetworkPolicyPeerArgs{IpBlock: &networkingv1.IPBlockArgs{Cidr: pulumi.String(p.CIDR)}}
	}
	out := &networkingv1.NetworkPolicyPeerArgs{}
	if p.Namespace != "" {
		// Every namespace carries this label since Kubernetes 1.21.
		out.NamespaceSelector = &metav1.LabelSelectorArgs{
			MatchLabels: pulumi.StringMap{"kubernetes.io/metadata.name": pulumi.String(p.Namespace)},
		}
	}
	if len(p.Pods) > 0 {
		out.PodSelector = &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(p.Pods)}
	}
	return out
}

func ports(protocol string, numbers ...int) networkingv1.NetworkPolicyPortArray {
	var out networkingv1.NetworkPolicyPortArray
	for _, n := range numbers {
		out = append(out, &networkingv1.NetworkPolicyPortArgs{
			Protocol: pulumi.String(protocol),
			Port:     pulumi.Int(n),
		})
	}
	return out
}
