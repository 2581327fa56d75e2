package kubernetes_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"

	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/policytest"
)

// gatewayAPI is the module with the CustomResourceDefinitions of the Gateway API.
const gatewayAPI = "sigs.k8s.io/gateway-api@v1.6.3"

var (
	gateways = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "gateways"}
	routes   = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}
)

// installGatewayAPI creates the CustomResourceDefinitions of Gateways and HTTPRoutes.
func installGatewayAPI(t *testing.T, client dynamic.Interface) {
	t.Helper()
	download := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", gatewayAPI)
	download.Dir = t.TempDir()
	download.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	out, err := download.Output()
	require.NoError(t, err)
	var module struct{ Dir string }
	require.NoError(t, json.Unmarshal(out, &module))
	crds := client.Resource(schema.GroupVersionResource{
		Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
	})
	for _, kind := range []schema.GroupVersionResource{gateways, routes} {
		text, err := os.ReadFile(filepath.Join(module.Dir, "config", "crd", "standard", kind.Group+"_"+kind.Resource+".yaml"))
		require.NoError(t, err)
		var object unstructured.Unstructured
		require.NoError(t, yaml.Unmarshal(text, &object.Object))
		_, err = crds.Create(t.Context(), &object, metav1.CreateOptions{})
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			_, err := client.Resource(kind).List(t.Context(), metav1.ListOptions{})
			return err == nil
		}, 30*time.Second, 100*time.Millisecond, "the API server serves %s", kind.Resource)
	}
}

