package credentials

import (
	"cmp"
	"slices"
	"strings"
)

// Cloud is what credentials give access to.
type Cloud string

// The clouds. Kubernetes counts as one.
const (
	CloudAWS        Cloud = "AWS"
	CloudAzure      Cloud = "Azure"
	CloudKubernetes Cloud = "Kubernetes"
)

// Clouds returns all clouds in the order of the documentation.
func Clouds() []Cloud { return []Cloud{CloudAWS, CloudAzure, CloudKubernetes} }

// Kind is the format of a variable.
type Kind string

// The kinds. Values of any kind have no white space around them and no line breaks.
const (
	// KindText is any text that is not sensitive.
	KindText Kind = "text"
	// KindSecret is a sensitive value.
	KindSecret Kind = "secret"
	// KindFile is the path of a readable file that is not empty.
	KindFile Kind = "file"
	// KindFiles is a list of such paths, separated as in PATH.
	KindFiles Kind = "files"
	// KindSwitch is "true" or "false".
	KindSwitch Kind = "switch"
	// KindURL is an http or https URL with a host.
	KindURL Kind = "URL"
	// KindURLPath is the path of a URL with its leading slash.
	KindURLPath Kind = "URL path"
)

// Variable is an environment variable that the package reads.
type Variable struct {
	Name string
	Kind Kind
	// Purpose is the meaning of the variable, a phrase without a full stop.
	Purpose string
}

// Variables returns the variables that the package reads for cloud in the order of the documentation, which is
// generated from them. It is nil for an unknown cloud.
func Variables(cloud Cloud) []Variable {
	switch cloud {
	case CloudAWS:
		return awsVariables()
	case CloudAzure:
		return azureVariables()
	case CloudKubernetes:
		return kubernetesVariables()
	}
	return nil
}

// Source is where credentials come from. Its value is its name in configuration.
type Source string

// The sources of AWS in their default order. AWSInstanceMetadata is used only when a request names it.
const (
	// AWSStaticKeys is an access key, long-term or temporary.
	AWSStaticKeys Source = "aws-static-keys"
	// AWSWebIdentity is a role that is assumed with a token from a file, as with IAM roles for service accounts in
	// EKS and in CI systems.
	AWSWebIdentity Source = "aws-web-identity"
	// AWSProfile is a profile of the shared configuration and credentials files.
	AWSProfile Source = "aws-profile"
	// AWSContainer is the credentials endpoint of a container, as in ECS and with EKS Pod Identity.
	AWSContainer Source = "aws-container"
	// AWSInstanceMetadata is the EC2 instance metadata service.
	AWSInstanceMetadata Source = "aws-instance-metadata"
)

// The sources of Azure in their default order. AzureCLI is used only when a request names it.
const (
	// AzureClientCertificate is a service principal with a certificate.
	AzureClientCertificate Source = "azure-client-certificate"
	// AzureClientSecret is a service principal with a client secret.
	AzureClientSecret Source = "azure-client-secret"
	// AzureOIDC is workload identity federation: the token of another identity provider, such as GitHub, is exchanged.
	AzureOIDC Source = "azure-oidc"
	// AzureManagedIdentity is the managed identity of the virtual machine or service that runs the program.
	AzureManagedIdentity Source = "azure-managed-identity"
	// AzureSDKClientSecret is AzureClientSecret in the variables of the Azure SDK.
	AzureSDKClientSecret Source = "azure-sdk-client-secret"
	// AzureSDKClientCertificate is AzureClientCertificate in the variables of the Azure SDK.
	AzureSDKClientCertificate Source = "azure-sdk-client-certificate"
	// AzureWorkloadIdentity is workload identity federation as AKS configures it in pods.
	AzureWorkloadIdentity Source = "azure-workload-identity"
	// AzureCLI is the login of the Azure CLI. Whether the program is installed is not checked.
	AzureCLI Source = "azure-cli"
)

// The sources of Kubernetes in their default order.
const (
	// KubernetesKubeconfig is the list of kubeconfig files in KUBECONFIG.
	KubernetesKubeconfig Source = "kubernetes-kubeconfig"
	// KubernetesInCluster is the service account of the pod that runs the program.
	KubernetesInCluster Source = "kubernetes-in-cluster"
)

