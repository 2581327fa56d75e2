package policy

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Document is a policy document. Its JSON has the version 2012-10-17, the only one that supports policy variables.
type Document struct {
	// ID identifies a resource policy for services that require it. Not supported in IAM policies. Default: none.
	ID string `pulumi:"id,optional"`
	// Statements allow and deny actions. Required. Their order has no meaning: an explicit deny overrides all allows.
	Statements []Statement `pulumi:"statements" jsonschema:"required,minItems=1"`
}

// Statement allows or denies actions on resources.
type Statement struct {
	// Sid identifies the statement, unique in the document: letters and digits. Policies of buckets, keys, queues and
	// endpoints also support spaces and other characters. Default: none.
	Sid string `pulumi:"sid,optional"`
	// Effect is whether the statement allows or denies the actions. Required.
	Effect Effect `pulumi:"effect" jsonschema:"required,enum=Allow,enum=Deny"`
	// Principals are the principals that the statement applies to. Required in resource policies and trust policies,
	// unless notPrincipals is set. Not supported in managed and inline policies, which apply to the identity they are
	// attached to.
	Principals *Principals `pulumi:"principals,optional"`
	// NotPrincipals are the principals that the statement does not apply to. Requires the effect Deny. Default: none.
	NotPrincipals *Principals `pulumi:"notPrincipals,optional"`
	// Actions are actions such as s3:GetObject. The wildcards * and ? are supported after the colon. Required, unless
	// notActions is set.
	Actions []string `pulumi:"actions,optional"`
	// NotActions are the actions that the statement does not apply to. With the effect Allow, allowWildcards is required.
	// Default: none.
	NotActions []string `pulumi:"notActions,optional"`
	// Resources are ARNs, which support the wildcards * and ?, or "*" for all resources. Required, unless notResources is
	// set. Not supported in trust policies.
	Resources pulumi.StringArrayInput `pulumi:"resources,optional" config:"plain"`
	// NotResources are the ARNs that the statement does not apply to. With the effect Allow, allowWildcards is required.
	// Default: none.
	NotResources pulumi.StringArrayInput `pulumi:"notResources,optional" config:"plain"`
	// Conditions restrict the statement to requests that meet all of them. Default: none.
	Conditions []Condition `pulumi:"conditions,optional"`
	// AllowWildcards permits access that is rejected as too broad, such as all actions or public access. It is not part of
	// the JSON. Default: false.
	AllowWildcards bool `pulumi:"allowWildcards,optional"`
}

// Effect is whether a statement allows or denies actions.
type Effect string

// The effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Principals are accounts, roles, users, services and federated identities.
type Principals struct {
	// Everyone is all principals, including anonymous ones. Mutually exclusive with the other fields. Default: false.
	Everyone bool `pulumi:"everyone,optional"`
	// AWS are account IDs of 12 digits, or ARNs of accounts, roles, users and sessions. Default: none.
	AWS pulumi.StringArrayInput `pulumi:"aws,optional" config:"plain"`
	// Services are service principals such as ec2.amazonaws.com. Default: none.
	Services []string `pulumi:"services,optional"`
	// Federated are ARNs of identity providers, or names such as cognito-identity.amazonaws.com. Default: none.
	Federated pulumi.StringArrayInput `pulumi:"federated,optional" config:"plain"`
	// CanonicalUsers are canonical user IDs of S3 with 64 hexadecimal digits. Default: none.
	CanonicalUsers pulumi.StringArrayInput `pulumi:"canonicalUsers,optional" config:"plain"`
}

// Condition compares a condition key of the request with values.
type Condition struct {
	// Operator is a condition operator such as StringEquals or ArnLike, optionally with the suffix IfExists or with the
	// prefix ForAnyValue: or ForAllValues:. Required.
	Operator string `pulumi:"operator" jsonschema:"required,minLength=1"`
	// Key is a condition key such as aws:SourceAccount. Required.
	Key pulumi.StringInput `pulumi:"key" jsonschema:"required,minLength=1" config:"plain"`
	// Values are the values to compare with: one must match or, with a negated operator, none. Required.
	Values pulumi.StringArrayInput `pulumi:"values" jsonschema:"required" config:"plain"`
}

// Equals returns the condition that the key equals one of the values.
func Equals(key string, values ...string) Condition {
	return compare("StringEquals", key, values)
}

// Like returns the condition that the key matches one of the values, which support the wildcards * and ?.
func Like(key string, values ...string) Condition {
	return compare("StringLike", key, values)
}

func compare(operator, key string, values []string) Condition {
	return Condition{Operator: operator, Key: pulumi.String(key), Values: pulumi.ToStringArray(values)}
}

// Kind is the kind of a policy. It determines the maximum size and the supported elements.
type Kind string

// The kinds of policies.
const (
	// Managed is a customer managed policy.
	Managed Kind = "managed policy"
	// Inline is an inline policy of a role. Its maximum size is the limit for all inline policies of a role together.
	Inline Kind = "inline policy"
	// Trust is the trust policy of a role.
	Trust Kind = "trust policy"
	// Bucket is the policy of an S3 bucket.
	Bucket Kind = "bucket policy"
	// Key is the policy of a KMS key.
	Key Kind = "key policy"
	// Endpoint is the policy of a VPC endpoint.
	Endpoint Kind = "endpoint policy"
	// Queue is the policy of an SQS queue.
	Queue Kind = "queue policy"
)

// article returns the kind with its indefinite article.
func (k Kind) article() string {
	if k == Inline || k == Endpoint {
		return "an " + string(k)
	}
	return "a " + string(k)
}

// need is whether statements of a kind support an element.
type need int

const (
	unsupported need = iota
	required
)

type rules struct {
	// limit is the maximum size: in bytes if bytes is set, otherwise in characters.
	limit int
	bytes bool
	// principals and resources are elements of statements.
	principals, resources need
	// freeSid permits Sids with other characters than letters and digits.
	freeSid bool
	// service is the only service whose actions are supported. Empty: all.
	service string
	// public is whether Everyone makes the resource public unless a condition restricts it.
	public bool
}

// rules returns the rules of a kind. Sizes are those of the JSON without white space.
//
// Sources: "IAM and AWS STS quotas" (managed, inline, trust: the default quota), "Bucket policies" of S3 (20 KB),
// "Quotas" of KMS (32 KB), "Control access to VPC endpoints using endpoint policies" (20,480 characters), "Amazon SQS
// policy quotas" (8,192 bytes).
func (k Kind) rules() (rules, bool) {
	switch k {
	case Managed:
		return rules{limit: 6144, resources: required}, true
	case Inline:
		return rules{limit: 10240, resources: required}, true
	case Trust:
		return rules{limit: 2048, principals: required, service: "sts", public: true}, true
	case Bucket:
		return rules{
			limit: 20 << 10, bytes: true, principals: required, resources: required, freeSid: true, service: "s3", public: true,
		}, true
	case Key:
		return rules{
			limit: 32 << 10, bytes: true, principals: required, resources: required, freeSid: true, service: "kms", public: true,
		}, true
	case Endpoint:
		// Everyone with network access to the endpoint is the usual principal: other policies still apply.
		return rules{limit: 20480, principals: required, resources: required, freeSid: true}, true
	case Queue:
		return rules{
			limit: 8 << 10, bytes: true, principals: required, resources: required, freeSid: true, service: "sqs", public: true,
		}, true
	}
	return rules{}, false
}
