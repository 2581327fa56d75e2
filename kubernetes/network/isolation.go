package network

import (
	"net/netip"
	"slices"
	"strconv"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// IsolationToken is the type of the component [Isolation].
const IsolationToken = "ashlar-kubernetes:network:Isolation"

// Isolation is a network policy that denies all ingress and egress of pods, except for allowed peers and the DNS of the
// cluster. It requires a network plugin that enforces network policies.
type Isolation struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the network policy in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
}

// IsolationArgs are the arguments of an [Isolation]. Those of plain Go types are validated before the deployment.
type IsolationArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the network policy.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the network policy in the cluster. Default: the name of the component. A change replaces the
	// network policy.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Selector holds the labels of the pods to isolate, at least one. Required. A change updates the network policy.
	Selector map[string]string `pulumi:"selector" jsonschema:"required"`
	// Port is the port of the pods that peers of allowFrom can connect to. Default: none. A change updates the network
	// policy.
	Port int `pulumi:"port,optional" jsonschema:"minimum=0,maximum=65535"`
	// Ports lists ports of the pods that peers of allowFrom can connect to, in addition to port: UDP and SCTP ports, and
	// ranges. Default: none. A change updates the network policy.
	Ports []PortRange `pulumi:"ports,optional"`
	// AllowFrom lists the peers that can connect to the pods. Default: none. A change updates the network policy.
	AllowFrom []Peer `pulumi:"allowFrom,optional"`
	// AllowTo lists the peers that the pods can connect to, in addition to the DNS of the cluster. Default: none. A
	// change updates the network policy.
	AllowTo []Peer `pulumi:"allowTo,optional"`
	// DNS is where the DNS of the cluster is. Default: port 53 of all pods in kube-system, and NodeLocal DNSCache. A
	// change updates the network policy.
	DNS *DNS `pulumi:"dns,optional"`
	// Mesh allows what a service mesh adds to connections: ambient for the ambient mode of Istio, in which kubelet probes
	// come from 169.254.7.127 and connections between pods use port 15008. Default: none. A change updates the network
	// policy.
	Mesh Mesh `pulumi:"mesh,optional" jsonschema:"enum=ambient"`
	// Labels are added to the network policy. Default: none. A change updates the network policy.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

// Mesh is the mode of a service mesh.
type Mesh string

// MeshAmbient is the ambient mode of Istio. Source: "Ambient and Kubernetes NetworkPolicy", Istio documentation.
const MeshAmbient Mesh = "ambient"

// Peer is one end of a connection: pods, or a CIDR block.
type Peer struct {
	// Namespace is the name of the namespace of the pods. Default: with pods, the namespace of the application or
	// of the Isolation.
	Namespace pulumi.StringInput `pulumi:"namespace,optional" config:"plain"`
	// Pods holds the labels of the pods. Default: with a namespace, all pods of it.
	Pods map[string]string `pulumi:"pods,optional"`
	// CIDR is a CIDR block, such as 10.0.0.0/8. Mutually exclusive with namespace and pods. Default: none.
	CIDR pulumi.StringInput `pulumi:"cidr,optional" config:"plain"`
	// Ports lists the TCP ports of the connection. Default: the port of the pods in allowFrom, all ports in allowTo.
	Ports []int `pulumi:"ports,optional"`
	// PortRanges lists ports of the connection in addition to ports: UDP and SCTP ports, and ranges. Default: none.
	PortRanges []PortRange `pulumi:"portRanges,optional"`
}

var (
	_ config.Validator = (*Peer)(nil)
	_ config.Validator = (*IsolationArgs)(nil)
)

// Validate implements config.Validator.
func (a *IsolationArgs) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	checkSelector(report, a.Selector)
	if len(a.Ports) == 0 {
		CheckPorts(report, []string{"allowFrom"}, a.AllowFrom, a.Port)
	}
}

// checkSelector reports a selector that is empty: that of a network policy selects all pods of the namespace, and that
// of a Service none.
func checkSelector(report *config.Report, selector map[string]string) {
	apirules.CheckSelector(report, []string{"selector"}, selector)
	if selector != nil && len(selector) == 0 {
		report.Add([]string{"selector"}, "empty selector: set a label of the pods")
	}
}

// CheckPorts reports peers of allowFrom that have no port to connect to. The list is at a path below the validator;
// port is that of the pods, or 0.
func CheckPorts(report *config.Report, path []string, allowFrom []Peer, port int) {
	for i, p := range allowFrom {
		if port == 0 && len(p.Ports) == 0 && len(p.PortRanges) == 0 {
			report.Add(append(slices.Clone(path), strconv.Itoa(i)), "no port to allow: set port, or ports of the peer")
		}
	}
}

// Validate implements config.Validator.
func (p *Peer) Validate(report *config.Report) {
	apirules.CheckSelector(report, []string{"pods"}, p.Pods)
	if isSet(p.Namespace) {
		apirules.Namespace.Check(report, []string{"namespace"}, p.Namespace)
	}
	pods := isSet(p.Namespace) || len(p.Pods) > 0
	switch {
	case !isSet(p.CIDR) && !pods:
		report.Add(nil, "empty peer: set namespace, pods or cidr")
	case isSet(p.CIDR) && pods:
		report.Add([]string{"cidr"}, "mutually exclusive with namespace and pods: use two peers")
	}
	if text, ok := p.CIDR.(pulumi.String); ok && text != "" && !pods {
		if prefix, err := netip.ParsePrefix(string(text)); err == nil && prefix != prefix.Masked() {
			report.Add([]string{"cidr"}, "%s has host bits set: use %s", prefix, prefix.Masked())
		} else if !cidrBlock.Allows(string(text)) {
			report.Add([]string{"cidr"}, "found the string %q, expected a CIDR block such as 10.0.0.0/8", string(text))
		}
	}
	checkPortNumbers(report, p.Ports)
}

