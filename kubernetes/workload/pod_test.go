package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

func TestContainersOfAPod(t *testing.T) {
	t.Parallel()
	pod := deploy(t, everything()).Spec.Template.Spec
	names := func(containers []corev1.Container) (out []string) {
		for _, c := range containers {
			out = append(out, c.Name)
		}
		return out
	}
	require.Equal(t, []string{"front", "exporter"}, names(pod.Containers))
	require.Equal(t, []string{"proxy", "migrate"}, names(pod.InitContainers), "init containers can use sidecars")
	proxy, migrate, exporter := pod.InitContainers[0], pod.InitContainers[1], pod.Containers[1]

	hardened := corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true),
		Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
	bindsPorts, otherUser := *hardened.DeepCopy(), *hardened.DeepCopy()
	bindsPorts.Capabilities.Add = []corev1.Capability{"NET_BIND_SERVICE"}
	otherUser.RunAsUser = new(int64(10003))
	if diff := cmp.Diff(corev1.Container{
		Name: "proxy", Image: "registry.example.com/proxy:2", Command: []string{"/bin/proxy"}, Args: []string{"--quiet"},
		Ports:           []corev1.ContainerPort{{Name: "admin", ContainerPort: 15000, Protocol: corev1.ProtocolTCP}},
		Env:             []corev1.EnvVar{{Name: "B", Value: "2"}},
		EnvFrom:         []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "second"}}}},
		Resources:       requirements("100m", "64Mi", "", "64Mi"),
		SecurityContext: &bindsPorts,
		RestartPolicy:   new(corev1.ContainerRestartPolicyAlways),
		StartupProbe: &corev1.Probe{
			ProbeHandler:  corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: 15000, Service: new("proxy")}},
			PeriodSeconds: 10, TimeoutSeconds: 1, FailureThreshold: 3,
		},
		Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"/bin/drain"}}}},
		VolumeMounts: []corev1.VolumeMount{
			{Name: "writable-3", MountPath: "/tmp"}, {Name: "writable-4", MountPath: "/var/proxy"},
			{Name: "tls", MountPath: "/ca.crt", SubPath: "ca.crt", ReadOnly: true},
		},
	}, proxy, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("sidecar (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(corev1.Container{
		Name: "migrate", Image: "registry.example.com/migrate:1", Command: []string{"/bin/migrate"}, Args: []string{"--up"},
		Env:             []corev1.EnvVar{{Name: "A", Value: "1"}},
		EnvFrom:         []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "first"}}}},
		Resources:       requirements("50m", "128Mi", "", "128Mi"),
		SecurityContext: &otherUser,
		VolumeMounts: []corev1.VolumeMount{
			{Name: "writable-5", MountPath: "/tmp"}, {Name: "writable-6", MountPath: "/work"}, {Name: "data", MountPath: "/data"},
		},
	}, migrate, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("init container (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(corev1.Container{
		Name: "exporter", Image: "registry.example.com/exporter:3", Resources: requirements("100m", "128Mi", "", "128Mi"),
		SecurityContext: &hardened, VolumeMounts: []corev1.VolumeMount{{Name: "writable-2", MountPath: "/tmp"}},
	}, exporter, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("additional container (-want +got):\n%s", diff)
	}
	require.Equal(t, &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 5}}},
		pod.Containers[0].Lifecycle)
	require.Equal(t, []corev1.Capability{"NET_BIND_SERVICE"}, pod.Containers[0].SecurityContext.Capabilities.Add)
}

