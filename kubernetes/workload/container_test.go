package workload_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// digest is the end of a reference that names its content.
var digest = "@sha256:" + strings.Repeat("0123456789abcdef", 4)

func TestImages(t *testing.T) {
	t.Parallel()
	const example = ", expected an image such as registry.example.com/web:1.2.3"
	tests := map[string]struct {
		reason      string
		image       pulumi.StringInput
		allowLatest bool
		want        string
	}{
		"Tag":           {reason: "a tag names a version", image: pulumi.String("registry.example.com:5000/team/web:1.2.3")},
		"ShortName":     {reason: "names of Docker Hub are short", image: pulumi.String("nginx:1.29")},
		"Digest":        {reason: "a digest is the best version", image: pulumi.String("nginx" + digest)},
		"TagAndDigest":  {reason: "the digest counts", image: pulumi.String("nginx:1.29" + digest)},
		"LatestDigest":  {reason: "the digest holds the image, whatever the tag", image: pulumi.String("nginx:latest" + digest)},
		"LatestInName":  {reason: "only a tag can be latest", image: pulumi.String("latest:1")},
		"Output":        {reason: "what only the engine will know is trusted", image: pulumi.String("nginx").ToStringOutput()},
		"LatestAllowed": {reason: "who asks for it gets it", image: pulumi.String("nginx:latest"), allowLatest: true},
		"NoneAllowed":   {reason: "no tag means latest", image: pulumi.String("nginx"), allowLatest: true},
		"Latest": {
			reason: "the tag moves under running pods",
			image:  pulumi.String("nginx:latest"),
			want:   `image "nginx:latest" has the tag latest: use a version tag or a digest, or set allowLatest`,
		},
		"LatestInCapitals": {
			reason: "registries may tell cases apart, people do not",
			image:  pulumi.String("nginx:Latest"),
			want:   `image "nginx:Latest" has the tag latest: use a version tag or a digest, or set allowLatest`,
		},
		"None": {
			reason: "no tag means latest",
			image:  pulumi.String("registry.example.com:5000/web"),
			want:   `image "registry.example.com:5000/web" has no tag: add a version tag or a digest`,
		},
		"Empty": {
			reason: "an empty image is no image",
			image:  pulumi.String(""),
			want:   `found the string "", which is too short`,
		},
		"Invalid": {
			reason: "repositories are in lower case",
			image:  pulumi.String("Registry/Web:1"),
			want:   `found the string "Registry/Web:1"` + example,
		},
		"URL": {
			reason: "an image is no URL",
			image:  pulumi.String("https://registry.example.com/web:1"),
			want:   `found the string "https://registry.example.com/web:1"` + example,
		},
		"ShortDigest": {
			reason: "a digest has one length",
			image:  pulumi.String("nginx@sha256:0123"),
			want:   `found the string "nginx@sha256:0123"` + example,
		},
		"InvalidAllowed": {
			reason:      "allowLatest is about versions, not about nonsense",
			image:       pulumi.String("not an image"),
			allowLatest: true,
			want:        `found the string "not an image"` + example,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := minimal(func(a *workload.DeploymentArgs) { a.Image, a.AllowLatest = tc.image, tc.allowLatest })
			if tc.want != "" {
				fixture.RequireRejected(t, workload.NewDeployment, args, []string{"image: " + tc.want}, tc.reason)
				return
			}
			require.NotEmpty(t, containerOf(t, deploy(t, args)).Image, tc.reason)
		})
	}
}

// requirements returns resources as the API has them. No CPU limit is "".
func requirements(cpu, memory, cpuLimit, memoryLimit string) corev1.ResourceRequirements {
	out := corev1.ResourceRequirements{
		Requests: corev1.ResourceList{"cpu": resource.MustParse(cpu), "memory": resource.MustParse(memory)},
		Limits:   corev1.ResourceList{"memory": resource.MustParse(memoryLimit)},
	}
	if cpuLimit != "" {
		out.Limits["cpu"] = resource.MustParse(cpuLimit)
	}
	return out
}

