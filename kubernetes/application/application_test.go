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

// minimal returns the shortest arguments, with changes.
func minimal(changes ...func(*application.ApplicationArgs)) *application.ApplicationArgs {
	args := &application.ApplicationArgs{
		Image:     pulumi.String(fixture.Image),
		Namespace: pulumi.String("team"),
		Probes:    &workload.Probes{Disabled: true},
	}
	for _, change := range changes {
		change(args)
	}
	return args
}

// everything returns arguments with every option of an application with a Deployment, and some of its container.
func everything() *application.ApplicationArgs {
	return &application.ApplicationArgs{
		Image:         pulumi.String(fixture.Image),
		Port:          8080,
		Ports:         config.Named[workload.Port]{"metrics": {Port: 9090}},
		Env:           pulumi.StringMap{"MODE": pulumi.String("fast")},
		Resources:     &workload.Resources{CPU: "0.5", CPULimit: "1"},
		Probes:        &workload.Probes{Liveness: &workload.Probe{Path: "/healthz"}},
		PreStop:       &workload.PreStop{SleepSeconds: 10},
		Security:      &workload.Security{RunAsUser: 10001, FSGroup: 10002},
		WritablePaths: []string{"/var/cache"},
		Volumes:       config.Named[workload.Volume]{"settings": {ConfigMap: pulumi.String("settings"), Path: "/etc/settings"}},
		InitContainers: []workload.InitContainer{
			{Name: "migrate", Image: pulumi.String(fixture.Image), Command: []string{"migrate"}},
		},
		Sidecars:   config.Named[workload.Container]{"proxy": {Image: pulumi.String(fixture.Image)}},
		Containers: config.Named[workload.Container]{"log": {Image: pulumi.String(fixture.Image)}},
		Scheduling: &workload.Scheduling{NodeSelector: pulumi.StringMap{"disk": pulumi.String("ssd")}},
		Autoscaling: &application.Autoscaling{
			MinReplicas: new(3), MaxReplicas: 9, CPU: 70, Memory: 80, ScaleDownStabilizationSeconds: new(60),
			Metrics: []application.ScalingMetric{
				{Type: application.MetricTypePods, Name: "requests", AverageValue: "0.5"},
				{Type: application.MetricTypeExternal, Name: "queue", Value: "30", Selector: map[string]string{"queue": "web"}},
				{
					Type: application.MetricTypeObject, Name: "hits", AverageValue: "100",
					Object: &application.MetricObject{APIVersion: "networking.k8s.io/v1", Kind: "Ingress", Name: "web"},
				},
			},
		},
		VerticalAutoscaling: &application.VerticalAutoscaling{},
		Disruption:          &application.Disruption{MinAvailable: new(2)},
		ExistingSecretEnv:   pulumi.ToStringArray([]string{"shared"}),
		ExternalSecrets: &application.ExternalSecrets{
			Store: "vault", Env: map[string]application.StoreEntry{"PASSWORD": {Key: "shop/database", Property: "password"}},
		},
		Metrics:   &application.Metrics{Port: 9090, Labels: pulumi.StringMap{"release": pulumi.String("prometheus")}},
		SecretEnv: pulumi.StringMap{"TOKEN": pulumi.String(fixture.Canary)},
		Files:     map[string]pulumi.StringInput{"/etc/web/config.yaml": pulumi.String("mode: fast"), "/etc/motd": pulumi.String("hello")},
		Service: &application.Service{
			Type: "LoadBalancer", Port: new(443), Annotations: pulumi.StringMap{"example.com/scheme": pulumi.String("internal")},
		},
		Network: &application.Network{
			AllowFrom: []network.Peer{{Namespace: pulumi.String("ingress")}},
			AllowTo:   []network.Peer{{CIDR: pulumi.String("10.0.0.0/8"), Ports: []int{5432}}},
		},
		ImagePullSecrets:              pulumi.ToStringArray([]string{"registry"}),
		TerminationGracePeriodSeconds: new(60),
		Labels:                        pulumi.StringMap{"team": pulumi.String("payments")},
		Namespace:                     pulumi.String("team"),
		Name:                          "front",
	}
}

