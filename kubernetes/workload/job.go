package workload

import (
	"slices"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// JobToken is the type of the component [Job].
const JobToken = "ashlar-kubernetes:workload:Job"

// Job runs pods until they succeed. The deployment waits for it.
type Job struct {
	pulumi.ResourceState
	component.Base

	// Name is the Job's name in the cluster, which each Job has of its own.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
}

// JobArgs are the arguments of a Job. Those of plain Go types are validated, or decide what the pods look
// like, before the deployment.
type JobArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the Job.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the container, and the label app.kubernetes.io/name. The Job in the cluster has the name of the
	// component with a suffix, because a change creates another Job. Default: the name of the component. A change replaces
	// the Job.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Image is the container image, with a version tag or a digest. Required. A change replaces the Job.
	Image pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	// AllowLatest accepts an image without a tag, or with the tag latest. The content of such an image can change between
	// two starts of a pod. Default: false.
	AllowLatest bool `pulumi:"allowLatest,optional"`
	// Command overrides the entry point of the image. Default: that of the image. A change replaces the Job.
	Command []string `pulumi:"command,optional"`
	// Args overrides the arguments of the entry point. Default: those of the image. A change replaces the Job.
	Args []string `pulumi:"args,optional"`
	// Port is the TCP port that the container listens on. Default: none. A change replaces the Job.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// Ports holds additional ports of the container by name. That of port is main. Default: none. A change replaces the
	// Job.
	Ports config.Named[Port] `pulumi:"ports,optional"`
	// Env holds environment variables. It is not for secrets: its values are readable in the Job. Default: none. A change
	// replaces the Job.
	Env pulumi.StringMapInput `pulumi:"env,optional" config:"plain,distinct=env"`
	// Resources holds the resource requests and limits of the container. Default: requests for 100m CPU and 128Mi memory.
	// A change replaces the Job.
	Resources *Resources `pulumi:"resources,optional" config:"group"`
	// Probes holds the startup, readiness and liveness probes. Default: with a port, startup and readiness probes that
	// open a TCP connection to it. A change replaces the Job.
	Probes *Probes `pulumi:"probes,optional"`
	// PreStop runs before the container is stopped. Default: none. A change replaces the Job.
	PreStop *PreStop `pulumi:"preStop,optional"`
	// Security holds the security context of the pod and its container. Default: one that meets the restricted Pod
	// Security Standard. A change replaces the Job.
	Security *Security `pulumi:"security,optional" config:"group"`
	// WritablePaths lists directories that the container can write to. Each is an empty volume, because the root file
	// system is read-only. /tmp is always writable. Default: none. A change replaces the Job.
	WritablePaths []string `pulumi:"writablePaths,optional"`
	// Volumes holds volumes by name. Default: none. A change replaces the Job.
	Volumes config.Named[Volume] `pulumi:"volumes,optional"`
	// InitContainers are containers that run one after the other, before the others start. Default: none. A change
	// replaces the Job.
	InitContainers []InitContainer `pulumi:"initContainers,optional"`
	// Sidecars holds containers by name that start before the init containers, in the order of their names, and stop after
	// the other containers. Default: none. A change replaces the Job.
	Sidecars config.Named[Container] `pulumi:"sidecars,optional"`
	// Containers holds additional containers by name. Default: none. A change replaces the Job.
	Containers config.Named[Container] `pulumi:"containers,optional"`
	// Scheduling decides on which nodes the pods run. Default: any node, spread over zones and nodes where possible. A
	// change replaces the Job.
	Scheduling *Scheduling `pulumi:"scheduling,optional"`
	// Completions is the number of pods that must succeed. A change replaces the Job.
	Completions *int `pulumi:"completions,optional" jsonschema:"default=1,minimum=1,maximum=2147483647"`
	// Parallelism is the number of pods that run at the same time. A change replaces the Job.
	Parallelism *int `pulumi:"parallelism,optional" jsonschema:"default=1,minimum=0,maximum=2147483647"`
	// BackoffLimit is the number of pods that can fail before the Job fails. A change updates the Job in place.
	BackoffLimit *int `pulumi:"backoffLimit,optional" jsonschema:"default=6,minimum=0,maximum=2147483647"`
	// ActiveDeadlineSeconds is the time after which a Job that still runs fails, in seconds. Default: none. A change
	// updates the Job in place.
	ActiveDeadlineSeconds int `pulumi:"activeDeadlineSeconds,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// TTLSecondsAfterFinished is the time after which a finished Job is deleted, in seconds. Default: it is kept, so that
	// the next deployment with a refresh does not run it again. A change updates the Job in place.
	TTLSecondsAfterFinished *int `pulumi:"ttlSecondsAfterFinished,optional" jsonschema:"minimum=0,maximum=2147483647"`
	// PodFailurePolicy decides which failures of pods count. A change replaces the Job.
	PodFailurePolicy *PodFailurePolicy `pulumi:"podFailurePolicy,optional" config:"group"`
	// ServiceAccountName is the name of the pods' service account. Default: the default service account of the namespace.
	// A change replaces the Job.
	ServiceAccountName pulumi.StringInput `pulumi:"serviceAccountName,optional"`
	// MountServiceAccountToken mounts a token for the API server into the pods. Default: false. A change replaces the Job.
	MountServiceAccountToken bool `pulumi:"mountServiceAccountToken,optional"`
	// SecretEnv lists the names of Secrets whose keys become environment variables. Where several have a key, the last one
	// wins. Default: none. A change replaces the Job.
	SecretEnv pulumi.StringArrayInput `pulumi:"secretEnv,optional" config:"plain"`
	// Files mounts keys of a ConfigMap as files. Default: none. A change replaces the Job.
	Files *Files `pulumi:"files,optional"`
	// ImagePullSecrets lists the names of Secrets with credentials for image registries. They are in the same namespace.
	// Default: none. A change replaces the Job.
	ImagePullSecrets pulumi.StringArrayInput `pulumi:"imagePullSecrets,optional" config:"plain"`
	// TerminationGracePeriodSeconds is the time that a pod has to shut down, in seconds. A change replaces the Job.
	TerminationGracePeriodSeconds *int `pulumi:"terminationGracePeriodSeconds,optional" jsonschema:"default=30,minimum=0,maximum=2147483647"`
	// Labels are added to the Job and its pods, but not to the selector. Default: none. A change replaces the Job.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// PodAnnotations are added to the pods. Default: none. A change replaces the Job.
	PodAnnotations pulumi.StringMapInput `pulumi:"podAnnotations,optional" config:"plain"`
}

// PodFailurePolicy decides which failures of the pods of a Job count towards its backoff limit.
type PodFailurePolicy struct {
	// FailJobExitCodes are exit codes of the main container with which the Job fails at once, because another attempt
	// would fail as well. Default: none.
	FailJobExitCodes []int `pulumi:"failJobExitCodes,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// IgnoreDisruptions does not count pods that are disrupted, for example by the drain of a node.
	IgnoreDisruptions *bool `pulumi:"ignoreDisruptions,optional" jsonschema:"default=true"`
}

