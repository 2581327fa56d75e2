package application_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/podsecurity"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

const (
	image = "registry.example.com/web:1.2.3"
	// canary stands for a value that only a Secret may hold.
	canary = "canary-5d41402abc4b2a76"
)

func ptr[T any](v T) *T { return &v }

// minimal returns the least that an application needs, with changes.
func minimal(changes ...func(*application.Args)) *application.Args {
	args := &application.Args{
		Settings:  application.Settings{Container: workload.Container{Image: pulumi.String(image)}},
		Namespace: pulumi.String("team"),
	}
	for _, change := range changes {
		change(args)
	}
	return args
}

// everything returns arguments with every setting of an application, and some
// of its container.
func everything() *application.Args {
	return &application.Args{
		Settings: application.Settings{
			Container: workload.Container{
				Image:         pulumi.String(image),
				Port:          8080,
				Env:           pulumi.StringMap{"MODE": pulumi.String("fast")},
				Resources:     workload.Resources{CPU: "0.5", CPULimit: "1"},
				Probes:        workload.Probes{Liveness: &workload.Probe{Path: "/healthz"}},
				Security:      workload.Security{RunAsUser: 10001, FSGroup: 10002},
				WritablePaths: []string{"/var/cache"},
			},
			Replicas:  ptr(3),
			SecretEnv: pulumi.StringMap{"TOKEN": pulumi.String(canary)},
			Files:     map[string]string{"/etc/web/config.yaml": "mode: fast", "/etc/motd": "hello"},
			Service: network.ServiceSettings{
				Type: "LoadBalancer", Port: ptr(443), Annotations: map[string]string{"example.com/scheme": "internal"},
			},
			Network: application.Network{Connections: network.Connections{
				AllowFrom: []network.Peer{{Namespace: "ingress"}},
				AllowTo:   []network.Peer{{CIDR: "10.0.0.0/8", Ports: []int{5432}}},
			}},
			ImagePullSecrets:              []string{"registry"},
			TerminationGracePeriodSeconds: ptr(60),
			Labels:                        map[string]string{"team": "payments", "app.kubernetes.io/name": "other"},
		},
		Namespace: pulumi.String("team"),
		Name:      "front",
	}
}

// run creates an application called web.
func run(t *testing.T, args *application.Args, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := application.New(ctx, "web", args)
		return err
	}, append(opts, fixture.Cluster())...)
	fixture.RequireChildren(t, r, application.Token)
	return r
}

// metadataOf returns the metadata of an object of any type.
func metadataOf(t *testing.T, r *pulumitest.Registration) metav1.ObjectMeta {
	t.Helper()
	return pulumitest.DecodeProperties[metav1.ObjectMeta](t, r.Inputs["metadata"].ObjectValue())
}

func TestApplicationMakes(t *testing.T) {
	t.Parallel()
	// What the smallest application consists of.
	base := []string{
		application.Token + " web",
		"kubernetes:core/v1:ServiceAccount web",
		network.IsolationToken + " web",
		"kubernetes:networking.k8s.io/v1:NetworkPolicy web",
		workload.DeploymentToken + " web",
		"kubernetes:apps/v1:Deployment web",
		"kubernetes:policy/v1:PodDisruptionBudget web",
	}
	service := []string{network.ServiceToken + " web", "kubernetes:core/v1:Service web"}
	without := func(gone ...string) []string {
		return slices.DeleteFunc(slices.Clone(base), func(s string) bool { return slices.Contains(gone, s) })
	}
	const budget = "kubernetes:policy/v1:PodDisruptionBudget web"
	tests := map[string]struct {
		reason string
		change func(*application.Args)
		want   []string
	}{
		"Minimal": {
			reason: "without a port there is no Service",
			change: func(*application.Args) {},
			want:   base,
		},
		"Port": {
			reason: "with a port there is one",
			change: func(a *application.Args) { a.Port = 8080 },
			want:   append(slices.Clone(base), service...),
		},
		"OneReplica": {
			reason: "a budget for a single pod could only block the drain of its node",
			change: func(a *application.Args) { a.Replicas = ptr(1) },
			want:   without(budget),
		},
		"NoReplicas": {
			reason: "an application may be scaled to nothing",
			change: func(a *application.Args) { a.Replicas = ptr(0) },
			want:   without(budget),
		},
		"Isolated": {
			reason: "what is the default can be said",
			change: func(a *application.Args) { a.Network.Isolated = ptr(true) },
			want:   base,
		},
		"NotIsolated": {
			reason: "isolation can be left out",
			change: func(a *application.Args) { a.Network.Isolated = ptr(false) },
			want:   without(network.IsolationToken+" web", "kubernetes:networking.k8s.io/v1:NetworkPolicy web"),
		},
		"SecretEnv": {
			reason: "secret variables are in a Secret of their own",
			change: func(a *application.Args) { a.SecretEnv = pulumi.StringMap{"TOKEN": pulumi.String(canary)} },
			want:   append(slices.Clone(base), configuration.SecretToken+" web-env", "kubernetes:core/v1:Secret web-env"),
		},
		"Files": {
			reason: "files are in a ConfigMap of their own",
			change: func(a *application.Args) { a.Files = map[string]string{"/etc/motd": "hello"} },
			want:   append(slices.Clone(base), configuration.ConfigMapToken+" web-files", "kubernetes:core/v1:ConfigMap web-files"),
		},
		"NoFiles": {
			reason: "an empty map holds no files",
			change: func(a *application.Args) { a.Files = map[string]string{} },
			want:   base,
		},
		"Everything": {
			reason: "all of it at once",
			change: func(a *application.Args) { *a = *everything() },
			want: append(append(slices.Clone(base), service...),
				configuration.SecretToken+" web-env", "kubernetes:core/v1:Secret web-env",
				configuration.ConfigMapToken+" web-files", "kubernetes:core/v1:ConfigMap web-files"),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, res := range run(t, minimal(tc.change)).Resources {
				got = append(got, res.Type+" "+res.Name)
			}
			require.ElementsMatch(t, tc.want, got, tc.reason)
		})
	}
}

