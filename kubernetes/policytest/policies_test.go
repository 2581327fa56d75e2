package policytest_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/ashlar-iac/ashlar/kubernetes/policytest"
)

// policy allows the pods of namespaces with the label team=shop to connect to those of the namespace data.
func policy() networkingv1.NetworkPolicy {
	return networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "allow", Namespace: "data"},
		Spec: networkingv1.NetworkPolicySpec{Ingress: []networkingv1.NetworkPolicyIngressRule{{
			From: []networkingv1.NetworkPolicyPeer{
				{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}}},
			},
		}}},
	}
}

func TestPoliciesOfACluster(t *testing.T) {
	t.Parallel()
	own := policy()
	p, err := policytest.OfCluster(t.Context(), fake.NewClientset(&own, &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{"team": "shop"}},
	}))
	require.NoError(t, err)
	data := policytest.Peer{Namespace: "data"}
	require.True(t, p.Allowed(policytest.Peer{Namespace: "shop"}, data, 80, corev1.ProtocolTCP), "the labels of a namespace are known")
	require.False(t, p.Allowed(policytest.Peer{Namespace: "other"}, data, 80, corev1.ProtocolTCP))
	require.True(t, p.Allowed(data, policytest.Peer{Namespace: "other"}, 80, corev1.ProtocolTCP), "no policy is for egress")
	require.True(t, p.Allowed(policytest.Peer{Namespace: "x"}, policytest.Peer{Namespace: "y"}, 80, corev1.ProtocolTCP), "no policy selects them")
}

func TestInvalidPoliciesAreErrors(t *testing.T) {
	t.Parallel()
	peer := func(p networkingv1.NetworkPolicyPeer) networkingv1.NetworkPolicySpec {
		return networkingv1.NetworkPolicySpec{Ingress: []networkingv1.NetworkPolicyIngressRule{
			{From: []networkingv1.NetworkPolicyPeer{p}},
		}}
	}
	port := func(p networkingv1.NetworkPolicyPort) networkingv1.NetworkPolicySpec {
		return networkingv1.NetworkPolicySpec{Egress: []networkingv1.NetworkPolicyEgressRule{
			{Ports: []networkingv1.NetworkPolicyPort{p}},
		}}
	}
	wrong := metav1.LabelSelector{MatchLabels: map[string]string{"not a key": ""}}
	for _, c := range []struct {
		spec     networkingv1.NetworkPolicySpec
		expected string
	}{
		{peer(networkingv1.NetworkPolicyPeer{}), "spec.ingress[0].from[0]: Required value: must have an ipBlock"},
		{
			peer(networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{CIDR: "10.0.0.0/8"}, PodSelector: &metav1.LabelSelector{}}),
			"spec.ingress[0].from[0].ipBlock: Forbidden: cannot be set with",
		},
		{
			peer(networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{CIDR: "10.0.0.1"}}),
			`spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1"`,
		},
		{
			peer(networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{CIDR: "10.0.0.0/8", Except: []string{"10.0.0.0/8"}}}),
			"spec.ingress[0].from[0].ipBlock.except[0]: Invalid value",
		},
		{
			peer(networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{CIDR: "10.0.0.0/8", Except: []string{"11.0.0.0/16"}}}),
			"spec.ingress[0].from[0].ipBlock.except[0]: Invalid value",
		},
		{peer(networkingv1.NetworkPolicyPeer{NamespaceSelector: &wrong}), "from[0].namespaceSelector.matchLabels: Invalid value"},
		{peer(networkingv1.NetworkPolicyPeer{PodSelector: &wrong}), "from[0].podSelector.matchLabels: Invalid value"},
		{networkingv1.NetworkPolicySpec{PodSelector: wrong}, "spec.podSelector.matchLabels: Invalid value"},
		{
			networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{"ingress"}},
			`spec.policyTypes[0]: Unsupported value: "ingress"`,
		},
		{
			port(networkingv1.NetworkPolicyPort{Protocol: new(corev1.Protocol("tcp"))}),
			`spec.egress[0].ports[0].protocol: Unsupported value: "tcp"`,
		},
		{port(networkingv1.NetworkPolicyPort{Port: new(intstr.FromInt32(0))}), "spec.egress[0].ports[0].port: Invalid value: 0"},
		{port(networkingv1.NetworkPolicyPort{Port: new(intstr.FromString("_"))}), `ports[0].port: Invalid value: "_"`},
		{port(networkingv1.NetworkPolicyPort{EndPort: new(int32(8))}), "endPort: Invalid value: 8: requires the number of a port"},
		{
			port(networkingv1.NetworkPolicyPort{Port: new(intstr.FromInt32(9)), EndPort: new(int32(8))}),
			"endPort: Invalid value: 8: must be at least the port",
		},
		{
			port(networkingv1.NetworkPolicyPort{Port: new(intstr.FromInt32(9)), EndPort: new(int32(65536))}),
			"spec.egress[0].ports[0].endPort: Invalid value: 65536",
		},
	} {
		_, err := policytest.New([]networkingv1.NetworkPolicy{
			{ObjectMeta: metav1.ObjectMeta{Name: "wrong", Namespace: "data"}, Spec: c.spec},
		}, nil)
		require.ErrorContains(t, err, "network policy data/wrong: ")
		require.ErrorContains(t, err, c.expected)
	}
}
