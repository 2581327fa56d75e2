package policytest_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
	wrong := policy()
	wrong.Spec.Ingress[0].From = []networkingv1.NetworkPolicyPeer{{}}
	_, err := policytest.New([]networkingv1.NetworkPolicy{wrong}, nil)
	require.ErrorContains(t, err, "read network policies: invalid NetworkPolicyPeer")
}