func TestPodsMeetTheRestrictedStandard(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *application.Args
		meets  bool
	}{
		"Minimal":    {reason: "the defaults are enough", args: minimal(), meets: true},
		"Everything": {reason: "no setting adds what the standard forbids", args: everything(), meets: true},
		"Root": {
			reason: "without a violation the check of the others would prove nothing",
			args:   minimal(func(a *application.Args) { a.Security.RunAsNonRoot = ptr(false) }),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := pulumitest.Decode[appsv1.Deployment](t, run(t, tc.args).One(t, ":apps/v1:Deployment"))
			violations := podsecurity.Violations(t, &d.Spec.Template)
			if tc.meets {
				require.Empty(t, violations, tc.reason)
			} else {
				require.NotEmpty(t, violations, tc.reason)
			}
		})
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason        string
		args          *application.Args
		name, address string
	}{
		"Minimal": {
			reason: "without a port there is no address",
			args:   minimal(), name: "web",
		},
		"Port": {
			reason: "the address is that of the Service, not of the pods",
			args:   minimal(func(a *application.Args) { a.Port = 8080 }), name: "web", address: "web.team.svc:80",
		},
		"Everything": {
			reason: "names follow the name of the application",
			args:   everything(), name: "front", address: "front.team.svc:443",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Run(t, func(ctx *pulumi.Context) error {
				app, err := application.New(ctx, "web", tc.args)
				require.NoError(t, err)
				require.Equal(t, tc.name, pulumitest.Await[string](t, app.Name), tc.reason)
				require.Equal(t, "team", pulumitest.Await[string](t, app.Namespace), tc.reason)
				require.Equal(t, tc.name, pulumitest.Await[string](t, app.ServiceAccount), tc.reason)
				require.Equal(t, tc.address, pulumitest.Await[string](t, app.Address), tc.reason)
				for _, o := range []pulumi.Output{app.Name, app.Namespace, app.ServiceAccount, app.Address} {
					require.False(t, pulumi.IsSecret(o), "no output is secret")
				}
				return nil
			}, fixture.Cluster())
		})
	}
}

func TestIdentityHasNoToken(t *testing.T) {
	t.Parallel()
	r := run(t, minimal())
	account := pulumitest.Decode[corev1.ServiceAccount](t, r.One(t, ":ServiceAccount"))
	require.Equal(t, "web", account.Name)
	require.False(t, *account.AutomountServiceAccountToken)
	pod := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Spec.Template.Spec
	require.Equal(t, "web", pod.ServiceAccountName, "each application has an identity of its own")
	require.False(t, *pod.AutomountServiceAccountToken)
}