func TestResources(t *testing.T) {
	t.Parallel()
	type list = map[string]string
	tests := map[string]struct {
		reason           string
		resources        workload.Resources
		requests, limits list
	}{
		"Default": {
			reason:   "memory is limited to what is guaranteed, the processor is not",
			requests: list{"cpu": "100m", "memory": "128Mi"}, limits: list{"memory": "128Mi"},
		},
		"Canonical": {
			reason:    "the API server stores quantities in one form: any other would be drift",
			resources: workload.Resources{CPU: "0.1", Memory: "1024Mi", CPULimit: "2000m", MemoryLimit: "2048Mi"},
			requests:  list{"cpu": "100m", "memory": "1Gi"}, limits: list{"cpu": "2", "memory": "2Gi"},
		},
		"Decimal": {
			reason:    "decimal units stay decimal",
			resources: workload.Resources{CPU: "1.5", Memory: "0.5G"},
			requests:  list{"cpu": "1500m", "memory": "500M"}, limits: list{"memory": "500M"},
		},
		"Memory": {
			reason:    "the limit follows the request",
			resources: workload.Resources{Memory: "1Gi"},
			requests:  list{"cpu": "100m", "memory": "1Gi"}, limits: list{"memory": "1Gi"},
		},
		"Equal": {
			reason:    "a limit may be what is guaranteed",
			resources: workload.Resources{CPU: "1", CPULimit: "1000m"},
			requests:  list{"cpu": "1", "memory": "128Mi"}, limits: list{"cpu": "1", "memory": "128Mi"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := workload.NewDeployment(ctx, "web",
					minimal(func(a *workload.DeploymentArgs) { a.Resources = &tc.resources }))
				require.NoError(t, err, tc.reason)
				return nil
			}, fixture.Cluster())
			// As text, because quantities that differ in form are equal.
			got, ok := r.One(t, ":apps/v1:Deployment").Input("spec.template.spec.containers[0].resources")
			require.True(t, ok, tc.reason)
			want := map[string]any{"requests": anyMap(tc.requests), "limits": anyMap(tc.limits)}
			if diff := cmp.Diff(want, got.Mappable()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func anyMap(m map[string]string) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func TestResourcesRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason    string
		resources workload.Resources
		want      []string
	}{
		"Text": {
			reason:    "every quantity is checked",
			resources: workload.Resources{CPU: "lots", Memory: "128 MB", CPULimit: "-1", MemoryLimit: "0"},
			want: []string{
				`resources.cpu: found the string "lots", expected a positive quantity such as 100m or 2`,
				`resources.cpuLimit: found the string "-1", expected a positive quantity such as 100m or 2`,
				`resources.memory: found the string "128 MB", expected a positive quantity such as 128Mi`,
				`resources.memoryLimit: found the string "0", expected a positive quantity such as 128Mi`,
			},
		},
		"Limits": {
			reason:    "the API server refuses limits below requests",
			resources: workload.Resources{CPU: "1", CPULimit: "0.5", Memory: "1Gi", MemoryLimit: "512Mi"},
			want: []string{
				"resources.cpuLimit: 500m is less than the cpu request, 1: raise the limit or lower the request",
				"resources.memoryLimit: 512Mi is less than the memory request, 1Gi: raise the limit or lower the request",
			},
		},
		"DefaultRequest": {
			reason:    "a limit is compared with the default as well",
			resources: workload.Resources{MemoryLimit: "64Mi"},
			want:      []string{"resources.memoryLimit: 64Mi is less than the memory request, 128Mi: raise the limit or lower the request"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, workload.NewDeployment, minimal(func(a *workload.DeploymentArgs) { a.Resources = &tc.resources }), tc.want, tc.reason)
		})
	}
}

// tcpProbe, httpProbe and execProbe return probes as the API has them.
func tcpProbe(port int, period, threshold int32) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt(port)}},
		PeriodSeconds: period, TimeoutSeconds: 1, FailureThreshold: threshold,
	}
}

func httpProbe(path string, port int) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromInt(port)}},
		PeriodSeconds: 10, TimeoutSeconds: 1, FailureThreshold: 3,
	}
}

func execProbe(command ...string) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: command}},
		PeriodSeconds: 10, TimeoutSeconds: 1, FailureThreshold: 3,
	}
}

