package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// cronJob returns the least that a CronJob needs, with changes.
func cronJob(changes ...func(*workload.CronJobArgs)) *workload.CronJobArgs {
	return like(minimal(), append([]func(*workload.CronJobArgs){nightly}, changes...)...)
}

// allCronJob returns arguments with every option that a Deployment does not have.
func allCronJob() *workload.CronJobArgs {
	return like(everything(), func(a *workload.CronJobArgs) {
		a.Schedule, a.TimeZone, a.Concurrency, a.Suspend = "@weekly", "Europe/Berlin", workload.Replace, true
		a.StartingDeadlineSeconds, a.SuccessfulJobsHistoryLimit, a.FailedJobsHistoryLimit = 200, new(0), new(5)
		a.Completions, a.Parallelism, a.BackoffLimit = new(4), new(2), new(0)
		a.ActiveDeadlineSeconds, a.TTLSecondsAfterFinished = 600, new(3600)
		a.PodFailurePolicy = &workload.PodFailurePolicy{FailJobExitCodes: []int{42}, IgnoreDisruptions: new(false)}
	})
}

func schedule(t *testing.T, args *workload.CronJobArgs) batchv1.CronJob {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := workload.NewCronJob(ctx, "web", args)
		return err
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, workload.CronJobToken)
	return pulumitest.Decode[batchv1.CronJob](t, r.One(t, ":batch/v1:CronJob"))
}

func TestMinimalCronJob(t *testing.T) {
	t.Parallel()
	got := schedule(t, cronJob())
	require.NotEmpty(t, got.Spec.JobTemplate.Spec.Template.Spec.Containers)
	got.Spec.JobTemplate.Spec = batchv1.JobSpec{}
	if diff := cmp.Diff(batchv1.CronJob{
		TypeMeta:   metav1.TypeMeta{APIVersion: "batch/v1", Kind: "CronJob"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "team", Labels: workload.JobLabels("web")},
		Spec: batchv1.CronJobSpec{
			Schedule: "30 4 * * *", ConcurrencyPolicy: batchv1.ForbidConcurrent, Suspend: new(false),
			SuccessfulJobsHistoryLimit: new(int32(3)), FailedJobsHistoryLimit: new(int32(1)),
			JobTemplate: batchv1.JobTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: workload.JobLabels("web")}},
		},
	}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a CronJob with every default (-want +got):\n%s", diff)
	}
}

func TestCronJobWithEverything(t *testing.T) {
	t.Parallel()
	got, want := schedule(t, allCronJob()), runJob(t, like(everything(), func(a *workload.JobArgs) {
		*a = *allJob()
		a.TTLSecondsAfterFinished = new(3600)
		a.PodFailurePolicy = &workload.PodFailurePolicy{FailJobExitCodes: []int{42}, IgnoreDisruptions: new(false)}
	}))
	if diff := cmp.Diff(want.Spec, got.Spec.JobTemplate.Spec); diff != "" {
		t.Errorf("Jobs have the options of a Job (-Job +CronJob):\n%s", diff)
	}
	got.Spec.JobTemplate = batchv1.JobTemplateSpec{}
	if diff := cmp.Diff(batchv1.CronJobSpec{
		Schedule: "@weekly", TimeZone: new("Europe/Berlin"), ConcurrencyPolicy: batchv1.ReplaceConcurrent, Suspend: new(true),
		StartingDeadlineSeconds: new(int64(200)), SuccessfulJobsHistoryLimit: new(int32(0)), FailedJobsHistoryLimit: new(int32(5)),
	}, got.Spec, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a CronJob with every option (-want +got):\n%s", diff)
	}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, schedule, zone string
		want                   []string
	}{
		"Macro":    {reason: "a macro is a schedule", schedule: "@hourly"},
		"Names":    {reason: "months and days have names", schedule: "*/15 8-18 1,15 JAN MON-FRI", zone: "America/New_York"},
		"Interval": {reason: "an interval is a schedule", schedule: "@every 1h30m", zone: "Etc/UTC"},
		"Seconds": {
			reason: "seconds are a field of other schedulers", schedule: "0 30 4 * * *",
			want: []string{`schedule: found the string "0 30 4 * * *", expected a schedule such as 30 4 * * 1-5 or @daily: expected ` +
				`exactly 5 fields, found 6: [0 30 4 * * *]`},
		},
		"Range": {
			reason: "a day has 24 hours", schedule: "0 24 * * *",
			want: []string{`schedule: found the string "0 24 * * *", expected a schedule such as 30 4 * * 1-5 or @daily: end of range ` +
				`(24) above maximum (23): 24`},
		},
		"Empty": {reason: "without a schedule nothing runs", want: []string{"schedule: required, but missing"}},
		"ZoneInSchedule": {
			reason: "the API server rejects it", schedule: "CRON_TZ=Europe/Berlin 0 4 * * *",
			want: []string{"schedule: time zones are not supported in a schedule: set timeZone"},
		},
		"Local": {
			reason: "the zone of the control plane has no name", schedule: "@daily", zone: "Local",
			want: []string{`timeZone: found the string "Local", expected the name of a time zone such as Europe/Berlin`},
		},
		"UnknownZone": {
			reason: "a zone that is not in the database", schedule: "@daily", zone: "Europe/Berln",
			want: []string{`timeZone: unknown time zone "Europe/Berln": use a name such as Europe/Berlin or Etc/UTC`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := cronJob(func(a *workload.CronJobArgs) { a.Schedule, a.TimeZone = tc.schedule, tc.zone })
			if tc.want != nil {
				fixture.RequireRejected(t, workload.NewCronJob, args, tc.want, tc.reason)
				return
			}
			require.Equal(t, tc.schedule, schedule(t, args).Spec.Schedule, tc.reason)
		})
	}
}

func TestCronJobNamesLeaveRoomForJobs(t *testing.T) {
	t.Parallel()
	const long = "a2345678901234567890123456789012345678901234567890123"
	schedule(t, cronJob(func(a *workload.CronJobArgs) { a.Name = long[:52] }))
	fixture.RequireRejected(t, workload.NewCronJob, cronJob(func(a *workload.CronJobArgs) { a.Name = long }), []string{
		`name: found the string "` + long + `", which does not match ^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$: write a value such as nightly-backup`,
	}, "the controller adds eleven characters to the name of a Job")
}
