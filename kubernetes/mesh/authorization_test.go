package mesh_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

const policyType = "kubernetes:security.istio.io/v1:AuthorizationPolicy"

// application returns the labels of the pods of an application.
func application(name string) map[string]string {
	return map[string]string{"app.kubernetes.io/name": name}
}

type object = map[string]any

// from returns a rule of a policy.
func from(source object, ports ...any) object {
	return object{
		"from": []any{object{"source": source}},
		"to":   []any{object{"operation": object{"ports": ports}}},
	}
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		peers  []network.Peer
		want   []any
	}{
		"Nobody": {reason: "without rules, nothing is allowed"},
		"Namespace": {
			reason: "a namespace is the identity of all its pods",
			peers:  []network.Peer{{Namespace: pulumi.String("edge")}},
			want:   []any{from(object{"namespaces": []any{"edge"}}, "8080")},
		},
		"Application": {
			reason: "pods of an application have its service account, in the namespace of the policy by default",
			peers:  []network.Peer{{Pods: application("shop")}},
			want:   []any{from(object{"principals": []any{"cluster.local/ns/team/sa/shop"}}, "8080")},
		},
		"Instance": {
			reason: "the instance of an application does not change its service account",
			peers: []network.Peer{{
				Namespace: pulumi.String("other"),
				Pods:      map[string]string{"app.kubernetes.io/name": "shop", "app.kubernetes.io/instance": "shop"},
			}},
			want: []any{from(object{"principals": []any{"cluster.local/ns/other/sa/shop"}}, "8080")},
		},
		"Gateway": {
			reason: "the control plane creates the service account of a gateway",
			peers: []network.Peer{{
				Namespace: pulumi.String("edge"), Pods: map[string]string{"gateway.networking.k8s.io/gateway-name": "main"},
			}},
			want: []any{from(object{"principals": []any{"cluster.local/ns/edge/sa/main-istio"}}, "8080")},
		},
		"CIDR": {
			reason: "ports of a peer override the port",
			peers:  []network.Peer{{CIDR: pulumi.String("10.0.0.0/8"), Ports: []int{9090, 9091}}},
			want:   []any{from(object{"ipBlocks": []any{"10.0.0.0/8"}}, "9090", "9091")},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := mesh.NewAuthorization(ctx, "web", &mesh.AuthorizationArgs{
					Namespace: pulumi.String("team"), Selector: application("web"), Port: 8080, AllowFrom: tc.peers,
				})
				return err
			}, fixture.Cluster())
			want := object{"action": "ALLOW", "selector": object{"matchLabels": object{"app.kubernetes.io/name": "web"}}}
			if tc.want != nil {
				want["rules"] = tc.want
			}
			if diff := cmp.Diff(want, r.One(t, policyType).Inputs["spec"].Mappable()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAuthorizationIsRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   mesh.AuthorizationArgs
		want   []string
	}{
		"Labels": {
			reason: "only service accounts are identities",
			args: mesh.AuthorizationArgs{
				Namespace: pulumi.String("team"), Selector: application("web"), Port: 80,
				AllowFrom: []network.Peer{{Pods: map[string]string{"role": "client"}}},
			},
			want: []string{"allowFrom[0].pods: labels are not part of an identity: use app.kubernetes.io/name alone, whose value is " +
				"the service account of an application, or a peer with a namespace only"},
		},
		"NoPort": {
			reason: "a peer needs a port, as in a network policy",
			args: mesh.AuthorizationArgs{
				Namespace: pulumi.String("team"), Selector: application("web"),
				AllowFrom: []network.Peer{{Namespace: pulumi.String("edge")}},
			},
			want: []string{"allowFrom[0]: no port to allow: set port, or ports of the peer"},
		},
		"Everything": {
			reason: "an empty selector selects all pods of the namespace",
			args:   mesh.AuthorizationArgs{Namespace: pulumi.String("team"), Selector: map[string]string{}},
			want:   []string{"selector: empty selector: set a label of the pods"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, mesh.NewAuthorization, &tc.args, tc.want, tc.reason)
		})
	}
}

func TestNamespaceLabels(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]string{"istio.io/dataplane-mode": "ambient"}, mesh.NamespaceLabels(mesh.ModeAmbient, ""))
	require.Equal(t, map[string]string{"istio-injection": "enabled"}, mesh.NamespaceLabels(mesh.ModeSidecar, ""))
	require.Equal(t, map[string]string{"istio.io/rev": "canary"}, mesh.NamespaceLabels(mesh.ModeSidecar, "canary"))
	require.Empty(t, mesh.NamespaceLabels("", "canary"))
}

func TestPeers(t *testing.T) {
	t.Parallel()
	given := []network.Peer{
		{Namespace: pulumi.String("edge")}, {Pods: application("shop"), Ports: []int{9090}}, {CIDR: pulumi.String("10.0.0.0/8")},
	}
	probes := network.Peer{CIDR: pulumi.String("169.254.7.127/32"), Ports: []int{8080}}
	require.Equal(t, []network.Peer{
		{Namespace: pulumi.String("edge"), Ports: []int{8080, 15008}}, {Pods: application("shop"), Ports: []int{9090, 15008}},
		given[2], probes,
	}, mesh.IngressPeers(mesh.ModeAmbient, 8080, given), "pods connect through the mesh, and the kubelet has another address")
	require.Equal(t, given, mesh.IngressPeers(mesh.ModeSidecar, 8080, given), "sidecars keep the port")
	require.Equal(t, []network.Peer{given[0], {Pods: application("shop"), Ports: []int{9090, 15008}}, given[2]},
		mesh.EgressPeers(mesh.ModeAmbient, pulumi.String("istio-system"), given), "a peer without ports allows all")
	require.Equal(t, append(given, network.Peer{
		Namespace: pulumi.String("istio-system"), Pods: map[string]string{"app": "istiod"}, Ports: []int{15012},
	}), mesh.EgressPeers(mesh.ModeSidecar, pulumi.String("istio-system"), given), "sidecars connect to the control plane")
	require.Equal(t, []int{9090}, given[1].Ports, "the arguments are not modified")
}
