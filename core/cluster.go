package core

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Cluster is a Kubernetes cluster of any platform. Components that create or look up a cluster implement it; the
// kubernetes module deploys to it.
type Cluster interface {
	// ClusterInfo describes the cluster. It may be called as soon as the constructor of the component has returned.
	ClusterInfo() ClusterInfo
}

// ClusterInfo describes how to connect to a Kubernetes cluster.
type ClusterInfo struct {
	// Name is the unique name of the cluster in the program. Required.
	Name string
	// Platform is the platform of the control plane, such as "eks" or "aks". Empty means unknown.
	Platform string
	// Version is the version of the control plane, such as "1.33". Optional: nil means unknown.
	Version pulumi.StringInput
	// Server is the URL of the API server, which is the identity of a provider for the cluster. Optional: nil means
	// that it is read from Kubeconfig.
	Server pulumi.StringInput
	// OIDCIssuer is the URL of the issuer of service account tokens, exactly as in their claim iss. Optional: nil means
	// unknown.
	OIDCIssuer pulumi.StringInput
	// Kubeconfig is the content of a kubeconfig file whose current context is the cluster. Required. It is always
	// handled as a secret: create it with pulumi.ToSecret. It should get tokens from an exec plugin, because content
	// that changes on every run updates the provider on every run.
	Kubeconfig pulumi.StringOutput
}
