package application

import (
	"slices"

	kube "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
)

// Autoscaling scales the number of pods with their load, by a HorizontalPodAutoscaler. With several targets, the one that
// requires the most pods applies. Source: "Horizontal Pod Autoscaling", Kubernetes documentation.
type Autoscaling struct {
	// MinReplicas is the minimum number of pods, and their number at first. A change updates the
	// HorizontalPodAutoscaler.
	MinReplicas *int `pulumi:"minReplicas,optional" jsonschema:"default=2,minimum=1,maximum=2147483647"`
	// MaxReplicas is the maximum number of pods. Required. A change updates the HorizontalPodAutoscaler.
	MaxReplicas int `pulumi:"maxReplicas" jsonschema:"required,minimum=1,maximum=2147483647"`
	// CPU is the target for the average CPU usage of the pods, in percent of their request. Default: 80, or none with
	// another target. A change updates the HorizontalPodAutoscaler.
	CPU int `pulumi:"cpu,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// Memory is the target for the average memory usage of the pods, in percent of their request. Default: none. A
	// change updates the HorizontalPodAutoscaler.
	Memory int `pulumi:"memory,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// Metrics lists targets for other metrics, which an adapter in the cluster provides. Default: none. A change updates
	// the HorizontalPodAutoscaler.
	Metrics []ScalingMetric `pulumi:"metrics,optional"`
	// ScaleDownStabilizationSeconds is how long the load must be lower before pods are deleted, in seconds. A change
	// updates the HorizontalPodAutoscaler.
	ScaleDownStabilizationSeconds *int `pulumi:"scaleDownStabilizationSeconds,optional" jsonschema:"default=300,minimum=0,maximum=3600"`
}

// ScalingMetric is a target for a metric other than the CPU and memory usage. Exactly one of value and averageValue is
// required.
type ScalingMetric struct {
	// Type is what the metric describes: Pods (each pod of the application), Object (another object in the namespace) or
	// External (something outside the cluster, such as a queue). Required.
	Type MetricType `pulumi:"type" jsonschema:"required,enum=Pods,enum=Object,enum=External"`
	// Name is the name of the metric. Required.
	Name string `pulumi:"name" jsonschema:"required,minLength=1"`
	// Selector holds labels of the metric. Default: none.
	Selector map[string]string `pulumi:"selector,optional"`
	// Object is the object that the metric describes. Required with the type Object.
	Object *MetricObject `pulumi:"object,optional"`
	// Value is the target for the value of the metric, such as 100. Unsupported with the type Pods. Default: none.
	Value string `pulumi:"value,optional"`
	// AverageValue is the target for the value of the metric divided by the number of pods, such as 500m. Default: none.
	AverageValue string `pulumi:"averageValue,optional"`
}

// MetricType is what a [ScalingMetric] describes.
type MetricType string

// The types of metrics. Source: "HorizontalPodAutoscaler v2", Kubernetes API reference.
const (
	// MetricTypePods is for a metric of each pod of the application.
	MetricTypePods MetricType = "Pods"
	// MetricTypeObject is for a metric of another object in the namespace.
	MetricTypeObject MetricType = "Object"
	// MetricTypeExternal is for a metric of something outside the cluster.
	MetricTypeExternal MetricType = "External"
)

// MetricObject is an object in the namespace of the application.
type MetricObject struct {
	// APIVersion is the version of its API, such as networking.k8s.io/v1. Required.
	APIVersion string `pulumi:"apiVersion" jsonschema:"required,minLength=1"`
	// Kind is its kind, such as Ingress. Required.
	Kind string `pulumi:"kind" jsonschema:"required,minLength=1"`
	// Name is its name. Required.
	Name string `pulumi:"name" jsonschema:"required,minLength=1"`
}

// VerticalAutoscaling sets the resource requests of the pods by their usage, by a VerticalPodAutoscaler. It requires the
// Vertical Pod Autoscaler in the cluster.
type VerticalAutoscaling struct {
	// UpdateMode is how requests change: Off (recommendations only), Initial (of new pods), Recreate (pods are replaced)
	// or InPlaceOrRecreate (pods are replaced only where a change in place fails). A change updates the
	// VerticalPodAutoscaler.
	UpdateMode UpdateMode `pulumi:"updateMode,optional" jsonschema:"enum=Off,enum=Initial,enum=Recreate,enum=InPlaceOrRecreate,default=Off"`
	// Resources lists the resources whose requests change: cpu, memory or both. Default: both. A change updates the
	// VerticalPodAutoscaler.
	Resources []ScaledResource `pulumi:"resources,optional" jsonschema:"enum=cpu,enum=memory"`
}

// UpdateMode is how a [VerticalAutoscaling] changes requests.
type UpdateMode string

