package application_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

// scaled returns the shortest arguments with autoscaling.
func scaled(autoscaling application.Autoscaling, changes ...func(*application.ApplicationArgs)) *application.ApplicationArgs {
	return minimal(append(changes, func(a *application.ApplicationArgs) { a.Autoscaling = &autoscaling })...)
}

// utilization is a target for the usage of a resource.
func utilization(name corev1.ResourceName, percent int32) autoscalingv2.MetricSpec {
	return autoscalingv2.MetricSpec{Type: autoscalingv2.ResourceMetricSourceType, Resource: &autoscalingv2.ResourceMetricSource{
		Name: name, Target: autoscalingv2.MetricTarget{Type: autoscalingv2.UtilizationMetricType, AverageUtilization: &percent},
	}}
}

func TestAutoscaling(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *application.ApplicationArgs
		want   autoscalingv2.HorizontalPodAutoscalerSpec
	}{
		"Default": {
			reason: "two pods or more, by their CPU usage",
			args:   scaled(application.Autoscaling{MaxReplicas: 5}),
			want: autoscalingv2.HorizontalPodAutoscalerSpec{
				ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"},
				MinReplicas:    new(int32(2)), MaxReplicas: 5,
				Metrics: []autoscalingv2.MetricSpec{utilization("cpu", 80)},
				Behavior: &autoscalingv2.HorizontalPodAutoscalerBehavior{
					ScaleDown: &autoscalingv2.HPAScalingRules{StabilizationWindowSeconds: new(int32(300))},
				},
			},
		},
		"Memory": {
			reason: "another target replaces the default one; a StatefulSet is scaled as well",
			args: scaled(application.Autoscaling{MinReplicas: new(1), MaxReplicas: 1, Memory: 75, ScaleDownStabilizationSeconds: new(0)},
				func(a *application.ApplicationArgs) { a.Kind = application.KindStatefulSet }),
			want: autoscalingv2.HorizontalPodAutoscalerSpec{
				ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "StatefulSet", Name: "web"},
				MinReplicas:    new(int32(1)), MaxReplicas: 1,
				Metrics: []autoscalingv2.MetricSpec{utilization("memory", 75)},
				Behavior: &autoscalingv2.HorizontalPodAutoscalerBehavior{
					ScaleDown: &autoscalingv2.HPAScalingRules{StabilizationWindowSeconds: new(int32(0))},
				},
			},
		},
		"Everything": {
			reason: "all kinds of targets",
			args:   everything(),
			want: autoscalingv2.HorizontalPodAutoscalerSpec{
				ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "front"},
				MinReplicas:    new(int32(3)), MaxReplicas: 9,
				Metrics: []autoscalingv2.MetricSpec{
					utilization("cpu", 70), utilization("memory", 80),
					{Type: autoscalingv2.PodsMetricSourceType, Pods: &autoscalingv2.PodsMetricSource{
						Metric: autoscalingv2.MetricIdentifier{Name: "requests"},
						Target: autoscalingv2.MetricTarget{Type: autoscalingv2.AverageValueMetricType, AverageValue: new(apiresource.MustParse("500m"))},
					}},
					{Type: autoscalingv2.ExternalMetricSourceType, External: &autoscalingv2.ExternalMetricSource{
						Metric: autoscalingv2.MetricIdentifier{
							Name: "queue", Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"queue": "web"}},
						},
						Target: autoscalingv2.MetricTarget{Type: autoscalingv2.ValueMetricType, Value: new(apiresource.MustParse("30"))},
					}},
					{Type: autoscalingv2.ObjectMetricSourceType, Object: &autoscalingv2.ObjectMetricSource{
						DescribedObject: autoscalingv2.CrossVersionObjectReference{APIVersion: "networking.k8s.io/v1", Kind: "Ingress", Name: "web"},
						Metric:          autoscalingv2.MetricIdentifier{Name: "hits"},
						Target:          autoscalingv2.MetricTarget{Type: autoscalingv2.AverageValueMetricType, AverageValue: new(apiresource.MustParse("100"))},
					}},
				},
				Behavior: &autoscalingv2.HorizontalPodAutoscalerBehavior{
					ScaleDown: &autoscalingv2.HPAScalingRules{StabilizationWindowSeconds: new(int32(60))},
				},
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, tc.args)
			got := pulumitest.Decode[autoscalingv2.HorizontalPodAutoscaler](t, r.One(t, ":HorizontalPodAutoscaler"))
			if diff := cmp.Diff(tc.want, got.Spec); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			controller := r.One(t, ":apps/v1:"+tc.want.ScaleTargetRef.Kind)
			require.Contains(t, controller.IgnoreChanges, "spec.replicas", "the autoscaler sets the number of pods")
		})
	}
	require.NotContains(t, run(t, minimal()).One(t, ":apps/v1:Deployment").IgnoreChanges, "spec.replicas")
}