func TestProbes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason                       string
		port                         int
		probes                       workload.Probes
		startup, readiness, liveness *corev1.Probe
	}{
		"NoPort": {
			reason: "without a port there is nothing to connect to",
		},
		"Port": {
			reason: "a container with a port is started and ready when it accepts connections, and never restarted",
			port:   8080, startup: tcpProbe(8080, 10, 30), readiness: tcpProbe(8080, 10, 3),
		},
		"Disabled": {
			reason: "no probe that was not given",
			port:   8080, probes: workload.Probes{Disabled: true},
		},
		"DisabledButGiven": {
			reason: "disabling leaves those that are given",
			port:   8080, probes: workload.Probes{Disabled: true, Liveness: &workload.Probe{}},
			liveness: tcpProbe(8080, 10, 3),
		},
		"Path": {
			reason: "a probe that is given replaces its default alone",
			port:   8080, probes: workload.Probes{Readiness: &workload.Probe{Path: "/healthz"}},
			startup: tcpProbe(8080, 10, 30), readiness: httpProbe("/healthz", 8080),
		},
		"OtherPort": {
			reason: "health may be told on a port of its own",
			port:   8080, probes: workload.Probes{Startup: &workload.Probe{Path: "/", Port: 9090}},
			startup: httpProbe("/", 9090), readiness: tcpProbe(8080, 10, 3),
		},
		"CommandWithoutPort": {
			reason:   "a command needs no port",
			probes:   workload.Probes{Liveness: &workload.Probe{Command: []string{"/bin/check", "-q"}}},
			liveness: execProbe("/bin/check", "-q"),
		},
		"ProbePortAlone": {
			reason:    "the probe's own port is enough",
			probes:    workload.Probes{Readiness: &workload.Probe{Port: 9090}},
			readiness: tcpProbe(9090, 10, 3),
		},
		"Numbers": {
			reason: "each number can be set",
			port:   8080,
			probes: workload.Probes{Disabled: true, Liveness: &workload.Probe{
				Path: "/live", PeriodSeconds: new(1), TimeoutSeconds: new(2), FailureThreshold: new(9),
			}},
			liveness: &corev1.Probe{
				ProbeHandler: httpProbe("/live", 8080).ProbeHandler, PeriodSeconds: 1, TimeoutSeconds: 2, FailureThreshold: 9,
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := containerOf(t, deploy(t, minimal(func(a *workload.DeploymentArgs) { a.Port, a.Probes = tc.port, &tc.probes })))
			want := map[string]*corev1.Probe{"startup": tc.startup, "readiness": tc.readiness, "liveness": tc.liveness}
			got := map[string]*corev1.Probe{"startup": c.StartupProbe, "readiness": c.ReadinessProbe, "liveness": c.LivenessProbe}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestProbesRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		port   int
		probes workload.Probes
		want   []string
	}{
		"PathAndCommand": {
			reason: "a probe has one way to check",
			port:   8080,
			probes: workload.Probes{
				Startup:  &workload.Probe{Path: "/", Command: []string{"true"}},
				Liveness: &workload.Probe{Path: "/", Command: []string{"true"}},
			},
			want: []string{
				"probes.liveness: path and command are mutually exclusive: set one of them",
				"probes.startup: path and command are mutually exclusive: set one of them",
			},
		},
		"NoPort": {
			reason: "a connection needs a port",
			probes: workload.Probes{Readiness: &workload.Probe{}, Liveness: &workload.Probe{Path: "/"}},
			want: []string{
				"probes.liveness: no port to probe: set the port of the probe or of the container",
				"probes.readiness: no port to probe: set the port of the probe or of the container",
			},
		},
		"Values": {
			reason: "numbers are counts, paths are absolute",
			port:   8080,
			probes: workload.Probes{Readiness: &workload.Probe{Path: "healthz", PeriodSeconds: new(0)}},
			want: []string{
				`probes.readiness.path: found the string "healthz": use a path that starts with /`,
				"probes.readiness.periodSeconds: expected at least 1, found the number 0",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, workload.NewDeployment, minimal(func(a *workload.DeploymentArgs) { a.Port, a.Probes = tc.port, &tc.probes }), tc.want, tc.reason)
		})
	}
}

