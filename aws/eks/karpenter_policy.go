package eks

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// controllerOf is the cluster for which a controller makes nodes.
type controllerOf struct {
	where        lookup.Scope
	cluster      string
	nodes, queue pulumi.StringInput
}

func (c controllerOf) clusterARN() string { return c.where.ARN("eks", "cluster/"+c.cluster) }

// The tags by which Karpenter knows what is its own.
const (
	nodePoolTag  = "karpenter.sh/nodepool"
	nodeClassTag = "karpenter.sh/nodeclass"
	regionTag    = "topology.kubernetes.io/region"
)

// policies returns what the controller may do: make machines that carry the tags of the cluster, and change and delete no others. Source:
// "CloudFormation", Karpenter reference.
func (c controllerOf) policies() config.Named[policy.Document] {
	return config.Named[policy.Document]{
		"machines": {Statements: c.machines()}, "profiles": {Statements: c.profiles()}, "lookups": {Statements: c.lookups()},
	}
}

// ec2 returns ARNs of resources of EC2 in the region, whoever owns them: images are AWS's, and subnets can be shared.
func (c controllerOf) ec2(kinds ...string) pulumi.StringArray {
	var out pulumi.StringArray
	for _, kind := range kinds {
		account := "*"
		if kind == "image" || kind == "snapshot" {
			account = ""
		}
		out = append(out, pulumi.String("arn:"+c.where.Partition+":ec2:"+c.where.Region+":"+account+":"+kind+"/*"))
	}
	return out
}

// owned are the conditions that a request, or a resource, has the tags of the cluster, and more of them: on is aws:RequestTag or
// aws:ResourceTag.
func (c controllerOf) owned(on, class string, more ...policy.Condition) []policy.Condition {
	return append([]policy.Condition{policy.Equals(on+"/kubernetes.io/cluster/"+c.cluster, "owned"), policy.Like(on+"/"+class, "*")}, more...)
}

const (
	onRequest  = "aws:RequestTag"
	onResource = "aws:ResourceTag"
)

func (c controllerOf) machines() []policy.Statement {
	made := []string{"fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request"}
	tagged := c.owned(onRequest, nodePoolTag)
	created := c.owned(onRequest, nodePoolTag, policy.Equals("ec2:CreateAction", "CreateFleet", "CreateLaunchTemplate", "RunInstances"))
	renamed := c.owned(onResource, nodePoolTag, policy.Condition{
		Operator: "ForAllValues:StringEquals", Key: pulumi.String("aws:TagKeys"),
		Values: pulumi.ToStringArray([]string{"Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"}),
	})
	start := []string{"ec2:CreateFleet", "ec2:RunInstances"}
	return []policy.Statement{
		{Effect: policy.Allow, Actions: start, Resources: c.ec2("image", "snapshot", "security-group", "subnet", "capacity-reservation")},
		{Effect: policy.Allow, Actions: start, Resources: c.ec2("launch-template"), Conditions: c.owned(onResource, nodePoolTag)},
		{Effect: policy.Allow, Actions: slices.Concat(start, []string{"ec2:CreateLaunchTemplate"}), Resources: c.ec2(made...), Conditions: tagged},
		{Effect: policy.Allow, Actions: []string{"ec2:CreateTags"}, Resources: c.ec2(made...), Conditions: created},
		{Effect: policy.Allow, Actions: []string{"ec2:CreateTags"}, Resources: c.ec2("instance"), Conditions: renamed},
		{
			Effect:    policy.Allow,
			Actions:   []string{"ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"},
			Resources: c.ec2("instance", "launch-template"), Conditions: c.owned(onResource, nodePoolTag),
		},
		{
			Effect:  policy.Allow,
			Actions: []string{"iam:PassRole"}, Resources: pulumi.StringArray{c.nodes},
			Conditions: []policy.Condition{policy.Equals("iam:PassedToService", "ec2.amazonaws.com", "ec2.amazonaws.com.cn")},
		},
	}
}

// profiles are statements about instance profiles, which Karpenter makes for the role of nodes.
func (c controllerOf) profiles() []policy.Statement {
	here := pulumi.StringArray{pulumi.String("arn:" + c.where.Partition + ":iam::" + c.where.Account + ":instance-profile/*")}
	asked := c.owned(onRequest, nodeClassTag, policy.Equals(onRequest+"/"+regionTag, c.where.Region))
	has := c.owned(onResource, nodeClassTag, policy.Equals(onResource+"/"+regionTag, c.where.Region))
	return []policy.Statement{
		{Effect: policy.Allow, Actions: []string{"iam:CreateInstanceProfile"}, Resources: here, Conditions: asked},
		{Effect: policy.Allow, Actions: []string{"iam:TagInstanceProfile"}, Resources: here, Conditions: slices.Concat(asked, has)},
		{
			Effect:    policy.Allow,
			Actions:   []string{"iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile", "iam:RemoveRoleFromInstanceProfile"},
			Resources: here, Conditions: has,
		},
		{Effect: policy.Allow, Actions: []string{"iam:GetInstanceProfile"}, Resources: here},
		// It takes no resource.
		{Effect: policy.Allow, Actions: []string{"iam:ListInstanceProfiles"}, Resources: everywhere()},
	}
}

func everywhere() pulumi.StringArray { return pulumi.StringArray{pulumi.String("*")} }

// lookups are statements about what is only read, and the queue.
func (c controllerOf) lookups() []policy.Statement {
	parameters := "arn:" + c.where.Partition + ":ssm:" + c.where.Region + "::parameter/aws/service/*"
	return []policy.Statement{
		{
			Effect: policy.Allow,
			Actions: []string{
				"ec2:DescribeAvailabilityZones", "ec2:DescribeCapacityReservations", "ec2:DescribeImages", "ec2:DescribeInstanceStatus",
				"ec2:DescribeInstanceTypeOfferings", "ec2:DescribeInstanceTypes", "ec2:DescribeInstances", "ec2:DescribeLaunchTemplates",
				"ec2:DescribeSecurityGroups", "ec2:DescribeSpotPriceHistory", "ec2:DescribeSubnets",
			},
			Resources: everywhere(), Conditions: []policy.Condition{policy.Equals("aws:RequestedRegion", c.where.Region)},
		},
		{Effect: policy.Allow, Actions: []string{"ssm:GetParameter"}, Resources: pulumi.StringArray{pulumi.String(parameters)}},
		{Effect: policy.Allow, Actions: []string{"pricing:GetProducts"}, Resources: everywhere()},
		{Effect: policy.Allow, Actions: []string{"eks:DescribeCluster"}, Resources: pulumi.StringArray{pulumi.String(c.clusterARN())}},
		{
			Effect:    policy.Allow,
			Actions:   []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"},
			Resources: pulumi.StringArray{c.queue},
		},
	}
}
