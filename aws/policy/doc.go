// Package policy writes JSON policy documents of AWS. It rejects documents that AWS would reject and documents that
// grant more access than necessary.
//
//	read := policy.Document{Statements: []policy.Statement{{
//		Effect:    policy.Allow,
//		Actions:   []string{"s3:GetObject"},
//		Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", bucket.Arn)},
//	}}}
//	text, err := read.JSON(policy.Managed)
//
// The elements that a document supports depend on its [Kind]. [Document.Check] checks all values that are known before
// the deployment starts. [Document.JSON] checks values that are outputs of other resources once they are known.
//
// # Checks
//
// The grammar: effects, actions, ARNs, principals, condition operators and their values, Sids, mutually exclusive
// elements, elements that the kind does not support, and the size.
//
// Access that is too broad, unless the statement sets AllowWildcards:
//
//   - all actions of all services, all actions of a service on all resources, NotActions and NotResources with Allow
//   - iam:PassRole on all roles without a condition on iam:PassedToService
//   - public access to a bucket, a key, a queue or a role, unless a condition restricts it to known accounts, networks
//     or resources
//   - trust in an OIDC provider without conditions on audience and subject, with a subject that matches everything, or,
//     for GitHub, with a subject that names no organization
//
// The JSON has no white space. Keys and lists are sorted and have no duplicates, so the same document has the same text
// in every deployment.
//
// # Trust policies
//
// [TrustService], [TrustAccount], [TrustGitHub], [TrustOIDC], [TrustServiceAccounts] and [TrustPods] return statements
// of trust policies with the conditions that they need.
package policy
