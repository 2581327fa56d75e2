package aws_test

import (
	"testing"

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// platform is a program with a minimal cluster.
type platform struct {
	version string
	nodes   int
}

// role creates a role with AWS managed policies. They are attached once the outputs are known.
func (p *platform) role(ctx *pulumi.Context, name, document string, opt pulumi.ResourceOrInvokeOption,
	policies ...string) (*iam.Role, []pulumi.Resource, error) {
	role, err := iam.NewRole(ctx, name, &iam.RoleArgs{AssumeRolePolicy: pulumi.String(document)}, opt)
	if err != nil {
		return nil, nil, err
	}
	var attached []pulumi.Resource
	for _, policy := range policies {
		a, err := iam.NewRolePolicyAttachment(ctx, name+"-"+policy, &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: pulumi.String("arn:aws:iam::aws:policy/" + policy),
		}, opt)
		if err != nil {
			return nil, nil, err
		}
		attached = append(attached, a)
	}
	return role, attached, nil
}

func (p *platform) run(ctx *pulumi.Context) error {
	provider, err := pulumiaws.NewProvider(ctx, "primary", &pulumiaws.ProviderArgs{
		Region:      pulumi.String("eu-west-1"),
		DefaultTags: &pulumiaws.ProviderDefaultTagsArgs{Tags: pulumi.StringMap{"owner": pulumi.String("platform")}},
	})
	if err != nil {
		return err
	}
	opt := pulumi.Provider(provider)
	network, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")}, opt)
	if err != nil {
		return err
	}
	var subnets pulumi.StringArray
	for _, s := range []struct{ zone, cidr string }{{"eu-west-1a", "10.0.0.0/24"}, {"eu-west-1b", "10.0.1.0/24"}} {
		zone, cidr := s.zone, s.cidr
		subnet, err := ec2.NewSubnet(ctx, zone,
			&ec2.SubnetArgs{VpcId: network.ID(), CidrBlock: pulumi.String(cidr),
				AvailabilityZone: pulumi.String(zone)}, opt)
		if err != nil {
			return err
		}
		subnets = append(subnets, subnet.ID())
	}
	cluster, err := p.cluster(ctx, subnets, opt)
	if err != nil {
		return err
	}
	if err := p.inside(ctx, cluster, subnets, opt); err != nil {
		return err
	}
	ctx.Export("name", cluster.Name)
	// The group is unknown in a preview, which a rule must allow.
	_, err = vpc.NewSecurityGroupIngressRule(ctx, "webhooks", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: cluster.VpcConfig.ClusterSecurityGroupId().Elem(), CidrIpv4: pulumi.String("10.0.0.0/16"),
		IpProtocol: pulumi.String("tcp"),
		FromPort:   pulumi.Int(9443), ToPort: pulumi.Int(9443),
	}, opt)
	if err != nil {
		return err
	}
	return interrupted(ctx, opt)
}

func (p *platform) cluster(ctx *pulumi.Context, subnets pulumi.StringArray,
	opt pulumi.ResourceOrInvokeOption) (*eks.Cluster, error) {
	role, attached, err := p.role(ctx, "control", awstest.TrustPolicy("eks.amazonaws.com"), opt,
		"AmazonEKSClusterPolicy")
	if err != nil {
		return nil, err
	}
	logs, err := cloudwatch.NewLogGroup(ctx, "control",
		&cloudwatch.LogGroupArgs{Name: pulumi.String("/aws/eks/platform/cluster"), RetentionInDays: pulumi.Int(30)},
		opt)
	if err != nil {
		return nil, err
	}
	return eks.NewCluster(ctx, "platform", &eks.ClusterArgs{
		Name: pulumi.String("platform"), RoleArn: role.Arn, Version: pulumi.String(p.version),
		BootstrapSelfManagedAddons: pulumi.Bool(false),
		EnabledClusterLogTypes:     pulumi.ToStringArray([]string{"audit", "api"}),
		AccessConfig:               eks.ClusterAccessConfigArgs{AuthenticationMode: pulumi.String("API")},
		VpcConfig: eks.ClusterVpcConfigArgs{SubnetIds: subnets,
			EndpointPrivateAccess: pulumi.Bool(true), EndpointPublicAccess: pulumi.Bool(false)},
	}, opt, pulumi.DependsOn(append(attached, logs)))
}

