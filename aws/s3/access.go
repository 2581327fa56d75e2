package s3

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
)

// PublicAccess blocks what would make objects public. Source: "Blocking public access to your Amazon S3 storage". Changing any of it updates
// the bucket.
type PublicAccess struct {
	// BlockPublicACLs refuses ACLs that are public.
	BlockPublicACLs *bool `pulumi:"blockPublicAcls" jsonschema:"default=true"`
	// IgnorePublicACLs takes public ACLs for private ones.
	IgnorePublicACLs *bool `pulumi:"ignorePublicAcls" jsonschema:"default=true"`
	// BlockPublicPolicy refuses policies that are public.
	BlockPublicPolicy *bool `pulumi:"blockPublicPolicy" jsonschema:"default=true"`
	// RestrictPublicBuckets lets services of AWS and the own account alone use a bucket whose policy is public.
	RestrictPublicBuckets *bool `pulumi:"restrictPublicBuckets" jsonschema:"default=true"`
}

// Guards are statements of the bucket's policy that deny what nobody should do. Changing any of them updates the policy.
type Guards struct {
	// RequireTLS refuses requests over plain HTTP.
	RequireTLS *bool `pulumi:"requireTls" jsonschema:"default=true"`
	// MinimumTLS is the oldest version of TLS that requests may use. It has no effect without requireTls.
	MinimumTLS string `pulumi:"minimumTls" jsonschema:"default=1.2,enum=1.2,enum=1.3"`
	// DenyCustomerKeys refuses uploads that are encrypted with a key that the client sends along (SSE-C): whoever loses it loses the object,
	// and it is how others take objects hostage.
	DenyCustomerKeys *bool `pulumi:"denyCustomerKeys" jsonschema:"default=true"`
	// DenyOtherEncryption refuses uploads that ask for another encryption than the bucket's, or for another key. Default: true, unless the
	// bucket's encryption is AES256.
	DenyOtherEncryption *bool `pulumi:"denyOtherEncryption"`
}

// The Sids of the statements that the package writes.
const (
	sidPlainHTTP       = "DenyPlainHTTP"
	sidOldTLS          = "DenyOldTLS"
	sidCustomerKeys    = "DenyCustomerKeys"
	sidOtherEncryption = "DenyOtherEncryption"
	sidOtherKeys       = "DenyOtherKeys"
	sidAccessLogs      = "AccessLogs"
	sidLoadBalancers   = "LoadBalancerLogs"
	sidDelivery        = "LogDelivery"
	sidDeliveryCheck   = "LogDeliveryCheck"
)

// Names of what requests to S3 are checked for. Source: "Actions, resources, and condition keys for Amazon S3".
const (
	keyTLS         = "aws:SecureTransport"
	keyTLSVersion  = "s3:TlsVersion"
	keyCustomerKey = "s3:x-amz-server-side-encryption-customer-algorithm"
	keyEncryption  = "s3:x-amz-server-side-encryption"
	keyKMSKey      = "s3:x-amz-server-side-encryption-aws-kms-key-id"
)

// denies returns the statements of the guards. Clients that say nothing about encryption get the bucket's. key is nil for encryption without a
// key that is known.
func (s *BucketSettings) denies(arn, key pulumi.StringInput) []policy.Statement {
	both, objects := pulumi.StringArray{arn, within(arn, "/*")}, pulumi.StringArray{within(arn, "/*")}
	var out []policy.Statement
	deny := func(sid, action string, resources pulumi.StringArray, conditions ...policy.Condition) {
		out = append(out, policy.Statement{
			Sid: sid, Effect: policy.Deny, Principals: &policy.Principals{Everyone: true},
			Actions: []string{action}, Resources: resources, Conditions: conditions,
		})
	}
	if *s.Guards.RequireTLS {
		deny(sidPlainHTTP, "s3:*", both, compare("Bool", keyTLS, pulumi.String("false")))
		deny(sidOldTLS, "s3:*", both, compare("NumericLessThan", keyTLSVersion, pulumi.String(s.Guards.MinimumTLS)))
	}
	if *s.Guards.DenyCustomerKeys {
		deny(sidCustomerKeys, "s3:PutObject", objects, present(keyCustomerKey))
	}
	if s.deniesOtherEncryption() {
		deny(sidOtherEncryption, "s3:PutObject", objects,
			compare("StringNotEquals", keyEncryption, pulumi.String(s.Encryption.Algorithm)), present(keyEncryption))
		if key != nil {
			deny(sidOtherKeys, "s3:PutObject", objects, compare("StringNotEquals", keyKMSKey, key), present(keyKMSKey))
		}
	}
	return out
}

func (s *BucketSettings) deniesOtherEncryption() bool {
	if s.Guards.DenyOtherEncryption != nil {
		return *s.Guards.DenyOtherEncryption
	}
	return s.Encryption.kms()
}

func compare(operator, key string, values ...pulumi.StringInput) policy.Condition {
	return policy.Condition{Operator: operator, Key: pulumi.String(key), Values: pulumi.StringArray(values)}
}

// present is the condition that the request has a key. Without it, operators that are negated match requests that lack the key.
func present(key string) policy.Condition { return compare("Null", key, pulumi.String("false")) }

// within returns the ARN of objects of a bucket. It is known where the bucket's is.
func within(arn pulumi.StringInput, path string) pulumi.StringInput {
	if known, ok := arn.(pulumi.String); ok {
		return known + pulumi.String(path)
	}
	return pulumi.Sprintf("%s%s", arn, path)
}
