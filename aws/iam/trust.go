package iam

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Trust says who may assume a role. Each entry is a statement of one policy, which may have 2,048 characters. Changing it
// updates the role.
type Trust struct {
	// Services are services of AWS by their principals, such as ec2.amazonaws.com.
	Services map[string]ServiceTrust `pulumi:"services"`
	// Accounts are accounts by their ids of 12 digits, in quotes.
	Accounts map[string]AccountTrust `pulumi:"accounts"`
	// GitHub are repositories, as ORGANIZATION/REPOSITORY, whose workflows may assume the role. The account needs
	// the provider https://token.actions.githubusercontent.com.
	GitHub map[string]GitHubTrust `pulumi:"github"`
	// OIDC are further identity providers by their issuers without https://, such as gitlab.com.
	OIDC map[string]OIDCTrust `pulumi:"oidc"`
	// PodIdentity lets EKS Pod Identity give the role to pods. Default: it may not.
	PodIdentity *PodIdentityTrust `pulumi:"podIdentity"`
	// IRSA are EKS clusters, by names of your choice, whose service accounts may assume the role.
	IRSA config.Named[IRSATrust] `pulumi:"irsa"`
	// Statements are further statements of the policy.
	Statements []policy.Statement `pulumi:"statements"`
}

// ServiceTrust says on whose behalf a service may assume a role.
type ServiceTrust struct {
	// SourceAccounts are the accounts on whose behalf the service may assume the role. Default: the role's own with services of which AWS
	// documents that they tell, and any with others, such as EC2.
	SourceAccounts pulumi.StringArrayInput `pulumi:"sourceAccounts" config:"plain"`
	// SourceARNs are the resources on whose behalf it may, such as arn:aws:ec2:*:111122223333:vpc-flow-log/*, in which * and ? stand for any
	// characters. Default: any.
	SourceARNs pulumi.StringArrayInput `pulumi:"sourceArns" config:"plain"`
	// AnySource leaves the condition on the own account out. Default: false.
	AnySource bool `pulumi:"anySource"`
}

// AccountTrust says who of an account may assume a role, if the account's own policies allow it too.
type AccountTrust struct {
	// Principals are the roles and users that may, as ARNs in which * and ? stand for any characters. They need not exist. Default: all,
	// which needs externalId, mfa or anyPrincipal.
	Principals pulumi.StringArrayInput `pulumi:"principals" config:"plain"`
	// ExternalID is what you have agreed on with another organization that acts for others as well. It is not a secret.
	ExternalID string `pulumi:"externalId" jsonschema:"pattern=^[A-Za-z0-9_+=\\,.@:/-]+$,minLength=2,maxLength=1224"`
	// Organization is the id of the organization that the account must belong to, such as o-exampleorgid.
	Organization string `pulumi:"organization" jsonschema:"pattern=^o-[a-z0-9]{10\\,32}$"`
	// MFA asks for a second factor, which people have and roles have not. Default: false.
	MFA bool `pulumi:"mfa"`
	// AnyPrincipal admits whomever the account's own policies allow. Default: false.
	AnyPrincipal bool `pulumi:"anyPrincipal"`
}

// GitHubTrust says which runs of a repository's workflows may assume a role.
type GitHubTrust struct {
	// Branches are those that may, such as main or release/*.
	Branches []string `pulumi:"branches"`
	// Tags are those that may, such as v*.
	Tags []string `pulumi:"tags"`
	// Environments are those that may. A job that has one is not known by its branch.
	Environments []string `pulumi:"environments"`
	// PullRequests admits runs for pull requests, which hold whatever their authors wrote. Default: false.
	PullRequests bool `pulumi:"pullRequests"`
	// AnyRun admits every run of the repository. Default: false.
	AnyRun bool `pulumi:"anyRun"`
	// OrganizationID is the number that GitHub gives the organization. Repositories made since July 15, 2026 have it in their
	// subjects, and are not known without. It keeps out who takes over the name. It goes with repositoryId.
	OrganizationID string `pulumi:"organizationId" jsonschema:"pattern=^[0-9]{1\\,20}$"`
	// RepositoryID is the number that GitHub gives the repository. It goes with organizationId.
	RepositoryID string `pulumi:"repositoryId" jsonschema:"pattern=^[0-9]{1\\,20}$"`
	// Provider is the ARN of the identity provider. Default: that of the issuer in the role's own account.
	Provider pulumi.StringInput `pulumi:"provider" config:"plain"`
}

// OIDCTrust says for whom of an identity provider's subjects a role is.
type OIDCTrust struct {
	// Audiences are the client ids that tokens may be for. Required.
	Audiences []string `pulumi:"audiences" jsonschema:"required,minItems=1"`
	// Subjects are those who may assume the role; * and ? stand for any characters. Required.
	Subjects []string `pulumi:"subjects" jsonschema:"required,minItems=1"`
	// Provider is the ARN of the identity provider. Default: that of the issuer in the role's own account.
	Provider pulumi.StringInput `pulumi:"provider" config:"plain"`
}

// PodIdentityTrust says which pods EKS Pod Identity may give a role to. Who may associate the role with a service account in the account is
// up to iam:PassRole.
type PodIdentityTrust struct {
	// Clusters are ARNs of EKS clusters. Default: any of the account.
	Clusters pulumi.StringArrayInput `pulumi:"clusters" config:"plain"`
	// Namespaces are those of the pods. Default: any.
	Namespaces []string `pulumi:"namespaces"`
	// ServiceAccounts are the names of those of the pods. Default: any.
	ServiceAccounts []string `pulumi:"serviceAccounts"`
}

// IRSATrust says which service accounts of an EKS cluster may assume a role.
type IRSATrust struct {
	// Issuer is the address of the cluster's identity provider, with or without https://. Required.
	Issuer pulumi.StringInput `pulumi:"issuer" jsonschema:"required,minLength=1" config:"plain"`
	// ServiceAccounts are NAMESPACE/NAME. In the name, * and ? stand for any characters. Required.
	ServiceAccounts []string `pulumi:"serviceAccounts" jsonschema:"required,minItems=1"`
	// Provider is the ARN of the cluster's identity provider. Default: that of the issuer in the role's own account.
	Provider pulumi.StringInput `pulumi:"provider" config:"plain"`
}
