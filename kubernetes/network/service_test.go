package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// selector holds the labels of the pods in these tests.
var selector = map[string]string{"app.kubernetes.io/name": "web"}

func TestService(t *testing.T) {
	t.Parallel()
	port := func(n int) *int { return &n }
	tests := map[string]struct {
		reason string
		args   network.ServiceArgs
		host   string
		want   func(*corev1.Service)
	}{
		"Defaults": {
			reason: "a Service is for the cluster alone, and listens on port 80",
			host:   "web.team.svc",
			want:   func(*corev1.Service) {},
		},
		"Name": {
			reason: "the name in the cluster can differ from that of the component",
			args:   network.ServiceArgs{Name: "front"},
			host:   "front.team.svc",
			want:   func(s *corev1.Service) { s.Name = "front" },
		},
		"Settings": {
			reason: "a load balancer is set up by its annotations",
			args: network.ServiceArgs{
				ServiceSettings: network.ServiceSettings{
					Type: "LoadBalancer", Port: port(443), Annotations: map[string]string{"example.com/scheme": "internal"},
				},
				Labels: map[string]string{"team": "payments"},
			},
			host: "web.team.svc",
			want: func(s *corev1.Service) {
				s.Labels = map[string]string{"team": "payments"}
				s.Annotations = map[string]string{"example.com/scheme": "internal"}
				s.Spec.Type = corev1.ServiceTypeLoadBalancer
				s.Spec.Ports[0].Port = 443
			},
		},
		"SkipAwait": {
			reason: "the provider waits for endpoints unless the annotation keeps it from that",
			args: network.ServiceArgs{
				SkipAwait:       true,
				ServiceSettings: network.ServiceSettings{Annotations: map[string]string{"a": "b"}},
			},
			host: "web.team.svc",
			want: func(s *corev1.Service) {
				s.Annotations = map[string]string{"a": "b", "pulumi.com/skipAwait": "true"}
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := corev1.Service{Spec: corev1.ServiceSpec{
				Type:     corev1.ServiceTypeClusterIP,
				Selector: selector,
				Ports: []corev1.ServicePort{{
					Name: "main", Port: 80, TargetPort: intstr.FromInt32(8080), Protocol: corev1.ProtocolTCP,
				}},
			}}
			want.APIVersion, want.Kind, want.Name, want.Namespace = "v1", "Service", "web", "team"
			tc.want(&want)
			args := tc.args
			args.Namespace, args.Selector, args.TargetPort = pulumi.String("team"), selector, 8080
			before, annotations := args, len(args.Annotations)
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				s, err := network.NewService(ctx, "web", &args)
				require.NoError(t, err, tc.reason)
				require.Equal(t, want.Name, pulumitest.Await[string](t, s.Name), tc.reason)
				require.Equal(t, tc.host, pulumitest.Await[string](t, s.Host), tc.reason)
				require.Equal(t, int(want.Spec.Ports[0].Port), pulumitest.Await[int](t, s.Port), tc.reason)
				return nil
			}, fixture.Cluster())
			fixture.RequireChildren(t, r, network.ServiceToken)
			if diff := cmp.Diff(want, pulumitest.Decode[corev1.Service](t, r.One(t, ":core/v1:Service"))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			require.Equal(t, before, args, "the caller's arguments are not modified")
			require.Len(t, args.Annotations, annotations, "the annotation is not added to the caller's map")
		})
	}
}

func TestServiceRefuses(t *testing.T) {
	t.Parallel()
	zero := 0
	tests := map[string]struct {
		reason string
		args   *network.ServiceArgs
		want   []string
	}{
		"Nil": {
			reason: "nil arguments lack everything that is required",
			want: []string{
				"namespace: required, but missing", "selector: required, but missing", "targetPort: required, but missing",
			},
		},
		"Values": {
			reason: "every problem is reported at once",
			args: &network.ServiceArgs{
				Namespace: pulumi.String("team"), Selector: selector, TargetPort: 70000, Name: "1web",
				ServiceSettings: network.ServiceSettings{Type: "Loadbalancer", Port: &zero},
			},
			want: []string{
				`name: found the string "1web": use lower case letters, digits and "-", start with a letter, end with a letter ` +
					`or digit, at most 63 characters`,
				"port: expected at least 1, found the number 0",
				"targetPort: expected at most 65535, found the number 70000",
				`type: unknown value "Loadbalancer", did you mean "LoadBalancer"?`,
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := network.NewService(ctx, "web", tc.args)
				requireFindings(t, err, tc.want, tc.reason)
				return nil
			}, fixture.Cluster())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

// requireFindings checks what an error of the arguments lists.
func requireFindings(t *testing.T, err error, want []string, reason string) {
	t.Helper()
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid, reason)
	var got []string
	for _, f := range invalid.Findings {
		got = append(got, f.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", reason, diff)
	}
}
