package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// A cluster with two nodes in the private subnets of a network, reached from within the network alone.
func ExampleNewCluster() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var network core.Network // Such as a network.SecureVPC.
		cluster, err := eks.NewCluster(ctx, "shop", &eks.ClusterArgs{
			ClusterSettings: eks.ClusterSettings{
				Version:        "1.36",
				Administrators: config.Named[pulumi.StringInput]{"platform": pulumi.String("arn:aws:iam::111122223333:role/platform")},
				NodeGroups:     config.Named[eks.NodeGroupSettings]{"main": {}},
			},
			Network: network,
		})
		if err != nil {
			return err
		}
		ctx.Export("kubeconfig", cluster.Kubeconfig)
		return nil
	})
}

// Developers look at everything and change what is in a namespace; the office reaches the API over the internet; logs are kept for ten years.
func ExampleNewCluster_access() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var network core.Network
		days := 3653
		_, err := eks.NewCluster(ctx, "shop", &eks.ClusterArgs{
			ClusterSettings: eks.ClusterSettings{
				Version:        "1.36",
				API:            eks.API{PublicCIDRs: []string{"203.0.113.0/24"}},
				Logs:           eks.Logs{RetentionDays: &days},
				Administrators: config.Named[pulumi.StringInput]{"platform": pulumi.String("arn:aws:iam::111122223333:role/platform")},
				Access: config.Named[eks.AccessEntry]{"developers": {
					PrincipalARN: pulumi.String("arn:aws:iam::111122223333:role/developers"),
					Policies: config.Named[eks.AccessPolicy]{
						"look":   {Policy: "AmazonEKSAdminViewPolicy"},
						"change": {Policy: "AmazonEKSEditPolicy", Namespaces: []string{"shop"}},
					},
				}},
				NodeGroups: config.Named[eks.NodeGroupSettings]{"main": {}},
			},
			Network: network,
		})
		return err
	})
}
