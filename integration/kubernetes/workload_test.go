package kubernetes_test

import (
	"context"
	"sync"
	"testing"
	"time"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1sdk "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1sdk "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	k8sappsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	clientset "k8s.io/client-go/kubernetes"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

const workloadImage = "registry.example.com/web:1.2.3"

// restrictedNamespace creates a namespace that admits pods of the restricted standard alone.
func restrictedNamespace(t *testing.T, client clientset.Interface, name string) {
	t.Helper()
	_, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// workloads is a program with every kind of workload.
type workloads struct {
	kubeconfig []byte
	// level is a variable of the pods, schedule that of the CronJob, and partition that of the StatefulSet.
	level, schedule string
	partition       int
	// many sets every option that the cluster needs nothing else for.
	many bool
}

func (w *workloads) run(ctx *pulumi.Context) error {
	p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(w.kubeconfig)})
	if err != nil {
		return err
	}
	on, ns, image := pulumi.Provider(p), pulumi.String("team"), pulumi.String(workloadImage)
	env := pulumi.StringMap{"LEVEL": pulumi.String(w.level)}
	web := &workload.DeploymentArgs{Namespace: ns, Image: image, Port: 8080, Env: env}
	store := &workload.StatefulSetArgs{
		Namespace: ns, Image: image, Replicas: new(2), Env: env, Partition: &w.partition, Security: &workload.Security{FSGroup: 10001},
		Claims: config.Named[workload.Claim]{"data": {Size: "1024Mi", StorageClass: pulumi.String("static"), Path: "/data"}},
	}
	if w.many {
		web.Ports = config.Named[workload.Port]{
			"metrics": {Port: 9100}, "dns": {Port: 8080, Protocol: workload.ProtocolUDP}, "sctp": {Port: 8080, Protocol: workload.ProtocolSCTP},
		}
		web.Probes = &workload.Probes{
			Startup: &workload.Probe{GRPC: true, GRPCService: "web"}, Readiness: &workload.Probe{Path: "/ready", Scheme: workload.SchemeHTTPS},
		}
		web.PreStop, web.TerminationGracePeriodSeconds = &workload.PreStop{SleepSeconds: 5}, new(20)
		web.Security = &workload.Security{RunAsUser: 10001, Capabilities: []workload.Capability{"NET_BIND_SERVICE"}}
		web.Volumes = config.Named[workload.Volume]{
			"scratch":  {Path: "/scratch", Medium: workload.MediumMemory, SizeLimit: "65536Ki"},
			"settings": {ConfigMap: pulumi.String("settings"), SubPaths: map[string]string{"/etc/web.yaml": "web.yaml"}},
			"tls":      {Secret: pulumi.String("tls"), Path: "/etc/tls"},
			"identity": {Path: "/var/run/identity", Projected: []workload.Projection{
				{ConfigMap: pulumi.String("settings")}, {ServiceAccountToken: &workload.ServiceAccountToken{Audience: "vault"}},
			}},
			"vault": {Path: "/vault", CSI: &workload.CSIVolume{Driver: "secrets-store.csi.k8s.io"}},
		}
		web.InitContainers = []workload.InitContainer{
			{Name: "first", Image: image, Command: []string{"true"}}, {Name: "second", Image: image, Env: env},
		}
		web.Sidecars = config.Named[workload.Container]{"proxy": {
			Image: image, Ports: config.Named[workload.Port]{"admin": {Port: 15000}},
			Probes: &workload.Probes{Startup: &workload.Probe{}, Liveness: &workload.Probe{Command: []string{"true"}}},
			Mounts: config.Named[workload.Mount]{"tls": {Path: "/etc/tls"}}, PreStop: &workload.PreStop{Command: []string{"true"}},
		}}
		web.Containers = config.Named[workload.Container]{"exporter": {Image: image, Security: &workload.ContainerSecurity{RunAsUser: 10002}}}
		web.Scheduling = &workload.Scheduling{
			NodeSelector: pulumi.StringMap{"kubernetes.io/os": pulumi.String("linux")},
			NodeAffinity: []workload.NodeAffinity{
				{Key: "kubernetes.io/hostname", Operator: workload.NodeExists}, {Key: "spot", Operator: workload.NodeDoesNotExist, Weight: 1},
			},
			PodAffinity:       []workload.PodAffinity{{Labels: map[string]string{"app": "cache"}, Weight: 5}},
			PodAntiAffinity:   []workload.PodAffinity{{Labels: map[string]string{"app": "batch"}, Namespaces: []string{"team"}}},
			Tolerations:       []workload.Toleration{{Operator: workload.TolerationExists, Effect: workload.NoExecute, TolerationSeconds: new(60)}},
			Spread:            []workload.Spread{{TopologyKey: "topology.kubernetes.io/zone", WhenUnsatisfiable: workload.DoNotSchedule}},
			PriorityClassName: pulumi.String("business"), RuntimeClassName: pulumi.String("sandbox"),
		}
		store.PodManagement, store.ClaimRetention = workload.Parallel, &workload.ClaimRetention{WhenScaled: workload.Delete}
	}
	if _, err := workload.NewDeployment(ctx, "web", web, on); err != nil {
		return err
	}
	if _, err := workload.NewStatefulSet(ctx, "store", store, on); err != nil {
		return err
	}
	if _, err := workload.NewDaemonSet(ctx, "agent", &workload.DaemonSetArgs{Namespace: ns, Image: image, Env: env}, on); err != nil {
		return err
	}
	job, err := workload.NewJob(ctx, "migrate", &workload.JobArgs{
		Namespace: ns, Image: image, Env: env, PodFailurePolicy: &workload.PodFailurePolicy{FailJobExitCodes: []int{42}},
	}, on)
	if err != nil {
		return err
	}
	ctx.Export("job", job.Name)
	_, err = workload.NewCronJob(ctx, "report", &workload.CronJobArgs{
		Namespace: ns, Image: image, Env: env, Schedule: w.schedule, TimeZone: "Europe/Berlin",
	}, on)
	return err
}

