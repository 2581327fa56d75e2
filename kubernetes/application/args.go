package application

import (
	"path"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// Args describes an [Application].
type Args struct {
	Settings
	// Namespace is the name of the namespace, which should enforce a Pod Security Standard. Required. Changing it
	// replaces everything in the application.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the application's objects in the cluster. Default: the name of the component. Changing it
	// replaces everything in the application.
	Name string `pulumi:"name" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Identity is an identity in a cloud that the pods have, such as an eks.WorkloadIdentity. It is that of a service account of the
	// application's namespace and name. Default: none. Changing it rolls out.
	Identity core.WorkloadIdentity
}

// Settings are the choices that people make about an application.
type Settings struct {
	// Container is what runs in each pod.
	workload.Container
	// Replicas is how many pods run. With two or more, a disruption budget lets nodes be drained one pod at a time.
	// Changing it scales the application in place.
	Replicas *int `pulumi:"replicas" jsonschema:"default=2,minimum=0"`
	// SecretEnv holds environment variables that are secret: they are kept in a Secret. In a stack they are
	// encrypted: pulumi config set --path --secret. Changing it rolls out.
	SecretEnv pulumi.StringMapInput `pulumi:"secretEnv" config:"secret"`
	// Files holds the content of files by their absolute paths. They are kept in a ConfigMap, so they are not for
	// secrets. Changing it rolls out.
	Files map[string]string `pulumi:"files"`
	// Service sets up how the pods are reached. An application with a port has one.
	Service network.ServiceSettings `pulumi:"service"`
	// Network declares who may talk to the pods, and to whom they may talk. Default: nobody, and to the DNS of the
	// cluster alone.
	Network Network `pulumi:"network"`
	// ImagePullSecrets names the Secrets of the namespace with which images are pulled. Changing it rolls out.
	ImagePullSecrets []string `pulumi:"imagePullSecrets"`
	// TerminationGracePeriodSeconds is how long a pod may take to end. Changing it rolls out.
	TerminationGracePeriodSeconds *int `pulumi:"terminationGracePeriodSeconds" jsonschema:"default=30,minimum=0"`
	// Labels are added to every object of the application. Changing them rolls out.
	Labels map[string]string `pulumi:"labels"`
}

// Network sets up the isolation of an application.
type Network struct {
	network.Connections
	// Isolated denies all traffic that is not declared. Changing it adds or removes the network policy.
	Isolated *bool `pulumi:"isolated" jsonschema:"default=true"`
}

// filePath matches paths that can become keys of a ConfigMap, but for some that
// are too long or start with two dots.
var filePath = regexp.MustCompile(`^(/[-._A-Za-z0-9]+)+$`)

var (
	_ config.Validator = (*Args)(nil)
	_ config.Validator = (*Settings)(nil)
)

// Validate implements config.Validator.
func (a *Args) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.Settings.Validate(report)
	a.checkIdentity(report)
}

// Validate implements config.Validator.
func (s *Settings) Validate(report *config.Report) {
	// It hides the promoted method of the container.
	s.Container.Validate(report)
	for p := range s.Files {
		if !filePath.MatchString(p) || path.Clean(p) != p || len(validation.IsConfigMapKey(fileKey(p))) > 0 {
			report.Add([]string{"files", p}, "expected the absolute path of a file, such as /etc/web/config.yaml, of "+
				"letters, digits, dots, dashes and underscores")
		}
	}
	if s.Network.Isolated == nil || *s.Network.Isolated {
		s.Network.ValidatePorts(report, []string{"network"}, s.Port)
	}
	if s.Port == 0 && s.Service.Type != "ClusterIP" {
		report.Add([]string{"service", "type"}, "a service of type %s needs the port that the container listens on: set port",
			s.Service.Type)
	}
}
