package workload

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
)

// StatefulSetToken is the type of the component [StatefulSet].
const StatefulSetToken = "ashlar-kubernetes:workload:StatefulSet"

// StatefulSet runs replicas of a pod that keep their names and volumes.
type StatefulSet struct {
	pulumi.ResourceState
	component.Base

	// Name is the StatefulSet's name in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
}

// StatefulSetArgs are the arguments of a StatefulSet. Those of plain Go types are validated, or decide what the pods look
// like, before the deployment.
type StatefulSetArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the StatefulSet.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the StatefulSet in the cluster. Default: the name of the component. A change replaces the
	// StatefulSet.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Image is the container image, with a version tag or a digest. Required. A change triggers a rollout.
	Image pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	// AllowLatest accepts an image without a tag, or with the tag latest. The content of such an image can change between
	// two starts of a pod. Default: false.
	AllowLatest bool `pulumi:"allowLatest,optional"`
	// Command overrides the entry point of the image. Default: that of the image. A change triggers a rollout.
	Command []string `pulumi:"command,optional"`
	// Args overrides the arguments of the entry point. Default: those of the image. A change triggers a rollout.
	Args []string `pulumi:"args,optional"`
	// Port is the TCP port that the container listens on. Default: none. A change triggers a rollout.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// Ports holds additional ports of the container by name. That of port is main. Default: none. A change triggers a
	// rollout.
	Ports config.Named[Port] `pulumi:"ports,optional"`
	// Env holds environment variables. It is not for secrets: its values are readable in the StatefulSet. Default: none. A
	// change triggers a rollout.
	Env pulumi.StringMapInput `pulumi:"env,optional" config:"plain,distinct=env"`
	// Resources holds the resource requests and limits of the container. Default: requests for 100m CPU and 128Mi memory.
	// A change triggers a rollout.
	Resources *Resources `pulumi:"resources,optional" config:"group"`
	// Probes holds the startup, readiness and liveness probes. Default: with a port, startup and readiness probes that
	// open a TCP connection to it. A change triggers a rollout.
	Probes *Probes `pulumi:"probes,optional"`
	// PreStop runs before the container is stopped. Default: none. A change triggers a rollout.
	PreStop *PreStop `pulumi:"preStop,optional"`
	// Security holds the security context of the pod and its container. Default: one that meets the restricted Pod
	// Security Standard. A change triggers a rollout.
	Security *Security `pulumi:"security,optional" config:"group"`
	// WritablePaths lists directories that the container can write to. Each is an empty volume, because the root file
	// system is read-only. /tmp is always writable. Default: none. A change triggers a rollout.
	WritablePaths []string `pulumi:"writablePaths,optional"`
	// Volumes holds volumes by name. Default: none. A change triggers a rollout.
	Volumes config.Named[Volume] `pulumi:"volumes,optional"`
	// InitContainers are containers that run one after the other, before the others start. Default: none. A change
	// triggers a rollout.
	InitContainers []InitContainer `pulumi:"initContainers,optional"`
	// Sidecars holds containers by name that start before the init containers, in the order of their names, and stop after
	// the other containers. Default: none. A change triggers a rollout.
	Sidecars config.Named[Container] `pulumi:"sidecars,optional"`
	// Containers holds additional containers by name. Default: none. A change triggers a rollout.
	Containers config.Named[Container] `pulumi:"containers,optional"`
	// Scheduling decides on which nodes the pods run. Default: any node, spread over zones and nodes where possible. A
	// change triggers a rollout.
	Scheduling *Scheduling `pulumi:"scheduling,optional"`
	// Replicas is the number of pods. A change scales the StatefulSet in place.
	Replicas *int `pulumi:"replicas,optional" jsonschema:"default=1,minimum=0,maximum=2147483647"`
	// Claims holds persistent volume claims by name. Each pod has its own, named CLAIM-STATEFULSET-INDEX, which its
	// successors keep. Default: none. A change replaces the StatefulSet, but no existing claim.
	Claims config.Named[Claim] `pulumi:"claims,optional"`
	// ClaimRetention decides what happens to the claims of pods that are no longer needed. A change updates the
	// StatefulSet in place.
	ClaimRetention *ClaimRetention `pulumi:"claimRetention,optional" config:"group"`
	// ServiceName is the name of the headless Service that gives each pod the host name POD.SERVICE. It need not exist
	// before. Default: the name of the StatefulSet. A change replaces the StatefulSet.
	ServiceName pulumi.StringInput `pulumi:"serviceName,optional"`
	// PodManagement is the order in which pods are created and deleted: OrderedReady (one after the other) or Parallel. A
	// change replaces the StatefulSet.
	PodManagement PodManagement `pulumi:"podManagement,optional" jsonschema:"enum=OrderedReady,enum=Parallel,default=OrderedReady"`
	// Partition is the index of the first pod that a rollout replaces. Pods below it keep their version. A change updates
	// the StatefulSet in place.
	Partition *int `pulumi:"partition,optional" jsonschema:"default=0,minimum=0,maximum=2147483647"`
	// ServiceAccountName is the name of the pods' service account. Default: the default service account of the namespace.
	// A change triggers a rollout.
	ServiceAccountName pulumi.StringInput `pulumi:"serviceAccountName,optional"`
	// MountServiceAccountToken mounts a token for the API server into the pods. Default: false. A change triggers a
	// rollout.
	MountServiceAccountToken bool `pulumi:"mountServiceAccountToken,optional"`
	// SecretEnv lists the names of Secrets whose keys become environment variables. Where several have a key, the last one
	// wins. Default: none. A change triggers a rollout.
	SecretEnv pulumi.StringArrayInput `pulumi:"secretEnv,optional" config:"plain"`
	// Files mounts keys of a ConfigMap as files. Default: none. A change triggers a rollout.
	Files *Files `pulumi:"files,optional"`
	// ImagePullSecrets lists the names of Secrets with credentials for image registries. They are in the same namespace.
	// Default: none. A change triggers a rollout.
	ImagePullSecrets pulumi.StringArrayInput `pulumi:"imagePullSecrets,optional" config:"plain"`
	// TerminationGracePeriodSeconds is the time that a pod has to shut down, in seconds. A change triggers a rollout.
	TerminationGracePeriodSeconds *int `pulumi:"terminationGracePeriodSeconds,optional" jsonschema:"default=30,minimum=0,maximum=2147483647"`
	// Labels are added to the StatefulSet and its pods, but not to the selector. Default: none. A change triggers a
	// rollout.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// PodAnnotations are added to the pods. Default: none. A change triggers a rollout.
	PodAnnotations pulumi.StringMapInput `pulumi:"podAnnotations,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists is
	// an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

// PodManagement is the order in which the pods of a StatefulSet are created and deleted.
type PodManagement string

// The orders of pods.
const (
	OrderedReady PodManagement = "OrderedReady"
	Parallel     PodManagement = "Parallel"
)

var _ config.Validator = (*StatefulSetArgs)(nil)

// Validate implements config.Validator.
func (a *StatefulSetArgs) Validate(report *config.Report) {
	a.pod().check(report)
	apirules.Namespace.Check(report, []string{"serviceName"}, a.ServiceName)
	// Source: "StatefulSets, Deployment and Scaling Guarantees", Kubernetes documentation.
	if a.TerminationGracePeriodSeconds != nil && *a.TerminationGracePeriodSeconds == 0 {
		report.Add([]string{"terminationGracePeriodSeconds"},
			"0 allows a second pod with the name of one that still runs: use at least 1")
	}
}

// pod returns what the arguments say about the pods.
func (a *StatefulSetArgs) pod() *pod {
	return &pod{
		name: a.Name, instance: serviceInstance, namespace: a.Namespace, allowLatest: a.AllowLatest,
		main: container{
			image: a.Image, command: a.Command, args: a.Args, port: a.Port, ports: a.Ports, env: a.Env, secretEnv: a.SecretEnv,
			resources: a.Resources, probes: a.Probes, preStop: a.PreStop, writable: a.WritablePaths, files: a.Files,
		},
		security: a.Security, volumes: a.Volumes, claims: a.Claims, initContainers: a.InitContainers, sidecars: a.Sidecars,
		others: a.Containers, scheduling: a.Scheduling, serviceAccountName: a.ServiceAccountName,
		mountToken: a.MountServiceAccountToken, imagePullSecrets: a.ImagePullSecrets,
		gracePeriod: a.TerminationGracePeriodSeconds, labels: a.Labels, annotations: a.PodAnnotations,
	}
}

// NewStatefulSet creates a StatefulSet.
func NewStatefulSet(
	ctx *pulumi.Context, name string, args *StatefulSetArgs, opts ...pulumi.ResourceOption,
) (*StatefulSet, error) {
	s := &StatefulSet{}
	args, err := component.Register(ctx, StatefulSetToken, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	pod := args.pod()
	resource, err := appsv1.NewStatefulSet(ctx, name, &appsv1.StatefulSetArgs{
		Metadata: pod.metadata(args.Adopt),
		Spec: &appsv1.StatefulSetSpecArgs{
			Replicas:            pulumi.Int(*args.Replicas),
			ServiceName:         args.serviceName(),
			Selector:            pod.labelSelector(),
			PodManagementPolicy: pulumi.String(args.PodManagement),
			UpdateStrategy: &appsv1.StatefulSetUpdateStrategyArgs{
				Type:          pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategyArgs{Partition: pulumi.Int(*args.Partition)},
			},
			PersistentVolumeClaimRetentionPolicy: &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicyArgs{
				WhenDeleted: pulumi.String(args.ClaimRetention.WhenDeleted),
				WhenScaled:  pulumi.String(args.ClaimRetention.WhenScaled),
			},
			VolumeClaimTemplates: args.claimTemplates(),
			Template:             pod.template(),
		},
	}, s.Main(existing.Options(s, args.Adopt)))
	if err != nil {
		return nil, err
	}
	s.Name = resource.Metadata.Name().Elem()
	s.Namespace = resource.Metadata.Namespace().Elem()
	return component.Finish(ctx, s)
}

// serviceName returns the name of the headless Service.
func (a *StatefulSetArgs) serviceName() pulumi.StringInput {
	if a.ServiceName == nil {
		return pulumi.String(a.Name)
	}
	return apirules.Namespace.Resolved("serviceName", a.ServiceName)
}

// claimTemplates renders the claims. They have no labels, because a change would replace the StatefulSet.
func (a *StatefulSetArgs) claimTemplates() corev1.PersistentVolumeClaimTypeArray {
	var out corev1.PersistentVolumeClaimTypeArray
	for _, name := range a.Claims.Names() {
		claim := a.Claims[name]
		modes := claim.AccessModes
		if len(modes) == 0 {
			modes = []AccessMode{ReadWriteOnce}
		}
		var accessModes pulumi.StringArray
		for _, mode := range modes {
			accessModes = append(accessModes, pulumi.String(mode))
		}
		spec := &corev1.PersistentVolumeClaimSpecArgs{
			AccessModes: accessModes,
			Resources: &corev1.VolumeResourceRequirementsArgs{
				Requests: pulumi.StringMap{"storage": pulumi.String(apirules.Canonical(claim.Size))},
			},
		}
		if claim.StorageClass != nil {
			spec.StorageClassName = apirules.ObjectName.Resolved(
				config.Path("claims", name, "storageClass"), claim.StorageClass).ToStringOutput()
		}
		out = append(out, &corev1.PersistentVolumeClaimTypeArgs{
			Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(name)}, Spec: spec,
		})
	}
	return out
}
