package kubernetes_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// The versions of Istio in the tests, and the versions of the modules whose charts they install: the first one is 1.26.0.
const (
	olderIstio, olderIstioModule = "1.26.0", "v0.0.0-20250506181944-c2e9871f340c"
	newerIstio, newerIstioModule = "1.31.0", "v0.0.0-20260827124520-eed52ebb66ad"
)

// moduleDir returns the folder of a Go module that the project does not depend on.
func moduleDir(tb testing.TB, module string) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "go", "mod", "download", "-json", module)
	cmd.Dir = tb.TempDir()
	out, err := cmd.Output()
	require.NoError(tb, err, string(out))
	var found struct{ Dir string }
	require.NoError(tb, json.Unmarshal(out, &found))
	return found.Dir
}

// istioCharts returns the folder with the charts of a version of the module of Istio.
func istioCharts(tb testing.TB, version string) string {
	tb.Helper()
	return filepath.Join(moduleDir(tb, "istio.io/istio@"+version), "manifests", "charts")
}

// istiod stands in for the control plane, whose pods do not run: it serves the webhooks, and writes its certificate into
// them, as the control plane does.
type istiod struct {
	url string
	// validated and injected count the requests of the webhooks.
	validated, injected atomic.Int32
}

// startIstiod starts the stand-in, which stops with the test.
func startIstiod(t *testing.T, cluster *controlplane.ControlPlane) *istiod {
	t.Helper()
	i := &istiod{}
	mux := http.NewServeMux()
	mux.HandleFunc("/validate", func(w http.ResponseWriter, r *http.Request) { admit(w, r, &i.validated) })
	mux.HandleFunc("/inject", func(w http.ResponseWriter, r *http.Request) { admit(w, r, &i.injected) })
	server := httptest.NewTLSServer(mux)
	i.url = server.URL
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for ctx.Err() == nil {
			rewriteWebhooks(ctx, cluster, ca)
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
		server.Close()
	})
	return i
}

// admit allows a request.
func admit(w http.ResponseWriter, r *http.Request, count *atomic.Int32) {
	count.Add(1)
	var review admissionv1.AdmissionReview
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
		http.Error(w, "expected an AdmissionReview", http.StatusBadRequest)
		return
	}
	review.Response = &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: true}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(review)
}

// rewriteWebhooks does what the control plane does with its webhooks: it writes the certificate, and changes the
// failurePolicy to Fail. Source: pkg/webhooks, istio/istio.
func rewriteWebhooks(ctx context.Context, cluster *controlplane.ControlPlane, ca []byte) {
	client := cluster.Client().AdmissionregistrationV1()
	owner := metav1.UpdateOptions{FieldManager: "pilot-discovery"}
	revision := metav1.ListOptions{LabelSelector: "istio.io/rev"}
	fail := admissionregistrationv1.Fail
	if all, err := client.ValidatingWebhookConfigurations().List(ctx, revision); err == nil {
		for _, c := range all.Items {
			for n := range c.Webhooks {
				c.Webhooks[n].ClientConfig.CABundle, c.Webhooks[n].FailurePolicy = ca, &fail
			}
			_, _ = client.ValidatingWebhookConfigurations().Update(ctx, &c, owner)
		}
	}
	if all, err := client.MutatingWebhookConfigurations().List(ctx, revision); err == nil {
		for _, c := range all.Items {
			for n := range c.Webhooks {
				c.Webhooks[n].ClientConfig.CABundle = ca
			}
			_, _ = client.MutatingWebhookConfigurations().Update(ctx, &c, owner)
		}
	}
}

// values returns the values that make the API server call the stand-in.
func (i *istiod) values(additional string) map[string]string {
	validation := fmt.Sprintf("base: { validationURL: %s/validate }\n", i.url)
	return map[string]string{
		"base":   validation,
		"istiod": validation + fmt.Sprintf("istiodRemote: { injectionURL: %s/inject }\n", i.url) + additional,
	}
}

// requireTwoReplicas waits until a control plane has two pods, which its autoscaler creates.
func requireTwoReplicas(t *testing.T, cluster *controlplane.ControlPlane, name string) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		d, err := cluster.Client().AppsV1().Deployments("istio-system").Get(t.Context(), name, metav1.GetOptions{})
		require.NoError(c, err)
		assert.EqualValues(c, 2, d.Status.ReadyReplicas)
	}, 2*time.Minute, time.Second)
}

