package clusters

import "context"

// ControlPlanes runs the control planes of the clusters of a cloud, each in a folder of its own. The functions of this
// package of the same names say what its methods do.
type ControlPlanes interface {
	Start(ctx context.Context, dir string, s Spec) (Endpoint, error)
	Upgrade(ctx context.Context, dir, version string) error
	Stop(ctx context.Context, dir string) error
	StopAll(ctx context.Context, root string) error
	SetNodes(ctx context.Context, dir, group string, nodes []Node) error
	SetAccess(ctx context.Context, dir string, read func() ([]Access, error)) error
	LoadBalancers(ctx context.Context, dir string) ([]string, error)
	Kubeconfig(dir string) ([]byte, error)
}

// Local returns the control planes that run on this machine.
func Local() ControlPlanes { return local{} }

type local struct{}

func (local) Start(ctx context.Context, dir string, s Spec) (Endpoint, error) {
	return Start(ctx, dir, s)
}

func (local) Upgrade(ctx context.Context, dir, version string) error {
	return Upgrade(ctx, dir, version)
}

func (local) Stop(ctx context.Context, dir string) error { return Stop(ctx, dir) }

func (local) StopAll(ctx context.Context, root string) error { return StopAll(ctx, root) }

func (local) SetNodes(ctx context.Context, dir, group string, nodes []Node) error {
	return SetNodes(ctx, dir, group, nodes)
}

func (local) SetAccess(ctx context.Context, dir string, read func() ([]Access, error)) error {
	return SetAccess(ctx, dir, read)
}

func (local) Kubeconfig(dir string) ([]byte, error) { return Kubeconfig(dir) }

func (local) LoadBalancers(ctx context.Context, dir string) ([]string, error) {
	return LoadBalancers(ctx, dir)
}
