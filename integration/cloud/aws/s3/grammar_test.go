package s3_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// withBucket are the steps of a bucket and one of its settings.
func withBucket(typ string, inputs in) []awstest.Step {
	return []awstest.Step{{Name: "b", Type: awstest.BucketToken, Inputs: in{"bucket": "data"}},
		{Name: "it", Type: typ, Inputs: awstest.Merge(in{"bucket": "data"}, inputs)}}
}

func TestLifecycleTransitions(t *testing.T) {
	t.Parallel()
	rule := func(more in) []awstest.Step {
		return withBucket(lifecycleToken, in{"rules": []any{awstest.Merge(in{"id": "a", "status": "Enabled"}, more)}})
	}
	to := func(days float64, class string) in { return in{"days": days, "storageClass": class} }
	old := func(days float64, class string) in { return in{"noncurrentDays": days, "storageClass": class} }
	const thirty = "must be 30 days more than"
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"thirty days in STANDARD_IA":    {Steps: rule(in{"transitions": []any{to(30, "STANDARD_IA"), to(60, "GLACIER")}})},
		"ten days in STANDARD_IA":       {Steps: rule(in{"transitions": []any{to(30, "STANDARD_IA"), to(40, "GLACIER")}}), Want: "api error InvalidArgument: 'Days' in the 'Transition' action for StorageClass 'GLACIER' " + thirty},
		"in another order":              {Steps: rule(in{"transitions": []any{to(40, "GLACIER"), to(30, "STANDARD_IA")}}), Want: thirty},
		"ten days in ONEZONE_IA":        {Steps: rule(in{"transitions": []any{to(30, "ONEZONE_IA"), to(40, "DEEP_ARCHIVE")}}), Want: thirty},
		"a day in STANDARD_IA":          {Steps: rule(in{"transitions": []any{to(30, "STANDARD_IA"), to(31, "GLACIER_IR")}}), Want: thirty},
		"old versions":                  {Steps: rule(in{"noncurrentVersionTransitions": []any{old(30, "STANDARD_IA"), old(45, "GLACIER")}}), Want: "'NoncurrentDays'"},
		"old versions for long":         {Steps: rule(in{"noncurrentVersionTransitions": []any{old(30, "STANDARD_IA"), old(90, "GLACIER")}})},
		"a day in GLACIER_IR":           {Steps: rule(in{"transitions": []any{to(0, "GLACIER_IR"), to(1, "GLACIER")}})},
		"from intelligent tiering":      {Steps: rule(in{"transitions": []any{to(0, "INTELLIGENT_TIERING"), to(1, "GLACIER")}})},
		"dates and days":                {Steps: rule(in{"transitions": []any{in{"date": "2027-01-31T00:00:00Z", "storageClass": "GLACIER"}}, "expiration": in{"days": 400.0}}), Want: "Found mixed 'Date' and 'Days'"},
		"a date":                        {Steps: rule(in{"expiration": in{"date": "2027-01-31T00:00:00Z"}})},
		"a date with a time":            {Steps: rule(in{"expiration": in{"date": "2027-01-31T10:00:00Z"}}), Want: "'Date' must be at midnight GMT"},
		"a malformed date":              {Steps: rule(in{"expiration": in{"date": "31 January"}}), Want: "is not a valid RFC 3339 date"},
		"uploads after zero days":       {Steps: rule(in{"abortIncompleteMultipartUpload": in{"daysAfterInitiation": 0.0}}), Want: "must be a positive integer"},
		"sizes":                         {Steps: rule(in{"expiration": in{"days": 1.0}, "filter": in{"and": in{"objectSizeGreaterThan": 10.0, "objectSizeLessThan": 20.0}}})},
		"sizes that exclude each other": {Steps: rule(in{"expiration": in{"days": 1.0}, "filter": in{"and": in{"objectSizeGreaterThan": 20.0, "objectSizeLessThan": 10.0}}}), Want: "has to be a value greater than 'ObjectSizeGreaterThan'"},
		"a bucket's own rule":           {Steps: awstest.One("b", oldBucketToken, in{"bucket": "data", "lifecycleRules": []any{in{"enabled": true, "transitions": []any{to(30, "STANDARD_IA"), to(40, "GLACIER")}}}}), Want: thirty},
		"too many old versions":         {Steps: rule(in{"noncurrentVersionExpiration": in{"noncurrentDays": 1.0, "newerNoncurrentVersions": 101.0}}), Want: "(1 - 100)"},
	})
}

