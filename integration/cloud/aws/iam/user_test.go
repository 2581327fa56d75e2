package iam_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	accessKeyToken       = "aws:iam/accessKey:AccessKey"
	groupAttachmentToken = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment"
	groupInlineToken     = "aws:iam/groupPolicy:GroupPolicy"
	groupToken           = "aws:iam/group:Group"
	membershipToken      = "aws:iam/groupMembership:GroupMembership"
	userAttachmentToken  = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
	userGroupsToken      = "aws:iam/userGroupMembership:UserGroupMembership"
	userInlineToken      = "aws:iam/userPolicy:UserPolicy"

	readOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess"
)

func TestRejectedUsersAndGroups(t *testing.T) {
	t.Parallel()
	read := in{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
	common := []awstest.Step{
		{Name: "user", Type: kernel.UserToken, Inputs: in{"name": "ci"}},
		{Name: "group", Type: groupToken, Inputs: in{"name": "developers"}},
		{Name: "policy", Type: policyToken, Inputs: in{"policy": awstest.Document(read)}},
	}
	step := func(name, typ string, inputs in) awstest.Step {
		return awstest.Step{Name: name, Type: typ, Inputs: inputs}
	}
	steps := func(s ...awstest.Step) []awstest.Step { return s }
	key := func(n int) awstest.Step { return step(fmt.Sprint("key", n), accessKeyToken, in{"user": "ci"}) }
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"a duplicate user in another case": {Steps: steps(step("again", kernel.UserToken, in{"name": "CI"})),
			Want: "api error EntityAlreadyExists: User with name CI already exists."},
		"a duplicate group": {Steps: steps(step("again", groupToken, in{"name": "developers"})),
			Want: "api error EntityAlreadyExists: Group with name developers already exists."},
		"a user's name": {Steps: steps(step("bad", kernel.UserToken, in{"name": "a b"})), Want: "invalid value for name"},
		"a missing boundary": {Steps: steps(step("bound", kernel.UserToken,
			in{"permissionsBoundary": "arn:aws:iam::123456789012:policy/none"})), Want: "api error NoSuchEntity: Scope ARN"},
		"an access key":        {Steps: steps(key(1))},
		"a third access key":   {Steps: steps(key(1), key(2), key(3)), Want: "api error LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2"},
		"a key of nobody":      {Steps: steps(step("key", accessKeyToken, in{"user": "none"})), Want: "api error NoSuchEntity: The user with name none cannot be found."},
		"a key's status":       {Steps: steps(step("key", accessKeyToken, in{"user": "ci", "status": "active"})), Want: "expected status to be one of"},
		"a user with a key":    {Steps: steps(key(1), awstest.Step{Name: "-user"}), Want: "api error DeleteConflict: Cannot delete entity, must delete access keys first."},
		"a user with a policy": {Steps: steps(step("own", userInlineToken, in{"user": "ci", "policy": awstest.Document(read)}), awstest.Step{Name: "-user"}), Want: "api error DeleteConflict: Cannot delete entity, must delete policies first."},
		"a user with an attachment": {Steps: steps(step("own", userAttachmentToken, in{"user": "ci", "policyArn": readOnly}), awstest.Step{Name: "-user"}),
			Want: "api error DeleteConflict: Cannot delete entity, must detach all policies first."},
		"a user with everything that goes": {Steps: steps(step("forced", kernel.UserToken, in{"name": "forced", "forceDestroy": true}),
			step("key", accessKeyToken, in{"user": "forced"}), step("own", userAttachmentToken, in{"user": "forced", "policyArn": readOnly}),
			awstest.Step{Name: "-forced"})},
		"a policy attached to a user": {Steps: steps(step("own", userAttachmentToken, in{"user": "ci", "policyArn": "$policy"}), awstest.Step{Name: "-policy"}),
			Want: "api error DeleteConflict: Cannot delete a policy attached to entities."},
		"inline policies that are too long": {Steps: steps(step("own", userInlineToken, in{"user": "ci", "policy": awstest.LongDocument(2100, read)})),
			Want: "api error LimitExceeded: Maximum policy size of 2048 bytes exceeded for user ci"},
		"an inline policy with a principal": {Steps: steps(step("own", groupInlineToken, in{"group": "developers", "policy": awstest.Document(awstest.Merge(read, in{"Principal": "*"}))})),
			Want: "Policy document should not specify a principal."},
		"a group that is missing": {Steps: steps(step("own", groupAttachmentToken, in{"group": "none", "policyArn": readOnly})),
			Want: "api error NoSuchEntity: The group with name none cannot be found."},
		"a membership of nobody": {Steps: steps(step("members", membershipToken, in{"group": "developers", "users": []any{"none"}})),
			Want: "api error NoSuchEntity: The user with name none cannot be found."},
		"groups that are missing": {Steps: steps(step("groups", userGroupsToken, in{"user": "ci", "groups": []any{"none"}})),
			Want: "api error NoSuchEntity: The group with name none cannot be found."},
		"a group with a member": {Steps: steps(step("members", membershipToken, in{"group": "developers", "users": []any{"ci"}}), awstest.Step{Name: "-group"}),
			Want: "api error DeleteConflict: Cannot delete entity, must remove users from group first."},
		"a group of a user": {Steps: steps(step("groups", userGroupsToken, in{"user": "ci", "groups": []any{"developers"}}), awstest.Step{Name: "-group"}),
			Want: "must remove users from group first."},
		"a member is deleted": {Steps: steps(step("members", membershipToken, in{"group": "developers", "users": []any{"ci"}}), awstest.Step{Name: "-user"})},
		"trust in a user": {Steps: steps(step("role", kernel.RoleToken, in{"assumeRolePolicy": awstest.Document(in{"Effect": "Allow",
			"Principal": in{"AWS": "arn:aws:iam::123456789012:user/ci"}, "Action": "sts:AssumeRole"})}))},
		"trust in a missing user": {Steps: steps(step("role", kernel.RoleToken, in{"assumeRolePolicy": awstest.Document(in{"Effect": "Allow",
			"Principal": in{"AWS": "arn:aws:iam::123456789012:user/none"}, "Action": "sts:AssumeRole"})})),
			Want: "Invalid principal in policy"},
	})
}

func TestAccessKeyIsSecret(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "user", Type: kernel.UserToken, Inputs: in{"name": "ci", "path": "/robots/"}},
		awstest.Step{Name: "key", Type: accessKeyToken, Inputs: in{"user": "ci"}})
	require.Equal(t, "arn:aws:iam::123456789012:user/robots/ci", h.Output("user", "arn"))
	require.Regexp(t, "^AKIA[0-9A-F]{16}$", h.IDs["key"])
	for _, name := range []string{"secret", "sesSmtpPasswordV4"} {
		require.True(t, resource.ToResourcePropertyMap(h.State["key"])[resource.PropertyKey(name)].IsSecret(), name)
	}
	h.Refreshed("key")
	require.True(t, resource.ToResourcePropertyMap(h.State["key"])["secret"].IsSecret(), "after a refresh as well")
	found, err := h.Call("aws:iam/getUser:getUser", in{"userName": "ci"})
	require.NoError(t, err)
	require.Equal(t, h.Output("user", "uniqueId"), found["userId"])
	h.All(awstest.Step{Name: "~user", Inputs: in{"name": "ci", "path": "/people/"}})
	require.Equal(t, "arn:aws:iam::123456789012:user/people/ci", h.Output("user", "arn"), "a path changes in place")
}
