package policy_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const (
	githubProvider = pulumi.String("arn:aws:iam::" + account + ":oidc-provider/" + policy.GitHubIssuer)
	cluster        = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
)

func trusted(t *testing.T, s policy.Statement) string {
	t.Helper()
	text, err := one(s).JSON(policy.Trust)
	require.NoError(t, err)
	return string(text.(pulumi.String))
}

func TestTrustStatements(t *testing.T) {
	t.Parallel()
	workflows := policy.GitHubWorkflows{Organization: "acme", Repository: "shop", Branches: []string{"main"},
		Environments: []string{"a:b"}}
	pinned := workflows
	pinned.OrganizationID, pinned.RepositoryID, pinned.Environments = "123", "456", nil
	tests := map[string]struct {
		reason    string
		statement policy.Statement
		want      string
	}{
		"service": {
			reason: "a service that sends the source is restricted to the account and the resource",
			statement: policy.TrustService("vpc-flow-logs.amazonaws.com", policy.SourceAccount(pulumi.String(account)),
				policy.SourceARN(all("arn:aws:ec2:*:"+account+":vpc-flow-log/*"))),
			want: `{"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ec2:*:123456789012:vpc-flow-log/*"},` +
				`"StringEquals":{"aws:SourceAccount":"123456789012"}},"Effect":"Allow","Principal":{"Service":"vpc-flow-logs.amazonaws.com"}}`,
		},
		"pods": {
			reason:    "Pod Identity needs to tag the session",
			statement: policy.TrustPods(policy.PodTag("kubernetes-namespace", all("shop"))),
			want: `{"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"shop"}},` +
				`"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"}}`,
		},
		"account": {
			reason: "the other organization sends the external ID",
			statement: policy.TrustAccount(pulumi.String("111122223333"), policy.ExternalID(pulumi.String("x-42")),
				policy.Organization(pulumi.String("o-exampleorgid")), policy.MFA(),
				policy.PrincipalARN(all("arn:aws:iam::111122223333:role/deploy"))),
			want: `{"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/deploy"},` +
				`"Bool":{"aws:MultiFactorAuthPresent":"true"},` +
				`"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid","sts:ExternalId":"x-42"}},"Effect":"Allow","Principal":{"AWS":"111122223333"}}`,
		},
		"final slash": {
			reason: "a final slash is part of the issuer",
			statement: policy.TrustOIDC(pulumi.String("arn:aws:iam::123456789012:oidc-provider/tenant.auth0.com/"),
				pulumi.String("https://tenant.auth0.com/"), []string{"x"}, []string{"a"}),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"tenant.auth0.com/:aud":"x","tenant.auth0.com/:sub":"a"}},` +
				`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/tenant.auth0.com/"}}`,
		},
		"exact subjects": {
			reason: "subjects without wildcards are compared exactly",
			statement: policy.TrustOIDC(pulumi.String("arn:aws:iam::123456789012:oidc-provider/gitlab.com"),
				pulumi.String("https://gitlab.com"), []string{"x"}, []string{"b", "a"}),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"gitlab.com:aud":"x","gitlab.com:sub":["a","b"]}},` +
				`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/gitlab.com"}}`,
		},
		"patterns among the subjects": {
			reason: "all conditions must be met, so one operator compares all subjects",
			statement: policy.TrustOIDC(pulumi.String("arn:aws:iam::123456789012:oidc-provider/gitlab.com"),
				pulumi.String("gitlab.com"), []string{"x"}, []string{"b", "a/*"}),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"gitlab.com:aud":"x"},"StringLike":{"gitlab.com:sub":["a/*","b"]}},` +
				`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/gitlab.com"}}`,
		},
		"service accounts": {
			reason: "the subject has the format of Kubernetes",
			statement: policy.TrustServiceAccounts(pulumi.String("arn:aws:iam::123456789012:oidc-provider/"+cluster),
				pulumi.String("https://"+cluster), "shop/web"),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"` + cluster + `:aud":"sts.amazonaws.com",` +
				`"` + cluster + `:sub":"system:serviceaccount:shop:web"}},"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/` + cluster + `"}}`,
		},
		"workflows by name": {
			reason:    "the subject has the environment, with colons encoded",
			statement: policy.TrustGitHub(githubProvider, workflows),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",` +
				`"token.actions.githubusercontent.com:sub":["repo:acme/shop:environment:a%3Ab","repo:acme/shop:ref:refs/heads/main"]}},` +
				`"Effect":"Allow","Principal":{"Federated":"` + string(githubProvider) + `"}}`,
		},
		"workflows by ID": {
			reason:    "with IDs, both formats of subjects are accepted, and the IDs are conditions",
			statement: policy.TrustGitHub(githubProvider, pinned),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",` +
				`"token.actions.githubusercontent.com:repository_id":"456","token.actions.githubusercontent.com:repository_owner_id":"123",` +
				`"token.actions.githubusercontent.com:sub":["repo:acme/shop:ref:refs/heads/main","repo:acme@123/shop@456:ref:refs/heads/main"]}},` +
				`"Effect":"Allow","Principal":{"Federated":"` + string(githubProvider) + `"}}`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, `{"Statement":[`+tc.want+`],"Version":"2012-10-17"}`, trusted(t, tc.statement), tc.reason)
		})
	}
}