func checkPortNumbers(report *config.Report, numbers []int) {
	for _, port := range numbers {
		if port < 1 || port > 65535 {
			report.Add([]string{"ports"}, "expected ports from 1 to 65535, found %d", port)
		}
	}
}

// cidrBlock is the rule of CIDR blocks. Host bits are rejected, because Kubernetes ignores them.
var cidrBlock = apirules.NewRule(func(text string) bool {
	prefix, err := netip.ParsePrefix(text)
	return err == nil && prefix == prefix.Masked() && len(validation.IsValidCIDRForLegacyField(nil, text, true, nil)) == 0
}, "use a CIDR block such as 10.0.0.0/8")

// isSet reports whether an input is neither nil nor the empty string.
func isSet(in pulumi.StringInput) bool { return in != nil && in != pulumi.String("") }

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
		Metadata: objectmeta.New(args.Namespace, pulumi.String(args.Name), args.Labels, existing.Annotations(nil, args.Adopt)),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(args.Selector)},
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Ingress:     ingress(args),
			Egress:      append(egress(args), args.DNS.servers().rule()),
		},
	}, i.Main(existing.Options(i, args.Adopt)))
	if err != nil {
		return nil, err
	}
	i.AddChildren(resource)
	i.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, i)
}

func ingress(args *IsolationArgs) networkingv1.NetworkPolicyIngressRuleArray {
	var rules networkingv1.NetworkPolicyIngressRuleArray
	for _, p := range args.AllowFrom {
		open := p.ports()
		if len(open) == 0 {
			if args.Port != 0 {
				open = ports(ProtocolTCP, args.Port)
			}
			open = append(open, ranges(args.Ports)...)
		}
		rules = append(rules, &networkingv1.NetworkPolicyIngressRuleArgs{
			From:  networkingv1.NetworkPolicyPeerArray{peer(p)},
			Ports: args.Mesh.tunneled(p, open),
		})
	}
	if args.Mesh == MeshAmbient {
		rules = append(rules, &networkingv1.NetworkPolicyIngressRuleArgs{From: networkingv1.NetworkPolicyPeerArray{
			peer(Peer{CIDR: pulumi.String(ambientProbes)}), peer(Peer{CIDR: pulumi.String(ambientProbes6)}),
		}})
	}
	return rules
}

func egress(args *IsolationArgs) networkingv1.NetworkPolicyEgressRuleArray {
	var rules networkingv1.NetworkPolicyEgressRuleArray
	for _, p := range args.AllowTo {
		rules = append(rules, &networkingv1.NetworkPolicyEgressRuleArgs{
			To:    networkingv1.NetworkPolicyPeerArray{peer(p)},
			Ports: args.Mesh.tunneled(p, p.ports()),
		})
	}
	return rules
}

const (
	// ambientProbes and ambientProbes6 are the addresses that kubelet probes come from in the ambient mode of Istio. A
	// network plugin such as Cilium does not take them for addresses of the node. Source: "Ambient and Kubernetes
	// NetworkPolicy" and "Platform-Specific Prerequisites", Istio documentation.
	ambientProbes  = "169.254.7.127/32"
	ambientProbes6 = "fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128"
	// ambientPort is the port of connections between pods in the ambient mode.
	ambientPort = 15008
)

// tunneled adds the port of the mesh to the ports of a peer. Without ports, all are allowed. CIDR blocks are outside the
// mesh.
func (m Mesh) tunneled(p Peer, open networkingv1.NetworkPolicyPortArray) networkingv1.NetworkPolicyPortArray {
	if m != MeshAmbient || isSet(p.CIDR) || len(open) == 0 {
		return open
	}
	return append(open, ports(ProtocolTCP, ambientPort)...)
}

func peer(p Peer) *networkingv1.NetworkPolicyPeerArgs {
	if isSet(p.CIDR) {
		return &networkingv1.NetworkPolicyPeerArgs{IpBlock: &networkingv1.IPBlockArgs{Cidr: cidrBlock.Resolved("cidr", p.CIDR)}}
	}
	out := &networkingv1.NetworkPolicyPeerArgs{}
	if isSet(p.Namespace) {
		// Kubernetes adds this label to every namespace.
		out.NamespaceSelector = &metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{apirules.NamespaceName: apirules.Namespace.Resolved("namespace", p.Namespace)}}
	}
	if len(p.Pods) > 0 {
		out.PodSelector = &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(p.Pods)}
	}
	return out
}

// ports returns the ports of the peer, or none.
func (p *Peer) ports() networkingv1.NetworkPolicyPortArray {
	return append(ports(ProtocolTCP, p.Ports...), ranges(p.PortRanges)...)
}

func ports(protocol Protocol, numbers ...int) networkingv1.NetworkPolicyPortArray {
	var out networkingv1.NetworkPolicyPortArray
	for _, n := range numbers {
		out = append(out, &networkingv1.NetworkPolicyPortArgs{
			Protocol: pulumi.String(protocol),
			Port:     pulumi.Int(n),
		})
	}
	return out
}

func ranges(list []PortRange) networkingv1.NetworkPolicyPortArray {
	var out networkingv1.NetworkPolicyPortArray
	for _, r := range list {
		port := &networkingv1.NetworkPolicyPortArgs{Protocol: pulumi.String(r.Protocol)}
		if r.Port != 0 {
			port.Port = pulumi.Int(r.Port)
		}
		// A range of one port is that port.
		if r.EndPort > r.Port {
			port.EndPort = pulumi.Int(r.EndPort)
		}
		out = append(out, port)
	}
	return out
}