// TestWorkloads runs every kind of workload in a namespace that enforces the restricted standard, changes them, and
// destroys them.
func TestWorkloads(t *testing.T) {
	t.Parallel()
	for name, many := range map[string]bool{"Defaults": false, "ManyOptions": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testWorkloads(t, many)
		})
	}
}

func testWorkloads(t *testing.T, many bool) {
	t.Helper()
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	prepare(t, client)
	w := &workloads{kubeconfig: cluster.Kubeconfig(), level: "info", schedule: "0 0 1 1 *", many: many}
	stack, err := testenv.Engine(t).Inline(t.Context(), "workloads", "dev", w.run)
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	first := ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))
	runOnce(t, client)

	claims, err := client.CoreV1().PersistentVolumeClaims("team").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, claims.Items, 2, "each pod has its claim")
	agents, err := client.AppsV1().DaemonSets("team").Get(t.Context(), "agent", metav1.GetOptions{})
	require.NoError(t, err)
	nodes, err := client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, len(nodes.Items), int(agents.Status.NumberReady), "a pod on each node")

	w.level, w.schedule, w.partition = "debug", "0 0 2 1 *", 1
	second := ran(stack.Up(t.Context()))
	assert.Equal(t, 1, second.Changes[apitype.OpReplace], "the Job alone")
	assert.Equal(t, 4, second.Changes[apitype.OpUpdate]-componentUpdates(second), "the others are updated in place")
	assert.NotEqual(t, first.Outputs["job"].Value, second.Outputs["job"].Value, "it has another name")
	jobs, err := client.BatchV1().Jobs("team").List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=migrate"})
	require.NoError(t, err)
	require.Len(t, jobs.Items, 1, "the previous Job is deleted")
	require.Equal(t, second.Outputs["job"].Value, jobs.Items[0].Name)
	require.Less(t, index(second, apitype.OpCreateReplacement), index(second, apitype.OpDeleteReplaced), "after the new one has succeeded")
	for pod, level := range map[string]string{"store-0": "info", "store-1": "debug"} {
		p, err := client.CoreV1().Pods("team").Get(t.Context(), pod, metav1.GetOptions{})
		require.NoError(t, err)
		assert.Equal(t, level, p.Spec.Containers[0].Env[0].Value, "%s: the partition keeps the first pod", pod)
	}
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))

	ran(stack.CheckDestroyed(t.Context()))
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		pods, err := client.CoreV1().Pods("team").List(context.Background(), metav1.ListOptions{LabelSelector: "!once"})
		if assert.NoError(c, err) {
			assert.Empty(c, pods.Items)
		}
	}, time.Minute, 200*time.Millisecond)
	claims, err = client.CoreV1().PersistentVolumeClaims("team").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, claims.Items, 2, "the data is kept")
}

