//go:build unix

package controlplane_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/process/processtest"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// components is the number of programs of a control plane.
const components = 5

// tree returns all processes of a control plane: every component and its supervisor.
func tree(t *testing.T, supervisors map[string]process.Identity) []process.Identity {
	t.Helper()
	require.Len(t, supervisors, components)
	var all []process.Identity
	for component, supervisor := range supervisors {
		members := processtest.Tree(t, supervisor.PID)
		require.GreaterOrEqualf(t, len(members), 2, "%s does not run", component)
		all = append(all, members...)
	}
	return all
}

func TestControlPlanesAreIndependent(t *testing.T) {
	t.Parallel()
	one := testenv.ControlPlaneWith(t, controlplane.Options{Name: "one", Nodes: 1, Zones: []string{"eu-west-1a"},
		Region: "eu-west-1"})
	two := testenv.ControlPlaneWith(t, controlplane.Options{Name: "two", Nodes: -1})
	require.NotEqual(t, one.Host(), two.Host())

	_, err := one.Client().CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "mine"}}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = two.Client().CoreV1().Namespaces().Get(t.Context(), "mine", metav1.GetOptions{})
	require.Truef(t, apierrors.IsNotFound(err), "error of the other control plane: %v", err)

	nodes, err := one.Client().CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, nodes.Items, 1)
	require.Equal(t, "eu-west-1a", nodes.Items[0].Labels[corev1.LabelTopologyZone])
	require.Equal(t, "eu-west-1", nodes.Items[0].Labels[corev1.LabelTopologyRegion])
	nodes, err = two.Client().CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Empty(t, nodes.Items)

	running := tree(t, one.Processes())
	require.NoError(t, one.Stop(t.Context()))
	processtest.RequireGone(t, 0, running...)
	require.NoDirExists(t, one.Dir(), "Stop removes a folder that Start created")
	require.NoError(t, one.Stop(t.Context()), "a second Stop does nothing")
	require.Empty(t, one.Processes())

	_, err = two.Client().CoreV1().Namespaces().Get(t.Context(), "default", metav1.GetOptions{})
	require.NoError(t, err, "the other control plane still runs")
}

func TestKilledParentEndsControlPlane(t *testing.T) {
	t.Parallel()
	cmd, supervisors := runParent(t, t.TempDir())
	running := tree(t, supervisors)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	processtest.RequireGone(t, patience, running...)
}

func TestContextEndStopsControlPlane(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir := t.TempDir()
	cloud, err := controlplane.Start(ctx, controlplane.Options{Tools: programs(t), Dir: dir, Progress: t.Output()})
	require.NoError(t, err)
	running := tree(t, cloud.Processes())
	cancel()
	processtest.RequireGone(t, patience, running...)
	require.NoError(t, cloud.Stop(t.Context()))
	require.FileExists(t, filepath.Join(cloud.Logs(), "kube-apiserver.log"),
		"logs stay in a folder that the options name")
}

func TestKeptControlPlaneRunsUntilStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir := t.TempDir()
	bystander := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(bystander, []byte("mine"), 0o600))
	opts := controlplane.Options{Tools: programs(t), Dir: dir, Nodes: 1, Progress: t.Output()}
	cloud, err := controlplane.Start(ctx, opts)
	require.NoError(t, err)
	require.NoError(t, cloud.Keep())
	t.Cleanup(func() { _ = cloud.Stop(context.Background()) })
	running := tree(t, cloud.Processes())

	cancel()
	_, err = cloud.Client().CoreV1().Namespaces().Get(t.Context(), "default", metav1.GetOptions{})
	require.NoError(t, err, "a kept control plane runs after its context has ended")
	_, err = controlplane.Start(t.Context(), opts)
	require.ErrorContains(t, err, "which is still running", "another control plane cannot use its folder")
	processtest.RequireRunning(t, running...)

	require.NoError(t, controlplane.StopKept(t.Context(), dir))
	processtest.RequireGone(t, 0, running...)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "files of others stay")
	require.FileExists(t, bystander)

	require.ErrorIs(t, controlplane.StopKept(t.Context(), dir), os.ErrNotExist)
	require.NoError(t, cloud.Stop(t.Context()), "Stop does nothing after StopKept")
}
