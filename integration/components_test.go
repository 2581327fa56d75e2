package integration_test

import (
	"context"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

const (
	image  = "registry.example.com/web:1.2.3"
	canary = "canary-5d41402abc4b2a76"
)

// clusterOf is a control plane as a core.Cluster, like the clusters of the aws and
// azure modules: its kubeconfig is an output.
type clusterOf struct{ *controlplane.ControlPlane }

func (c clusterOf) ClusterInfo() core.ClusterInfo {
	return core.ClusterInfo{Name: c.Name(), Kubeconfig: pulumi.String(c.Kubeconfig()).ToStringOutput()}
}

// scenario is a program with settings that change between runs.
type scenario struct {
	cluster  *controlplane.ControlPlane
	replicas int
	secret   string
	file     string
}

// run creates every component, on its own and in an application.
func (s *scenario) run(ctx *pulumi.Context) error {
	provider, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Cluster: clusterOf{s.cluster}})
	if err != nil {
		return err
	}
	on := pulumi.Provider(provider)
	ns, err := namespace.NewNamespace(ctx, "team", nil, on)
	if err != nil {
		return err
	}
	files, err := configuration.NewConfigMap(ctx, "settings", &configuration.ConfigMapArgs{
		Namespace: ns.Name, Data: pulumi.StringMap{"a.yaml": pulumi.String(s.file)},
	}, on)
	if err != nil {
		return err
	}
	token, err := configuration.NewSecret(ctx, "token", &configuration.SecretArgs{
		Namespace: ns.Name, Data: pulumi.StringMap{"TOKEN": pulumi.String(s.secret)},
	}, on)
	if err != nil {
		return err
	}
	worker, err := workload.NewDeployment(ctx, "worker", &workload.DeploymentArgs{
		Image:     pulumi.String(image),
		Port:      8080,
		Namespace: ns.Name,
		Replicas:  new(1),
		SecretEnv: pulumi.StringArray{token.Name},
		Files:     &workload.Files{ConfigMap: files.Name, Paths: map[string]string{"/etc/a.yaml": "a.yaml"}},
	}, on)
	if err != nil {
		return err
	}
	if _, err := network.NewIsolation(ctx, "worker", &network.IsolationArgs{
		Namespace: ns.Name, Selector: workload.SelectorLabels("worker"),
	}, on); err != nil {
		return err
	}
	service, err := network.NewService(ctx, "worker", &network.ServiceArgs{
		Namespace: ns.Name, Selector: workload.SelectorLabels("worker"), TargetPort: 8080,
	}, on)
	if err != nil {
		return err
	}
	app, err := application.NewApplication(ctx, "web", &application.ApplicationArgs{
		Namespace: ns.Name,
		Image:     pulumi.String(image),
		Port:      8080,
		Env:       pulumi.StringMap{"A": pulumi.String("b")},
		Resources: &workload.Resources{CPU: "0.1", Memory: "128Mi", CPULimit: "1000m"},
		Probes:    &workload.Probes{Liveness: &workload.Probe{Path: "/healthz"}},
		Replicas:  &s.replicas,
		SecretEnv: pulumi.StringMap{"TOKEN": pulumi.String(s.secret)},
		Files:     map[string]pulumi.StringInput{"/etc/web/a_b.yaml": pulumi.String(s.file)},
		Network: &application.Network{
			AllowFrom: []network.Peer{{Namespace: pulumi.String("ingress")}},
			AllowTo:   []network.Peer{{CIDR: pulumi.String("10.0.0.0/8"), Ports: []int{5432}}},
		},
	}, on)
	if err != nil {
		return err
	}
	ctx.Export("worker", worker.Name)
	ctx.Export("host", service.Host)
	ctx.Export("address", app.Address)
	return nil
}

// TestComponents creates, updates and destroys every component of the kubernetes module.
func TestComponents(t *testing.T) {
	t.Parallel()
	s := &scenario{cluster: testenv.ControlPlane(t), replicas: 3, secret: canary, file: "one"}
	stack, err := testenv.Engine(t).Inline(t.Context(), "components", "dev", s.run)
	require.NoError(t, err)
	var results []*engine.Result
	succeeds := testenv.Succeeds(t)
	ran := func(r *engine.Result, err error) *engine.Result {
		t.Helper()
		results = append(results, succeeds(r, err))
		return r
	}

	up := ran(stack.Up(t.Context()))
	assert.Equal(t, "web.team.svc:80", up.Outputs["address"].Value)
	assert.Equal(t, "worker.team.svc", up.Outputs["host"].Value)
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))
	for _, token := range []string{
		namespace.NamespaceToken, configuration.ConfigMapToken, configuration.SecretToken, workload.DeploymentToken,
		network.ServiceToken, network.IsolationToken, application.ApplicationToken,
	} {
		assertComponent(t, stack, token)
	}

	before := s.state(t)
	assert.Equal(t, int32(3), before.web.Status.ReadyReplicas)
	assert.Len(t, before.zones, 3, "the pods are in three zones")
	assert.NotNil(t, before.budget, "three pods have a disruption budget")
	s.requireDrainable(t)

	// New content creates new objects, causes a rollout and deletes the old objects.
	s.file, s.secret = "two", canary+"-two"
	ran(stack.Up(t.Context()))
	after := s.state(t)
	assert.NotEqual(t, before.web.Spec.Template.Spec.Volumes, after.web.Spec.Template.Spec.Volumes)
	assert.NotEqual(t, before.web.Spec.Template.Spec.Containers[0].EnvFrom,
		after.web.Spec.Template.Spec.Containers[0].EnvFrom)
	assert.Equal(t, int64(2), after.web.Generation, "both changes cause one rollout")
	assert.Equal(t, before.configMaps, after.configMaps, "old ConfigMaps are deleted")
	assert.Equal(t, before.secrets, after.secrets, "old Secrets are deleted")
	ran(stack.CheckUnchanged(t.Context()))

	// A single pod must not have a disruption budget, which would block a drain. With
	// no replicas, the update must not wait for pods.
	s.replicas = 1
	ran(stack.Up(t.Context()))
	assert.Nil(t, s.state(t).budget, "a single pod has no disruption budget")
	s.requireDrainable(t)
	s.replicas = 0
	ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))

	ran(stack.CheckDestroyed(t.Context()))
	_, err = s.cluster.Client().CoreV1().Namespaces().Get(t.Context(), "team", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), "the namespace is deleted")
	require.NoError(t, stack.CheckNoSecret(results, canary, string(keyOf(t, s.cluster))))
}