// The update modes. Source: "Vertical Pod Autoscaler", documentation of the Kubernetes autoscaler.
const (
	// UpdateModeOff recommends requests in the status of the VerticalPodAutoscaler, and changes nothing.
	UpdateModeOff UpdateMode = "Off"
	// UpdateModeInitial sets the requests of new pods.
	UpdateModeInitial UpdateMode = "Initial"
	// UpdateModeRecreate replaces pods whose requests differ much from the recommended ones.
	UpdateModeRecreate UpdateMode = "Recreate"
	// UpdateModeInPlaceOrRecreate changes pods in place, and replaces those where that fails.
	UpdateModeInPlaceOrRecreate UpdateMode = "InPlaceOrRecreate"
)

// ScaledResource is a resource of a container.
type ScaledResource string

// The resources that [VerticalAutoscaling] changes.
const (
	// ScaledResourceCPU is the CPU request.
	ScaledResourceCPU ScaledResource = "cpu"
	// ScaledResourceMemory is the memory request.
	ScaledResourceMemory ScaledResource = "memory"
)

var (
	_ config.Validator = (*Autoscaling)(nil)
	_ config.Validator = (*ScalingMetric)(nil)
)

// Validate implements config.Validator.
func (a *Autoscaling) Validate(report *config.Report) {
	if least := valueOr(a.MinReplicas, 2); a.MaxReplicas > 0 && least > a.MaxReplicas {
		report.Add([]string{"maxReplicas"}, "%d is less than minReplicas, %d: raise it, or lower minReplicas", a.MaxReplicas, least)
	}
}

// Validate implements config.Validator.
func (m *ScalingMetric) Validate(report *config.Report) {
	apirules.CheckSelector(report, []string{"selector"}, m.Selector)
	for key, text := range map[string]string{"value": m.Value, "averageValue": m.AverageValue} {
		if q, err := resource.ParseQuantity(text); text != "" && (err != nil || q.Sign() <= 0) {
			report.Add([]string{key}, "found the string %q, expected a positive quantity such as 100 or 500m", text)
		}
	}
	switch {
	case m.Value != "" && m.Type == MetricTypePods:
		report.Add([]string{"value"}, "a metric of type Pods has no value for all pods together: set averageValue")
	case m.Value != "" && m.AverageValue != "":
		report.Add([]string{"value"}, "value and averageValue are mutually exclusive: set one of them")
	case m.Value == "" && m.AverageValue == "":
		report.Add([]string{"averageValue"}, "no target: set averageValue, or value")
	}
	switch {
	case m.Type == MetricTypeObject && m.Object == nil:
		report.Add([]string{"object"}, "required with the type Object: set apiVersion, kind and name of the object")
	case m.Type != MetricTypeObject && m.Object != nil:
		report.Add([]string{"object"}, "no effect with the type %s: remove it, or set type to Object", m.Type)
	}
}

// checkAutoscaling reports autoscalers that would work against each other or against a fixed number of pods.
func (a *ApplicationArgs) checkAutoscaling(report *config.Report) {
	if a.Autoscaling == nil {
		return
	}
	if a.Replicas != nil {
		report.Add([]string{"replicas"}, "mutually exclusive with autoscaling: remove it, and set autoscaling.minReplicas")
	}
	v := a.VerticalAutoscaling
	if v == nil || v.UpdateMode == "" || v.UpdateMode == UpdateModeOff {
		return
	}
	cpu, memory := a.Autoscaling.utilization()
	for resource, target := range map[ScaledResource]int{ScaledResourceCPU: cpu, ScaledResourceMemory: memory} {
		if target > 0 && slices.Contains(v.resources(), resource) {
			report.Add([]string{"verticalAutoscaling"}, "changes the %[1]s requests, which autoscaling.%[1]s is a percentage of: "+
				"set updateMode to Off, resources without %[1]s, or another target of autoscaling", resource)
		}
	}
}

// utilization returns the targets for CPU and memory in percent, or 0. Without any target, the API server would set the
// one for CPU.
func (a *Autoscaling) utilization() (cpu, memory int) {
	if a.CPU == 0 && a.Memory == 0 && len(a.Metrics) == 0 {
		return 80, 0
	}
	return a.CPU, a.Memory
}

// resources returns the resources whose requests change.
func (v *VerticalAutoscaling) resources() []ScaledResource {
	if len(v.Resources) == 0 {
		return []ScaledResource{ScaledResourceCPU, ScaledResourceMemory}
	}
	return v.Resources
}