func TestSubjectsOfGitHubWorkflows(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"repo:acme/shop:*"},
		policy.GitHubWorkflows{Organization: "acme", Repository: "shop", Any: true}.Subjects())
	require.Equal(t, []string{"repo:acme/shop:ref:refs/heads/release/*", "repo:acme/shop:ref:refs/tags/v*",
		"repo:acme/shop:pull_request"},
		policy.GitHubWorkflows{
			Organization: "acme", Repository: "shop", Branches: []string{"release/*"}, Tags: []string{"v*"}, PullRequests: true,
			RepositoryID: "456",
		}.Subjects(), "one ID is ignored")
}

// The issuer of a cluster is known after the cluster is created.
func TestIssuerIsAnOutput(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(*pulumi.Context) error {
		issuer := pulumi.String("https://" + cluster).ToStringOutput()
		s := policy.TrustServiceAccounts(pulumi.Sprintf("arn:aws:iam::123456789012:oidc-provider/%s", cluster), issuer,
			"shop/*")
		text, err := one(s).JSON(policy.Trust)
		require.NoError(t, err)
		got := pulumitest.Await[string](t, text.ToStringOutput())
		require.Contains(t, got, `"StringLike":{"`+cluster+`:sub":"system:serviceaccount:shop:*"}`)
		return nil
	})
}

// Tokens of other audiences and subjects meet these conditions.
func TestNegatedAndOptionalConditionsDoNotRestrictTokens(t *testing.T) {
	t.Parallel()
	aud := policy.Equals(github+":aud", "sts.amazonaws.com")
	for _, operator := range []string{"StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringLike"} {
		sub := policy.Condition{Operator: operator, Key: pulumi.String(github + ":sub"), Values: all("repo:example/shop:*")}
		require.ErrorContains(t, one(oidc(github, aud, sub)).Check(policy.Trust),
			"any subject of the provider can assume the role", operator)
		sub.Key = pulumi.String(github + ":aud")
		require.ErrorContains(t,
			one(oidc(github, sub, policy.Equals(github+":sub", "repo:example/shop:*"))).Check(policy.Trust),
			"accepts tokens for any audience", operator)
	}
	require.NoError(t, one(oidc(github, aud,
		policy.Condition{Operator: "StringNotLike", Key: pulumi.String(github + ":sub"), Values: all("*:pull_request")},
		policy.Like(github+":sub", "repo:example/shop:*"))).Check(policy.Trust), "additional conditions are allowed")
}

func TestTrustPolicySupportsSTSActionsOnly(t *testing.T) {
	t.Parallel()
	s := trust()
	s.Actions, s.AllowWildcards = []string{"*"}, true
	require.ErrorContains(t, one(s).Check(policy.Trust),
		`statements[0].actions[0]: unsupported action "*": a trust policy supports sts actions only`)
}

func TestServicesThatSendTheSourceAccount(t *testing.T) {
	t.Parallel()
	require.IsIncreasing(t, policy.SourceAccountServices(), "binary search")
	require.True(t, policy.SendsSourceAccount("vpc-flow-logs.amazonaws.com"))
	require.True(t, policy.SendsSourceAccount("states.amazonaws.com.cn"), "in China")
	require.False(t, policy.SendsSourceAccount("ec2.amazonaws.com"), "instances could not use their role")
	for _, s := range policy.SourceAccountServices() {
		require.NoError(t, one(policy.TrustService(s)).Check(policy.Trust))
	}
}
