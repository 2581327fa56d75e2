package iam

import (
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

// FindRole returns a role by its ARN, or nil.
func FindRole(c *cloud.Call, arn string) (*cloud.Object, error) {
	roles, err := c.List(kernel.RoleToken)
	if i := slices.IndexFunc(roles, func(o *cloud.Object) bool { return o.Text("arn") == arn }); i >= 0 {
		return roles[i], err
	}
	return nil, err
}

// grants are the actions of AWS managed policies that the simulation checks.
func grants() map[string][]string {
	pull := []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage"}
	return map[string][]string{
		"AdministratorAccess": {"*"}, "PowerUserAccess": {"*"},
		"AmazonEKSClusterPolicy":             {"ec2:DeleteSecurityGroup"},
		"AmazonEKSWorkerNodePolicy":          {"ec2:DescribeInstances"},
		"AmazonEKS_CNI_Policy":               {"ec2:AssignPrivateIpAddresses"},
		"AmazonEC2ContainerRegistryReadOnly": pull, "AmazonEC2ContainerRegistryPullOnly": pull,
		"AmazonEC2ContainerRegistryPowerUser": pull, "AmazonEC2ContainerRegistryFullAccess": pull,
		"AmazonEC2FullAccess":                          {"ec2:*"},
		"AmazonDynamoDBFullAccess":                     {"dynamodb:*"},
		"AmazonSQSFullAccess":                          {"sqs:*"},
		"service-role/AWSLambdaVPCAccessExecutionRole": {"ec2:CreateNetworkInterface"},
		"service-role/AWSLambdaSQSQueueExecutionRole":  {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
		"service-role/AWSLambdaKinesisExecutionRole":   {"kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator"},
		"service-role/AWSLambdaDynamoDBExecutionRole": {"dynamodb:DescribeStream", "dynamodb:GetRecords",
			"dynamodb:GetShardIterator", "dynamodb:ListStreams"},
	}
}

// statementsOf returns the statements of a role's customer managed and inline policies, and the names of its AWS
// managed policies.
func statementsOf(c *cloud.Call, role *cloud.Object) (own []policy.Statement, amazon []string, err error) {
	attached, texts, err := policiesOf(kernel.InAccount(c), role)
	if err != nil {
		return nil, nil, err
	}
	for _, arn := range attached {
		if _, name, ok := strings.Cut(arn, ":iam::aws:policy/"); ok {
			amazon = append(amazon, name)
			continue
		}
		p, err := c.Get(customerPolicyToken, c.Scope.Values["account"], arn)
		if err != nil {
			return nil, nil, err
		}
		if p != nil {
			texts = append(texts, p.Text("policy"))
		}
	}
	for _, text := range texts {
		if d, err := policy.Parse(text); err == nil {
			own = append(own, d.Statements...)
		}
	}
	return own, amazon, nil
}

// RoleAllows reports whether the policies of a role allow an action on any resource, and whether one of them denies it.
func RoleAllows(c *cloud.Call, role *cloud.Object, action string) (allowed, denied bool, err error) {
	own, amazon, err := statementsOf(c, role)
	for _, s := range own {
		if s.Applies(policy.Request{Kind: "AWS", Principal: role.Text("arn"), Action: action}) {
			allowed, denied = allowed || s.Effect == "Allow", denied || s.Effect == "Deny"
		}
	}
	for _, name := range amazon {
		allowed = allowed || kernel.MatchAny(grants()[name], action, true)
	}
	return allowed && !denied, denied, err
}

// RoleARNAllows reports whether the role of an ARN exists and its policies allow an action.
func RoleARNAllows(c *cloud.Call, arn, action string) (bool, error) {
	role, err := FindRole(c, arn)
	if err != nil || role == nil {
		return false, err
	}
	ok, _, err := RoleAllows(c, role, action)
	return ok, err
}

// MayAssume reports whether a service can assume the role of an ARN.
func MayAssume(c *cloud.Call, service, arn string) (bool, error) {
	return TrustAllows(c, service, arn, "sts:AssumeRole")
}

// TrustAllows reports whether the trust policy of the role of an ARN allows an action to a service.
func TrustAllows(c *cloud.Call, service, arn, action string) (bool, error) {
	roles, err := c.List(kernel.RoleToken)
	if err != nil {
		return false, err
	}
	for _, o := range roles {
		if o.Text("arn") != arn {
			continue
		}
		d, err := policy.Parse(o.Text("assumeRolePolicy"))
		return err == nil && d.Allows(policy.Request{
			Kind: "Service", Principal: service, Action: action,
			Context: map[string]string{"aws:SourceAccount": c.Scope.Values["account"]},
		}), err
	}
	return false, nil
}
