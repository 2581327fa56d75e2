package iam_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

func strs(values ...string) pulumi.StringArrayInput { return pulumi.ToStringArray(values) }

func TestTrustPolicies(t *testing.T) {
	t.Parallel()
	const oidc = `"Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/`
	tests := map[string]struct {
		reason string
		trust  iam.Trust
		want   []string
	}{
		"services": {
			reason: "services that send the source account are restricted to the account of the role",
			trust:  iam.Trust{Services: map[string]iam.ServiceTrust{"vpc-flow-logs.amazonaws.com": {}, "ec2.amazonaws.com": {}}},
			want: []string{
				`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"}}`,
				`{"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}},"Effect":"Allow","Principal":{"Service":"vpc-flow-logs.amazonaws.com"}}`,
			},
		},
		"sources": {
			reason: "explicit sources override the default; resources are an additional condition",
			trust: iam.Trust{Services: map[string]iam.ServiceTrust{
				"ecs-tasks.amazonaws.com": {SourceARNs: strs("arn:aws:ecs:*:123456789012:*")},
				"glue.amazonaws.com":      {SourceAccounts: strs("111122223333")},
				"states.amazonaws.com":    {AnySource: true},
			}},
			want: []string{
				`{"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:123456789012:*"},"StringEquals":{"aws:SourceAccount":"123456789012"}},` +
					`"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}`,
				`{"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}},"Effect":"Allow","Principal":{"Service":"glue.amazonaws.com"}}`,
				`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"states.amazonaws.com"}}`,
			},
		},
		"accounts": {
			reason: "principals are conditions, so they do not have to exist",
			trust: iam.Trust{Accounts: map[string]iam.AccountTrust{
				"111122223333": {Principals: strs("arn:aws:iam::111122223333:role/deploy"),
					Organization: pulumi.String("o-exampleorgid")},
				"444455556666": {ExternalID: pulumi.String("shop-42"), MFA: true},
				"777788889999": {AnyPrincipal: true},
			}},
			want: []string{
				`{"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/deploy"},"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}},` +
					`"Effect":"Allow","Principal":{"AWS":"111122223333"}}`,
				`{"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"StringEquals":{"sts:ExternalId":"shop-42"}},"Effect":"Allow","Principal":{"AWS":"444455556666"}}`,
				`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"AWS":"777788889999"}}`,
			},
		},
		"github": {
			reason: "runs for a branch of a repository, with its ID",
			trust: iam.Trust{GitHub: map[string]iam.GitHubTrust{"acme/shop": {Branches: []string{"main"}, OrganizationID: "123",
				RepositoryID: "456"}}},
			want: []string{`{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",` +
				`"token.actions.githubusercontent.com:repository_id":"456","token.actions.githubusercontent.com:repository_owner_id":"123",` +
				`"token.actions.githubusercontent.com:sub":["repo:acme/shop:ref:refs/heads/main","repo:acme@123/shop@456:ref:refs/heads/main"]}},"Effect":"Allow",` +
				oidc + `token.actions.githubusercontent.com"}}`},
		},
		"oidc": {
			reason: "the identity provider of another account",
			trust: iam.Trust{OIDC: map[string]iam.OIDCTrust{"gitlab.com": {
				Audiences: []string{"shop"}, Subjects: []string{"project_path:acme/shop:*"},
				Provider: pulumi.String("arn:aws:iam::111122223333:oidc-provider/gitlab.com"),
			}}},
			want: []string{`{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"gitlab.com:aud":"shop"},"StringLike":{"gitlab.com:sub":"project_path:acme/shop:*"}},` +
				`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/gitlab.com"}}`},
		},
		"issuer with a final slash": {
			reason: "it is part of the issuer, as at Auth0",
			trust: iam.Trust{OIDC: map[string]iam.OIDCTrust{"tenant.auth0.com/": {
				Audiences: []string{"shop"}, Subjects: []string{"shop@clients"},
			}}},
			want: []string{`{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"tenant.auth0.com/:aud":"shop","tenant.auth0.com/:sub":"shop@clients"}},` +
				`"Effect":"Allow",` + oidc + `tenant.auth0.com/"}}`},
		},
		"pods": {
			reason: "restricted to clusters, namespaces and service accounts",
			trust: iam.Trust{PodIdentity: &iam.PodIdentityTrust{
				Clusters: strs(cluster), Namespaces: []string{"shop"}, ServiceAccounts: []string{"web", "api"},
			}},
			want: []string{`{"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-arn":"` + cluster + `",` +
				`"aws:RequestTag/kubernetes-namespace":"shop","aws:RequestTag/kubernetes-service-account":["api","web"]}},` +
				`"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"}}`},
		},
		"irsa": {
			reason: "service accounts of two clusters during a migration",
			trust: iam.Trust{IRSA: config.Named[iam.IRSATrust]{
				"blue": {Issuer: pulumi.String("https://" + issuer), ServiceAccounts: []string{"shop/web"}},
				"green": {Issuer: pulumi.String("oidc.eks.eu-west-1.amazonaws.com/id/FEDCBA"),
					ServiceAccounts: []string{"shop/web-*"}},
			}},
			want: []string{
				`{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"` + issuer + `:aud":"sts.amazonaws.com","` + issuer + `:sub":"system:serviceaccount:shop:web"}},` +
					`"Effect":"Allow",` + oidc + issuer + `"}}`,
				`{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/FEDCBA:aud":"sts.amazonaws.com"},` +
					`"StringLike":{"oidc.eks.eu-west-1.amazonaws.com/id/FEDCBA:sub":"system:serviceaccount:shop:web-*"}},"Effect":"Allow",` + oidc + `oidc.eks.eu-west-1.amazonaws.com/id/FEDCBA"}}`,
			},
		},
		"statements": {
			reason: "statements without a field of their own",
			trust: iam.Trust{Statements: []policy.Statement{{
				Sid: "SAML", Effect: policy.Allow, Actions: []string{"sts:AssumeRoleWithSAML"},
				Principals: &policy.Principals{Federated: strs("arn:aws:iam::123456789012:saml-provider/acme")},
				Conditions: []policy.Condition{policy.Equals("SAML:aud", "https://signin.aws.amazon.com/saml")},
			}}},
			want: []string{`{"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}},"Effect":"Allow",` +
				`"Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/acme"},"Sid":"SAML"}`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := create(t, &iam.RoleArgs{Trust: tc.trust}).One(t, "aws:iam/role:Role").Inputs["assumeRolePolicy"].StringValue()
			require.Equal(t, `{"Statement":[`+strings.Join(tc.want, ",")+`],"Version":"2012-10-17"}`, got, tc.reason)
		})
	}
}

