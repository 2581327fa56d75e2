package workload_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// minimal returns the least that a Deployment needs, with changes.
func minimal(changes ...func(*workload.DeploymentArgs)) *workload.DeploymentArgs {
	args := &workload.DeploymentArgs{
		Image:     pulumi.String(fixture.Image),
		Namespace: pulumi.String("team"),
	}
	for _, change := range changes {
		change(args)
	}
	return args
}

// everything returns arguments with every field set.
func everything() *workload.DeploymentArgs {
	return &workload.DeploymentArgs{
		Image:         pulumi.String(fixture.Image),
		Command:       []string{"/bin/web"},
		Args:          []string{"--verbose"},
		Port:          8080,
		Env:           pulumi.StringMap{"MODE": pulumi.String("fast"), "LEVEL": pulumi.String("info")},
		Resources:     &workload.Resources{CPU: "0.5", Memory: "256Mi", CPULimit: "2", MemoryLimit: "1024Mi"},
		WritablePaths: []string{"/var/cache"},
		Probes: &workload.Probes{
			Startup:   &workload.Probe{Path: "/started", PeriodSeconds: new(2), TimeoutSeconds: new(3), FailureThreshold: new(4)},
			Readiness: &workload.Probe{Port: 9090},
			Liveness:  &workload.Probe{Command: []string{"/bin/check"}},
		},
		Security: &workload.Security{
			ReadOnlyRootFilesystem: new(true), RunAsNonRoot: new(true), RunAsUser: 10001, FSGroup: 10002,
			Capabilities: []workload.Capability{"NET_BIND_SERVICE"},
		},
		Ports:   config.Named[workload.Port]{"metrics": {Port: 9100}, "dns": {Port: 53, Protocol: workload.ProtocolUDP}},
		PreStop: &workload.PreStop{SleepSeconds: 5},
		Volumes: config.Named[workload.Volume]{
			"scratch":  {Path: "/scratch", Medium: workload.MediumMemory, SizeLimit: "64Mi"},
			"data":     {Claim: pulumi.String("data"), SubPaths: map[string]string{"/data": "web"}},
			"settings": {ConfigMap: pulumi.String("settings"), Path: "/etc/settings"},
			"tls":      {Secret: pulumi.String("front-tls"), Path: "/etc/tls"},
			"identity": {Path: "/var/run/identity", Projected: []workload.Projection{
				{ConfigMap: pulumi.String("authorities")}, {Secret: pulumi.String("client")},
				{ServiceAccountToken: &workload.ServiceAccountToken{Audience: "vault"}},
			}},
			"vault": {Path: "/vault", CSI: &workload.CSIVolume{
				Driver: "secrets-store.csi.k8s.io", FSType: "tmpfs", Secret: pulumi.String("driver"),
				Attributes: pulumi.StringMap{"secretProviderClass": pulumi.String("front")},
			}},
		},
		InitContainers: []workload.InitContainer{{
			Name: "migrate", Image: pulumi.String("registry.example.com/migrate:1"), Command: []string{"/bin/migrate"},
			Args: []string{"--up"}, Env: pulumi.StringMap{"A": pulumi.String("1")}, SecretEnv: pulumi.ToStringArray([]string{"first"}),
			Resources: &workload.Resources{CPU: "50m"}, Security: &workload.ContainerSecurity{RunAsUser: 10003},
			WritablePaths: []string{"/work"}, Mounts: config.Named[workload.Mount]{"data": {Path: "/data"}},
		}},
		Sidecars: config.Named[workload.Container]{"proxy": {
			Image: pulumi.String("registry.example.com/proxy:2"), Command: []string{"/bin/proxy"}, Args: []string{"--quiet"},
			Ports: config.Named[workload.Port]{"admin": {Port: 15000}}, Env: pulumi.StringMap{"B": pulumi.String("2")},
			SecretEnv: pulumi.ToStringArray([]string{"second"}), Resources: &workload.Resources{Memory: "64Mi"},
			Probes:  &workload.Probes{Startup: &workload.Probe{GRPC: true, GRPCService: "proxy"}},
			PreStop: &workload.PreStop{Command: []string{"/bin/drain"}}, WritablePaths: []string{"/var/proxy"},
			Security: &workload.ContainerSecurity{Capabilities: []workload.Capability{"NET_BIND_SERVICE"}},
			Mounts:   config.Named[workload.Mount]{"tls": {SubPaths: map[string]string{"/ca.crt": "ca.crt"}}},
		}},
		Containers: config.Named[workload.Container]{"exporter": {Image: pulumi.String("registry.example.com/exporter:3")}},
		Scheduling: &workload.Scheduling{
			NodeSelector: pulumi.StringMap{"pool": pulumi.String("general")},
			NodeAffinity: []workload.NodeAffinity{
				{Key: "kubernetes.io/arch", Values: []string{"arm64", "amd64"}},
				{Key: "spot", Operator: workload.NodeDoesNotExist, Weight: 10},
			},
			PodAffinity:     []workload.PodAffinity{{Labels: map[string]string{"app": "cache"}, Weight: 5}},
			PodAntiAffinity: []workload.PodAffinity{{Labels: map[string]string{"app": "batch"}, Namespaces: []string{"jobs"}}},
			Tolerations: []workload.Toleration{{
				Key: "dedicated", Value: "web", Effect: workload.NoExecute, TolerationSeconds: new(60),
			}},
			Spread: []workload.Spread{{
				TopologyKey: "topology.kubernetes.io/zone", MaxSkew: new(2), WhenUnsatisfiable: workload.DoNotSchedule,
			}},
			PriorityClassName: pulumi.String("business"), RuntimeClassName: pulumi.String("sandbox"),
		},
		Namespace:                     pulumi.String("team"),
		Name:                          "front",
		Replicas:                      new(5),
		ServiceAccountName:            pulumi.String("front"),
		MountServiceAccountToken:      true,
		SecretEnv:                     pulumi.StringArray{pulumi.String("first"), pulumi.String("second")},
		Files:                         &workload.Files{ConfigMap: pulumi.String("files"), Paths: map[string]string{"/etc/web/a": "a"}},
		ImagePullSecrets:              pulumi.ToStringArray([]string{"registry", "mirror"}),
		TerminationGracePeriodSeconds: new(60),
		Labels:                        pulumi.StringMap{"team": pulumi.String("payments")},
		PodAnnotations:                pulumi.StringMap{"example.com/scrape": pulumi.String("true")},
	}
}

