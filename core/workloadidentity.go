package core

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// WorkloadIdentity is an identity in a cloud that the pods of a service account have, without a key. Components of clouds
// implement it; the kubernetes module's applications consume it.
type WorkloadIdentity interface {
	// WorkloadIdentityInfo returns what pods need to have the identity. It may be called as soon as the constructor of
	// the component has returned.
	WorkloadIdentityInfo() WorkloadIdentityInfo
}

// WorkloadIdentityInfo describes an identity to those who deploy pods that have it.
type WorkloadIdentityInfo struct {
	// Name identifies the identity within the program. Required.
	Name string
	// Platform is who gives the pods their credentials, such as "eks" or "aks". Empty means that nothing is known about it.
	Platform string
	// Cluster is the name of the cluster of the pods, as in ClusterInfo.Name. Empty means any cluster.
	Cluster string
	// Namespace is the namespace of the service account. Required.
	Namespace pulumi.StringInput
	// ServiceAccount is the name of the service account, which need not exist yet. Required.
	ServiceAccount pulumi.StringInput
	// Annotations are what the service account has to carry. Nil means nothing.
	Annotations map[string]pulumi.StringInput
	// Labels are what the pods have to carry. Nil means nothing.
	Labels map[string]string
	// Revision changes when pods that run already have to start anew, because they got their way to the credentials when they
	// started. Optional: nil means that they never have to.
	Revision pulumi.StringInput
	// Endpoints are where pods get their credentials. Those whose traffic is restricted have to be let through.
	Endpoints []CredentialEndpoint
	// Ready is what pods have to wait for: those that start earlier may never have the identity.
	Ready []pulumi.Resource
}

// Matches reports whether the identity is for pods of a cluster: the platform and the name are those of the cluster, as far as
// both are known.
func (i WorkloadIdentityInfo) Matches(cluster ClusterInfo) bool {
	return (i.Platform == "" || cluster.Platform == "" || i.Platform == cluster.Platform) &&
		(i.Cluster == "" || cluster.Name == "" || i.Cluster == cluster.Name)
}

// CredentialEndpoint is an address that gives pods their credentials, by TCP.
type CredentialEndpoint struct {
	// CIDR is the range of addresses, such as 169.254.170.23/32. Required.
	CIDR string
	// Port is the port. Required.
	Port int
}
