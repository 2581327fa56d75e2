package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// Parts of network policies in the API.
func tcp(numbers ...int32) []networkingv1.NetworkPolicyPort {
	return ports(corev1.ProtocolTCP, numbers)
}

func ports(protocol corev1.Protocol, numbers []int32) []networkingv1.NetworkPolicyPort {
	var out []networkingv1.NetworkPolicyPort
	for _, n := range numbers {
		port := intstr.FromInt32(n)
		out = append(out, networkingv1.NetworkPolicyPort{Protocol: &protocol, Port: &port})
	}
	return out
}

func in(namespace string) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{
		MatchLabels: map[string]string{"kubernetes.io/metadata.name": namespace},
	}}
}

func pods(labels map[string]string) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{PodSelector: &metav1.LabelSelector{MatchLabels: labels}}
}

func cidr(text string) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{CIDR: text}}
}

func from(p networkingv1.NetworkPolicyPeer, numbers ...int32) networkingv1.NetworkPolicyIngressRule {
	return networkingv1.NetworkPolicyIngressRule{From: []networkingv1.NetworkPolicyPeer{p}, Ports: tcp(numbers...)}
}

func to(p networkingv1.NetworkPolicyPeer, numbers ...int32) networkingv1.NetworkPolicyEgressRule {
	return networkingv1.NetworkPolicyEgressRule{To: []networkingv1.NetworkPolicyPeer{p}, Ports: tcp(numbers...)}
}

func TestIsolation(t *testing.T) {
	t.Parallel()
	client := map[string]string{"role": "client"}
	tests := map[string]struct {
		reason  string
		args    network.IsolationArgs
		ingress []networkingv1.NetworkPolicyIngressRule
		egress  []networkingv1.NetworkPolicyEgressRule
	}{
		"Default": {
			reason: "all traffic is denied, except for DNS",
		},
		"PortAlone": {
			reason: "a port alone allows nothing",
			args:   network.IsolationArgs{Port: 8080},
		},
		"From": {
			reason: "peers connect to the port of the pods, with one rule for each peer, because their ports can differ",
			args: network.IsolationArgs{Port: 8080, AllowFrom: []network.Peer{
				{Namespace: pulumi.String("ingress")},
				{Pods: client},
				{CIDR: pulumi.String("10.0.0.0/8"), Ports: []int{9090, 9091}},
			}},
			ingress: []networkingv1.NetworkPolicyIngressRule{
				from(in("ingress"), 8080), from(pods(client), 8080), from(cidr("10.0.0.0/8"), 9090, 9091),
			},
		},
		"FromBoth": {
			reason: "namespace and pods together select those pods of that namespace",
			args: network.IsolationArgs{Port: 8080, AllowFrom: []network.Peer{
				{Namespace: pulumi.String("ingress"), Pods: client},
			}},
			ingress: []networkingv1.NetworkPolicyIngressRule{from(networkingv1.NetworkPolicyPeer{
				NamespaceSelector: in("ingress").NamespaceSelector, PodSelector: pods(client).PodSelector,
			}, 8080)},
		},
		"FromWithoutPort": {
			reason: "a peer can have its own ports",
			args: network.IsolationArgs{AllowFrom: []network.Peer{
				{Namespace: pulumi.String("monitoring"), Ports: []int{9090}},
			}},
			ingress: []networkingv1.NetworkPolicyIngressRule{from(in("monitoring"), 9090)},
		},
		"To": {
			reason: "all ports of a peer are allowed by default",
			args: network.IsolationArgs{Port: 8080, AllowTo: []network.Peer{
				{Namespace: pulumi.String("database"), Ports: []int{5432}}, {CIDR: pulumi.String("2001:db8::/32")}, {Pods: client},
			}},
			egress: []networkingv1.NetworkPolicyEgressRule{
				to(in("database"), 5432), to(cidr("2001:db8::/32")), to(pods(client)),
			},
		},
	}
	dns := networkingv1.NetworkPolicyEgressRule{
		To:    []networkingv1.NetworkPolicyPeer{in("kube-system"), cidr("169.254.20.10/32")},
		Ports: append(ports(corev1.ProtocolUDP, []int32{53}), tcp(53)...),
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := tc.args
			args.Namespace, args.Selector = pulumi.String("team"), selector
			args.Labels = pulumi.StringMap{"team": pulumi.String("payments")}
			before := args
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				i, err := network.NewIsolation(ctx, "web", &args)
				require.NoError(t, err, tc.reason)
				require.Equal(t, "web", pulumitest.Await[string](t, i.Name))
				return nil
			}, fixture.Cluster())
			fixture.RequireChildren(t, r, network.IsolationToken)
			want := networkingv1.NetworkPolicy{Spec: networkingv1.NetworkPolicySpec{
				PodSelector: metav1.LabelSelector{MatchLabels: selector},
				PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress},
				Ingress:     tc.ingress,
				Egress:      append(tc.egress, dns),
			}}
			want.APIVersion, want.Kind, want.Name, want.Namespace = "networking.k8s.io/v1", "NetworkPolicy", "web", "team"
			want.Labels = map[string]string{"team": "payments"}
			got := pulumitest.Decode[networkingv1.NetworkPolicy](t, r.One(t, ":NetworkPolicy"))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			require.Equal(t, before, args, "the caller's arguments are not modified")
		})
	}
}