func TestDisruptionBudgetLetsNodesBeDrained(t *testing.T) {
	t.Parallel()
	got := pulumitest.Decode[policyv1.PodDisruptionBudget](t, run(t, minimal()).One(t, ":PodDisruptionBudget"))
	want := policyv1.PodDisruptionBudgetSpec{
		MaxUnavailable:             ptr(intstr.FromInt32(1)),
		Selector:                   &metav1.LabelSelector{MatchLabels: workload.SelectorLabels("web")},
		UnhealthyPodEvictionPolicy: ptr(policyv1.AlwaysAllow),
	}
	if diff := cmp.Diff(want, got.Spec); diff != "" {
		t.Errorf("budget (-want +got):\n%s", diff)
	}
}

func TestIsolationIsThereBeforeThePods(t *testing.T) {
	t.Parallel()
	var order []string
	r := run(t, everything(), pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
		order = append(order, r.Type+" "+r.Name)
		return nil
	}))
	policy := pulumitest.Decode[networkingv1.NetworkPolicy](t, r.One(t, ":NetworkPolicy"))
	require.Equal(t, workload.SelectorLabels("front"), policy.Spec.PodSelector.MatchLabels)
	require.Equal(t, intstr.FromInt32(8080), *policy.Spec.Ingress[0].Ports[0].Port, "the port of the pods, not of the Service")
	require.Len(t, policy.Spec.Egress, 2, "what was declared, and DNS")

	require.Contains(t, order, "kubernetes:networking.k8s.io/v1:NetworkPolicy web")
	require.Less(t, slices.Index(order, "kubernetes:networking.k8s.io/v1:NetworkPolicy web"),
		slices.Index(order, "kubernetes:apps/v1:Deployment web"), "pods without a policy would run unprotected")
	require.Contains(t, r.One(t, workload.DeploymentToken).Dependencies, r.One(t, ":NetworkPolicy").URN)
}

func TestServiceWithoutPodsIsNotAwaited(t *testing.T) {
	t.Parallel()
	for replicas, want := range map[int]string{0: "true", 1: "", 2: ""} {
		r := run(t, minimal(func(a *application.Args) { a.Port, a.Replicas = 8080, &replicas }))
		s := pulumitest.Decode[corev1.Service](t, r.One(t, ":core/v1:Service"))
		require.Equal(t, want, s.Annotations["pulumi.com/skipAwait"], "%d replicas", replicas)
	}
}

func TestSecretVariablesAreInTheSecretAlone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		env    pulumi.StringMapInput
	}{
		"Clear": {
			reason: "variables are secret, marked or not",
			env:    pulumi.StringMap{"TOKEN": pulumi.String(canary)},
		},
		"Marked": {
			reason: "as they come from the configuration",
			env:    pulumi.StringMap{"TOKEN": pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput)},
		},
		"Output": {
			reason: "as they come from another resource",
			env:    pulumi.StringMap{"TOKEN": pulumi.String(canary)}.ToStringMapOutput(),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, minimal(func(a *application.Args) { a.SecretEnv = tc.env }))
			var holders []string
			require.Empty(t, r.Leaks(canary), tc.reason)
			for _, res := range r.Resources {
				if inputs := pulumitest.Decode[map[string]any](t, res); strings.Contains(fmt.Sprint(inputs), canary) {
					holders = append(holders, res.Type)
				}
			}
			require.ElementsMatch(t, []string{application.Token, configuration.SecretToken, "kubernetes:core/v1:Secret"}, holders,
				"%s: no other object of the cluster has it, not even as a secret", tc.reason)

			secret := pulumitest.Decode[corev1.Secret](t, r.One(t, ":core/v1:Secret"))
			require.Equal(t, map[string]string{"TOKEN": canary}, secret.StringData)
			c := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Spec.Template.Spec.Containers[0]
			require.Len(t, c.EnvFrom, 1)
			require.Equal(t, "web-env"+fixture.Suffix, c.EnvFrom[0].SecretRef.Name)
			require.False(t, r.One(t, ":apps/v1:Deployment").Inputs.ContainsSecrets(), "the name is none")
		})
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	r := run(t, minimal(func(a *application.Args) {
		a.Files = map[string]string{
			"/etc/web/config.yaml": "mode: fast",
			"/etc/web_config.yaml": "mode: slow",
			"/etc/web/_hidden":     "a",
			"/etc/web_/hidden":     "b",
			"/etc/web/.dot":        "c",
			"/etc/web_.dot":        "d",
			"/etc/web/dot":         "e",
		}
	}))
	data := pulumitest.Decode[corev1.ConfigMap](t, r.One(t, ":core/v1:ConfigMap"))
	require.Len(t, data.Data, 7, "no two paths share a key")
	for key := range data.Data {
		require.Empty(t, validation.IsConfigMapKey(key))
	}
	pod := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Spec.Template.Spec
	got := map[string]string{}
	for _, m := range pod.Containers[0].VolumeMounts {
		if m.Name == "files" {
			require.True(t, m.ReadOnly)
			got[m.MountPath] = data.Data[m.SubPath]
		}
	}
	want := map[string]string{
		"/etc/web/config.yaml": "mode: fast", "/etc/web_config.yaml": "mode: slow",
		"/etc/web/_hidden": "a", "/etc/web_/hidden": "b", "/etc/web/.dot": "c", "/etc/web_.dot": "d",
		"/etc/web/dot": "e",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files by path (-want +got):\n%s", diff)
	}
}

