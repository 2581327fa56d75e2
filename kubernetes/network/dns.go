package network

import (
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// DNSPreset is a distribution of Kubernetes, which decides where the DNS of a cluster is.
type DNSPreset string

// The distributions whose DNS is known.
const (
	// DNSKubernetes allows all pods in kube-system, and NodeLocal DNSCache at its usual address.
	DNSKubernetes DNSPreset = "kubernetes"
	// DNSEKS is the DNS of Amazon EKS.
	DNSEKS DNSPreset = "eks"
	// DNSAKS is the DNS of Azure Kubernetes Service.
	DNSAKS DNSPreset = "aks"
	// DNSGKE is the DNS of Google Kubernetes Engine.
	DNSGKE DNSPreset = "gke"
	// DNSOpenShift is the DNS of OpenShift.
	DNSOpenShift DNSPreset = "openshift"
	// DNSK3s is the DNS of K3s.
	DNSK3s DNSPreset = "k3s"
	// DNSRKE2 is the DNS of RKE2.
	DNSRKE2 DNSPreset = "rke2"
	// DNSTalos is the DNS of Talos Linux.
	DNSTalos DNSPreset = "talos"
)

// DNS is where the DNS of a cluster is: a preset, or one of your own.
type DNS struct {
	// Preset is the distribution of Kubernetes. Mutually exclusive with the other options. Default: kubernetes, unless
	// another option is set.
	Preset DNSPreset `pulumi:"preset,optional" jsonschema:"enum=kubernetes,enum=eks,enum=aks,enum=gke,enum=openshift,enum=k3s,enum=rke2,enum=talos"`
	// Namespace is the name of the namespace of the DNS pods. Default: none.
	Namespace string `pulumi:"namespace,optional"`
	// Pods holds the labels of the DNS pods. Default: all pods of the namespace.
	Pods map[string]string `pulumi:"pods,optional"`
	// CIDRs lists CIDR blocks of DNS servers in the network of the nodes, such as 169.254.20.10/32. Default: none.
	CIDRs []string `pulumi:"cidrs,optional"`
	// Ports lists the ports of the DNS pods and servers, for UDP and TCP. Default: 53.
	Ports []int `pulumi:"ports,optional"`
}

var _ config.Validator = (*DNS)(nil)

// dnsServers are DNS pods and servers with the same ports.
type dnsServers struct {
	namespace string
	// pods holds the labels of pods of the namespace. Without any, all pods of the namespace are allowed.
	pods  []map[string]string
	cidrs []string
	ports []int
}

// nodeLocal is the usual address of NodeLocal DNSCache, which runs in the network of the nodes. Source: "Using NodeLocal
// DNSCache in Kubernetes Clusters", Kubernetes documentation.
const nodeLocal = "169.254.20.10/32"

// distributions holds the DNS of distributions. Pods of CoreDNS keep the label of kube-dns in all of them but OpenShift.
// A network policy sees the port of the pods, not that of the Service.
//
// Sources: "Using NodeLocal DNSCache in Kubernetes Clusters" and the manifest of CoreDNS in kubernetes/kubernetes;
// "LocalDNS in Azure Kubernetes Service", AKS documentation; "Set up NodeLocal DNSCache" and "Using Cloud DNS for GKE",
// GKE documentation: the metadata server of a node answers for Cloud DNS, and with Dataplane V2 NodeLocal DNSCache
// receives traffic as pods; "DNS Operator in OpenShift", OpenShift documentation; "Networking Services", RKE2
// documentation; "Host DNS", Talos documentation.
func distributions(preset DNSPreset) dnsServers {
	coreDNS := func(cidrs ...string) dnsServers {
		return dnsServers{
			namespace: "kube-system", pods: []map[string]string{{"k8s-app": "kube-dns"}}, cidrs: cidrs, ports: []int{53},
		}
	}
	switch preset {
	case DNSEKS, DNSRKE2:
		return coreDNS(nodeLocal)
	case DNSAKS:
		return coreDNS("169.254.10.10/32", "169.254.10.11/32")
	case DNSGKE:
		out := coreDNS(nodeLocal, "169.254.169.254/32")
		out.pods = append(out.pods, map[string]string{"k8s-app": "node-local-dns"})
		return out
	case DNSOpenShift:
		return dnsServers{
			namespace: "openshift-dns",
			pods:      []map[string]string{{"dns.operator.openshift.io/daemonset-dns": "default"}},
			ports:     []int{5353},
		}
	case DNSK3s, DNSTalos:
		return coreDNS()
	}
	return dnsServers{namespace: "kube-system", cidrs: []string{nodeLocal}, ports: []int{53}}
}

// Validate implements config.Validator.
func (d *DNS) Validate(report *config.Report) {
	own := d.Namespace != "" || len(d.Pods) > 0 || len(d.CIDRs) > 0 || len(d.Ports) > 0
	switch {
	case d.Preset != "" && own:
		report.Add([]string{"preset"}, "mutually exclusive with namespace, pods, cidrs and ports: use one of both ways")
	case own && d.Namespace == "" && len(d.CIDRs) == 0:
		report.Add(nil, "no DNS servers: set namespace or cidrs")
	}
	if d.Namespace != "" {
		apirules.Namespace.Check(report, []string{"namespace"}, pulumi.String(d.Namespace))
	} else if len(d.Pods) > 0 {
		report.Add([]string{"pods"}, "pods of which namespace: set namespace")
	}
	apirules.CheckSelector(report, []string{"pods"}, d.Pods)
	cidrBlock.CheckList(report, []string{"cidrs"}, pulumi.ToStringArray(d.CIDRs))
	checkPortNumbers(report, d.Ports)
}

// servers returns the DNS servers of a cluster. Without options, they are those of Kubernetes.
func (d *DNS) servers() dnsServers {
	switch {
	case d == nil:
		return distributions(DNSKubernetes)
	case d.Namespace == "" && len(d.CIDRs) == 0:
		return distributions(d.Preset)
	}
	out := dnsServers{namespace: d.Namespace, cidrs: d.CIDRs, ports: d.Ports}
	if len(d.Pods) > 0 {
		out.pods = []map[string]string{d.Pods}
	}
	if len(out.ports) == 0 {
		out.ports = []int{53}
	}
	return out
}

// rule returns the egress rule that allows name resolution.
func (s dnsServers) rule() *networkingv1.NetworkPolicyEgressRuleArgs {
	var to networkingv1.NetworkPolicyPeerArray
	if s.namespace != "" {
		pods := s.pods
		if len(pods) == 0 {
			pods = []map[string]string{nil}
		}
		for _, labels := range pods {
			to = append(to, peer(Peer{Namespace: pulumi.String(s.namespace), Pods: labels}))
		}
	}
	for _, cidr := range s.cidrs {
		to = append(to, peer(Peer{CIDR: pulumi.String(cidr)}))
	}
	return &networkingv1.NetworkPolicyEgressRuleArgs{
		To: to, Ports: append(ports(ProtocolUDP, s.ports...), ports(ProtocolTCP, s.ports...)...),
	}
}
