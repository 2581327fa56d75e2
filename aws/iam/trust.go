package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Trust is a trust policy: the principals that can assume a role. Each entry is a statement of the policy, which can
// have 2,048 characters. At least one entry is required.
type Trust struct {
	// Services are AWS services, by service principal such as ec2.amazonaws.com. Default: none.
	Services map[string]ServiceTrust `pulumi:"services,optional"`
	// Accounts are AWS accounts, by account ID of 12 digits in quotes. Default: none.
	Accounts map[string]AccountTrust `pulumi:"accounts,optional"`
	// GitHub are repositories of GitHub Actions workflows, as ORGANIZATION/REPOSITORY. The account needs an identity
	// provider for https://token.actions.githubusercontent.com. Default: none.
	GitHub map[string]GitHubTrust `pulumi:"github,optional"`
	// OIDC are other identity providers, by issuer without https:// such as gitlab.com. A final slash is part of the
	// issuer. Default: none.
	OIDC map[string]OIDCTrust `pulumi:"oidc,optional"`
	// PodIdentity allows EKS Pod Identity to assume the role for pods. Default: not allowed.
	PodIdentity *PodIdentityTrust `pulumi:"podIdentity,optional"`
	// IRSA are EKS clusters with IAM roles for service accounts, by names of your choice. Default: none.
	IRSA config.Named[IRSATrust] `pulumi:"irsa,optional"`
	// Statements are additional statements of the policy. Default: none.
	Statements []policy.Statement `pulumi:"statements,optional"`
}

// ServiceTrust restricts the accounts and resources on whose behalf a service can assume a role.
type ServiceTrust struct {
	// SourceAccounts are the IDs of the accounts on whose behalf the service can assume the role. Default: the account of
	// the role, for services that send the source account according to AWS; any for other services, such as EC2.
	SourceAccounts pulumi.StringArrayInput `pulumi:"sourceAccounts,optional" config:"plain"`
	// SourceARNs are the resources on whose behalf the service can assume the role, such as
	// arn:aws:ec2:*:111122223333:vpc-flow-log/*. The wildcards * and ? are supported. Default: any.
	SourceARNs pulumi.StringArrayInput `pulumi:"sourceArns,optional" config:"plain"`
	// AnySource omits the condition on the account of the role. Mutually exclusive with sourceAccounts. Default: false.
	AnySource bool `pulumi:"anySource,optional"`
}

// AccountTrust restricts the principals of an account that can assume a role. The policies of the account must allow
// it, too. One of principals, externalId, mfa and anyPrincipal is required.
type AccountTrust struct {
	// Principals are the ARNs of the roles and users that can assume the role. The wildcards * and ? are supported. They
	// do not have to exist. Default: all.
	Principals pulumi.StringArrayInput `pulumi:"principals,optional" config:"plain"`
	// ExternalID is the external ID agreed with an organization that also acts for others. It is not a secret. Default:
	// none.
	ExternalID pulumi.StringInput `pulumi:"externalId,optional" jsonschema:"pattern=^[A-Za-z0-9_+=\\,.@:/-]+$,example=partner-4711,minLength=2,maxLength=1224" config:"plain"`
	// Organization is the ID of the organization that the account must belong to, such as o-exampleorgid. Default: any.
	Organization pulumi.StringInput `pulumi:"organization,optional" jsonschema:"pattern=^o-[a-z0-9]{10\\,32}$,example=o-a1b2c3d4e5" config:"plain"`
	// MFA requires multi-factor authentication, which users can have and roles cannot. Default: false.
	MFA bool `pulumi:"mfa,optional"`
	// AnyPrincipal allows all principals that the policies of the account allow. Mutually exclusive with principals.
	// Default: false.
	AnyPrincipal bool `pulumi:"anyPrincipal,optional"`
}