func TestVolumes(t *testing.T) {
	t.Parallel()
	pod := deploy(t, everything()).Spec.Template.Spec
	reference := func(name string) corev1.LocalObjectReference { return corev1.LocalObjectReference{Name: name} }
	want := []corev1.Volume{
		{Name: "files", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: reference("files")}}},
		{Name: "data", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"},
		}},
		{Name: "identity", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: reference("authorities")}},
			{Secret: &corev1.SecretProjection{LocalObjectReference: reference("client")}},
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
				Audience: "vault", Path: "token", ExpirationSeconds: new(int64(3600)),
			}},
		}}}},
		{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{
			Medium: corev1.StorageMediumMemory, SizeLimit: new(resource.MustParse("64Mi")),
		}}},
		{Name: "settings", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: reference("settings")}}},
		{Name: "tls", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "front-tls"}}},
		{Name: "vault", VolumeSource: corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{
			Driver: "secrets-store.csi.k8s.io", ReadOnly: new(true), FSType: new("tmpfs"), NodePublishSecretRef: new(reference("driver")),
			VolumeAttributes: map[string]string{"secretProviderClass": "front"},
		}}},
	}
	var got []corev1.Volume
	empty := 0
	for _, v := range pod.Volumes {
		if v.EmptyDir != nil && v.Name != "scratch" {
			empty++
		} else {
			got = append(got, v)
		}
	}
	require.Equal(t, 7, empty, "each writable path of each container has a volume of its own")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("volumes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]corev1.VolumeMount{
		{Name: "writable-0", MountPath: "/tmp"}, {Name: "writable-1", MountPath: "/var/cache"},
		{Name: "files", MountPath: "/etc/web/a", SubPath: "a", ReadOnly: true},
		{Name: "data", MountPath: "/data", SubPath: "web"},
		{Name: "identity", MountPath: "/var/run/identity", ReadOnly: true},
		{Name: "scratch", MountPath: "/scratch"},
		{Name: "settings", MountPath: "/etc/settings", ReadOnly: true},
		{Name: "tls", MountPath: "/etc/tls", ReadOnly: true},
		{Name: "vault", MountPath: "/vault", ReadOnly: true},
	}, pod.Containers[0].VolumeMounts); diff != "" {
		t.Errorf("mounts (-want +got):\n%s", diff)
	}
}

func TestScheduling(t *testing.T) {
	t.Parallel()
	pod := deploy(t, everything()).Spec.Template.Spec
	require.Equal(t, map[string]string{"pool": "general"}, pod.NodeSelector)
	require.Equal(t, "business", pod.PriorityClassName)
	require.Equal(t, "sandbox", *pod.RuntimeClassName)
	require.Equal(t, []corev1.Toleration{{
		Key: "dedicated", Operator: corev1.TolerationOpEqual, Value: "web", Effect: corev1.TaintEffectNoExecute,
		TolerationSeconds: new(int64(60)),
	}}, pod.Tolerations)
	require.Equal(t, []corev1.TopologySpreadConstraint{{
		MaxSkew: 2, TopologyKey: "topology.kubernetes.io/zone", WhenUnsatisfiable: corev1.DoNotSchedule,
		LabelSelector:  &metav1.LabelSelector{MatchLabels: workload.SelectorLabels("front")},
		MatchLabelKeys: []string{"pod-template-hash"},
	}}, pod.TopologySpreadConstraints, "they replace the default")
	labels := func(value string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{"app": value}}
	}
	if diff := cmp.Diff(&corev1.Affinity{
		NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{
					{Key: "kubernetes.io/arch", Operator: corev1.NodeSelectorOpIn, Values: []string{"arm64", "amd64"}},
				},
			}}},
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{
				Weight: 10, Preference: corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{
					{Key: "spot", Operator: corev1.NodeSelectorOpDoesNotExist},
				}},
			}},
		},
		PodAffinity: &corev1.PodAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.WeightedPodAffinityTerm{{
				Weight: 5, PodAffinityTerm: corev1.PodAffinityTerm{LabelSelector: labels("cache"), TopologyKey: "kubernetes.io/hostname"},
			}},
		},
		PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
				{LabelSelector: labels("batch"), TopologyKey: "kubernetes.io/hostname", Namespaces: []string{"jobs"}},
			},
		},
	}, pod.Affinity); diff != "" {
		t.Errorf("affinity (-want +got):\n%s", diff)
	}
}

