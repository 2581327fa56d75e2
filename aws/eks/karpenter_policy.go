package eks

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// controllerPolicies are the policies of Karpenter's controller for a cluster.
type controllerPolicies struct {
	where        lookup.Scope
	cluster      details
	nodes, queue pulumi.StringInput
}

func (c controllerPolicies) clusterARN() pulumi.StringInput {
	return c.cluster.text(c.where.ARN("eks", "cluster/%s"))
}

// The tags of Karpenter's own resources.
const (
	nodePoolTag  = "karpenter.sh/nodepool"
	nodeClassTag = "karpenter.sh/nodeclass"
	regionTag    = "topology.kubernetes.io/region"
)

// documents returns the policies: the controller can create instances with the tags of the cluster, and change and
// delete no others. Source: "CloudFormation", Karpenter reference.
func (c controllerPolicies) documents() config.Named[policy.Document] {
	out := config.Named[policy.Document]{}
	for name, statements := range map[string][]policy.Statement{
		"machines": c.instances(), "profiles": c.profiles(), "lookups": c.lookups(),
	} {
		for i := range statements {
			statements[i].Effect = policy.Allow
		}
		out[name] = policy.Document{Statements: statements}
	}
	return out
}

// ec2 returns the ARNs of all EC2 resources of some types in the region. Images belong to AWS, and subnets can be
// shared.
func (c controllerPolicies) ec2(types ...string) pulumi.StringArray {
	var out pulumi.StringArray
	for _, typ := range types {
		account := "*"
		if typ == "image" || typ == "snapshot" {
			account = ""
		}
		out = append(out, pulumi.String("arn:"+c.where.Partition+":ec2:"+c.where.Region+":"+account+":"+typ+"/*"))
	}
	return out
}

// owned returns the conditions that a request or a resource has the tags of the cluster, and more. on is aws:RequestTag
// or aws:ResourceTag.
func (c controllerPolicies) owned(on, class string, more ...policy.Condition) []policy.Condition {
	tag := policy.Equals("", "owned")
	tag.Key = c.cluster.text(on + "/kubernetes.io/cluster/%s")
	return append([]policy.Condition{tag, policy.Like(on+"/"+class, "*")}, more...)
}

const (
	onRequest  = "aws:RequestTag"
	onResource = "aws:ResourceTag"
)

// instances are statements about instances and their resources.
func (c controllerPolicies) instances() []policy.Statement {
	created := []string{"fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request"}
	tagged := c.owned(onRequest, nodePoolTag)
	onCreate := c.owned(onRequest, nodePoolTag,
		policy.Equals("ec2:CreateAction", "CreateFleet", "CreateLaunchTemplate", "RunInstances"))
	renamed := c.owned(onResource, nodePoolTag, policy.Condition{
		Operator: "ForAllValues:StringEquals", Key: pulumi.String("aws:TagKeys"),
		Values: pulumi.ToStringArray([]string{"Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"}),
	})
	start := []string{"ec2:CreateFleet", "ec2:RunInstances"}
	return []policy.Statement{
		{Actions: start, Resources: c.ec2("image", "snapshot", "security-group", "subnet", "capacity-reservation")},
		{Actions: start, Resources: c.ec2("launch-template"), Conditions: c.owned(onResource, nodePoolTag)},
		{Actions: slices.Concat(start, []string{"ec2:CreateLaunchTemplate"}), Resources: c.ec2(created...),
			Conditions: tagged},
		{Actions: []string{"ec2:CreateTags"}, Resources: c.ec2(created...), Conditions: onCreate},
		{Actions: []string{"ec2:CreateTags"}, Resources: c.ec2("instance"), Conditions: renamed},
		{
			Actions:   []string{"ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"},
			Resources: c.ec2("instance", "launch-template"), Conditions: c.owned(onResource, nodePoolTag),
		},
		{
			Actions: []string{"iam:PassRole"}, Resources: pulumi.StringArray{c.nodes},
			Conditions: []policy.Condition{policy.Equals("iam:PassedToService", "ec2.amazonaws.com",
				"ec2.amazonaws.com.cn")},
		},
	}
}

// profiles are statements about instance profiles, which Karpenter creates for the role of nodes.
func (c controllerPolicies) profiles() []policy.Statement {
	here := pulumi.StringArray{pulumi.String("arn:" + c.where.Partition + ":iam::" + c.where.Account +
		":instance-profile/*")}
	asked := c.owned(onRequest, nodeClassTag, policy.Equals(onRequest+"/"+regionTag, c.where.Region))
	has := c.owned(onResource, nodeClassTag, policy.Equals(onResource+"/"+regionTag, c.where.Region))
	return []policy.Statement{
		{Actions: []string{"iam:CreateInstanceProfile"}, Resources: here, Conditions: asked},
		{Actions: []string{"iam:TagInstanceProfile"}, Resources: here, Conditions: slices.Concat(asked, has)},
		{
			Actions: []string{"iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile",
				"iam:RemoveRoleFromInstanceProfile"},
			Resources: here, Conditions: has,
		},
		{Actions: []string{"iam:GetInstanceProfile"}, Resources: here},
		// The action does not support resources.
		{Actions: []string{"iam:ListInstanceProfiles"}, Resources: everything()},
	}
}

func everything() pulumi.StringArray { return pulumi.StringArray{pulumi.String("*")} }

// lookups are statements about resources that are only read, and about the queue.
func (c controllerPolicies) lookups() []policy.Statement {
	parameters := "arn:" + c.where.Partition + ":ssm:" + c.where.Region + "::parameter/aws/service/*"
	return []policy.Statement{
		{
			Actions: []string{
				"ec2:DescribeAvailabilityZones", "ec2:DescribeCapacityReservations", "ec2:DescribeImages",
				"ec2:DescribeInstanceStatus",
				"ec2:DescribeInstanceTypeOfferings", "ec2:DescribeInstanceTypes", "ec2:DescribeInstances",
				"ec2:DescribeLaunchTemplates",
				"ec2:DescribeSecurityGroups", "ec2:DescribeSpotPriceHistory", "ec2:DescribeSubnets",
			},
			Resources: everything(), Conditions: []policy.Condition{policy.Equals("aws:RequestedRegion",
				c.where.Region)},
		},
		{Actions: []string{"ssm:GetParameter"}, Resources: pulumi.StringArray{pulumi.String(parameters)}},
		{Actions: []string{"pricing:GetProducts"}, Resources: everything()},
		{Actions: []string{"eks:DescribeCluster"}, Resources: pulumi.StringArray{c.clusterARN()}},
		{
			Actions:   []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"},
			Resources: pulumi.StringArray{c.queue},
		},
	}
}
