package credentials

import (
	"cmp"
	"slices"
)

// Source is where credentials come from. Its value is the name that
// configuration uses.
type Source string

// The sources for AWS, in the order in which they are tried by default, and
// [AWSInstanceMetadata], which has to be asked for.
const (
	// AWSStaticKeys is an access key, long-lived or temporary.
	AWSStaticKeys Source = "aws-static-keys"
	// AWSWebIdentity is a role that is assumed with a token from a file, as in
	// EKS (IAM roles for service accounts) and in build services.
	AWSWebIdentity Source = "aws-web-identity"
	// AWSProfile is a profile of the shared configuration and credentials files.
	AWSProfile Source = "aws-profile"
	// AWSContainer is the address that a container gets its credentials from,
	// as in ECS and with EKS Pod Identity.
	AWSContainer Source = "aws-container"
	// AWSInstanceMetadata is the instance metadata service of EC2. It is tried
	// only when a request names it, as nothing in the environment tells whether
	// it exists.
	AWSInstanceMetadata Source = "aws-instance-metadata"
)

// The sources for Azure, in the order in which they are tried by default, and
// [AzureCLI], which has to be asked for.
const (
	// AzureClientCertificate is a service principal with a certificate.
	AzureClientCertificate Source = "azure-client-certificate"
	// AzureClientSecret is a service principal with a client secret.
	AzureClientSecret Source = "azure-client-secret"
	// AzureOIDC is workload identity federation: a token of another identity
	// provider, such as GitHub, is exchanged.
	AzureOIDC Source = "azure-oidc"
	// AzureManagedIdentity is the identity of the machine.
	AzureManagedIdentity Source = "azure-managed-identity"
	// AzureSDKClientSecret is AzureClientSecret in the Azure SDK's variables.
	AzureSDKClientSecret Source = "azure-sdk-client-secret"
	// AzureSDKClientCertificate is AzureClientCertificate in the Azure SDK's
	// variables.
	AzureSDKClientCertificate Source = "azure-sdk-client-certificate"
	// AzureWorkloadIdentity is workload identity federation as AKS sets it up in
	// pods.
	AzureWorkloadIdentity Source = "azure-workload-identity"
	// AzureCLI is the login of the Azure CLI. It is used only when a request
	// names it, and then without looking for the program: the provider does, and
	// says so when it is missing.
	AzureCLI Source = "azure-cli"
)

// The sources for Kubernetes, in the order in which they are tried by default.
const (
	// KubernetesExec is a program that hands out tokens.
	KubernetesExec Source = "kubernetes-exec"
	// KubernetesTokenFile is a file that holds a bearer token.
	KubernetesTokenFile Source = "kubernetes-token-file"
	// KubernetesKubeconfig is the list of kubeconfig files in the environment.
	KubernetesKubeconfig Source = "kubernetes-kubeconfig"
	// KubernetesInCluster is the service account of the pod that the program
	// runs in.
	KubernetesInCluster Source = "kubernetes-in-cluster"
)

// Sources returns the sources that are tried by default for cloud, in order, or
// nil when the cloud is not known. [AWSInstanceMetadata] and [AzureCLI] are not
// among them: append them to allow them.
func Sources(cloud Cloud) []Source {
	var out []Source
	for _, r := range recipes(cloud) {
		if !r.onRequest {
			out = append(out, r.Source)
		}
	}
	return out
}

// String says what the source is made of, such as "environment variables
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY". Of a source that is not known
// it is the name.
func (s Source) String() string { return cmp.Or(alternativeOf(s).phrase(), string(s)) }

// Origin says where credentials were found, without their values.
type Origin struct {
	// Source is the source that was used.
	Source Source
	// Variables holds the names of the environment variables that were used, in
	// the order of the documentation. Empty when configuration gave everything.
	Variables []string
}

// String says which environment variables were used, or else what the source
// is and which variables went with it. It is also what a result of this package
// prints as.
func (o Origin) String() string {
	a := alternativeOf(o.Source)
	needed := slices.Concat(a.Required, slices.Concat(a.OneOf...))
	if slices.ContainsFunc(o.Variables, func(name string) bool { return slices.Contains(needed, name) }) {
		return variablesPhrase(o.Variables)
	}
	setting := cmp.Or(a.Setting, string(o.Source))
	if len(o.Variables) == 0 {
		return setting
	}
	return setting + ", with " + variablesPhrase(o.Variables)
}

// alternativeOf returns what the source needs, nothing when it is not known.
func alternativeOf(s Source) Alternative {
	for _, cloud := range Clouds() {
		for _, r := range recipes(cloud) {
			if r.Source == s {
				return r.Alternative
			}
		}
	}
	return Alternative{}
}
