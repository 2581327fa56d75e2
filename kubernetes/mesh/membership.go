package mesh

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// Mode is how pods join a mesh. Source: "Sidecar or ambient?", Istio documentation.
type Mode string

// The modes.
const (
	// ModeAmbient redirects the traffic of pods to the proxy of their node. Pods need no change and no restart.
	ModeAmbient Mode = "ambient"
	// ModeSidecar adds a proxy to each pod when it starts.
	ModeSidecar Mode = "sidecar"
)

// NamespaceLabels returns the labels of a namespace whose pods join a mesh. The revision is that of the control plane of
// sidecars, or a tag; the empty one is the default revision. Namespaces in ambient mode have no revision.
//
// Sources: "Installing the Sidecar" and "Add workloads to the mesh", Istio documentation.
func NamespaceLabels(mode Mode, revision string) map[string]string {
	if mode != ModeAmbient && mode != ModeSidecar {
		return nil
	}
	return (&namespace.Mesh{Mode: namespace.MeshMode(mode), Revision: revision}).Labels()
}

const (
	// hbonePort is the port of pods in ambient mode for connections from other pods of the mesh. Source: "Ambient and
	// Kubernetes NetworkPolicy", Istio documentation.
	hbonePort = 15008
	// controlPlanePort is the port of the control plane for proxies. Source: "Application Requirements", Istio
	// documentation.
	controlPlanePort = 15012
	// probeCIDR is the source address of the kubelet's probes of pods in ambient mode. Source: "Ambient and Kubernetes
	// NetworkPolicy", Istio documentation.
	probeCIDR = "169.254.7.127/32"
)

// IngressPeers returns the peers that the network policy of pods in a mesh allows ingress from: the given ones and, in
// ambient mode, the probes of the kubelet and connections of the peers through the mesh. port is that of the pods, or 0.
func IngressPeers(mode Mode, port int, peers []network.Peer) []network.Peer {
	if mode != ModeAmbient {
		return peers
	}
	out := withPort(peers, port)
	if port != 0 {
		out = append(out, network.Peer{CIDR: pulumi.String(probeCIDR), Ports: []int{port}})
	}
	return out
}

// EgressPeers returns the peers that the network policy of pods in a mesh allows egress to: the given ones and, with
// sidecars, the control plane in the given namespace; in ambient mode, connections to the peers through the mesh.
func EgressPeers(mode Mode, namespace pulumi.StringInput, peers []network.Peer) []network.Peer {
	switch mode {
	case ModeAmbient:
		return withPort(peers, 0)
	case ModeSidecar:
		return append(slices.Clone(peers), network.Peer{
			Namespace: namespace, Pods: map[string]string{"app": "istiod"}, Ports: []int{controlPlanePort},
		})
	}
	return peers
}

// withPort adds the port of the mesh to peers that are pods. Peers without ports have the given one; 0 means all ports.
func withPort(peers []network.Peer, port int) []network.Peer {
	out := slices.Clone(peers)
	for i, p := range out {
		if p.CIDR != nil {
			continue
		}
		open := p.Ports
		if len(open) == 0 && port != 0 {
			open = []int{port}
		}
		if len(open) > 0 && !slices.Contains(open, hbonePort) {
			out[i].Ports = append(slices.Clone(open), hbonePort)
		}
	}
	return out
}
