package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

func deployDaemon(t *testing.T, args *workload.DaemonSetArgs) appsv1.DaemonSet {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := workload.NewDaemonSet(ctx, "web", args)
		return err
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, workload.DaemonSetToken)
	return pulumitest.Decode[appsv1.DaemonSet](t, r.One(t, ":apps/v1:DaemonSet"))
}

func TestMinimalDaemonSet(t *testing.T) {
	t.Parallel()
	got := deployDaemon(t, like[workload.DaemonSetArgs](minimal()))
	require.NotEmpty(t, got.Spec.Template.Spec.Containers)
	got.Spec.Template = corev1.PodTemplateSpec{}
	if diff := cmp.Diff(appsv1.DaemonSet{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "DaemonSet"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "team", Labels: workload.SelectorLabels("web")},
		Spec: appsv1.DaemonSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: workload.SelectorLabels("web")},
			UpdateStrategy: appsv1.DaemonSetUpdateStrategy{
				Type:          appsv1.RollingUpdateDaemonSetStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDaemonSet{MaxUnavailable: new(intstr.FromInt32(1))},
			},
		},
	}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a DaemonSet with every default (-want +got):\n%s", diff)
	}
}

func TestDaemonSetRollouts(t *testing.T) {
	t.Parallel()
	percentage := deployDaemon(t, like(minimal(), func(a *workload.DaemonSetArgs) { a.MaxUnavailable = "10%" }))
	require.Equal(t, new(intstr.FromString("10%")), percentage.Spec.UpdateStrategy.RollingUpdate.MaxUnavailable)
	manual := deployDaemon(t, like(minimal(), func(a *workload.DaemonSetArgs) { a.UpdateStrategy = workload.OnDelete }))
	require.Equal(t, appsv1.DaemonSetUpdateStrategy{Type: appsv1.OnDeleteDaemonSetStrategyType}, manual.Spec.UpdateStrategy,
		"the API server rejects the options of a rolling update")
}

func TestDaemonSetRefuses(t *testing.T) {
	t.Parallel()
	fixture.RequireRejected(t, workload.NewDaemonSet, like(minimal(), func(a *workload.DaemonSetArgs) {
		a.MaxUnavailable, a.UpdateStrategy = "0", "Recreate"
		a.Scheduling = &workload.Scheduling{Spread: []workload.Spread{{TopologyKey: "zone"}}}
	}), []string{
		`maxUnavailable: found the string "0", which does not match ^([1-9][0-9]{0,4}|[1-9][0-9]?%|100%)$: write a value such as 10%`,
		"scheduling.spread: one pod runs on each node: remove spread",
		`updateStrategy: unknown value "Recreate", expected one of: OnDelete, RollingUpdate`,
	}, "options that have no effect or stop every rollout")
}
