package logs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

func TestRejectedLogGroups(t *testing.T) {
	t.Parallel()
	admin := in{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*",
		"Resource": "*"}
	logs := func(region, group string) string {
		return awstest.Document(admin, in{"Effect": "Allow",
			"Principal": in{"Service": "logs." + region + ".amazonaws.com"},
			"Action":    []any{"kms:Encrypt*", "kms:GenerateDataKey*"},
			"Resource":  "*", "Condition": in{"ArnLike": in{"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:123456789012:log-group:" + group}}})
	}
	group := func(policy string) []awstest.Step {
		return []awstest.Step{{Name: "key", Type: awstest.KeyToken, Inputs: in{"policy": policy}},
			{Name: "group", Type: kernel.LogGroupToken,
				Inputs: in{"name": "/vpc/flow", "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/$key"}}}
	}
	one := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "group", Type: kernel.LogGroupToken, Inputs: inputs}}
	}
	delivery := in{"Effect": "Allow", "Principal": in{"Service": "delivery.logs.amazonaws.com"},
		"Action": "logs:PutLogEvents", "Resource": "*"}
	var many []awstest.Step
	for i := range 11 {
		many = append(many, awstest.Step{Name: "policy", Type: awstest.LogPolicyToken,
			Inputs: in{"policyName": fmt.Sprint(i), "policyDocument": awstest.Document(delivery)}})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"an encrypted group": {Steps: group(logs("eu-west-1", "/vpc/*"))},
		"a key for another region": {Steps: group(logs("us-east-1", "/vpc/*")),
			Want: "api error InvalidParameterException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-west-1:123456789012:log-group:/vpc/flow'"},
		"a key for another group": {Steps: group(logs("eu-west-1", "/eks/*")),
			Want: "api error InvalidParameterException"},
		"a key that logs may not use": {Steps: group(awstest.Document(admin)),
			Want: "api error InvalidParameterException"},
		"a key that does not exist": {Steps: one(in{"kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/none"}),
			Want: "api error InvalidParameterException"},
		"an unsupported retention period": {Steps: one(in{"retentionInDays": 31.0}),
			Want: "expected retentionInDays to be one of"},
		"no such class": {Steps: one(in{"logGroupClass": "ARCHIVE"}),
			Want: "expected logGroupClass to be one of"},
		"a name with a space": {Steps: one(in{"name": "a b"}), Want: "isn't a valid log group name"},
		"a name that is too long": {Steps: one(in{"name": strings.Repeat("a", 513)}),
			Want: "isn't a valid log group name"},
		"a name that is taken": {Steps: []awstest.Step{{Name: "a", Type: kernel.LogGroupToken,
			Inputs: in{"name": "a"}}, {Name: "b", Type: kernel.LogGroupToken, Inputs: in{"name": "a"}}},
			Want: "api error ResourceAlreadyExistsException: The specified log group already exists"},
		"a name and a prefix": {Steps: one(in{"name": "a", "namePrefix": "b"}),
			Want: "conflicts with namePrefix"},
		"too many resource policies": {Steps: many, Want: "api error LimitExceededException"},
		"a malformed resource policy": {Steps: []awstest.Step{{Name: "policy", Type: awstest.LogPolicyToken,
			Inputs: in{"policyName": "a", "policyDocument": `{"Statement": {}}`}}},
			Want: "api error InvalidParameterException: Syntax errors in policy."},
		"a resource policy that is no JSON": {Steps: []awstest.Step{{Name: "policy", Type: awstest.LogPolicyToken,
			Inputs: in{"policyName": "a", "policyDocument": "none"}}}, Want: "contains an invalid JSON policy"},
		"a resource policy for everyone": {Steps: []awstest.Step{{Name: "policy", Type: awstest.LogPolicyToken,
			Inputs: in{"policyName": "a", "policyDocument": awstest.LongDocument(5200, delivery)}}},
			Want: "larger than 5120 characters"},
	})
}

func TestLogGroupWithSkipDestroy(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	h.All(awstest.Step{Name: "kept", Type: kernel.LogGroupToken,
		Inputs: in{"namePrefix": "kept-", "skipDestroy": true}},
		awstest.Step{Name: "gone", Type: kernel.LogGroupToken, Inputs: in{}})
	require.Regexp(t, `^kept-[0-9a-f]{26}$`, h.IDs["kept"])
	require.Regexp(t, `^gone-[0-9a-f]{7}$`, h.IDs["gone"])
	require.Equal(t, "arn:aws:logs:eu-west-1:123456789012:log-group:"+h.IDs["gone"], h.Output("gone", "arn"))
	h.All(awstest.Step{Name: "-kept"}, awstest.Step{Name: "-gone"})
	left, err := h.Store.List(kernel.LogGroupToken)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, h.IDs["kept"], left[0].ID)
}