// run creates an application called web.
func run(t *testing.T, args *application.ApplicationArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := application.NewApplication(ctx, "web", args)
		return err
	}, append(opts, fixture.Cluster())...)
	fixture.RequireChildren(t, r, application.ApplicationToken)
	return r
}

// metadataOf returns the metadata of an object of any type.
func metadataOf(t *testing.T, r *pulumitest.Registration) metav1.ObjectMeta {
	t.Helper()
	return pulumitest.DecodeProperties[metav1.ObjectMeta](t, r.Inputs["metadata"].ObjectValue())
}

func TestApplicationCreates(t *testing.T) {
	t.Parallel()
	// The resources of the shortest arguments.
	base := []string{
		application.ApplicationToken + " web",
		"kubernetes:core/v1:ServiceAccount web",
		network.IsolationToken + " web-isolation",
		"kubernetes:networking.k8s.io/v1:NetworkPolicy web-isolation",
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
		change func(*application.ApplicationArgs)
		want   []string
	}{
		"Minimal": {
			reason: "without a port there is no Service",
			change: func(*application.ApplicationArgs) {},
			want:   base,
		},
		"Port": {
			reason: "with a port there is a Service",
			change: func(a *application.ApplicationArgs) { a.Port = 8080 },
			want:   append(slices.Clone(base), service...),
		},
		"OneReplica": {
			reason: "a budget of a single pod would only block the drain of its node",
			change: func(a *application.ApplicationArgs) { a.Replicas = new(1) },
			want:   without(budget),
		},
		"NoReplicas": {
			reason: "an application can be scaled to zero",
			change: func(a *application.ApplicationArgs) { a.Replicas = new(0) },
			want:   without(budget),
		},
		"Isolated": {
			reason: "the default can be set explicitly",
			change: func(a *application.ApplicationArgs) { a.Network = &application.Network{Isolated: new(true)} },
			want:   base,
		},
		"NotIsolated": {
			reason: "isolation can be turned off",
			change: func(a *application.ApplicationArgs) { a.Network = &application.Network{Isolated: new(false)} },
			want:   without(network.IsolationToken+" web-isolation", "kubernetes:networking.k8s.io/v1:NetworkPolicy web-isolation"),
		},
		"SecretEnv": {
			reason: "secret variables are stored in a Secret",
			change: func(a *application.ApplicationArgs) {
				a.SecretEnv = pulumi.StringMap{"TOKEN": pulumi.String(fixture.Canary)}
			},
			want: append(slices.Clone(base), configuration.SecretToken+" web-env", "kubernetes:core/v1:Secret web-env"),
		},
		"Files": {
			reason: "files are stored in a ConfigMap",
			change: func(a *application.ApplicationArgs) {
				a.Files = map[string]pulumi.StringInput{"/etc/motd": pulumi.String("hello")}
			},
			want: append(slices.Clone(base), configuration.ConfigMapToken+" web-files", "kubernetes:core/v1:ConfigMap web-files"),
		},
		"NoSecretEnv": {
			reason: "an empty map is the same as an omitted one",
			change: func(a *application.ApplicationArgs) { a.SecretEnv = pulumi.StringMap{} },
			want:   base,
		},
		"NoFiles": {
			reason: "an empty map is the same as an omitted one",
			change: func(a *application.ApplicationArgs) { a.Files = map[string]pulumi.StringInput{} },
			want:   base,
		},
		"Everything": {
			reason: "all resources together",
			change: func(a *application.ApplicationArgs) { *a = *everything() },
			want: append(append(slices.Clone(base), service...),
				configuration.SecretToken+" web-env", "kubernetes:core/v1:Secret web-env",
				configuration.ConfigMapToken+" web-files", "kubernetes:core/v1:ConfigMap web-files",
				"kubernetes:autoscaling/v2:HorizontalPodAutoscaler web", "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler web",
				"kubernetes:monitoring.coreos.com/v1:ServiceMonitor web", "kubernetes:external-secrets.io/v1:ExternalSecret web-external"),
		},
		"StatefulSet": {
			reason: "the pods of a StatefulSet have a headless Service of their own",
			change: func(a *application.ApplicationArgs) { a.Kind, a.Port = application.KindStatefulSet, 5432 },
			want: append(append(without(budget, workload.DeploymentToken+" web", "kubernetes:apps/v1:Deployment web"), service...),
				workload.StatefulSetToken+" web", "kubernetes:apps/v1:StatefulSet web", "kubernetes:core/v1:Service web-pods"),
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
		args   *application.ApplicationArgs
		meets  bool
	}{
		"Minimal":    {reason: "the defaults meet the standard", args: minimal(), meets: true},
		"Everything": {reason: "no option violates the standard", args: everything(), meets: true},
		"Root": {
			reason: "the check finds violations",
			args:   minimal(func(a *application.ApplicationArgs) { a.Security = &workload.Security{RunAsNonRoot: new(false)} }),
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
		reason  string
		args    *application.ApplicationArgs
		name    string
		address *string
	}{
		"Minimal": {
			reason: "without a port there is no address",
			args:   minimal(), name: "web",
		},
		"Port": {
			reason: "the address is that of the Service",
			args:   minimal(func(a *application.ApplicationArgs) { a.Port = 8080 }), name: "web", address: new("web.team.svc:80"),
		},
		"Everything": {
			reason: "names follow the name of the application",
			args:   everything(), name: "front", address: new("front.team.svc:443"),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Run(t, func(ctx *pulumi.Context) error {
				app, err := application.NewApplication(ctx, "web", tc.args)
				require.NoError(t, err)
				require.Equal(t, tc.name, pulumitest.Await[string](t, app.Name), tc.reason)
				require.Equal(t, "team", pulumitest.Await[string](t, app.Namespace), tc.reason)
				require.Equal(t, tc.name, pulumitest.Await[string](t, app.ServiceAccount), tc.reason)
				require.Equal(t, tc.address, pulumitest.Await[*string](t, app.Address), tc.reason)
				for _, o := range []pulumi.Output{app.Name, app.Namespace, app.ServiceAccount, app.Address} {
					require.False(t, pulumi.IsSecret(o), "no output is secret")
				}
				return nil
			}, fixture.Cluster())
		})
	}
}

func TestServiceAccountHasNoToken(t *testing.T) {
	t.Parallel()
	r := run(t, minimal())
	account := pulumitest.Decode[corev1.ServiceAccount](t, r.One(t, ":ServiceAccount"))
	require.Equal(t, "web", account.Name)
	require.False(t, *account.AutomountServiceAccountToken)
	pod := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Spec.Template.Spec
	require.Equal(t, "web", pod.ServiceAccountName, "each application has its own service account")
	require.False(t, *pod.AutomountServiceAccountToken)
}

func TestDisruptionBudgetAllowsDrains(t *testing.T) {
	t.Parallel()
	one, two := intstr.FromInt32(1), intstr.FromInt32(2)
	tests := map[string]struct {
		reason       string
		change       func(*application.ApplicationArgs)
		max, minimum *intstr.IntOrString
	}{
		"Default":        {"one pod at a time", func(*application.ApplicationArgs) {}, &one, nil},
		"Autoscaling":    {"the minimum counts", func(a *application.ApplicationArgs) { a.Autoscaling = &application.Autoscaling{MaxReplicas: 9} }, &one, nil},
		"MaxUnavailable": {"more at a time", func(a *application.ApplicationArgs) { a.Disruption = &application.Disruption{MaxUnavailable: new(2)} }, &two, nil},
		"MinAvailable": {"one of three can be evicted", func(a *application.ApplicationArgs) {
			a.Replicas, a.Disruption = new(3), &application.Disruption{MinAvailable: new(2)}
		}, nil, &two},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := pulumitest.Decode[policyv1.PodDisruptionBudget](t, run(t, minimal(tc.change)).One(t, ":PodDisruptionBudget"))
			want := policyv1.PodDisruptionBudgetSpec{
				MaxUnavailable:             tc.max,
				MinAvailable:               tc.minimum,
				Selector:                   &metav1.LabelSelector{MatchLabels: workload.SelectorLabels("web")},
				UnhealthyPodEvictionPolicy: new(policyv1.AlwaysAllow),
			}
			if diff := cmp.Diff(want, got.Spec); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestIsolationIsCreatedBeforeThePods(t *testing.T) {
	t.Parallel()
	var order []string
	r := run(t, everything(), pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
		order = append(order, r.Type+" "+r.Name)
		return nil
	}))
	policy := pulumitest.Decode[networkingv1.NetworkPolicy](t, r.One(t, ":NetworkPolicy"))
	require.Equal(t, workload.SelectorLabels("front"), policy.Spec.PodSelector.MatchLabels)
	require.Equal(t, intstr.FromInt32(8080), *policy.Spec.Ingress[0].Ports[0].Port, "the port of the pods, not of the Service")
	require.Len(t, policy.Spec.Egress, 2, "the declared peer, and DNS")
	require.Len(t, policy.Spec.Ingress, 2, "the declared peer, and Prometheus")
	metrics := policy.Spec.Ingress[1]
	require.Equal(t, "monitoring", metrics.From[0].NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"])
	require.Equal(t, intstr.FromInt32(9090), *metrics.Ports[0].Port)

	require.Contains(t, order, "kubernetes:networking.k8s.io/v1:NetworkPolicy web-isolation")
	require.Less(t, slices.Index(order, "kubernetes:networking.k8s.io/v1:NetworkPolicy web-isolation"),
		slices.Index(order, "kubernetes:apps/v1:Deployment web"), "pods without a policy would run unprotected")
	require.Contains(t, r.One(t, workload.DeploymentToken).Dependencies, r.One(t, ":NetworkPolicy").URN)
	for _, suffix := range []string{network.ServiceToken, ":PodDisruptionBudget", ":HorizontalPodAutoscaler", ":ServiceMonitor"} {
		require.Contains(t, r.One(t, suffix).Dependencies, r.One(t, ":apps/v1:Deployment").URN,
			"%s selects the old pods until the rollout has finished", suffix)
	}
}

func TestServiceWithoutPodsIsNotAwaited(t *testing.T) {
	t.Parallel()
	for replicas, want := range map[int]string{0: "true", 1: "", 2: ""} {
		r := run(t, minimal(func(a *application.ApplicationArgs) { a.Port, a.Replicas = 8080, &replicas }))
		s := pulumitest.Decode[corev1.Service](t, r.One(t, ":core/v1:Service"))
		require.Equal(t, want, s.Annotations["pulumi.com/skipAwait"], "%d replicas", replicas)
	}
}

func TestSecretVariablesAreOnlyInTheSecret(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		env    pulumi.StringMapInput
	}{
		"Clear": {
			reason: "variables are always secret",
			env:    pulumi.StringMap{"TOKEN": pulumi.String(fixture.Canary)},
		},
		"Marked": {
			reason: "as from the configuration",
			env:    pulumi.StringMap{"TOKEN": pulumi.ToSecret(pulumi.String(fixture.Canary)).(pulumi.StringOutput)},
		},
		"Output": {
			reason: "as from another resource",
			env:    pulumi.StringMap{"TOKEN": pulumi.String(fixture.Canary)}.ToStringMapOutput(),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, minimal(func(a *application.ApplicationArgs) { a.SecretEnv = tc.env }))
			var holders []string
			require.Empty(t, r.Leaks(fixture.Canary), tc.reason)
			for _, res := range r.Resources {
				if inputs := pulumitest.Decode[map[string]any](t, res); strings.Contains(fmt.Sprint(inputs), fixture.Canary) {
					holders = append(holders, res.Type)
				}
			}
			require.ElementsMatch(t, []string{application.ApplicationToken, configuration.SecretToken, "kubernetes:core/v1:Secret"}, holders,
				"%s: no other object has it, not even as a secret", tc.reason)

			secret := pulumitest.Decode[corev1.Secret](t, r.One(t, ":core/v1:Secret"))
			require.Equal(t, map[string]string{"TOKEN": fixture.Canary}, secret.StringData)
			c := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Spec.Template.Spec.Containers[0]
			require.Len(t, c.EnvFrom, 1)
			require.Equal(t, "web-env"+fixture.Suffix, c.EnvFrom[0].SecretRef.Name)
			require.False(t, r.One(t, ":apps/v1:Deployment").Inputs.ContainsSecrets(), "the name of a Secret is not secret")
		})
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	r := run(t, minimal(func(a *application.ApplicationArgs) {
		a.Files = map[string]pulumi.StringInput{
			"/etc/web/config.yaml": pulumi.String("mode: fast"),
			"/etc/web_config.yaml": pulumi.String("mode: slow"),
			"/etc/web/_hidden":     pulumi.String("a"),
			"/etc/web_/hidden":     pulumi.String("b"),
			"/etc/web/.dot":        pulumi.String("c"),
			"/etc/web_.dot":        pulumi.String("d"),
			"/etc/web/dot":         pulumi.String("e"),
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

func TestChangesThatTriggerARollout(t *testing.T) {
	t.Parallel()
	base := func(a *application.ApplicationArgs) {
		a.Port = 8080
		a.Files = map[string]pulumi.StringInput{"/etc/motd": pulumi.String("hello")}
	}
	template := func(t *testing.T, args *application.ApplicationArgs) corev1.PodTemplateSpec {
		t.Helper()
		return pulumitest.Decode[appsv1.Deployment](t, run(t, args).One(t, ":apps/v1:Deployment")).Spec.Template
	}
	before := template(t, minimal(base))
	tests := map[string]struct {
		reason   string
		change   func(*application.ApplicationArgs)
		rollsOut bool
	}{
		"Nothing":     {reason: "a second run changes nothing", change: func(*application.ApplicationArgs) {}},
		"Replicas":    {reason: "scaling does not change pods", change: func(a *application.ApplicationArgs) { a.Replicas = new(5) }},
		"ServicePort": {reason: "the Service is separate from the pods", change: func(a *application.ApplicationArgs) { a.Service = &application.Service{Port: new(81)} }},
		"Network": {reason: "so is the network policy", change: func(a *application.ApplicationArgs) {
			a.Network = &application.Network{AllowFrom: []network.Peer{{Namespace: pulumi.String("ingress")}}}
		}},
		"Content": {
			reason: "a file with other content is in a ConfigMap of another name",
			change: func(a *application.ApplicationArgs) {
				a.Files = map[string]pulumi.StringInput{"/etc/motd": pulumi.String("bye")}
			},
			rollsOut: true,
		},
		"Path": {
			reason: "so is a file at another path",
			change: func(a *application.ApplicationArgs) {
				a.Files = map[string]pulumi.StringInput{"/etc/issue": pulumi.String("hello")}
			},
			rollsOut: true,
		},
		"Image": {
			reason:   "another image",
			change:   func(a *application.ApplicationArgs) { a.Image = pulumi.String("registry.example.com/web:1.2.4") },
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
		require.Equal(t, value, d.Spec.Template.Labels[key], "the selector still matches the pods")
	}
	for _, suffix := range []string{":ServiceAccount", ":apps/v1:Deployment", ":PodDisruptionBudget"} {
		labels := metadataOf(t, r.One(t, suffix)).Labels
		require.Equal(t, "front", labels["app.kubernetes.io/name"], "the label is the name of the application: %s", suffix)
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

func TestApplicationRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	const noProbe = "probes: no probe, and no port to probe: set probes.readiness, such as a command that checks the " +
		"application, or probes.disabled to have none"
	const path = "invalid path: use an absolute path of letters, digits, dots, dashes and underscores, such as /etc/web/config.yaml"
	tests := map[string]struct {
		reason string
		args   *application.ApplicationArgs
		want   []string
	}{
		"Nil": {
			reason: "nil arguments lack all required arguments",
			want:   []string{"image: required, but missing", "namespace: required, but missing", noProbe},
		},
		"Probes": {
			reason: "pods without a probe count as ready at once",
			args:   minimal(func(a *application.ApplicationArgs) { a.Probes = nil }),
			want:   []string{noProbe},
		},
		"NoProbes": {
			reason: "an empty group sets no probe",
			args:   minimal(func(a *application.ApplicationArgs) { a.Probes = &workload.Probes{} }),
			want:   []string{noProbe},
		},
		"Peers": {
			reason: "without isolation, peers restrict nothing",
			args: minimal(func(a *application.ApplicationArgs) {
				peers := []network.Peer{{Namespace: pulumi.String("ingress"), Ports: []int{80}}}
				a.Network = &application.Network{Isolated: new(false), AllowFrom: peers, AllowTo: peers}
			}),
			want: []string{
				"network.allowFrom: no effect with isolated: false, which allows all traffic: remove it, or isolated",
				"network.allowTo: no effect with isolated: false, which allows all traffic: remove it, or isolated",
			},
		},
		"Clients": {
			reason: "the network policy blocks all clients of the load balancer",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Port, a.Service = 8080, &application.Service{Type: network.ServiceTypeLoadBalancer}
			}),
			want: []string{"service.type: no client can connect to the LoadBalancer: set network.allowFrom, such as the peer " +
				"cidr: 10.0.0.0/8, or network.isolated: false"},
		},
		"AllUnavailable": {
			reason: "a budget without any eviction",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Disruption = &application.Disruption{MaxUnavailable: new(0)}
			}),
			want: []string{"disruption.maxUnavailable: 0 blocks every drain of a node: set 1 or more"},
		},
		"AllAvailable": {
			reason: "so is one that requires all pods",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Disruption = &application.Disruption{MinAvailable: new(2)}
			}),
			want: []string{"disruption.minAvailable: 2 blocks every drain of a node, because replicas is 2: set at most 1"},
		},
		"MinimumAvailable": {
			reason: "and one that requires the minimum of the autoscaler",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Autoscaling = &application.Autoscaling{MinReplicas: new(3), MaxReplicas: 9}
				a.Disruption = &application.Disruption{MinAvailable: new(4)}
			}),
			want: []string{"disruption.minAvailable: 4 blocks every drain of a node, because autoscaling.minReplicas is 3: set at most 2"},
		},
		"Disruption": {
			reason: "a budget has one limit",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Disruption = &application.Disruption{MaxUnavailable: new(1), MinAvailable: new(1)}
			}),
			want: []string{"disruption.minAvailable: mutually exclusive with maxUnavailable: set one of them"},
		},
		"Claims": {
			reason: "pods of a Deployment have no claims of their own",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Claims = config.Named[workload.Claim]{"data": {Size: "10Gi", Path: "/var/lib/data"}}
				a.ClaimRetention = &workload.ClaimRetention{}
			}),
			want: []string{
				"claimRetention: no effect with the kind Deployment: remove it, or set kind to StatefulSet",
				"claims: no effect with the kind Deployment: remove it, or set kind to StatefulSet",
			},
		},
		"Metrics": {
			reason: "a ServiceMonitor finds the pods through their Service",
			args:   minimal(func(a *application.ApplicationArgs) { a.Metrics = &application.Metrics{Port: 9090} }),
			want:   []string{"metrics: a ServiceMonitor requires a Service: set port"},
		},
		"MetricsPort": {
			reason: "Prometheus reads declared ports only",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Port, a.Metrics = 8080, &application.Metrics{Port: 9090, Path: "metrics"}
				a.Ports = config.Named[workload.Port]{"dns": {Port: 9090, Protocol: workload.ProtocolUDP}}
			}),
			want: []string{
				`metrics.path: found the string "metrics": use a path that starts with /`,
				"metrics.port: the container has no TCP port 9090: add it to ports",
			},
		},
		"ExternalSecrets": {
			reason: "the variables are keys of a Secret, and unlike others",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Env = pulumi.StringMap{"PASSWORD": pulumi.String("development")}
				a.ExternalSecrets = &application.ExternalSecrets{Store: "Vault", RefreshInterval: "often", Env: map[string]application.StoreEntry{
					"PASSWORD": {Key: "database"}, "A=B": {Key: "a"},
				}}
			}),
			want: []string{
				`externalSecrets.env.PASSWORD: also set in env.PASSWORD: remove one of the two`,
				`externalSecrets.env["A=B"]: found the string "A=B": use at most 253 letters, digits, dashes, underscores and dots, not two dots at the start`,
				`externalSecrets.refreshInterval: found the string "often": expected a duration with a unit, such as 30s, 10m or 1h30m`,
				`externalSecrets.store: found the string "Vault": use at most 253 lower case letters, digits, dashes and dots, ` +
					`with a letter or digit around each dot and at both ends`,
			},
		},
		"LongLabel": {
			reason: "the API server rejects it",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Labels = pulumi.StringMap{"team": pulumi.String(strings.Repeat("a", 64))}
			}),
			want: []string{fmt.Sprintf("labels.team: found the string %q: use at most 63 letters, digits, dashes, underscores "+
				"and dots, with a letter or digit at both ends", strings.Repeat("a", 64))},
		},
		"Service": {
			reason: "a Service requires a port",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Service = &application.Service{Type: network.ServiceTypeLoadBalancer}
			}),
			want: []string{"service.type: a Service of type LoadBalancer requires a port: set port"},
		},
		"Files": {
			reason: "each path becomes a key of a ConfigMap and a mount path",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Files = map[string]pulumi.StringInput{
					"relative": pulumi.String(""), "/": pulumi.String(""), "/a/": pulumi.String(""), "/a/../b": pulumi.String(""), "/a//b": pulumi.String(""), "/a b": pulumi.String(""), "/ok": pulumi.String(""), "/..hidden": pulumi.String(""),
				}
			}),
			want: []string{
				`files.relative: ` + path, `files["/"]: ` + path, `files["/..hidden"]: ` + path, `files["/a b"]: ` + path,
				`files["/a/"]: ` + path, `files["/a/../b"]: ` + path, `files["/a//b"]: ` + path,
			},
		},
		"Paths": {
			reason: "a file is mounted at a path of its own",
			args: minimal(func(a *application.ApplicationArgs) {
				a.WritablePaths = []string{"/var/cache"}
				a.Files = map[string]pulumi.StringInput{
					"/tmp": pulumi.String(""), "/var": pulumi.String(""), "/etc/web": pulumi.String(""), "/etc/web/a": pulumi.String(""),
				}
			}),
			want: []string{
				`files["/etc/web/a"]: /etc/web is a file, too: use a path that is not below it`,
				`files["/tmp"]: /tmp is a writable directory: use a path below it, or another one`,
				`files["/var"]: /var is the parent of the writable directory /var/cache: use another path`,
			},
		},
		"Env": {
			reason: "a name in both maps hides the secret",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Env = pulumi.StringMap{"PASSWORD": pulumi.String("development"), "MODE": pulumi.String("fast")}
				a.SecretEnv = pulumi.StringMap{"PASSWORD": pulumi.String("x"), "A=B": pulumi.String("x")}
			}),
			want: []string{
				"secretEnv.PASSWORD: also set in env.PASSWORD: remove one of the two",
				`secretEnv["A=B"]: invalid key: use at most 253 letters, digits, dashes, underscores and dots, not two dots at the start`,
			},
		},
		"Metadata": {
			reason: "the API server rejects it",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Port = 8080
				a.Labels = pulumi.StringMap{"a": pulumi.String("b c")}
				a.Service = &application.Service{Annotations: pulumi.StringMap{"": pulumi.String("")}}
				a.Network = &application.Network{AllowTo: []network.Peer{{Namespace: pulumi.String("Ingress")}}}
				a.Namespace = pulumi.String("Team")
			}),
			want: []string{
				`labels.a: found the string "b c": use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends`,
				`namespace: found the string "Team": use at most 63 lower case letters, digits and dashes, with a letter or digit at both ends`,
				`network.allowTo[0].namespace: found the string "Ingress": use at most 63 lower case letters, digits and dashes, with a letter or digit at both ends`,
				`service.annotations[""]: invalid key: use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends, after an optional domain and a slash`,
			},
		},
		"Size": {
			reason: "files are in one ConfigMap",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Files = map[string]pulumi.StringInput{"/a": pulumi.String(strings.Repeat("a", 1<<19)), "/b": pulumi.String(strings.Repeat("a", 1<<19+1))}
			}),
			want: []string{"files: longer than 1024 KiB in total: shorten or split the values"},
		},
		"All": {
			reason: "all problems are reported together",
			args: minimal(func(a *application.ApplicationArgs) {
				a.Image = pulumi.String("nginx")
				a.Resources = &workload.Resources{CPU: "lots"}
				a.Probes = &workload.Probes{Liveness: &workload.Probe{}}
				a.Network = &application.Network{AllowTo: []network.Peer{{CIDR: pulumi.String("10.0.0.1/8")}}}
				a.Service = &application.Service{Type: network.ServiceTypeNodePort}
			}),
			want: []string{
				`image: image "nginx" has no tag: add a version tag or a digest`,
				"network.allowTo[0].cidr: 10.0.0.1/8 has host bits set: use 10.0.0.0/8",
				"probes.liveness: no port to probe: set the port of the probe or of the container",
				`resources.cpu: found the string "lots", expected a positive quantity such as 100m or 2`,
				"service.type: a Service of type NodePort requires a port: set port",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, application.NewApplication, tc.args, tc.want, tc.reason)
		})
	}
}

