// Package testenv provides end-to-end tests with tools, control planes, engines and providers, which end with the test.
package testenv

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/echo"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Tools returns the named tools, built if necessary. Default: the tools of control planes and engines.
func Tools(tb testing.TB, names ...tools.Name) tools.Set {
	tb.Helper()
	if len(names) == 0 {
		names = tools.Demo()
	}
	set, err := tools.Ensure(tb.Context(), tools.Options{Progress: tb.Output()}, names...)
	require.NoError(tb, err)
	return set
}

// ControlPlane starts a control plane with default options. It stops with the test.
func ControlPlane(tb testing.TB) *controlplane.ControlPlane {
	tb.Helper()
	return ControlPlaneWith(tb, controlplane.Options{})
}

// ControlPlaneWith starts a control plane with options other than Tools and Progress. It stops with the test.
func ControlPlaneWith(tb testing.TB, opts controlplane.Options) *controlplane.ControlPlane {
	tb.Helper()
	opts.Tools, opts.Progress = Tools(tb, tools.ControlPlane()...), tb.Output()
	// The context of the test ends before its cleanup functions run.
	cluster, err := controlplane.Start(context.Background(), opts)
	require.NoError(tb, err)
	tb.Cleanup(func() {
		if err := cluster.Stop(context.Background()); err != nil {
			tb.Errorf("stop the control plane: %v", err)
		}
	})
	return cluster
}

// Engine returns a new engine.
func Engine(tb testing.TB) *engine.Engine {
	tb.Helper()
	keys, err := engine.ServeKeys()
	require.NoError(tb, err)
	tb.Cleanup(keys.Stop)
	e, err := engine.New(filepath.Join(tb.TempDir(), "pulumi"), Tools(tb, tools.Engine()...), engine.WithKeys(keys))
	require.NoError(tb, err)
	return e
}

// Echo starts an echo provider. It stops with the test.
func Echo(tb testing.TB) *echo.Server {
	tb.Helper()
	server, err := echo.Serve()
	require.NoError(tb, err)
	tb.Cleanup(server.Stop)
	return server
}

// Succeeds returns a function that fails the test if an operation of a stack failed, and returns its result:
//
//	ran := testenv.Succeeds(t)
//	up := ran(stack.Up(t.Context()))
func Succeeds(tb testing.TB) func(*engine.Result, error) *engine.Result {
	tb.Helper()
	return func(r *engine.Result, err error) *engine.Result {
		tb.Helper()
		require.NoError(tb, err, r.Output)
		return r
	}
}
