package aws_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	bucketType       = "aws:s3/bucketV2:BucketV2"
	oldBucketType    = "aws:s3/bucket:Bucket"
	objectType       = "aws:s3/bucketObjectv2:BucketObjectv2"
	accessBlockType  = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	versioningType   = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	encryptionType   = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	ownershipType    = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	aclType          = "aws:s3/bucketAclV2:BucketAclV2"
	lifecycleType    = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	loggingType      = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	bucketPolicyType = "aws:s3/bucketPolicy:BucketPolicy"
	objectLockType   = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"
	replicationType  = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	corsType         = "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
)

func TestBucketNames(t *testing.T) {
	t.Parallel()
	tests := map[string]refusal{"right": {[]step{{"b", bucketType, in{"bucket": "a.b-c.9"}}}, ""}}
	for _, name := range []string{"ab", "Data", "a_b", "-data", "data-", "a..b", "10.0.0.1", "xn--data", "sthree-data", "data-s3alias", "data--ol-s3"} {
		tests[name] = refusal{[]step{{"b", bucketType, in{"bucket": name}}}, "api error InvalidBucketName: The specified bucket is not valid."}
	}
	tests["long"] = refusal{[]step{{"b", bucketType, in{"bucket": strings.Repeat("a", 64)}}}, "expected length of bucket to be in the range (0 - 63)"}
	tests["taken"] = refusal{[]step{{"a", bucketType, in{"bucket": "data"}}, {"b", oldBucketType, in{"bucket": "data"}}},
		"api error BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it."}
	runRefusals(t, nil, tests)
}

// The names of buckets are those of all accounts and regions of a partition.
func TestBucketNamesAreTaken(t *testing.T) {
	t.Parallel()
	a := newAccount(t, true)
	a.use(in{"region": "eu-west-1"}).history().all(step{"data", bucketType, in{"bucket": "data"}})
	try := func(config in) *history { return a.beside().use(config).history() }
	require.ErrorContains(t, try(in{"region": "us-east-1"}).do(step{"data", bucketType, in{"bucket": "data"}}), "api error BucketAlreadyOwnedByYou")
	other := try(in{"region": "eu-west-1", "assumeRole": in{"roleArn": "arn:aws:iam::210987654321:role/deploy"}})
	require.ErrorContains(t, other.do(step{"data", bucketType, in{"bucket": "data"}}), "api error BucketAlreadyExists")
	require.ErrorContains(t, other.do(step{"policy", versioningType, in{"bucket": "data", "versioningConfiguration": in{"status": "Enabled"}}}), "api error AccessDenied")
	require.ErrorContains(t, try(in{"region": "us-east-1"}).do(step{"block", accessBlockType, in{"bucket": "data"}}), "api error PermanentRedirect")
	require.NoError(t, try(in{"region": "cn-north-1"}).do(step{"data", bucketType, in{"bucket": "data"}}))
}

func TestABucketHasWhatOthersNeed(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history()
	h.all(step{"Data", bucketType, in{"forceDestroy": true}}, step{"versioning", versioningType, in{"bucket": "$Data", "versioningConfiguration": in{"status": "Enabled"}}},
		step{"index.html", objectType, in{"bucket": "$Data", "content": "hello"}})
	name := h.ids["Data"]
	require.Regexp(t, `^data-[0-9a-f]{7}$`, name)
	require.Equal(t, "arn:aws:s3:::"+name, h.out("Data", "arn"))
	require.Equal(t, name+".s3.eu-west-1.amazonaws.com", h.out("Data", "bucketRegionalDomainName"))
	require.Equal(t, "index.html", h.out("index.html", "key"))
	require.NotEmpty(t, h.out("index.html", "versionId"))
	found, err := h.call("aws:s3/getBucket:getBucket", in{"bucket": name})
	require.NoError(t, err)
	require.Equal(t, "Z1BKCTXD74EZPE", found["hostedZoneId"])
	_, err = h.call("aws:s3/getBucket:getBucket", in{"bucket": "none"})
	require.ErrorContains(t, err, "api error NoSuchBucket")
	h.all(step{name: "-Data"})
	left, err := h.store.List("")
	require.NoError(t, err)
	require.Empty(t, left, "settings and objects go with the bucket")
}