func TestVerticalAutoscaling(t *testing.T) {
	t.Parallel()
	spec := func(mode string, resources ...any) map[string]any {
		return map[string]any{
			"targetRef":    map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
			"updatePolicy": map[string]any{"updateMode": mode},
			"resourcePolicy": map[string]any{"containerPolicies": []any{
				map[string]any{"containerName": "*", "controlledResources": resources},
			}},
		}
	}
	for name, tc := range map[string]struct {
		given application.VerticalAutoscaling
		want  map[string]any
	}{
		"Default": {application.VerticalAutoscaling{}, spec("Off", "cpu", "memory")},
		"Memory": {application.VerticalAutoscaling{
			UpdateMode: application.UpdateModeRecreate, Resources: []application.ScaledResource{application.ScaledResourceMemory},
		}, spec("Recreate", "memory")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, minimal(func(a *application.ApplicationArgs) { a.VerticalAutoscaling = &tc.given }))
			if diff := cmp.Diff(tc.want, specOf(t, r, ":VerticalPodAutoscaler")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// specOf returns the specification of the only object of a type.
func specOf(t *testing.T, r *pulumitest.Recording, suffix string) map[string]any {
	t.Helper()
	return pulumitest.Decode[map[string]any](t, r.One(t, suffix))["spec"].(map[string]any)
}

func TestAutoscalingIsChecked(t *testing.T) {
	t.Parallel()
	both := func(mode application.UpdateMode, resources ...application.ScaledResource) func(*application.ApplicationArgs) {
		return func(a *application.ApplicationArgs) {
			a.VerticalAutoscaling = &application.VerticalAutoscaling{UpdateMode: mode, Resources: resources}
		}
	}
	const changes = "verticalAutoscaling: changes the cpu requests, which autoscaling.cpu is a percentage of: " +
		"set updateMode to Off, resources without cpu, or another target of autoscaling"
	tests := map[string]struct {
		reason string
		args   *application.ApplicationArgs
		want   []string
	}{
		"Replicas": {
			reason: "each deployment would reset the number of pods",
			args:   scaled(application.Autoscaling{MaxReplicas: 5}, func(a *application.ApplicationArgs) { a.Replicas = new(2) }),
			want:   []string{"replicas: mutually exclusive with autoscaling: remove it, and set autoscaling.minReplicas"},
		},
		"Limits": {
			reason: "the API server rejects it",
			args:   scaled(application.Autoscaling{MaxReplicas: 1}),
			want:   []string{"autoscaling.maxReplicas: 1 is less than minReplicas, 2: raise it, or lower minReplicas"},
		},
		"Vertical": {
			reason: "usage in percent of a request that follows the usage",
			args:   scaled(application.Autoscaling{MaxReplicas: 5}, both(application.UpdateModeRecreate)),
			want:   []string{changes},
		},
		"Metrics": {
			reason: "the API server rejects it",
			args: scaled(application.Autoscaling{MaxReplicas: 5, Metrics: []application.ScalingMetric{
				{Type: application.MetricTypePods, Name: "a", Value: "1"},
				{Type: application.MetricTypeExternal, Name: "a", Value: "1", AverageValue: "1"},
				{Type: application.MetricTypeExternal, Name: "a", Object: &application.MetricObject{APIVersion: "v1", Kind: "Service", Name: "a"}, Value: "0"},
				{Type: application.MetricTypeObject, Name: "a", AverageValue: "many"},
				{Type: application.MetricTypePods, Name: "a", Selector: map[string]string{"a": "b c"}},
			}}),
			want: []string{
				"autoscaling.metrics[0].value: a metric of type Pods has no value for all pods together: set averageValue",
				"autoscaling.metrics[1].value: value and averageValue are mutually exclusive: set one of them",
				"autoscaling.metrics[2].object: no effect with the type External: remove it, or set type to Object",
				`autoscaling.metrics[2].value: found the string "0", expected a positive quantity such as 100 or 500m`,
				`autoscaling.metrics[3].averageValue: found the string "many", expected a positive quantity such as 100 or 500m`,
				"autoscaling.metrics[3].object: required with the type Object: set apiVersion, kind and name of the object",
				"autoscaling.metrics[4].averageValue: no target: set averageValue, or value",
				`autoscaling.metrics[4].selector.a: found the string "b c": use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends`,
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, application.NewApplication, tc.args, tc.want, tc.reason)
		})
	}
	for name, args := range map[string]*application.ApplicationArgs{
		"Recommendations": scaled(application.Autoscaling{MaxReplicas: 5}, both(application.UpdateModeOff)),
		"OtherResource":   scaled(application.Autoscaling{MaxReplicas: 5}, both(application.UpdateModeInitial, application.ScaledResourceMemory)),
		"OtherTarget": scaled(application.Autoscaling{MaxReplicas: 5, Metrics: []application.ScalingMetric{
			{Type: application.MetricTypePods, Name: "requests", AverageValue: "10"},
		}}, both(application.UpdateModeRecreate)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, args)
		})
	}
}

// TestAutoscalingPreview checks that the objects appear in a preview of a new namespace.
func TestAutoscalingPreview(t *testing.T) {
	t.Parallel()
	r := run(t, minimal(func(a *application.ApplicationArgs) {
		*a = *everything()
		a.Namespace = pulumitest.Unknown[pulumi.StringOutput]()
	}), pulumitest.Preview())
	for _, suffix := range []string{":HorizontalPodAutoscaler", ":VerticalPodAutoscaler", ":ServiceMonitor", ":ExternalSecret"} {
		require.Len(t, r.OfType(suffix), 1, suffix)
	}
}
