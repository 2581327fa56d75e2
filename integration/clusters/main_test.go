//go:build unix

package clusters_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

const (
	patience = 30 * time.Second
	interval = 50 * time.Millisecond
)

// plane is a control plane of a test.
type plane struct {
	root, dir string
	endpoint  clusters.Endpoint
	client    kubernetes.Interface
}

// programs returns the programs of a control plane, built if they have to be.
func programs(t *testing.T) tools.Set {
	t.Helper()
	set, err := tools.Ensure(t.Context(), tools.Options{Progress: t.Output()}, tools.ControlPlane()...)
	require.NoError(t, err)
	return set
}

// start starts a control plane, which ends with the test at the latest.
func start(t *testing.T, s clusters.Spec) *plane {
	t.Helper()
	p := &plane{root: t.TempDir()}
	p.dir = clusters.Dir(p.root, "123456789012/eu-west-1", s.Name)
	t.Cleanup(func() {
		if err := clusters.StopAll(context.Background(), p.root); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	s.Tools = programs(t)
	begin := time.Now()
	var err error
	p.endpoint, err = clusters.Start(t.Context(), p.dir, s)
	require.NoError(t, err)
	t.Logf("started in %s", time.Since(begin).Round(time.Millisecond))
	kept, err := controlplane.OpenKept(p.dir)
	require.NoError(t, err)
	p.client = kept.Client()
	return p
}

// processes returns everything that runs for the control plane.
func (p *plane) processes(t *testing.T) []process.Identity {
	t.Helper()
	kept, err := controlplane.OpenKept(p.dir)
	require.NoError(t, err)
	var out []process.Identity
	for _, id := range kept.Processes() {
		out = append(out, id)
	}
	require.Len(t, out, 5)
	return out
}

// as returns a client of a user in groups, who comes with a certificate.
func (p *plane) as(t *testing.T, user string, groups ...string) kubernetes.Interface {
	t.Helper()
	cert, key, expires, err := clusters.Credential(p.dir, user, groups, time.Hour)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(time.Hour), expires, time.Minute)
	client, err := kubernetes.NewForConfig(&rest.Config{
		Host: p.endpoint.Server, TLSClientConfig: rest.TLSClientConfig{CAData: p.endpoint.CA, CertData: cert,
			KeyData: key},
	})
	require.NoError(t, err)
	return client
}

// setNodes sets the nodes of the group "main".
func (p *plane) setNodes(t *testing.T, nodes ...clusters.Node) {
	t.Helper()
	begin := time.Now()
	require.NoError(t, clusters.SetNodes(t.Context(), p.dir, "main", nodes))
	t.Logf("set %d nodes in %s", len(nodes), time.Since(begin).Round(time.Millisecond))
}

// nodes returns all nodes by name.
func (p *plane) nodes(t *testing.T) map[string]corev1.Node {
	t.Helper()
	all, err := clusters.Nodes(t.Context(), p.dir)
	require.NoError(t, err)
	out := map[string]corev1.Node{}
	for _, n := range all {
		out[n.Name] = n
	}
	return out
}

func (p *plane) namespace(t *testing.T, name string) {
	t.Helper()
	_, err := p.client.CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	require.NoError(t, err)
}
