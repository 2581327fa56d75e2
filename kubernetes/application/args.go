package application

import (
	"maps"
	"path"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// ApplicationArgs are the arguments of an [Application]. Those of plain Go types are validated, or decide which
// resources are created, before the deployment.
type ApplicationArgs struct {
	// Namespace is the name of the namespace, which should enforce a Pod Security Standard. Required. A change replaces
	// all resources of the application.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the application's objects in the cluster. Default: the name of the component. A change
	// replaces all resources of the application.
	Name string `pulumi:"name,optional" config:"name,program" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
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
	Resources *workload.Resources `pulumi:"resources,optional" config:"group"`
	// Probes holds the startup, readiness and liveness probes. Default: with a port, startup and readiness probes that
	// open a TCP connection to it. A change triggers a rollout.
	Probes *workload.Probes `pulumi:"probes,optional"`
	// Security holds the security context of the pod and its container. Default: one that meets the restricted Pod
	// Security Standard. A change triggers a rollout.
	Security *workload.Security `pulumi:"security,optional" config:"group"`
	// WritablePaths lists directories that the container can write to. Each is an empty volume, because the root file
	// system is read-only. /tmp is always writable. Default: none. A change triggers a rollout.
	WritablePaths []string `pulumi:"writablePaths,optional"`
	// Replicas is the number of pods. With two or more, the application has a PodDisruptionBudget that allows the
	// eviction of one pod at a time. A change scales the application in place.
	Replicas *int `pulumi:"replicas,optional" jsonschema:"default=2,minimum=0,maximum=2147483647"`
	// SecretEnv holds secret environment variables, which are stored in a Secret. In a stack file, their values are
	// encrypted: pulumi config set --path --secret. Default: none. A change triggers a rollout.
	SecretEnv pulumi.StringMapInput `pulumi:"secretEnv,optional" config:"secret,distinct=env"`
	// Files holds the content of files by their absolute paths. It is not for secrets: the files are stored in a
	// ConfigMap. Default: none. A change triggers a rollout.
	Files map[string]pulumi.StringInput `pulumi:"files,optional" config:"plain"`
	// Service configures the Service of the application, which exists with a port only.
	Service *Service `pulumi:"service,optional" config:"group"`
	// Network declares the ingress and egress of the pods. Default: no ingress, and no egress except to the DNS of the
	// cluster.
	Network *Network `pulumi:"network,optional" config:"group"`
	// ImagePullSecrets lists the names of Secrets with credentials for image registries. They are in the same
	// namespace. Default: none. A change triggers a rollout.
	ImagePullSecrets pulumi.StringArrayInput `pulumi:"imagePullSecrets,optional" config:"plain"`
	// TerminationGracePeriodSeconds is the time that a pod has to shut down, in seconds. A change triggers a rollout.
	TerminationGracePeriodSeconds *int `pulumi:"terminationGracePeriodSeconds,optional" jsonschema:"default=30,minimum=0,maximum=2147483647"`
	// Labels are added to every object of the application. Default: none. A change triggers a rollout.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
	// Identity is the cloud identity of the pods, such as an eks.WorkloadIdentity, or an identity.WorkloadIdentity of Azure. It
	// must be that of a service account with the namespace and name of the application. Default: none. A change triggers a
	// rollout.
	Identity core.WorkloadIdentity
}

// Service configures the Service of an application.
type Service struct {
	// Type is where the Service is accessible from: ClusterIP (within the cluster), NodePort (also at a port of every
	// node) or LoadBalancer (also through a load balancer of the cloud). A change updates the Service.
	Type network.ServiceType `pulumi:"type,optional" jsonschema:"enum=ClusterIP,enum=NodePort,enum=LoadBalancer,default=ClusterIP"`
	// Port is the port of the Service. A change updates the Service.
	Port *int `pulumi:"port,optional" jsonschema:"default=80,minimum=1,maximum=65535"`
	// Annotations are added to the Service, such as those that configure load balancers of a cloud. Default: none. A
	// change updates the Service.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
}

// Network declares the ingress and egress of an application.
type Network struct {
	// Isolated denies all ingress and egress that is not declared. A change creates or deletes the network policy.
	Isolated *bool `pulumi:"isolated,optional" jsonschema:"default=true"`
	// AllowFrom lists the peers that can connect to the pods. Default: none. A change updates the network policy.
	AllowFrom []network.Peer `pulumi:"allowFrom,optional"`
	// AllowTo lists the peers that the pods can connect to, in addition to the DNS of the cluster. Default: none. A
	// change updates the network policy.
	AllowTo []network.Peer `pulumi:"allowTo,optional"`
}

// Validate implements config.Validator.
func (s *Service) Validate(report *config.Report) {
	apirules.CheckAnnotations(report, []string{"annotations"}, s.Annotations)
}

// filePath matches paths that can become keys of a ConfigMap, except for some that are too long or start with two dots.
var filePath = regexp.MustCompile(`^(/[-._A-Za-z0-9]+)+$`)

var (
	_ config.Validator          = (*ApplicationArgs)(nil)
	_ config.Validator          = (*Service)(nil)
	_ config.ArgumentsValidator = (*ApplicationArgs)(nil)
)

// Validate implements config.Validator.
func (a *ApplicationArgs) Validate(report *config.Report) {
	d := a.deployment()
	// In a stack file, it is the name of an entry.
	d.Namespace = nil
	d.Validate(report)
	a.checkFiles(report)
	apirules.CheckData(report, []string{"secretEnv"}, a.SecretEnv)
	if a.isolated() && a.Network != nil {
		network.CheckPorts(report, []string{"network", "allowFrom"}, a.Network.AllowFrom, a.Port)
	}
	if a.Port == 0 && a.Service != nil && a.Service.Type != "" && a.Service.Type != network.ServiceTypeClusterIP {
		report.Add([]string{"service", "type"}, "a Service of type %s requires a port: set port", a.Service.Type)
	}
}

// checkFiles reports files that cannot be mounted.
func (a *ApplicationArgs) checkFiles(report *config.Report) {
	paths, contents := slices.Sorted(maps.Keys(a.Files)), pulumi.StringMap{}
	for _, p := range paths {
		contents[p] = a.Files[p]
		if !filePath.MatchString(p) || path.Clean(p) != p || len(validation.IsConfigMapKey(fileKey(p))) > 0 {
			report.Add([]string{"files", p}, "invalid path: use an absolute path of letters, digits, dots, dashes and "+
				"underscores, such as /etc/web/config.yaml")
		} else if a.Files[p] == nil {
			report.Add([]string{"files", p}, "no content: use the empty string for an empty file")
		}
	}
	apirules.CheckFiles(report, []string{"files"}, paths, a.WritablePaths)
	apirules.CheckSize(report, []string{"files"}, contents)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *ApplicationArgs) ValidateArguments(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	a.checkIdentity(report)
}

// isolated reports whether the application has a network policy.
func (a *ApplicationArgs) isolated() bool {
	return a.Network == nil || a.Network.Isolated == nil || *a.Network.Isolated
}

// deployment returns the arguments that the application passes to its Deployment unchanged.
func (a *ApplicationArgs) deployment() *workload.DeploymentArgs {
	return &workload.DeploymentArgs{
		Namespace:                     a.Namespace,
		Name:                          a.Name,
		Image:                         a.Image,
		AllowLatest:                   a.AllowLatest,
		Command:                       a.Command,
		Args:                          a.Args,
		Port:                          a.Port,
		Env:                           a.Env,
		Resources:                     a.Resources,
		Probes:                        a.Probes,
		Security:                      a.Security,
		WritablePaths:                 a.WritablePaths,
		Replicas:                      a.Replicas,
		ImagePullSecrets:              a.ImagePullSecrets,
		Labels:                        a.Labels,
		Adopt:                         a.Adopt,
		TerminationGracePeriodSeconds: a.TerminationGracePeriodSeconds,
	}
}

// withoutEmptySecrets returns the arguments with an empty map of secret variables omitted, which has the same meaning.
func (a *ApplicationArgs) withoutEmptySecrets() *ApplicationArgs {
	if a == nil {
		return nil
	}
	if known, ok := a.SecretEnv.(pulumi.StringMap); !ok || len(known) > 0 {
		return a
	}
	out := *a
	out.SecretEnv = nil
	return &out
}
