package application

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// Disruption limits how many pods are evicted at the same time, such as by the drain of a node.
type Disruption struct {
	// MaxUnavailable is the number of pods that can be unavailable. Mutually exclusive with minAvailable. Default: 1, or
	// none with minAvailable. A change updates the PodDisruptionBudget.
	MaxUnavailable *int `pulumi:"maxUnavailable,optional" jsonschema:"minimum=0,maximum=2147483647"`
	// MinAvailable is the number of pods that stay available. It must be less than the number of pods. Default: none. A
	// change updates the PodDisruptionBudget.
	MinAvailable *int `pulumi:"minAvailable,optional" jsonschema:"minimum=0,maximum=2147483647"`
}

// checkDisruption reports a budget that would block the drain of a node. Source: "Specifying a Disruption Budget for your
// Application", Kubernetes documentation.
func (a *ApplicationArgs) checkDisruption(report *config.Report) {
	d, pods := a.Disruption, a.pods()
	switch {
	case d == nil:
	case d.MaxUnavailable != nil && d.MinAvailable != nil:
		report.Add([]string{"disruption", "minAvailable"}, "mutually exclusive with maxUnavailable: set one of them")
	case d.MaxUnavailable != nil && *d.MaxUnavailable == 0:
		report.Add([]string{"disruption", "maxUnavailable"}, "0 blocks every drain of a node: set 1 or more")
	case d.MinAvailable != nil && pods > 0 && *d.MinAvailable >= pods:
		report.Add([]string{"disruption", "minAvailable"}, "%d blocks every drain of a node, because %s is %d: set at most %d",
			*d.MinAvailable, a.podsOption(), pods, pods-1)
	}
}

// addDisruptionBudget limits voluntary disruptions, with two or more pods: a budget of a single pod would only block the
// drain of its node.
func (app *Application) addDisruptionBudget(ctx *pulumi.Context, name string, args *ApplicationArgs, after pulumi.ResourceOption) error {
	if args.pods() < 2 {
		return nil
	}
	spec := &policyv1.PodDisruptionBudgetSpecArgs{
		MaxUnavailable: pulumi.Int(1),
		Selector:       &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(workload.SelectorLabels(args.Name))},
		// Unhealthy pods must not block a drain.
		UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
	}
	if d := args.Disruption; d != nil && d.MinAvailable != nil {
		spec.MaxUnavailable, spec.MinAvailable = nil, pulumi.Int(*d.MinAvailable)
	} else if d != nil && d.MaxUnavailable != nil {
		spec.MaxUnavailable = pulumi.Int(*d.MaxUnavailable)
	}
	_, err := policyv1.NewPodDisruptionBudget(ctx, name, &policyv1.PodDisruptionBudgetArgs{
		Metadata: app.metadata(args, nil),
		Spec:     spec,
	}, app.Child(existing.Options(app, args.Adopt), after))
	return err
}