// deploy creates a Deployment and returns it as Kubernetes would get it.
func deploy(t *testing.T, args *workload.DeploymentArgs) appsv1.Deployment {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := workload.NewDeployment(ctx, "web", args)
		return err
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, workload.DeploymentToken)
	return pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment"))
}

// containerOf returns the main container of the pods.
func containerOf(t *testing.T, d appsv1.Deployment) corev1.Container {
	t.Helper()
	require.NotEmpty(t, d.Spec.Template.Spec.Containers)
	return d.Spec.Template.Spec.Containers[0]
}

func TestMinimalDeployment(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		d, err := workload.NewDeployment(ctx, "web", minimal())
		require.NoError(t, err)
		require.Equal(t, "web", pulumitest.Await[string](t, d.Name), "the name of the component")
		require.Equal(t, "team", pulumitest.Await[string](t, d.Namespace))
		return nil
	}, fixture.Cluster())
	selector := map[string]string{"app.kubernetes.io/name": "web", "app.kubernetes.io/instance": "ashlar_workload"}
	spread := func(key string) corev1.TopologySpreadConstraint {
		return corev1.TopologySpreadConstraint{
			MaxSkew: 1, TopologyKey: key, WhenUnsatisfiable: corev1.ScheduleAnyway,
			LabelSelector:  &metav1.LabelSelector{MatchLabels: selector},
			MatchLabelKeys: []string{"pod-template-hash"},
		}
	}
	want := appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "team", Labels: selector},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(2)),
			Selector: &metav1.LabelSelector{MatchLabels: selector},
			Strategy: appsv1.DeploymentStrategy{
				Type: appsv1.RollingUpdateDeploymentStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDeployment{
					MaxSurge: new(intstr.FromString("25%")), MaxUnavailable: new(intstr.FromInt32(0)),
				},
			},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: selector},
				Spec: corev1.PodSpec{
					AutomountServiceAccountToken:  new(false),
					EnableServiceLinks:            new(false),
					TerminationGracePeriodSeconds: new(int64(30)),
					SecurityContext: &corev1.PodSecurityContext{
						RunAsNonRoot:   new(true),
						SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
					},
					TopologySpreadConstraints: []corev1.TopologySpreadConstraint{
						spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname"),
					},
					Containers: []corev1.Container{{
						Name:  "web",
						Image: fixture.Image,
						SecurityContext: &corev1.SecurityContext{
							AllowPrivilegeEscalation: new(false),
							ReadOnlyRootFilesystem:   new(true),
							Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
						},
						Resources:    requirements("100m", "128Mi", "", "128Mi"),
						VolumeMounts: []corev1.VolumeMount{{Name: "writable-0", MountPath: "/tmp"}},
					}},
					Volumes: []corev1.Volume{{
						Name: "writable-0", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}},
					}},
				},
			},
		},
	}
	got := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment"))
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a Deployment with every default (-want +got):\n%s", diff)
	}
}

