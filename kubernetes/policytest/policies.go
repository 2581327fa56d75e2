package policytest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// Policies are the network policies of a cluster. They are safe for concurrent use.
type Policies struct {
	policy     *matcher.Policy
	namespaces map[string]map[string]string
}

// Peer is one end of a connection: a pod, or an address outside the cluster.
type Peer struct {
	// Namespace is the name of the namespace of the pod. Empty for an address outside the cluster.
	Namespace string
	// Labels holds the labels of the pod. Default: none.
	Labels map[string]string
	// IP is the IP address, which CIDR blocks match. Default: 192.0.2.1, an address for documentation. Required outside
	// the cluster.
	IP string
}

// New returns network policies. namespaces holds the labels of namespaces by their names. Kubernetes adds a label with
// the name, so that only namespaces with other labels are needed.
//
// It fails for policies that the API server rejects.
func New(list []networkingv1.NetworkPolicy, namespaces map[string]map[string]string) (*Policies, error) {
	var policies []*networkingv1.NetworkPolicy
	for i := range list {
		own := list[i].DeepCopy()
		if err := validate(&own.Spec).ToAggregate(); err != nil {
			return nil, fmt.Errorf("network policy %s/%s: %w", own.Namespace, own.Name, err)
		}
		if len(own.Spec.PolicyTypes) == 0 {
			// That is the default of the API server.
			own.Spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
			if len(own.Spec.Egress) > 0 {
				own.Spec.PolicyTypes = append(own.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
			}
		}
		policies = append(policies, own)
	}
	return &Policies{matcher.BuildNetworkPolicies(false, policies), maps.Clone(namespaces)}, nil
}

// OfRecording returns the network policies that a program registered, with the labels of its namespaces.
func OfRecording(tb testing.TB, r *pulumitest.Recording) *Policies {
	tb.Helper()
	var list []networkingv1.NetworkPolicy
	for _, resource := range r.OfType("kubernetes:networking.k8s.io/v1:NetworkPolicy") {
		list = append(list, pulumitest.Decode[networkingv1.NetworkPolicy](tb, resource))
	}
	namespaces := map[string]map[string]string{}
	for _, resource := range r.OfType("kubernetes:core/v1:Namespace") {
		ns := pulumitest.Decode[corev1.Namespace](tb, resource)
		namespaces[ns.Name] = ns.Labels
	}
	p, err := New(list, namespaces)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// OfCluster returns the network policies and namespaces of a cluster.
func OfCluster(ctx context.Context, client kubernetes.Interface) (*Policies, error) {
	found, err := client.NetworkingV1().NetworkPolicies("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list network policies: %w", err)
	}
	all, err := client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	namespaces := map[string]map[string]string{}
	for _, ns := range all.Items {
		namespaces[ns.Name] = ns.Labels
	}
	return New(found.Items, namespaces)
}

// Allowed reports whether a connection is allowed, by the egress policies of its source and the ingress policies of its
// destination. The port is that of the destination, after the translation of a Service.
func (p *Policies) Allowed(from, to Peer, port int, protocol corev1.Protocol) bool {
	return p.policy.IsTrafficAllowed(&matcher.Traffic{
		Source: p.peer(from), Destination: p.peer(to), ResolvedPort: port, Protocol: protocol,
	}).IsAllowed()
}

func (p *Policies) peer(given Peer) *matcher.TrafficPeer {
	out := &matcher.TrafficPeer{IP: cmp.Or(given.IP, "192.0.2.1")}
	if given.Namespace == "" {
		return out
	}
	labels := map[string]string{corev1.LabelMetadataName: given.Namespace}
	maps.Copy(labels, p.namespaces[given.Namespace])
	out.Internal = &matcher.InternalPeer{Namespace: given.Namespace, NamespaceLabels: labels, PodLabels: given.Labels}
	return out
}