func TestWhatRollsOut(t *testing.T) {
	t.Parallel()
	base := func(a *application.Args) {
		a.Port = 8080
		a.Files = map[string]string{"/etc/motd": "hello"}
	}
	template := func(t *testing.T, args *application.Args) corev1.PodTemplateSpec {
		t.Helper()
		return pulumitest.Decode[appsv1.Deployment](t, run(t, args).One(t, ":apps/v1:Deployment")).Spec.Template
	}
	before := template(t, minimal(base))
	tests := map[string]struct {
		reason   string
		change   func(*application.Args)
		rollsOut bool
	}{
		"Nothing":     {reason: "a second run changes nothing", change: func(*application.Args) {}},
		"Replicas":    {reason: "scaling starts and stops pods, it changes none", change: func(a *application.Args) { a.Replicas = ptr(5) }},
		"ServicePort": {reason: "the Service is not the pods", change: func(a *application.Args) { a.Service.Port = ptr(81) }},
		"Network": {reason: "nor is the policy", change: func(a *application.Args) {
			a.Network.AllowFrom = []network.Peer{{Namespace: "ingress"}}
		}},
		"Content": {
			reason:   "a file with other content is in a ConfigMap of another name",
			change:   func(a *application.Args) { a.Files = map[string]string{"/etc/motd": "bye"} },
			rollsOut: true,
		},
		"Path": {
			reason:   "so is a file at another path",
			change:   func(a *application.Args) { a.Files = map[string]string{"/etc/issue": "hello"} },
			rollsOut: true,
		},
		"Image": {
			reason:   "an image is what rollouts are for",
			change:   func(a *application.Args) { a.Image = pulumi.String("registry.example.com/web:1.2.4") },
			rollsOut: true,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := cmp.Diff(before, template(t, minimal(base, tc.change))) != ""
			require.Equal(t, tc.rollsOut, changed, tc.reason)
		})
	}
}

func TestLabelsNeverChangeSelectors(t *testing.T) {
	t.Parallel()
	r := run(t, everything())
	selector := workload.SelectorLabels("front")
	d := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment"))
	require.Equal(t, selector, d.Spec.Selector.MatchLabels)
	require.Equal(t, selector, pulumitest.Decode[corev1.Service](t, r.One(t, ":core/v1:Service")).Spec.Selector)
	require.Equal(t, selector,
		pulumitest.Decode[networkingv1.NetworkPolicy](t, r.One(t, ":NetworkPolicy")).Spec.PodSelector.MatchLabels)
	require.Equal(t, selector,
		pulumitest.Decode[policyv1.PodDisruptionBudget](t, r.One(t, ":PodDisruptionBudget")).Spec.Selector.MatchLabels)
	for key, value := range selector {
		require.Equal(t, value, d.Spec.Template.Labels[key], "the pods are still found")
	}
	for _, suffix := range []string{":ServiceAccount", ":apps/v1:Deployment", ":PodDisruptionBudget"} {
		labels := metadataOf(t, r.One(t, suffix)).Labels
		require.Equal(t, "front", labels["app.kubernetes.io/name"], "the label says which application it is: %s", suffix)
	}
	for _, suffix := range []string{
		":ServiceAccount", ":apps/v1:Deployment", ":core/v1:Service", ":NetworkPolicy", ":PodDisruptionBudget",
		":core/v1:ConfigMap", ":core/v1:Secret",
	} {
		object := metadataOf(t, r.One(t, suffix))
		require.Equal(t, "payments", object.Labels["team"], "labels are on every object: %s", suffix)
		require.Equal(t, "team", object.Namespace, "every object is in the namespace: %s", suffix)
	}
}

