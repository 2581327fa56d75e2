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
		"Ports": {
			reason: "ports have names and protocols, next to the one of targetPort",
			args: network.ServiceArgs{AppProtocol: "http", Ports: map[string]network.ServicePort{
				"metrics": {Port: 9090}, "dns": {Port: 53, TargetPort: 5353, Protocol: network.ProtocolUDP},
				"grpc": {Port: 9000, AppProtocol: "kubernetes.io/h2c"},
			}},
			host: "web.team.svc",
			want: func(s *corev1.Service) {
				s.Spec.Ports[0].AppProtocol = new("http")
				s.Spec.Ports = append(s.Spec.Ports,
					corev1.ServicePort{Name: "dns", Port: 53, TargetPort: intstr.FromInt32(5353), Protocol: corev1.ProtocolUDP},
					corev1.ServicePort{
						Name: "grpc", Port: 9000, TargetPort: intstr.FromInt32(9000), Protocol: corev1.ProtocolTCP,
						AppProtocol: new("kubernetes.io/h2c"),
					},
					corev1.ServicePort{Name: "metrics", Port: 9090, TargetPort: intstr.FromInt32(9090), Protocol: corev1.ProtocolTCP})
			},
		},
		"Headless": {
			reason: "a headless Service has no address",
			args:   network.ServiceArgs{Headless: true, PublishNotReadyAddresses: true, SessionAffinity: network.SessionAffinityClientIP},
			host:   "web.team.svc",
			want: func(s *corev1.Service) {
				s.Spec.ClusterIP, s.Spec.PublishNotReadyAddresses = "None", true
				s.Spec.SessionAffinity = corev1.ServiceAffinityClientIP
			},
		},
		"LoadBalancerWithoutPlatform": {
			reason: "annotations are those of a cloud, so that Services of existing programs stay as they are",
			args:   network.ServiceArgs{Type: "LoadBalancer"},
			host:   "web.team.svc",
			want:   func(s *corev1.Service) { s.Spec.Type = corev1.ServiceTypeLoadBalancer },
		},
		"LoadBalancerElsewhere": {
			reason: "other platforms have no annotations",
			args:   network.ServiceArgs{Type: "LoadBalancer", Platform: network.PlatformNone, Exposure: network.ExposureInternal},
			host:   "web.team.svc",
			want:   func(s *corev1.Service) { s.Spec.Type = corev1.ServiceTypeLoadBalancer },
		},
		"PlatformOfOtherTypes": {
			reason: "only load balancers have annotations",
			args:   network.ServiceArgs{Type: "NodePort", Platform: network.PlatformEKS, ExternalTrafficPolicy: network.ExternalTrafficPolicyLocal},
			host:   "web.team.svc",
			want: func(s *corev1.Service) {
				s.Spec.Type, s.Spec.ExternalTrafficPolicy = corev1.ServiceTypeNodePort, corev1.ServiceExternalTrafficPolicyLocal
			},
		},
		"InternalByDefault": {
			reason: "with a platform, a load balancer is internal unless it is public by name",
			args: network.ServiceArgs{
				Type: "LoadBalancer", Platform: network.PlatformEKS, AllowedRanges: pulumi.StringArray{pulumi.String("10.0.0.0/8")},
			},
			host: "web.team.svc",
			want: func(s *corev1.Service) {
				s.Spec.Type, s.Spec.LoadBalancerSourceRanges = corev1.ServiceTypeLoadBalancer, []string{"10.0.0.0/8"}
				s.Annotations = map[string]string{
					"service.beta.kubernetes.io/aws-load-balancer-scheme":   "internal",
					"service.beta.kubernetes.io/aws-load-balancer-internal": "true",
				}
			},
		},
		"PublicByName": {
			reason: "a public load balancer keeps annotations of its own",
			args: network.ServiceArgs{
				Type: "LoadBalancer", Platform: network.PlatformEKS, Exposure: network.ExposurePublic,
				Annotations: pulumi.StringMap{"service.beta.kubernetes.io/aws-load-balancer-type": pulumi.String("external")},
			},
			host: "web.team.svc",
			want: func(s *corev1.Service) {
				s.Spec.Type = corev1.ServiceTypeLoadBalancer
				s.Annotations = map[string]string{
					"service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing",
					"service.beta.kubernetes.io/aws-load-balancer-type":   "external",
				}
			},
		},
		"AKS": {
			reason: "Azure has annotations of its own",
			args:   network.ServiceArgs{Type: "LoadBalancer", Platform: network.PlatformAKS},
			host:   "web.team.svc",
			want: func(s *corev1.Service) {
				s.Spec.Type = corev1.ServiceTypeLoadBalancer
				s.Annotations = map[string]string{"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}
			},
		},
		"GKE": {
			reason: "Google has annotations of its own",
			args:   network.ServiceArgs{Type: "LoadBalancer", Platform: network.PlatformGKE, Exposure: network.ExposureInternal},
			host:   "web.team.svc",
			want: func(s *corev1.Service) {
				s.Spec.Type = corev1.ServiceTypeLoadBalancer
				s.Annotations = map[string]string{"networking.gke.io/load-balancer-type": "Internal"}
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
				"namespace: required, but missing", "selector: required, but missing", "targetPort: no port: set targetPort or ports",
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
		"Ports": {
			reason: "the API server rejects such ports, or one hides the other",
			args: &network.ServiceArgs{
				Namespace: pulumi.String("team"), Selector: selector, TargetPort: 8080, AppProtocol: "a b",
				Ports: map[string]network.ServicePort{"main": {Port: 81}, "Web": {Port: 82}, "web": {Port: 80}, "dns": {Port: 80, Protocol: "UDP"}},
			},
			want: []string{
				`appProtocol: found the string "a b", expected a name of the IANA registry of services or one with a domain, such as kubernetes.io/h2c`,
				`ports.Web: found the name "Web": use at most 63 lower case letters, digits and dashes, with a letter or digit at both ends`,
				"ports.main: it is the name of the port of targetPort: use another name, or leave targetPort unset",
				`ports.web.port: duplicate TCP port 80, same as port "main": use another port`,
			},
		},
		"OtherTypes": {
			reason: "options of load balancers have no effect on other types",
			args: &network.ServiceArgs{
				Namespace: pulumi.String("team"), Selector: selector, TargetPort: 8080, Exposure: "public", Platform: "eks",
				AllowedRanges: pulumi.StringArray{pulumi.String("10.0.0.1/8")}, ExternalTrafficPolicy: "Local",
			},
			want: []string{
				`allowedRanges: requires the type LoadBalancer: set type, or leave it unset`,
				`allowedRanges[0]: found the string "10.0.0.1/8": use a CIDR block such as 10.0.0.0/8`,
				"exposure: requires the type LoadBalancer: set type, or leave it unset",
				"externalTrafficPolicy: requires the type NodePort or LoadBalancer: set type, or leave it unset",
			},
		},
		"LoadBalancers": {
			reason: "a load balancer is internal or public",
			args: &network.ServiceArgs{
				Namespace: pulumi.String("team"), Selector: selector, TargetPort: 8080, Type: "LoadBalancer", Platform: "aks", Headless: true,
				Annotations: pulumi.StringMap{"service.beta.kubernetes.io/azure-load-balancer-internal": pulumi.String("false")},
			},
			want: []string{
				`annotations["service.beta.kubernetes.io/azure-load-balancer-internal"]: exposure sets it to "true": remove the annotation, and set exposure`,
				"headless: requires the type ClusterIP: set type, or leave it unset",
			},
		},
		"ExposureWithoutPlatform": {
			reason: "no annotation would make it internal",
			args: &network.ServiceArgs{
				Namespace: pulumi.String("team"), Selector: selector, TargetPort: 8080, Type: "LoadBalancer", Exposure: "internal",
			},
			want: []string{"exposure: the annotations of load balancers depend on the platform: set platform"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, network.NewService, tc.args, tc.want, tc.reason)
		})
	}
}