func TestPreStopAndReadOnlyDefaults(t *testing.T) {
	t.Parallel()
	d := deploy(t, minimal(func(a *workload.DeploymentArgs) {
		a.Volumes = config.Named[workload.Volume]{
			"plain":  {Path: "/plain/"},
			"locked": {Path: "/locked", ReadOnly: new(true)},
			"driver": {Path: "/driver", ReadOnly: new(false), CSI: &workload.CSIVolume{Driver: "inline.example.com"}},
			"claim":  {Claim: pulumi.String("claim")},
		}
		a.Containers = config.Named[workload.Container]{"other": {
			Image:  pulumi.String(fixture.Image),
			Mounts: config.Named[workload.Mount]{"claim": {Path: "/claim", ReadOnly: new(true)}, "plain": {Path: "/plain"}},
		}}
	}))
	mounts := map[string][]corev1.VolumeMount{}
	for _, c := range d.Spec.Template.Spec.Containers {
		mounts[c.Name] = c.VolumeMounts[1:] // The first one is /tmp.
	}
	require.Equal(t, map[string][]corev1.VolumeMount{
		"web": {
			{Name: "driver", MountPath: "/driver"}, {Name: "locked", MountPath: "/locked", ReadOnly: true},
			{Name: "plain", MountPath: "/plain"},
		},
		"other": {{Name: "claim", MountPath: "/claim", ReadOnly: true}, {Name: "plain", MountPath: "/plain"}},
	}, mounts)
	for _, v := range d.Spec.Template.Spec.Volumes {
		if v.Name == "driver" {
			require.False(t, *v.CSI.ReadOnly)
		}
	}
	require.Nil(t, containerOf(t, d).Lifecycle)
}

func TestProbeSchemes(t *testing.T) {
	t.Parallel()
	c := containerOf(t, deploy(t, minimal(func(a *workload.DeploymentArgs) {
		a.Ports = config.Named[workload.Port]{"web": {Port: 8443}, "dns": {Port: 53, Protocol: workload.ProtocolUDP}}
		a.Probes = &workload.Probes{
			Startup:   &workload.Probe{GRPC: true},
			Readiness: &workload.Probe{Path: "/ready", Scheme: workload.SchemeHTTPS},
		}
	})))
	require.Equal(t, &corev1.GRPCAction{Port: 8443}, c.StartupProbe.GRPC, "the only TCP port is probed")
	require.Equal(t, &corev1.HTTPGetAction{Path: "/ready", Port: intstr.FromInt(8443), Scheme: corev1.URISchemeHTTPS},
		c.ReadinessProbe.HTTPGet)
	require.Nil(t, c.LivenessProbe)
}

