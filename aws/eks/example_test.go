package eks_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// A cluster with two nodes in the private subnets of a network. Its API server is accessible from the network only.
func ExampleNewCluster() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var network core.Network // Such as a network.SecureVPC.
		cluster, err := eks.NewCluster(ctx, "shop", &eks.ClusterArgs{
			Version:        "1.36",
			Network:        network,
			Administrators: map[string]pulumi.StringInput{"platform": pulumi.String("arn:aws:iam::111122223333:role/platform")},
			NodeGroups:     map[string]eks.NodeGroupArgs{"main": {}},
		})
		if err != nil {
			return err
		}
		ctx.Export("kubeconfig", cluster.Kubeconfig)
		return nil
	})
}

// Developers can view everything and edit objects in one namespace. The API server is accessible from the office over
// the internet. Logs have a retention period of ten years.
func ExampleNewCluster_access() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var network core.Network
		days := 3653
		_, err := eks.NewCluster(ctx, "shop", &eks.ClusterArgs{
			Version:        "1.36",
			Network:        network,
			API:            &eks.API{PublicCIDRs: []string{"203.0.113.0/24"}},
			Logs:           &eks.Logs{RetentionDays: &days},
			Administrators: map[string]pulumi.StringInput{"platform": pulumi.String("arn:aws:iam::111122223333:role/platform")},
			Access: map[string]eks.AccessEntry{"developers": {
				PrincipalARN: pulumi.String("arn:aws:iam::111122223333:role/developers"),
				Policies: map[string]eks.AccessPolicy{
					"view": {Policy: eks.AdminViewPolicy},
					"edit": {Policy: eks.EditPolicy, Namespaces: []string{"shop"}},
				},
			}},
			NodeGroups: map[string]eks.NodeGroupArgs{"main": {}},
		})
		return err
	})
}

// An additional node group for a cluster of the program.
func ExampleNewNodeGroup() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var cluster *eks.Cluster
		_, err := eks.NewNodeGroup(ctx, "web", &eks.NodeGroupArgs{Cluster: cluster})
		return err
	})
}

// A node group for a cluster that was created elsewhere.
func ExampleNewNodeGroup_existingCluster() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := eks.NewNodeGroup(ctx, "web", &eks.NodeGroupArgs{
			ClusterName:    pulumi.String("shop"),
			ClusterVersion: "1.36",
			SubnetIDs: map[string]pulumi.StringInput{
				"eu-west-1a": pulumi.String("subnet-0123456789abcdef0"),
				"eu-west-1b": pulumi.String("subnet-0123456789abcdef1"),
			},
		})
		return err
	})
}

// Up to twenty ARM spot instances for work that can be interrupted. An autoscaler determines their number.
func ExampleNewNodeGroup_spot() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var cluster *eks.Cluster
		none, twenty := 0, 20
		_, err := eks.NewNodeGroup(ctx, "batch", &eks.NodeGroupArgs{
			Cluster:       cluster,
			InstanceTypes: []string{"m7g.xlarge", "m6g.xlarge", "c7g.xlarge", "r7g.xlarge"},
			CapacityType:  eks.CapacitySpot,
			Image:         &eks.NodeImage{System: eks.Bottlerocket, Release: "2026-11"},
			Size:          &eks.NodeGroupSize{Min: &none, Max: &twenty},
			Labels:        pulumi.StringMap{"work": pulumi.String("batch")},
			Taints:        []eks.NodeTaint{{Key: "work", Value: "batch", Effect: eks.NoSchedule}},
		})
		return err
	})
}

// Pods in all namespaces that start with batch- run on Fargate.
func ExampleNewFargateProfile() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var cluster *eks.Cluster
		_, err := eks.NewFargateProfile(ctx, "batch", &eks.FargateProfileArgs{
			Cluster:   cluster,
			Selectors: []eks.FargateSelector{{Namespace: "batch-*"}},
		})
		return err
	})
}

// The outputs for the values of Karpenter's chart and for its EC2NodeClass.
func ExampleNewKarpenter() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		karpenter, err := eks.NewKarpenter(ctx, "karpenter", &eks.KarpenterArgs{ClusterName: pulumi.String("shop")})
		if err != nil {
			return err
		}
		ctx.Export("interruptionQueue", karpenter.QueueName)
		ctx.Export("nodeRole", karpenter.NodeRoleName)
		return nil
	})
}

// EFS file systems for pods of a cluster that was created elsewhere.
func ExampleNewAddon() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := eks.NewAddon(ctx, "efs", &eks.AddonArgs{
			AddonName:      "aws-efs-csi-driver",
			ClusterName:    pulumi.String("shop"),
			ClusterVersion: "1.36",
		})
		return err
	})
}

// A community add-on with a policy for the DNS zones that it manages.
func ExampleNewAddon_identity() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var (
			cluster *eks.Cluster
			zone    pulumi.StringOutput // The ARN of a policy.
		)
		_, err := eks.NewAddon(ctx, "names", &eks.AddonArgs{
			AddonName:     "external-dns",
			Cluster:       cluster,
			Release:       "2026-11",
			Configuration: map[string]any{"domainFilters": []string{"shop.example.com"}},
			Identity:      &eks.AddonIdentity{ManagedPolicies: map[string]pulumi.StringInput{"zone": zone}},
		})
		return err
	})
}

// Pods of the service account web in the namespace shop can read one bucket.
func ExampleNewWorkloadIdentity() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var (
			cluster *eks.Cluster
			bucket  pulumi.StringOutput // The ARN of a bucket.
		)
		identity, err := eks.NewWorkloadIdentity(ctx, "web", &eks.WorkloadIdentityArgs{
			Cluster:   cluster,
			Namespace: "shop", ServiceAccount: "web",
			InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"s3:GetObject"},
				Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", bucket)},
			}}}},
		})
		if err != nil {
			return err
		}
		ctx.Export("role", identity.RoleARN)
		return nil
	})
}

// Pods on Fargate, where EKS Pod Identity is not available.
func ExampleNewWorkloadIdentity_fargate() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var cluster *eks.Cluster
		_, err := eks.NewWorkloadIdentity(ctx, "reports", &eks.WorkloadIdentityArgs{
			Cluster:   cluster,
			Namespace: "reports", ServiceAccount: "reports", Method: eks.MethodIRSA,
			ManagedPolicies: map[string]pulumi.StringInput{"read": pulumi.String("AmazonAthenaReadOnlyAccess")},
		})
		return err
	})
}
