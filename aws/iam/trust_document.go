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
)

// place is where a role is. It is asked for when it is needed.
type place struct {
	account, partition func() pulumi.StringInput
}

// assumed stands for a place that is not known yet, where only the size of a document matters.
func assumed() place {
	return place{
		account:   func() pulumi.StringInput { return pulumi.String("111122223333") },
		partition: func() pulumi.StringInput { return pulumi.String("aws") },
	}
}

// placeOf returns the place of the provider that a component uses.
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

// provider returns the ARN of an identity provider: the one that is given, or that of an issuer.
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

// each returns what f makes of the entries, in the order of their keys.
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
	case !s.AnySource && policy.SendsSource(service):
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
	if a.ExternalID != "" {
		conditions = append(conditions, policy.ExternalID(a.ExternalID))
	}
	if a.Organization != "" {
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

// format is pulumi.Sprintf, which is a plain value where all arguments are.
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

// mapped returns what f makes of a value, which is plain where the value is.
func mapped(in pulumi.StringInput, f func(string) string) pulumi.StringInput {
	if s, ok := in.(pulumi.String); ok {
		return pulumi.String(f(string(s)))
	}
	return in.ToStringOutput().ApplyT(f).(pulumi.StringOutput)
}
