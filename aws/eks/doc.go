// Package eks creates Kubernetes clusters on Amazon EKS: the control plane, add-ons, nodes and IAM identities.
//
//	cluster, err := eks.NewCluster(ctx, "shop", &eks.ClusterArgs{
//		Version:        "1.36",
//		Network:        network,
//		Administrators: map[string]pulumi.StringInput{"platform": platform.ARN},
//		NodeGroups:     map[string]eks.NodeGroupArgs{"main": {}},
//	})
//
// A [Cluster] creates all of its resources in the order of their dependencies. [NodeGroup], [FargateProfile],
// [Karpenter], [Addon] and [WorkloadIdentity] can also be created for an existing cluster: with a [Cluster] of the
// program, or with the name and IDs of any other one. See "Order of an EKS cluster" in docs/design.
package eks