// TestNetwork creates all components of package network, changes and destroys them. Before, the cluster has no
// CustomResourceDefinitions of the Gateway API.
func TestNetwork(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	config, err := clientcmd.RESTConfigFromKubeConfig(cluster.Kubeconfig())
	require.NoError(t, err)
	objects, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	selector := map[string]string{"app.kubernetes.io/name": "web"}
	metrics, path, exposure, port := 9090, "/api", network.ExposureInternal, 443
	stack, err := testenv.Engine(t).Inline(t.Context(), "network", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		ns, err := namespace.NewNamespace(ctx, "shop", nil, on)
		if err != nil {
			return err
		}
		service, err := network.NewService(ctx, "web", &network.ServiceArgs{
			Namespace: ns.Name, Selector: selector, TargetPort: 8080, Type: network.ServiceTypeLoadBalancer, Platform: network.PlatformAKS,
			Exposure: exposure, SkipAwait: true, AllowedRanges: pulumi.StringArray{pulumi.String("10.0.0.0/8")},
			ExternalTrafficPolicy: network.ExternalTrafficPolicyLocal,
			Ports: map[string]network.ServicePort{
				"metrics": {Port: metrics, AppProtocol: "http"}, "dns": {Port: 53, TargetPort: 5353, Protocol: network.ProtocolUDP},
			},
		}, on)
		if err != nil {
			return err
		}
		_, err = network.NewService(ctx, "peers", &network.ServiceArgs{
			Namespace: ns.Name, Selector: selector, Headless: true, PublishNotReadyAddresses: true, SkipAwait: true,
			Ports: map[string]network.ServicePort{"gossip": {Port: 7946, Protocol: network.ProtocolUDP}},
		}, on)
		if err != nil {
			return err
		}
		_, err = network.NewIsolation(ctx, "web", &network.IsolationArgs{
			Namespace: ns.Name, Selector: selector, Port: 8080, Mesh: network.MeshAmbient, DNS: &network.DNS{Preset: network.DNSOpenShift},
			AllowFrom: []network.Peer{{Namespace: pulumi.String("edge"), PortRanges: []network.PortRange{{Port: metrics, EndPort: metrics + 9}}}},
		}, on)
		if err != nil {
			return err
		}
		gateway, err := network.NewGateway(ctx, "edge", &network.GatewayArgs{
			Namespace: ns.Name, Class: pulumi.String("test"), Platform: network.PlatformAKS, Exposure: exposure,
			Listeners: map[string]network.Listener{
				"http":  {Protocol: network.ListenerHTTP, AllNamespaces: true},
				"https": {Port: port, Certificates: []network.Certificate{{Secret: pulumi.String("certificate")}}, AllowedNamespaces: selector},
			},
		}, on)
		if err != nil {
			return err
		}
		_, err = network.NewRoute(ctx, "web", &network.RouteArgs{
			Namespace: ns.Name, Gateway: &network.GatewayReference{Name: gateway.Name, Listener: "https"},
			Hostnames: pulumi.StringArray{pulumi.String("shop.example.com")},
			Rules: []network.RouteRule{
				{
					Path: path, Headers: map[string]string{"X-Version": "2"}, Timeout: "10s", Rewrite: &network.Rewrite{Path: "/"},
					Backends: []network.Backend{{Service: service.Name, Port: 80}},
				},
				{Path: "/old", PathType: network.PathExact, Redirect: &network.Redirect{HTTPS: true, Path: "/new"}},
			},
		}, on)
		if err != nil {
			return err
		}
		_, err = network.NewIngress(ctx, "web", &network.IngressArgs{
			Namespace: ns.Name, Class: pulumi.String("test"), SkipAwait: true,
			Hosts: map[string]network.IngressHost{"shop.example.com": {
				Certificate: pulumi.String("certificate"), Paths: []network.IngressPath{{Path: path, Service: service.Name, Port: 80}},
			}},
		}, on)
		return err
	})
	require.NoError(t, err)

	failed, err := stack.Preview(t.Context())
	require.Error(t, err, "a preview finds it")
	assert.Contains(t, failed.Output, `create Gateway "edge": the cluster has no CustomResourceDefinition gateways.gateway.networking.k8s.io`)

	installGatewayAPI(t, objects)
	ran := testenv.Succeeds(t)
	ran(stack.Preview(t.Context()))
	ran(stack.Up(t.Context()))
	service := func() *corev1.Service {
		found, err := cluster.Client().CoreV1().Services("shop").Get(t.Context(), "web", metav1.GetOptions{})
		require.NoError(t, err)
		return found
	}
	const internal = "service.beta.kubernetes.io/azure-load-balancer-internal"
	assert.Equal(t, "true", service().Annotations[internal])
	web := policytest.Peer{Namespace: "shop", Labels: selector}
	judge := func() *policytest.Policies {
		p, err := policytest.OfCluster(t.Context(), cluster.Client())
		require.NoError(t, err)
		return p
	}
	edge := policytest.Peer{Namespace: "edge"}
	assert.True(t, judge().Allowed(edge, web, 9095, corev1.ProtocolTCP))
	assert.False(t, judge().Allowed(edge, web, 9100, corev1.ProtocolTCP))
	ran(stack.CheckUnchanged(t.Context()))

	metrics, path, exposure, port = 9100, "/v2", network.ExposurePublic, 8443
	ran(stack.Up(t.Context()))
	assert.Equal(t, "false", service().Annotations[internal])
	assert.True(t, judge().Allowed(edge, web, 9100, corev1.ProtocolTCP))
	route, err := objects.Resource(routes).Namespace("shop").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	rules, _, err := unstructured.NestedSlice(route.Object, "spec", "rules")
	require.NoError(t, err)
	matches, _, err := unstructured.NestedSlice(rules[0].(map[string]any), "matches")
	require.NoError(t, err)
	value, _, err := unstructured.NestedString(matches[0].(map[string]any), "path", "value")
	require.NoError(t, err)
	assert.Equal(t, "/v2", value)
	ran(stack.CheckUnchanged(t.Context()))

	ran(stack.Destroy(t.Context()))
	for _, kind := range []schema.GroupVersionResource{gateways, routes} {
		left, err := objects.Resource(kind).Namespace("shop").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		assert.Empty(t, left.Items)
	}
	_, err = cluster.Client().CoreV1().Namespaces().Get(t.Context(), "shop", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), "the namespace is gone")
}
