package policy_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

const account = "123456789012"

func all(values ...string) pulumi.StringArrayInput { return pulumi.ToStringArray(values) }

func one(s policy.Statement) *policy.Document {
	return &policy.Document{Statements: []policy.Statement{s}}
}

// identity, trust and bucket return valid statements.
func identity() policy.Statement {
	return policy.Statement{Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: all("arn:aws:s3:::logs/*")}
}

func trust() policy.Statement {
	return policy.Statement{Effect: policy.Allow, Actions: []string{"sts:AssumeRole"},
		Principals: &policy.Principals{Services: []string{"ec2.amazonaws.com"}}}
}

func bucket() policy.Statement {
	s := identity()
	s.Principals = &policy.Principals{AWS: all(account)}
	return s
}

func oidc(issuer string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{
		Effect: policy.Allow, Actions: []string{"sts:AssumeRoleWithWebIdentity"},
		Principals: &policy.Principals{Federated: all("arn:aws:iam::" + account + ":oidc-provider/" + issuer)},
		Conditions: conditions,
	}
}

const github = "token.actions.githubusercontent.com"

func TestValidDocuments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind      policy.Kind
		statement policy.Statement
	}{
		"managed": {policy.Managed, identity()},
		"inline":  {policy.Inline, identity()},
		"trust":   {policy.Trust, trust()},
		"bucket":  {policy.Bucket, bucket()},
		"wildcard": {policy.Managed,
			with(identity(), func(s *policy.Statement) { s.Actions = []string{"ec2:Describe*"}; s.Resources = all("*") })},
		"deny everything else": {policy.Bucket, with(bucket(), func(s *policy.Statement) {
			s.Effect, s.Principals, s.Actions = policy.Deny, &policy.Principals{Everyone: true}, []string{"s3:*"}
			s.Conditions = []policy.Condition{{Operator: "Bool", Key: pulumi.String("aws:SecureTransport"),
				Values: all("false")}}
		})},
		"everyone of an organization": {policy.Bucket, with(bucket(), func(s *policy.Statement) {
			s.Principals = &policy.Principals{Everyone: true}
			s.Conditions = []policy.Condition{policy.Equals("aws:PrincipalOrgID", "o-exampleorgid")}
		})},
		"a queue": {policy.Queue, policy.Statement{
			Effect: policy.Allow, Actions: []string{"sqs:SendMessage"},
			Resources:  all("arn:aws:sqs:eu-west-1:" + account + ":q"),
			Principals: &policy.Principals{Services: []string{"events.amazonaws.com"}},
		}},
		"a key's own account": {policy.Key, policy.Statement{
			Effect: policy.Allow, Sid: "Account administers", Actions: []string{"kms:*"}, Resources: all("*"),
			Principals: &policy.Principals{AWS: all("arn:aws:iam::" + account + ":root")},
		}},
		"passing a role to one service": {policy.Managed, with(identity(), func(s *policy.Statement) {
			s.Actions, s.Resources = []string{"iam:PassRole"}, all("*")
			s.Conditions = []policy.Condition{policy.Equals("iam:PassedToService", "ec2.amazonaws.com")}
		})},
		"a repository's branch": {policy.Trust, oidc(github,
			policy.Equals(github+":aud", "sts.amazonaws.com"), policy.Like(github+":sub",
				"repo:example/shop:ref:refs/heads/*"))},
		"a service account": {policy.Trust, oidc("oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
			policy.Equals("oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF:aud", "sts.amazonaws.com"),
			policy.Equals("oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF:sub", "system:serviceaccount:shop:web"))},
		"policy variables": {policy.Managed, with(identity(), func(s *policy.Statement) {
			s.Resources = all("arn:aws:s3:::home/${aws:username}/*")
			s.Conditions = []policy.Condition{{Operator: "NumericLessThanEquals", Key: pulumi.String("s3:max-keys"),
				Values: all("${aws:PrincipalTag/keys}")}}
		})},
		"tag keys": {policy.Managed, with(identity(), func(s *policy.Statement) {
			s.Conditions = []policy.Condition{
				{Operator: "ForAllValues:StringEqualsIfExists", Key: pulumi.String("aws:TagKeys"), Values: all("a", "b")},
				{Operator: "DateLessThan", Key: pulumi.String("aws:CurrentTime"),
					Values: all("2027-01-31T12:00:00Z", "1790000000", "2027-01-31")},
				{Operator: "IpAddress", Key: pulumi.String("aws:SourceIp"), Values: all("203.0.113.0/24", "2001:db8::1")},
				{Operator: "Null", Key: pulumi.String("aws:RequestTag/a:b"), Values: all("true")},
			}
		})},
		"broad with allowWildcards": {policy.Managed, with(identity(), func(s *policy.Statement) {
			s.Actions, s.Resources, s.AllowWildcards = []string{"*"}, all("*"), true
		})},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, one(tc.statement).Check(tc.kind))
		})
	}
}

