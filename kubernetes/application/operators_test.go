package application_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

func TestServiceMonitor(t *testing.T) {
	t.Parallel()
	r := run(t, minimal(func(a *application.ApplicationArgs) { a.Port, a.Metrics = 8080, &application.Metrics{} }))
	selector := map[string]any{}
	for key, value := range workload.SelectorLabels("web") {
		selector[key] = value
	}
	want := map[string]any{
		"selector":  map[string]any{"matchLabels": selector},
		"endpoints": []any{map[string]any{"targetPort": 8080.0, "path": "/metrics", "interval": "30s"}},
	}
	if diff := cmp.Diff(want, specOf(t, r, ":ServiceMonitor")); diff != "" {
		t.Errorf("the port of the application (-want +got):\n%s", diff)
	}
	for key, value := range workload.SelectorLabels("web") {
		require.Equal(t, value, metadataOf(t, r.One(t, ":core/v1:Service")).Labels[key], "the selector matches the Service")
	}
	all := run(t, everything())
	require.EqualValues(t, 9090, specOf(t, all, ":ServiceMonitor")["endpoints"].([]any)[0].(map[string]any)["targetPort"])
	require.Equal(t, "prometheus", metadataOf(t, all.One(t, ":ServiceMonitor")).Labels["release"])
}

func TestExternalSecrets(t *testing.T) {
	t.Parallel()
	with := func(entry application.StoreEntry) *application.ApplicationArgs {
		return minimal(func(a *application.ApplicationArgs) {
			a.ExternalSecrets = &application.ExternalSecrets{
				Store: "vault", Env: map[string]application.StoreEntry{"PASSWORD": entry, "TOKEN": {Key: "token"}},
			}
		})
	}
	r := run(t, with(application.StoreEntry{Key: "database", Property: "password", Version: "3"}))
	secret := metadataOf(t, r.One(t, ":ExternalSecret")).Name
	want := map[string]any{
		"refreshInterval": "1h",
		"secretStoreRef":  map[string]any{"name": "vault", "kind": "ClusterSecretStore"},
		"target":          map[string]any{"name": secret, "creationPolicy": "Owner"},
		"data": []any{
			map[string]any{"secretKey": "PASSWORD", "remoteRef": map[string]any{"key": "database", "property": "password", "version": "3"}},
			map[string]any{"secretKey": "TOKEN", "remoteRef": map[string]any{"key": "token"}},
		},
	}
	if diff := cmp.Diff(want, specOf(t, r, ":ExternalSecret")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	require.Equal(t, []string{secret}, envFrom(t, r))
	other := run(t, with(application.StoreEntry{Key: "database", Property: "password", Version: "4"}))
	require.NotEqual(t, []string{secret}, envFrom(t, other), "another version restarts the pods")
	require.Regexp(t, `^web-external-[0-9a-f]{10}$`, secret)
}

// envFrom returns the Secrets whose keys are environment variables of the pods, in their order.
func envFrom(t *testing.T, r *pulumitest.Recording) []string {
	t.Helper()
	var out []string
	pod := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Spec.Template.Spec
	for _, source := range pod.Containers[0].EnvFrom {
		out = append(out, source.SecretRef.Name)
	}
	return out
}

func TestExistingSecrets(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*application.ApplicationArgs)
		want   []string
	}{
		"None": {"without secrets there is no list", func(a *application.ApplicationArgs) { a.ExistingSecretEnv = pulumi.StringArray{} }, nil},
		"Existing": {
			"names of existing Secrets",
			func(a *application.ApplicationArgs) { a.ExistingSecretEnv = pulumi.ToStringArray([]string{"a", "b"}) },
			[]string{"a", "b"},
		},
		"All": {
			"those of the application win",
			func(a *application.ApplicationArgs) {
				a.ExistingSecretEnv = pulumi.ToStringArray([]string{"a"})
				a.SecretEnv = pulumi.StringMap{"TOKEN": pulumi.String(fixture.Canary)}
			},
			[]string{"a", "web-env" + fixture.Suffix},
		},
		"Output": {
			"the list can be the output of another resource",
			func(a *application.ApplicationArgs) {
				a.ExistingSecretEnv = pulumi.ToStringArray([]string{"a"}).ToStringArrayOutput()
				a.SecretEnv = pulumi.StringMap{"TOKEN": pulumi.String(fixture.Canary)}
			},
			[]string{"a", "web-env" + fixture.Suffix},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, envFrom(t, run(t, minimal(tc.change))), tc.reason)
		})
	}
}