func TestNameOfComponentIsCheckedBeforeAnythingIsRegistered(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := application.NewApplication(ctx, "Web_1", minimal())
		require.ErrorContains(t, err, `name: found the string "Web_1": use lower case letters`)
		_, err = application.NewApplication(ctx, "Web_1", minimal(func(a *application.ApplicationArgs) { a.Name = "web-1" }))
		require.NoError(t, err, "with name set, the name of the component is not restricted")
		return nil
	}, fixture.Cluster())
	require.Len(t, r.OfType(application.ApplicationToken), 1)
	require.Equal(t, "web-1", metadataOf(t, r.One(t, ":apps/v1:Deployment")).Name)
}

func TestApplicationDoesNotModifyItsArguments(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func() *application.ApplicationArgs{
		"Minimal":    func() *application.ApplicationArgs { return minimal() },
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
	r := run(t, minimal(func(a *application.ApplicationArgs) {
		*a = *everything()
		a.Namespace = unknown
		a.Image = unknown
		a.Env = pulumi.StringMap{"KNOWN": pulumi.String("a"), "UNKNOWN": unknown}
	}), pulumitest.Preview())
	require.Empty(t, r.Leaks(fixture.Canary))
	require.Len(t, r.OfType(":apps/v1:Deployment"), 1, "a preview shows all resources")
	require.Len(t, r.OfType(":core/v1:Service"), 1)
}

// TestLongestNameLeavesRoomForFiles checks the longest name, to which the ConfigMap adds a suffix.
func TestLongestNameLeavesRoomForFiles(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := application.NewApplication(ctx, strings.Repeat("a", 63), minimal(func(a *application.ApplicationArgs) {
			a.Files = map[string]pulumi.StringInput{"/etc/web.yaml": pulumi.String("a: b")}
		}))
		return err
	}, fixture.Cluster())
}
