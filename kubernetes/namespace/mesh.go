package namespace

import (
	"github.com/ashlar-iac/ashlar/core/config"
)

// MeshMode is how the pods of a namespace join a service mesh.
type MeshMode string

// The modes of Istio. Source: "Sidecar or ambient?", Istio documentation.
const (
	// MeshModeSidecar adds a proxy to each pod.
	MeshModeSidecar MeshMode = "sidecar"
	// MeshModeAmbient uses the proxy of the node.
	MeshModeAmbient MeshMode = "ambient"
)

// Mesh adds the pods of a namespace to Istio, which must be installed in the cluster.
type Mesh struct {
	// Mode is how the pods join: sidecar (a proxy in each pod) or ambient (the proxy of the node). Without the Istio CNI
	// node agent, the sidecar mode adds an init container with the capabilities NET_ADMIN and NET_RAW, which the restricted
	// and baseline Pod Security Standards reject. Required.
	Mode MeshMode `pulumi:"mode" jsonschema:"required,enum=sidecar,enum=ambient"`
	// Revision is the revision of the control plane, or a tag of one, for sidecars. Default: the default revision.
	Revision string `pulumi:"revision,optional" jsonschema:"pattern=^[a-z0-9]([-a-z0-9]{0\\,61}[a-z0-9])?$,example=1-26"`
}

// The labels of Istio. Source: "Resource Labels", Istio documentation.
const (
	injectionLabel     = "istio-injection"
	revisionLabel      = "istio.io/rev"
	dataplaneModeLabel = "istio.io/dataplane-mode"
)

var _ config.Validator = (*Mesh)(nil)

// Validate implements config.Validator.
func (m *Mesh) Validate(report *config.Report) {
	if m.Mode == MeshModeAmbient && m.Revision != "" {
		report.Add([]string{"revision"}, "selects the control plane of sidecars: remove it, or use the mode sidecar")
	}
}

// Labels returns the labels of a namespace whose pods join the mesh.
func (m *Mesh) Labels() map[string]string {
	switch {
	case m == nil:
		return nil
	case m.Mode == MeshModeAmbient:
		return map[string]string{dataplaneModeLabel: "ambient"}
	case m.Revision != "":
		return map[string]string{revisionLabel: m.Revision}
	}
	return map[string]string{injectionLabel: "enabled"}
}
