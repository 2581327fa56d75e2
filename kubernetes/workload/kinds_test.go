package workload_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/podsecurity"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// like returns the arguments of another kind with the options of a Deployment that it has as well.
func like[A any](d *workload.DeploymentArgs, changes ...func(*A)) *A {
	out := new(A)
	from, to := reflect.ValueOf(d).Elem(), reflect.ValueOf(out).Elem()
	for f := range from.Type().Fields() {
		if target := to.FieldByName(f.Name); target.IsValid() {
			target.Set(from.FieldByName(f.Name))
		}
	}
	for _, change := range changes {
		change(out)
	}
	return out
}

func nightly(a *workload.CronJobArgs) { a.Schedule = "30 4 * * *" }

// kind is a kind of workload.
type kind struct {
	// object is the type of its Kubernetes object, and template the path of its pods.
	object, template string
	create           func(*pulumi.Context, *workload.DeploymentArgs) error
}

// kinds returns all kinds of workloads.
func kinds() map[string]kind {
	return map[string]kind{
		"Deployment": {"kubernetes:apps/v1:Deployment", "spec.template",
			func(ctx *pulumi.Context, d *workload.DeploymentArgs) error {
				_, err := workload.NewDeployment(ctx, "web", d)
				return err
			}},
		"StatefulSet": {"kubernetes:apps/v1:StatefulSet", "spec.template",
			func(ctx *pulumi.Context, d *workload.DeploymentArgs) error {
				_, err := workload.NewStatefulSet(ctx, "web", like[workload.StatefulSetArgs](d))
				return err
			}},
		"DaemonSet": {"kubernetes:apps/v1:DaemonSet", "spec.template",
			func(ctx *pulumi.Context, d *workload.DeploymentArgs) error {
				_, err := workload.NewDaemonSet(ctx, "web", like(d, onEveryNode))
				return err
			}},
		"Job": {"kubernetes:batch/v1:Job", "spec.template",
			func(ctx *pulumi.Context, d *workload.DeploymentArgs) error {
				_, err := workload.NewJob(ctx, "web", like[workload.JobArgs](d))
				return err
			}},
		"CronJob": {"kubernetes:batch/v1:CronJob", "spec.jobTemplate.spec.template",
			func(ctx *pulumi.Context, d *workload.DeploymentArgs) error {
				_, err := workload.NewCronJob(ctx, "web", like(d, nightly))
				return err
			}},
	}
}

// onEveryNode removes the option that a DaemonSet does not support.
func onEveryNode(a *workload.DaemonSetArgs) {
	if a.Scheduling != nil {
		s := *a.Scheduling
		s.Spread, a.Scheduling = nil, &s
	}
}

// pods returns the pods of a workload as Kubernetes would get them.
func pods(t *testing.T, k kind, d *workload.DeploymentArgs) *corev1.PodTemplateSpec {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error { return k.create(ctx, d) }, fixture.Cluster())
	value, ok := r.One(t, k.object).Input(k.template)
	require.True(t, ok)
	out := pulumitest.DecodeProperties[corev1.PodTemplateSpec](t, value.ObjectValue())
	return &out
}

// forEachKind runs a test for each kind of workload.
func forEachKind(t *testing.T, test func(*testing.T, string, kind)) {
	t.Helper()
	for name, k := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, name, k)
		})
	}
}

func TestPodsMeetTheRestrictedStandard(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   func() *workload.DeploymentArgs
	}{
		"Minimal": {
			reason: "the defaults are enough",
			args:   func() *workload.DeploymentArgs { return minimal() },
		},
		"Everything": {
			reason: "no setting adds what the standard forbids",
			args:   everything,
		},
		"WritableRoot": {
			reason: "the standard does not ask for a read-only root file system",
			args: func() *workload.DeploymentArgs {
				return minimal(func(a *workload.DeploymentArgs) {
					a.Security = &workload.Security{ReadOnlyRootFilesystem: new(false)}
				})
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachKind(t, func(t *testing.T, _ string, k kind) {
				t.Helper()
				require.Empty(t, podsecurity.Violations(t, pods(t, k, tc.args())), tc.reason)
			})
		})
	}
}

