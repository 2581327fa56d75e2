package core

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Cluster is a Kubernetes cluster, whoever runs it. Components that create or
// look up a cluster implement it; the kubernetes module consumes it to make a
// provider.
type Cluster interface {
	// ClusterInfo returns what a consumer needs to reach the cluster. It may
	// be called as soon as the constructor of the component has returned.
	ClusterInfo() ClusterInfo
}

// ClusterInfo describes a Kubernetes cluster to those who deploy to it.
type ClusterInfo struct {
	// Name identifies the cluster within the program. Required.
	Name string
	// Platform is who runs the control plane, such as "eks" or "aks". Empty
	// means that nothing is known about it.
	Platform string
	// Version is the version of the control plane, such as "1.33". Optional:
	// nil means unknown.
	Version pulumi.StringInput
	// Server is the URL of the API server, which is the identity of a provider
	// for the cluster. Optional: nil means that consumers read it from Kubeconfig.
	Server pulumi.StringInput
	// Kubeconfig is the content of a kubeconfig file whose current context is
	// the cluster. Required, and a secret: make it with pulumi.ToSecret.
	// Consumers treat it as one in any case. It should get its tokens from an
	// exec plugin: a text that changes on every run updates the provider on every
	// run.
	Kubeconfig pulumi.StringOutput
}
