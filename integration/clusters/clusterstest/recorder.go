// Package clusterstest replaces the control planes of simulated clouds in tests of their clusters.
package clusterstest

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// Recorder records the calls for control planes, and starts none.
type Recorder struct {
	// Calls are the calls, in order, without those for access.
	Calls []string
	// Specs are the control planes that were started.
	Specs []clusters.Spec
	// Nodes are the nodes of the last call of SetNodes, and Groups those of each group.
	Nodes  []clusters.Node
	Groups map[string][]clusters.Node
	// Access is what the last call of SetAccess read.
	Access []clusters.Access
	// Balancers is the answer of LoadBalancers.
	Balancers []string
	// Fail is the error of Start.
	Fail error
}

var _ clusters.ControlPlanes = (*Recorder)(nil)

func (r *Recorder) record(format string, args ...any) {
	r.Calls = append(r.Calls, fmt.Sprintf(format, args...))
}

// Start implements clusters.ControlPlanes.
func (r *Recorder) Start(_ context.Context, dir string, s clusters.Spec) (clusters.Endpoint, error) {
	r.record("start %s: %s %s %s %s", filepath.Base(dir), s.Name, s.Region, s.Version, s.LoadBalancerDomain)
	r.Specs = append(r.Specs, s)
	return clusters.Endpoint{Server: "https://127.0.0.1:6443", CA: []byte("ca")}, r.Fail
}

// Upgrade implements clusters.ControlPlanes.
func (r *Recorder) Upgrade(_ context.Context, _, version string) error {
	r.record("upgrade to %s", version)
	return nil
}

// Stop implements clusters.ControlPlanes.
func (r *Recorder) Stop(_ context.Context, dir string) error {
	r.record("stop %s", filepath.Base(dir))
	return nil
}

// StopAll implements clusters.ControlPlanes.
func (r *Recorder) StopAll(context.Context, string) error {
	r.record("stop all")
	return nil
}

// SetNodes implements clusters.ControlPlanes.
func (r *Recorder) SetNodes(_ context.Context, _, group string, nodes []clusters.Node) error {
	r.record("%d nodes of %s", len(nodes), group)
	r.Nodes = nodes
	if r.Groups == nil {
		r.Groups = map[string][]clusters.Node{}
	}
	r.Groups[group] = nodes
	return nil
}

// SetAccess implements clusters.ControlPlanes.
func (r *Recorder) SetAccess(_ context.Context, _ string, read func() ([]clusters.Access, error)) (err error) {
	r.Access, err = read()
	return err
}

// LoadBalancers implements clusters.ControlPlanes.
func (r *Recorder) LoadBalancers(context.Context, string) ([]string, error) { return r.Balancers, nil }

// Kubeconfig implements clusters.ControlPlanes. There is none.
func (r *Recorder) Kubeconfig(string) ([]byte, error) { return nil, fs.ErrNotExist }
