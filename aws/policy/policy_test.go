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

// identity, trust and bucket return statements that nothing is wrong with.
func identity() policy.Statement {
	return policy.Statement{Actions: []string{"s3:GetObject"}, Resources: all("arn:aws:s3:::logs/*")}
}

func trust() policy.Statement {
	return policy.Statement{Actions: []string{"sts:AssumeRole"}, Principals: &policy.Principals{Services: []string{"ec2.amazonaws.com"}}}
}

func bucket() policy.Statement {
	s := identity()
	s.Principals = &policy.Principals{AWS: all(account)}
	return s
}

func oidc(issuer string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{
		Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
		Principals: &policy.Principals{Federated: all("arn:aws:iam::" + account + ":oidc-provider/" + issuer)},
		Conditions: conditions,
	}
}

const github = "token.actions.githubusercontent.com"

func TestDocumentsThatAreRight(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind      policy.Kind
		statement policy.Statement
	}{
		"managed":  {policy.Managed, identity()},
		"inline":   {policy.Inline, identity()},
		"trust":    {policy.Trust, trust()},
		"bucket":   {policy.Bucket, bucket()},
		"wildcard": {policy.Managed, with(identity(), func(s *policy.Statement) { s.Actions = []string{"ec2:Describe*"}; s.Resources = all("*") })},
		"deny everything else": {policy.Bucket, with(bucket(), func(s *policy.Statement) {
			s.Effect, s.Principals, s.Actions = policy.Deny, &policy.Principals{Everyone: true}, []string{"s3:*"}
			s.Conditions = []policy.Condition{{Operator: "Bool", Key: pulumi.String("aws:SecureTransport"), Values: all("false")}}
		})},
		"everyone of an organization": {policy.Bucket, with(bucket(), func(s *policy.Statement) {
			s.Principals = &policy.Principals{Everyone: true}
			s.Conditions = []policy.Condition{policy.Equals("aws:PrincipalOrgID", "o-exampleorgid")}
		})},
		"a queue": {policy.Queue, policy.Statement{
			Actions: []string{"sqs:SendMessage"}, Resources: all("arn:aws:sqs:eu-west-1:" + account + ":q"),
			Principals: &policy.Principals{Services: []string{"events.amazonaws.com"}},
		}},
		"a key's own account": {policy.Key, policy.Statement{
			Sid: "Account administers", Actions: []string{"kms:*"}, Resources: all("*"), Principals: &policy.Principals{AWS: all("arn:aws:iam::" + account + ":root")},
		}},
		"passing a role to one service": {policy.Managed, with(identity(), func(s *policy.Statement) {
			s.Actions, s.Resources = []string{"iam:PassRole"}, all("*")
			s.Conditions = []policy.Condition{policy.Equals("iam:PassedToService", "ec2.amazonaws.com")}
		})},
		"a repository's branch": {policy.Trust, oidc(github,
			policy.Equals(github+":aud", "sts.amazonaws.com"), policy.Like(github+":sub", "repo:example/shop:ref:refs/heads/*"))},
		"a service account": {policy.Trust, oidc("oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
			policy.Equals("oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF:aud", "sts.amazonaws.com"),
			policy.Equals("oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF:sub", "system:serviceaccount:shop:web"))},
		"policy variables": {policy.Managed, with(identity(), func(s *policy.Statement) {
			s.Resources = all("arn:aws:s3:::home/${aws:username}/*")
			s.Conditions = []policy.Condition{{Operator: "NumericLessThanEquals", Key: pulumi.String("s3:max-keys"), Values: all("${aws:PrincipalTag/keys}")}}
		})},
		"tag keys": {policy.Managed, with(identity(), func(s *policy.Statement) {
			s.Conditions = []policy.Condition{
				{Operator: "ForAllValues:StringEqualsIfExists", Key: pulumi.String("aws:TagKeys"), Values: all("a", "b")},
				{Operator: "DateLessThan", Key: pulumi.String("aws:CurrentTime"), Values: all("2027-01-31T12:00:00Z", "1790000000", "2027-01-31")},
				{Operator: "IpAddress", Key: pulumi.String("aws:SourceIp"), Values: all("203.0.113.0/24", "2001:db8::1")},
				{Operator: "Null", Key: pulumi.String("aws:RequestTag/a:b"), Values: all("true")},
			}
		})},
		"what is meant to be broad": {policy.Managed, with(identity(), func(s *policy.Statement) {
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

func TestDocumentsThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind   policy.Kind
		base   policy.Statement
		change func(*policy.Statement)
		want   string
	}{
		"action": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions = []string{"GetObject"} },
			`statements[0].actions[0]: found "GetObject", expected an action such as s3:GetObject`},
		"service with wildcards": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions = []string{"s*:GetObject"} },
			`statements[0].actions[0]: found "s*:GetObject"`},
		"no actions": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions = nil }, `statements[0].actions: missing`},
		"actions and none": {policy.Managed, identity(), func(s *policy.Statement) { s.Effect, s.NotActions = policy.Deny, []string{"s3:*"} },
			`statements[0].notActions: a statement has actions or notActions, not both`},
		"effect": {policy.Managed, identity(), func(s *policy.Statement) { s.Effect = "allow" }, `statements[0].effect: found "allow", expected Allow or Deny`},
		"sid":    {policy.Managed, identity(), func(s *policy.Statement) { s.Sid = "read logs" }, `statements[0].sid: found "read logs", expected letters and digits`},
		"no resources": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = nil },
			`statements[0].resources: missing: a statement of a managed policy says which resources it is about`},
		"resource": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = all("logs") },
			`statements[0].resources[0]: found "logs", expected an ARN: arn:partition:service:region:account:resource, or "*"`},
		"partition": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = all("arn:amazon:s3:::logs") }, `expected a partition such as aws, not "amazon"`},
		"service of a resource": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = all("arn:aws:*:::logs") },
			`expected the name of a service without wildcards, not "*"`},
		"account": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = all("arn:aws:sqs:eu-west-1:1234:q") },
			`expected an account id of 12 digits, not "1234"`},
		"nothing after the account": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources = all("arn:aws:s3:::") }, `expected a resource after the last colon`},
		"principals of an identity": {policy.Managed, identity(), func(s *policy.Statement) { s.Principals = &policy.Principals{AWS: all(account)} },
			`statements[0].principals: a managed policy has no principals: it is about whomever it is attached to`},
		"resources of trust": {policy.Trust, trust(), func(s *policy.Statement) { s.Resources = all("*") },
			`statements[0].resources: a trust policy has no resources: it is about the role that it belongs to`},
		"no principals": {policy.Trust, trust(), func(s *policy.Statement) { s.Principals = nil }, `statements[0].principals: missing`},
		"nobody":        {policy.Trust, trust(), func(s *policy.Statement) { s.Principals = &policy.Principals{} }, `statements[0].principals: missing: name at least one`},
		"everyone and one": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Effect, s.Principals.Everyone = policy.Deny, true },
			`statements[0].principals.everyone: everyone includes the other principals`},
		"all but one are allowed": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals, s.NotPrincipals = nil, s.Principals },
			`statements[0].notPrincipals: it goes with the effect Deny alone`},
		"star": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals.AWS = all("*") }, `statements[0].principals.aws[0]: found "*", write everyone: true`},
		"principal with wildcards": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals.AWS = all("arn:aws:iam::" + account + ":role/*") },
			`but a principal has no wildcards`},
		"principal": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals.AWS = all("arn:aws:s3:::logs") }, `expected an account id of 12 digits, or the ARN`},
		"service principal": {policy.Trust, trust(), func(s *policy.Statement) { s.Principals.Services = []string{"ec2"} },
			`statements[0].principals.services[0]: found "ec2", expected a service such as ec2.amazonaws.com`},
		"federated": {policy.Trust, trust(), func(s *policy.Statement) { s.Principals = &policy.Principals{Federated: all("github")} },
			`statements[0].principals.federated[0]: found "github", expected the ARN of an identity provider`},
		"canonical user": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals = &policy.Principals{CanonicalUsers: all("abc")} },
			`statements[0].principals.canonicalUsers[0]: expected a canonical user id`},
		"action of another service": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Actions = []string{"sqs:SendMessage"} },
			`statements[0].actions[0]: found "sqs:SendMessage", but a bucket policy is about actions of s3 alone`},
		"everybody's queue": {policy.Queue, bucket(), func(s *policy.Statement) {
			s.Actions, s.Principals = []string{"sqs:SendMessage"}, &policy.Principals{Everyone: true}
		},
			`statements[0].principals.everyone: anybody could use it`},
		"action of another service than SQS": {policy.Queue, bucket(), func(*policy.Statement) {}, `but a queue policy is about actions of sqs alone`},
		"operator": {policy.Managed, identity(), conditions(policy.Condition{Operator: "StringEqual", Key: pulumi.String("aws:SourceVpc"), Values: all("x")}),
			`statements[0].conditions[0].operator: unknown operator "StringEqual", did you mean "StringEquals"?`},
		"null if it exists": {policy.Managed, identity(), conditions(policy.Condition{Operator: "NullIfExists", Key: pulumi.String("aws:SourceVpc"), Values: all("true")}),
			`Null stands alone`},
		"key":          {policy.Managed, identity(), conditions(policy.Equals("SourceVpc", "x")), `statements[0].conditions[0].key: found "SourceVpc", expected a key`},
		"no key":       {policy.Managed, identity(), conditions(policy.Condition{Operator: "Bool", Values: all("true")}), `statements[0].conditions[0].key: missing`},
		"no value":     {policy.Managed, identity(), conditions(policy.Equals("aws:SourceVpc")), `statements[0].conditions[0].values: missing`},
		"a bool":       {policy.Managed, identity(), conditions(values("Bool", "yes")), `found "yes", expected "true" or "false"`},
		"a number":     {policy.Managed, identity(), conditions(values("NumericEqualsIfExists", "ten")), `found "ten", expected a number`},
		"a date":       {policy.Managed, identity(), conditions(values("DateEquals", "31.1.2027")), `found "31.1.2027", expected a date`},
		"an address":   {policy.Managed, identity(), conditions(values("IpAddress", "10.0.0.0/33")), `found "10.0.0.0/33", expected an address`},
		"a key twice":  {policy.Managed, identity(), conditions(policy.Equals("aws:SourceVpc", "a"), policy.Equals("aws:sourcevpc", "b")), `statements[0].conditions[1]: StringEquals of aws:sourcevpc stands in the statement already`},
		"every action": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions = []string{"*"} }, `statements[0].actions[0]: it allows every action of every service`},
		"every action of a service": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions, s.Resources = []string{"s3:*"}, all("*") },
			`statements[0].actions[0]: it allows every action of s3 on every resource`},
		"all but some actions": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions, s.NotActions = nil, []string{"iam:*"} },
			`statements[0].notActions: it allows every other action`},
		"all but some resources": {policy.Managed, identity(), func(s *policy.Statement) { s.Resources, s.NotResources = nil, s.Resources },
			`statements[0].notResources: it allows every other resource`},
		"passing every role": {policy.Managed, identity(), func(s *policy.Statement) { s.Actions, s.Resources = []string{"iam:Pass*"}, all("*") },
			`statements[0].actions[0]: whoever may pass every role may become any of them`},
		"everyone": {policy.Bucket, bucket(), func(s *policy.Statement) { s.Principals = &policy.Principals{Everyone: true} },
			`statements[0].principals.everyone: anybody could use it`},
		"everyone, narrowed to everything": {policy.Bucket, bucket(), func(s *policy.Statement) {
			s.Principals = &policy.Principals{Everyone: true}
			s.Conditions = []policy.Condition{values("IpAddress", "0.0.0.0/0")}
		}, `statements[0].principals.everyone: anybody could use it`},
		"everyone, narrowed where the key exists": {policy.Bucket, bucket(), func(s *policy.Statement) {
			s.Principals = &policy.Principals{Everyone: true}
			s.Conditions = []policy.Condition{{Operator: "StringEqualsIfExists", Key: pulumi.String("aws:SourceVpc"), Values: all("vpc-1")}}
		}, `statements[0].principals.everyone: anybody could use it`},
		"everyone but one network": {policy.Bucket, bucket(), func(s *policy.Statement) {
			s.Principals = &policy.Principals{Everyone: true}
			s.Conditions = []policy.Condition{{Operator: "NotIpAddress", Key: pulumi.String("aws:SourceIp"), Values: all("203.0.113.0/24")}}
		}, `statements[0].principals.everyone: anybody could use it`},
		"any audience": {policy.Trust, oidc(github, policy.Equals(github+":sub", "repo:example/shop:*")), nil,
			`statements[0].principals.federated[0]: a token for another audience would do`},
		"any subject": {policy.Trust, oidc(github, policy.Equals(github+":aud", "sts.amazonaws.com")), nil,
			`statements[0].principals.federated[0]: any subject of the provider could assume the role`},
		"a subject that is anybody": {policy.Trust, oidc("oidc.example.com", policy.Equals("oidc.example.com:aud", "a"), policy.Like("oidc.example.com:sub", "*")), nil,
			`statements[0].conditions[1].values[0]: "*" is any subject`},
		"any organization": {policy.Trust, oidc(github, policy.Equals(github+":aud", "sts.amazonaws.com"), policy.Like(github+":sub", "repo:example*/shop:*")), nil,
			`statements[0].conditions[1].values[0]: "repo:example*/shop:*" matches repositories of other organizations`},
		"too long": {policy.Trust, trust(), conditions(policy.Equals("aws:SourceAccount", strings.Repeat("1", 2048))), `a trust policy may have 2048`},
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
			require.Len(t, invalid.Findings, 1, "one mistake, one finding: %v", err)
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

func TestDocumentsAsAWhole(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, (&policy.Document{}).Check(policy.Managed), "statements: a policy has at least one statement")
	require.ErrorContains(t, one(identity()).Check("scp"), `unknown kind of policy "scp"`)
	require.ErrorContains(t, (&policy.Document{ID: "x", Statements: one(identity()).Statements}).Check(policy.Inline), "id: an inline policy has no id")
	first, second := identity(), identity()
	first.Sid, second.Sid = "Read", "Read"
	twice := policy.Document{Statements: []policy.Statement{first, second}}
	require.ErrorContains(t, twice.Check(policy.Managed), `statements[1].sid: "Read" is the Sid of statements[0] already`)
}

// At 6,144 characters a policy is whole, with one more it is refused.
func TestTheSizeIsThatOfTheText(t *testing.T) {
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
	require.ErrorContains(t, sized(room+1).Check(policy.Managed), "it has 6145 characters, a managed policy may have 6144")
}