var (
	_ config.Validator = (*JobArgs)(nil)
	_ config.Validator = (*PodFailurePolicy)(nil)
)

// generatedSuffix is like the end of the name of a Job.
const generatedSuffix = "-01234567"

// Validate implements config.Validator.
func (a *JobArgs) Validate(report *config.Report) {
	a.pod().check(report)
	// The name of the Job is the value of a label of its pods.
	if c := report.Component(); c != "" && !apirules.Namespace.Allows(c+generatedSuffix) {
		report.Add(nil, "the name of the Job starts with the name of the component, %q: use at most %d lower case letters, "+
			"digits and dashes, with a letter or digit at both ends", c, 63-len(generatedSuffix))
	}
}

// Validate implements config.Validator.
func (p *PodFailurePolicy) Validate(report *config.Report) {
	if len(p.FailJobExitCodes) > 255 {
		report.Add([]string{"failJobExitCodes"}, "found %d exit codes: list at most 255", len(p.FailJobExitCodes))
	}
}

// pod returns what the arguments say about the pods.
func (a *JobArgs) pod() *pod {
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

// jobUID is the label that tells which Job a pod belongs to. Source: "Well-Known Labels, Annotations and Taints",
// Kubernetes documentation.
const jobUID = "batch.kubernetes.io/controller-uid"

// NewJob creates a Job. A Job is immutable: a change of its pods creates another Job with a new name, waits until it
// succeeds, and then deletes the previous one.
func NewJob(
	ctx *pulumi.Context, name string, args *JobArgs, opts ...pulumi.ResourceOption,
) (*Job, error) {
	j := &Job{}
	args, err := component.Register(ctx, JobToken, name, j, args, opts...)
	if err != nil {
		return nil, err
	}
	pod := args.pod()
	resource, err := batchv1.NewJob(ctx, name, &batchv1.JobArgs{
		// Without a name, the provider generates one, and creates the Job that replaces another one before it deletes that one.
		Metadata: objectmeta.New(args.Namespace, nil, pod.allLabels(), nil),
		Spec:     args.spec().render(pod),
		// The API server rejects an update of it, which the provider does not know.
	}, j.Main(pulumi.ReplaceOnChanges([]string{"spec.podFailurePolicy"})))
	if err != nil {
		return nil, err
	}
	j.Name = resource.Metadata.Name().Elem()
	j.Namespace = resource.Metadata.Namespace().Elem()
	return component.Finish(ctx, j)
}

// jobSpec has the options that a Job and the Jobs of a CronJob have in common.
type jobSpec struct {
	completions, parallelism, backoffLimit *int
	deadline                               int
	ttl                                    *int
	failures                               *PodFailurePolicy
}

func (a *JobArgs) spec() jobSpec {
	return jobSpec{
		a.Completions, a.Parallelism, a.BackoffLimit, a.ActiveDeadlineSeconds, a.TTLSecondsAfterFinished, a.PodFailurePolicy,
	}
}

// render renders the specification. The options have their defaults.
func (s jobSpec) render(pod *pod) *batchv1.JobSpecArgs {
	out := &batchv1.JobSpecArgs{
		Completions:      pulumi.Int(*s.completions),
		Parallelism:      pulumi.Int(*s.parallelism),
		BackoffLimit:     pulumi.Int(*s.backoffLimit),
		PodFailurePolicy: s.failures.render(pod.name),
		Template:         pod.template(),
	}
	if s.deadline != 0 {
		out.ActiveDeadlineSeconds = pulumi.Int(s.deadline)
	}
	if s.ttl != nil {
		out.TtlSecondsAfterFinished = pulumi.Int(*s.ttl)
	}
	return out
}

// render renders the policy, or nil. The exit codes are those of the container with the given name. Source: "Handling
// retriable and non-retriable pod failures with Pod failure policy", Kubernetes documentation.
func (p *PodFailurePolicy) render(name string) batchv1.PodFailurePolicyPtrInput {
	var rules batchv1.PodFailurePolicyRuleArray
	if len(p.FailJobExitCodes) > 0 {
		codes := slices.Compact(slices.Sorted(slices.Values(p.FailJobExitCodes)))
		rules = append(rules, &batchv1.PodFailurePolicyRuleArgs{
			Action: pulumi.String("FailJob"),
			OnExitCodes: &batchv1.PodFailurePolicyOnExitCodesRequirementArgs{
				ContainerName: pulumi.String(name), Operator: pulumi.String("In"), Values: pulumi.ToIntArray(codes),
			},
		})
	}
	if *p.IgnoreDisruptions {
		rules = append(rules, &batchv1.PodFailurePolicyRuleArgs{
			Action: pulumi.String("Ignore"),
			OnPodConditions: batchv1.PodFailurePolicyOnPodConditionsPatternArray{
				&batchv1.PodFailurePolicyOnPodConditionsPatternArgs{
					Type: pulumi.String("DisruptionTarget"), Status: pulumi.String("True"),
				},
			},
		})
	}
	if len(rules) == 0 {
		return nil
	}
	return &batchv1.PodFailurePolicyArgs{Rules: rules}
}