func TestApplicationRefuses(t *testing.T) {
	t.Parallel()
	const path = "expected the absolute path of a file, such as /etc/web/config.yaml, of letters, digits, dots, dashes and underscores"
	tests := map[string]struct {
		reason string
		args   *application.Args
		want   []string
	}{
		"Nil": {
			reason: "nil arguments lack everything that is required",
			want:   []string{"image: required, but missing", "namespace: required, but missing"},
		},
		"Service": {
			reason: "a Service that is asked for needs a port to send to",
			args:   minimal(func(a *application.Args) { a.Service.Type = "LoadBalancer" }),
			want:   []string{"service.type: a service of type LoadBalancer needs the port that the container listens on: set port"},
		},
		"Files": {
			reason: "each path must become a key of a ConfigMap and a place to mount it",
			args: minimal(func(a *application.Args) {
				a.Files = map[string]string{
					"relative": "", "/": "", "/a/": "", "/a/../b": "", "/a//b": "", "/a b": "", "/ok": "", "/..hidden": "",
				}
			}),
			want: []string{
				`files.relative: ` + path, `files["/"]: ` + path, `files["/..hidden"]: ` + path, `files["/a b"]: ` + path,
				`files["/a/"]: ` + path, `files["/a/../b"]: ` + path, `files["/a//b"]: ` + path,
			},
		},
		"All": {
			reason: "the problems of the container, of its parts and of the application are reported together",
			args: minimal(func(a *application.Args) {
				a.Image = pulumi.String("nginx")
				a.Resources.CPU = "lots"
				a.Probes.Liveness = &workload.Probe{}
				a.Network.AllowTo = []network.Peer{{CIDR: "10.0.0.1/8"}}
				a.Service.Type = "NodePort"
			}),
			want: []string{
				`image: image "nginx" has no version: add a tag or, better, a digest`,
				"network.allowTo[0].cidr: 10.0.0.1/8 has address bits behind its prefix: write 10.0.0.0/8",
				"probes.liveness: there is no port to connect to: give the probe or the container a port",
				`resources.cpu: found the string "lots", expected a positive quantity such as 100m or 128Mi`,
				"service.type: a service of type NodePort needs the port that the container listens on: set port",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := application.New(ctx, "web", tc.args)
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.Contains(t, invalid.Subject, application.Token+` "web"`)
				var got []string
				for _, f := range invalid.Findings {
					got = append(got, f.String())
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
				}
				return nil
			}, fixture.Cluster())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestNameOfComponentIsCheckedBeforeAnythingIsRegistered(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := application.New(ctx, "Web_1", minimal())
		require.ErrorContains(t, err, `name: found the string "Web_1": use lower case letters`)
		_, err = application.New(ctx, "Web_1", minimal(func(a *application.Args) { a.Name = "web-1" }))
		require.NoError(t, err, "a component may be called anything when its objects have a name of their own")
		return nil
	}, fixture.Cluster())
	require.Len(t, r.Of(application.Token), 1)
	require.Equal(t, "web-1", metadataOf(t, r.One(t, ":apps/v1:Deployment")).Name)
}

func TestApplicationLeavesItsArgumentsAlone(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func() *application.Args{
		"Minimal":    func() *application.Args { return minimal() },
		"Everything": everything,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := fresh()
			run(t, args)
			require.Equal(t, fresh(), args, "the caller's arguments are not modified")
		})
	}
}

func TestApplicationPreview(t *testing.T) {
	t.Parallel()
	unknown := pulumitest.Unknown[pulumi.StringOutput]()
	r := run(t, minimal(func(a *application.Args) {
		*a = *everything()
		a.Namespace = unknown
		a.Image = unknown
		a.Env = pulumi.StringMap{"KNOWN": pulumi.String("a"), "UNKNOWN": unknown}
	}), pulumitest.Preview())
	require.Empty(t, r.Leaks(canary))
	require.Len(t, r.Of(":apps/v1:Deployment"), 1, "a preview shows everything")
	require.Len(t, r.Of(":core/v1:Service"), 1)
}

// TestLongestNameLeavesRoomForFiles: what is named after the application has
// longer names, which must not fail once a part of it is registered.
func TestLongestNameLeavesRoomForFiles(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := application.New(ctx, strings.Repeat("a", 63), minimal(func(a *application.Args) {
			a.Files = map[string]string{"/etc/web.yaml": "a: b"}
		}))
		return err
	}, fixture.Cluster())
}
