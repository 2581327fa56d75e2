package s3_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	oldBucketToken    = "aws:s3/bucket:Bucket"
	objectToken       = "aws:s3/bucketObjectv2:BucketObjectv2"
	accessBlockToken  = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	versioningToken   = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	encryptionToken   = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	ownershipToken    = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	aclToken          = "aws:s3/bucketAclV2:BucketAclV2"
	lifecycleToken    = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	loggingToken      = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	bucketPolicyToken = "aws:s3/bucketPolicy:BucketPolicy"
	objectLockToken   = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"
	replicationToken  = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	corsToken         = "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
)

func TestBucketNames(t *testing.T) {
	t.Parallel()
	tests := map[string]awstest.Refusal{"right": {Steps: []awstest.Step{{Name: "b", Type: awstest.BucketToken,
		Inputs: in{"bucket": "a.b-c.9"}}}}}
	for _, name := range []string{"ab", "Data", "a_b", "-data", "data-", "a..b", "10.0.0.1", "xn--data",
		"sthree-data", "data-s3alias", "data--ol-s3"} {
		tests[name] = awstest.Refusal{Steps: []awstest.Step{{Name: "b", Type: awstest.BucketToken,
			Inputs: in{"bucket": name}}}, Want: "api error InvalidBucketName: The specified bucket is not valid."}
	}
	tests["long"] = awstest.Refusal{Steps: []awstest.Step{{Name: "b", Type: awstest.BucketToken,
		Inputs: in{"bucket": strings.Repeat("a", 64)}}}, Want: "expected length of bucket to be in the range (0 - 63)"}
	tests["taken"] = awstest.Refusal{Steps: []awstest.Step{{Name: "a", Type: awstest.BucketToken,
		Inputs: in{"bucket": "data"}}, {Name: "b", Type: oldBucketToken, Inputs: in{"bucket": "data"}}},
		Want: "api error BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it."}
	awstest.RunRefusals(t, nil, tests)
}

// TestBucketNamesAreUnique checks names in all accounts and regions of a partition.
func TestBucketNamesAreUnique(t *testing.T) {
	t.Parallel()
	a := awstest.NewAccount(t, true)
	a.Use(in{"region": "eu-west-1"}).History().All(awstest.Step{Name: "data", Type: awstest.BucketToken,
		Inputs: in{"bucket": "data"}})
	try := func(config in) *awstest.History { return a.Another().Use(config).History() }
	require.ErrorContains(t, try(in{"region": "us-east-1"}).Do(awstest.Step{Name: "data", Type: awstest.BucketToken,
		Inputs: in{"bucket": "data"}}), "api error BucketAlreadyOwnedByYou")
	other := try(in{"region": "eu-west-1", "assumeRole": in{"roleArn": "arn:aws:iam::210987654321:role/deploy"}})
	require.ErrorContains(t, other.Do(awstest.Step{Name: "data", Type: awstest.BucketToken,
		Inputs: in{"bucket": "data"}}), "api error BucketAlreadyExists")
	require.ErrorContains(t, other.Do(awstest.Step{Name: "policy", Type: versioningToken,
		Inputs: in{"bucket": "data", "versioningConfiguration": in{"status": "Enabled"}}}), "api error AccessDenied")
	require.ErrorContains(t, try(in{"region": "us-east-1"}).Do(awstest.Step{Name: "block", Type: accessBlockToken,
		Inputs: in{"bucket": "data"}}), "api error PermanentRedirect")
	require.NoError(t, try(in{"region": "cn-north-1"}).Do(awstest.Step{Name: "data", Type: awstest.BucketToken,
		Inputs: in{"bucket": "data"}}))
}

func TestBucketOutputs(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	h.All(awstest.Step{Name: "Data", Type: awstest.BucketToken, Inputs: in{"forceDestroy": true}},
		awstest.Step{Name: "versioning", Type: versioningToken,
			Inputs: in{"bucket": "$Data", "versioningConfiguration": in{"status": "Enabled"}}},
		awstest.Step{Name: "index.html", Type: objectToken, Inputs: in{"bucket": "$Data", "content": "hello"}})
	name := h.IDs["Data"]
	require.Regexp(t, `^data-[0-9a-f]{7}$`, name)
	require.Equal(t, "arn:aws:s3:::"+name, h.Output("Data", "arn"))
	require.Equal(t, name+".s3.eu-west-1.amazonaws.com", h.Output("Data", "bucketRegionalDomainName"))
	require.Equal(t, "index.html", h.Output("index.html", "key"))
	require.NotEmpty(t, h.Output("index.html", "versionId"))
	found, err := h.Call("aws:s3/getBucket:getBucket", in{"bucket": name})
	require.NoError(t, err)
	require.Equal(t, "Z1BKCTXD74EZPE", found["hostedZoneId"])
	_, err = h.Call("aws:s3/getBucket:getBucket", in{"bucket": "none"})
	require.ErrorContains(t, err, "api error NoSuchBucket")
	h.All(awstest.Step{Name: "-Data"})
	left, err := h.Store.List("")
	require.NoError(t, err)
	require.Empty(t, left, "settings and objects go with the bucket")
}