func TestS3Refuses(t *testing.T) {
	t.Parallel()
	common := []step{
		{"data", bucketType, in{"bucket": "data"}},
		{"logs", bucketType, in{"bucket": "logs"}},
		{"role", roleType, in{"name": "copy", "assumeRolePolicy": trust("s3.amazonaws.com")}},
		{"web", roleType, in{"name": "web", "assumeRolePolicy": trust("ec2.amazonaws.com")}},
	}
	one := func(typ string, inputs in) []step { return []step{{"it", typ, merged(in{"bucket": "data"}, inputs)}} }
	version := func(bucket, status string) step {
		return step{bucket + " versions", versioningType, in{"bucket": bucket, "versioningConfiguration": in{"status": status}}}
	}
	after := func(last []step, before ...step) []step { return append(before, last...) }
	policy := func(statement in) []step {
		return one(bucketPolicyType, in{"policy": doc(merged(in{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*"}, statement))})
	}
	open := step{"open", accessBlockType, in{"bucket": "data"}}
	owned := step{"owned", ownershipType, in{"bucket": "data", "rule": in{"objectOwnership": "ObjectWriter"}}}
	rules := func(rules ...any) []step { return one(lifecycleType, in{"rules": rules}) }
	rule := func(r in) []step {
		return rules(merged(in{"id": "a", "status": "Enabled", "filter": in{}, "abortIncompleteMultipartUpload": in{"daysAfterInitiation": 7.0}}, r))
	}
	var many []any
	for i := range 1001 {
		many = append(many, in{"id": fmt.Sprint(i), "status": "Enabled", "expiration": in{"days": 1.0}})
	}
	encrypt := func(algorithm, key string) []step {
		return one(encryptionType, in{"rules": []any{in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": algorithm, "kmsMasterKeyId": key}}}})
	}
	copies := func(role string, changes in) []step {
		r := merged(in{"id": "all", "status": "Enabled", "destination": in{"bucket": "arn:aws:s3:::logs"}}, changes)
		return after(one(replicationType, in{"role": "arn:aws:iam::123456789012:role/" + role, "rules": []any{r}}), version("data", "Enabled"), version("logs", "Enabled"))
	}
	runRefusals(t, common, map[string]refusal{
		"a bucket with objects":          {[]step{{"it", objectType, in{"bucket": "data", "key": "a"}}, {name: "-data"}}, "api error BucketNotEmpty: The bucket you tried to delete is not empty"},
		"an object with two contents":    {one(objectType, in{"content": "a", "contentBase64": "YQ=="}), "conflicts with contentBase64"},
		"an object for everybody":        {one(objectType, in{"acl": "public-read"}), "api error AccessControlListNotSupported"},
		"an object with no key":          {one(objectType, in{"kmsKeyId": "none"}), "api error KMS.NotFoundException"},
		"an object of many tags":         {one(objectType, in{"tags": in{"1": "", "2": "", "3": "", "4": "", "5": "", "6": "", "7": "", "8": "", "9": "", "10": "", "11": ""}}), "Object tags cannot be greater than 10"},
		"a setting of nothing":           {one(accessBlockType, in{"bucket": "none"}), "api error NoSuchBucket: The specified bucket does not exist"},
		"a setting of somebody":          {one(corsType, in{"expectedBucketOwner": "210987654321", "corsRules": []any{in{"allowedMethods": []any{"GET"}, "allowedOrigins": []any{"*"}}}}), "api error AccessDenied"},
		"no such state of versions":      {[]step{version("data", "On")}, "expected versioningConfiguration.status to be one of"},
		"versions that were there":       {[]step{version("data", "Enabled"), {"~data versions", "", in{"bucket": "data", "versioningConfiguration": in{"status": "Disabled"}}}}, "cannot be updated from 'Enabled' to 'Disabled'"},
		"a key that does not exist":      {encrypt("aws:kms", "arn:aws:kms:eu-west-1:123456789012:key/none"), "api error KMS.NotFoundException"},
		"a key of another region":        {after(encrypt("aws:kms", "arn:aws:kms:us-east-1:123456789012:key/$key"), step{"key", keyType, in{}}), "api error KMS.NotFoundException"},
		"a key":                          {after(encrypt("aws:kms", "arn:aws:kms:eu-west-1:123456789012:key/$key"), step{"key", keyType, in{}}), ""},
		"the key of AWS":                 {encrypt("aws:kms", "alias/aws/s3"), ""},
		"a key for another algorithm":    {encrypt("AES256", "alias/aws/s3"), "api error InvalidArgument: a KMSMasterKeyID is not applicable"},
		"no such algorithm":              {encrypt("DES", ""), "to be one of"},
		"a list where there are none":    {one(aclType, in{"acl": "private"}), "api error AccessControlListNotSupported: The bucket does not allow ACLs"},
		"a list of an owner":             {after(one(aclType, in{"acl": "private"}), owned), ""},
		"a public list":                  {after(one(aclType, in{"acl": "public-read"}), owned), "api error AccessDenied: User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: s3:PutBucketAcl"},
		"a public list that is allowed":  {after(one(aclType, in{"acl": "public-read"}), owned, open), ""},
		"no such list":                   {one(aclType, in{"acl": "everyone"}), "expected acl to be one of"},
		"a public list that is in force": {after([]step{{"~owned", "", in{"bucket": "data", "rule": in{"objectOwnership": "BucketOwnerEnforced"}}}}, owned, open, step{"acl", aclType, in{"bucket": "data", "acl": "public-read"}}), "api error InvalidBucketAclWithObjectOwnership"},
		"no such owner":                  {one(ownershipType, in{"rule": in{"objectOwnership": "Me"}}), "to be one of"},

		"rules":                            {rule(in{}), ""},
		"no rules":                         {rules(), "api error MalformedXML"},
		"too many rules":                   {rules(many...), "api error MalformedXML"},
		"a rule twice":                     {rules(many[0], many[0]), "api error InvalidArgument: Rule ID must be unique."},
		"a rule that does nothing":         {rules(in{"id": "a", "status": "Enabled", "filter": in{}}), "api error InvalidRequest: At least one action needs to be specified in a rule"},
		"a rule with a long id":            {rule(in{"id": strings.Repeat("a", 256)}), "api error InvalidArgument: ID length"},
		"a rule with a prefix twice":       {rule(in{"prefix": "a"}), "one and only one of prefix, filter"},
		"a rule with two filters":          {rule(in{"filter": in{"prefix": "a", "objectSizeGreaterThan": 1.0}}), "one and only one of and,"},
		"a rule in no state":               {rule(in{"status": "On"}), "expected rules[0].status to be one of"},
		"uploads by tag":                   {rule(in{"filter": in{"tag": in{"key": "a", "value": "b"}}}), "api error InvalidRequest: AbortIncompleteMultipartUpload cannot be specified with Tags."},
		"an early transition":              {rule(in{"transitions": []any{in{"days": 29.0, "storageClass": "STANDARD_IA"}}}), "greater than or equal to 30 for storageClass 'STANDARD_IA'"},
		"transitions in the wrong order":   {rule(in{"transitions": []any{in{"days": 90.0, "storageClass": "GLACIER_IR"}, in{"days": 90.0, "storageClass": "DEEP_ARCHIVE"}}}), "api error InvalidArgument: 'Days' in the 'Transition' action for StorageClass 'DEEP_ARCHIVE' must be greater than for StorageClass 'GLACIER_IR'"},
		"transitions in any order":         {rule(in{"transitions": []any{in{"days": 180.0, "storageClass": "DEEP_ARCHIVE"}, in{"days": 90.0, "storageClass": "GLACIER"}}}), ""},
		"a transition twice":               {rule(in{"transitions": []any{in{"days": 30.0, "storageClass": "GLACIER"}, in{"days": 90.0, "storageClass": "GLACIER"}}}), "StorageClass must be different"},
		"no such class":                    {rule(in{"transitions": []any{in{"days": 30.0, "storageClass": "TAPE"}}}), "to be one of"},
		"gone before it moves":             {rule(in{"expiration": in{"days": 30.0}, "transitions": []any{in{"days": 30.0, "storageClass": "STANDARD_IA"}}}), "must be greater than 'Days' in the Transition action"},
		"gone at once":                     {rule(in{"expiration": in{"days": 0.0}}), "must be a positive integer"},
		"gone at two times":                {rule(in{"expiration": in{"days": 1.0, "date": "2030-01-01T00:00:00Z"}}), "one and only one of date, days"},
		"markers by tag":                   {rules(in{"id": "a", "status": "Enabled", "filter": in{"and": in{"tags": in{"a": "b"}}}, "expiration": in{"expiredObjectDeleteMarker": true}}), "ExpiredObjectDeleteMarker cannot be specified with Tags."},
		"old versions gone too early":      {rule(in{"noncurrentVersionExpiration": in{"noncurrentDays": 30.0}, "noncurrentVersionTransitions": []any{in{"noncurrentDays": 30.0, "storageClass": "GLACIER"}}}), "api error InvalidArgument: 'NoncurrentDays'"},
		"logs":                             {one(loggingType, in{"targetBucket": "logs", "targetPrefix": "data/"}), ""},
		"logs to nowhere":                  {one(loggingType, in{"targetBucket": "none", "targetPrefix": "data/"}), "api error InvalidTargetBucketForLogging: The target bucket for logging does not exist"},
		"a lock without versions":          {one(objectLockType, in{}), "api error InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"},
		"a lock":                           {after(one(objectLockType, in{"rule": in{"defaultRetention": in{"mode": "GOVERNANCE", "days": 1.0}}}), version("data", "Enabled")), ""},
		"a lock in no mode":                {one(objectLockType, in{"rule": in{"defaultRetention": in{"mode": "HARD", "days": 1.0}}}), "to be one of"},
		"a lock for two times":             {one(objectLockType, in{"rule": in{"defaultRetention": in{"mode": "GOVERNANCE", "days": 1.0, "years": 1.0}}}), "conflicts with years"},
		"versions of a locked bucket":      {[]step{{"locked", bucketType, in{"bucket": "locked", "objectLockEnabled": true}}, version("locked", "Suspended")}, "api error InvalidBucketState: An Object Lock configuration is present on this bucket"},
		"other requests than there are":    {one(corsType, in{"corsRules": []any{in{"allowedMethods": []any{"PATCH"}, "allowedOrigins": []any{"*"}}}}), "api error InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is PATCH"},
		"no rules for other sites":         {one(corsType, in{"corsRules": []any{}}), "api error MalformedXML"},
		"a policy that denies":             {policy(in{}), ""},
		"a policy of no form":              {one(bucketPolicyType, in{"policy": doc(in{"Effect": "Deny"})}), "api error MalformedPolicy: Policy statement must contain actions."},
		"a policy of another service":      {policy(in{"Action": "ec2:RunInstances"}), "api error MalformedPolicy: Policy has invalid action"},
		"a policy of another bucket":       {policy(in{"Resource": "arn:aws:s3:::logs/*"}), "api error MalformedPolicy: Policy has invalid resource"},
		"a policy of a bucket like it":     {policy(in{"Resource": "arn:aws:s3:::database/*"}), "api error MalformedPolicy: Policy has invalid resource"},
		"objects of a bucket":              {policy(in{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::data"}), "api error MalformedPolicy: Action does not apply to any resource(s) in statement"},
		"buckets of objects":               {policy(in{"Action": "s3:ListBucket"}), "Action does not apply to any resource(s) in statement"},
		"both":                             {policy(in{"Action": []any{"s3:ListBucket", "s3:GetObject"}, "Resource": []any{"arn:aws:s3:::data", "arn:aws:s3:::data/*"}}), ""},
		"a policy for nobody":              {policy(in{"Principal": in{"AWS": "arn:aws:iam::123456789012:role/none"}}), "api error MalformedPolicy: Invalid principal in policy"},
		"a policy that is too long":        {policy(in{"Sid": strings.Repeat("a", 20480)}), "api error PolicyTooLarge: Policy exceeds the maximum allowed document size."},
		"a public policy":                  {policy(in{"Effect": "Allow", "Action": "s3:GetObject"}), "api error AccessDenied: User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: s3:PutBucketPolicy"},
		"a public policy that is allowed":  {after(policy(in{"Effect": "Allow", "Action": "s3:GetObject"}), open), ""},
		"a policy for a network":           {policy(in{"Effect": "Allow", "Action": "s3:GetObject", "Condition": in{"StringEquals": in{"aws:SourceVpce": "vpce-1"}}}), ""},
		"a policy for all networks":        {policy(in{"Effect": "Allow", "Action": "s3:GetObject", "Condition": in{"IpAddress": in{"aws:SourceIp": "0.0.0.0/0"}}}), "api error AccessDenied"},
		"copies":                           {copies("copy", in{}), ""},
		"copies without versions":          {copies("copy", in{})[2:], "api error InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration"},
		"copies to a bucket without":       {append(copies("copy", in{})[:1], copies("copy", in{})[2]), "api error InvalidRequest: Destination bucket must have versioning enabled."},
		"copies to nowhere":                {copies("copy", in{"destination": in{"bucket": "arn:aws:s3:::none"}}), "api error InvalidRequest: Destination bucket must exist."},
		"copies to itself":                 {copies("copy", in{"destination": in{"bucket": "arn:aws:s3:::data"}}), "cannot be the same"},
		"copies by another role":           {copies("web", in{}), "s3.amazonaws.com may not assume it"},
		"copies by nobody":                 {copies("none", in{}), "role/none does not exist"},
		"copies without word of markers":   {copies("copy", in{"filter": in{}}), "api error InvalidRequest: DeleteMarkerReplication must be specified"},
		"copies of what is encrypted":      {copies("copy", in{"sourceSelectionCriteria": in{"sseKmsEncryptedObjects": in{"status": "Enabled"}}}), "api error InvalidRequest: ReplicaKmsKeyID must be specified"},
		"copies that are encrypted":        {copies("copy", in{"destination": in{"bucket": "arn:aws:s3:::logs", "encryptionConfiguration": in{"replicaKmsKeyId": "a"}}}), "SseKmsEncryptedObjects must be specified"},
		"copies in time":                   {copies("copy", in{"destination": in{"bucket": "arn:aws:s3:::logs", "replicationTime": in{"status": "Enabled", "time": in{"minutes": 15.0}}}}), "Metrics must be enabled"},
		"copies in no state":               {copies("copy", in{"status": "On"}), "to be one of"},
		"versions of a bucket with copies": {append(copies("copy", in{}), step{"~data versions", "", in{"bucket": "data", "versioningConfiguration": in{"status": "Suspended"}}}), "api error InvalidBucketState: A replication configuration is present on this bucket"},
	})
}