// Source: "Pod Lifecycle, Termination of Pods", Kubernetes documentation.
func TestPodsPauseBeforeTheyStop(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*application.ApplicationArgs)
		want   int64
	}{
		"Port":              {"requests still arrive for a moment", func(a *application.ApplicationArgs) { a.Port = 8080 }, 5},
		"NoPort":            {"no requests arrive", func(*application.ApplicationArgs) {}, 0},
		"ShortGracePeriod":  {"a pause must be shorter than the grace period", func(a *application.ApplicationArgs) { a.Port, a.TerminationGracePeriodSeconds = 8080, new(5) }, 0},
		"LongerGracePeriod": {"with a longer one there is a pause", func(a *application.ApplicationArgs) { a.Port, a.TerminationGracePeriodSeconds = 8080, new(6) }, 5},
		"Empty":             {"the pause can be turned off", func(a *application.ApplicationArgs) { a.Port, a.PreStop = 8080, &workload.PreStop{} }, 0},
		"Explicit":          {"another pause", func(a *application.ApplicationArgs) { a.PreStop = &workload.PreStop{SleepSeconds: 10} }, 10},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := pulumitest.Decode[appsv1.Deployment](t, run(t, minimal(tc.change)).One(t, ":apps/v1:Deployment"))
			got := int64(0)
			if l := d.Spec.Template.Spec.Containers[0].Lifecycle; l != nil {
				got = l.PreStop.Sleep.Seconds
			}
			require.Equal(t, tc.want, got, tc.reason)
		})
	}
}

func TestStatefulSet(t *testing.T) {
	t.Parallel()
	r := run(t, minimal(func(a *application.ApplicationArgs) {
		a.Kind, a.Port = application.KindStatefulSet, 5432
		a.Claims = config.Named[workload.Claim]{"data": {Size: "10Gi", Path: "/var/lib/data"}}
		a.ClaimRetention = &workload.ClaimRetention{WhenScaled: workload.Delete}
	}))
	s := pulumitest.Decode[appsv1.StatefulSet](t, r.One(t, ":apps/v1:StatefulSet"))
	require.Equal(t, int32(1), *s.Spec.Replicas, "a single pod unless the application supports more")
	require.Equal(t, "web-pods", s.Spec.ServiceName)
	require.Equal(t, "data", s.Spec.VolumeClaimTemplates[0].Name)
	require.Equal(t, appsv1.DeletePersistentVolumeClaimRetentionPolicyType, s.Spec.PersistentVolumeClaimRetentionPolicy.WhenScaled)
	require.Equal(t, "web", s.Spec.Template.Spec.ServiceAccountName)

	for name, clusterIP := range map[string]string{"web": "", "web-pods": "None"} {
		registered, ok := r.Find(":core/v1:Service", name)
		require.True(t, ok, name)
		service := pulumitest.Decode[corev1.Service](t, registered)
		require.Equal(t, clusterIP, service.Spec.ClusterIP, name)
		require.Equal(t, workload.SelectorLabels("web"), service.Spec.Selector, name)
		require.Equal(t, name == "web-pods", service.Spec.PublishNotReadyAddresses, name)
	}
}

func TestLongNamesHavePoliciesOfTheirOwn(t *testing.T) {
	t.Parallel()
	const long = "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-1234567"
	names := map[string]bool{}
	for _, name := range []string{"web", long + "-1", long + "-2"} {
		r := run(t, minimal(func(a *application.ApplicationArgs) { a.Name = name }))
		policy := metadataOf(t, r.One(t, ":NetworkPolicy")).Name
		require.LessOrEqual(t, len(policy), 63)
		names[policy] = true
	}
	require.Len(t, names, 3)
	require.Contains(t, names, "web-isolation")
}

// gatewayOf returns a Gateway in the namespace edge.
func gatewayOf(listener string) *network.GatewayReference {
	return &network.GatewayReference{Name: pulumi.String("public"), Namespace: pulumi.String("edge"), Listener: listener}
}