func TestPodsThatDoNotMeetTheRestrictedStandard(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ change, want string }{
		"Root": {"runAsNonRoot", "runAsNonRoot != true"},
		"Main": {"main", "unrestricted capabilities"},
		"Init": {"init", "unrestricted capabilities"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachKind(t, func(t *testing.T, _ string, k kind) {
				t.Helper()
				violations := podsecurity.Violations(t, pods(t, k, minimal(func(a *workload.DeploymentArgs) {
					switch tc.change {
					case "runAsNonRoot":
						a.Security = &workload.Security{RunAsNonRoot: new(false)}
					case "main":
						a.Security = &workload.Security{Capabilities: []workload.Capability{"NET_ADMIN"}}
					case "init":
						a.InitContainers = []workload.InitContainer{{
							Name: "init", Image: pulumi.String(fixture.Image),
							Security: &workload.ContainerSecurity{Capabilities: []workload.Capability{"NET_ADMIN"}},
						}}
					}
				})))
				require.NotEmpty(t, violations, "without a violation the check of the others would prove nothing")
				for _, v := range violations {
					require.Contains(t, v, tc.want)
				}
			})
		})
	}
}

// TestPodsOfAllKindsAreTheSame checks that every option reaches the pods of every kind.
func TestPodsOfAllKindsAreTheSame(t *testing.T) {
	t.Parallel()
	args := reflect.ValueOf(everything()).Elem()
	for f := range args.Type().Fields() {
		if f.Name != "AllowLatest" && f.Name != "Adopt" {
			require.False(t, args.FieldByName(f.Name).IsZero(), "this test sets every option: %s", f.Name)
		}
	}
	all := kinds()
	want := pods(t, all["Deployment"], everything())
	forEachKind(t, func(t *testing.T, name string, k kind) {
		t.Helper()
		got := pods(t, k, everything())
		switch name {
		case "StatefulSet":
			for i := range want.Spec.TopologySpreadConstraints {
				require.Empty(t, got.Spec.TopologySpreadConstraints[i].MatchLabelKeys, "all pods are spread together")
				got.Spec.TopologySpreadConstraints[i].MatchLabelKeys = []string{"pod-template-hash"}
			}
		case "DaemonSet":
			require.Empty(t, got.Spec.TopologySpreadConstraints, "each node has one pod")
			got.Spec.TopologySpreadConstraints = want.Spec.TopologySpreadConstraints
		case "Job", "CronJob":
			require.Equal(t, corev1.RestartPolicyNever, got.Spec.RestartPolicy)
			got.Spec.RestartPolicy = ""
			require.Equal(t, "ashlar_job", got.Labels["app.kubernetes.io/instance"])
			got.Labels["app.kubernetes.io/instance"] = "ashlar_workload"
			for i := range got.Spec.TopologySpreadConstraints {
				c := &got.Spec.TopologySpreadConstraints[i]
				require.Equal(t, []string{"batch.kubernetes.io/controller-uid"}, c.MatchLabelKeys, "other Jobs do not count")
				require.Equal(t, workload.JobLabels("front"), c.LabelSelector.MatchLabels)
				c.MatchLabelKeys, c.LabelSelector.MatchLabels = []string{"pod-template-hash"}, workload.SelectorLabels("front")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-Deployment +%s):\n%s", name, diff)
		}
	})
}

// TestSelectorsNeverMatchPodsOfJobs guards Services against pods of Jobs with the same name.
func TestSelectorsNeverMatchPodsOfJobs(t *testing.T) {
	t.Parallel()
	forEachKind(t, func(t *testing.T, name string, k kind) {
		t.Helper()
		labels := pods(t, k, minimal()).Labels
		for key, value := range workload.SelectorLabels("web") {
			if key == "app.kubernetes.io/instance" && (name == "Job" || name == "CronJob") {
				require.NotEqual(t, value, labels[key])
				require.Equal(t, workload.JobLabels("web"), labels)
				continue
			}
			require.Equal(t, value, labels[key])
		}
	})
}
