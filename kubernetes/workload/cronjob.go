package workload

import (
	"fmt"
	"strings"
	"time"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/robfig/cron/v3"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// CronJobToken is the type of the component [CronJob].
const CronJobToken = "ashlar-kubernetes:workload:CronJob"

// CronJob starts a Job at the times of a schedule.
type CronJob struct {
	pulumi.ResourceState
	component.Base

	// Name is the CronJob's name in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
}

// CronJobArgs are the arguments of a CronJob. Those of plain Go types are validated, or decide what the pods look
// like, before the deployment.
type CronJobArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the CronJob.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the CronJob in the cluster. Default: the name of the component. A change replaces the CronJob.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,50}[a-z0-9])?$,example=nightly-backup"`
	// Image is the container image, with a version tag or a digest. Required. A change applies to the next Job.
	Image pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	// AllowLatest accepts an image without a tag, or with the tag latest. The content of such an image can change between
	// two starts of a pod. Default: false.
	AllowLatest bool `pulumi:"allowLatest,optional"`
	// Command overrides the entry point of the image. Default: that of the image. A change applies to the next Job.
	Command []string `pulumi:"command,optional"`
	// Args overrides the arguments of the entry point. Default: those of the image. A change applies to the next Job.
	Args []string `pulumi:"args,optional"`
	// Port is the TCP port that the container listens on. Default: none. A change applies to the next Job.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// Ports holds additional ports of the container by name. That of port is main. Default: none. A change applies to the
	// next Job.
	Ports config.Named[Port] `pulumi:"ports,optional"`
	// Env holds environment variables. It is not for secrets: its values are readable in the CronJob. Default: none. A
	// change applies to the next Job.
	Env pulumi.StringMapInput `pulumi:"env,optional" config:"plain,distinct=env"`
	// Resources holds the resource requests and limits of the container. Default: requests for 100m CPU and 128Mi memory.
	// A change applies to the next Job.
	Resources *Resources `pulumi:"resources,optional" config:"group"`
	// Probes holds the startup, readiness and liveness probes. Default: with a port, startup and readiness probes that
	// open a TCP connection to it. A change applies to the next Job.
	Probes *Probes `pulumi:"probes,optional"`
	// PreStop runs before the container is stopped. Default: none. A change applies to the next Job.
	PreStop *PreStop `pulumi:"preStop,optional"`
	// Security holds the security context of the pod and its container. Default: one that meets the restricted Pod
	// Security Standard. A change applies to the next Job.
	Security *Security `pulumi:"security,optional" config:"group"`
	// WritablePaths lists directories that the container can write to. Each is an empty volume, because the root file
	// system is read-only. /tmp is always writable. Default: none. A change applies to the next Job.
	WritablePaths []string `pulumi:"writablePaths,optional"`
	// Volumes holds volumes by name. Default: none. A change applies to the next Job.
	Volumes config.Named[Volume] `pulumi:"volumes,optional"`
	// InitContainers are containers that run one after the other, before the others start. Default: none. A change applies
	// to the next Job.
	InitContainers []InitContainer `pulumi:"initContainers,optional"`
	// Sidecars holds containers by name that start before the init containers, in the order of their names, and stop after
	// the other containers. Default: none. A change applies to the next Job.
	Sidecars config.Named[Container] `pulumi:"sidecars,optional"`
	// Containers holds additional containers by name. Default: none. A change applies to the next Job.
	Containers config.Named[Container] `pulumi:"containers,optional"`
	// Scheduling decides on which nodes the pods run. Default: any node, spread over zones and nodes where possible. A
	// change applies to the next Job.
	Scheduling *Scheduling `pulumi:"scheduling,optional"`
	// Schedule is when Jobs start, in cron syntax: minute, hour, day of the month, month and day of the week, or a macro
	// such as @daily. Required. A change updates the CronJob in place.
	Schedule string `pulumi:"schedule" jsonschema:"required,minLength=1"`
	// TimeZone is the name of the time zone of the schedule, such as Europe/Berlin. Default: that of the control plane,
	// which is usually UTC. A change updates the CronJob in place.
	TimeZone string `pulumi:"timeZone,optional"`
	// Concurrency is what happens when a Job is due while another one runs: Forbid skips it, Allow starts it, and Replace
	// starts it instead of the other one. A change updates the CronJob in place.
	Concurrency Concurrency `pulumi:"concurrency,optional" jsonschema:"enum=Forbid,enum=Allow,enum=Replace,default=Forbid"`
	// StartingDeadlineSeconds is the time after which a Job that could not start is skipped, in seconds. Default: none. A
	// change updates the CronJob in place.
	StartingDeadlineSeconds int `pulumi:"startingDeadlineSeconds,optional" jsonschema:"minimum=10,maximum=2147483647"`
	// SuccessfulJobsHistoryLimit is the number of successful Jobs that are kept. A change updates the CronJob in place.
	SuccessfulJobsHistoryLimit *int `pulumi:"successfulJobsHistoryLimit,optional" jsonschema:"default=3,minimum=0,maximum=2147483647"`
	// FailedJobsHistoryLimit is the number of failed Jobs that are kept. A change updates the CronJob in place.
	FailedJobsHistoryLimit *int `pulumi:"failedJobsHistoryLimit,optional" jsonschema:"default=1,minimum=0,maximum=2147483647"`
	// Suspend pauses the creation of Jobs. Default: false. A change updates the CronJob in place.
	Suspend bool `pulumi:"suspend,optional"`
	// Completions is the number of pods that must succeed. A change applies to the next Job.
	Completions *int `pulumi:"completions,optional" jsonschema:"default=1,minimum=1,maximum=2147483647"`
	// Parallelism is the number of pods that run at the same time. A change applies to the next Job.
	Parallelism *int `pulumi:"parallelism,optional" jsonschema:"default=1,minimum=0,maximum=2147483647"`
	// BackoffLimit is the number of pods that can fail before the Job fails. A change applies to the next Job.
	BackoffLimit *int `pulumi:"backoffLimit,optional" jsonschema:"default=6,minimum=0,maximum=2147483647"`
	// ActiveDeadlineSeconds is the time after which a Job that still runs fails, in seconds. Default: none. A change
	// applies to the next Job.
	ActiveDeadlineSeconds int `pulumi:"activeDeadlineSeconds,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// TTLSecondsAfterFinished is the time after which a finished Job is deleted, in seconds. Default: none, so that the
	// history limits decide. A change applies to the next Job.
	TTLSecondsAfterFinished *int `pulumi:"ttlSecondsAfterFinished,optional" jsonschema:"minimum=0,maximum=2147483647"`
	// PodFailurePolicy decides which failures of pods count. A change applies to the next Job.
	PodFailurePolicy *PodFailurePolicy `pulumi:"podFailurePolicy,optional" config:"group"`
	// ServiceAccountName is the name of the pods' service account. Default: the default service account of the namespace.
	// A change applies to the next Job.
	ServiceAccountName pulumi.StringInput `pulumi:"serviceAccountName,optional"`
	// MountServiceAccountToken mounts a token for the API server into the pods. Default: false. A change applies to the
	// next Job.
	MountServiceAccountToken bool `pulumi:"mountServiceAccountToken,optional"`
	// SecretEnv lists the names of Secrets whose keys become environment variables. Where several have a key, the last one
	// wins. Default: none. A change applies to the next Job.
	SecretEnv pulumi.StringArrayInput `pulumi:"secretEnv,optional" config:"plain"`
	// Files mounts keys of a ConfigMap as files. Default: none. A change applies to the next Job.
	Files *Files `pulumi:"files,optional"`
	// ImagePullSecrets lists the names of Secrets with credentials for image registries. They are in the same namespace.
	// Default: none. A change applies to the next Job.
	ImagePullSecrets pulumi.StringArrayInput `pulumi:"imagePullSecrets,optional" config:"plain"`
	// TerminationGracePeriodSeconds is the time that a pod has to shut down, in seconds. A change applies to the next Job.
	TerminationGracePeriodSeconds *int `pulumi:"terminationGracePeriodSeconds,optional" jsonschema:"default=30,minimum=0,maximum=2147483647"`
	// Labels are added to the CronJob and its pods, but not to the selector. Default: none. A change applies to the next
	// Job.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// PodAnnotations are added to the pods. Default: none. A change applies to the next Job.
	PodAnnotations pulumi.StringMapInput `pulumi:"podAnnotations,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists is
	// an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