func TestInvalidTrust(t *testing.T) {
	t.Parallel()
	account := func(a iam.AccountTrust) iam.Trust {
		return iam.Trust{Accounts: map[string]iam.AccountTrust{"111122223333": a}}
	}
	github := func(g iam.GitHubTrust) iam.Trust {
		return iam.Trust{GitHub: map[string]iam.GitHubTrust{"acme/shop": g}}
	}
	service := func(s iam.ServiceTrust) iam.Trust {
		return iam.Trust{Services: map[string]iam.ServiceTrust{"glue.amazonaws.com": s}}
	}
	pods := func(p iam.PodIdentityTrust) iam.Trust { return iam.Trust{PodIdentity: &p} }
	irsa := func(i iam.IRSATrust) iam.Trust { return iam.Trust{IRSA: config.Named[iam.IRSATrust]{"main": i}} }
	oidc := func(host, subject string) iam.Trust {
		return iam.Trust{OIDC: map[string]iam.OIDCTrust{host: {Audiences: []string{"x"}, Subjects: []string{subject}}}}
	}
	many := map[string]iam.ServiceTrust{}
	for _, s := range policy.SourceAccountServices() {
		many[s] = iam.ServiceTrust{}
	}
	tests := map[string]struct {
		reason string
		trust  iam.Trust
		want   string
	}{
		"service": {"service principals are domain names",
			iam.Trust{Services: map[string]iam.ServiceTrust{"ec2": {}}}, `trust.services.ec2: invalid service principal "ec2"`},
		"pods": {"Pod Identity needs to tag sessions",
			iam.Trust{Services: map[string]iam.ServiceTrust{"pods.eks.amazonaws.com": {}}}, "use podIdentity"},
		"anySource with sourceAccounts": {"mutually exclusive", service(iam.ServiceTrust{AnySource: true,
			SourceAccounts: strs("111122223333")}), "anySource: anySource and sourceAccounts are mutually exclusive"},
		"source account": {"account IDs have 12 digits",
			service(iam.ServiceTrust{SourceAccounts: strs("1111")}),
			`sourceAccounts[0]: invalid account ID "1111": use 12 digits`},
		"no source account": {"empty lists are rejected", service(iam.ServiceTrust{SourceAccounts: strs()}),
			"sourceAccounts: empty list"},
		"source": {"an ARN", service(iam.ServiceTrust{SourceARNs: strs("*")}),
			`sourceArns[0]: invalid ARN "*"`},
		"account": {"account IDs have 12 digits",
			iam.Trust{Accounts: map[string]iam.AccountTrust{"1111": {ExternalID: pulumi.String("ab")}}},
			`trust.accounts[1111]: invalid account ID "1111": use 12 digits`},
		"all principals of an account": {"the administrators of the account would decide",
			account(iam.AccountTrust{Organization: pulumi.String("o-exampleorgid")}),
			"any principal of the account could assume the role"},
		"principals with anyPrincipal": {"mutually exclusive",
			account(iam.AccountTrust{AnyPrincipal: true, Principals: strs("arn:aws:iam::111122223333:role/x")}),
			"anyPrincipal: anyPrincipal and principals are mutually exclusive"},
		"principal": {"an ARN", account(iam.AccountTrust{Principals: strs("deploy")}),
			`principals[0]: invalid principal "deploy": use the ARN of a role or user`},
		"session ARN": {"the condition key has the ARN of the role",
			account(iam.AccountTrust{Principals: strs("arn:aws:sts::111122223333:assumed-role/x/y")}),
			"use the ARN of a role or user"},
		"every role": {"the same as anyPrincipal",
			account(iam.AccountTrust{Principals: strs("arn:aws:iam::111122223333:role/*")}), "matches all principals"},
		"principal of another account": {"the condition could not be met",
			account(iam.AccountTrust{Principals: strs("arn:aws:iam::444455556666:role/x")}),
			"is not in the account 111122223333"},
		"external id": {"STS supports some characters only",
			account(iam.AccountTrust{ExternalID: pulumi.String("a b")}),
			"externalId: found the string \"a b\", which does not match"},
		"organization": {"an id", account(iam.AccountTrust{MFA: true, Organization: pulumi.String("acme")}),
			"organization: found the string \"acme\", which does not match"},
		"repository": {"wildcards are not supported",
			iam.Trust{GitHub: map[string]iam.GitHubTrust{"acme*/shop": {Branches: []string{"main"}}}},
			"use ORGANIZATION/REPOSITORY without wildcards"},
		"no run": {"at least one is required", github(iam.GitHubTrust{}), "no run can assume the role"},
		"pullRequests with anyRun": {"mutually exclusive", github(iam.GitHubTrust{AnyRun: true, PullRequests: true}),
			"anyRun: mutually exclusive with branches"},
		"ref": {"the prefix is added", github(iam.GitHubTrust{Tags: []string{"refs/tags/v1"}}),
			"tags[0]: invalid name \"refs/tags/v1\""},
		"repository ID alone": {"subjects have both IDs", github(iam.GitHubTrust{Branches: []string{"main"},
			RepositoryID: "456"}), "repositoryId: organizationId and repositoryId require each other"},
		"organization ID": {"IDs are numeric", github(iam.GitHubTrust{Branches: []string{"main"},
			RepositoryID: "456", OrganizationID: "acme"}), "organizationId: found the string \"acme\""},
		"provider": {"the ARN of an identity provider", github(iam.GitHubTrust{Branches: []string{"main"},
			Provider: pulumi.String("github")}), `provider: invalid identity provider "github"`},
		"issuer": {"the key of a condition", oidc("https://gitlab.com", "x"),
			"use the issuer without https://"},
		"any subject": {"all identities of the provider", oidc("gitlab.com", "*"),
			`subjects: "*" matches any subject of the provider: list the subjects that can assume the role`},
		"any organization": {"the same rule as for github", oidc(policy.GitHubIssuer, "repo:*/shop:*"),
			"matches repositories of other organizations"},
		"cluster": {"session tags are compared exactly",
			pods(iam.PodIdentityTrust{Clusters: strs("arn:aws:eks:eu-west-1:123456789012:cluster/*")}),
			"podIdentity.clusters[0]: invalid cluster ARN"},
		"namespace": {"session tags are compared exactly",
			pods(iam.PodIdentityTrust{Namespaces: []string{"*"}}), `podIdentity.namespaces[0]: invalid name "*"`},
		"service account": {"namespace and name are required", irsa(iam.IRSATrust{Issuer: pulumi.String(issuer),
			ServiceAccounts: []string{"web"}}),
			`irsa.main.serviceAccounts[0]: invalid service account "web": use NAMESPACE/NAME`},
		"any namespace": {"any namespace could be used", irsa(iam.IRSATrust{Issuer: pulumi.String(issuer),
			ServiceAccounts: []string{"*/web"}}), "with wildcards in the name only"},
		"issuer of a cluster": {"issuers are URLs", irsa(iam.IRSATrust{Issuer: pulumi.String("main"),
			ServiceAccounts: []string{"shop/web"}}), `irsa.main.issuer: invalid issuer "main"`},
		"issuer of EKS with a slash": {"issuers of EKS have none", irsa(iam.IRSATrust{Issuer: pulumi.String("https://" + issuer + "/"),
			ServiceAccounts: []string{"shop/web"}}), "irsa.main.issuer: invalid issuer"},
		"no service account": {"at least one is required", irsa(iam.IRSATrust{Issuer: pulumi.String(issuer)}),
			"irsa.main.serviceAccounts: required, but missing"},
		"statement": {"the rules of policy documents",
			iam.Trust{Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"sts:AssumeRole"},
				Principals: &policy.Principals{Everyone: true}}}}, "trust.statements[0].principals.everyone: allows public access"},
		"above the maximum size": {"all entries are one policy", iam.Trust{Services: many},
			"the maximum of a trust policy is 2048: trust fewer principals"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.Run(t, func(ctx *pulumi.Context) error {
				_, err := iam.NewRole(ctx, "web", &iam.RoleArgs{Trust: tc.trust})
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.Len(t, invalid.Findings, 1, "%s: %v", tc.reason, err)
				require.ErrorContains(t, err, tc.want, tc.reason)
				return nil
			}, fixture.Cloud())
		})
	}
}

func TestTrustReportsAllProblems(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := iam.NewRole(ctx, "web", &iam.RoleArgs{Name: "a b", Trust: iam.Trust{
			Services: map[string]iam.ServiceTrust{"ec2": {}},
			Accounts: map[string]iam.AccountTrust{"111122223333": {}},
			Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"s3:GetObject"},
				Principals: &policy.Principals{AWS: strs("111122223333")}}},
		}})
		var invalid *config.Error
		require.ErrorAs(t, err, &invalid)
		require.Len(t, invalid.Findings, 4, "%v", err)
		return nil
	}, fixture.Cloud())
}

func TestIRSAWithoutIssuer(t *testing.T) {
	t.Parallel()
	args := &iam.RoleArgs{Trust: iam.Trust{IRSA: config.Named[iam.IRSATrust]{"main": {ServiceAccounts: []string{"shop/web"}}}}}
	require.ErrorContains(t, config.Check("role", args), "trust.irsa.main.issuer: required")
	require.NotEmpty(t, args.Evidence())
}
