//go:build unix

package controlplane_test

import (
	"context"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/process/processtest"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// replaced returns the tools, with a shell script instead of one of them.
func replaced(t *testing.T, name tools.Name, script string) tools.Set {
	t.Helper()
	path := filepath.Join(t.TempDir(), string(name))
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700))
	set := maps.Clone(programs(t))
	set[name] = path
	return set
}

// requireNothingRuns fails the test if a descendant of this process has the folder in its command line.
func requireNothingRuns(t *testing.T, dir string) {
	t.Helper()
	for _, id := range processtest.Tree(t, os.Getpid()) {
		line := processtest.Command(id.PID)
		require.NotContainsf(t, line, dir, "process %d still runs", id.PID)
	}
}

func TestStartReportsFailedComponent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := controlplane.Start(t.Context(), controlplane.Options{
		Name: "cracked",
		Dir:  dir,
		Tools: replaced(t, tools.Etcd, `echo '{"level":"info","msg":"looking around"}'
echo 'the stone has a crack' >&2
exit 7`),
	})
	require.ErrorContains(t, err, `start control plane "cracked": etcd: etcd ended: exit status 7`)
	require.ErrorContains(t, err, "the stone has a crack")
	require.NotContains(t, err.Error(), "looking around")
	requireNothingRuns(t, dir)
}

func TestFailedComponentStopsTheOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := controlplane.Start(t.Context(), controlplane.Options{
		Dir:   dir,
		Tools: replaced(t, tools.ControllerManager, "echo no hands >&2; exit 1"),
	})
	require.ErrorContains(t, err, "kube-controller-manager ended: exit status 1")
	require.ErrorContains(t, err, "no hands")
	requireNothingRuns(t, dir)
}

func TestStartReportsComponentThatIsNotReady(t *testing.T) {
	t.Parallel()
	for _, name := range []tools.Name{tools.Etcd, tools.APIServer} {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			_, err := controlplane.Start(t.Context(), controlplane.Options{
				Dir:          dir,
				Tools:        replaced(t, name, "echo counting stars >&2; sleep 300 & wait"),
				ReadyTimeout: 2 * time.Second,
			})
			require.ErrorContains(t, err, string(name)+": not ready in time (2s)")
			require.ErrorContains(t, err, "connection refused")
			require.ErrorContains(t, err, "counting stars")
			requireNothingRuns(t, dir)
		})
	}
}

func TestStartRetriesWithOtherPorts(t *testing.T) {
	t.Parallel()
	dir, marker := t.TempDir(), filepath.Join(t.TempDir(), "seen")
	set := replaced(t, tools.Etcd, `if [ -e `+marker+` ]; then exec `+programs(t).Path(tools.Etcd)+` "$@"; fi
touch `+marker+`
echo 'listen tcp 127.0.0.1:2379: bind: address already in use' >&2
exit 1`)
	cloud, err := controlplane.Start(context.Background(),
		controlplane.Options{Tools: set, Dir: dir, Progress: t.Output()})
	require.NoError(t, err)
	require.FileExists(t, marker)
	require.NoError(t, cloud.Stop(t.Context()))
	requireNothingRuns(t, dir)
}

func TestStartReportsPortInUse(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	dir := filepath.Join(t.TempDir(), "never")
	_, err = controlplane.Start(t.Context(), controlplane.Options{Tools: programs(t), Dir: dir, Port: port})
	require.ErrorContains(t, err, "port "+strconv.Itoa(port)+" on 127.0.0.1 is in use")
	require.NoDirExists(t, dir)
}

func TestCanceledStartLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := controlplane.Start(ctx, controlplane.Options{Tools: programs(t), Dir: dir})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	requireNothingRuns(t, dir)
}

func TestStartReportsAllInvalidOptions(t *testing.T) {
	t.Parallel()
	_, err := controlplane.Start(t.Context(), controlplane.Options{
		Tools:        tools.Set{tools.Etcd: "/no/such/etcd"},
		Name:         "not a name",
		Port:         70000,
		Zones:        []string{"a", ""},
		ReadyTimeout: -time.Second,
		Issuer:       "http://plain.example.com",

		LoadBalancerDomain: "no_domain",
	})
	for _, want := range []string{
		"missing tools supervise, kube-apiserver, kube-controller-manager, kube-scheduler, kwok: " +
			"get them with tools.Ensure",
		"tool etcd cannot be run",
		`name "not a name"`,
		"port 70000",
		"a zone is empty",
		"ready timeout -1s",
		`issuer "http://plain.example.com": expected an https URL`,
		`load balancer domain "no_domain"`,
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestStopKeptRequiresKeptControlPlane(t *testing.T) {
	t.Parallel()
	err := controlplane.StopKept(t.Context(), t.TempDir())
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "no kept control plane")
}
