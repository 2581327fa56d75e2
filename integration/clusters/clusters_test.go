//go:build unix

package clusters_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/process/processtest"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// TestACluster takes one control plane through what happens to clusters.
func TestACluster(t *testing.T) {
	t.Parallel()
	p := start(t, clusters.Spec{Name: "main", Region: "eu-west-1", Version: "1.35",
		Issuer: "https://oidc.example.com/id/main"})
	for _, behaviour := range []struct {
		name  string
		check func(*testing.T, *plane)
	}{
		{"it has the requested version", hasVersion},
		{"tokens have the requested issuer", hasIssuer},
		{"load balancers get a name", loadBalancersGetAName},
		{"pods run where nodes let them", podsRunWhereTheyMay},
		{"nodes go after others have come", nodesAreReplaced},
		{"groups may do what they are given", groupsHaveAccess},
		{"dead components are started again", revives},
		{"an upgrade keeps what is there", upgrades},
		{"nothing is left when it stops", stops},
	} {
		t.Run(behaviour.name, func(t *testing.T) {
			behaviour.check(t,
				p)
		}) //nolint:paralleltest // One after the other: it is one life.
	}
}

// emulation returns the minor version that the API server says it is of.
func emulation(t *testing.T, p *plane) string {
	t.Helper()
	version, err := p.client.Discovery().RESTClient().Get().AbsPath("/version").Do(t.Context()).Raw()
	require.NoError(t, err)
	return string(version)
}

func hasVersion(t *testing.T, p *plane) {
	t.Helper()
	require.Contains(t, emulation(t, p), `"emulationMinor": "35"`)
	require.Empty(t, p.nodes(t))
}

func hasIssuer(t *testing.T, p *plane) {
	t.Helper()
	document, err := p.client.Discovery().RESTClient().Get().AbsPath("/.well-known/openid-configuration").Do(t.Context()).Raw()
	require.NoError(t, err)
	require.Contains(t, string(document), `"issuer":"https://oidc.example.com/id/main"`)
}

func loadBalancersGetAName(t *testing.T, p *plane) {
	t.Helper()
	services := p.client.CoreV1().Services("default")
	for name, typ := range map[string]corev1.ServiceType{"web": corev1.ServiceTypeLoadBalancer,
		"inner": corev1.ServiceTypeClusterIP} {
		_, err := services.Create(t.Context(), &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec:       corev1.ServiceSpec{Type: typ, Ports: []corev1.ServicePort{{Port: 80}}},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool {
		web, err := services.Get(t.Context(), "web", metav1.GetOptions{})
		return err == nil && len(web.Status.LoadBalancer.Ingress) == 1 &&
			web.Status.LoadBalancer.Ingress[0].Hostname == "default-web.load-balancers.local"
	}, patience, interval)
	found, err := clusters.LoadBalancers(t.Context(), p.dir)
	require.NoError(t, err)
	require.Equal(t, []string{"default/web"}, found)
}

func revives(t *testing.T, p *plane) {
	t.Helper()
	p.namespace(t, "durable")
	kept, err := controlplane.OpenKept(p.dir)
	require.NoError(t, err)
	for _, dead := range [][]string{{"kube-apiserver"}, {"etcd", "kube-apiserver", "kwok"}} {
		for _, name := range dead {
			processtest.Kill(t, kept.Processes()[name])
		}
		p.setNodes(t, node("e", "eu-west-1a"))
		require.Len(t, p.nodes(t), 1)
		_, err := p.client.CoreV1().Namespaces().Get(t.Context(), "durable", metav1.GetOptions{})
		require.NoError(t, err, "the data is still there, at the same address")
		kept, err = controlplane.OpenKept(p.dir)
		require.NoError(t, err)
	}
	processtest.Kill(t, kept.Processes()["kube-apiserver"])
	state := filepath.Join(p.dir, "controlplane.json")
	original, err := os.ReadFile(state)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(state, bytes.ReplaceAll(original, []byte("/kube-apiserver\""), []byte("/missing\"")), 0o600))
	require.ErrorContains(t, clusters.SetNodes(t.Context(), p.dir, "main", []clusters.Node{node("f", "eu-west-1a")}),
		"restart control plane \"main\"")
	require.NoError(t, clusters.SetNodes(t.Context(), p.dir, "main", nil), "deleting nodes does not require the API server")
	require.NoError(t, os.WriteFile(state, original, 0o600))
	p.setNodes(t)
	require.Empty(t, p.nodes(t))
}

