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

func TestWhoMayAssumeARole(t *testing.T) {
	t.Parallel()
	workflows := policy.GitHubWorkflows{Organization: "acme", Repository: "shop", Branches: []string{"main"}, Environments: []string{"a:b"}}
	pinned := workflows
	pinned.OrganizationID, pinned.RepositoryID, pinned.Environments = "123", "456", nil
	tests := map[string]struct {
		reason    string
		statement policy.Statement
		want      string
	}{
		"service": {
			reason:    "a service that tells on whose behalf it acts is held to the account and the resource",
			statement: policy.TrustService("vpc-flow-logs.amazonaws.com", policy.SourceAccount(pulumi.String(account)), policy.SourceARN(all("arn:aws:ec2:*:"+account+":vpc-flow-log/*"))),
			want: `{"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ec2:*:123456789012:vpc-flow-log/*"},` +
				`"StringEquals":{"aws:SourceAccount":"123456789012"}},"Effect":"Allow","Principal":{"Service":"vpc-flow-logs.amazonaws.com"}}`,
		},
		"pods": {
			reason:    "Pod Identity tags the session, so it may",
			statement: policy.TrustPods(policy.PodTag("kubernetes-namespace", all("shop"))),
			want: `{"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"shop"}},` +
				`"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"}}`,
		},
		"account": {
			reason: "another organization is asked for what both have agreed on",
			statement: policy.TrustAccount(pulumi.String("111122223333"), policy.ExternalID("x-42"), policy.Organization("o-exampleorgid"), policy.MFA(),
				policy.PrincipalARN(all("arn:aws:iam::111122223333:role/deploy"))),
			want: `{"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/deploy"},` +
				`"Bool":{"aws:MultiFactorAuthPresent":"true"},` +
				`"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid","sts:ExternalId":"x-42"}},"Effect":"Allow","Principal":{"AWS":"111122223333"}}`,
		},
		"exact subjects": {
			reason:    "subjects without wildcards are compared as they are",
			statement: policy.TrustOIDC(pulumi.String("arn:aws:iam::123456789012:oidc-provider/gitlab.com"), pulumi.String("https://gitlab.com/"), []string{"x"}, []string{"b", "a"}),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"gitlab.com:aud":"x","gitlab.com:sub":["a","b"]}},` +
				`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/gitlab.com"}}`,
		},
		"patterns among the subjects": {
			reason:    "conditions add up, so that one operator compares all subjects",
			statement: policy.TrustOIDC(pulumi.String("arn:aws:iam::123456789012:oidc-provider/gitlab.com"), pulumi.String("gitlab.com"), []string{"x"}, []string{"b", "a/*"}),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"gitlab.com:aud":"x"},"StringLike":{"gitlab.com:sub":["a/*","b"]}},` +
				`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/gitlab.com"}}`,
		},
		"service accounts": {
			reason:    "a service account has a subject of Kubernetes",
			statement: policy.TrustServiceAccounts(pulumi.String("arn:aws:iam::123456789012:oidc-provider/"+cluster), pulumi.String("https://"+cluster), "shop/web"),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"` + cluster + `:aud":"sts.amazonaws.com",` +
				`"` + cluster + `:sub":"system:serviceaccount:shop:web"}},"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/` + cluster + `"}}`,
		},
		"workflows by name": {
			reason:    "a job with an environment has that in its subject, a colon as GitHub writes it",
			statement: policy.TrustGitHub(githubProvider, workflows),
			want: `{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",` +
				`"token.actions.githubusercontent.com:sub":["repo:acme/shop:environment:a%3Ab","repo:acme/shop:ref:refs/heads/main"]}},` +
				`"Effect":"Allow","Principal":{"Federated":"` + string(githubProvider) + `"}}`,
		},
		"workflows by number": {
			reason:    "with the numbers both shapes of subjects do, and the numbers must be those",
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

func TestSubjectsOfWorkflows(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"repo:acme/shop:*"}, policy.GitHubWorkflows{Organization: "acme", Repository: "shop", Any: true}.Subjects())
	require.Equal(t, []string{"repo:acme/shop:ref:refs/heads/release/*", "repo:acme/shop:ref:refs/tags/v*", "repo:acme/shop:pull_request"},
		policy.GitHubWorkflows{
			Organization: "acme", Repository: "shop", Branches: []string{"release/*"}, Tags: []string{"v*"}, PullRequests: true, RepositoryID: "456",
		}.Subjects(), "one number alone does not make the subject of GitHub")
}

// The issuer of a cluster is known when there is one.
func TestTheIssuerMayComeFromAnotherResource(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(*pulumi.Context) error {
		issuer := pulumi.String("https://" + cluster).ToStringOutput()
		s := policy.TrustServiceAccounts(pulumi.Sprintf("arn:aws:iam::123456789012:oidc-provider/%s", cluster), issuer, "shop/*")
		text, err := one(s).JSON(policy.Trust)
		require.NoError(t, err)
		got := pulumitest.Await[string](t, text.ToStringOutput())
		require.Contains(t, got, `"StringLike":{"`+cluster+`:sub":"system:serviceaccount:shop:*"}`)
		return nil
	})
}

// A condition that others meet too does not keep them out.
func TestConditionsOnTokensHaveToDemandSomething(t *testing.T) {
	t.Parallel()
	aud := policy.Equals(github+":aud", "sts.amazonaws.com")
	for _, operator := range []string{"StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringLike"} {
		sub := policy.Condition{Operator: operator, Key: pulumi.String(github + ":sub"), Values: all("repo:example/shop:*")}
		require.ErrorContains(t, one(oidc(github, aud, sub)).Check(policy.Trust), "any subject of the provider could assume the role", operator)
		sub.Key = pulumi.String(github + ":aud")
		require.ErrorContains(t, one(oidc(github, sub, policy.Equals(github+":sub", "repo:example/shop:*"))).Check(policy.Trust),
			"a token for another audience would do", operator)
	}
	require.NoError(t, one(oidc(github, aud,
		policy.Condition{Operator: "StringNotLike", Key: pulumi.String(github + ":sub"), Values: all("*:pull_request")},
		policy.Like(github+":sub", "repo:example/shop:*"))).Check(policy.Trust), "one that narrows further is fine")
}

func TestTrustIsAboutActionsOfSTS(t *testing.T) {
	t.Parallel()
	s := trust()
	s.Actions, s.AllowWildcards = []string{"*"}, true
	require.ErrorContains(t, one(s).Check(policy.Trust), `statements[0].actions[0]: found "*", but a trust policy is about actions of sts alone`)
}

func TestServicesThatTellTheirSource(t *testing.T) {
	t.Parallel()
	require.IsIncreasing(t, policy.SourceServices(), "they are searched")
	require.True(t, policy.SendsSource("vpc-flow-logs.amazonaws.com"))
	require.True(t, policy.SendsSource("states.amazonaws.com.cn"), "in China")
	require.False(t, policy.SendsSource("ec2.amazonaws.com"), "a machine could not use its role")
	for _, s := range policy.SourceServices() {
		require.NoError(t, one(policy.TrustService(s)).Check(policy.Trust))
	}
}
