package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/policytest"
)

// edge is a connection to or from the isolated pods.
type edge struct {
	peer     policytest.Peer
	port     int
	protocol corev1.Protocol
}

var (
	web      = policytest.Peer{Namespace: "team", Labels: selector, IP: "10.1.0.1"}
	proxy    = policytest.Peer{Namespace: "ingress", Labels: map[string]string{"role": "proxy"}, IP: "10.1.0.2"}
	other    = policytest.Peer{Namespace: "ingress", Labels: map[string]string{"role": "other"}, IP: "10.1.0.3"}
	database = policytest.Peer{Namespace: "database", IP: "10.1.0.4"}
	outside  = policytest.Peer{IP: "203.0.113.7"}
	probes   = policytest.Peer{IP: "169.254.7.127"}
)

func isolated(t *testing.T, args network.IsolationArgs) *policytest.Policies {
	t.Helper()
	args.Namespace, args.Selector = pulumi.String("team"), selector
	return policytest.OfRecording(t, pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewIsolation(ctx, "web", &args)
		return err
	}, fixture.Cluster()))
}

// requireEdges checks that the given connections, and no other ones between the same ends and ports, are allowed.
func requireEdges(t *testing.T, p *policytest.Policies, in, out []edge) {
	t.Helper()
	ports := []edge{{port: 8080}, {port: 9090}, {port: 5432}, {port: 53}, {port: 5353}, {port: 6005}, {port: 6011}, {port: 15008}}
	for _, end := range []policytest.Peer{proxy, other, database, outside, probes} {
		for _, at := range ports {
			for _, protocol := range []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP} {
				here := edge{end, at.port, protocol}
				require.Equal(t, contains(in, here), p.Allowed(end, web, at.port, protocol), "from %v to web at %s %d", end, protocol, at.port)
				require.Equal(t, contains(out, here), p.Allowed(web, end, at.port, protocol), "from web to %v at %s %d", end, protocol, at.port)
			}
		}
	}
}

func contains(list []edge, e edge) bool {
	for _, l := range list {
		if l.peer.IP == e.peer.IP && l.port == e.port && l.protocol == e.protocol {
			return true
		}
	}
	return false
}

func TestDeclaredEdgesAndNoOthersAreAllowed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason  string
		args    network.IsolationArgs
		in, out []edge
	}{
		"None": {reason: "all traffic is denied"},
		"Declared": {
			reason: "peers have the ports of the pods, or ports of their own",
			args: network.IsolationArgs{
				Port: 8080, Ports: []network.PortRange{{Port: 6000, EndPort: 6010, Protocol: network.ProtocolUDP}},
				AllowFrom: []network.Peer{
					{Namespace: pulumi.String("ingress"), Pods: map[string]string{"role": "proxy"}},
					{CIDR: pulumi.String("203.0.113.0/24"), PortRanges: []network.PortRange{{Port: 9090, Protocol: network.ProtocolSCTP}}},
				},
				AllowTo: []network.Peer{{Namespace: pulumi.String("database"), Ports: []int{5432}}},
			},
			in: []edge{
				{proxy, 8080, corev1.ProtocolTCP}, {proxy, 6005, corev1.ProtocolUDP}, {outside, 9090, corev1.ProtocolSCTP},
			},
			out: []edge{{database, 5432, corev1.ProtocolTCP}},
		},
		"AllPortsOfAProtocol": {
			reason: "a range without a port is all ports of its protocol",
			args: network.IsolationArgs{AllowTo: []network.Peer{
				{Namespace: pulumi.String("database"), PortRanges: []network.PortRange{{Protocol: network.ProtocolSCTP}}},
			}},
			out: []edge{
				{database, 8080, corev1.ProtocolSCTP},
				{database, 9090, corev1.ProtocolSCTP},
				{database, 5432, corev1.ProtocolSCTP},
				{database, 53, corev1.ProtocolSCTP},
				{database, 5353, corev1.ProtocolSCTP},
				{database, 6005, corev1.ProtocolSCTP},
				{database, 6011, corev1.ProtocolSCTP},
				{database, 15008, corev1.ProtocolSCTP},
			},
		},
		"Ambient": {
			reason: "in the ambient mode, pods connect to port 15008, and probes come from a fixed address",
			args: network.IsolationArgs{
				Mesh: network.MeshAmbient, Port: 8080, AllowFrom: []network.Peer{{Namespace: pulumi.String("ingress"), Pods: map[string]string{"role": "proxy"}}},
				AllowTo: []network.Peer{{Namespace: pulumi.String("database"), Ports: []int{5432}}},
			},
			in: append([]edge{{proxy, 8080, corev1.ProtocolTCP}, {proxy, 15008, corev1.ProtocolTCP}}, allPorts(probes)...),
			out: []edge{
				{database, 5432, corev1.ProtocolTCP}, {database, 15008, corev1.ProtocolTCP},
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireEdges(t, isolated(t, tc.args), tc.in, tc.out)
		})
	}
}

// allPorts lists the edges of a peer at all ports of [requireEdges].
func allPorts(peer policytest.Peer) []edge {
	var out []edge
	for _, port := range []int{8080, 9090, 5432, 53, 5353, 6005, 6011, 15008} {
		for _, protocol := range []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP} {
			out = append(out, edge{peer, port, protocol})
		}
	}
	return out
}