func with(s policy.Statement, change func(*policy.Statement)) policy.Statement {
	change(&s)
	return s
}

func TestInvalidDocuments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind   policy.Kind
		base   policy.Statement
		change func(*policy.Statement)
		want   string
	}{
		"action": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions = []string{"GetObject"} },
			`statements[0].actions[0]: invalid action "GetObject": use SERVICE:ACTION such as s3:GetObject`},
		"service with wildcards": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Actions = []string{"s*:GetObject"} },
			`statements[0].actions[0]: invalid action "s*:GetObject"`},
		"no actions": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions = nil },
			`statements[0].actions: required in a managed policy: add actions or notActions`},
		"actions and notActions": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Effect, s.NotActions = policy.Deny, []string{"s3:*"} },
			`statements[0].notActions: actions and notActions are mutually exclusive`},
		"effect": {policy.Managed, identity(), func(s *policy.Statement) { s.Effect = "allow" },
			`statements[0].effect: unknown effect "allow": use Allow or Deny`},
		"no effect": {policy.Managed, identity(), func(s *policy.Statement) { s.Effect = "" },
			`statements[0].effect: required: use Allow or Deny`},
		"sid": {policy.Managed, identity(), func(s *policy.Statement) { s.Sid = "read logs" },
			`statements[0].sid: invalid Sid "read logs": use letters and digits`},
		"no resources": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = nil },
			`statements[0].resources: required in a managed policy: add resources or notResources`},
		"resource": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = all("logs") },
			`statements[0].resources[0]: invalid ARN "logs": use arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, or "*"`},
		"partition": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = all("arn:amazon:s3:::logs") },
			`unknown partition "amazon", use a partition such as aws`},
		"service of a resource": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Resources = all("arn:aws:*:::logs") },
			`invalid service "*", use a service without wildcards`},
		"account": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Resources = all("arn:aws:sqs:eu-west-1:1234:q") },
			`invalid account "1234", use an account ID of 12 digits`},
		"no resource after the account": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Resources = all("arn:aws:s3:::") }, `add a resource after the last colon`},
		"principals in a managed policy": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Principals = &policy.Principals{AWS: all(account)} },
			`statements[0].principals: not supported in a managed policy: it applies to the identity that it is attached to`},
		"resources in a trust policy": {policy.Trust, trust(), func(s *policy.Statement) { s.Resources = all("*") },
			`statements[0].resources: not supported in a trust policy: it applies to its role`},
		"no principals": {policy.Trust, trust(), func(s *policy.Statement) { s.Principals = nil },
			`statements[0].principals: required in a trust policy: add principals or notPrincipals`},
		"empty principals": {policy.Trust, trust(), func(s *policy.Statement) { s.Principals = &policy.Principals{} },
			`statements[0].principals: empty: add aws, services, federated or canonicalUsers, or set everyone`},
		"everyone and accounts": {policy.Bucket, bucket(),
			func(s *policy.Statement) { s.Effect, s.Principals.Everyone = policy.Deny, true },
			`statements[0].principals.everyone: everyone and other principals are mutually exclusive`},
		"notPrincipals with Allow": {policy.Bucket, bucket(),
			func(s *policy.Statement) { s.Principals, s.NotPrincipals = nil, s.Principals },
			`statements[0].notPrincipals: supported with the effect Deny only`},
		"star": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals.AWS = all("*") },
			`statements[0].principals.aws[0]: unsupported principal "*": set everyone to true`},
		"principal with wildcards": {policy.Bucket, bucket(),
			func(s *policy.Statement) { s.Principals.AWS = all("arn:aws:iam::" + account + ":role/*") },
			`unsupported wildcard in principal`},
		"principal": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals.AWS = all("arn:aws:s3:::logs") },
			`invalid principal "arn:aws:s3:::logs": use an account ID of 12 digits, or the ARN`},
		"service principal": {policy.Trust, trust(), func(s *policy.Statement) { s.Principals.Services = []string{"ec2"} },
			`statements[0].principals.services[0]: invalid service principal "ec2": use a name such as ec2.amazonaws.com`},
		"federated": {policy.Trust, trust(),
			func(s *policy.Statement) { s.Principals = &policy.Principals{Federated: all("github")} },
			`statements[0].principals.federated[0]: invalid identity provider "github": use its ARN`},
		"canonical user": {policy.Bucket, bucket(),
			func(s *policy.Statement) { s.Principals = &policy.Principals{CanonicalUsers: all("abc")} },
			`statements[0].principals.canonicalUsers[0]: invalid canonical user ID`},
		"action of another service": {policy.Bucket, bucket(),
			func(s *policy.Statement) { s.Actions = []string{"sqs:SendMessage"} },
			`statements[0].actions[0]: unsupported action "sqs:SendMessage": a bucket policy supports s3 actions only`},
		"public queue": {policy.Queue, bucket(), func(s *policy.Statement) {
			s.Actions, s.Principals = []string{"sqs:SendMessage"}, &policy.Principals{Everyone: true}
		},
			`statements[0].principals.everyone: allows public access`},
		"action of another service than SQS": {policy.Queue, bucket(), func(*policy.Statement) {},
			`a queue policy supports sqs actions only`},
		"operator": {policy.Managed, identity(),
			conditions(policy.Condition{Operator: "StringEqual", Key: pulumi.String("aws:SourceVpc"), Values: all("x")}),
			`statements[0].conditions[0].operator: unknown operator "StringEqual", did you mean "StringEquals"?`},
		"null if it exists": {policy.Managed, identity(),
			conditions(policy.Condition{Operator: "NullIfExists", Key: pulumi.String("aws:SourceVpc"), Values: all("true")}),
			`use Null without IfExists and without a quantifier`},
		"key": {policy.Managed, identity(), conditions(policy.Equals("SourceVpc", "x")),
			`statements[0].conditions[0].key: invalid condition key "SourceVpc": use a key`},
		"no key": {policy.Managed, identity(), conditions(policy.Condition{Operator: "Bool", Values: all("true")}),
			`statements[0].conditions[0].key: required`},
		"no value": {policy.Managed, identity(), conditions(policy.Equals("aws:SourceVpc")),
			`statements[0].conditions[0].values: required`},
		"a bool": {policy.Managed, identity(), conditions(values("Bool", "yes")),
			`invalid boolean "yes": use "true" or "false"`},
		"a number": {policy.Managed, identity(), conditions(values("NumericEqualsIfExists", "ten")),
			`invalid number "ten"`},
		"a date": {policy.Managed, identity(), conditions(values("DateEquals", "31.1.2027")),
			`invalid date "31.1.2027": use a date`},
		"an address": {policy.Managed, identity(), conditions(values("IpAddress", "10.0.0.0/33")),
			`invalid address "10.0.0.0/33": use an IP address`},
		"a key twice": {policy.Managed, identity(), conditions(policy.Equals("aws:SourceVpc", "a"),
			policy.Equals("aws:sourcevpc",
				"b")), `statements[0].conditions[1]: duplicate condition StringEquals on aws:sourcevpc`},
		"all actions": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions = []string{"*"} },
			`statements[0].actions[0]: allows all actions of all services`},
		"all actions of a service": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Actions, s.Resources = []string{"s3:*"}, all("*") },
			`statements[0].actions[0]: allows all s3 actions on all resources`},
		"notActions with Allow": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Actions, s.NotActions = nil, []string{"iam:*"} },
			`statements[0].notActions: allows all other actions`},
		"notResources with Allow": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Resources, s.NotResources = nil, s.Resources },
			`statements[0].notResources: allows all other resources`},
		"passing all roles": {policy.Managed, identity(),
			func(s *policy.Statement) { s.Actions, s.Resources = []string{"iam:Pass*"}, all("*") },
			`statements[0].actions[0]: allows passing all roles`},
		"everyone": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals = &policy.Principals{Everyone: true} },
			`statements[0].principals.everyone: allows public access`},
		"everyone from all addresses": {policy.Bucket, bucket(), func(s *policy.Statement) {
			s.Principals = &policy.Principals{Everyone: true}
			s.Conditions = []policy.Condition{values("IpAddress", "0.0.0.0/0")}
		}, `statements[0].principals.everyone: allows public access`},
		"everyone with an IfExists condition": {policy.Bucket, bucket(), func(s *policy.Statement) {
			s.Principals = &policy.Principals{Everyone: true}
			s.Conditions = []policy.Condition{{Operator: "StringEqualsIfExists", Key: pulumi.String("aws:SourceVpc"),
				Values: all("vpc-1")}}
		}, `statements[0].principals.everyone: allows public access`},
		"everyone with a negated condition": {policy.Bucket, bucket(), func(s *policy.Statement) {
			s.Principals = &policy.Principals{Everyone: true}
			s.Conditions = []policy.Condition{{Operator: "NotIpAddress", Key: pulumi.String("aws:SourceIp"),
				Values: all("203.0.113.0/24")}}
		}, `statements[0].principals.everyone: allows public access`},
		"any audience": {policy.Trust, oidc(github, policy.Equals(github+":sub", "repo:example/shop:*")), nil,
			`statements[0].principals.federated[0]: accepts tokens for any audience`},
		"any subject": {policy.Trust, oidc(github, policy.Equals(github+":aud", "sts.amazonaws.com")), nil,
			`statements[0].principals.federated[0]: any subject of the provider can assume the role`},
		"wildcard subject": {policy.Trust, oidc("oidc.example.com", policy.Equals("oidc.example.com:aud", "a"),
			policy.Like("oidc.example.com:sub", "*")), nil,
			`statements[0].conditions[1].values[0]: "*" matches any subject`},
		"any organization": {policy.Trust, oidc(github, policy.Equals(github+":aud", "sts.amazonaws.com"),
			policy.Like(github+":sub", "repo:example*/shop:*")), nil,
			`statements[0].conditions[1].values[0]: "repo:example*/shop:*" matches repositories of other organizations`},
		"too long": {policy.Trust, trust(), conditions(policy.Equals("aws:SourceAccount", strings.Repeat("1", 2048))),
			`the maximum of a trust policy is 2048`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.change != nil {
				tc.change(&tc.base)
			}
			err := one(tc.base).Check(tc.kind)
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.ErrorIs(t, err, failure.Configuration)
			require.Len(t, invalid.Findings, 1, "one finding: %v", err)
			require.Contains(t, invalid.Findings[0].Path+": "+invalid.Findings[0].Message, tc.want)
		})
	}
}

