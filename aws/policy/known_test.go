package policy_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// carrierArgs are arguments with a policy.
type carrierArgs struct {
	Policy policy.Document `pulumi:"policy"`
	Kind   policy.Kind     `pulumi:"kind"`
}

func (a *carrierArgs) Validate(report *config.Report) {
	a.Policy.Report(report, []string{"policy"}, a.Kind)
}

type carrier struct {
	pulumi.ResourceState
	component.Base
}

// warnings returns what the engine shows about a policy, and its error.
func warnings(t *testing.T, kind policy.Kind, s policy.Statement) (out []string, err error) {
	t.Helper()
	run := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err = component.Register(ctx, "ashlar-test:index:Holder", "a", &carrier{},
			&carrierArgs{policy.Document{Statements: []policy.Statement{s}}, kind})
		return nil
	})
	for _, log := range run.Logs {
		out = append(out, log.Message)
	}
	return out, err
}

func TestUnknownNamesAreReported(t *testing.T) {
	t.Parallel()
	on := func(resource string, actions ...string) policy.Statement {
		return policy.Statement{Effect: policy.Allow, Actions: actions, Resources: pulumi.StringArray{pulumi.String(resource)}}
	}
	with := func(s policy.Statement, c ...policy.Condition) policy.Statement {
		s.Conditions = c
		return s
	}
	trust := func(service string) policy.Statement { return policy.TrustService(service) }
	tests := map[string]struct {
		reason        string
		kind          policy.Kind
		statement     policy.Statement
		wrong, warned string
	}{
		"misspelt action": {kind: policy.Managed, statement: on("arn:aws:s3:::a/*", "s3:GetObjects"),
			wrong: `policy.statements[0].actions[0]: unknown action "s3:GetObjects": did you mean "s3:GetObject"?`},
		"misspelt action that is denied": {
			reason: "it denies nothing", kind: policy.Managed,
			statement: policy.Statement{Effect: policy.Deny, Actions: []string{"s3:GetObjct"}, Resources: pulumi.StringArray{pulumi.String("*")}},
			wrong:     `did you mean "s3:GetObject"?`,
		},
		"misspelt service": {kind: policy.Managed, statement: on("*", "ec3:DescribeVpcs"),
			wrong: `unknown action "ec3:DescribeVpcs": did you mean "ec2:DescribeVpcs"?`},
		"misspelt service with a wildcard": {kind: policy.Managed, statement: on("*", "ec3:Describe*"),
			wrong: `unknown action "ec3:Describe*": did you mean "ec2:Describe*"?`},
		"new action": {
			reason: "AWS may have it by now", kind: policy.Managed, statement: on("*", "s3:GetWeather"),
			warned: `unknown action "s3:GetWeather": AWS had no such action on 20`,
		},
		"new version of an action": {kind: policy.Managed, statement: on("*", "s3:GetObjectV2"), warned: "AWS had no such action on 20"},
		"wildcard without a match": {kind: policy.Managed, statement: on("*", "s3:Weather*"), warned: "AWS had no such action on 20"},
		"wildcard":                 {kind: policy.Managed, statement: on("arn:aws:s3:::a/*", "s3:getobject*")},
		"action in another case":   {reason: "actions are case-insensitive", kind: policy.Managed, statement: on("arn:aws:s3:::a/*", "S3:GETOBJECT")},

		"misspelt service principal": {kind: policy.Trust, statement: trust("ec3.amazonaws.com"),
			wrong: `unknown service principal "ec3.amazonaws.com": did you mean "ec2.amazonaws.com"?`},
		"unknown service principal":        {kind: policy.Trust, statement: trust("weather.amazonaws.com"), warned: `unknown service principal "weather.amazonaws.com"`},
		"service principal of a region":    {kind: policy.Trust, statement: trust("states.eu-west-1.amazonaws.com")},
		"service principal of China":       {kind: policy.Trust, statement: trust("ec2.amazonaws.com.cn")},
		"service principal outside of AWS": {kind: policy.Trust, statement: trust("alexa-appkit.amazon.com")},

		"misspelt condition key": {
			kind:      policy.Managed,
			statement: with(on("arn:aws:s3:::a", "s3:ListBucket"), policy.Equals("aws:SourceAcount", "111122223333")),
			wrong:     `conditions[0].key: unknown condition key "aws:SourceAcount": did you mean "aws:SourceAccount"?`,
		},
		"misspelt condition key of a service": {
			kind:      policy.Managed,
			statement: with(on("arn:aws:s3:::a", "s3:ListBucket"), policy.Equals("s3:prefx", "a")),
			wrong:     `did you mean "s3:prefix"?`,
		},
		"unknown condition key": {
			kind:      policy.Managed,
			statement: with(on("arn:aws:s3:::a", "s3:ListBucket"), policy.Equals("s3:weather", "a")),
			warned:    `unknown condition key "s3:weather": AWS had no such key on 20`,
		},
		"condition key with a tag": {
			kind:      policy.Managed,
			statement: with(on("arn:aws:s3:::a", "s3:ListBucket"), policy.Equals("aws:PrincipalTag/team", "a")),
		},
		"claim of an identity provider": {kind: policy.Trust, statement: policy.TrustOIDC(
			pulumi.String("arn:aws:iam::111122223333:oidc-provider/gitlab.com"), pulumi.String("gitlab.com"),
			[]string{"https://gitlab.com"}, []string{"project_path:a/b"})},

		"action without resources": {
			reason: "the statement grants nothing", kind: policy.Managed,
			statement: on("arn:aws:logs:eu-west-1:111122223333:log-group:a:*", "logs:DescribeLogGroups"),
			warned:    `no effect: logs:DescribeLogGroups does not support the resources of the statement: use a statement of its own with the resource "*"`,
		},
		"resource of another type": {
			kind: policy.Managed, statement: on("arn:aws:s3:::a", "s3:GetObject"),
			warned: "no effect: s3:GetObject does not support the resources of the statement: use a resource such as arn:aws:s3",
		},
		"one of the resources": {
			reason: "common for buckets with objects", kind: policy.Managed,
			statement: policy.Statement{Effect: policy.Allow, Actions: []string{"s3:ListBucket", "s3:GetObject"},
				Resources: pulumi.ToStringArray([]string{"arn:aws:s3:::a", "arn:aws:s3:::a/*"})},
		},
		"condition key of other actions": {
			reason: "the condition is never met", kind: policy.Managed,
			statement: with(on("arn:aws:s3:::a/*", "s3:GetObject"), policy.Equals("s3:prefix", "a")),
			warned:    "no effect: requests of s3:GetObject do not have the condition key s3:prefix",
		},
		"condition key that requests may lack": {
			kind: policy.Managed,
			statement: with(on("arn:aws:s3:::a/*", "s3:GetObject"),
				policy.Condition{Operator: "StringEqualsIfExists", Key: pulumi.String("s3:prefix"), Values: pulumi.StringArray{pulumi.String("a")}}),
		},
		"key policy": {
			reason: "the resource of a key policy is the key", kind: policy.Key,
			statement: policy.Statement{Effect: policy.Allow, Actions: []string{"kms:Decrypt"}, Resources: pulumi.StringArray{pulumi.String("*")},
				Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("111122223333")}},
				Conditions: []policy.Condition{policy.Equals("kms:ViaService", "s3.eu-west-1.amazonaws.com")}},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown, err := warnings(t, tc.kind, tc.statement)
			if tc.wrong != "" {
				require.ErrorContains(t, err, tc.wrong)
				return
			}
			require.NoError(t, err)
			if tc.warned == "" {
				require.Empty(t, shown)
				return
			}
			require.Len(t, shown, 1)
			require.Contains(t, shown[0], tc.warned)
			require.Contains(t, shown[0], `in the arguments of ashlar-test:index:Holder "a"`)
		})
	}
}
