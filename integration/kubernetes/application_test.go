package kubernetes_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// image is an image that no test starts.
const image = "registry.example.com/web:1.2.3"

// operators are the CustomResourceDefinitions of operators that an application uses, in the Go modules that have them.
var operators = map[string]string{
	"github.com/prometheus-operator/prometheus-operator@v0.85.0": "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
	"github.com/external-secrets/external-secrets@v0.16.2":       "config/crds/bases/external-secrets.io_externalsecrets.yaml",
	"k8s.io/autoscaler/vertical-pod-autoscaler@v1.8.1":           "deploy/vpa-v1-crd-gen.yaml",
}

var (
	serviceMonitors = schema.GroupVersionResource{Group: "monitoring.coreos.com", Version: "v1", Resource: "servicemonitors"}
	externalSecrets = schema.GroupVersionResource{Group: "external-secrets.io", Version: "v1", Resource: "externalsecrets"}
	verticals       = schema.GroupVersionResource{Group: "autoscaling.k8s.io", Version: "v1", Resource: "verticalpodautoscalers"}
	definitions     = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
)

// dynamicClient returns a client for custom resources.
func dynamicClient(t *testing.T, cluster *controlplane.ControlPlane) dynamic.Interface {
	t.Helper()
	client, err := dynamic.NewForConfig(cluster.Config())
	require.NoError(t, err)
	return client
}

// define creates the CustomResourceDefinitions of the operators.
func define(t *testing.T, client dynamic.Interface) {
	t.Helper()
	for module, path := range operators {
		out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", module).Output()
		require.NoError(t, err, "download %s: %s", module, out)
		var downloaded struct{ Dir string }
		require.NoError(t, json.Unmarshal(out, &downloaded))
		text, err := os.ReadFile(filepath.Join(downloaded.Dir, path))
		require.NoError(t, err)
		for document := range strings.SplitSeq("\n"+string(text), "\n---\n") {
			var object unstructured.Unstructured
			require.NoError(t, yaml.Unmarshal([]byte(document), &object.Object))
			if object.GetKind() != "CustomResourceDefinition" {
				continue
			}
			_, err := client.Resource(definitions).Create(t.Context(), &object, metav1.CreateOptions{})
			require.NoError(t, err)
		}
	}
	for _, kind := range []schema.GroupVersionResource{serviceMonitors, externalSecrets, verticals} {
		require.Eventually(t, func() bool {
			_, err := client.Resource(kind).List(t.Context(), metav1.ListOptions{})
			return err == nil
		}, time.Minute, 200*time.Millisecond, "%s is served", kind.Resource)
	}
}

// on runs a program with a provider for a cluster and the namespace team.
func on(
	cluster *controlplane.ControlPlane, run func(*pulumi.Context, *namespace.Namespace, pulumi.ResourceOption) error,
) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		ns, err := namespace.NewNamespace(ctx, "team", nil, pulumi.Provider(p))
		if err != nil {
			return err
		}
		return run(ctx, ns, pulumi.Provider(p))
	}
}