func upgrades(t *testing.T, p *plane) {
	t.Helper()
	p.namespace(t, "kept")
	begin := time.Now()
	require.NoError(t, clusters.Upgrade(t.Context(), p.dir, "1.36"))
	t.Logf("upgraded in %s", time.Since(begin).Round(time.Millisecond))
	require.Contains(t, emulation(t, p), `"emulationMinor": "36"`)
	_, err := p.client.CoreV1().Namespaces().Get(t.Context(), "kept", metav1.GetOptions{})
	require.NoError(t, err)
	p.setNodes(t, node("d", "eu-west-1a"))
	require.Len(t, p.nodes(t), 1, "controllers find the API server again")
}

func stops(t *testing.T, p *plane) {
	t.Helper()
	running := p.processes(t)
	processtest.RequireRunning(t, running...)
	dirs, err := clusters.Dirs(p.root)
	require.NoError(t, err)
	require.Equal(t, []string{p.dir}, dirs)
	require.NoError(t, clusters.StopAll(t.Context(), p.root))
	processtest.RequireGone(t, 0, running...)
	require.NoDirExists(t, p.dir)
	require.NoError(t, clusters.Stop(t.Context(), p.dir), "what is not there is stopped")
	require.ErrorIs(t, clusters.Upgrade(t.Context(), p.dir, "1.36"), os.ErrNotExist)
	require.NoError(t, clusters.SetNodes(t.Context(), p.dir, "main", nil), "and has no nodes")
	require.ErrorIs(t, clusters.SetNodes(t.Context(), p.dir, "main", []clusters.Node{node("a", "eu-west-1a")}),
		os.ErrNotExist)
}

// What a test or a demonstration starts ends with it, also when it is killed.
func TestAClusterEndsWithItsOwner(t *testing.T) {
	t.Parallel()
	sleep, err := process.Start(t.Context(), process.Spec{
		Supervise: programs(t).Path(tools.Supervise), Path: "sleep", Args: []string{"300"},
		LogFile: filepath.Join(t.TempDir(), "log"),
	})
	require.NoError(t, err)
	p := start(t, clusters.Spec{Name: "owned", Version: "1.30", Owner: sleep.Identity()})
	require.Contains(t, emulation(t, p), `"emulationMinor": "34"`, "the oldest that can be emulated")

	// One of the same name takes the place of the first.
	first := p.processes(t)
	p.endpoint, err = clusters.Start(t.Context(), p.dir,
		clusters.Spec{Name: "owned", Owner: sleep.Identity(), Tools: programs(t)})
	require.NoError(t, err)
	processtest.RequireGone(t, 0, first...)

	require.NoError(t, sleep.Stop(t.Context()))
	processtest.RequireGone(t, patience, p.processes(t)...)
}

func TestFailedStartReportsMissingPrograms(t *testing.T) {
	t.Parallel()
	onlyEtcd := t.TempDir()
	require.NoError(t, os.Symlink(programs(t).Path(tools.Etcd), filepath.Join(onlyEtcd, "etcd")))
	_, err := clusters.FindTools(onlyEtcd)
	require.ErrorContains(t, err,
		"lack supervise, kube-apiserver, kube-controller-manager, kube-scheduler, kwok: set it with eval \"$(go tool mage simulator)\"")
	found, err := clusters.FindTools(programs(t).SearchPath())
	require.NoError(t, err)
	require.Equal(t, programs(t), found)

	_, err = clusters.Start(t.Context(), t.TempDir(), clusters.Spec{Name: "x", Version: "new", Tools: programs(t)})
	require.ErrorContains(t, err, `start the control plane of cluster "x": version "new" of Kubernetes`)
}

func TestCredentialsAreSignedByTheCluster(t *testing.T) {
	t.Parallel()
	_, _, _, err := clusters.Credential(t.TempDir(), "somebody", nil, time.Hour)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// controlPlaneNames are where a cluster has a control plane.
func TestDirTellsClustersApart(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.Equal(t, filepath.Join(root, "clusters", "123456789012-eu-west-1-main"),
		clusters.Dir(root, "123456789012/eu-west-1", "main"))
	dirs, err := clusters.Dirs(root)
	require.NoError(t, err)
	require.Empty(t, dirs)
}

// refused reports whether an error says that a user may not do something.
func refused(err error) bool {
	status, ok := err.(apierrors.APIStatus)
	return ok && status.Status().Code == http.StatusForbidden
}