// addAutoscalers creates the autoscalers of the pods.
func (app *Application) addAutoscalers(ctx *pulumi.Context, name string, args *ApplicationArgs, after pulumi.ResourceOption) error {
	if a := args.Autoscaling; a != nil {
		_, err := autoscalingv2.NewHorizontalPodAutoscaler(ctx, name, &autoscalingv2.HorizontalPodAutoscalerArgs{
			Metadata: app.metadata(args, nil),
			Spec: &autoscalingv2.HorizontalPodAutoscalerSpecArgs{
				ScaleTargetRef: &autoscalingv2.CrossVersionObjectReferenceArgs{
					ApiVersion: pulumi.String("apps/v1"), Kind: pulumi.String(args.Kind), Name: app.Name,
				},
				MinReplicas: pulumi.Int(*a.MinReplicas),
				MaxReplicas: pulumi.Int(a.MaxReplicas),
				Metrics:     a.metrics(),
				Behavior: &autoscalingv2.HorizontalPodAutoscalerBehaviorArgs{
					ScaleDown: &autoscalingv2.HPAScalingRulesArgs{
						StabilizationWindowSeconds: pulumi.Int(*a.ScaleDownStabilizationSeconds),
					},
				},
			},
		}, app.Child(existing.Options(app, args.Adopt), after))
		if err != nil {
			return err
		}
	}
	v := args.VerticalAutoscaling
	if v == nil {
		return nil
	}
	_, err := apiextensions.NewCustomResource(ctx, name, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String("autoscaling.k8s.io/v1"),
		Kind:       pulumi.String("VerticalPodAutoscaler"),
		Metadata:   app.metadata(args, nil),
		OtherFields: kube.UntypedArgs{"spec": pulumi.Map{
			"targetRef": pulumi.Map{
				"apiVersion": pulumi.String("apps/v1"), "kind": pulumi.String(args.Kind), "name": app.Name,
			},
			"updatePolicy": pulumi.Map{"updateMode": pulumi.String(v.UpdateMode)},
			"resourcePolicy": pulumi.Map{"containerPolicies": pulumi.Array{pulumi.Map{
				"containerName": pulumi.String("*"), "controlledResources": texts(v.resources()),
			}}},
		}},
	}, app.Child(existing.CustomResource(app, args.Adopt), after))
	return err
}

// metrics renders the targets.
func (a *Autoscaling) metrics() autoscalingv2.MetricSpecArray {
	var out autoscalingv2.MetricSpecArray
	cpu, memory := a.utilization()
	for _, target := range []struct {
		resource ScaledResource
		percent  int
	}{{ScaledResourceCPU, cpu}, {ScaledResourceMemory, memory}} {
		if target.percent == 0 {
			continue
		}
		out = append(out, &autoscalingv2.MetricSpecArgs{
			Type: pulumi.String("Resource"),
			Resource: &autoscalingv2.ResourceMetricSourceArgs{
				Name: pulumi.String(target.resource),
				Target: &autoscalingv2.MetricTargetArgs{
					Type: pulumi.String("Utilization"), AverageUtilization: pulumi.Int(target.percent),
				},
			},
		})
	}
	for _, m := range a.Metrics {
		spec := &autoscalingv2.MetricSpecArgs{Type: pulumi.String(m.Type)}
		identifier := &autoscalingv2.MetricIdentifierArgs{Name: pulumi.String(m.Name)}
		if len(m.Selector) > 0 {
			identifier.Selector = &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(m.Selector)}
		}
		target := &autoscalingv2.MetricTargetArgs{Type: pulumi.String("AverageValue"), AverageValue: quantity(m.AverageValue)}
		if m.Value != "" {
			target = &autoscalingv2.MetricTargetArgs{Type: pulumi.String("Value"), Value: quantity(m.Value)}
		}
		switch m.Type {
		case MetricTypePods:
			spec.Pods = &autoscalingv2.PodsMetricSourceArgs{Metric: identifier, Target: target}
		case MetricTypeExternal:
			spec.External = &autoscalingv2.ExternalMetricSourceArgs{Metric: identifier, Target: target}
		case MetricTypeObject:
			spec.Object = &autoscalingv2.ObjectMetricSourceArgs{
				Metric: identifier, Target: target,
				DescribedObject: &autoscalingv2.CrossVersionObjectReferenceArgs{
					ApiVersion: pulumi.String(m.Object.APIVersion), Kind: pulumi.String(m.Object.Kind), Name: pulumi.String(m.Object.Name),
				},
			}
		}
		out = append(out, spec)
	}
	return out
}

// quantity renders a quantity as the API server stores it, so that a refresh finds no drift.
func quantity(text string) pulumi.String {
	q, err := resource.ParseQuantity(text)
	if err != nil {
		// Unreachable: the arguments are valid.
		return pulumi.String(text)
	}
	return pulumi.String(q.String())
}

// texts renders a list of strings.
func texts[T ~string](list []T) pulumi.StringArray {
	out := make(pulumi.StringArray, len(list))
	for i, text := range list {
		out[i] = pulumi.String(text)
	}
	return out
}
