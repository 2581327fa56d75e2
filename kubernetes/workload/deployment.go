package workload

import (
	"maps"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/metadata"
)

// DeploymentToken is the type of the component [Deployment].
const DeploymentToken = "ashlar-kubernetes:workload:Deployment"

// Deployment runs a number of equal pods.
type Deployment struct {
	pulumi.ResourceState
	component.Base

	// Name is the Deployment's name in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
}

// DeploymentArgs describes a [Deployment].
type DeploymentArgs struct {
	// Container is what runs in each pod.
	Container
	// Namespace is the name of the namespace. Required. Changing it replaces the Deployment.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the Deployment's name in the cluster. Default: the name of the component. Changing it replaces the
	// Deployment.
	Name string `pulumi:"name" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Replicas is how many pods run. Changing it scales the Deployment in place.
	Replicas *int `pulumi:"replicas" jsonschema:"default=2,minimum=0"`
	// ServiceAccountName is the identity of the pods. Default: the namespace's default one. Changing it rolls out.
	ServiceAccountName pulumi.StringInput `pulumi:"serviceAccountName"`
	// MountServiceAccountToken gives the pods a token for the API server. Default: false. Changing it rolls out.
	MountServiceAccountToken bool `pulumi:"mountServiceAccountToken"`
	// SecretEnv names the Secrets whose keys become environment variables. Changing it rolls out.
	SecretEnv pulumi.StringArrayInput `pulumi:"secretEnv"`
	// Files mounts keys of a ConfigMap as files. Changing it rolls out.
	Files *Files `pulumi:"files"`
	// ImagePullSecrets names the Secrets with which images are pulled. Changing it rolls out.
	ImagePullSecrets []string `pulumi:"imagePullSecrets"`
	// TerminationGracePeriodSeconds is how long a pod may take to end. Changing it rolls out.
	TerminationGracePeriodSeconds *int `pulumi:"terminationGracePeriodSeconds" jsonschema:"default=30,minimum=0"`
	// Labels are added to the Deployment and its pods, but not to the selector. Changing them rolls out.
	Labels map[string]string `pulumi:"labels"`
	// PodAnnotations are added to the pods. Default: none. Changing them rolls out.
	PodAnnotations pulumi.StringMapInput `pulumi:"podAnnotations" config:"plain"`
}

// Files are keys of a ConfigMap that stand in the file system of a container.
type Files struct {
	// ConfigMap is the name of the ConfigMap. Required.
	ConfigMap pulumi.StringInput `pulumi:"configMap" jsonschema:"required"`
	// Paths maps the absolute path of each file to its key in the ConfigMap. Required.
	Paths map[string]string `pulumi:"paths" jsonschema:"required"`
}

// SelectorLabels returns the labels by which the pods of a workload are found. They never change, because a
// Deployment's selector cannot.
func SelectorLabels(name string) map[string]string {
	return map[string]string{"app.kubernetes.io/name": name}
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
	labels := map[string]string{}
	maps.Copy(labels, args.Labels)
	maps.Copy(labels, SelectorLabels(args.Name))
	resource, err := appsv1.NewDeployment(ctx, name, &appsv1.DeploymentArgs{
		Metadata: metadata.New(args.Namespace, pulumi.String(args.Name), labels, nil),
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(*args.Replicas),
			Selector: &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(SelectorLabels(args.Name))},
			// A rollout never has fewer ready pods than were asked for.
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
					MaxSurge:       pulumi.String("25%"),
					MaxUnavailable: pulumi.Int(0),
				},
			},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: metadata.Annotated(metadata.New(nil, nil, labels, nil), args.PodAnnotations),
				Spec:     podSpec(args),
			},
		},
	}, d.Main())
	if err != nil {
		return nil, err
	}
	d.Name = resource.Metadata.Name().Elem()
	d.Namespace = resource.Metadata.Namespace().Elem()
	return component.Finish(ctx, d)
}