func TestRoute(t *testing.T) {
	t.Parallel()
	r := run(t, minimal(func(a *application.ApplicationArgs) {
		a.Port = 8080
		a.Route = &application.Route{
			Gateway: gatewayOf("https"), Hostnames: pulumi.ToStringArray([]string{"shop.example.com"}), RedirectListener: "http",
		}
	}))
	specs := map[string]map[string]any{}
	for _, route := range r.OfType(":HTTPRoute") {
		specs[metadataOf(t, route).Name] = pulumitest.Decode[map[string]any](t, route)["spec"].(map[string]any)
	}
	parent := func(listener string) []any {
		return []any{map[string]any{"name": "public", "namespace": "edge", "sectionName": listener}}
	}
	require.Len(t, specs, 2)
	require.Equal(t, parent("https"), specs["web"]["parentRefs"])
	require.Equal(t, []any{"shop.example.com"}, specs["web"]["hostnames"])
	backend := specs["web"]["rules"].([]any)[0].(map[string]any)["backendRefs"].([]any)[0].(map[string]any)
	require.Equal(t, "web", backend["name"])
	require.EqualValues(t, 80, backend["port"], "the port of the Service")
	require.Equal(t, parent("http"), specs["web-redirect"]["parentRefs"])
	require.NotContains(t, specs["web-redirect"]["rules"].([]any)[0], "backendRefs")

	policy := pulumitest.Decode[networkingv1.NetworkPolicy](t, r.One(t, ":NetworkPolicy"))
	require.Len(t, policy.Spec.Ingress, 1)
	require.Equal(t, "edge", policy.Spec.Ingress[0].From[0].NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"],
		"pods in the namespace of the Gateway can connect")
	require.Equal(t, intstr.FromInt32(8080), *policy.Spec.Ingress[0].Ports[0].Port, "to the port of the pods")
}

func TestRoutePeers(t *testing.T) {
	t.Parallel()
	r := run(t, minimal(func(a *application.ApplicationArgs) {
		a.Ports = config.Named[workload.Port]{"admin": {Port: 9000}}
		a.Service = &application.Service{Ports: map[string]network.ServicePort{"admin": {Port: 90, TargetPort: 9000}}}
		a.Route = &application.Route{
			Gateway: &network.GatewayReference{Name: pulumi.String("public")}, Port: 90,
			From: []network.Peer{{CIDR: pulumi.String("10.0.0.0/24")}},
		}
	}))
	policy := pulumitest.Decode[networkingv1.NetworkPolicy](t, r.One(t, ":NetworkPolicy"))
	require.Len(t, policy.Spec.Ingress, 1)
	require.Equal(t, "10.0.0.0/24", policy.Spec.Ingress[0].From[0].IPBlock.CIDR)
	require.Equal(t, intstr.FromInt32(9000), *policy.Spec.Ingress[0].Ports[0].Port)
}

func TestRouteIsChecked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*application.ApplicationArgs)
		want   []string
	}{
		"NoService": {
			"requests go to a Service",
			func(a *application.ApplicationArgs) { a.Route = &application.Route{Gateway: gatewayOf("")} },
			[]string{"route: a route requires a Service: set port"},
		},
		"Port": {
			"the Service has other ports",
			func(a *application.ApplicationArgs) {
				a.Port, a.Route = 8080, &application.Route{Gateway: gatewayOf(""), Port: 8080}
				a.Ports = config.Named[workload.Port]{"admin": {Port: 9000}, "dns": {Port: 53, Protocol: workload.ProtocolUDP}}
				a.Service = &application.Service{Ports: map[string]network.ServicePort{
					"admin": {Port: 90, TargetPort: 9000}, "dns": {Port: 53, Protocol: network.ProtocolUDP}, "lost": {Port: 1234},
				}}
			},
			[]string{
				"route.port: the Service has no TCP port 8080, expected one of: 1234, 80, 90",
				"service.ports.lost: the container has no TCP port 1234: add it to ports",
			},
		},
		"Redirect": {
			"a redirect needs two listeners",
			func(a *application.ApplicationArgs) {
				a.Port, a.Route = 8080, &application.Route{Gateway: gatewayOf(""), RedirectListener: "http"}
			},
			[]string{"route.gateway.listener: required with redirectListener: set the name of the listener for HTTPS"},
		},
		"Loop": {
			"and two different ones",
			func(a *application.ApplicationArgs) {
				a.Port, a.Route = 8080, &application.Route{Gateway: gatewayOf("http"), RedirectListener: "http"}
			},
			[]string{"route.redirectListener: the listener of the application, too: set the name of the listener for HTTP"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, application.NewApplication, minimal(tc.change), tc.want, tc.reason)
		})
	}
}
