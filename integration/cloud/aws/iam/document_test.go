package iam_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// TestPolicyDocuments compares documents with what the provider renders.
func TestPolicyDocuments(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	trust := in{"actions": []any{"sts:AssumeRole"}, "principals": []any{in{"type": "Service", "identifiers": []any{"ec2.amazonaws.com"}}}}
	const base = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":["a:B","a:A"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`
	tests := map[string]struct {
		reason string
		args   in
		want   string
	}{
		"trust": {"one action and one principal are texts", in{"statements": []any{trust}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}`},
		"sets": {"several are sorted from the last to the first", in{"statements": []any{in{"sid": "Read", "effect": "Deny",
			"notActions": []any{"s3:GetObject", "s3:PutObject", "s3:GetObject"}, "notResources": []any{"a", "b"}}}},
			`{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Deny","NotAction":["s3:PutObject","s3:GetObject"],"NotResource":["b","a"]}]}`},
		"everybody": {"* of the type * is the text", in{"statements": []any{in{"actions": []any{"s3:GetObject"}, "resources": []any{"*"},
			"principals": []any{in{"type": "*", "identifiers": []any{"*"}}}}}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":"*"}]}`},
		"principals": {"blocks of one type are one list", in{"statements": []any{in{"principals": []any{
			in{"type": "AWS", "identifiers": []any{"*"}}, in{"type": "Service", "identifiers": []any{"a", "b"}},
			in{"type": "Service", "identifiers": []any{"c"}}}, "notPrincipals": []any{in{"type": "AWS", "identifiers": []any{"x"}}}}}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*","Service":["b","a","c"]},"NotPrincipal":{"AWS":"x"}}]}`},
		"conditions": {"values of one key are one list in their order", in{"statements": []any{in{"conditions": []any{
			in{"test": "StringLike", "variable": "aws:x", "values": []any{"b", "a"}},
			in{"test": "StringLike", "variable": "aws:x", "values": []any{"c"}},
			in{"test": "Bool", "variable": "aws:SecureTransport", "values": []any{"false"}}}}}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Condition":{"Bool":{"aws:SecureTransport":"false"},"StringLike":{"aws:x":["b","a","c"]}}}]}`},
		"variables": {"IAM variables are written with &", in{"statements": []any{in{"resources": []any{"arn:aws:s3:::b/&{aws:username}/*"},
			"conditions": []any{in{"test": "StringLike", "variable": "s3:prefix", "values": []any{"&{aws:username}"}}}}}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"arn:aws:s3:::b/${aws:username}/*","Condition":{"StringLike":{"s3:prefix":"${aws:username}"}}}]}`},
		"version and id": {"both are optional", in{"version": "2008-10-17", "policyId": "p", "statements": []any{trust}},
			`{"Version":"2008-10-17","Id":"p","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}`},
		"empty": {"without statements", in{}, `{"Version":"2012-10-17"}`},
		"source": {"source documents come first", in{"sourcePolicyDocuments": []any{base}, "statements": []any{in{"sid": "A", "actions": []any{"ec2:*"}, "resources": []any{"*"}}}},
			`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"ec2:*","Resource":"*"},{"Effect":"Deny","Action":["a:B","a:A"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`},
		"override": {"statements of the same Sid are replaced", in{"statements": []any{in{"sid": "A", "actions": []any{"ec2:*"}, "resources": []any{"*"}}}, "overridePolicyDocuments": []any{base}}, base},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			answer, err := h.Call("aws:iam/getPolicyDocument:getPolicyDocument", tc.args)
			require.NoError(t, err)
			require.Equal(t, tc.want, answer["minifiedJson"], tc.reason)
			require.JSONEq(t, tc.want, answer["json"].(string))
			require.Contains(t, answer["json"], "{\n  \"Version\": ", "it is indented")
			require.NotEmpty(t, answer["id"])
		})
	}
	for want, args := range map[string]in{
		"duplicate Sid (A)":                               {"statements": []any{in{"sid": "A"}, in{"sid": "A"}}},
		"merging source document 1: duplicate Sid (A)":    {"sourcePolicyDocuments": []any{base, base}},
		"must only include alphanumeric characters":       {"statements": []any{in{"sid": "A B"}}},
		"expected version to be one of":                   {"version": "2012-10-18"},
		"effect to be one of":                             {"statements": []any{in{"effect": "allow"}}},
		"merging override document 0":                     {"overridePolicyDocuments": []any{"{"}},
		"not supported in document version 2008-10-17":    {"version": "2008-10-17", "statements": []any{in{"resources": []any{"&{aws:x}"}}}},
		`\u0026{aws:x}"}}), which is not supported in do`: {"version": "2008-10-17", "statements": []any{in{"conditions": []any{in{"test": "A", "variable": "b", "values": []any{"&{aws:x}"}}}}}},
	} {
		_, err := h.Call("aws:iam/getPolicyDocument:getPolicyDocument", args)
		require.ErrorContains(t, err, want)
	}
}
