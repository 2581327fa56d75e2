package eks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
)

// Target is a cluster as its parts see it: node groups, add-ons and identities. [Cluster.Target] returns that of a cluster of this package.
type Target struct {
	// Name is the cluster's name in the account and the region. Required.
	Name string
	// Version is the minor version of Kubernetes that the control plane has when the run is over, such as 1.34. Required.
	Version string
	// ClusterName is the name as an output of the cluster, so that who uses it waits for the cluster. Default: Name.
	ClusterName pulumi.StringInput
	// ARN is the cluster's. Optional: nil means unknown.
	ARN pulumi.StringInput
	// Issuer is the address of the identity provider of the cluster's service accounts. Required for IAM roles for service accounts.
	Issuer pulumi.StringInput
	// IssuerARN is the identity provider in IAM. Required for IAM roles for service accounts.
	IssuerARN pulumi.StringInput

	// component is the cluster's name in the program, as core.ClusterInfo has it. Empty means unknown.
	component string
}

// clusterName returns the name for arguments of resources.
func (t Target) clusterName() pulumi.StringInput {
	if t.ClusterName == nil {
		return pulumi.String(t.Name)
	}
	return t.ClusterName
}

// after returns the target of parts that wait for more than the cluster. What is known of it stays known in a preview.
func (t Target) after(ctx *pulumi.Context, resources ...pulumi.Resource) Target {
	t.ClusterName = pulumi.OutputWithDependencies(ctx.Context(), t.clusterName().ToStringOutput(), component.Resources(resources...)...).(pulumi.StringOutput)
	return t
}
