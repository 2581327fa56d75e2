package iam_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func TestNamesAndTagsOfIdentities(t *testing.T) {
	t.Parallel()
	role := func(more in) []awstest.Step {
		return awstest.One("it", kernel.RoleToken, awstest.Merge(in{"name": "web",
			"assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}, more))
	}
	policy := func(more in) []awstest.Step {
		return awstest.One("it", "aws:iam/policy:Policy", awstest.Merge(in{"name": "read", "policy": awstest.Document(in{
			"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})}, more))
	}
	attached := func(arn string) []awstest.Step {
		return append(role(nil), awstest.Step{Name: "attached", Type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
			Inputs: in{"role": "web", "policyArn": "arn:aws:iam::aws:policy/" + arn}})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"tags": {Steps: role(in{"tags": in{"owner": "a", "team": "A + b@c"}})},
		"tag keys that differ by case": {Steps: role(in{"tags": in{"owner": "a", "Owner": "b"}}),
			Want: "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive."},
		"tag keys of a policy that differ by case": {Steps: policy(in{"tags": in{"owner": "a", "Owner": "b"}})},
		"a tag's value":                       {Steps: role(in{"tags": in{"owner": "a,b"}}), Want: "ValidationError: The TagValue"},
		"a tag's key":                         {Steps: policy(in{"tags": in{"owner(s)": "a"}}), Want: "ValidationError: The TagKey"},
		"a path":                              {Steps: role(in{"path": "/teams/shop!/"})},
		"a path with a space":                 {Steps: role(in{"path": "/the teams/"}), Want: "invalid value for path"},
		"a policy's path":                     {Steps: policy(in{"path": "/teams/shop/"})},
		"a policy's path with a mark":         {Steps: policy(in{"path": "/teams/shop!/"}), Want: "invalid value for path"},
		"a description":                       {Steps: role(in{"description": "Wächter of the shop"})},
		"a description in another script":     {Steps: role(in{"description": "Роль"}), Want: "invalid value for description"},
		"a policy of X-Ray":                   {Steps: attached("AWSXrayWriteOnlyAccess")},
		"a policy of flow monitors":           {Steps: attached("CloudWatchNetworkFlowMonitorAgentPublishPolicy")},
		"a policy of private CAs":             {Steps: attached("AWSPrivateCAConnectorForKubernetesPolicy")},
		"a policy with a path":                {Steps: attached("service-role/AmazonEFSCSIDriverPolicy")},
		"a policy without its path":           {Steps: attached("AmazonEFSCSIDriverPolicy"), Want: "does not exist or is not attachable"},
		"a policy of a service-linked role":   {Steps: attached("aws-service-role/AmazonEKSServiceRolePolicy"), Want: "does not exist or is not attachable"},
		"a policy that does not exist":        {Steps: attached("AmazonS3FullAcces"), Want: "does not exist or is not attachable"},
		"a service-linked role":               {Steps: awstest.One("it", kernel.ServiceLinkedRoleToken, in{"awsServiceName": "spot.amazonaws.com"})},
		"a service-linked role of no service": {Steps: awstest.One("it", kernel.ServiceLinkedRoleToken, in{"awsServiceName": "spots.amazonaws.com"}), Want: "api error InvalidInput"},
	})
}
