package policy

// Kind is what a policy is attached to: it decides how long it may be and which elements it has.
type Kind string

// The kinds.
const (
	// Managed is a customer managed policy of IAM.
	Managed Kind = "managed policy"
	// Inline is a policy within a role. All of a role's count together; the limit here is that of one alone.
	Inline Kind = "inline policy"
	// Trust is a role's trust policy, which says who may assume it.
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

// need says whether an element must, may or must not stand in a statement.
type need int

const (
	forbidden need = iota
	required
)

type rules struct {
	// limit is the largest size, in bytes where bytes is set and else in characters.
	limit int
	bytes bool
	// elements.
	principals, resources need
	// freeSid admits more than letters and digits.
	freeSid bool
	// service is the only prefix that actions may have; empty for any.
	service string
	// public says that Everyone makes the resource public unless a condition narrows it.
	public bool
}

// rules returns the limits of a kind. Sizes count the JSON without white space, which is how it is written.
//
// Sources: "IAM and AWS STS quotas" (managed, inline, trust: the default quota), "Bucket policies" of S3 (20 KB), "Quotas" of KMS
// (32 KB), "Control access to VPC endpoints using endpoint policies" (20,480 characters), "Amazon SQS policy quotas" (8,192 bytes).
func (k Kind) rules() (rules, bool) {
	switch k {
	case Managed:
		return rules{limit: 6144, resources: required}, true
	case Inline:
		return rules{limit: 10240, resources: required}, true
	case Trust:
		return rules{limit: 2048, principals: required, service: "sts", public: true}, true
	case Bucket:
		return rules{limit: 20 << 10, bytes: true, principals: required, resources: required, freeSid: true, service: "s3", public: true}, true
	case Key:
		return rules{limit: 32 << 10, bytes: true, principals: required, resources: required, freeSid: true, service: "kms", public: true}, true
	case Endpoint:
		// Everyone who can reach the endpoint is the usual principal: the other policies still hold.
		return rules{limit: 20480, principals: required, resources: required, freeSid: true}, true
	case Queue:
		return rules{limit: 8 << 10, bytes: true, principals: required, resources: required, freeSid: true, service: "sqs", public: true}, true
	}
	return rules{}, false
}
