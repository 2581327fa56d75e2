package policy

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// STSAudience is the audience of tokens that the AWS SDKs and tools request from an identity provider.
const STSAudience = "sts.amazonaws.com"

// GitHubIssuer is the issuer of GitHub Actions, without https://.
const GitHubIssuer = "token.actions.githubusercontent.com"

// TrustService returns the statement that allows a service to assume a role. Add [SourceAccount] or [SourceARN] if
// [SendsSourceAccount] returns true for the service: otherwise, the service can assume the role on behalf of any
// account.
func TrustService(service string, conditions ...Condition) Statement {
	return assume(&Principals{Services: []string{service}}, conditions)
}

// TrustPods returns the statement that allows EKS Pod Identity to assume a role for pods. [PodTag] restricts the pods.
func TrustPods(conditions ...Condition) Statement {
	s := TrustService("pods.eks.amazonaws.com", conditions...)
	s.Actions = append(s.Actions, "sts:TagSession")
	return s
}

// TrustAccount returns the statement that allows an account, by its ID of 12 digits, to delegate access to a role to
// its principals. [PrincipalARN], [ExternalID] and [MFA] restrict them.
func TrustAccount(account pulumi.StringInput, conditions ...Condition) Statement {
	return assume(&Principals{AWS: pulumi.StringArray{account}}, conditions)
}

func assume(p *Principals, conditions []Condition) Statement {
	return Statement{Effect: Allow, Actions: []string{"sts:AssumeRole"}, Principals: p, Conditions: conditions}
}

// TrustOIDC returns the statement that allows subjects of an OIDC provider to assume a role. provider is the ARN of the
// IAM identity provider, issuer is its URL, with or without https://. Subjects support the wildcards * and ?.
func TrustOIDC(provider, issuer pulumi.StringInput, audiences, subjects []string, conditions ...Condition) Statement {
	operator := "StringEquals"
	if slices.ContainsFunc(subjects, func(s string) bool { return strings.ContainsAny(s, "*?") }) {
		operator = "StringLike"
	}
	return Statement{
		Effect:     Allow,
		Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
		Principals: &Principals{Federated: pulumi.StringArray{provider}},
		Conditions: slices.Concat([]Condition{
			{Operator: "StringEquals", Key: claim(issuer, "aud"), Values: pulumi.ToStringArray(audiences)},
			{Operator: operator, Key: claim(issuer, "sub"), Values: pulumi.ToStringArray(subjects)},
		}, conditions),
	}
}

// TrustServiceAccounts returns the statement that allows Kubernetes service accounts, each NAMESPACE/NAME, to assume a
// role (IAM roles for service accounts). provider and issuer are those of the cluster.
func TrustServiceAccounts(provider, issuer pulumi.StringInput, accounts ...string) Statement {
	var subjects []string
	for _, a := range accounts {
		subjects = append(subjects, "system:serviceaccount:"+strings.Replace(a, "/", ":", 1))
	}
	return TrustOIDC(provider, issuer, []string{STSAudience}, subjects)
}

// claim returns the condition key of a claim.
func claim(issuer pulumi.StringInput, name string) pulumi.StringInput {
	if s, ok := issuer.(pulumi.String); ok {
		return pulumi.String(IssuerHost(string(s)) + ":" + name)
	}
	return issuer.ToStringOutput().ApplyT(func(s string) string { return IssuerHost(s) + ":" + name }).(pulumi.StringOutput)
}

// IssuerHost returns an issuer in the format of IAM ARNs and condition keys: host and path without https://. A final
// slash stays, as in issuers of Auth0: it is part of the issuer in tokens, and IAM compares URLs literally. Source:
// "Create an OpenID Connect (OIDC) identity provider in IAM": the URL is case-sensitive.
func IssuerHost(issuer string) string { return strings.TrimPrefix(issuer, "https://") }

// GitHubWorkflows selects workflow runs of a GitHub repository.
type GitHubWorkflows struct {
	// Organization and Repository are the names. Required.
	Organization, Repository string
	// OrganizationID and RepositoryID are the numeric IDs at GitHub, which are never reused: a new owner of an old name is
	// not trusted. Set both or neither.
	OrganizationID, RepositoryID string
	// Branches, Tags and Environments are the names that runs are for. The wildcard * is supported. Default: none.
	Branches, Tags, Environments []string
	// PullRequests selects runs for pull requests. Default: false.
	PullRequests bool
	// Any selects all runs. Default: false.
	Any bool
}

// Subjects returns the subjects of the tokens of the runs. With IDs, there are two for each selection: GitHub uses
// subjects without IDs for repositories created before July 15, 2026 until they opt in. Source: "OpenID Connect
// reference: Immutable subject claims", GitHub Docs.
func (w GitHubWorkflows) Subjects() []string {
	var runs []string
	if w.Any {
		runs = append(runs, "*")
	}
	for _, b := range w.Branches {
		runs = append(runs, "ref:refs/heads/"+b)
	}
	for _, t := range w.Tags {
		runs = append(runs, "ref:refs/tags/"+t)
	}
	for _, e := range w.Environments {
		// GitHub encodes colons.
		runs = append(runs, "environment:"+strings.ReplaceAll(e, ":", "%3A"))
	}
	if w.PullRequests {
		runs = append(runs, "pull_request")
	}
	repositories := []string{w.Organization + "/" + w.Repository}
	if w.pinned() {
		repositories = append(repositories, w.Organization+"@"+w.OrganizationID+"/"+w.Repository+"@"+w.RepositoryID)
	}
	var out []string
	for _, repository := range repositories {
		for _, run := range runs {
			out = append(out, "repo:"+repository+":"+run)
		}
	}
	return out
}