// inside creates the add-ons, nodes and identities of the cluster.
func (p *platform) inside(ctx *pulumi.Context, cluster *eks.Cluster, subnets pulumi.StringArray,
	opt pulumi.ResourceOrInvokeOption) error {
	addon := func(name string, after ...pulumi.Resource) (*eks.Addon, error) {
		version := eks.GetAddonVersionOutput(ctx, eks.GetAddonVersionOutputArgs{
			AddonName: pulumi.String(name), KubernetesVersion: cluster.Version, MostRecent: pulumi.Bool(true),
		}, opt).Version()
		return eks.NewAddon(ctx, name, &eks.AddonArgs{ClusterName: cluster.Name, AddonName: pulumi.String(name),
			AddonVersion: version}, opt, pulumi.DependsOn(after))
	}
	cni, err := addon("vpc-cni")
	if err != nil {
		return err
	}
	role, attached, err := p.role(ctx, "node", awstest.TrustPolicy("ec2.amazonaws.com"), opt,
		"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy")
	if err != nil {
		return err
	}
	nodes, err := eks.NewNodeGroup(ctx, "system", &eks.NodeGroupArgs{
		ClusterName: cluster.Name, NodeRoleArn: role.Arn, SubnetIds: subnets,
		InstanceTypes: pulumi.ToStringArray([]string{"t3.large"}),
		Version:       pulumi.String(p.version), Labels: pulumi.StringMap{"pool": pulumi.String("system")},
		ScalingConfig: eks.NodeGroupScalingConfigArgs{MinSize: pulumi.Int(1), MaxSize: pulumi.Int(5),
			DesiredSize: pulumi.Int(p.nodes)},
	}, opt, pulumi.DependsOn(append(attached, cni)))
	if err != nil {
		return err
	}
	if _, err := addon("coredns", nodes); err != nil {
		return err
	}
	pods, _, err := p.role(ctx, "pods", awstest.PodTrustPolicy(), opt)
	if err != nil {
		return err
	}
	if _, err := eks.NewPodIdentityAssociation(ctx, "web", &eks.PodIdentityAssociationArgs{
		ClusterName: cluster.Name, Namespace: pulumi.String("shop"), ServiceAccount: pulumi.String("web"),
		RoleArn: pods.Arn,
	}, opt); err != nil {
		return err
	}
	serverless, _, err := p.role(ctx, "serverless", awstest.TrustPolicy("eks-fargate-pods.amazonaws.com"), opt)
	if err != nil {
		return err
	}
	if _, err := eks.NewFargateProfile(ctx, "batch", &eks.FargateProfileArgs{
		ClusterName: cluster.Name, PodExecutionRoleArn: serverless.Arn, SubnetIds: subnets,
		Selectors: eks.FargateProfileSelectorArray{eks.FargateProfileSelectorArgs{Namespace: pulumi.String("batch")}},
	}, opt); err != nil {
		return err
	}
	entry, err := eks.NewAccessEntry(ctx, "pods",
		&eks.AccessEntryArgs{ClusterName: cluster.Name, PrincipalArn: pods.Arn}, opt)
	if err != nil {
		return err
	}
	_, err = eks.NewAccessPolicyAssociation(ctx, "pods", &eks.AccessPolicyAssociationArgs{
		ClusterName: cluster.Name, PrincipalArn: entry.PrincipalArn,
		PolicyArn:   pulumi.String(awstest.ClusterPolicyARN("View")),
		AccessScope: eks.AccessPolicyAssociationAccessScopeArgs{Type: pulumi.String("cluster")},
	}, opt)
	return err
}

// interrupted creates a queue with the interruption notices of Spot instances.
func interrupted(ctx *pulumi.Context, opt pulumi.ResourceOrInvokeOption) error {
	queue, err := sqs.NewQueue(ctx, "interruptions", &sqs.QueueArgs{MessageRetentionSeconds: pulumi.Int(300)}, opt)
	if err != nil {
		return err
	}
	send := queue.Arn.ApplyT(func(arn string) string {
		return awstest.Document(in{"Effect": "Allow", "Principal": in{"Service": "events.amazonaws.com"},
			"Action": "sqs:SendMessage", "Resource": arn})
	}).(pulumi.StringOutput)
	if _, err := sqs.NewQueuePolicy(ctx, "interruptions", &sqs.QueuePolicyArgs{QueueUrl: queue.Url, Policy: send},
		opt); err != nil {
		return err
	}
	rule, err := cloudwatch.NewEventRule(ctx, "interruptions",
		&cloudwatch.EventRuleArgs{EventPattern: pulumi.String(awstest.InterruptionPattern)}, opt)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, "interruptions",
		&cloudwatch.EventTargetArgs{Rule: rule.Name, Arn: queue.Arn}, opt)
	return err
}

func TestClusterOnTheEngine(t *testing.T) {
	t.Parallel()
	p := &platform{version: "1.34", nodes: 2}
	stack, store := start(t, p.run)
	preview, err := stack.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	_, err = stack.CheckUnchanged(t.Context())
	require.NoError(t, err)
	drift, err := stack.CheckNoDrift(t.Context())
	require.NoError(t, err, drift.Output)

	p.version, p.nodes = "1.35", 3
	up, err = stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, 3, up.Changes[apitype.OpUpdate],
		"the cluster, the nodes and CoreDNS, which has a newer version: %v", up.Changes)
	require.Zero(t, up.Changes[apitype.OpReplace]+up.Changes[apitype.OpCreate]+up.Changes[apitype.OpDelete])
	drift, err = stack.CheckNoDrift(t.Context())
	require.NoError(t, err, drift.Output)
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	require.Empty(t, objects(t, store))
}
