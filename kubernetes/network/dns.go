package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
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
	pods      []map[string]string
	cidrs     []string
	ports     []int
}

var (
	kubeDNS      = map[string]string{"k8s-app": "kube-dns"}
	nodeLocalDNS = map[string]string{"k8s-app": "node-local-dns"}
)

// nodeLocal is the usual address of NodeLocal DNSCache, which runs in the network of the nodes. Source: "Using NodeLocal
// DNSCache in Kubernetes Clusters", Kubernetes documentation.
const nodeLocal = "169.254.20.10/32"
