package testenv

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Tools returns what control planes and engines need, built if it has to be.
func Tools(tb testing.TB) tools.Set {
	tb.Helper()
	names := append(controlplane.Programs(), engine.Programs()...)
	set, err := tools.Ensure(tb.Context(), tools.Options{Progress: tb.Output()}, names...)
	require.NoError(tb, err)
	return set
}

// ControlPlane starts a control plane that stops with the test.
func ControlPlane(tb testing.TB) *controlplane.ControlPlane {
	tb.Helper()
	// Not the test's context: that ends before the clean-up, which stops it in order.
	cluster, err := controlplane.Start(context.Background(), controlplane.Options{
		Tools:    Tools(tb),
		Dir:      filepath.Join(tb.TempDir(), "cluster"),
		Progress: tb.Output(),
	})
	require.NoError(tb, err)
	tb.Cleanup(func() {
		if err := cluster.Stop(context.Background()); err != nil {
			tb.Errorf("stop the control plane: %v", err)
		}
	})
	return cluster
}

// Engine returns an engine of the test's own.
func Engine(tb testing.TB) *engine.Engine {
	tb.Helper()
	e, err := engine.New(tb.Context(), filepath.Join(tb.TempDir(), "pulumi"), Tools(tb))
	require.NoError(tb, err)
	return e
}
