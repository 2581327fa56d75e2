package credentials

// Cloud is what credentials open.
type Cloud string

// The clouds. Kubernetes clusters count as one.
const (
	CloudAWS        Cloud = "AWS"
	CloudAzure      Cloud = "Azure"
	CloudKubernetes Cloud = "Kubernetes"
)

// Clouds returns all clouds, in the order of the documentation.
func Clouds() []Cloud { return []Cloud{CloudAWS, CloudAzure, CloudKubernetes} }

// Kind is what the value of a variable has to be.
type Kind string

// The kinds. Values of all kinds must not have white space around them, nor
// line breaks in them.
const (
	// KindText is any text that is not secret by itself.
	KindText Kind = "text"
	// KindSecret is a text that must not be shown.
	KindSecret Kind = "secret"
	// KindFile is the path of a file that exists, can be read and is not empty.
	KindFile Kind = "file"
	// KindFiles is a list of such paths, separated as in PATH.
	KindFiles Kind = "files"
	// KindSwitch is "true" or "false".
	KindSwitch Kind = "switch"
	// KindURL is an http or https URL with a host.
	KindURL Kind = "URL"
	// KindURLPath is the path of a URL, with its leading slash.
	KindURLPath Kind = "URL path"
)

// Variable is an environment variable that the package reads.
type Variable struct {
	// Name is the variable's name.
	Name string
	// Kind is what its value has to be.
	Kind Kind
	// Purpose says what the variable is for, as a phrase without a full stop.
	Purpose string
}

// Variables returns all variables that the package reads for cloud, in the
// order of the documentation, or nil when the cloud is not known. The
// documentation is generated from it.
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
