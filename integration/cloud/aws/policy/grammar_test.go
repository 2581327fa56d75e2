package policy_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

func TestTrustPolicies(t *testing.T) {
	t.Parallel()
	role := func(statement in) []awstest.Step {
		return awstest.One("it", kernel.RoleToken, in{"name": "web", "assumeRolePolicy": awstest.Document(awstest.Merge(
			in{"Effect": "Allow", "Principal": in{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}, statement))})
	}
	const malformed = "api error MalformedPolicyDocument: "
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a service":                  {Steps: role(nil)},
		"a service with a region":    {Steps: role(in{"Principal": in{"Service": "logs.eu-west-1.amazonaws.com"}})},
		"a service of China":         {Steps: role(in{"Principal": in{"Service": "ec2.amazonaws.com.cn"}})},
		"a service with a subdomain": {Steps: role(in{"Principal": in{"Service": "pods.eks.amazonaws.com"}, "Action": []any{"sts:AssumeRole", "sts:TagSession"}})},
		"a service that does not exist": {Steps: role(in{"Principal": in{"Service": "ec3.amazonaws.com"}}),
			Want: malformed + `Invalid principal in policy: "SERVICE":"ec3.amazonaws.com"`},
		"a misspelt domain": {Steps: role(in{"Principal": in{"Service": "ec2.amazon.com"}}), Want: malformed},
		"an OIDC provider": {Steps: role(in{"Principal": in{"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
			"Action": "sts:AssumeRoleWithWebIdentity"})},
		"a SAML provider": {Steps: role(in{"Principal": in{"Federated": "arn:aws:iam::123456789012:saml-provider/corp"}, "Action": "sts:AssumeRoleWithSAML"})},
		"Cognito":         {Steps: role(in{"Principal": in{"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity"})},
		"a host that is no provider": {Steps: role(in{"Principal": in{"Federated": "token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}),
			Want: malformed + `Invalid principal in policy: "FEDERATED":"token.actions.githubusercontent.com"`},
		"an action that is not about roles": {Steps: role(in{"Action": "sts:GetCallerIdentity"}),
			Want: malformed + "AssumeRole policy may only specify STS AssumeRole actions."},
		"a misspelt action":                {Steps: role(in{"Action": "sts:AssumeRoles"}), Want: malformed + "AssumeRole policy"},
		"actions by a pattern":             {Steps: role(in{"Action": "sts:AssumeRole*"})},
		"no actions":                       {Steps: role(in{"Action": []any{}}), Want: malformed + "Policy statement must contain actions."},
		"a statement's id":                 {Steps: role(in{"Sid": "Web1"})},
		"a statement's id with a space":    {Steps: role(in{"Sid": "the web"}), Want: malformed + "Statement IDs (SID) must be alpha-numeric."},
		"all roles of an account":          {Steps: role(in{"Principal": in{"AWS": "arn:aws:iam::999999999999:role/*"}}), Want: malformed + `Invalid principal in policy: "AWS"`},
		"a principal that is not excluded": {Steps: role(in{"Principal": nil, "NotPrincipal": in{"AWS": "123456789012"}}), Want: malformed},
	})
}

func TestIdentityPolicies(t *testing.T) {
	t.Parallel()
	policy := func(statement in) []awstest.Step {
		return awstest.One("it", "aws:iam/policy:Policy", in{"name": "web", "policy": awstest.Document(awstest.Merge(
			in{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}, statement))})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"an action":         {Steps: policy(nil)},
		"an unknown action": {Steps: policy(in{"Action": "s3:GetObjects"})}, // IAM does not know which actions exist.
		"no resources":      {Steps: policy(in{"Resource": []any{}}), Want: "Policy statement must contain resources."},
		"no statements": {Steps: awstest.One("it", "aws:iam/policy:Policy", in{"name": "web", "policy": `{"Version": "2012-10-17", "Statement": []}`}),
			Want: "api error MalformedPolicyDocument"},
		"another version": {Steps: awstest.One("it", "aws:iam/policy:Policy", in{"name": "web", "policy": `{"Version": "2012-10-18", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}`}),
			Want: "api error MalformedPolicyDocument"},
		"a statement's id with a hyphen": {Steps: policy(in{"Sid": "read-only"}), Want: "must be alpha-numeric"},
	})
}