func conditions(c ...policy.Condition) func(*policy.Statement) {
	return func(s *policy.Statement) { s.Conditions = c }
}

func values(operator string, v ...string) policy.Condition {
	key := map[string]string{"IpAddress": "aws:SourceIp"}[operator]
	if key == "" {
		key = "example:Key"
	}
	return policy.Condition{Operator: operator, Key: pulumi.String(key), Values: all(v...)}
}

func TestProblemsOfWholeDocuments(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, (&policy.Document{}).Check(policy.Managed),
		"statements: required: add at least one statement")
	require.ErrorContains(t, one(identity()).Check("scp"), `unknown kind of policy "scp"`)
	require.ErrorContains(t, (&policy.Document{ID: "x", Statements: one(identity()).Statements}).Check(policy.Inline),
		"id: not supported in an inline policy: omit it")
	first, second := identity(), identity()
	first.Sid, second.Sid = "Read", "Read"
	twice := policy.Document{Statements: []policy.Statement{first, second}}
	require.ErrorContains(t, twice.Check(policy.Managed),
		`statements[1].sid: duplicate Sid "Read", also used by statements[0]`)
}

// A policy of 6,144 characters is valid, one more character is not.
func TestMaximumSizeCountsTheText(t *testing.T) {
	t.Parallel()
	sized := func(n int) *policy.Document {
		s := identity()
		s.Resources = all("arn:aws:s3:::" + strings.Repeat("ä", n))
		return one(s)
	}
	text, err := sized(1).JSON(policy.Managed)
	require.NoError(t, err)
	room := 6144 - len([]rune(string(text.(pulumi.String)))) + 1
	require.NoError(t, sized(room).Check(policy.Managed))
	require.ErrorContains(t, sized(room+1).Check(policy.Managed),
		"too long: 6145 characters, the maximum of a managed policy is 6144")
}