func TestDNSOfDistributions(t *testing.T) {
	t.Parallel()
	coreDNS := policytest.Peer{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "kube-dns"}, IP: "10.1.0.5"}
	local := policytest.Peer{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "node-local-dns"}, IP: "10.1.0.6"}
	system := policytest.Peer{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "metrics-server"}, IP: "10.1.0.7"}
	openshift := policytest.Peer{
		Namespace: "openshift-dns", Labels: map[string]string{"dns.operator.openshift.io/daemonset-dns": "default"}, IP: "10.1.0.8",
	}
	custom := policytest.Peer{Namespace: "dns", Labels: map[string]string{"app": "dns"}, IP: "10.1.0.9"}
	nodeLocal, metadata := policytest.Peer{IP: "169.254.20.10"}, policytest.Peer{IP: "169.254.169.254"}
	azure, azureNode := policytest.Peer{IP: "169.254.10.11"}, policytest.Peer{IP: "169.254.10.10"}
	all := []policytest.Peer{coreDNS, local, system, openshift, custom, nodeLocal, metadata, azure, azureNode}
	tests := map[string]struct {
		reason  string
		dns     *network.DNS
		port    int
		allowed []policytest.Peer
	}{
		"Default":    {"existing policies stay as they are", nil, 53, []policytest.Peer{coreDNS, local, system, nodeLocal}},
		"Kubernetes": {"the default by name", preset(network.DNSKubernetes), 53, []policytest.Peer{coreDNS, local, system, nodeLocal}},
		"EKS":        {"CoreDNS, and NodeLocal DNSCache", preset(network.DNSEKS), 53, []policytest.Peer{coreDNS, nodeLocal}},
		"AKS":        {"CoreDNS, and LocalDNS of the nodes", preset(network.DNSAKS), 53, []policytest.Peer{coreDNS, azure, azureNode}},
		"GKE": {
			"Cloud DNS answers at the metadata server", preset(network.DNSGKE), 53, []policytest.Peer{coreDNS, local, nodeLocal, metadata},
		},
		"OpenShift": {"another namespace and port", preset(network.DNSOpenShift), 5353, []policytest.Peer{openshift}},
		"K3s":       {"CoreDNS alone", preset(network.DNSK3s), 53, []policytest.Peer{coreDNS}},
		"RKE2":      {"CoreDNS, and NodeLocal DNSCache", preset(network.DNSRKE2), 53, []policytest.Peer{coreDNS, nodeLocal}},
		"Talos":     {"CoreDNS alone", preset(network.DNSTalos), 53, []policytest.Peer{coreDNS}},
		"Custom": {
			"DNS of your own", &network.DNS{
				Namespace: "dns", Pods: map[string]string{"app": "dns"}, CIDRs: []string{"169.254.10.10/32"}, Ports: []int{1053},
			}, 1053, []policytest.Peer{custom, azureNode},
		},
		"Address": {"DNS servers outside the cluster", &network.DNS{CIDRs: []string{"169.254.169.254/32"}}, 53, []policytest.Peer{metadata}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := isolated(t, network.IsolationArgs{DNS: tc.dns})
			for _, server := range all {
				for _, port := range []int{53, 80, 1053, 5353} {
					want := port == tc.port && contains(peers(tc.allowed), edge{peer: server})
					for _, protocol := range []corev1.Protocol{corev1.ProtocolUDP, corev1.ProtocolTCP} {
						require.Equal(t, want, p.Allowed(web, server, port, protocol), "%s: %v at %s %d", tc.reason, server, protocol, port)
					}
				}
				require.False(t, p.Allowed(server, web, 8080, corev1.ProtocolTCP), "DNS servers cannot connect to the pods")
			}
		})
	}
}

func preset(p network.DNSPreset) *network.DNS { return &network.DNS{Preset: p} }

func peers(list []policytest.Peer) []edge {
	var out []edge
	for _, p := range list {
		out = append(out, edge{peer: p})
	}
	return out
}

func TestEdgesOfAnApplication(t *testing.T) {
	t.Parallel()
	var labels map[string]string
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: pulumi.String("team"), Image: pulumi.String(fixture.Image), Port: 8080,
			Network: &application.Network{
				AllowFrom: []network.Peer{{Namespace: pulumi.String("ingress"), Pods: map[string]string{"role": "proxy"}}},
				AllowTo:   []network.Peer{{Namespace: pulumi.String("database"), Ports: []int{5432}}},
			},
		})
		return err
	}, fixture.Cluster())
	pod, _ := r.One(t, ":apps/v1:Deployment").Input("spec.template.metadata.labels")
	labels = pulumitest.DecodeProperties[map[string]string](t, pod.ObjectValue())
	p, own := policytest.OfRecording(t, r), policytest.Peer{Namespace: "team", Labels: labels}
	require.True(t, p.Allowed(proxy, own, 8080, corev1.ProtocolTCP))
	require.True(t, p.Allowed(own, database, 5432, corev1.ProtocolTCP))
	for _, denied := range []policytest.Peer{other, database, outside} {
		require.False(t, p.Allowed(denied, own, 8080, corev1.ProtocolTCP), "%v", denied)
	}
	require.False(t, p.Allowed(own, database, 5433, corev1.ProtocolTCP))
	require.False(t, p.Allowed(own, outside, 443, corev1.ProtocolTCP))
}
