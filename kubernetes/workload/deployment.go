package workload

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// DeploymentToken is the type of the component [Deployment].
const DeploymentToken = "ashlar-kubernetes:workload:Deployment"

// Deployment runs replicas of a pod with one container.
type Deployment struct {
	pulumi.ResourceState
	component.Base

	// Name is the Deployment's name in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
}

// DeploymentArgs are the arguments of a [Deployment]. Those of plain Go types are validated, or decide what the pods
// look like, before the deployment.
type DeploymentArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the Deployment.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the Deployment in the cluster. Default: the name of the component. A change replaces the
	// Deployment.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Image is the container image, with a version tag or a digest. Required. A change triggers a rollout.
	Image pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	// AllowLatest accepts an image without a tag, or with the tag latest. The content of such an image can change
	// between two starts of a pod. Default: false.
	AllowLatest bool `pulumi:"allowLatest,optional"`
	// Command overrides the entry point of the image. Default: that of the image. A change triggers a rollout.
	Command []string `pulumi:"command,optional"`
	// Args overrides the arguments of the entry point. Default: those of the image. A change triggers a rollout.
	Args []string `pulumi:"args,optional"`
	// Port is the TCP port that the container listens on. Default: none. A change triggers a rollout.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// Env holds environment variables. It is not for secrets: its values are readable in the Deployment. Default: none.
	// A change triggers a rollout.
	Env pulumi.StringMapInput `pulumi:"env,optional" config:"plain,distinct=env"`
	// Resources holds the resource requests and limits of the container. Default: requests for 100m CPU and 128Mi
	// memory. A change triggers a rollout.
	Resources *Resources `pulumi:"resources,optional" config:"group"`
	// Probes holds the startup, readiness and liveness probes. Default: with a port, startup and readiness probes that
	// open a TCP connection to it. A change triggers a rollout.
	Probes *Probes `pulumi:"probes,optional"`
	// Security holds the security context of the pod and its container. Default: one that meets the restricted Pod
	// Security Standard. A change triggers a rollout.
	Security *Security `pulumi:"security,optional" config:"group"`
	// WritablePaths lists directories that the container can write to. Each is an empty volume, because the root file
	// system is read-only. /tmp is always writable. Default: none. A change triggers a rollout.
	WritablePaths []string `pulumi:"writablePaths,optional"`
	// Replicas is the number of pods. A change scales the Deployment in place.
	Replicas *int `pulumi:"replicas,optional" jsonschema:"default=2,minimum=0,maximum=2147483647"`
	// ServiceAccountName is the name of the pods' service account. Default: the default service account of the
	// namespace. A change triggers a rollout.
	ServiceAccountName pulumi.StringInput `pulumi:"serviceAccountName,optional"`
	// MountServiceAccountToken mounts a token for the API server into the pods. Default: false. A change triggers a
	// rollout.
	MountServiceAccountToken bool `pulumi:"mountServiceAccountToken,optional"`
	// SecretEnv lists the names of Secrets whose keys become environment variables. Where several have a key, the last
	// one wins. Default: none. A change triggers a rollout.
	SecretEnv pulumi.StringArrayInput `pulumi:"secretEnv,optional" config:"plain"`
	// Files mounts keys of a ConfigMap as files. Default: none. A change triggers a rollout.
	Files *Files `pulumi:"files,optional"`
	// ImagePullSecrets lists the names of Secrets with credentials for image registries. They are in the same
	// namespace. Default: none. A change triggers a rollout.
	ImagePullSecrets pulumi.StringArrayInput `pulumi:"imagePullSecrets,optional" config:"plain"`
	// TerminationGracePeriodSeconds is the time that a pod has to shut down, in seconds. A change triggers a rollout.
	TerminationGracePeriodSeconds *int `pulumi:"terminationGracePeriodSeconds,optional" jsonschema:"default=30,minimum=0,maximum=2147483647"`
	// Labels are added to the Deployment and its pods, but not to the selector. Default: none. A change triggers a
	// rollout.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// PodAnnotations are added to the pods. Default: none. A change triggers a rollout.
	PodAnnotations pulumi.StringMapInput `pulumi:"podAnnotations,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

// Files are keys of a ConfigMap that are mounted as files.
type Files struct {
	// ConfigMap is the name of the ConfigMap. Required.
	ConfigMap pulumi.StringInput `pulumi:"configMap" jsonschema:"required"`
	// Paths maps the absolute path of each file to a key of the ConfigMap. Required.
	Paths map[string]string `pulumi:"paths" jsonschema:"required"`
}

// nameLabel is the label that selects the pods of a workload. Source: "Recommended Labels", Kubernetes documentation.
const nameLabel = "app.kubernetes.io/name"

// SelectorLabels returns the labels that select the pods of a workload. They depend on its name alone, because the
// selector of a Deployment cannot be changed.
func SelectorLabels(name string) map[string]string {
	return map[string]string{nameLabel: name}
}

// NewDeployment creates a Deployment.
func NewDeployment(
	ctx *pulumi.Context, name string, args *DeploymentArgs, opts ...pulumi.ResourceOption,
) (*Deployment, error) {
	d := &Deployment{}
	args, err := component.Register(ctx, DeploymentToken, name, d, args, opts...)
	if err != nil {
		return nil, err
	}
	selector := pulumi.ToStringMap(SelectorLabels(args.Name))
	labels := objectmeta.Merge(args.Labels, selector)
	resource, err := appsv1.NewDeployment(ctx, name, &appsv1.DeploymentArgs{
		Metadata: objectmeta.New(args.Namespace, pulumi.String(args.Name), labels, existing.Annotations(nil, args.Adopt)),
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(*args.Replicas),
			Selector: &metav1.LabelSelectorArgs{MatchLabels: selector},
			// During a rollout, the number of ready pods never falls below replicas.
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
					MaxSurge:       pulumi.String("25%"),
					MaxUnavailable: pulumi.Int(0),
				},
			},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: objectmeta.New(nil, nil, labels, args.PodAnnotations),
				Spec:     podSpec(args),
			},
		},
	}, d.Main(existing.Options(d, args.Adopt)))
	if err != nil {
		return nil, err
	}
	d.Name = resource.Metadata.Name().Elem()
	d.Namespace = resource.Metadata.Namespace().Elem()
	return component.Finish(ctx, d)
}