func TestBucketPolicies(t *testing.T) {
	t.Parallel()
	policy := func(statement in) []awstest.Step {
		return withBucket(bucketPolicyToken, in{"policy": awstest.Document(awstest.Merge(in{"Effect": "Deny", "Principal": "*",
			"Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}, statement))})
	}
	when := func(operator, key, value string) []awstest.Step {
		return policy(in{"Condition": in{operator: in{key: value}}})
	}
	const action, key = "api error MalformedPolicy: Policy has invalid action", "api error MalformedPolicy: Policy has an invalid condition key"
	allow := func(principal any) []awstest.Step { return policy(in{"Effect": "Allow", "Principal": principal}) }
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"an action":                  {Steps: policy(nil)},
		"a pattern of actions":       {Steps: policy(in{"Action": "s3:Get*"})},
		"all actions":                {Steps: policy(in{"Action": "s3:*"})},
		"another case":               {Steps: policy(in{"Action": "S3:getobject"})},
		"an unknown action":          {Steps: policy(in{"Action": "s3:GetObjects"}), Want: action},
		"a pattern without actions":  {Steps: policy(in{"Action": "s3:Fetch*"}), Want: action},
		"an API that is no action":   {Steps: policy(in{"Action": "s3:PutBucketEncryption", "Resource": "arn:aws:s3:::data"}), Want: action},
		"encrypted transport":        {Steps: when("Bool", "aws:SecureTransport", "false")},
		"a version of TLS":           {Steps: when("NumericLessThan", "s3:TlsVersion", "1.2")},
		"an object's tag":            {Steps: when("StringEquals", "s3:ExistingObjectTag/team", "shop")},
		"a principal's tag":          {Steps: when("StringEquals", "aws:PrincipalTag/team", "shop")},
		"an identity provider's key": {Steps: when("StringEquals", "cognito-identity.amazonaws.com:sub", "a")},
		"an unknown key of S3":       {Steps: when("StringEquals", "s3:x-amz-encryption", "aws:kms"), Want: key},
		"an unknown global key":      {Steps: when("StringEquals", "aws:SourceIPs", "10.0.0.0/8"), Want: key},
		"a key without its service":  {Steps: when("StringEquals", "SourceVpc", "vpc-1"), Want: key},
		"a tag key without its tag":  {Steps: when("StringEquals", "aws:PrincipalTag", "shop"), Want: key},
		"a key of other actions": {Steps: when("StringEquals", "s3:prefix", "a"),
			Want: "api error MalformedPolicy: Conditions do not apply to combination of actions and resources in statement"},
		"a key of one of the actions": {Steps: policy(in{"Action": []any{"s3:GetObject", "s3:ListBucket"},
			"Resource": []any{"arn:aws:s3:::data", "arn:aws:s3:::data/*"}, "Condition": in{"StringEquals": in{"s3:prefix": "a"}}}),
			Want: "Conditions do not apply to combination of actions and resources in statement"},
		"a key of both actions": {Steps: policy(in{"Action": []any{"s3:ListBucketVersions", "s3:ListBucket"},
			"Resource": "arn:aws:s3:::data", "Condition": in{"StringEquals": in{"s3:prefix": "a"}}})},
		"an action on accounts": {Steps: policy(in{"Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::data"}),
			Want: "api error MalformedPolicy: Action does not apply to any resource(s) in statement"},
		"a service":                     {Steps: allow(in{"Service": "cloudtrail.amazonaws.com"})},
		"a service that does not exist": {Steps: allow(in{"Service": "cloudtrails.amazonaws.com"}), Want: "api error MalformedPolicy"},
		"an origin access identity":     {Steps: allow(in{"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABCDEFGHIJKL"})},
		"a malformed origin access identity": {Steps: allow(in{"AWS": "arn:aws:iam::cloudfront:user/Origin E1ABCDEFGHIJKL"}),
			Want: "api error MalformedPolicy: Invalid principal in policy"},
		"a canonical user":           {Steps: allow(in{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"})},
		"a malformed canonical user": {Steps: allow(in{"CanonicalUser": "me"}), Want: "api error MalformedPolicy: Invalid principal"},
		"everybody but one":          {Steps: policy(in{"Effect": "Allow", "Principal": nil, "NotPrincipal": in{"AWS": "123456789012"}}), Want: "api error MalformedPolicy"},
	})
}

func TestRejectedBucketSettings(t *testing.T) {
	t.Parallel()
	lock := func(retention in) []awstest.Step {
		return []awstest.Step{{Name: "b", Type: awstest.BucketToken, Inputs: in{"bucket": "data", "objectLockEnabled": true}},
			{Name: "it", Type: objectLockToken, Inputs: in{"bucket": "data", "rule": in{"defaultRetention": retention}}}}
	}
	cors := func(more in) []awstest.Step {
		return withBucket(corsToken, in{"corsRules": []any{awstest.Merge(in{"allowedMethods": []any{"GET"},
			"allowedOrigins": []any{"https://*.example.com"}}, more)}})
	}
	notify := func(event string) []awstest.Step {
		return withBucket("aws:s3/bucketNotification:BucketNotification", in{"queues": []any{in{"queueArn": "arn:aws:sqs:eu-west-1:123456789012:work", "events": []any{event}}}})
	}
	object := func(more in) []awstest.Step {
		return withBucket("aws:s3/bucketObjectv2:BucketObjectv2", awstest.Merge(in{"key": "a"}, more))
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a retention":              {Steps: lock(in{"mode": "GOVERNANCE", "days": 1.0})},
		"a retention of no days":   {Steps: lock(in{"mode": "GOVERNANCE", "days": 0.0}), Want: "must be a positive integer value"},
		"a long retention":         {Steps: lock(in{"mode": "GOVERNANCE", "years": 101.0}), Want: "Default retention period is too large."},
		"a retention without mode": {Steps: lock(in{"days": 1.0}), Want: "api error MalformedXML"},
		"an origin":                {Steps: cors(nil)},
		"two wildcards":            {Steps: cors(in{"allowedOrigins": []any{"https://*.*.com"}}), Want: "can not have more than one wildcard"},
		"an event":                 {Steps: notify("s3:ObjectCreated:*")},
		"an unknown event":         {Steps: notify("s3:ObjectCreate:*"), Want: "expected queues[0].events to be one of"},
		"an object":                {Steps: object(in{"tags": in{"team": "shop"}})},
		"an unknown list":          {Steps: object(in{"acl": "public"}), Want: "expected acl to be one of"},
		"an object's tag":          {Steps: object(in{"tags": in{"team": "a,b"}}), Want: "InvalidTag: The TagValue"},
		"a bucket's tag": {Steps: awstest.One("b", awstest.BucketToken, in{"bucket": "data", "tags": in{"team": "a&b"}}),
			Want: "InvalidTag: The TagValue"},
	})
}