// Concurrency is what happens when a Job is due while another one of the CronJob runs.
type Concurrency string

// The kinds of concurrency.
const (
	Forbid  Concurrency = "Forbid"
	Allow   Concurrency = "Allow"
	Replace Concurrency = "Replace"
)

var _ config.Validator = (*CronJobArgs)(nil)

// Validate implements config.Validator.
func (a *CronJobArgs) Validate(report *config.Report) {
	a.pod().check(report)
	if problem := scheduleProblem(a.Schedule); problem != "" && a.Schedule != "" {
		report.Add([]string{"schedule"}, "%s", problem)
	}
	if problem := timeZoneProblem(a.TimeZone); problem != "" && a.TimeZone != "" {
		report.Add([]string{"timeZone"}, "%s", problem)
	}
}

// scheduleProblem returns what is wrong with a schedule, or "". The API server uses the same parser.
func scheduleProblem(schedule string) string {
	if strings.Contains(schedule, "TZ") {
		return "time zones are not supported in a schedule: set timeZone"
	}
	if _, err := cron.ParseStandard(schedule); err != nil {
		return fmt.Sprintf("found the string %q, expected a schedule such as 30 4 * * 1-5 or @daily: %v", schedule, err)
	}
	return ""
}

// timeZoneProblem returns what is wrong with the name of a time zone, or "". Names are not checked on a machine without a
// time zone database. Source: validateTimeZone, package validation of the batch API group of Kubernetes.
func timeZoneProblem(name string) string {
	if strings.EqualFold(name, "local") {
		return fmt.Sprintf("found the string %q, expected the name of a time zone such as Europe/Berlin", name)
	}
	_, err := time.LoadLocation(name)
	if _, missing := time.LoadLocation("Europe/Berlin"); err == nil || missing != nil {
		return ""
	}
	return fmt.Sprintf("unknown time zone %q: use a name such as Europe/Berlin or Etc/UTC", name)
}

