// Package policy writes the JSON policy documents of AWS, and refuses those that AWS would refuse, or that
// allow more than anybody wants to.
//
//	read := policy.Document{Statements: []policy.Statement{{
//		Actions:   []string{"s3:GetObject"},
//		Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", bucket.Arn)},
//	}}}
//	text, err := read.JSON(policy.Managed)
//
// What a document may hold depends on its [Kind]. [Document.Check] says what is wrong with it before anything is
// made; values of other resources are checked when they are known, in [Document.JSON].
//
// # What is refused
//
// The grammar: actions, ARNs, principals, condition operators and the values that they compare with, Sids,
// elements that exclude each other or that the kind does not have, and the size.
//
// What is too broad, unless the statement says AllowWildcards:
//
//   - every action of every service, every action of a service on every resource, NotActions and NotResources with Allow
//   - iam:PassRole on every role, without a condition on iam:PassedToService
//   - everyone as a principal of a bucket, a key or a role, unless a condition narrows it to known accounts,
//     networks or resources
//   - trust in an OIDC provider without conditions on audience and subject, with a subject that is anybody, or one of GitHub's
//     that names no organization
//
// The JSON has no white space, its keys and lists are sorted, and nothing stands in it twice: the same document has the same
// text on every run.
//
// # Trust
//
// [TrustService], [TrustAccount], [TrustGitHub], [TrustOIDC], [TrustServiceAccounts] and [TrustPods] return the statements of trust policies,
// with what keeps others out.
package policy