// TestAutoscaledApplication gives an application autoscalers, metrics and external secrets, changes them and takes them
// away.
func TestAutoscaledApplication(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	custom := dynamicClient(t, cluster)
	define(t, custom)
	args := &application.ApplicationArgs{
		Image: pulumi.String(image), Port: 8080, Replicas: new(3),
		Ports: config.Named[workload.Port]{"metrics": {Port: 9090}},
	}
	stack, err := testenv.Engine(t).Inline(t.Context(), "autoscaled", "dev", on(cluster,
		func(ctx *pulumi.Context, ns *namespace.Namespace, provider pulumi.ResourceOption) error {
			web := *args
			web.Namespace = ns.Name
			_, err := application.NewApplication(ctx, "web", &web, provider)
			return err
		}))
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	settles := func() {
		t.Helper()
		ran(stack.Up(t.Context()))
		ran(stack.CheckUnchanged(t.Context()))
		ran(stack.CheckNoDrift(t.Context()))
	}
	deployments := cluster.Client().AppsV1().Deployments("team")
	replicas := func() int32 {
		t.Helper()
		d, err := deployments.Get(t.Context(), "web", metav1.GetOptions{})
		require.NoError(t, err)
		return *d.Spec.Replicas
	}
	spec := func(kind schema.GroupVersionResource) map[string]any {
		t.Helper()
		list, err := custom.Resource(kind).Namespace("team").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		require.Len(t, list.Items, 1, kind.Resource)
		return list.Items[0].Object["spec"].(map[string]any)
	}

	settles()
	assert.Equal(t, int32(3), replicas())

	args.Replicas = nil
	args.Autoscaling = &application.Autoscaling{MaxReplicas: 6, CPU: 70, Metrics: []application.ScalingMetric{
		{Type: application.MetricTypePods, Name: "requests", AverageValue: "0.5"},
		{Type: application.MetricTypeExternal, Name: "queue", Value: "30"},
		{
			Type: application.MetricTypeObject, Name: "hits", Value: "100",
			Object: &application.MetricObject{APIVersion: "v1", Kind: "Service", Name: "web"},
		},
	}}
	args.VerticalAutoscaling = &application.VerticalAutoscaling{}
	args.Disruption = &application.Disruption{MinAvailable: new(1)}
	args.Metrics = &application.Metrics{Port: 9090}
	args.ExternalSecrets = &application.ExternalSecrets{
		Store: "vault", Env: map[string]application.StoreEntry{"PASSWORD": {Key: "shop/database", Property: "password"}},
	}
	settles()
	assert.Equal(t, int32(3), replicas(), "the autoscaler starts with the present number of pods")
	secret := spec(externalSecrets)["target"].(map[string]any)["name"]

	// As the autoscaler does.
	_, err = deployments.UpdateScale(t.Context(), "web", &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "team"}, Spec: autoscalingv1.ScaleSpec{Replicas: 5},
	}, metav1.UpdateOptions{FieldManager: "horizontal-pod-autoscaler"})
	require.NoError(t, err)
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))

	args.Env = pulumi.StringMap{"MODE": pulumi.String("fast")}
	args.Autoscaling.MaxReplicas = 9
	args.VerticalAutoscaling.UpdateMode = application.UpdateModeInitial
	args.VerticalAutoscaling.Resources = []application.ScaledResource{application.ScaledResourceMemory}
	args.Disruption.MinAvailable, args.Disruption.MaxUnavailable = nil, new(2)
	args.Metrics.IntervalSeconds = new(15)
	args.ExternalSecrets.Env["PASSWORD"] = application.StoreEntry{Key: "shop/database", Property: "password", Version: "2"}
	settles()
	assert.Equal(t, int32(5), replicas(), "a deployment keeps the number that the autoscaler has set")
	scaler, err := cluster.Client().AutoscalingV2().HorizontalPodAutoscalers("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, int32(9), scaler.Spec.MaxReplicas)
	assert.Equal(t, map[string]any{"updateMode": "Initial"}, spec(verticals)["updatePolicy"])
	assert.Equal(t, "15s", spec(serviceMonitors)["endpoints"].([]any)[0].(map[string]any)["interval"])
	assert.NotEqual(t, secret, spec(externalSecrets)["target"].(map[string]any)["name"])
	budget, err := cluster.Client().PolicyV1().PodDisruptionBudgets("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Nil(t, budget.Spec.MinAvailable)
	assert.Equal(t, 2, budget.Spec.MaxUnavailable.IntValue())

	args.Autoscaling, args.VerticalAutoscaling, args.Metrics, args.ExternalSecrets = nil, nil, nil, nil
	args.Replicas = new(4)
	failed, err := stack.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, failed.Output, "field conflict", "the number of pods belongs to the autoscaler")
	args.Adopt = true
	settles()
	assert.Equal(t, int32(4), replicas())
	args.Adopt = false
	settles()
	for _, kind := range []schema.GroupVersionResource{serviceMonitors, externalSecrets, verticals} {
		list, err := custom.Resource(kind).List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		assert.Empty(t, list.Items, kind.Resource)
	}
	ran(stack.CheckDestroyed(t.Context()))
}

// TestStatefulApplication gives each pod a volume and a host name, and scales the pods.
func TestStatefulApplication(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	for _, name := range []string{"one", "two", "three"} {
		_, err := client.CoreV1().PersistentVolumes().Create(t.Context(), &corev1.PersistentVolume{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: corev1.PersistentVolumeSpec{
				StorageClassName: "manual", AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				Capacity: corev1.ResourceList{corev1.ResourceStorage: apiresource.MustParse("1Gi")},
				PersistentVolumeSource: corev1.PersistentVolumeSource{
					HostPath: &corev1.HostPathVolumeSource{Path: "/volumes/" + name},
				},
			},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	args := &application.ApplicationArgs{
		Kind: application.KindStatefulSet, Image: pulumi.String(image), Port: 5432, Replicas: new(2),
		Security: &workload.Security{RunAsUser: 999, FSGroup: 999},
		Service:  &application.Service{Port: new(5432)},
		Claims: config.Named[workload.Claim]{
			"data": {Size: "1Gi", Path: "/var/lib/data", StorageClass: pulumi.String("manual")},
		},
	}
	stack, err := testenv.Engine(t).Inline(t.Context(), "stateful", "dev", on(cluster,
		func(ctx *pulumi.Context, ns *namespace.Namespace, provider pulumi.ResourceOption) error {
			db := *args
			db.Namespace = ns.Name
			app, err := application.NewApplication(ctx, "db", &db, provider)
			if err != nil {
				return err
			}
			ctx.Export("address", app.Address)
			return nil
		}))
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	claims := func() []string {
		t.Helper()
		list, err := client.CoreV1().PersistentVolumeClaims("team").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		var out []string
		for _, claim := range list.Items {
			out = append(out, claim.Name)
		}
		return out
	}
	up := ran(stack.Up(t.Context()))
	assert.Equal(t, "db.team.svc:5432", up.Outputs["address"].Value)
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))
	assert.ElementsMatch(t, []string{"data-db-0", "data-db-1"}, claims())
	headless, err := client.CoreV1().Services("team").Get(t.Context(), "db-pods", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "None", headless.Spec.ClusterIP)
	set, err := client.AppsV1().StatefulSets("team").Get(t.Context(), "db", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "db-pods", set.Spec.ServiceName)
	assert.Equal(t, int32(2), set.Status.ReadyReplicas)

	args.Replicas = new(3)
	args.Env = pulumi.StringMap{"MODE": pulumi.String("fast")}
	ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	assert.ElementsMatch(t, []string{"data-db-0", "data-db-1", "data-db-2"}, claims())

	args.Replicas = new(1)
	ran(stack.Up(t.Context()))
	assert.Len(t, claims(), 3, "scaling keeps the volumes")
	_, err = client.PolicyV1().PodDisruptionBudgets("team").Get(t.Context(), "db", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), "a single pod has no disruption budget")
	ran(stack.CheckDestroyed(t.Context()))
}
