package workload

import (
	"cmp"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// Scheduling decides on which nodes pods run.
type Scheduling struct {
	// NodeSelector holds labels that a node must have. Default: none.
	NodeSelector pulumi.StringMapInput `pulumi:"nodeSelector,optional" config:"plain"`
	// NodeAffinity lists conditions on the labels of nodes. A node must meet all that have no weight. Default: none.
	NodeAffinity []NodeAffinity `pulumi:"nodeAffinity,optional"`
	// PodAffinity lists pods near which the pods run. Default: none.
	PodAffinity []PodAffinity `pulumi:"podAffinity,optional"`
	// PodAntiAffinity lists pods away from which the pods run. Default: none.
	PodAntiAffinity []PodAffinity `pulumi:"podAntiAffinity,optional"`
	// Tolerations lists taints of nodes on which the pods can run. Default: none.
	Tolerations []Toleration `pulumi:"tolerations,optional"`
	// Spread lists how pods are distributed. Default: over zones, then over nodes, where that is possible.
	Spread []Spread `pulumi:"spread,optional"`
	// PriorityClassName is the name of the pods' priority class. Default: that of the cluster.
	PriorityClassName pulumi.StringInput `pulumi:"priorityClassName,optional"`
	// RuntimeClassName is the name of the pods' runtime class, such as one for sandboxed containers. Default: that of the
	// node.
	RuntimeClassName pulumi.StringInput `pulumi:"runtimeClassName,optional"`
}

// NodeAffinity is a condition on a label of a node.
type NodeAffinity struct {
	// Key is the key of the label. Required.
	Key string `pulumi:"key" jsonschema:"required,minLength=1"`
	// Operator is the condition: In or NotIn (one of the values), Exists or DoesNotExist (without values), Gt or Lt
	// (greater or less than one integer).
	Operator NodeOperator `pulumi:"operator,optional" jsonschema:"enum=In,enum=NotIn,enum=Exists,enum=DoesNotExist,enum=Gt,enum=Lt,default=In"`
	// Values are the values of the condition. Default: none.
	Values []string `pulumi:"values,optional"`
	// Weight makes the condition a preference with this weight. Default: the condition is required.
	Weight int `pulumi:"weight,optional" jsonschema:"minimum=1,maximum=100"`
}

// NodeOperator is the operator of a [NodeAffinity].
type NodeOperator string

// The operators of conditions on nodes.
const (
	NodeIn           NodeOperator = "In"
	NodeNotIn        NodeOperator = "NotIn"
	NodeExists       NodeOperator = "Exists"
	NodeDoesNotExist NodeOperator = "DoesNotExist"
	NodeGreaterThan  NodeOperator = "Gt"
	NodeLessThan     NodeOperator = "Lt"
)

// PodAffinity selects pods.
type PodAffinity struct {
	// Labels are the labels of the pods. Required.
	Labels map[string]string `pulumi:"labels" jsonschema:"required"`
	// Namespaces are the namespaces of the pods. Default: the namespace of the workload.
	Namespaces []string `pulumi:"namespaces,optional"`
	// TopologyKey is the label of nodes whose value tells what is near: nodes with the same value are one place.
	TopologyKey string `pulumi:"topologyKey,optional" jsonschema:"default=kubernetes.io/hostname"`
	// Weight makes the rule a preference with this weight. Default: the rule is required.
	Weight int `pulumi:"weight,optional" jsonschema:"minimum=1,maximum=100"`
}

// Toleration selects taints of nodes on which pods can run.
type Toleration struct {
	// Key is the key of the taint. Default: all taints, with the operator Exists.
	Key string `pulumi:"key,optional"`
	// Operator is how the value is compared: Equal, or Exists for any value.
	Operator TolerationOperator `pulumi:"operator,optional" jsonschema:"enum=Equal,enum=Exists,default=Equal"`
	// Value is the value of the taint, with the operator Equal. Default: the empty value.
	Value string `pulumi:"value,optional"`
	// Effect is the effect of the taint. Default: all effects.
	Effect TaintEffect `pulumi:"effect,optional" jsonschema:"enum=NoSchedule,enum=PreferNoSchedule,enum=NoExecute"`
	// TolerationSeconds is the time after which a pod is evicted from a node that gets the taint, in seconds, with the
	// effect NoExecute. Default: pods are not evicted.
	TolerationSeconds *int `pulumi:"tolerationSeconds,optional" jsonschema:"minimum=0,maximum=2147483647"`
}

// TolerationOperator is the operator of a [Toleration].
type TolerationOperator string

// The operators of tolerations.
const (
	TolerationEqual  TolerationOperator = "Equal"
	TolerationExists TolerationOperator = "Exists"
)

// TaintEffect is the effect of a taint on pods that do not tolerate it.
type TaintEffect string

// The effects of taints.
const (
	NoSchedule       TaintEffect = "NoSchedule"
	PreferNoSchedule TaintEffect = "PreferNoSchedule"
	NoExecute        TaintEffect = "NoExecute"
)

// Spread distributes pods over places.
type Spread struct {
	// TopologyKey is the label of nodes whose values are the places, such as topology.kubernetes.io/zone. Required.
	TopologyKey string `pulumi:"topologyKey" jsonschema:"required,minLength=1"`
	// MaxSkew is the largest difference between the numbers of pods of two places.
	MaxSkew *int `pulumi:"maxSkew,optional" jsonschema:"default=1,minimum=1,maximum=2147483647"`
	// WhenUnsatisfiable is what happens to a pod that no place fits: ScheduleAnyway (the best place) or DoNotSchedule
	// (the pod waits).
	WhenUnsatisfiable SpreadAction `pulumi:"whenUnsatisfiable,optional" jsonschema:"enum=ScheduleAnyway,enum=DoNotSchedule,default=ScheduleAnyway"`
}

// SpreadAction is what happens to a pod that no place fits.
type SpreadAction string

// The actions.
const (
	ScheduleAnyway SpreadAction = "ScheduleAnyway"
	DoNotSchedule  SpreadAction = "DoNotSchedule"
)

var (
	_ config.Validator = (*Scheduling)(nil)
	_ config.Validator = (*NodeAffinity)(nil)
	_ config.Validator = (*PodAffinity)(nil)
	_ config.Validator = (*Toleration)(nil)
	_ config.Validator = (*Spread)(nil)
)

// Validate implements config.Validator.
func (s *Scheduling) Validate(report *config.Report) {
	apirules.CheckLabels(report, []string{"nodeSelector"}, s.NodeSelector, nil)
	apirules.ObjectName.Check(report, []string{"priorityClassName"}, s.PriorityClassName)
	apirules.ObjectName.Check(report, []string{"runtimeClassName"}, s.RuntimeClassName)
	seen := map[Spread]bool{}
	for i, place := range s.Spread {
		key := Spread{TopologyKey: place.TopologyKey, WhenUnsatisfiable: cmp.Or(place.WhenUnsatisfiable, ScheduleAnyway)}
		if seen[key] {
			report.Add([]string{"spread", strconv.Itoa(i)}, "duplicate %q: remove one of them", place.TopologyKey)
		}
		seen[key] = true
	}
}

// Validate implements config.Validator. Source: "NodeSelectorRequirement v1 core", Kubernetes API reference.
func (a *NodeAffinity) Validate(report *config.Report) {
	apirules.LabelKey.Check(report, []string{"key"}, pulumi.String(a.Key))
	for i, value := range a.Values {
		apirules.LabelValue.Check(report, []string{"values", strconv.Itoa(i)}, pulumi.String(value))
	}
	at, n := []string{"values"}, len(a.Values)
	switch cmp.Or(a.Operator, NodeIn) {
	case NodeExists, NodeDoesNotExist:
		if n > 0 {
			report.Add(at, "the operator %s has no values: remove them", a.Operator)
		}
	case NodeGreaterThan, NodeLessThan:
		if n != 1 {
			report.Add(at, "found %d values: the operator %s has one", n, a.Operator)
		} else if _, err := strconv.ParseInt(a.Values[0], 10, 64); err != nil {
			report.Add(append(at, "0"), "found the string %q, expected an integer", a.Values[0])
		}
	default:
		if n == 0 {
			report.Add(at, "required by the operator %s, but missing", cmp.Or(a.Operator, NodeIn))
		}
	}
}

// Validate implements config.Validator.
func (a *PodAffinity) Validate(report *config.Report) {
	if len(a.Labels) == 0 {
		report.Add([]string{"labels"}, "required, but missing")
	}
	apirules.CheckSelector(report, []string{"labels"}, a.Labels)
	for i, namespace := range a.Namespaces {
		apirules.Namespace.Check(report, []string{"namespaces", strconv.Itoa(i)}, pulumi.String(namespace))
	}
	if a.TopologyKey != "" {
		apirules.LabelKey.Check(report, []string{"topologyKey"}, pulumi.String(a.TopologyKey))
	}
}

// Validate implements config.Validator. Source: "Toleration v1 core", Kubernetes API reference.
func (t *Toleration) Validate(report *config.Report) {
	if t.Key != "" {
		apirules.LabelKey.Check(report, []string{"key"}, pulumi.String(t.Key))
	} else if t.Operator != TolerationExists {
		report.Add([]string{"key"}, "required by the operator Equal, but missing: set it, or the operator Exists for all taints")
	}
	apirules.LabelValue.Check(report, []string{"value"}, pulumi.String(t.Value))
	if t.Value != "" && t.Operator == TolerationExists {
		report.Add([]string{"value"}, "the operator Exists has no value: remove it")
	}
	if t.TolerationSeconds != nil && t.Effect != NoExecute {
		report.Add([]string{"tolerationSeconds"}, "no effect without the effect NoExecute: set it, or remove tolerationSeconds")
	}
}

// Validate implements config.Validator.
func (s *Spread) Validate(report *config.Report) {
	apirules.LabelKey.Check(report, []string{"topologyKey"}, pulumi.String(s.TopologyKey))
}

// schedule renders the scheduling of the pods.
func (p *pod) schedule(spec *corev1.PodSpecArgs) {
	s := cmp.Or(p.scheduling, &Scheduling{})
	if known, ok := s.NodeSelector.(pulumi.StringMap); s.NodeSelector != nil && (!ok || len(known) > 0) {
		spec.NodeSelector = apirules.Labels(s.NodeSelector)
	}
	spec.Affinity = s.affinity()
	if len(s.Tolerations) > 0 {
		var tolerations corev1.TolerationArray
		for _, t := range s.Tolerations {
			tolerations = append(tolerations, t.render())
		}
		spec.Tolerations = tolerations
	}
	if !p.everyNode {
		spec.TopologySpreadConstraints = p.spread(s.Spread)
	}
	if s.PriorityClassName != nil {
		spec.PriorityClassName = apirules.ObjectName.Resolved("scheduling.priorityClassName", s.PriorityClassName).ToStringOutput()
	}
	if s.RuntimeClassName != nil {
		spec.RuntimeClassName = apirules.ObjectName.Resolved("scheduling.runtimeClassName", s.RuntimeClassName).ToStringOutput()
	}
}

// defaultSpread prefers different zones, then different nodes. Pods are scheduled where that is impossible.
func defaultSpread() []Spread {
	one := 1
	return []Spread{
		{TopologyKey: "topology.kubernetes.io/zone", MaxSkew: &one, WhenUnsatisfiable: ScheduleAnyway},
		{TopologyKey: "kubernetes.io/hostname", MaxSkew: &one, WhenUnsatisfiable: ScheduleAnyway},
	}
}

// spread renders how the pods are distributed.
func (p *pod) spread(places []Spread) corev1.TopologySpreadConstraintArray {
	if len(places) == 0 {
		places = defaultSpread()
	}
	var out corev1.TopologySpreadConstraintArray
	for _, place := range places {
		constraint := &corev1.TopologySpreadConstraintArgs{
			MaxSkew:           pulumi.Int(*place.MaxSkew),
			TopologyKey:       pulumi.String(place.TopologyKey),
			WhenUnsatisfiable: pulumi.String(place.WhenUnsatisfiable),
			LabelSelector:     p.labelSelector(),
		}
		if p.spreadBy != "" {
			constraint.MatchLabelKeys = pulumi.ToStringArray([]string{p.spreadBy})
		}
		out = append(out, constraint)
	}
	return out
}

func (t *Toleration) render() *corev1.TolerationArgs {
	out := &corev1.TolerationArgs{Operator: pulumi.String(t.Operator)}
	if t.Key != "" {
		out.Key = pulumi.String(t.Key)
	}
	if t.Value != "" {
		out.Value = pulumi.String(t.Value)
	}
	if t.Effect != "" {
		out.Effect = pulumi.String(t.Effect)
	}
	if t.TolerationSeconds != nil {
		out.TolerationSeconds = pulumi.Int(*t.TolerationSeconds)
	}
	return out
}

// affinity renders the rules on nodes and pods, or nil.
func (s *Scheduling) affinity() corev1.AffinityPtrInput {
	if len(s.NodeAffinity)+len(s.PodAffinity)+len(s.PodAntiAffinity) == 0 {
		return nil
	}
	out := &corev1.AffinityArgs{}
	if len(s.NodeAffinity) > 0 {
		out.NodeAffinity = nodeAffinity(s.NodeAffinity)
	}
	if len(s.PodAffinity) > 0 {
		required, preferred := podAffinity(s.PodAffinity)
		out.PodAffinity = &corev1.PodAffinityArgs{
			RequiredDuringSchedulingIgnoredDuringExecution:  required,
			PreferredDuringSchedulingIgnoredDuringExecution: preferred,
		}
	}
	if len(s.PodAntiAffinity) > 0 {
		required, preferred := podAffinity(s.PodAntiAffinity)
		out.PodAntiAffinity = &corev1.PodAntiAffinityArgs{
			RequiredDuringSchedulingIgnoredDuringExecution:  required,
			PreferredDuringSchedulingIgnoredDuringExecution: preferred,
		}
	}
	return out
}

func nodeAffinity(rules []NodeAffinity) *corev1.NodeAffinityArgs {
	var required corev1.NodeSelectorRequirementArray
	var preferred corev1.PreferredSchedulingTermArray
	for _, rule := range rules {
		expression := &corev1.NodeSelectorRequirementArgs{Key: pulumi.String(rule.Key), Operator: pulumi.String(rule.Operator)}
		if len(rule.Values) > 0 {
			expression.Values = pulumi.ToStringArray(rule.Values)
		}
		if rule.Weight == 0 {
			required = append(required, expression)
			continue
		}
		preferred = append(preferred, &corev1.PreferredSchedulingTermArgs{
			Weight:     pulumi.Int(rule.Weight),
			Preference: &corev1.NodeSelectorTermArgs{MatchExpressions: corev1.NodeSelectorRequirementArray{expression}},
		})
	}
	out := &corev1.NodeAffinityArgs{PreferredDuringSchedulingIgnoredDuringExecution: preferred}
	if len(required) > 0 {
		out.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelectorArgs{
			NodeSelectorTerms: corev1.NodeSelectorTermArray{&corev1.NodeSelectorTermArgs{MatchExpressions: required}},
		}
	}
	return out
}

func podAffinity(rules []PodAffinity) (required corev1.PodAffinityTermArray, preferred corev1.WeightedPodAffinityTermArray) {
	for _, rule := range rules {
		term := &corev1.PodAffinityTermArgs{
			LabelSelector: &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(rule.Labels)},
			TopologyKey:   pulumi.String(rule.TopologyKey),
		}
		if len(rule.Namespaces) > 0 {
			term.Namespaces = pulumi.ToStringArray(rule.Namespaces)
		}
		if rule.Weight == 0 {
			required = append(required, term)
		} else {
			preferred = append(preferred, &corev1.WeightedPodAffinityTermArgs{Weight: pulumi.Int(rule.Weight), PodAffinityTerm: term})
		}
	}
	return required, preferred
}
