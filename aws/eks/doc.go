// Package eks makes Kubernetes clusters on Amazon EKS: the control plane, its identities and add-ons, and the nodes.
//
//	cluster, err := eks.NewCluster(ctx, "shop", &eks.ClusterArgs{
//		ClusterSettings: eks.ClusterSettings{
//			Version:        "1.36",
//			Administrators: config.Named[pulumi.StringInput]{"platform": platform.ARN},
//			NodeGroups:     config.Named[eks.NodeGroupSettings]{"main": {}},
//		},
//		Network: network,
//	})
//
// [Cluster] is all of it, each part after what it needs. [NodeGroup], [FargateProfile], [Karpenter], [Addon] and [WorkloadIdentity] are its parts, and can
// be used alone, for any cluster that a [Target] describes. See "The parts of a cluster are in order by what they need" in docs/design.
package eks
