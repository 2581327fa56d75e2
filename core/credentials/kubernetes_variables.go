package credentials

// The variables of Kubernetes. The documentation of Kubernetes describes them on
// the pages "Organizing Cluster Access Using kubeconfig Files" and "Accessing
// the Kubernetes API from a Pod".
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
		{EnvKubeconfig, KindFiles, "lists kubeconfig files, separated as in PATH; what stands first wins"},
		{EnvKubernetesServiceHost, KindText, "is the address of the API server in a pod, where every cluster sets it"},
		{EnvKubernetesServicePort, KindText, "is the port of the API server in a pod, where every cluster sets it"},
	}
}

// kubernetesRecipes puts what configuration names first; the rest is in the
// order of client-go, package clientcmd.
func kubernetesRecipes() []recipe {
	return []recipe{
		{Alternative: Alternative{Source: KubernetesExec, Setting: "an exec plugin named in the configuration"}},
		{Alternative: Alternative{Source: KubernetesTokenFile, Setting: "a token file named in the configuration"}},
		{Alternative: Alternative{Source: KubernetesKubeconfig, Required: []string{EnvKubeconfig}}},
		{Alternative: Alternative{
			Source:   KubernetesInCluster,
			Required: []string{EnvKubernetesServiceHost, EnvKubernetesServicePort},
		}},
	}
}