func TestRejectedBuckets(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{
		{Name: "data", Type: awstest.BucketToken, Inputs: in{"bucket": "data"}},
		{Name: "logs", Type: awstest.BucketToken, Inputs: in{"bucket": "logs"}},
		{Name: "role", Type: kernel.RoleToken,
			Inputs: in{"name": "copy", "assumeRolePolicy": awstest.TrustPolicy("s3.amazonaws.com")}},
		{Name: "web", Type: kernel.RoleToken,
			Inputs: in{"name": "web", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}},
	}
	one := func(typ string, inputs in) []awstest.Step {
		return []awstest.Step{{Name: "it", Type: typ, Inputs: awstest.Merge(in{"bucket": "data"}, inputs)}}
	}
	version := func(bucket, status string) awstest.Step {
		return awstest.Step{Name: bucket + " versions", Type: versioningToken,
			Inputs: in{"bucket": bucket, "versioningConfiguration": in{"status": status}}}
	}
	after := func(last []awstest.Step, before ...awstest.Step) []awstest.Step { return append(before, last...) }
	policy := func(statement in) []awstest.Step {
		return one(bucketPolicyToken, in{"policy": awstest.Document(awstest.Merge(in{"Effect": "Deny",
			"Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*"}, statement))})
	}
	open := awstest.Step{Name: "open", Type: accessBlockToken, Inputs: in{"bucket": "data"}}
	owned := awstest.Step{Name: "owned", Type: ownershipToken,
		Inputs: in{"bucket": "data", "rule": in{"objectOwnership": "ObjectWriter"}}}
	rules := func(rules ...any) []awstest.Step { return one(lifecycleToken, in{"rules": rules}) }
	rule := func(r in) []awstest.Step {
		return rules(awstest.Merge(in{"id": "a", "status": "Enabled", "filter": in{},
			"abortIncompleteMultipartUpload": in{"daysAfterInitiation": 7.0}}, r))
	}
	var many []any
	for i := range 1001 {
		many = append(many, in{"id": fmt.Sprint(i), "status": "Enabled", "expiration": in{"days": 1.0}})
	}
	encrypt := func(algorithm, key string) []awstest.Step {
		return one(encryptionToken,
			in{"rules": []any{in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": algorithm,
				"kmsMasterKeyId": key}}}})
	}
	copies := func(role string, changes in) []awstest.Step {
		r := awstest.Merge(in{"id": "all", "status": "Enabled", "destination": in{"bucket": "arn:aws:s3:::logs"}},
			changes)
		return after(one(replicationToken, in{"role": "arn:aws:iam::123456789012:role/" + role, "rules": []any{r}}),
			version("data", "Enabled"), version("logs", "Enabled"))
	}
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"a bucket with objects": {Steps: []awstest.Step{{Name: "it", Type: objectToken,
			Inputs: in{"bucket": "data", "key": "a"}}, {Name: "-data"}},
			Want: "api error BucketNotEmpty: The bucket you tried to delete is not empty"},
		"an object with two contents": {Steps: one(objectToken, in{"content": "a", "contentBase64": "YQ=="}),
			Want: "conflicts with contentBase64"},
		"an object for everybody": {Steps: one(objectToken, in{"acl": "public-read"}),
			Want: "api error AccessControlListNotSupported"},
		"an object with a missing KMS key": {Steps: one(objectToken, in{"kmsKeyId": "none"}),
			Want: "api error KMS.NotFoundException"},
		"an object with too many tags": {Steps: one(objectToken,
			in{"tags": in{"1": "", "2": "", "3": "", "4": "", "5": "", "6": "", "7": "", "8": "", "9": "", "10": "",
				"11": ""}}), Want: "Object tags cannot be greater than 10"},
		"a setting of a missing bucket": {Steps: one(accessBlockToken, in{"bucket": "none"}),
			Want: "api error NoSuchBucket: The specified bucket does not exist"},
		"a setting with another owner": {Steps: one(corsToken,
			in{"expectedBucketOwner": "210987654321",
				"corsRules": []any{in{"allowedMethods": []any{"GET"}, "allowedOrigins": []any{"*"}}}}),
			Want: "api error AccessDenied"},
		"an unknown versioning status": {Steps: []awstest.Step{version("data", "On")},
			Want: "expected versioningConfiguration.status to be one of"},
		"versioning disabled after it was enabled": {Steps: []awstest.Step{version("data", "Enabled"),
			{Name: "~data versions", Inputs: in{"bucket": "data",
				"versioningConfiguration": in{"status": "Disabled"}}}},
			Want: "cannot be updated from 'Enabled' to 'Disabled'"},
		"a key that does not exist": {Steps: encrypt("aws:kms", "arn:aws:kms:eu-west-1:123456789012:key/none"),
			Want: "api error KMS.NotFoundException"},
		"a key of another region": {Steps: after(encrypt("aws:kms",
			"arn:aws:kms:us-east-1:123456789012:key/$key"),
			awstest.Step{Name: "key", Type: awstest.KeyToken, Inputs: in{}}), Want: "api error KMS.NotFoundException"},
		"a key": {Steps: after(encrypt("aws:kms",
			"arn:aws:kms:eu-west-1:123456789012:key/$key"),
			awstest.Step{Name: "key", Type: awstest.KeyToken, Inputs: in{}})},
		"the AWS managed key": {Steps: encrypt("aws:kms", "alias/aws/s3")},
		"a key for another algorithm": {Steps: encrypt("AES256", "alias/aws/s3"),
			Want: "api error InvalidArgument: a KMSMasterKeyID is not applicable"},
		"no such algorithm": {Steps: encrypt("DES", ""), Want: "to be one of"},
		"an ACL with ACLs disabled": {Steps: one(aclToken, in{"acl": "private"}),
			Want: "api error AccessControlListNotSupported: The bucket does not allow ACLs"},
		"an ACL with ACLs enabled": {Steps: after(one(aclToken, in{"acl": "private"}), owned)},
		"a blocked public ACL": {Steps: after(one(aclToken, in{"acl": "public-read"}), owned),
			Want: "api error AccessDenied: User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: s3:PutBucketAcl"},
		"an allowed public ACL": {Steps: after(one(aclToken, in{"acl": "public-read"}), owned, open)},
		"an unknown canned ACL": {Steps: one(aclToken, in{"acl": "everyone"}),
			Want: "expected acl to be one of"},
		"ACLs disabled over a public ACL": {Steps: after([]awstest.Step{{Name: "~owned",
			Inputs: in{"bucket": "data", "rule": in{"objectOwnership": "BucketOwnerEnforced"}}}}, owned, open,
			awstest.Step{Name: "acl", Type: aclToken, Inputs: in{"bucket": "data", "acl": "public-read"}}),
			Want: "api error InvalidBucketAclWithObjectOwnership"},
		"an unknown object ownership": {Steps: one(ownershipToken, in{"rule": in{"objectOwnership": "Me"}}),
			Want: "to be one of"},

		"rules":          {Steps: rule(in{})},
		"no rules":       {Steps: rules(), Want: "api error MalformedXML"},
		"too many rules": {Steps: rules(many...), Want: "api error MalformedXML"},
		"a rule twice": {Steps: rules(many[0], many[0]),
			Want: "api error InvalidArgument: Rule ID must be unique."},
		"a rule without actions": {Steps: rules(in{"id": "a", "status": "Enabled", "filter": in{}}),
			Want: "api error InvalidRequest: At least one action needs to be specified in a rule"},
		"a rule with a long id": {Steps: rule(in{"id": strings.Repeat("a", 256)}),
			Want: "api error InvalidArgument: ID length"},
		"a rule with a prefix twice": {Steps: rule(in{"prefix": "a"}),
			Want: "one and only one of prefix, filter"},
		"a rule with two filters": {Steps: rule(in{"filter": in{"prefix": "a",
			"objectSizeGreaterThan": 1.0}}), Want: "one and only one of and,"},
		"a rule with an unknown status": {Steps: rule(in{"status": "On"}),
			Want: "expected rules[0].status to be one of"},
		"abort of uploads with a tag filter": {Steps: rule(in{"filter": in{"tag": in{"key": "a", "value": "b"}}}),
			Want: "api error InvalidRequest: AbortIncompleteMultipartUpload cannot be specified with Tags."},
		"an early transition": {Steps: rule(in{"transitions": []any{in{"days": 29.0,
			"storageClass": "STANDARD_IA"}}}), Want: "greater than or equal to 30 for storageClass 'STANDARD_IA'"},
		"transitions in the wrong order": {Steps: rule(in{"transitions": []any{in{"days": 90.0,
			"storageClass": "GLACIER_IR"}, in{"days": 90.0, "storageClass": "DEEP_ARCHIVE"}}}),
			Want: "api error InvalidArgument: 'Days' in the 'Transition' action for StorageClass 'DEEP_ARCHIVE' must be greater than for StorageClass 'GLACIER_IR'"},
		"transitions in any order": {Steps: rule(in{"transitions": []any{in{"days": 180.0,
			"storageClass": "DEEP_ARCHIVE"}, in{"days": 90.0, "storageClass": "GLACIER"}}})},
		"a transition twice": {Steps: rule(in{"transitions": []any{in{"days": 30.0,
			"storageClass": "GLACIER"}, in{"days": 90.0, "storageClass": "GLACIER"}}}),
			Want: "StorageClass must be different"},
		"no such class": {Steps: rule(in{"transitions": []any{in{"days": 30.0,
			"storageClass": "TAPE"}}}), Want: "to be one of"},
		"expiration before transition": {Steps: rule(in{"expiration": in{"days": 30.0},
			"transitions": []any{in{"days": 30.0, "storageClass": "STANDARD_IA"}}}),
			Want: "must be greater than 'Days' in the Transition action"},
		"expiration after zero days": {Steps: rule(in{"expiration": in{"days": 0.0}}),
			Want: "must be a positive integer"},
		"expiration with days and date": {Steps: rule(in{"expiration": in{"days": 1.0,
			"date": "2030-01-01T00:00:00Z"}}), Want: "one and only one of date, days"},
		"expired delete markers with a tag filter": {Steps: rules(in{"id": "a", "status": "Enabled",
			"filter": in{"and": in{"tags": in{"a": "b"}}}, "expiration": in{"expiredObjectDeleteMarker": true}}),
			Want: "ExpiredObjectDeleteMarker cannot be specified with Tags."},
		"noncurrent expiration before transition": {Steps: rule(in{"noncurrentVersionExpiration": in{"noncurrentDays": 30.0},
			"noncurrentVersionTransitions": []any{in{"noncurrentDays": 30.0, "storageClass": "GLACIER"}}}),
			Want: "api error InvalidArgument: 'NoncurrentDays'"},
		"logs": {Steps: one(loggingToken,
			in{"targetBucket": "logs", "targetPrefix": "data/"})},
		"logs to a missing bucket": {Steps: one(loggingToken,
			in{"targetBucket": "none", "targetPrefix": "data/"}),
			Want: "api error InvalidTargetBucketForLogging: The target bucket for logging does not exist"},
		"a lock without versioning": {Steps: one(objectLockToken, in{}),
			Want: "api error InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"},
		"a lock": {Steps: after(one(objectLockToken,
			in{"rule": in{"defaultRetention": in{"mode": "GOVERNANCE", "days": 1.0}}}), version("data", "Enabled"))},
		"a lock with an unknown mode": {Steps: one(objectLockToken,
			in{"rule": in{"defaultRetention": in{"mode": "HARD", "days": 1.0}}}), Want: "to be one of"},
		"a lock with days and years": {Steps: one(objectLockToken,
			in{"rule": in{"defaultRetention": in{"mode": "GOVERNANCE", "days": 1.0, "years": 1.0}}}),
			Want: "conflicts with years"},
		"suspended versioning of a locked bucket": {Steps: []awstest.Step{{Name: "locked", Type: awstest.BucketToken,
			Inputs: in{"bucket": "locked", "objectLockEnabled": true}}, version("locked", "Suspended")},
			Want: "api error InvalidBucketState: An Object Lock configuration is present on this bucket"},
		"CORS with an unknown method": {Steps: one(corsToken,
			in{"corsRules": []any{in{"allowedMethods": []any{"PATCH"}, "allowedOrigins": []any{"*"}}}}),
			Want: "api error InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is PATCH"},
		"CORS without rules": {Steps: one(corsToken, in{"corsRules": []any{}}),
			Want: "api error MalformedXML"},
		"a policy that denies": {Steps: policy(in{})},
		"a malformed policy": {Steps: one(bucketPolicyToken,
			in{"policy": awstest.Document(in{"Effect": "Deny"})}),
			Want: "api error MalformedPolicy: Policy statement must contain actions."},
		"a policy of another service": {Steps: policy(in{"Action": "ec2:RunInstances"}),
			Want: "api error MalformedPolicy: Policy has invalid action"},
		"a policy of another bucket": {Steps: policy(in{"Resource": "arn:aws:s3:::logs/*"}),
			Want: "api error MalformedPolicy: Policy has invalid resource"},
		"a policy of a bucket with the same prefix": {Steps: policy(in{"Resource": "arn:aws:s3:::database/*"}),
			Want: "api error MalformedPolicy: Policy has invalid resource"},
		"an object action on a bucket": {Steps: policy(in{"Action": "s3:GetObject",
			"Resource": "arn:aws:s3:::data"}),
			Want: "api error MalformedPolicy: Action does not apply to any resource(s) in statement"},
		"a bucket action on objects": {Steps: policy(in{"Action": "s3:ListBucket"}),
			Want: "Action does not apply to any resource(s) in statement"},
		"actions on bucket and objects": {Steps: policy(in{"Action": []any{"s3:ListBucket", "s3:GetObject"},
			"Resource": []any{"arn:aws:s3:::data", "arn:aws:s3:::data/*"}})},
		"a policy for a missing role": {Steps: policy(in{"Principal": in{"AWS": "arn:aws:iam::123456789012:role/none"}}),
			Want: "api error MalformedPolicy: Invalid principal in policy"},
		"a policy that is too long": {Steps: policy(in{"Sid": strings.Repeat("a", 20480)}),
			Want: "api error PolicyTooLarge: Policy exceeds the maximum allowed document size."},
		"a public policy": {Steps: policy(in{"Effect": "Allow", "Action": "s3:GetObject"}),
			Want: "api error AccessDenied: User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: s3:PutBucketPolicy"},
		"a public policy that is allowed": {Steps: after(policy(in{"Effect": "Allow", "Action": "s3:GetObject"}),
			open)},
		"a public policy with a VPC condition": {Steps: policy(in{"Effect": "Allow", "Action": "s3:GetObject",
			"Condition": in{"StringEquals": in{"aws:SourceVpce": "vpce-1"}}})},
		"a public policy with an IP condition for everyone": {Steps: policy(in{"Effect": "Allow",
			"Action":    "s3:GetObject",
			"Condition": in{"IpAddress": in{"aws:SourceIp": "0.0.0.0/0"}}}), Want: "api error AccessDenied"},
		"replication": {Steps: copies("copy", in{})},
		"replication without versioning": {Steps: copies("copy", in{})[2:],
			Want: "api error InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration"},
		"replication to a bucket without versioning": {Steps: append(copies("copy", in{})[:1], copies("copy", in{})[2]),
			Want: "api error InvalidRequest: Destination bucket must have versioning enabled."},
		"replication to a missing bucket": {Steps: copies("copy",
			in{"destination": in{"bucket": "arn:aws:s3:::none"}}),
			Want: "api error InvalidRequest: Destination bucket must exist."},
		"replication to the same bucket": {Steps: copies("copy",
			in{"destination": in{"bucket": "arn:aws:s3:::data"}}), Want: "cannot be the same"},
		"replication with a role of another service": {Steps: copies("web", in{}),
			Want: "s3.amazonaws.com may not assume it"},
		"replication with a missing role": {Steps: copies("none", in{}), Want: "role/none does not exist"},
		"replication without deleteMarkerReplication": {Steps: copies("copy", in{"filter": in{}}),
			Want: "api error InvalidRequest: DeleteMarkerReplication must be specified"},
		"replication of encrypted objects without a key": {Steps: copies("copy",
			in{"sourceSelectionCriteria": in{"sseKmsEncryptedObjects": in{"status": "Enabled"}}}),
			Want: "api error InvalidRequest: ReplicaKmsKeyID must be specified"},
		"replication with a key for unencrypted objects": {Steps: copies("copy",
			in{"destination": in{"bucket": "arn:aws:s3:::logs",
				"encryptionConfiguration": in{"replicaKmsKeyId": "a"}}}),
			Want: "SseKmsEncryptedObjects must be specified"},
		"replication time without metrics": {Steps: copies("copy",
			in{"destination": in{"bucket": "arn:aws:s3:::logs",
				"replicationTime": in{"status": "Enabled", "time": in{"minutes": 15.0}}}}),
			Want: "Metrics must be enabled"},
		"replication with an unknown status": {Steps: copies("copy", in{"status": "On"}), Want: "to be one of"},
		"suspended versioning of a replicated bucket": {Steps: append(copies("copy", in{}),
			awstest.Step{Name: "~data versions",
				Inputs: in{"bucket": "data", "versioningConfiguration": in{"status": "Suspended"}}}),
			Want: "api error InvalidBucketState: A replication configuration is present on this bucket"},
	})
}
