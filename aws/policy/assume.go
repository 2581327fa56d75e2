package policy

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// STSAudience is the audience that AWS's own tools ask an identity provider for.
const STSAudience = "sts.amazonaws.com"

// TrustService returns the statement that lets a service assume a role. Without [SourceAccount] or [SourceARN] the service
// may do so on behalf of anybody who may pass it the role: add them where [SendsSource] says that the service tells.
func TrustService(service string, conditions ...Condition) Statement {
	return assume(&Principals{Services: []string{service}}, conditions)
}

// TrustPods returns the statement that lets EKS Pod Identity give a role to pods: see [PodTag].
func TrustPods(conditions ...Condition) Statement {
	s := TrustService("pods.eks.amazonaws.com", conditions...)
	s.Actions = append(s.Actions, "sts:TagSession")
	return s
}

// TrustAccount returns the statement that lets an account, by its id of 12 digits, say who of it may assume a role.
// Narrow it: see [PrincipalARN], [ExternalID] and [MFA].
func TrustAccount(account pulumi.StringInput, conditions ...Condition) Statement {
	return assume(&Principals{AWS: pulumi.StringArray{account}}, conditions)
}

func assume(p *Principals, conditions []Condition) Statement {
	return Statement{Actions: []string{"sts:AssumeRole"}, Principals: p, Conditions: conditions}
}

// TrustOIDC returns the statement that lets those assume a role for whom an OIDC provider vouches. provider is the ARN of the
// provider in IAM, issuer its address, with or without https://. Subjects may have wildcards.
func TrustOIDC(provider, issuer pulumi.StringInput, audiences, subjects []string, conditions ...Condition) Statement {
	operator := "StringEquals"
	if slices.ContainsFunc(subjects, func(s string) bool { return strings.ContainsAny(s, "*?") }) {
		operator = "StringLike"
	}
	return Statement{
		Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
		Principals: &Principals{Federated: pulumi.StringArray{provider}},
		Conditions: slices.Concat([]Condition{
			{Operator: "StringEquals", Key: claim(issuer, "aud"), Values: pulumi.ToStringArray(audiences)},
			{Operator: operator, Key: claim(issuer, "sub"), Values: pulumi.ToStringArray(subjects)},
		}, conditions),
	}
}

// TrustServiceAccounts returns the statement that lets service accounts of a cluster assume a role: IAM roles for service
// accounts. Each is NAMESPACE/NAME. provider and issuer are those of the cluster.
func TrustServiceAccounts(provider, issuer pulumi.StringInput, accounts ...string) Statement {
	var subjects []string
	for _, a := range accounts {
		subjects = append(subjects, "system:serviceaccount:"+strings.Replace(a, "/", ":", 1))
	}
	return TrustOIDC(provider, issuer, []string{STSAudience}, subjects)
}

// claim returns the condition key of a provider's claim.
func claim(issuer pulumi.StringInput, name string) pulumi.StringInput {
	if s, ok := issuer.(pulumi.String); ok {
		return pulumi.String(IssuerHost(string(s)) + ":" + name)
	}
	return issuer.ToStringOutput().ApplyT(func(s string) string { return IssuerHost(s) + ":" + name }).(pulumi.StringOutput)
}

// IssuerHost returns an issuer the way IAM writes it, in ARNs and in condition keys: host and path without https://.
func IssuerHost(issuer string) string {
	return strings.TrimSuffix(strings.TrimPrefix(issuer, "https://"), "/")
}