func TestDeploymentWithEverything(t *testing.T) {
	t.Parallel()
	d := deploy(t, everything())
	require.Equal(t, "front", d.Name)
	require.Equal(t, int32(5), *d.Spec.Replicas)

	pod := d.Spec.Template.Spec
	require.Equal(t, "front", pod.ServiceAccountName)
	require.True(t, *pod.AutomountServiceAccountToken)
	require.Equal(t, int64(60), *pod.TerminationGracePeriodSeconds)
	require.Equal(t, int64(10001), *pod.SecurityContext.RunAsUser)
	require.Equal(t, int64(10002), *pod.SecurityContext.FSGroup)
	require.Equal(t, []corev1.LocalObjectReference{{Name: "registry"}, {Name: "mirror"}}, pod.ImagePullSecrets)

	c := containerOf(t, d)
	require.Equal(t, "front", c.Name)
	require.Equal(t, []string{"/bin/web"}, c.Command)
	require.Equal(t, []string{"--verbose"}, c.Args)
	require.Equal(t, []corev1.ContainerPort{
		{Name: "main", ContainerPort: 8080, Protocol: corev1.ProtocolTCP},
		{Name: "dns", ContainerPort: 53, Protocol: corev1.ProtocolUDP},
		{Name: "metrics", ContainerPort: 9100, Protocol: corev1.ProtocolTCP},
	}, c.Ports)
	require.Equal(t, []corev1.EnvVar{{Name: "LEVEL", Value: "info"}, {Name: "MODE", Value: "fast"}}, c.Env)
	var secrets []string
	for _, e := range c.EnvFrom {
		require.Nil(t, e.ConfigMapRef)
		secrets = append(secrets, e.SecretRef.Name)
	}
	require.Equal(t, map[string]string{"example.com/scrape": "true"}, d.Spec.Template.Annotations)
	require.Empty(t, d.Annotations, "they are those of the pods")
	require.Equal(t, []string{"first", "second"}, secrets, "in the given order, because the last one wins")
}

