package core

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// WorkloadIdentity is a cloud identity that pods with a service account have without a key. Components of clouds
// implement it; the applications of the kubernetes module use it.
type WorkloadIdentity interface {
	// WorkloadIdentityInfo describes the identity. It may be called as soon as the constructor of the component has
	// returned.
	WorkloadIdentityInfo() WorkloadIdentityInfo
}

// WorkloadIdentityInfo describes an identity, and what pods need to have it.
type WorkloadIdentityInfo struct {
	// Name is the unique name of the identity in the program. Required.
	Name string
	// Platform is the platform of the clusters whose pods can have the identity, as in ClusterInfo.Platform: "eks" or
	// "aks". Empty means unknown.
	Platform string
	// Cluster is the name of the cluster of the pods, as in ClusterInfo.Name. Empty means any cluster of the platform.
	Cluster string
	// Namespace is the namespace of the service account. Required.
	Namespace pulumi.StringInput
	// ServiceAccount is the name of the service account, which need not exist yet. Required.
	ServiceAccount pulumi.StringInput
	// Annotations are the required annotations of the service account. Optional.
	Annotations map[string]pulumi.StringInput
	// Labels are the required labels of the pods. Optional.
	Labels map[string]string
	// Revision changes when running pods must restart, because they read their credentials endpoint at start. Optional:
	// nil means that they never have to.
	Revision pulumi.StringInput
	// Endpoints are the addresses from which pods get credentials. Network policies of the pods must allow them.
	Endpoints []CredentialEndpoint
	// Ready are the resources that pods must wait for: pods that start earlier may never have the identity.
	Ready []pulumi.Resource
}

// Matches reports whether pods of a cluster can have the identity: its platform and cluster are those of the cluster,
// as far as both are known.
func (i WorkloadIdentityInfo) Matches(cluster ClusterInfo) bool {
	return (i.Platform == "" || cluster.Platform == "" || i.Platform == cluster.Platform) &&
		(i.Cluster == "" || cluster.Name == "" || i.Cluster == cluster.Name)
}

// CredentialEndpoint is a TCP endpoint from which pods get credentials.
type CredentialEndpoint struct {
	// CIDR is the address range, such as 169.254.170.23/32. Required.
	CIDR string
	// Port is the port. Required.
	Port int
}
