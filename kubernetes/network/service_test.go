package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// selector holds the labels of the pods in these tests.
var selector = map[string]string{"app.kubernetes.io/name": "web"}

func TestService(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   network.ServiceArgs
		host   string
		want   func(*corev1.Service)
	}{
		"Defaults": {
			reason: "a Service is accessible from within the cluster, at port 80",
			host:   "web.team.svc",
			want:   func(*corev1.Service) {},
		},
		"Name": {
			reason: "the name in the cluster can differ from the name of the component",
			args:   network.ServiceArgs{Name: "front"},
			host:   "front.team.svc",
			want:   func(s *corev1.Service) { s.Name = "front" },
		},
		"Settings": {
			reason: "annotations configure a load balancer",
			args: network.ServiceArgs{
				Type: "LoadBalancer", Port: new(443), Annotations: pulumi.StringMap{"example.com/scheme": pulumi.String("internal")},
				Labels: pulumi.StringMap{"team": pulumi.String("payments")},
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
			reason: "the annotation tells the provider not to wait for endpoints",
			args: network.ServiceArgs{
				SkipAwait:   true,
				Annotations: pulumi.StringMap{"a": pulumi.String("b")},
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
			before := args
			annotations, _ := args.Annotations.(pulumi.StringMap)
			count := len(annotations)
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
			require.Len(t, annotations, count, "the annotation is not added to the caller's map")
		})
	}
}

func TestServiceRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *network.ServiceArgs
		want   []string
	}{
		"Nil": {
			reason: "nil arguments lack all required arguments",
			want: []string{
				"namespace: required, but missing", "selector: required, but missing", "targetPort: required, but missing",
			},
		},
		"Values": {
			reason: "every problem is reported at once",
			args: &network.ServiceArgs{
				Namespace: pulumi.String("team"), Selector: selector, TargetPort: 70000, Name: "1web",
				Type: "Loadbalancer", Port: new(0),
			},
			want: []string{
				`name: found the string "1web": use lower case letters, digits and "-", start with a letter, end with a letter ` +
					`or digit, at most 63 characters`,
				"port: expected at least 1, found the number 0",
				"targetPort: expected at most 65535, found the number 70000",
				`type: unknown value "Loadbalancer", did you mean "LoadBalancer"? Expected one of ClusterIP, LoadBalancer, NodePort`,
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, network.NewService, tc.args, tc.want, tc.reason)
		})
	}
}