func TestLabelsNeverChangeSelectors(t *testing.T) {
	t.Parallel()
	d := deploy(t, minimal(func(a *workload.DeploymentArgs) {
		a.Labels = pulumi.StringMap{"team": pulumi.String("payments")}
	}))
	selector := map[string]string{"app.kubernetes.io/name": "web", "app.kubernetes.io/instance": "ashlar_workload"}
	labels := maps.Clone(selector)
	labels["team"] = "payments"
	require.Equal(t, selector, d.Spec.Selector.MatchLabels, "a selector cannot change")
	require.Equal(t, labels, d.Labels)
	require.Equal(t, labels, d.Spec.Template.Labels)
	for _, c := range d.Spec.Template.Spec.TopologySpreadConstraints {
		require.Equal(t, selector, c.LabelSelector.MatchLabels)
	}
	require.Equal(t, selector, workload.SelectorLabels("web"))
}

func TestPodTemplateIsTheSameOnEveryRun(t *testing.T) {
	t.Parallel()
	args := func() *workload.DeploymentArgs {
		a := everything()
		a.Files.Paths = map[string]string{"/etc/a": "a", "/etc/b": "b", "/etc/c": "c", "/etc/d": "d"}
		a.Env = pulumi.StringMap{
			"A": pulumi.String("1"), "B": pulumi.String("2"), "C": pulumi.String("3"), "D": pulumi.String("4"),
		}
		return a
	}
	first := deploy(t, args())
	for range 5 {
		if diff := cmp.Diff(first, deploy(t, args())); diff != "" {
			t.Fatalf("another order would roll out (-first +again):\n%s", diff)
		}
	}
}

func TestDeploymentPreview(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		args, unknown := everything(), pulumitest.Unknown[pulumi.StringOutput]()
		args.Image = unknown
		args.Namespace = unknown
		args.ServiceAccountName = unknown
		args.Env = pulumi.StringMap{"KNOWN": pulumi.String("a"), "UNKNOWN": unknown}
		args.SecretEnv = pulumi.StringArray{unknown}
		args.Files.ConfigMap = unknown
		_, err := workload.NewDeployment(ctx, "web", args)
		return err
	}, fixture.Cluster(), pulumitest.Preview())
	container, ok := r.One(t, ":apps/v1:Deployment").Input("spec.template.spec.containers[0]")
	require.True(t, ok)
	require.True(t, container.ObjectValue()["image"].IsComputed())
	env := pulumitest.DecodeProperties[struct{ Env []corev1.EnvVar }](t, resource.PropertyMap{"env": container.ObjectValue()["env"]}).Env
	require.Contains(t, env, corev1.EnvVar{Name: "KNOWN", Value: "a"},
		"a value that is not known yet does not hide the others")
}

func TestDeploymentRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *workload.DeploymentArgs
		want   []string
	}{
		"Nil": {
			reason: "nil arguments lack everything that is required",
			want:   []string{"image: required, but missing", "namespace: required, but missing"},
		},
		"Values": {
			reason: "every problem is reported at once",
			args: minimal(func(a *workload.DeploymentArgs) {
				a.Name, a.Replicas, a.Port, a.TerminationGracePeriodSeconds = "Web", new(-1), 70000, new(-1)
				a.Security = &workload.Security{RunAsUser: -1}
			}),
			want: []string{
				`name: found the string "Web": use lower case letters, digits and "-", start with a letter, end with a letter ` +
					`or digit, at most 63 characters`,
				"port: expected at most 65535, found the number 70000",
				"replicas: expected at least 0, found the number -1",
				"security.runAsUser: expected at least 1, found the number -1",
				"terminationGracePeriodSeconds: expected at least 0, found the number -1",
			},
		},
		"Files": {
			reason: "files come from a ConfigMap",
			args:   minimal(func(a *workload.DeploymentArgs) { a.Files = &workload.Files{} }),
			want:   []string{"files.configMap: required, but missing", "files.paths: required, but missing"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, workload.NewDeployment, tc.args, tc.want, tc.reason)
		})
	}
}

func TestDeploymentLeavesItsArgumentsAlone(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func() *workload.DeploymentArgs{
		"Minimal":    func() *workload.DeploymentArgs { return minimal() },
		"Everything": everything,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := fresh()
			deploy(t, args)
			require.Equal(t, fresh(), args, "the caller's arguments are not modified")
		})
	}
}
