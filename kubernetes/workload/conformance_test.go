package workload_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// linked returns everything, from other resources where that is possible.
func linked(ctx *pulumi.Context) *workload.DeploymentArgs {
	args := everything()
	args.Name = ""
	args.Image = fixture.Text(ctx, fixture.Image)
	args.AllowLatest = true
	args.Namespace = fixture.Text(ctx, "team")
	args.ServiceAccountName = fixture.Text(ctx, "front")
	args.Env = pulumi.StringMap{"MODE": pulumi.String("fast"), "HOST": fixture.Text(ctx, "shop")}
	args.SecretEnv = pulumi.StringArray{fixture.Text(ctx, "first"), pulumi.String("second")}
	args.ImagePullSecrets = pulumi.StringArray{fixture.Text(ctx, "registry")}
	args.Files.ConfigMap = fixture.Text(ctx, "files")
	args.Labels = pulumi.StringMap{"team": fixture.Text(ctx, "payments")}
	args.Volumes["data"] = workload.Volume{Claim: fixture.Text(ctx, "data"), Path: "/data"}
	args.Volumes["tls"] = workload.Volume{Secret: fixture.Text(ctx, "front-tls"), Path: "/etc/tls"}
	args.Containers = config.Named[workload.Container]{"exporter": {Image: fixture.Text(ctx, "registry.example.com/exporter:3")}}
	args.Scheduling.NodeSelector = pulumi.StringMap{"pool": fixture.Text(ctx, "general")}
	args.Scheduling.PriorityClassName = fixture.Text(ctx, "business")
	return args
}

// podDefaults are the inputs with defaults that all kinds of workloads have.
func podDefaults(more ...string) []string {
	return append(more, "name", "resources", "security", "terminationGracePeriodSeconds")
}

func TestDeploymentConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[workload.DeploymentArgs, *workload.Deployment]{
		Token: workload.DeploymentToken, New: workload.NewDeployment, Args: linked, RefusesNil: failure.Configuration,
		Defaults: podDefaults("replicas"),
	}, func(*pulumi.Context) *workload.DeploymentArgs { return minimal() })
}

func TestStatefulSetConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[workload.StatefulSetArgs, *workload.StatefulSet]{
		Token: workload.StatefulSetToken, New: workload.NewStatefulSet, RefusesNil: failure.Configuration,
		Args: func(ctx *pulumi.Context) *workload.StatefulSetArgs {
			own := allStateful()
			own.Claims["store"] = workload.Claim{Size: "1Gi", StorageClass: fixture.Text(ctx, "fast"), Path: "/store"}
			return like(linked(ctx), func(a *workload.StatefulSetArgs) {
				a.Claims, a.ClaimRetention, a.ServiceName = own.Claims, own.ClaimRetention, fixture.Text(ctx, "peers")
				a.PodManagement, a.Partition = own.PodManagement, own.Partition
			})
		},
		Defaults: podDefaults("replicas", "claimRetention", "podManagement", "partition"),
	}, func(*pulumi.Context) *workload.StatefulSetArgs { return stateful() })
}

func TestDaemonSetConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[workload.DaemonSetArgs, *workload.DaemonSet]{
		Token: workload.DaemonSetToken, New: workload.NewDaemonSet, RefusesNil: failure.Configuration,
		Args: func(ctx *pulumi.Context) *workload.DaemonSetArgs {
			return like(linked(ctx), onEveryNode, func(a *workload.DaemonSetArgs) { a.UpdateStrategy, a.MaxUnavailable = "RollingUpdate", "5%" })
		},
		Defaults: podDefaults("updateStrategy", "maxUnavailable"),
	}, func(*pulumi.Context) *workload.DaemonSetArgs { return like[workload.DaemonSetArgs](minimal()) })
}

func TestJobConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[workload.JobArgs, *workload.Job]{
		Token: workload.JobToken, New: workload.NewJob, RefusesNil: failure.Configuration,
		Args: func(ctx *pulumi.Context) *workload.JobArgs {
			own := allJob()
			return like(linked(ctx), func(a *workload.JobArgs) {
				a.Completions, a.Parallelism, a.BackoffLimit = own.Completions, own.Parallelism, own.BackoffLimit
				a.ActiveDeadlineSeconds, a.TTLSecondsAfterFinished = own.ActiveDeadlineSeconds, own.TTLSecondsAfterFinished
				a.PodFailurePolicy = own.PodFailurePolicy
			})
		},
		Defaults: podDefaults("completions", "parallelism", "backoffLimit", "podFailurePolicy"),
	}, func(*pulumi.Context) *workload.JobArgs { return job() })
}

func TestCronJobConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[workload.CronJobArgs, *workload.CronJob]{
		Token: workload.CronJobToken, New: workload.NewCronJob, RefusesNil: failure.Configuration,
		Args: func(ctx *pulumi.Context) *workload.CronJobArgs {
			out, pod := allCronJob(), like[workload.CronJobArgs](linked(ctx))
			pod.Schedule, pod.TimeZone, pod.Concurrency, pod.Suspend = out.Schedule, out.TimeZone, out.Concurrency, out.Suspend
			pod.StartingDeadlineSeconds = out.StartingDeadlineSeconds
			pod.SuccessfulJobsHistoryLimit, pod.FailedJobsHistoryLimit = out.SuccessfulJobsHistoryLimit, out.FailedJobsHistoryLimit
			pod.Completions, pod.Parallelism, pod.BackoffLimit = out.Completions, out.Parallelism, out.BackoffLimit
			pod.ActiveDeadlineSeconds, pod.TTLSecondsAfterFinished = out.ActiveDeadlineSeconds, out.TTLSecondsAfterFinished
			pod.PodFailurePolicy = out.PodFailurePolicy
			return pod
		},
		Defaults: podDefaults("concurrency", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "completions", "parallelism",
			"backoffLimit", "podFailurePolicy"),
	}, func(*pulumi.Context) *workload.CronJobArgs { return cronJob() })
}
