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

// The parts of network policies, as the API has them.
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
			reason: "what is not declared is denied, but for DNS",
		},
		"PortAlone": {
			reason: "a port opens nothing by itself",
			args:   network.IsolationArgs{Port: 8080},
		},
		"From": {
			reason: "peers connect to the port of the pods; each peer is a rule of its own, because its ports may differ",
			args: network.IsolationArgs{Port: 8080, Connections: network.Connections{AllowFrom: []network.Peer{
				{Namespace: "ingress"},
				{Pods: client},
				{CIDR: "10.0.0.0/8", Ports: []int{9090, 9091}},
			}}},
			ingress: []networkingv1.NetworkPolicyIngressRule{
				from(in("ingress"), 8080), from(pods(client), 8080), from(cidr("10.0.0.0/8"), 9090, 9091),
			},
		},
		"FromBoth": {
			reason: "a namespace and pods are one peer: those pods of that namespace, not either of them",
			args: network.IsolationArgs{Port: 8080, Connections: network.Connections{AllowFrom: []network.Peer{
				{Namespace: "ingress", Pods: client},
			}}},
			ingress: []networkingv1.NetworkPolicyIngressRule{from(networkingv1.NetworkPolicyPeer{
				NamespaceSelector: in("ingress").NamespaceSelector, PodSelector: pods(client).PodSelector,
			}, 8080)},
		},
		"FromWithoutPort": {
			reason: "a peer may have ports of its own",
			args: network.IsolationArgs{Connections: network.Connections{AllowFrom: []network.Peer{
				{Namespace: "monitoring", Ports: []int{9090}},
			}}},
			ingress: []networkingv1.NetworkPolicyIngressRule{from(in("monitoring"), 9090)},
		},
		"To": {
			reason: "the ports of other peers are not known, so all are open unless some are named",
			args: network.IsolationArgs{Port: 8080, Connections: network.Connections{AllowTo: []network.Peer{
				{Namespace: "database", Ports: []int{5432}}, {CIDR: "2001:db8::/32"}, {Pods: client},
			}}},
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
			args.Labels = map[string]string{"team": "payments"}
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

func TestIsolationRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *network.IsolationArgs
		want   []string
	}{
		"Nil": {
			reason: "nil arguments lack everything that is required",
			want:   []string{"namespace: required, but missing", "selector: required, but missing"},
		},
		"EmptyPeer": {
			reason: "an empty peer would be everybody",
			args:   &network.IsolationArgs{Port: 80, Connections: network.Connections{AllowFrom: []network.Peer{{}}}},
			want:   []string{"allowFrom[0]: empty peer: name a namespace, pods or a cidr"},
		},
		"EmptyPods": {
			reason: "labels that are given but empty would be all pods",
			args: &network.IsolationArgs{Connections: network.Connections{AllowTo: []network.Peer{
				{Pods: map[string]string{}, Ports: []int{80}},
			}}},
			want: []string{"allowTo[0]: empty peer: name a namespace, pods or a cidr"},
		},
		"BothKinds": {
			reason: "the API has no peer that is both",
			args: &network.IsolationArgs{Connections: network.Connections{AllowTo: []network.Peer{
				{CIDR: "10.0.0.0/8", Namespace: "database"}, {CIDR: "10.0.0.0/8", Pods: map[string]string{"a": "b"}},
			}}},
			want: []string{
				"allowTo[0].cidr: a peer is a range of addresses or pods, not both: make two peers of it",
				"allowTo[1].cidr: a peer is a range of addresses or pods, not both: make two peers of it",
			},
		},
		"CIDR": {
			reason: "each wrong range says what to write",
			args: &network.IsolationArgs{Port: 80, Connections: network.Connections{AllowFrom: []network.Peer{
				{CIDR: "10.0.0.0"}, {CIDR: "10.0.0.1/8"}, {CIDR: "2001:db8::1/32"}, {CIDR: "10.0.0.0/33"},
			}}},
			want: []string{
				`allowFrom[0].cidr: found the string "10.0.0.0", expected a range of addresses such as 10.0.0.0/8`,
				"allowFrom[1].cidr: 10.0.0.1/8 has address bits behind its prefix: write 10.0.0.0/8",
				"allowFrom[2].cidr: 2001:db8::1/32 has address bits behind its prefix: write 2001:db8::/32",
				`allowFrom[3].cidr: found the string "10.0.0.0/33", expected a range of addresses such as 10.0.0.0/8`,
			},
		},
		"NoPort": {
			reason: "a rule without ports would open all of them, and leaving it out would be a surprise",
			args: &network.IsolationArgs{Connections: network.Connections{AllowFrom: []network.Peer{
				{Namespace: "monitoring", Ports: []int{9090}}, {Namespace: "ingress"},
			}}},
			want: []string{"allowFrom[1]: the pods have no port to let the peer in to: set port, or the ports of the peer"},
		},
		"Ports": {
			reason: "a port of a list is held to the same range as others",
			args: &network.IsolationArgs{Connections: network.Connections{AllowTo: []network.Peer{
				{Namespace: "database", Ports: []int{0, 5432, 65536}},
			}}},
			want: []string{
				"allowTo[0].ports: expected ports from 1 to 65535, found 0",
				"allowTo[0].ports: expected ports from 1 to 65535, found 65536",
			},
		},
		"Port": {
			reason: "the port is in the range of ports",
			args:   &network.IsolationArgs{Port: 65536},
			want:   []string{"port: expected at most 65535, found the number 65536"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.args != nil {
				tc.args.Namespace, tc.args.Selector = pulumi.String("team"), selector
			}
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := network.NewIsolation(ctx, "web", tc.args)
				requireFindings(t, err, tc.want, tc.reason)
				return nil
			}, fixture.Cluster())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}