func TestEnv(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		env    pulumi.StringMapInput
		want   []corev1.EnvVar
	}{
		"None": {reason: "no variables"},
		"Sorted": {
			reason: "a list in another order would roll out",
			env:    pulumi.StringMap{"C": pulumi.String("3"), "A": pulumi.String("1"), "B": pulumi.String("")},
			want:   []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: "B"}, {Name: "C", Value: "3"}},
		},
		"Outputs": {
			reason: "values may come from other resources",
			env:    pulumi.StringMap{"B": pulumi.String("2").ToStringOutput(), "A": pulumi.String("1")},
			want:   []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}},
		},
		"Map": {
			reason: "so may the whole map",
			env:    pulumi.StringMap{"B": pulumi.String("2"), "A": pulumi.String("1")}.ToStringMapOutput(),
			want:   []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := containerOf(t, deploy(t, minimal(func(a *workload.DeploymentArgs) { a.Env = tc.env })))
			if diff := cmp.Diff(tc.want, c.Env, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWritablePaths(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		paths  []string
		want   []string
	}{
		"None":    {reason: "almost every program writes to /tmp", want: []string{"/tmp"}},
		"More":    {reason: "others are added, in one order", paths: []string{"/var/run", "/cache"}, want: []string{"/cache", "/tmp", "/var/run"}},
		"Twice":   {reason: "the API takes each path once", paths: []string{"/tmp", "/tmp/", "/a//b", "/a/b"}, want: []string{"/a/b", "/tmp"}},
		"Parents": {reason: "a path may be below another", paths: []string{"/tmp/cache"}, want: []string{"/tmp", "/tmp/cache"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deploy(t, minimal(func(a *workload.DeploymentArgs) { a.WritablePaths = tc.paths }))
			empty := map[string]bool{}
			for _, v := range d.Spec.Template.Spec.Volumes {
				require.NotNil(t, v.EmptyDir)
				empty[v.Name] = true
			}
			var got []string
			for _, m := range containerOf(t, d).VolumeMounts {
				require.True(t, empty[m.Name], "each path has a volume of its own")
				delete(empty, m.Name)
				require.False(t, m.ReadOnly)
				got = append(got, m.MountPath)
			}
			require.Equal(t, tc.want, got, tc.reason)
			require.Empty(t, empty, "each volume is mounted")
		})
	}
}

func TestWritablePathsRefused(t *testing.T) {
	t.Parallel()
	fixture.RequireRejected(t, workload.NewDeployment, minimal(func(a *workload.DeploymentArgs) { a.WritablePaths = []string{"cache", "/", "/..", "/ok"} }), []string{
		`writablePaths[0]: found the string "cache", expected an absolute path below /`,
		`writablePaths[1]: found the string "/", expected an absolute path below /`,
		`writablePaths[2]: found the string "/..", expected an absolute path below /`,
	}, "the root itself stays read-only")
}

func TestFilesAreMountedOneByOne(t *testing.T) {
	t.Parallel()
	d := deploy(t, minimal(func(a *workload.DeploymentArgs) {
		a.Files = &workload.Files{
			ConfigMap: pulumi.String("settings-1"),
			Paths:     map[string]string{"/etc/web/b.yaml": "second", "/etc/web/a.yaml": "first"},
		}
	}))
	require.Contains(t, d.Spec.Template.Spec.Volumes, corev1.Volume{Name: "files", VolumeSource: corev1.VolumeSource{
		ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "settings-1"}},
	}})
	want := []corev1.VolumeMount{
		{Name: "writable-0", MountPath: "/tmp"},
		{Name: "files", MountPath: "/etc/web/a.yaml", SubPath: "first", ReadOnly: true},
		{Name: "files", MountPath: "/etc/web/b.yaml", SubPath: "second", ReadOnly: true},
	}
	if diff := cmp.Diff(want, containerOf(t, d).VolumeMounts); diff != "" {
		t.Errorf("the folder keeps the other files that the image has in it (-want +got):\n%s", diff)
	}
}