func TestIsolationName(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		i, err := network.NewIsolation(ctx, "web", &network.IsolationArgs{
			Namespace: pulumi.String("team"), Selector: selector, Name: "web-isolation",
		})
		require.NoError(t, err)
		require.Equal(t, "web-isolation", pulumitest.Await[string](t, i.Name))
		return nil
	}, fixture.Cluster())
	require.Equal(t, "web-isolation", pulumitest.Decode[networkingv1.NetworkPolicy](t, r.One(t, ":NetworkPolicy")).Name)
}

func TestIsolationRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *network.IsolationArgs
		want   []string
	}{
		"Nil": {
			reason: "nil arguments lack all required arguments",
			want:   []string{"namespace: required, but missing", "selector: required, but missing"},
		},
		"EmptyPeer": {
			reason: "an empty peer would allow everything",
			args:   &network.IsolationArgs{Port: 80, AllowFrom: []network.Peer{{}}},
			want:   []string{"allowFrom[0]: empty peer: set namespace, pods or cidr"},
		},
		"EmptyPods": {
			reason: "empty labels are the same as none",
			args: &network.IsolationArgs{AllowTo: []network.Peer{
				{Pods: map[string]string{}, Ports: []int{80}},
			}},
			want: []string{"allowTo[0]: empty peer: set namespace, pods or cidr"},
		},
		"BothKinds": {
			reason: "the API has no such peer",
			args: &network.IsolationArgs{AllowTo: []network.Peer{
				{CIDR: pulumi.String("10.0.0.0/8"), Namespace: pulumi.String("database")}, {CIDR: pulumi.String("10.0.0.0/8"), Pods: map[string]string{"a": "b"}},
			}},
			want: []string{
				"allowTo[0].cidr: mutually exclusive with namespace and pods: use two peers",
				"allowTo[1].cidr: mutually exclusive with namespace and pods: use two peers",
			},
		},
		"CIDR": {
			reason: "each invalid CIDR block has a suggestion",
			args: &network.IsolationArgs{Port: 80, AllowFrom: []network.Peer{
				{CIDR: pulumi.String("10.0.0.0")}, {CIDR: pulumi.String("10.0.0.1/8")}, {CIDR: pulumi.String("2001:db8::1/32")}, {CIDR: pulumi.String("10.0.0.0/33")},
			}},
			want: []string{
				`allowFrom[0].cidr: found the string "10.0.0.0", expected a CIDR block such as 10.0.0.0/8`,
				"allowFrom[1].cidr: 10.0.0.1/8 has host bits set: use 10.0.0.0/8",
				"allowFrom[2].cidr: 2001:db8::1/32 has host bits set: use 2001:db8::/32",
				`allowFrom[3].cidr: found the string "10.0.0.0/33", expected a CIDR block such as 10.0.0.0/8`,
			},
		},
		"NoPort": {
			reason: "a rule without ports would allow all ports",
			args: &network.IsolationArgs{AllowFrom: []network.Peer{
				{Namespace: pulumi.String("monitoring"), Ports: []int{9090}}, {Namespace: pulumi.String("ingress")},
			}},
			want: []string{"allowFrom[1]: no port to allow: set port, or ports of the peer"},
		},
		"Ports": {
			reason: "ports in lists have a range as well",
			args: &network.IsolationArgs{AllowTo: []network.Peer{
				{Namespace: pulumi.String("database"), Ports: []int{0, 5432, 65536}},
			}},
			want: []string{
				"allowTo[0].ports: expected ports from 1 to 65535, found 0",
				"allowTo[0].ports: expected ports from 1 to 65535, found 65536",
			},
		},
		"Labels": {
			reason: "no object has such labels or such a namespace",
			args: &network.IsolationArgs{
				Selector: map[string]string{"a b": "c"}, Labels: pulumi.StringMap{"a": pulumi.String("b c")},
				AllowTo: []network.Peer{
					{Pods: map[string]string{"a": "b c"}}, {Namespace: pulumi.String("a.b")}, {CIDR: pulumi.String("::ffff:10.0.0.0/104")},
				},
			},
			want: []string{
				`allowTo[0].pods.a: found the string "b c": use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends`,
				`allowTo[1].namespace: found the string "a.b": use at most 63 lower case letters, digits and dashes, with a letter or digit at both ends`,
				`allowTo[2].cidr: found the string "::ffff:10.0.0.0/104", expected a CIDR block such as 10.0.0.0/8`,
				`labels.a: found the string "b c": use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends`,
				`selector["a b"]: invalid key: use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends, after an optional domain and a slash`,
			},
		},
		"EmptySelector": {
			reason: "an empty selector would select all pods of the namespace",
			args:   &network.IsolationArgs{Selector: map[string]string{}},
			want:   []string{"selector: empty selector: set a label of the pods"},
		},
		"Port": {
			reason: "the port has a range",
			args:   &network.IsolationArgs{Port: 65536},
			want:   []string{"port: expected at most 65535, found the number 65536"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.args != nil {
				tc.args.Namespace = pulumi.String("team")
				if tc.args.Selector == nil {
					tc.args.Selector = selector
				}
			}
			fixture.RequireRejected(t, network.NewIsolation, tc.args, tc.want, tc.reason)
		})
	}
}
