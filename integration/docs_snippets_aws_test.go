package integration_test

import (
	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	pulumiec2 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// The Go snippet in the README.
var _ = func(ctx *pulumi.Context) error {
	main, err := network.NewSecureVPC(ctx, "main", &network.SecureVPCArgs{CIDR: "10.0.0.0/16"})
	if err != nil {
		return err
	}
	cluster, err := eks.NewCluster(ctx, "main", &eks.ClusterArgs{
		Version:        "1.36",
		Network:        main,
		Administrators: map[string]pulumi.StringInput{"platform": pulumi.String("arn:aws:iam::111122223333:role/platform")},
		NodeGroups:     map[string]eks.NodeGroupArgs{"general": {}},
	})
	_ = cluster
	return err
}

// The Go snippets in the folder docs/aws.
var (
	_ = func(ctx *pulumi.Context) (*pulumiaws.Provider, error) {
		primary, err := aws.NewProvider(ctx, "primary", &aws.ProviderArgs{
			Region: "eu-west-1", AllowedAccountIDs: pulumi.ToStringArray([]string{"111122223333"}),
		})
		return primary, err
	}
	_ = func(bucket *s3.Bucket) (pulumi.StringInput, error) {
		document := &policy.Document{Statements: []policy.Statement{{
			Effect:    policy.Allow,
			Actions:   []string{"s3:GetObject"},
			Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", bucket.ARN)},
		}}}
		text, err := document.JSON(policy.Managed)
		return text, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource) (*iam.Role, error) {
		role, err := iam.NewRole(ctx, "web", &iam.RoleArgs{
			Trust:           iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}},
			ManagedPolicies: config.Named[pulumi.StringInput]{"ssm": pulumi.String("AmazonSSMManagedInstanceCore")},
			InstanceProfile: true,
		}, pulumi.Provider(provider))
		return role, err
	}
	_ = func(ctx *pulumi.Context) (*iam.OIDCProvider, error) {
		provider, err := iam.NewOIDCProvider(ctx, "github", &iam.OIDCProviderArgs{
			URL: pulumi.String("https://token.actions.githubusercontent.com"),
		})
		return provider, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource) (*s3.Bucket, error) {
		orders, err := s3.NewBucket(ctx, "orders", nil, pulumi.Provider(provider))
		return orders, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource) (*s3.Bucket, error) {
		orders, err := s3.NewBucket(ctx, "orders", &s3.BucketArgs{
			Statements: []policy.Statement{{
				Effect:     policy.Allow,
				Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("111122223333")}},
				Actions:    []string{"s3:GetObject"},
				Resources:  pulumi.StringArray{pulumi.String("/reports/*")},
			}},
		}, pulumi.Provider(provider))
		return orders, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, role *iam.Role) (*kms.Key, error) {
		key, err := kms.NewKey(ctx, "orders", &kms.KeyArgs{
			Users: pulumi.StringArray{role.ARN},
		}, pulumi.Provider(provider))
		return key, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource) (*kms.Key, error) {
		key, err := kms.NewKey(ctx, "shop-logs", &kms.KeyArgs{
			Services: []kms.Service{{
				Name:      "logs",
				Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:eu-west-1:111122223333:log-group:/shop/*")},
			}},
		}, pulumi.Provider(provider))
		return key, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, network core.Network) (*eks.Cluster, error) {
		cluster, err := eks.NewCluster(ctx, "shop", &eks.ClusterArgs{
			Version:        "1.36",
			Network:        network,
			Administrators: map[string]pulumi.StringInput{"platform": pulumi.String("arn:aws:iam::111122223333:role/platform")},
			NodeGroups:     map[string]eks.NodeGroupArgs{"main": {}},
		}, pulumi.Provider(provider))
		return cluster, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, vpc *pulumiec2.Vpc) (*network.FlowLogs, error) {
		logs, err := network.NewFlowLogs(ctx, "main", &network.FlowLogsArgs{VpcID: vpc.ID()}, pulumi.Provider(provider))
		return logs, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, vpc *pulumiec2.Vpc, table *pulumiec2.RouteTable,
	) (*network.Endpoints, error) {
		endpoints, err := network.NewEndpoints(ctx, "main", &network.EndpointsArgs{
			VpcID:         vpc.ID(),
			RouteTableIDs: map[string]pulumi.StringInput{"private": table.ID()},
		}, pulumi.Provider(provider))
		return endpoints, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource) (*network.SecureVPC, error) {
		main, err := network.NewSecureVPC(ctx, "main", &network.SecureVPCArgs{CIDR: "10.0.0.0/16"}, pulumi.Provider(provider))
		return main, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, main *network.SecureVPC,
		endpoints map[string]pulumi.StringInput,
	) (*network.TierRoutes, error) {
		routes, err := network.NewTierRoutes(ctx, "firewall", &network.TierRoutesArgs{
			Network: main,
			Tier:    "private",
			Routes:  map[string]network.Route{"firewall": {Destination: "0.0.0.0/0", EndpointIDs: endpoints}},
		}, pulumi.Provider(provider))
		return routes, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, network core.Network) (*ec2.Instance, error) {
		instance, err := ec2.NewInstance(ctx, "web", &ec2.InstanceArgs{Network: network}, pulumi.Provider(provider))
		return instance, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, cluster *eks.Cluster) (*eks.NodeGroup, error) {
		nodes, err := eks.NewNodeGroup(ctx, "gpu", &eks.NodeGroupArgs{
			Cluster:       cluster,
			InstanceTypes: []string{"g6.xlarge"},
			Image:         &eks.NodeImage{Accelerator: eks.AcceleratorNVIDIA},
			Taints:        []eks.NodeTaint{{Key: "nvidia.com/gpu", Effect: eks.NoSchedule}},
		}, pulumi.Provider(provider))
		return nodes, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, main *network.SecureVPC) (*eks.NodeGroup, error) {
		subnets := map[string]pulumi.StringInput{}
		for _, s := range main.NetworkInfo().Tier("private") {
			subnets[s.Zone] = s.ID
		}
		nodes, err := eks.NewNodeGroup(ctx, "extra", &eks.NodeGroupArgs{
			ClusterName:    pulumi.String("shop"),
			ClusterVersion: "1.36",
			SubnetIDs:      subnets,
			Size:           &eks.NodeGroupSize{Min: new(2), Max: new(5)},
		}, pulumi.Provider(provider))
		return nodes, err
	}
	_ = func(ctx *pulumi.Context, cluster *eks.Cluster) error {
		kube, err := kubernetes.NewProvider(ctx, "shop", &kubernetes.ProviderArgs{Kubeconfig: cluster.Kubeconfig})
		if err != nil {
			return err
		}
		ns, err := namespace.NewNamespace(ctx, "web", nil, pulumi.Provider(kube))
		if err != nil {
			return err
		}
		app, err := application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: ns.Name,
			Image:     pulumi.String("registry.example.com/web:1.2.3"),
			Port:      8080,
		}, pulumi.Provider(kube))
		_ = app
		return err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, cluster *eks.Cluster) (*eks.Karpenter, error) {
		karpenter, err := eks.NewKarpenter(ctx, "karpenter", &eks.KarpenterArgs{Cluster: cluster}, pulumi.Provider(provider))
		return karpenter, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, cluster *eks.Cluster) (*eks.Addon, error) {
		efs, err := eks.NewAddon(ctx, "efs", &eks.AddonArgs{AddonName: "aws-efs-csi-driver", Cluster: cluster}, pulumi.Provider(provider))
		return efs, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, cluster *eks.Cluster, bucket *s3.Bucket,
	) (*eks.WorkloadIdentity, error) {
		identity, err := eks.NewWorkloadIdentity(ctx, "web", &eks.WorkloadIdentityArgs{
			Cluster:        cluster,
			Namespace:      "shop",
			ServiceAccount: "web",
			InlinePolicies: map[string]policy.Document{"pictures": {Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", bucket.ARN)},
			}}}},
		}, pulumi.Provider(provider))
		return identity, err
	}
)
