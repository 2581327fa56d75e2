package iam_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	policyToken     = "aws:iam/policy:Policy"
	inlineToken     = "aws:iam/rolePolicy:RolePolicy"
	attachmentToken = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	exclusiveToken  = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"

	oidcToken       = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
	linkedRoleToken = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
)

func TestRejectedIdentities(t *testing.T) {
	t.Parallel()
	read := in{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
	assume := in{"Effect": "Allow", "Principal": in{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
	role := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "role", Type: kernel.RoleToken,
			Inputs: awstest.Merge(in{"assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}, inputs)}}
	}
	trusts := func(statement in) []awstest.Step {
		return role(in{"assumeRolePolicy": awstest.Document(awstest.Merge(assume, statement))})
	}
	policy := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "policy", Type: policyToken,
			Inputs: awstest.Merge(in{"policy": awstest.Document(read)}, inputs)}}
	}
	says := func(statement in) []awstest.Step { return policy(in{"policy": awstest.Document(statement)}) }
	then := func(before []awstest.Step, after ...awstest.Step) []awstest.Step { return append(before, after...) }
	attach := func(arn string) awstest.Step {
		return awstest.Step{Name: "attachment", Type: attachmentToken, Inputs: in{"role": "$role", "policyArn": arn}}
	}
	var eleven []any
	for _, name := range []string{"ReadOnlyAccess", "SecurityAudit", "IAMReadOnlyAccess",
		"AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy",
		"AmazonEKSClusterPolicy", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonS3ReadOnlyAccess",
		"AmazonEC2ReadOnlyAccess"} {
		eleven = append(eleven, "arn:aws:iam::aws:policy/"+name)
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a role": {Steps: role(in{"name": "web", "path": "/app/"})},
		"a duplicate role in another case": {Steps: then(role(in{"name": "web"}),
			awstest.Step{Name: "again", Type: kernel.RoleToken,
				Inputs: in{"name": "WEB", "assumeRolePolicy": awstest.Document(assume)}}),
			Want: "api error EntityAlreadyExists: Role with name WEB already exists."},
		"a long name": {Steps: role(in{"name": strings.Repeat("a", 65)}),
			Want: "expected length of name to be in the range (1 - 64)"},
		"a name with a space":          {Steps: role(in{"name": "a b"}), Want: "invalid value for name"},
		"a path without a final slash": {Steps: role(in{"path": "/app"}), Want: "invalid value for path"},
		"a short session": {Steps: role(in{"maxSessionDuration": 900.0}),
			Want: "in the range (3600 - 43200), got 900"},
		"a long description": {Steps: role(in{"description": strings.Repeat("a", 1001)}),
			Want: "expected length of description"},
		"trust that is no JSON": {Steps: role(in{"assumeRolePolicy": "yes"}),
			Want: "contains an invalid JSON policy"},
		"trust with an unknown element": {Steps: trusts(in{"Principals": "*"}),
			Want: "api error MalformedPolicyDocument: Syntax errors in policy."},
		"trust with an unknown effect": {Steps: trusts(in{"Effect": "allow"}),
			Want: "api error MalformedPolicyDocument: Syntax errors in policy."},
		"trust with an unknown operator": {Steps: trusts(in{"Condition": in{"StringEqual": in{"a": "b"}}}),
			Want: "api error MalformedPolicyDocument: Syntax errors in policy."},
		"trust with an unknown version": {Steps: role(in{"assumeRolePolicy": strings.Replace(awstest.Document(assume),
			"2012", "2013", 1)}), Want: "api error MalformedPolicyDocument: Syntax errors in policy."},
		"trust without a principal": {Steps: role(in{"assumeRolePolicy": awstest.Document(in{"Effect": "Allow",
			"Action": "sts:AssumeRole"})}), Want: "MalformedPolicyDocument: Missing required field Principal"},
		"trust with resources": {Steps: trusts(in{"Resource": "*"}),
			Want: "MalformedPolicyDocument: Has prohibited field Resource"},
		"trust with the action *": {Steps: trusts(in{"Action": "s3:GetObject"}),
			Want: "MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions."},
		"trust in a missing role": {Steps: trusts(in{"Principal": in{"AWS": "arn:aws:iam::123456789012:role/none"}}),
			Want: `MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/none"`},
		"trust in a malformed principal": {Steps: trusts(in{"Principal": in{"AWS": "everyone"}}),
			Want: `Invalid principal in policy: "AWS":"everyone"`},
		"trust in a malformed service": {Steps: trusts(in{"Principal": in{"Service": "ec2"}}),
			Want: `Invalid principal in policy: "SERVICE":"ec2"`},
		"trust in an unknown kind of principal": {Steps: trusts(in{"Principal": in{"Role": "a"}}),
			Want: "Syntax errors in policy."},
		"trust in an account": {Steps: trusts(in{"Principal": in{"AWS": "210987654321"}})},
		"trust that is too long": {Steps: role(in{"assumeRolePolicy": awstest.LongDocument(2048, assume)}),
			Want: "api error LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"},
		"duplicate statement ids": {Steps: role(in{"assumeRolePolicy": awstest.Document(awstest.Merge(assume,
			in{"Sid": "a"}), awstest.Merge(assume, in{"Sid": "a"}))}),
			Want: "Statement IDs (SID) in a single policy must be unique."},
		"a missing boundary":            {Steps: role(in{"permissionsBoundary": "arn:aws:iam::123456789012:policy/none"}), Want: "api error NoSuchEntity: Scope ARN: arn:aws:iam::123456789012:policy/none does not exist"},
		"a boundary":                    {Steps: then(policy(in{}), role(in{"permissionsBoundary": "$policy"})...)},
		"an unknown AWS managed policy": {Steps: role(in{"managedPolicyArns": []any{"arn:aws:iam::aws:policy/AmazonEKSNodePolicy"}}), Want: "api error NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSNodePolicy does not exist or is not attachable."},
		"inline policies that are too long": {Steps: role(in{"inlinePolicies": []any{in{"name": "a",
			"policy": awstest.LongDocument(6000, read)}, in{"name": "b", "policy": awstest.LongDocument(6000, read)}}}),
			Want: "api error LimitExceeded: Maximum policy size of 10240 bytes exceeded for role"},
		"a malformed inline policy": {Steps: role(in{"inlinePolicies": []any{in{"name": "a",
			"policy": awstest.Document(assume)}}}),
			Want: "MalformedPolicyDocument: Policy document should not specify a principal."},

		"a policy": {Steps: policy(in{})},
		"a duplicate policy": {Steps: then(policy(in{"name": "read"}),
			awstest.Step{Name: "again", Type: policyToken,
				Inputs: in{"name": "read", "policy": awstest.Document(read)}}),
			Want: "api error EntityAlreadyExists: A policy called read already exists."},
		"a policy that is too long": {Steps: policy(in{"policy": awstest.LongDocument(6144, read)}),
			Want: "api error LimitExceeded: Cannot exceed quota for PolicySize: 6144"},
		"a policy without actions": {Steps: says(in{"Effect": "Allow", "Resource": "*"}),
			Want: "Policy statement must contain actions."},
		"a policy without resources": {Steps: says(in{"Effect": "Allow", "Action": "*"}),
			Want: "Policy statement must contain resources."},
		"an identity policy with a principal": {Steps: says(awstest.Merge(read, in{"Principal": "*"})),
			Want: "Policy document should not specify a principal."},
		"an action without a service": {Steps: says(awstest.Merge(read, in{"Action": "GetObject"})),
			Want: "Actions/Conditions must be prefaced by a vendor"},
		"an action of a malformed service": {Steps: says(awstest.Merge(read, in{"Action": "s 3:GetObject"})),
			Want: "Vendor s 3 is not valid"},
		"a malformed resource": {Steps: says(awstest.Merge(read, in{"Resource": "data/*"})),
			Want: `Resource data/* must be in ARN format or "*".`},
		"a resource of another partition": {Steps: says(awstest.Merge(read,
			in{"Resource": "arn:aws-cn:s3:::data/*"})),
			Want: `Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::data/*".`},
		"a resource of IAM with a region": {Steps: says(awstest.Merge(read,
			in{"Resource": "arn:aws:iam:eu-west-1:123456789012:role/a"})), Want: "cannot contain region information"},
		"a policy that becomes malformed": {Steps: then(policy(in{}),
			awstest.Step{Name: "~policy", Inputs: in{"policy": awstest.Document(assume)}}),
			Want: "should not specify a principal"},
		"a policy that is attached": {Steps: then(policy(in{}),
			append(role(in{}), attach("$policy"), awstest.Step{Name: "-policy"})...),
			Want: "api error DeleteConflict: Cannot delete a policy attached to entities."},
		"a policy that is a boundary": {Steps: then(policy(in{}),
			append(role(in{"permissionsBoundary": "$policy"}), awstest.Step{Name: "-policy"})...),
			Want: "api error DeleteConflict"},
		"a policy that is detached": {Steps: then(policy(in{}),
			append(role(in{}), attach("$policy"), awstest.Step{Name: "-attachment"},
				awstest.Step{Name: "-policy"})...)},

		"an attachment to a missing role": {Steps: []awstest.Step{{Name: "a", Type: attachmentToken,
			Inputs: in{"role": "none", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}},
			Want: "api error NoSuchEntity: The role with name none cannot be found."},
		"an attachment of a missing policy": {Steps: then(role(in{}),
			attach("arn:aws:iam::123456789012:policy/none")),
			Want: "api error NoSuchEntity: Policy arn:aws:iam::123456789012:policy/none does not exist"},
		"an attachment of an AWS managed policy": {Steps: then(role(in{}),
			attach("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"))},
		"an attachment of another partition's policy": {Steps: then(role(in{}),
			attach("arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore")), Want: "api error NoSuchEntity"},
		"an eleventh policy": {Steps: then(role(in{"managedPolicyArns": eleven}),
			attach("arn:aws:iam::aws:policy/PowerUserAccess")),
			Want: "api error LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"},
		"a policy attached twice": {Steps: then(role(in{"managedPolicyArns": eleven}),
			attach("arn:aws:iam::aws:policy/ReadOnlyAccess"))},
		"a role with attached policies": {Steps: then(role(in{}),
			attach("arn:aws:iam::aws:policy/ReadOnlyAccess"), awstest.Step{Name: "-role"}),
			Want: "api error DeleteConflict: Cannot delete entity, must detach all policies first."},
		"a role with forceDetachPolicies": {Steps: then(role(in{"forceDetachPolicies": true}),
			attach("arn:aws:iam::aws:policy/ReadOnlyAccess"), awstest.Step{Name: "-role"})},
		"a role with inline policies": {Steps: then(role(in{}),
			awstest.Step{Name: "own", Type: inlineToken,
				Inputs: in{"role": "$role", "policy": awstest.Document(read)}}, awstest.Step{Name: "-role"}),
			Want: "api error DeleteConflict: Cannot delete entity, must delete policies first."},
		"an inline policy of a missing role": {Steps: []awstest.Step{{Name: "own", Type: inlineToken,
			Inputs: in{"role": "none", "policy": awstest.Document(read)}}}, Want: "api error NoSuchEntity"},
		"inline policies that are too long together": {Steps: then(role(in{}),
			awstest.Step{Name: "own", Type: inlineToken,
				Inputs: in{"role": "$role", "policy": awstest.LongDocument(6000, read)}},
			awstest.Step{Name: "more", Type: inlineToken,
				Inputs: in{"role": "$role", "policy": awstest.LongDocument(6000, read)}}),
			Want: "api error LimitExceeded"},
		"an inline policy without actions": {Steps: then(role(in{}),
			awstest.Step{Name: "own", Type: inlineToken, Inputs: in{"role": "$role", "policy": "[]"}}),
			Want: "contains an invalid JSON policy"},
		"an exclusive list of a missing role": {Steps: []awstest.Step{{Name: "only", Type: exclusiveToken,
			Inputs: in{"roleName": "none", "policyArns": []any{}}}}, Want: "api error NoSuchEntity"},
		"an exclusive list with a missing policy": {Steps: then(role(in{}),
			awstest.Step{Name: "only", Type: exclusiveToken,
				Inputs: in{"roleName": "$role", "policyArns": []any{"arn:aws:iam::aws:policy/None"}}}),
			Want: "api error NoSuchEntity"},
		"a profile of a missing role": {Steps: []awstest.Step{{Name: "profile",
			Type: awstest.InstanceProfileToken, Inputs: in{"role": "none"}}},
			Want: "api error NoSuchEntity: The role with name none cannot be found."},
		"a duplicate profile": {Steps: []awstest.Step{{Name: "profile",
			Type: awstest.InstanceProfileToken, Inputs: in{"name": "a"}},
			{Name: "again", Type: awstest.InstanceProfileToken, Inputs: in{"name": "a"}}},
			Want: "api error EntityAlreadyExists: Instance Profile a already exists."},
		"a profile whose role is deleted": {Steps: then(role(in{}),
			awstest.Step{Name: "profile", Type: awstest.InstanceProfileToken, Inputs: in{"role": "$role"}},
			awstest.Step{Name: "-role"})},
		"an identity provider": {Steps: []awstest.Step{{Name: "oidc", Type: oidcToken,
			Inputs: in{"url": "https://token.example.com/id", "clientIdLists": []any{"sts.amazonaws.com"}}}}},
		"an identity provider over HTTP": {Steps: []awstest.Step{{Name: "oidc", Type: oidcToken,
			Inputs: in{"url": "http://token.example.com", "clientIdLists": []any{}}}}, Want: "is an invalid URL"},
		"a duplicate identity provider": {Steps: []awstest.Step{{Name: "oidc", Type: oidcToken,
			Inputs: in{"url": "https://token.example.com", "clientIdLists": []any{"a"}}},
			{Name: "again", Type: oidcToken, Inputs: in{"url": "https://token.example.com",
				"clientIdLists": []any{"b"}}}},
			Want: "api error EntityAlreadyExists: Provider with url https://token.example.com already exists."},
		"an identity provider without clients": {Steps: []awstest.Step{{Name: "oidc", Type: oidcToken,
			Inputs: in{"url": "https://token.example.com"}}}, Want: "missing required property"},
		"a malformed thumbprint": {Steps: []awstest.Step{{Name: "oidc", Type: oidcToken,
			Inputs: in{"url": "https://token.example.com", "clientIdLists": []any{"a"},
				"thumbprintLists": []any{"aa"}}}}, Want: "40 hexadecimal digits"},
		"a linked role": {Steps: []awstest.Step{{Name: "linked", Type: linkedRoleToken,
			Inputs: in{"awsServiceName": "eks.amazonaws.com"}}}},
		"a duplicate service-linked role": {Steps: []awstest.Step{{Name: "linked", Type: linkedRoleToken,
			Inputs: in{"awsServiceName": "eks.amazonaws.com"}},
			{Name: "again", Type: linkedRoleToken, Inputs: in{"awsServiceName": "eks.amazonaws.com"}}},
			Want: "api error InvalidInput: Service role name AWSServiceRoleForAmazonEKS has been taken in this account"},
		"a service-linked role of a malformed service": {Steps: []awstest.Step{{Name: "linked", Type: linkedRoleToken,
			Inputs: in{"awsServiceName": "eks"}}}, Want: "must be a full service hostname"},
	})
}

// TestIdentitiesBelongToTheAccount checks that roles are visible in all regions of an account, and in no other account.
func TestIdentitiesBelongToTheAccount(t *testing.T) {
	t.Parallel()
	a := awstest.NewAccount(t, true)
	ireland := a.Use(in{"region": "eu-west-1"}).History()
	ireland.All(awstest.Step{Name: "role", Type: kernel.RoleToken,
		Inputs: in{"name": "web", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}})
	require.Equal(t, "arn:aws:iam::123456789012:role/web", ireland.Output("role", "arn"))
	virginia := a.Another().Use(in{"region": "us-east-1"}).History()
	found, err := virginia.Call("aws:iam/getRole:getRole", in{"name": "web"})
	require.NoError(t, err)
	require.Equal(t, ireland.Output("role", "arn"), found["arn"])
	other := a.Another().Use(in{"region": "us-east-1",
		"assumeRole": in{"roleArn": "arn:aws:iam::210987654321:role/deploy"}}).History()
	_, err = other.Call("aws:iam/getRole:getRole", in{"name": "web"})
	require.ErrorContains(t, err, "api error NoSuchEntity")
	all, err := a.Store.List(kernel.RoleToken)
	require.NoError(t, err)
	require.Equal(t, "123456789012", all[0].Place)
}

func TestExclusiveAttachments(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	h.All(awstest.Step{Name: "role", Type: kernel.RoleToken,
		Inputs: in{"name": "web", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}},
		awstest.Step{Name: "attached", Type: attachmentToken,
			Inputs: in{"role": "web", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}},
		awstest.Step{Name: "only", Type: exclusiveToken,
			Inputs: in{"roleName": "web", "policyArns": []any{"arn:aws:iam::aws:policy/SecurityAudit"}}})
	left, err := h.Store.List(attachmentToken)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, "arn:aws:iam::aws:policy/SecurityAudit", left[0].Text("policyArn"))
}