// Sources returns the default sources of cloud in order, nil for an unknown cloud. [AWSInstanceMetadata] and [AzureCLI]
// are not among them: append them to allow them.
func Sources(cloud Cloud) []Source {
	var out []Source
	for _, r := range recipes(cloud) {
		if !r.onRequest {
			out = append(out, r.Source)
		}
	}
	return out
}

// String describes the source, such as "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY". An unknown
// source is described by its name.
func (s Source) String() string { return cmp.Or(alternativeOf(s).phrase(), string(s)) }

// Origin says where credentials were found. It contains no values.
type Origin struct {
	// Source is the source that was used.
	Source Source
	// Variables are the names of the variables that were used, in the order of the documentation. It is empty when
	// configuration supplied everything.
	Variables []string
}

// String returns the variables that were used, or the source and its optional variables. Results of this package print
// as their origin.
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

// Alternative is what one source requires.
type Alternative struct {
	Source Source
	// Required are the variables that must all be set.
	Required []string
	// OneOf are sets of variables, one of which must be set as well; the first that is set is used.
	OneOf [][]string
	// Optional are the variables that are used when they are set.
	Optional []string
	// Setting is what replaces Required and OneOf, such as "a profile named in the configuration".
	Setting string
}

// Alternatives returns what each source of cloud requires, in the order of [Sources] and followed by the sources that
// are used only on request. It is nil for an unknown cloud.
func Alternatives(cloud Cloud) []Alternative {
	var out []Alternative
	for _, r := range recipes(cloud) {
		out = append(out, r.Alternative)
	}
	return out
}

// alternativeOf returns what a source requires, nothing for an unknown one.
func alternativeOf(s Source) Alternative {
	for _, cloud := range Clouds() {
		for _, a := range Alternatives(cloud) {
			if a.Source == s {
				return a
			}
		}
	}
	return Alternative{}
}

// String returns what the source requires, followed by its optional variables.
func (a Alternative) String() string {
	if len(a.Optional) == 0 {
		return a.phrase()
	}
	return a.phrase() + " (optional: " + strings.Join(a.Optional, ", ") + ")"
}

func (a Alternative) phrase() string {
	var b strings.Builder
	if len(a.Required) > 0 {
		b.WriteString(variablesPhrase(a.Required))
	}
	if len(a.OneOf) > 0 {
		if b.Len() > 0 {
			b.WriteString(", and ")
		} else {
			b.WriteString("environment variable ")
		}
		b.WriteString(setsPhrase(a.OneOf))
	}
	if a.Setting != "" {
		if b.Len() > 0 {
			b.WriteString(", or ")
		}
		b.WriteString(a.Setting)
	}
	return b.String()
}

func variablesPhrase(names []string) string {
	if len(names) == 1 {
		return "environment variable " + names[0]
	}
	return "environment variables " + enumerate(names, "and")
}

func setsPhrase(sets [][]string) string {
	names := make([]string, len(sets))
	for i, set := range sets {
		names[i] = strings.Join(set, " with ")
	}
	return enumerate(names, "or")
}

// enumerate joins names with commas, the last with the conjunction.
func enumerate(names []string, conjunction string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + conjunction + " " + names[last]
}

// recipe is an alternative and how it is selected.
type recipe struct {
	Alternative
	// loose are variables that do not select the source: they are set for other reasons too, or mean nothing alone.
	loose []string
	// shared are variables of several sources. They do not select one, but are an error when no source uses them.
	shared []string
	// disabledBy is a switch that disables the source when it is true.
	disabledBy string
	// onRequest excludes the source from the default order. It is then selected without a variable.
	onRequest bool
}

// recipes returns the recipes of cloud, those of the default order first.
func recipes(cloud Cloud) []recipe {
	switch cloud {
	case CloudAWS:
		return awsRecipes()
	case CloudAzure:
		return azureRecipes()
	case CloudKubernetes:
		return kubernetesRecipes()
	}
	return nil
}

// selectors returns the variables that select the source.
func (r recipe) selectors() []string {
	all := slices.Concat(r.Required, slices.Concat(r.OneOf...), r.Optional)
	return slices.DeleteFunc(all, func(name string) bool {
		return slices.Contains(r.loose, name) || slices.Contains(r.shared, name) || name == r.disabledBy
	})
}