func (w GitHubWorkflows) pinned() bool { return w.OrganizationID != "" && w.RepositoryID != "" }

// TrustGitHub returns the statement that allows workflow runs to assume a role. provider is the ARN of the IAM identity
// provider of GitHub. IDs, if set, are conditions in addition to the subjects. Source: "Available keys for AWS OIDC
// federation", tab GitHub, AWS Identity and Access Management User Guide.
func TrustGitHub(provider pulumi.StringInput, w GitHubWorkflows) Statement {
	var ids []Condition
	if w.pinned() {
		ids = []Condition{
			Equals(GitHubIssuer+":repository_id", w.RepositoryID),
			Equals(GitHubIssuer+":repository_owner_id", w.OrganizationID),
		}
	}
	return TrustOIDC(provider, pulumi.String(GitHubIssuer), []string{STSAudience}, w.Subjects(), ids...)
}

// SourceAccount returns the condition that a service acts on behalf of one of the accounts. It prevents the confused
// deputy problem. Source: "The confused deputy problem", AWS Identity and Access Management User Guide.
func SourceAccount(accounts ...pulumi.StringInput) Condition {
	return Condition{Operator: "StringEquals", Key: pulumi.String("aws:SourceAccount"),
		Values: pulumi.StringArray(accounts)}
}

// SourceARN returns the condition that a service acts on behalf of a resource. ARNs support wildcards.
func SourceARN(arns pulumi.StringArrayInput) Condition {
	return Condition{Operator: "ArnLike", Key: pulumi.String("aws:SourceArn"), Values: arns}
}

// PrincipalARN returns the condition that the principal is a role or a user. ARNs support wildcards. Unlike a principal
// of the statement, the role or user does not have to exist, and the condition still applies after it is recreated.
func PrincipalARN(arns pulumi.StringArrayInput) Condition {
	return Condition{Operator: "ArnLike", Key: pulumi.String("aws:PrincipalArn"), Values: arns}
}

// ExternalID returns the condition that the request has the external ID agreed with another organization. Source:
// "Access to AWS accounts owned by third parties".
func ExternalID(id pulumi.StringInput) Condition {
	return Condition{Operator: "StringEquals", Key: pulumi.String("sts:ExternalId"), Values: pulumi.StringArray{id}}
}

// Organization returns the condition that the principal belongs to an organization of AWS Organizations.
func Organization(id pulumi.StringInput) Condition {
	return Condition{Operator: "StringEquals", Key: pulumi.String("aws:PrincipalOrgID"), Values: pulumi.StringArray{id}}
}

// MFA returns the condition that the principal signed in with multi-factor authentication.
func MFA() Condition { return compare("Bool", "aws:MultiFactorAuthPresent", []string{"true"}) }

// PodTag returns the condition that a pod of EKS Pod Identity has one of the values in a session tag, such as
// kubernetes-namespace, kubernetes-service-account or eks-cluster-arn. Source: "Grant Pods access to AWS resources
// based on tags", Amazon EKS User Guide.
func PodTag(tag string, values pulumi.StringArrayInput) Condition {
	return Condition{Operator: "StringEquals", Key: pulumi.String("aws:RequestTag/" + tag), Values: values}
}

// SendsSourceAccount reports whether AWS documents that a service sends the source account when it assumes a role, so
// that [SourceAccount] can be required. Other services, such as EC2, may not send it: they cannot assume a role with
// the condition. Service principals in China can end with .cn.
func SendsSourceAccount(service string) bool {
	_, ok := slices.BinarySearch(SourceAccountServices(), strings.TrimSuffix(service, ".cn"))
	return ok
}

// SourceAccountServices returns the services of [SendsSourceAccount], sorted.
//
// Sources: the guides of the services about confused deputies and service roles: "Cross-service confused deputy
// prevention" (Amazon Bedrock, Amazon EC2 Auto Scaling, Amazon EKS, Amazon EventBridge with pipes, AWS Glue, AWS
// Transfer Family, AWS Step Functions, AWS Config), "Confused deputy prevention in EventBridge Scheduler", "IAM role
// for publishing flow logs to CloudWatch Logs", "Amazon ECS task IAM role", "Allow CodeBuild to interact with other AWS
// services", "Setting up and enabling Enhanced Monitoring" (Amazon RDS), "Create the IAM service role required for
// Systems Manager in hybrid and multicloud environments", "Amazon EKS Pod execution IAM role". Services whose roles
// serve several features, not all of which send the source, are not included.
func SourceAccountServices() []string {
	return []string{
		"autoscaling.amazonaws.com",
		"bedrock.amazonaws.com",
		"codebuild.amazonaws.com",
		"config.amazonaws.com",
		"ecs-tasks.amazonaws.com",
		"eks-fargate-pods.amazonaws.com",
		"eks.amazonaws.com",
		"events.amazonaws.com",
		"glue.amazonaws.com",
		"monitoring.rds.amazonaws.com",
		"pipes.amazonaws.com",
		"scheduler.amazonaws.com",
		"ssm.amazonaws.com",
		"states.amazonaws.com",
		"transfer.amazonaws.com",
		"vpc-flow-logs.amazonaws.com",
	}
}