func TestPodsRefused(t *testing.T) {
	t.Parallel()
	image := pulumi.String(fixture.Image)
	mounts := func(m workload.Mount) config.Named[workload.Mount] { return config.Named[workload.Mount]{"data": m} }
	tests := map[string]struct {
		reason string
		change func(*workload.DeploymentArgs)
		want   []string
	}{
		"Containers": {
			reason: "each container is checked like the main one",
			change: func(a *workload.DeploymentArgs) {
				a.Containers = config.Named[workload.Container]{
					"bad": {
						Image: pulumi.String("web"), Env: pulumi.StringMap{"A=B": pulumi.String("x")}, SecretEnv: pulumi.ToStringArray([]string{"a_b"}),
						Resources: &workload.Resources{CPU: "lots"}, Probes: &workload.Probes{Liveness: &workload.Probe{}},
						PreStop: &workload.PreStop{SleepSeconds: 60}, WritablePaths: []string{"cache"},
						Security: &workload.ContainerSecurity{RunAsUser: -1},
					},
					"Upper": {Image: image},
				}
				a.InitContainers = []workload.InitContainer{{Name: "bad", Image: image}, {Name: "x_y", Image: pulumi.String("")}}
				a.Sidecars = config.Named[workload.Container]{"web": {Image: image}}
			},
			want: []string{
				`containers.Upper: not a valid name: use lower case letters, digits and "-", start with a letter, end with a letter or ` +
					`digit, at most 63 characters; did you mean "upper"?`,
				`containers.bad.env["A=B"]: invalid key: ` + envAdvice,
				`containers.bad.image: image "web" has no tag: add a version tag or a digest`,
				"containers.bad.preStop.sleepSeconds: 60 is not less than terminationGracePeriodSeconds, which is 30: the container " +
					"would be killed: lower it, or raise terminationGracePeriodSeconds",
				"containers.bad.probes.liveness: no port to probe: set the port of the probe or of the container",
				`containers.bad.resources.cpu: found the string "lots", expected a positive quantity such as 100m or 2`,
				`containers.bad.secretEnv[0]: found the string "a_b": ` + nameAdvice,
				"containers.bad.security.runAsUser: expected at least 1, found the number -1",
				`containers.bad.writablePaths[0]: found the string "cache", expected an absolute path below /`,
				`initContainers[0]: the name "bad" is that of containers.bad: use another name`,
				`initContainers[1].image: found the string "", which is too short`,
				`initContainers[1].name: found the string "x_y": use lower case letters, digits and "-", start with a letter, end with a ` +
					`letter or digit, at most 63 characters`,
				`sidecars.web: the name "web" is that of the main container: use another name`,
			},
		},
		"Ports": {
			reason: "the API server keeps one port of several that are the same",
			change: func(a *workload.DeploymentArgs) {
				a.Port = 8080
				a.Ports = config.Named[workload.Port]{
					"main": {Port: 1}, "same": {Port: 8080}, "udp": {Port: 8080, Protocol: workload.ProtocolUDP}, "none": {},
					"longer-than-fifteen": {Port: 2}, "a--b": {Port: 3}, "other": {Port: 4, Protocol: "ICMP"},
				}
				a.Containers = config.Named[workload.Container]{"two": {Image: image, Ports: config.Named[workload.Port]{"udp": {Port: 5}}}}
			},
			want: []string{
				"containers.two.ports.udp: ports.udp has the same name: use another one",
				"ports.a--b: invalid name: use at most 15 lower case letters, digits and single dashes, with at least one letter",
				"ports.longer-than-fifteen: invalid name: use at most 15 lower case letters, digits and single dashes, with at least one letter",
				"ports.main: the name main is that of the option port: use another name",
				"ports.none.port: required, but missing",
				`ports.other.protocol: unknown value "ICMP", expected one of: SCTP, TCP, UDP`,
				"ports.same: the same port as port: remove one of them",
			},
		},
		"PreStop": {
			reason: "the grace period includes the hook",
			change: func(a *workload.DeploymentArgs) {
				a.TerminationGracePeriodSeconds = new(10)
				a.PreStop = &workload.PreStop{SleepSeconds: 10, Command: []string{"true"}}
			},
			want: []string{
				"preStop: sleepSeconds and command are mutually exclusive: set one of them",
				"preStop.sleepSeconds: 10 is not less than terminationGracePeriodSeconds, which is 10: the container would be killed: " +
					"lower it, or raise terminationGracePeriodSeconds",
			},
		},
		"PreStopWithoutTime": {
			reason: "a command is killed at once",
			change: func(a *workload.DeploymentArgs) {
				a.TerminationGracePeriodSeconds, a.PreStop = new(0), &workload.PreStop{Command: []string{"true"}}
			},
			want: []string{"preStop: terminationGracePeriodSeconds is 0, which leaves no time: raise it"},
		},
		"Capabilities": {
			reason: "a container runtime does not start a container with an unknown capability",
			change: func(a *workload.DeploymentArgs) {
				a.Security = &workload.Security{Capabilities: []workload.Capability{"ALL", "CAP_NET_RAW", "net_admin", "NET_ADMN"}}
			},
			want: []string{
				`security.capabilities[0]: found the string "ALL": list the capabilities that the container needs`,
				`security.capabilities[1]: found the string "CAP_NET_RAW": write NET_RAW`,
				`security.capabilities[2]: found the string "net_admin": write NET_ADMIN`,
				`security.capabilities[3]: unknown capability "NET_ADMN", did you mean "NET_ADMIN"?`,
			},
		},
		"Probes": {
			reason: "an option without effect is a slip",
			change: func(a *workload.DeploymentArgs) {
				a.Port = 8080
				a.Probes = &workload.Probes{
					Startup:   &workload.Probe{GRPC: true, Path: "/", Command: []string{"true"}},
					Readiness: &workload.Probe{Scheme: workload.SchemeHTTPS}, Liveness: &workload.Probe{GRPCService: "web"},
				}
			},
			want: []string{
				"probes.liveness.grpcService: no effect without grpc: set grpc as well",
				"probes.readiness.scheme: no effect without path: set path as well",
				"probes.startup: path and command and grpc are mutually exclusive: set one of them",
			},
		},
		"Volumes": {
			reason: "a volume has one source, a name of its own and a mount",
			change: func(a *workload.DeploymentArgs) {
				a.Volumes = config.Named[workload.Volume]{
					"files": {Path: "/a"}, "writable-0": {Path: "/b"}, "unused": {},
					"two":  {Path: "/two", Claim: pulumi.String("a"), Secret: pulumi.String("B"), SizeLimit: "1Gi"},
					"size": {Path: "/size", SizeLimit: "1m", Medium: "Disk"},
					"none": {Path: "/none", Projected: []workload.Projection{{}, {ConfigMap: pulumi.String("a"), Secret: pulumi.String("b")}}},
					"csi":  {Path: "/csi", CSI: &workload.CSIVolume{Driver: "a b"}},
					"sa": {Path: "/sa", ReadOnly: new(false), Projected: []workload.Projection{{
						ServiceAccountToken: &workload.ServiceAccountToken{Audience: "a", Path: "../a", ExpirationSeconds: new(60)},
					}}},
				}
			},
			want: []string{
				`volumes.csi.csi.driver: found the string "a b", expected a name such as secrets-store.csi.k8s.io`,
				"volumes.files: the name files is used for files and writable paths: use another name",
				"volumes.none.projected[0]: found 0 sources: set one of configMap, secret and serviceAccountToken",
				"volumes.none.projected[1]: found 2 sources: set one of configMap, secret and serviceAccountToken",
				"volumes.sa.projected[0].serviceAccountToken.expirationSeconds: expected at least 600, found the number 60",
				`volumes.sa.projected[0].serviceAccountToken.path: found the string "../a", expected a relative path without ..`,
				"volumes.sa.readOnly: projected volumes are always read-only: remove readOnly",
				`volumes.size.medium: unknown value "Disk", expected one of: Memory`,
				`volumes.size.sizeLimit: found the string "1m", which is 0.001 bytes: did you mean "1Mi"?`,
				"volumes.two: claim and secret are mutually exclusive: set one of them",
				"volumes.two: medium and sizeLimit are for empty directories: remove them, or claim",
				`volumes.two.secret: found the string "B": ` + nameAdvice,
				"volumes.unused: no container mounts the volume: set path or subPaths, or mount it in another container",
				"volumes.writable-0: the name writable-0 is used for files and writable paths: use another name",
			},
		},
		"Mounts": {
			reason: "the API server accepts each path of a container once",
			change: func(a *workload.DeploymentArgs) {
				a.Files = &workload.Files{ConfigMap: pulumi.String("files"), Paths: map[string]string{"/etc/a": "a"}}
				a.Volumes = config.Named[workload.Volume]{
					"data": {Path: "data", SubPaths: map[string]string{"/tmp/": "x", "/etc/a": "y", "/b": "/abs"}},
					"more": {Path: "/b/"},
				}
				a.Containers = config.Named[workload.Container]{
					"one": {Image: image, Mounts: config.Named[workload.Mount]{"dat": {Path: "/data"}}},
					"two": {Image: image, Mounts: mounts(workload.Mount{})},
				}
			},
			want: []string{
				`containers.one.mounts.dat: unknown volume "dat", did you mean "data"?`,
				"containers.two.mounts.data: neither path nor subPaths: set one of them",
				`volumes.data.path: found the string "data", expected an absolute path below /`,
				`volumes.data.subPaths["/b"]: found the string "/abs", expected a relative path without ..`,
				`volumes.data.subPaths["/etc/a"]: /etc/a is a file of files.paths: use another path`,
				`volumes.data.subPaths["/tmp/"]: /tmp is a writable directory: use another path`,
				"volumes.more.path: /b is the path of the volume data: use another path",
			},
		},
		"Scheduling": {
			reason: "rules that the API server rejects",
			change: func(a *workload.DeploymentArgs) {
				a.Scheduling = &workload.Scheduling{
					NodeSelector: pulumi.StringMap{"a b": pulumi.String("x")},
					NodeAffinity: []workload.NodeAffinity{
						{Key: "a"}, {Key: "b", Operator: workload.NodeExists, Values: []string{"x"}},
						{Key: "c", Operator: workload.NodeGreaterThan, Values: []string{"x"}}, {Key: "d", Operator: workload.NodeLessThan},
						{Key: "e/f/g", Values: []string{"a b"}, Weight: 101},
					},
					PodAffinity:     []workload.PodAffinity{{}},
					PodAntiAffinity: []workload.PodAffinity{{Labels: map[string]string{"a": "-"}, Namespaces: []string{"A"}, TopologyKey: "/"}},
					Tolerations: []workload.Toleration{
						{Value: "a"}, {Operator: workload.TolerationExists, Value: "b"}, {Key: "c", TolerationSeconds: new(1)},
					},
					Spread: []workload.Spread{
						{TopologyKey: "zone", MaxSkew: new(0)}, {TopologyKey: "zone"},
						{TopologyKey: "zone", WhenUnsatisfiable: workload.DoNotSchedule},
					},
					PriorityClassName: pulumi.String("A"), RuntimeClassName: pulumi.String("B"),
				}
			},
			want: []string{
				"scheduling.nodeAffinity[0].values: required by the operator In, but missing",
				"scheduling.nodeAffinity[1].values: the operator Exists has no values: remove them",
				`scheduling.nodeAffinity[2].values[0]: found the string "x", expected an integer`,
				"scheduling.nodeAffinity[3].values: found 0 values: the operator Lt has one",
				`scheduling.nodeAffinity[4].key: found the string "e/f/g": ` + keyAdvice,
				`scheduling.nodeAffinity[4].values[0]: found the string "a b": ` + labelAdvice,
				"scheduling.nodeAffinity[4].weight: expected at most 100, found the number 101",
				`scheduling.nodeSelector["a b"]: invalid key: ` + keyAdvice,
				"scheduling.podAffinity[0].labels: required, but missing",
				`scheduling.podAntiAffinity[0].labels.a: found the string "-": ` + labelAdvice,
				`scheduling.podAntiAffinity[0].namespaces[0]: found the string "A": use at most 63 lower case letters, digits and dashes, ` +
					`with a letter or digit at both ends`,
				`scheduling.podAntiAffinity[0].topologyKey: found the string "/": ` + keyAdvice,
				`scheduling.priorityClassName: found the string "A": ` + nameAdvice,
				`scheduling.runtimeClassName: found the string "B": ` + nameAdvice,
				"scheduling.spread[0].maxSkew: expected at least 1, found the number 0",
				`scheduling.spread[1]: duplicate "zone": remove one of them`,
				"scheduling.tolerations[0].key: required by the operator Equal, but missing: set it, or the operator Exists for all taints",
				"scheduling.tolerations[1].value: the operator Exists has no value: remove it",
				"scheduling.tolerations[2].tolerationSeconds: no effect without the effect NoExecute: set it, or remove tolerationSeconds",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, workload.NewDeployment, minimal(tc.change), tc.want, tc.reason)
		})
	}
}