// prepare creates what the workloads refer to.
func prepare(t *testing.T, client clientset.Interface) {
	t.Helper()
	restrictedNamespace(t, client, "team")
	for _, name := range []string{"volume-1", "volume-2"} {
		_, err := client.CoreV1().PersistentVolumes().Create(t.Context(), &corev1.PersistentVolume{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: corev1.PersistentVolumeSpec{
				Capacity:         corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")},
				AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				StorageClassName: "static",
				PersistentVolumeSource: corev1.PersistentVolumeSource{
					HostPath: &corev1.HostPathVolumeSource{Path: "/" + name},
				},
			},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	_, err := client.SchedulingV1().PriorityClasses().Create(t.Context(), &schedulingv1.PriorityClass{
		ObjectMeta: metav1.ObjectMeta{Name: "business"}, Value: 1000,
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.NodeV1().RuntimeClasses().Create(t.Context(), &nodev1.RuntimeClass{
		ObjectMeta: metav1.ObjectMeta{Name: "sandbox"}, Handler: "runsc",
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// runOnce starts a Job of the CronJob, as kubectl create job --from does, and waits until it succeeds.
func runOnce(t *testing.T, client clientset.Interface) {
	t.Helper()
	c, err := client.BatchV1().CronJobs("team").Get(t.Context(), "report", metav1.GetOptions{})
	require.NoError(t, err)
	template := c.Spec.JobTemplate
	template.Spec.Template.Labels["once"] = "true"
	_, err = client.BatchV1().Jobs("team").Create(t.Context(), &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: "once", Labels: template.Labels}, Spec: template.Spec,
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		j, err := client.BatchV1().Jobs("team").Get(context.Background(), "once", metav1.GetOptions{})
		if assert.NoError(c, err) {
			assert.Equal(c, int32(1), j.Status.Succeeded)
		}
	}, time.Minute, 200*time.Millisecond)
}

// componentUpdates returns the number of updates of components, whose inputs change with those of their resources.
func componentUpdates(r *engine.Result) int {
	out := 0
	for _, e := range r.Events {
		if e.ResOutputsEvent == nil || e.ResOutputsEvent.Metadata.Op != apitype.OpUpdate {
			continue
		}
		if m := e.ResOutputsEvent.Metadata; m.New != nil && !m.New.Custom {
			out++
		}
	}
	return out
}

// index returns the index of the event after the first step of a kind.
func index(r *engine.Result, op apitype.OpType) int {
	for i, e := range r.Events {
		if e.ResOutputsEvent != nil && e.ResOutputsEvent.Metadata.Op == op {
			return i
		}
	}
	return -1
}

// earlier is a Deployment like those of the first version of the component, whose selector is the name alone.
func earlier(ctx *pulumi.Context, on pulumi.ResourceOption) (pulumi.Resource, error) {
	component := &struct{ pulumi.ResourceState }{}
	if err := ctx.RegisterComponentResource(workload.DeploymentToken, "web", component, on); err != nil {
		return nil, err
	}
	labels := pulumi.StringMap{"app.kubernetes.io/name": pulumi.String("web")}
	var spread corev1sdk.TopologySpreadConstraintArray
	for _, key := range []string{"topology.kubernetes.io/zone", "kubernetes.io/hostname"} {
		spread = append(spread, &corev1sdk.TopologySpreadConstraintArgs{
			MaxSkew: pulumi.Int(1), TopologyKey: pulumi.String(key), WhenUnsatisfiable: pulumi.String("ScheduleAnyway"),
			LabelSelector:  &metav1sdk.LabelSelectorArgs{MatchLabels: labels},
			MatchLabelKeys: pulumi.ToStringArray([]string{"pod-template-hash"}),
		})
	}
	tcp := func(threshold int) *corev1sdk.ProbeArgs {
		return &corev1sdk.ProbeArgs{
			TcpSocket:     &corev1sdk.TCPSocketActionArgs{Port: pulumi.Int(8080)},
			PeriodSeconds: pulumi.Int(10), TimeoutSeconds: pulumi.Int(1), FailureThreshold: pulumi.Int(threshold),
		}
	}
	return component, create(appsv1.NewDeployment(ctx, "web", &appsv1.DeploymentArgs{
		Metadata: &metav1sdk.ObjectMetaArgs{Namespace: pulumi.String("team"), Name: pulumi.String("web"), Labels: labels},
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(2),
			Selector: &metav1sdk.LabelSelectorArgs{MatchLabels: labels},
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type:          pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{MaxSurge: pulumi.String("25%"), MaxUnavailable: pulumi.Int(0)},
			},
			Template: &corev1sdk.PodTemplateSpecArgs{
				Metadata: &metav1sdk.ObjectMetaArgs{Labels: labels},
				Spec: &corev1sdk.PodSpecArgs{
					AutomountServiceAccountToken: pulumi.Bool(false), EnableServiceLinks: pulumi.Bool(false),
					TerminationGracePeriodSeconds: pulumi.Int(30), TopologySpreadConstraints: spread,
					SecurityContext: &corev1sdk.PodSecurityContextArgs{
						RunAsNonRoot: pulumi.Bool(true), SeccompProfile: &corev1sdk.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
					},
					Containers: corev1sdk.ContainerArray{&corev1sdk.ContainerArgs{
						Name: pulumi.String("web"), Image: pulumi.String(workloadImage),
						Ports: corev1sdk.ContainerPortArray{&corev1sdk.ContainerPortArgs{
							Name: pulumi.String("main"), ContainerPort: pulumi.Int(8080), Protocol: pulumi.String("TCP"),
						}},
						SecurityContext: &corev1sdk.SecurityContextArgs{
							AllowPrivilegeEscalation: pulumi.Bool(false), ReadOnlyRootFilesystem: pulumi.Bool(true),
							Capabilities: &corev1sdk.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
						},
						Resources: &corev1sdk.ResourceRequirementsArgs{
							Requests: pulumi.ToStringMap(map[string]string{"cpu": "100m", "memory": "128Mi"}),
							Limits:   pulumi.ToStringMap(map[string]string{"memory": "128Mi"}),
						},
						StartupProbe: tcp(30), ReadinessProbe: tcp(3),
						VolumeMounts: corev1sdk.VolumeMountArray{&corev1sdk.VolumeMountArgs{
							Name: pulumi.String("writable-0"), MountPath: pulumi.String("/tmp"),
						}},
					}},
					Volumes: corev1sdk.VolumeArray{&corev1sdk.VolumeArgs{
						Name: pulumi.String("writable-0"), EmptyDir: &corev1sdk.EmptyDirVolumeSourceArgs{},
					}},
				},
			},
		},
	}, pulumi.Parent(component)))
}

// create returns the error of a constructor.
func create[R any](_ R, err error) error { return err }

// TestSelectorsOfExistingDeploymentsStay updates a Deployment of the first version of the component. Its Service always
// has ready endpoints. Then the Deployment gets the selector of a new one without a restart of its pods.
func TestSelectorsOfExistingDeploymentsStay(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	restrictedNamespace(t, client, "team")
	name, fresh := map[string]string{"app.kubernetes.io/name": "web"}, "fresh"
	current := false
	stack, err := testenv.Engine(t).Inline(t.Context(), "selectors", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on, ns, image := pulumi.Provider(p), pulumi.String("team"), pulumi.String(workloadImage)
		var web pulumi.Resource
		selector := name
		if current {
			selector = workload.SelectorLabels("web")
			if web, err = workload.NewDeployment(ctx, "web", &workload.DeploymentArgs{Namespace: ns, Image: image, Port: 8080}, on); err != nil {
				return err
			}
			_, err = workload.NewDeployment(ctx, "fresh", &workload.DeploymentArgs{Namespace: ns, Image: image, Name: fresh}, on)
		} else {
			web, err = earlier(ctx, on)
		}
		if err != nil {
			return err
		}
		// The pods get the label during the rollout, which the Service waits for.
		return create(network.NewService(ctx, "web", &network.ServiceArgs{
			Namespace: ns, Selector: selector, TargetPort: 8080,
		}, on, pulumi.DependsOn([]pulumi.Resource{web})))
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	old := deployed(t, client, "web")
	require.Equal(t, name, old.Spec.Selector.MatchLabels)

	current = true
	stop := watchEndpoints(t, client)
	updated := ran(stack.Up(t.Context()))
	stop()
	assert.Zero(t, updated.Changes[apitype.OpReplace]+updated.Changes[apitype.OpDelete], "nothing is replaced")
	d := deployed(t, client, "web")
	assert.Equal(t, old.UID, d.UID)
	assert.Equal(t, name, d.Spec.Selector.MatchLabels, "a selector is immutable")
	assert.Equal(t, workload.SelectorLabels("web"), d.Spec.Template.Labels)
	assert.Equal(t, workload.SelectorLabels("fresh"), deployed(t, client, "fresh").Spec.Selector.MatchLabels)
	service, err := client.CoreV1().Services("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, workload.SelectorLabels("web"), service.Spec.Selector)
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))

	fresh = "renamed"
	renamed := ran(stack.Up(t.Context()))
	assert.Equal(t, 1, renamed.Changes[apitype.OpReplace])
	assert.Equal(t, workload.SelectorLabels("renamed"), deployed(t, client, "renamed").Spec.Selector.MatchLabels,
		"the name in the selector follows the name of the Deployment")

	before := pods(t, client)
	orphan := metav1.DeletePropagationOrphan
	require.NoError(t, client.AppsV1().Deployments("team").Delete(t.Context(), "web", metav1.DeleteOptions{PropagationPolicy: &orphan}))
	require.Eventually(t, func() bool {
		_, err := client.AppsV1().Deployments("team").Get(context.Background(), "web", metav1.GetOptions{})
		return err != nil
	}, time.Minute, 100*time.Millisecond)
	ran(stack.Refresh(t.Context()))
	stop = watchEndpoints(t, client)
	ran(stack.Up(t.Context()))
	stop()
	assert.Equal(t, workload.SelectorLabels("web"), deployed(t, client, "web").Spec.Selector.MatchLabels)
	assert.Equal(t, before, pods(t, client), "the pods are adopted")
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckDestroyed(t.Context()))
}

func deployed(t *testing.T, client clientset.Interface, name string) *k8sappsv1.Deployment {
	t.Helper()
	d, err := client.AppsV1().Deployments("team").Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	return d
}

// pods returns the UIDs of the pods of web that are not being deleted.
func pods(t *testing.T, client clientset.Interface) map[types.UID]bool {
	t.Helper()
	list, err := client.CoreV1().Pods("team").List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=web"})
	require.NoError(t, err)
	out := map[types.UID]bool{}
	for _, p := range list.Items {
		if p.DeletionTimestamp == nil {
			out[p.UID] = true
		}
	}
	require.NotEmpty(t, out)
	return out
}

// watchEndpoints fails the test if the Service is without ready endpoints before the returned function is called.
func watchEndpoints(t *testing.T, client clientset.Interface) (stop func()) {
	t.Helper()
	ready := func() int {
		slices, err := client.DiscoveryV1().EndpointSlices("team").List(context.Background(),
			metav1.ListOptions{LabelSelector: "kubernetes.io/service-name=web"})
		if !assert.NoError(t, err) {
			return 0
		}
		n := 0
		for _, s := range slices.Items {
			for _, e := range s.Endpoints {
				if e.Conditions.Ready == nil || *e.Conditions.Ready {
					n++
				}
			}
		}
		return n
	}
	require.Eventually(t, func() bool { return ready() > 0 }, time.Minute, 100*time.Millisecond)
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				if !assert.Positive(t, ready(), "the Service has no endpoints") {
					return
				}
			}
		}
	})
	return func() {
		close(done)
		watching.Wait()
	}
}
