package workload_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// job returns the least that a Job needs, with changes.
func job(changes ...func(*workload.JobArgs)) *workload.JobArgs { return like(minimal(), changes...) }

// allJob returns arguments with every option that a Deployment does not have.
func allJob() *workload.JobArgs {
	return like(everything(), func(a *workload.JobArgs) {
		a.Completions, a.Parallelism, a.BackoffLimit = new(4), new(2), new(0)
		a.ActiveDeadlineSeconds, a.TTLSecondsAfterFinished = 600, new(0)
		a.PodFailurePolicy = &workload.PodFailurePolicy{FailJobExitCodes: []int{42, 7, 42}, IgnoreDisruptions: new(false)}
	})
}

func runJob(t *testing.T, args *workload.JobArgs) batchv1.Job {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		j, err := workload.NewJob(ctx, "web", args)
		require.NoError(t, err)
		require.Equal(t, "web"+fixture.Suffix, pulumitest.Await[string](t, j.Name))
		return nil
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, workload.JobToken)
	object := r.One(t, ":batch/v1:Job")
	require.Equal(t, []string{"spec.podFailurePolicy"}, object.ReplaceOnChanges)
	return pulumitest.Decode[batchv1.Job](t, object)
}

func TestMinimalJob(t *testing.T) {
	t.Parallel()
	got := runJob(t, job())
	require.NotEmpty(t, got.Spec.Template.Spec.Containers)
	got.Spec.Template = corev1.PodTemplateSpec{}
	if diff := cmp.Diff(batchv1.Job{
		TypeMeta:   metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Labels: workload.JobLabels("web")},
		Spec: batchv1.JobSpec{
			Completions: new(int32(1)), Parallelism: new(int32(1)), BackoffLimit: new(int32(6)),
			PodFailurePolicy: &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{
				Action:          batchv1.PodFailurePolicyActionIgnore,
				OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue}},
			}}},
		},
	}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a Job with every default has no fixed name (-want +got):\n%s", diff)
	}
}

func TestJobWithEverything(t *testing.T) {
	t.Parallel()
	got := runJob(t, allJob())
	require.Equal(t, "front", got.Spec.Template.Spec.Containers[0].Name)
	got.Spec.Template = corev1.PodTemplateSpec{}
	if diff := cmp.Diff(batchv1.JobSpec{
		Completions: new(int32(4)), Parallelism: new(int32(2)), BackoffLimit: new(int32(0)),
		ActiveDeadlineSeconds: new(int64(600)), TTLSecondsAfterFinished: new(int32(0)),
		PodFailurePolicy: &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{
			Action: batchv1.PodFailurePolicyActionFailJob,
			OnExitCodes: &batchv1.PodFailurePolicyOnExitCodesRequirement{
				ContainerName: new("front"), Operator: batchv1.PodFailurePolicyOnExitCodesOpIn, Values: []int32{7, 42},
			},
		}}},
	}, got.Spec, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a Job with every option (-want +got):\n%s", diff)
	}
	none := runJob(t, job(func(a *workload.JobArgs) {
		a.PodFailurePolicy = &workload.PodFailurePolicy{IgnoreDisruptions: new(false)}
	}))
	require.Nil(t, none.Spec.PodFailurePolicy, "the API server rejects a policy without rules")
}

func TestJobRefuses(t *testing.T) {
	t.Parallel()
	fixture.RequireRejected(t, workload.NewJob, job(func(a *workload.JobArgs) {
		a.Completions, a.Parallelism, a.ActiveDeadlineSeconds = new(0), new(-1), -1
		a.PodFailurePolicy = &workload.PodFailurePolicy{FailJobExitCodes: []int{0}}
	}), []string{
		"activeDeadlineSeconds: expected at least 1, found the number -1",
		"completions: expected at least 1, found the number 0",
		"parallelism: expected at least 0, found the number -1",
		"podFailurePolicy.failJobExitCodes[0]: expected at least 1, found the number 0",
	}, "numbers that the API server rejects")
	many := job(func(a *workload.JobArgs) { a.PodFailurePolicy = &workload.PodFailurePolicy{} })
	for i := range 256 {
		many.PodFailurePolicy.FailJobExitCodes = append(many.PodFailurePolicy.FailJobExitCodes, i+1)
	}
	fixture.RequireRejected(t, workload.NewJob, many,
		[]string{"podFailurePolicy.failJobExitCodes: found 256 exit codes: list at most 255"}, "the API server limits the list")
}

func TestJobNamesFitIntoLabels(t *testing.T) {
	t.Parallel()
	for component, valid := range map[string]bool{
		strings.Repeat("a", 54): true, strings.Repeat("a", 55): false, "Migrate": false, "a.b": false, "2": true,
	} {
		_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
			_, err := workload.NewJob(ctx, component, job(func(a *workload.JobArgs) { a.Name = "migrate" }))
			return err
		}, fixture.Cluster())
		if valid {
			require.NoError(t, err, component)
		} else {
			require.ErrorContains(t, err, "the name of the Job starts with the name of the component", component)
		}
	}
}