func TestPodOutputsAreCheckedWhenTheyResolve(t *testing.T) {
	t.Parallel()
	late := func() pulumi.StringOutput { return pulumi.ToSecret(pulumi.String("Canary_1")).(pulumi.StringOutput) }
	volume := func(v workload.Volume) func(*workload.DeploymentArgs) {
		v.Path = "/v"
		return func(a *workload.DeploymentArgs) { a.Volumes = config.Named[workload.Volume]{"v": v} }
	}
	tests := map[string]func(*workload.DeploymentArgs){
		"check containers.other.image": func(a *workload.DeploymentArgs) {
			a.Containers = config.Named[workload.Container]{"other": {Image: late()}}
		},
		"check initContainers[0].image": func(a *workload.DeploymentArgs) {
			a.InitContainers = []workload.InitContainer{{Name: "first", Image: late()}}
		},
		"check volumes.v.claim":               volume(workload.Volume{Claim: late()}),
		"check volumes.v.configMap":           volume(workload.Volume{ConfigMap: late()}),
		"check volumes.v.secret":              volume(workload.Volume{Secret: late()}),
		"check volumes.v.projected[0].secret": volume(workload.Volume{Projected: []workload.Projection{{Secret: late()}}}),
		"check volumes.v.csi.secret":          volume(workload.Volume{CSI: &workload.CSIVolume{Driver: "a.example.com", Secret: late()}}),
		"check scheduling.priorityClassName": func(a *workload.DeploymentArgs) {
			a.Scheduling = &workload.Scheduling{PriorityClassName: late()}
		},
	}
	for want, change := range tests {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			requireLateError(t, minimal(change), want)
		})
	}
}