// GitHubTrust selects the workflow runs of a repository that can assume a role. All values are plain, because they are
// parts of the subjects of tokens.
type GitHubTrust struct {
	// Branches are branches such as main or release/*. Default: none.
	Branches []string `pulumi:"branches,optional"`
	// Tags are tags such as v*. Default: none.
	Tags []string `pulumi:"tags,optional"`
	// Environments are environments such as production. Jobs with an environment are not selected by their branch.
	// Default: none.
	Environments []string `pulumi:"environments,optional"`
	// PullRequests selects runs for pull requests, which run the code of their authors. Default: false.
	PullRequests bool `pulumi:"pullRequests,optional"`
	// AnyRun selects all runs of the repository. Mutually exclusive with the other selections. Default: false.
	AnyRun bool `pulumi:"anyRun,optional"`
	// OrganizationID is the numeric ID of the organization at GitHub. Required for repositories created since July 15,
	// 2026, whose tokens contain it. It prevents access by a new owner of the name. Requires repositoryId. Default: none.
	OrganizationID string `pulumi:"organizationId,optional" jsonschema:"pattern=^[0-9]{1\\,20}$,example=123456"`
	// RepositoryID is the numeric ID of the repository at GitHub. Requires organizationId. Default: none.
	RepositoryID string `pulumi:"repositoryId,optional" jsonschema:"pattern=^[0-9]{1\\,20}$,example=123456"`
	// Provider is the ARN of the identity provider. Default: that of the issuer in the account of the role.
	Provider pulumi.StringInput `pulumi:"provider,optional" config:"plain"`
}

// OIDCTrust selects the subjects of an identity provider that can assume a role.
type OIDCTrust struct {
	// Audiences are the audiences of accepted tokens. Required.
	Audiences []string `pulumi:"audiences" jsonschema:"required,minItems=1"`
	// Subjects are the subjects that can assume the role. The wildcards * and ? are supported. Required.
	Subjects []string `pulumi:"subjects" jsonschema:"required,minItems=1"`
	// Provider is the ARN of the identity provider. Default: that of the issuer in the account of the role.
	Provider pulumi.StringInput `pulumi:"provider,optional" config:"plain"`
}

// PodIdentityTrust restricts the pods for which EKS Pod Identity can assume a role. The IAM permission iam:PassRole
// controls the principals that can associate the role with service accounts.
type PodIdentityTrust struct {
	// Clusters are the ARNs of EKS clusters. Default: all clusters of the account.
	Clusters pulumi.StringArrayInput `pulumi:"clusters,optional" config:"plain"`
	// Namespaces are the namespaces of the pods. Default: all.
	Namespaces []string `pulumi:"namespaces,optional"`
	// ServiceAccounts are the names of the service accounts of the pods. Default: all.
	ServiceAccounts []string `pulumi:"serviceAccounts,optional"`
}

// IRSATrust selects the service accounts of an EKS cluster that can assume a role.
type IRSATrust struct {
	// Issuer is the issuer URL of the cluster, with or without https://. Required.
	Issuer pulumi.StringInput `pulumi:"issuer" jsonschema:"required,minLength=1" config:"plain"`
	// ServiceAccounts are service accounts as NAMESPACE/NAME. The wildcards * and ? are supported in the name. Required.
	ServiceAccounts []string `pulumi:"serviceAccounts" jsonschema:"required,minItems=1"`
	// Provider is the ARN of the identity provider of the cluster. Default: that of the issuer in the account of the role.
	Provider pulumi.StringInput `pulumi:"provider,optional" config:"plain"`
}

// place is the account and the partition of a role, which are looked up when they are needed.
type place struct {
	account, partition func() pulumi.StringInput
}

// assumed returns a place for checks before the lookup, where only the size of a document matters.
func assumed() place {
	return place{
		account:   func() pulumi.StringInput { return pulumi.String("111122223333") },
		partition: func() pulumi.StringInput { return pulumi.String("aws") },
	}
}

// placeOf returns the place of the provider of a component.
func placeOf(ctx *pulumi.Context, invoke pulumi.InvokeOption) place {
	return place{
		account: sync.OnceValue(func() pulumi.StringInput {
			return lookup.Account(ctx, invoke)
		}),
		partition: sync.OnceValue(func() pulumi.StringInput {
			return lookup.Partition(ctx, invoke)
		}),
	}
}

// provider returns the ARN of an identity provider: given, or that of an issuer in the account.
func (p place) provider(given, issuer pulumi.StringInput) pulumi.StringInput {
	if given != nil {
		return given
	}
	return format("arn:%s:iam::%s:oidc-provider/%s", p.partition(), p.account(), mapped(issuer, policy.IssuerHost))
}