// pod returns what the arguments say about the pods.
func (a *CronJobArgs) pod() *pod {
	return &pod{
		name: a.Name, instance: jobInstance, namespace: a.Namespace, allowLatest: a.AllowLatest,
		main: container{
			image: a.Image, command: a.Command, args: a.Args, port: a.Port, ports: a.Ports, env: a.Env, secretEnv: a.SecretEnv,
			resources: a.Resources, probes: a.Probes, preStop: a.PreStop, writable: a.WritablePaths, files: a.Files,
		},
		security: a.Security, volumes: a.Volumes, initContainers: a.InitContainers, sidecars: a.Sidecars,
		others: a.Containers, scheduling: a.Scheduling, serviceAccountName: a.ServiceAccountName,
		mountToken: a.MountServiceAccountToken, imagePullSecrets: a.ImagePullSecrets,
		gracePeriod: a.TerminationGracePeriodSeconds, labels: a.Labels, annotations: a.PodAnnotations, spreadBy: jobUID, completes: true,
	}
}

// NewCronJob creates a CronJob.
func NewCronJob(
	ctx *pulumi.Context, name string, args *CronJobArgs, opts ...pulumi.ResourceOption,
) (*CronJob, error) {
	c := &CronJob{}
	args, err := component.Register(ctx, CronJobToken, name, c, args, opts...)
	if err != nil {
		return nil, err
	}
	pod := args.pod()
	resource, err := batchv1.NewCronJob(ctx, name, &batchv1.CronJobArgs{
		Metadata: pod.metadata(args.Adopt),
		Spec:     args.spec(pod),
	}, c.Main(existing.Options(c, args.Adopt)))
	if err != nil {
		return nil, err
	}
	c.Name = resource.Metadata.Name().Elem()
	c.Namespace = resource.Metadata.Namespace().Elem()
	return component.Finish(ctx, c)
}

// spec renders the specification.
func (a *CronJobArgs) spec(pod *pod) *batchv1.CronJobSpecArgs {
	job := jobSpec{
		a.Completions, a.Parallelism, a.BackoffLimit, a.ActiveDeadlineSeconds, a.TTLSecondsAfterFinished, a.PodFailurePolicy,
	}
	out := &batchv1.CronJobSpecArgs{
		Schedule:                   pulumi.String(a.Schedule),
		ConcurrencyPolicy:          pulumi.String(a.Concurrency),
		SuccessfulJobsHistoryLimit: pulumi.Int(*a.SuccessfulJobsHistoryLimit),
		FailedJobsHistoryLimit:     pulumi.Int(*a.FailedJobsHistoryLimit),
		Suspend:                    pulumi.Bool(a.Suspend),
		JobTemplate: &batchv1.JobTemplateSpecArgs{
			Metadata: objectmeta.New(nil, nil, pod.allLabels(), nil), Spec: job.render(pod),
		},
	}
	if a.TimeZone != "" {
		out.TimeZone = pulumi.String(a.TimeZone)
	}
	if a.StartingDeadlineSeconds != 0 {
		out.StartingDeadlineSeconds = pulumi.Int(a.StartingDeadlineSeconds)
	}
	return out
}
