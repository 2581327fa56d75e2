package iam_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

func reader(resources ...string) *iam.PolicyArgs {
	return &iam.PolicyArgs{Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"s3:GetObject"},
		Resources: pulumi.ToStringArray(resources)}}}
}

func TestPolicyGoldens(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]*iam.PolicyArgs{
		"testdata/policy.txt": reader("arn:aws:s3:::data/*"),
		"testdata/policy-everything.txt": {
			Name: "read-data", Path: "/shop/", Description: "Reads the data",
			Statements: reader("arn:aws:s3:::data/*").Statements,
			Tags:       pulumi.StringMap{"team": pulumi.String("shop")},
		},
	} {
		fixture.Run(t, func(ctx *pulumi.Context) error {
			_, err := iam.NewPolicy(ctx, "read", args)
			return err
		}, fixture.Cloud()).Golden(t, file)
	}
}

func TestInvalidPolicyArgs(t *testing.T) {
	t.Parallel()
	var many []string
	for range 120 {
		many = append(many, "arn:aws:s3:::"+long(40+len(many)%20))
	}
	for i := range many {
		many[i] += string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	tests := map[string]struct {
		reason string
		args   *iam.PolicyArgs
		want   string
	}{
		"nothing": {"statements are required", &iam.PolicyArgs{}, "statements: required, but missing"},
		"effect": {"no effect is not Allow",
			&iam.PolicyArgs{Statements: []policy.Statement{{Actions: []string{"s3:GetObject"}, Resources: strs("*")}}},
			"statements[0].effect: required"},
		"name": {"a rule of IAM", &iam.PolicyArgs{Name: "a/b", Statements: reader("*").Statements},
			`name: invalid character "/"`},
		"path": {"paths start with a slash", &iam.PolicyArgs{Path: "shop/", Statements: reader("*").Statements},
			"path: invalid path"},
		"description": {"a limit of IAM", &iam.PolicyArgs{Description: long(1001), Statements: reader("*").Statements},
			"description: too long: 1001 characters"},
		"statement": {"the rules of policy documents", reader("data"), `statements[0].resources[0]: invalid ARN "data"`},
		"size":      {"a limit of IAM", reader(many...), "the maximum of a managed policy is 6144"},
		"tags": {"reserved by AWS",
			&iam.PolicyArgs{Tags: pulumi.StringMap{"": pulumi.String("x")}, Statements: reader("*").Statements}, "tags"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := fixture.Run(t, func(ctx *pulumi.Context) error {
				_, err := iam.NewPolicy(ctx, "read", tc.args)
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.Len(t, invalid.Findings, 1, "%s: %v", tc.reason, err)
				require.ErrorContains(t, err, tc.want, tc.reason)
				return nil
			}, fixture.Cloud())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestNameOfAPolicyWithRandomCharacters(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := iam.NewPolicy(ctx, long(121), reader("*"))
		require.ErrorContains(t, err, "name: it has 129 characters: at most 128 allowed")
		_, err = iam.NewPolicy(ctx, long(120), reader("*"))
		require.NoError(t, err)
		return nil
	}, fixture.Cloud())
}