// document returns the trust policy.
func (t *Trust) document(p place) *policy.Document {
	return &policy.Document{Statements: slices.Concat(
		each(t.Services, func(name string, s ServiceTrust) policy.Statement { return s.statement(name, p) }),
		each(t.Accounts, func(id string, a AccountTrust) policy.Statement { return a.statement(id) }),
		each(t.GitHub, func(name string, g GitHubTrust) policy.Statement { return g.statement(name, p) }),
		each(t.OIDC, func(issuer string, o OIDCTrust) policy.Statement {
			i := pulumi.String(issuer)
			return policy.TrustOIDC(p.provider(o.Provider, i), i, o.Audiences, o.Subjects)
		}),
		t.PodIdentity.statements(),
		each(t.IRSA, func(_ string, c IRSATrust) policy.Statement {
			return policy.TrustServiceAccounts(p.provider(c.Provider, c.Issuer), c.Issuer, c.ServiceAccounts...)
		}),
		t.Statements,
	)}
}

// each returns the statements of the entries, sorted by key.
func each[M ~map[string]V, V any](m M, f func(string, V) policy.Statement) []policy.Statement {
	var out []policy.Statement
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, f(key, m[key]))
	}
	return out
}

func (s ServiceTrust) statement(service string, p place) policy.Statement {
	var conditions []policy.Condition
	switch {
	case s.SourceAccounts != nil:
		conditions = append(conditions, policy.Condition{
			Operator: "StringEquals", Key: pulumi.String("aws:SourceAccount"), Values: s.SourceAccounts,
		})
	case !s.AnySource && policy.SendsSourceAccount(service):
		conditions = append(conditions, policy.SourceAccount(p.account()))
	}
	if s.SourceARNs != nil {
		conditions = append(conditions, policy.SourceARN(s.SourceARNs))
	}
	return policy.TrustService(service, conditions...)
}

func (a AccountTrust) statement(id string) policy.Statement {
	var conditions []policy.Condition
	if a.Principals != nil {
		conditions = append(conditions, policy.PrincipalARN(a.Principals))
	}
	if a.ExternalID != nil {
		conditions = append(conditions, policy.ExternalID(a.ExternalID))
	}
	if a.Organization != nil {
		conditions = append(conditions, policy.Organization(a.Organization))
	}
	if a.MFA {
		conditions = append(conditions, policy.MFA())
	}
	return policy.TrustAccount(pulumi.String(id), conditions...)
}

func (g GitHubTrust) statement(name string, p place) policy.Statement {
	organization, repository, _ := strings.Cut(name, "/")
	return policy.TrustGitHub(p.provider(g.Provider, pulumi.String(policy.GitHubIssuer)), policy.GitHubWorkflows{
		Organization: organization, Repository: repository, OrganizationID: g.OrganizationID, RepositoryID: g.RepositoryID,
		Branches: g.Branches, Tags: g.Tags, Environments: g.Environments, PullRequests: g.PullRequests, Any: g.AnyRun,
	})
}

func (i *PodIdentityTrust) statements() []policy.Statement {
	if i == nil {
		return nil
	}
	var conditions []policy.Condition
	if i.Clusters != nil {
		conditions = append(conditions, policy.PodTag("eks-cluster-arn", i.Clusters))
	}
	if len(i.Namespaces) > 0 {
		conditions = append(conditions, policy.PodTag("kubernetes-namespace", pulumi.ToStringArray(i.Namespaces)))
	}
	if len(i.ServiceAccounts) > 0 {
		conditions = append(conditions, policy.PodTag("kubernetes-service-account", pulumi.ToStringArray(i.ServiceAccounts)))
	}
	return []policy.Statement{policy.TrustPods(conditions...)}
}

// includesEC2 reports whether EC2 can assume the role, or additional statements may allow it. The service principal has
// another suffix in China.
func (t *Trust) includesEC2() bool {
	_, ok := t.Services["ec2.amazonaws.com"]
	_, china := t.Services["ec2.amazonaws.com.cn"]
	return ok || china || len(t.Statements) > 0
}

// format is pulumi.Sprintf. The result is a plain value if all arguments are.
func format(text string, args ...pulumi.StringInput) pulumi.StringInput {
	var plain, any []any
	for _, a := range args {
		any = append(any, a)
		if s, ok := a.(pulumi.String); ok {
			plain = append(plain, string(s))
		}
	}
	if len(plain) == len(args) {
		return pulumi.String(fmt.Sprintf(text, plain...))
	}
	return pulumi.Sprintf(text, any...)
}

// mapped applies f to a value. The result is a plain value if the value is.
func mapped(in pulumi.StringInput, f func(string) string) pulumi.StringInput {
	if s, ok := in.(pulumi.String); ok {
		return pulumi.String(f(string(s)))
	}
	return in.ToStringOutput().ApplyT(f).(pulumi.StringOutput)
}