func TestIAMLookUps(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "cn-north-1"}).History()
	h.All(awstest.Step{Name: "role", Type: kernel.RoleToken,
		Inputs: in{"name": "web", "path": "/app/", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com.cn")}},
		awstest.Step{Name: "profile", Type: awstest.InstanceProfileToken, Inputs: in{"name": "web", "role": "web"}},
		awstest.Step{Name: "policy", Type: policyToken,
			Inputs: in{"name": "read", "policy": awstest.Document(in{"Effect": "Allow", "Action": "*",
				"Resource": "*"})}},
		awstest.Step{Name: "oidc", Type: oidcToken,
			Inputs: in{"url": "https://token.example.com", "clientIdLists": []any{"a"}}},
		awstest.Step{Name: "key", Type: awstest.KeyToken, Inputs: in{}},
		awstest.Step{Name: "alias", Type: awstest.AliasToken, Inputs: in{"targetKeyId": "$key"}})
	require.Regexp(t, "^alias/alias-[0-9a-f]{7}$", h.IDs["alias"])
	for token, tc := range map[string]struct {
		args           in
		property, want string
	}{
		"aws:iam/getRole:getRole": {in{"name": "web"}, "arn",
			"arn:aws-cn:iam::123456789012:role/app/web"},
		"aws:iam/getInstanceProfile:getInstanceProfile": {in{"name": "web"}, "roleArn",
			"arn:aws-cn:iam::123456789012:role/app/web"},
		"aws:iam/getPolicy:getPolicy": {in{"name": "read"}, "arn",
			"arn:aws-cn:iam::123456789012:policy/read"},
		"aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": {in{"url": "https://token.example.com"}, "url",
			"token.example.com"},
		"aws:kms/getKey:getKey":     {in{"keyId": "$alias"}, "arn", "arn:aws-cn:kms:cn-north-1:123456789012:key/$key"},
		"aws:kms/getAlias:getAlias": {in{"name": "$alias"}, "targetKeyId", "$key"},
	} {
		got, err := h.Call(token, tc.args)
		require.NoError(t, err, token)
		require.Equal(t, h.Fill(tc.want), got[tc.property], token)
		_, err = h.Call(token, in{"name": "none", "keyId": "none", "url": "https://none"})
		require.Error(t, err, token)
	}
	managed, err := h.Call("aws:iam/getPolicy:getPolicy", in{"name": "AmazonEBSCSIDriverPolicy"})
	require.NoError(t, err)
	require.Equal(t, "arn:aws-cn:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy", managed["arn"])
}