// requireNoIstio checks that no object of Istio is left outside of namespaces.
func requireNoIstio(t *testing.T, cluster *controlplane.ControlPlane, definitions bool) {
	t.Helper()
	client, err := dynamic.NewForConfig(cluster.Config())
	require.NoError(t, err)
	var left []string
	for _, r := range []schema.GroupVersionResource{
		{Version: "v1", Resource: "namespaces"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterrolebindings"},
		{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingwebhookconfigurations"},
		{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "mutatingwebhookconfigurations"},
		{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"},
	} {
		all, err := client.Resource(r).List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		for _, o := range all.Items {
			if strings.Contains(o.GetName(), "istio") && (r.Resource != "customresourcedefinitions" || !definitions) {
				left = append(left, r.Resource+"/"+o.GetName())
			}
		}
	}
	assert.Empty(t, left)
}

// TestAmbientMesh installs a mesh from Istio's own charts, upgrades it in place and removes it.
func TestAmbientMesh(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	control := startIstiod(t, cluster)
	args := mesh.ServiceMeshArgs{
		Version: olderIstio, Path: istioCharts(t, olderIstioModule), Values: control.values(""),
		GatewayAPI: filepath.Join(moduleDir(t, "sigs.k8s.io/gateway-api@v1.3.0"), "config", "crd", "standard"),
		AccessLogs: true, CRDs: crd.Delete,
		Allow: map[string]*mesh.Edge{"web": {
			Namespace: "shop", Pods: map[string]string{"app.kubernetes.io/name": "web"}, Port: 8080,
			AllowFrom: []network.Peer{{
				Namespace: pulumi.String("edge"), Pods: map[string]string{"gateway.networking.k8s.io/gateway-name": "main"},
			}},
		}},
		Gateways: map[string]*mesh.Gateway{"main": {
			Namespace: "edge", Listeners: map[string]*mesh.Listener{"web": {Hostname: "shop.example.com", Certificate: "shop"}},
		}},
	}
	stack, err := testenv.Engine(t).Inline(t.Context(), "ambient", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		var before []pulumi.Resource
		for _, name := range []string{"shop", "edge"} {
			ns, err := namespace.NewNamespace(ctx, name, &namespace.NamespaceArgs{
				Labels: pulumi.ToStringMap(mesh.NamespaceLabels(mesh.ModeAmbient, "")),
			}, on)
			if err != nil {
				return err
			}
			before = append(before, ns)
		}
		_, err = mesh.NewServiceMesh(ctx, "mesh", &args, on, pulumi.DependsOn(before))
		return err
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(stack.Preview(t.Context()))
	ran(stack.Up(t.Context()))
	for _, name := range []string{"istio-cni-node", "ztunnel"} {
		set, err := cluster.Client().AppsV1().DaemonSets("istio-system").Get(t.Context(), name, metav1.GetOptions{})
		require.NoError(t, err)
		assert.Positive(t, set.Status.NumberReady, name)
	}
	assert.Positive(t, control.validated.Load(), "policies are created when the webhook answers")
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))

	args.Version, args.Path = newerIstio, istioCharts(t, newerIstioModule)
	args.Values = control.values("sidecarInjectorWebhookAnnotations: { example.com/owner: platform }\n")
	ran(stack.Up(t.Context()))
	deployment, err := cluster.Client().AppsV1().Deployments("istio-system").Get(t.Context(), "istiod", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "docker.io/istio/pilot:"+newerIstio+"-distroless", deployment.Spec.Template.Spec.Containers[0].Image)
	requireTwoReplicas(t, cluster, "istiod")
	injector, err := cluster.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().
		Get(t.Context(), "istio-sidecar-injector", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "platform", injector.Annotations["example.com/owner"])
	assert.NotEmpty(t, injector.Webhooks[0].ClientConfig.CABundle, "an update keeps the certificate")
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))

	ran(stack.CheckDestroyed(t.Context()))
	requireNoIstio(t, cluster, false)
}

// TestMeshRevisions upgrades a mesh with sidecars from one revision to the next.
func TestMeshRevisions(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	control := startIstiod(t, cluster)
	older, newer := istioCharts(t, olderIstioModule), istioCharts(t, newerIstioModule)
	args := mesh.ServiceMeshArgs{
		Version: olderIstio, Path: older, Revision: "old", Mode: mesh.ModeSidecar, Values: control.values(""),
		MTLS: mesh.MTLSPermissive,
	}
	stack, err := testenv.Engine(t).Inline(t.Context(), "revisions", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		m, err := mesh.NewServiceMesh(ctx, "mesh", &args, on)
		if err != nil {
			return err
		}
		ns, err := namespace.NewNamespace(ctx, "shop", &namespace.NamespaceArgs{
			Labels: pulumi.ToStringMap(mesh.NamespaceLabels(mesh.ModeSidecar, "")),
		}, on, pulumi.DependsOn([]pulumi.Resource{m}))
		if err != nil {
			return err
		}
		_, err = application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: ns.Name, Image: pulumi.String("registry.example.com/web:1.2.3"), Port: 8080,
		}, on)
		return err
	})
	require.NoError(t, err)
	apps := cluster.Client().AppsV1().Deployments("istio-system")
	ready := func(revision string) {
		t.Helper()
		requireTwoReplicas(t, cluster, "istiod-"+revision)
	}
	tag := func() string {
		t.Helper()
		c, err := cluster.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().
			Get(t.Context(), "istio-revision-tag-default", metav1.GetOptions{})
		require.NoError(t, err)
		return c.Labels["istio.io/rev"]
	}
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	ready("old")
	assert.Equal(t, "old", tag())
	assert.Positive(t, control.injected.Load(), "pods pass the injector of the default revision")

	args.Version, args.Path, args.Revision = newerIstio, newer, "new"
	args.Previous = &mesh.ControlPlane{Revision: "old", Version: olderIstio, Path: older}
	ran(stack.Up(t.Context()))
	ready("old")
	ready("new")
	assert.Equal(t, "old", tag(), "namespaces without a revision stay")
	ran(stack.CheckUnchanged(t.Context()))

	args.Tags = map[string]string{"default": "new"}
	ran(stack.Up(t.Context()))
	assert.Equal(t, "new", tag())

	args.Previous, args.Tags, args.MTLS = nil, nil, mesh.MTLSStrict
	ran(stack.Up(t.Context()))
	ready("new")
	assert.Equal(t, "new", tag())
	_, err = apps.Get(t.Context(), "istiod-old", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))

	ran(stack.CheckDestroyed(t.Context()))
	requireNoIstio(t, cluster, true)
	client, err := dynamic.NewForConfig(cluster.Config())
	require.NoError(t, err)
	_, err = client.Resource(schema.GroupVersionResource{
		Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
	}).Get(t.Context(), "gateways.networking.istio.io", metav1.GetOptions{})
	require.NoError(t, err, "definitions are kept")
}