// keyOf returns a part of the private key in the kubeconfig of a control plane.
func keyOf(t *testing.T, cluster *controlplane.ControlPlane) []byte {
	t.Helper()
	key := cluster.Config().KeyData
	require.NotEmpty(t, key)
	return key[len(key)/2 : len(key)/2+40]
}

// assertComponent checks that the components of a type have inputs and outputs in the state.
func assertComponent(t *testing.T, stack *engine.Stack, token string) {
	t.Helper()
	state, err := stack.State(t.Context())
	require.NoError(t, err)
	found := false
	for _, r := range state {
		if string(r.Type) == token {
			found = true
			assert.NotEmpty(t, r.Outputs, "%s %s has outputs", token, r.URN.Name())
			assert.NotEmpty(t, r.Inputs, "%s %s has inputs", token, r.URN.Name())
		}
	}
	assert.True(t, found, "no %s in the state", token)
}

// observed is the state of the scenario in the API server.
type observed struct {
	web                 *appsv1.Deployment
	zones               map[string]bool
	budget              *policyv1.PodDisruptionBudget
	configMaps, secrets int
}

func (s *scenario) state(t *testing.T) observed {
	t.Helper()
	api := s.cluster.Client()
	out := observed{zones: map[string]bool{}}
	var err error
	out.web, err = api.AppsV1().Deployments("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	budgets, err := api.PolicyV1().PodDisruptionBudgets("team").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	if len(budgets.Items) > 0 {
		out.budget = &budgets.Items[0]
	}
	for _, p := range s.pods(t) {
		node, err := api.CoreV1().Nodes().Get(t.Context(), p.Spec.NodeName, metav1.GetOptions{})
		require.NoError(t, err)
		out.zones[node.Labels["topology.kubernetes.io/zone"]] = true
	}
	configMaps, err := api.CoreV1().ConfigMaps("team").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	secrets, err := api.CoreV1().Secrets("team").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	out.configMaps, out.secrets = len(configMaps.Items), len(secrets.Items)
	return out
}

func (s *scenario) pods(t *testing.T) []corev1.Pod {
	t.Helper()
	pods, err := s.cluster.Client().CoreV1().Pods("team").List(t.Context(),
		metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=web"})
	require.NoError(t, err)
	return pods.Items
}

// requireDrainable evicts a running pod as a drain does, and waits until another one is ready instead. The disruption
// controller needs a moment to allow the first eviction.
func (s *scenario) requireDrainable(t *testing.T) {
	t.Helper()
	s.awaitReady(t)
	pods := s.cluster.Client().CoreV1().Pods("team")
	running := slices.DeleteFunc(s.pods(t), func(p corev1.Pod) bool { return p.DeletionTimestamp != nil })
	require.NotEmpty(t, running)
	evicted := running[0]
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		err := s.cluster.Client().PolicyV1().Evictions("team").Evict(context.Background(), &policyv1.Eviction{
			ObjectMeta:    metav1.ObjectMeta{Name: evicted.Name, Namespace: "team"},
			DeleteOptions: &metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(evicted.UID))},
		})
		require.NoError(c, err)
	}, evictionTimeout, pollInterval)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		_, err := pods.Get(context.Background(), evicted.Name, metav1.GetOptions{})
		require.True(c, apierrors.IsNotFound(err), "the evicted pod is deleted: %v", err)
	}, evictionTimeout, pollInterval)
	s.awaitReady(t)
}

// awaitReady waits until all replicas are ready.
func (s *scenario) awaitReady(t *testing.T) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		d, err := s.cluster.Client().AppsV1().Deployments("team").Get(context.Background(), "web", metav1.GetOptions{})
		if assert.NoError(c, err) {
			assert.Equal(c, d.Generation, d.Status.ObservedGeneration)
			assert.Equal(c, *d.Spec.Replicas, d.Status.ReadyReplicas)
		}
	}, evictionTimeout, pollInterval)
}

// TestRotatedCredentialsUpdateTheProvider checks that a kubeconfig of the same server with new
// credentials updates the provider and replaces nothing.
func TestRotatedCredentialsUpdateTheProvider(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	kubeconfig := string(cluster.Kubeconfig())
	stack, err := testenv.Engine(t).Inline(t.Context(), "rotation", "dev", func(ctx *pulumi.Context) error {
		provider, err := kubernetes.NewProvider(ctx, "local",
			&kubernetes.ProviderArgs{Kubeconfig: pulumi.String(kubeconfig)})
		if err != nil {
			return err
		}
		_, err = namespace.NewNamespace(ctx, "team", nil, pulumi.Provider(provider))
		return err
	})
	require.NoError(t, err)
	_, err = stack.Up(t.Context())
	require.NoError(t, err)

	kubeconfig = rotated(t, cluster)
	up, err := stack.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, up.Changes[apitype.OpUpdate], "the provider is updated")
	assert.Zero(t, up.Changes[apitype.OpReplace], "nothing is replaced")
	_, err = stack.CheckUnchanged(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
}
