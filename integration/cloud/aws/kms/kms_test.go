package kms_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// in are the inputs of a resource.
type in = map[string]any

func TestRejectedKeys(t *testing.T) {
	t.Parallel()
	admin := in{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*",
		"Resource": "*"}
	key := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "key", Type: awstest.KeyToken, Inputs: inputs}}
	}
	alias := func(name, target string) []awstest.Step {
		return []awstest.Step{{Name: "key", Type: awstest.KeyToken, Inputs: in{}},
			{Name: "first", Type: awstest.AliasToken, Inputs: in{"name": "alias/first", "targetKeyId": "$key"}},
			{Name: "alias", Type: awstest.AliasToken, Inputs: in{"name": name, "targetKeyId": target}}}
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"nothing":                   {Steps: key(in{})},
		"an administrator's policy": {Steps: key(in{"policy": awstest.Document(admin)})},
		"a window that is too short": {Steps: key(in{"deletionWindowInDays": 6.0}),
			Want: "expected deletionWindowInDays to be in the range (7 - 30), got 6"},
		"rotation too often": {Steps: key(in{"enableKeyRotation": true, "rotationPeriodInDays": 89.0}),
			Want: "in the range (90 - 2560), got 89"},
		"a period without rotation": {Steps: key(in{"rotationPeriodInDays": 90.0}), Want: "must be specified"},
		"no such usage":             {Steps: key(in{"keyUsage": "SIGN"}), Want: "expected keyUsage to be one of"},
		"no such spec": {Steps: key(in{"customerMasterKeySpec": "AES"}),
			Want: "expected customerMasterKeySpec to be one of"},
		"rotation of a key pair": {Steps: key(in{"enableKeyRotation": true, "customerMasterKeySpec": "RSA_2048",
			"keyUsage": "SIGN_VERIFY"}), Want: "api error UnsupportedOperationException"},
		"a policy that is no JSON": {Steps: key(in{"policy": "{"}), Want: "contains an invalid JSON policy"},
		"a policy that locks out": {Steps: key(in{"policy": awstest.Document(awstest.Merge(admin,
			in{"Principal": in{"Service": "logs.eu-west-1.amazonaws.com"}}))}),
			Want: "will not allow you to update the key policy in the future"},
		"a policy that denies updates": {Steps: key(in{"policy": awstest.Document(admin,
			awstest.Merge(admin, in{"Effect": "Deny", "Action": "kms:Put*"}))}),
			Want: "api error MalformedPolicyDocumentException: The new key policy will not"},
		"a lockout with the safety check bypassed": {Steps: key(in{"bypassPolicyLockoutSafetyCheck": true,
			"policy": awstest.Document(awstest.Merge(admin, in{"Action": "kms:Decrypt"}))})},
		"a policy without resources": {Steps: key(in{"policy": awstest.Document(in{"Effect": "Allow",
			"Principal": "*", "Action": "kms:*"})}),
			Want: "MalformedPolicyDocumentException: Policy statement must contain resources."},
		"a role that does not exist": {Steps: key(in{"policy": awstest.Document(admin,
			awstest.Merge(admin, in{"Principal": in{"AWS": "arn:aws:iam::123456789012:role/none"}}))}),
			Want: "one or more invalid principals"},
		"a role of an unknown account": {Steps: key(in{"policy": awstest.Document(admin,
			awstest.Merge(admin, in{"Principal": in{"AWS": "arn:aws:iam::999999999999:role/some"}}))})},
		"another partition's root": {Steps: key(in{"policy": awstest.Document(admin,
			awstest.Merge(admin, in{"Principal": in{"AWS": "arn:aws-cn:iam::123456789012:root"}}))}),
			Want: "one or more invalid principals"},
		"a policy that is too large": {Steps: key(in{"policy": awstest.LongDocument(33000, admin)}),
			Want: "api error LimitExceededException"},
		"an update that locks out": {Steps: append(key(in{}),
			awstest.Step{Name: "~key", Inputs: in{"policy": awstest.Document(awstest.Merge(admin,
				in{"Action": "kms:Encrypt"}))}}), Want: "MalformedPolicyDocumentException"},
		"an alias":           {Steps: alias("alias/second", "$key")},
		"an alias of an ARN": {Steps: alias("alias/second", "arn:aws:kms:eu-west-1:123456789012:key/$key")},
		"a duplicate alias": {Steps: alias("alias/first", "$key"),
			Want: "api error AlreadyExistsException: An alias with the name arn:aws:kms:eu-west-1:123456789012:alias/first already exists"},
		"an alias of AWS":   {Steps: alias("alias/aws/ebs", "$key"), Want: "reserved prefix"},
		"a malformed alias": {Steps: alias("second", "$key"), Want: "must begin with 'alias/'"},
		"an alias of a missing key": {Steps: alias("alias/second", "none"),
			Want: "api error NotFoundException: Key 'none' does not exist"},
		"an alias of another region": {Steps: alias("alias/second", "arn:aws:kms:us-east-1:123456789012:key/$key"),
			Want: "api error NotFoundException"},
	})
}
