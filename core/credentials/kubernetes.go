package credentials

import "net"

// The variables of Kubernetes. The documentation of Kubernetes describes them on the pages "Organizing Cluster Access
// Using kubeconfig Files" and "Accessing the Kubernetes API from a Pod".
const (
	EnvKubeconfig            = "KUBECONFIG"
	EnvKubernetesServiceHost = "KUBERNETES_SERVICE_HOST"
	EnvKubernetesServicePort = "KUBERNETES_SERVICE_PORT"
)

// The files of a pod's service account, at the paths that every cluster uses.
const (
	ServiceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token"
	ServiceAccountCA    = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
)

func kubernetesVariables() []Variable {
	return []Variable{
		{EnvKubeconfig, KindFiles, "kubeconfig files, separated as in PATH; the first file with a value wins"},
		{EnvKubernetesServiceHost, KindText, "address of the API server; set in every pod"},
		{EnvKubernetesServicePort, KindText, "port of the API server; set in every pod"},
	}
}

// kubernetesRecipes has the order of client-go, package clientcmd.
func kubernetesRecipes() []recipe {
	return []recipe{
		{Alternative: Alternative{Source: KubernetesKubeconfig, Required: []string{EnvKubeconfig}}},
		{Alternative: Alternative{
			Source:   KubernetesInCluster,
			Required: []string{EnvKubernetesServiceHost, EnvKubernetesServicePort},
		}},
	}
}

// KubernetesRequest selects credentials of a Kubernetes cluster. The zero value allows every source in the default
// order.
type KubernetesRequest struct {
	// Provider is the name of the provider for messages, such as "prod". Default: none.
	Provider string
	// Sources are the allowed sources in order. Default: Sources(CloudKubernetes).
	Sources []Source
}

// Kubernetes holds credentials of a Kubernetes cluster. It prints as its [Origin] and contains no sensitive value.
type Kubernetes struct {
	Origin

	// Kubeconfigs is set for KubernetesKubeconfig: the files to merge, the first with a value wins. Files that do not
	// exist are included.
	Kubeconfigs []string
	// Host, CAFile and TokenFile are set for KubernetesInCluster: the https URL of the API server, and the files with
	// its certificate authority and with the token, which is rotated.
	Host, CAFile, TokenFile string
}

// Kubernetes returns the credentials of the environment in the order of client-go: KUBECONFIG, then the service
// account of the pod. The kubeconfig in the home directory is used only when KUBECONFIG lists it. Files of KUBECONFIG
// that do not exist are ignored, as in client-go, unless none exists.
//
// The error is an [*Error] of the class failure.Credentials, or of the class failure.Configuration for a source of
// another cloud.
func (r *Resolver) Kubernetes(req KubernetesRequest) (Kubernetes, error) {
	s := search{Resolver: r, cloud: CloudKubernetes, subject: provider(req.Provider), sources: req.Sources}
	f, err := s.run()
	if err != nil {
		return Kubernetes{}, err
	}
	if f.Source == KubernetesKubeconfig {
		return Kubernetes{Origin: f.Origin, Kubeconfigs: splitList(f.values[EnvKubeconfig])}, nil
	}
	var problems []Problem
	for _, path := range []string{ServiceAccountToken, ServiceAccountCA} {
		if r.checkFile(path) != "" {
			problems = append(problems, Problem{
				path, "is not readable or empty: mount the service account (automountServiceAccountToken: true)",
			})
		}
	}
	if len(problems) > 0 {
		return Kubernetes{}, s.fail(f.Source, problems...)
	}
	return Kubernetes{
		Origin:    f.Origin,
		Host:      "https://" + net.JoinHostPort(f.values[EnvKubernetesServiceHost], f.values[EnvKubernetesServicePort]),
		CAFile:    ServiceAccountCA,
		TokenFile: ServiceAccountToken,
	}, nil
}
