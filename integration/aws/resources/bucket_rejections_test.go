package resources_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// Arguments that S3 would reject are reported before resources are created.
func TestInvalidBuckets(t *testing.T) {
	t.Parallel()
	args := &s3.BucketArgs{}
	program := func(ctx *pulumi.Context) error {
		_, err := s3.NewBucket(ctx, "orders", args)
		return err
	}
	allows := func(change func(*policy.Statement)) s3.BucketArgs {
		s := policy.Statement{Effect: policy.Allow,
			Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("123456789012")}}, Actions: []string{"s3:GetObject"}}
		change(&s)
		return s3.BucketArgs{BucketName: "acme-orders", Statements: []policy.Statement{s}}
	}
	rule := func(r s3.LifecycleRule) s3.BucketArgs {
		return s3.BucketArgs{Lifecycle: &s3.Lifecycle{Rules: config.Named[s3.LifecycleRule]{"old": r}}}
	}
	copies := func(r s3.Replica) s3.BucketArgs {
		return s3.BucketArgs{BucketName: "acme-orders", Replication: config.Named[s3.Replica]{"dr": r}}
	}
	there := pulumi.String("arn:aws:s3:::acme-copy")
	unversioned := copies(s3.Replica{BucketARN: there})
	unversioned.Versioning = s3.VersioningDisabled
	encrypted := copies(s3.Replica{BucketARN: there})
	encrypted.Encryption = &s3.Encryption{Algorithm: s3.AlgorithmKMS}
	var long []policy.Statement
	for range 200 {
		long = append(long, allows(func(*policy.Statement) {}).Statements...)
	}
	for name, tc := range map[string]struct {
		settings s3.BucketArgs
		want     string
	}{
		"InvalidBucketName": {s3.BucketArgs{BucketName: "192.168.0.1"}, "bucketName: "},
		"MalformedPolicy, action": {allows(func(s *policy.Statement) { s.Actions = []string{"ec2:RunInstances"} }),
			"a bucket policy supports s3 actions only"},
		"MalformedPolicy, resource": {allows(func(s *policy.Statement) { s.Resources = pulumi.ToStringArray([]string{"arn:aws:s3:::other/*"}) }), "is not in this bucket"},
		"MalformedPolicy, no actions": {allows(func(s *policy.Statement) { s.Actions = nil }),
			"statements[0].actions: required in a bucket policy"},
		"MalformedPolicy, principal": {allows(func(s *policy.Statement) { s.Principals.AWS = pulumi.ToStringArray([]string{"shop"}) }), "statements[0].principals.aws[0]: invalid principal"},
		"AccessDenied, public policies": {allows(func(s *policy.Statement) {
			s.Principals,
				s.AllowWildcards = &policy.Principals{Everyone: true}, true
		}), "blocks public policies"},
		"PolicyTooLarge": {s3.BucketArgs{BucketName: "acme-orders", Statements: long},
			"the maximum of a bucket policy is 20480"},
		"InvalidRequest, no action": {rule(s3.LifecycleRule{}), "no action"},
		"InvalidRequest, uploads with tags": {rule(s3.LifecycleRule{Tags: map[string]string{"a": "b"},
			AbortUploadsAfterDays: ptr(1)}), "not supported with tags and sizes"},
		"InvalidArgument, unique ids": {s3.BucketArgs{Lifecycle: &s3.Lifecycle{Rules: config.Named[s3.LifecycleRule]{"old-versions": {ExpireAfterDays: ptr(1)}}}}, "use another name"},
		"InvalidArgument, 30 days":    {rule(s3.LifecycleRule{Transitions: []s3.Transition{{StorageClass: s3.StorageClassStandardIA}}}), "too early for STANDARD_IA: use at least 30"},
		"InvalidArgument, order":      {rule(s3.LifecycleRule{Transitions: []s3.Transition{{StorageClass: s3.StorageClassGlacier}, {StorageClass: s3.StorageClassDeepArchive}}}), "too early for DEEP_ARCHIVE after the transition to GLACIER"},
		"InvalidArgument, expiration": {rule(s3.LifecycleRule{ExpireAfterDays: ptr(1),
			Transitions: []s3.Transition{{StorageClass: s3.StorageClassGlacier, AfterDays: 1}}}), "objects are deleted after"},
		"InvalidArgument, key of AES256": {s3.BucketArgs{Encryption: &s3.Encryption{KeyARN: pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1")}}, "not supported with the algorithm AES256"},
		"InvalidBucketState, lock": {s3.BucketArgs{Versioning: "Suspended",
			ObjectLock: &s3.ObjectLock{Enabled: true}}, "is not supported with objectLock"},
		"conflicts with years": {s3.BucketArgs{ObjectLock: &s3.ObjectLock{Enabled: true, Days: ptr(1),
			Years: ptr(1)}}, "days and years are mutually exclusive"},
		"InvalidRequest, method":                         {s3.BucketArgs{CORS: config.Named[s3.CORSRule]{"a": {Origins: pulumi.ToStringArray([]string{"*"}), Methods: []s3.Method{"PATCH"}}}}, "unknown method"},
		"InvalidRequest, replication without versioning": {unversioned, "is not supported with replication"},
		"InvalidRequest, key of the replicas":            {encrypted, "add the key of the replicas"},
		"InvalidRequest, replication to itself": {copies(s3.Replica{BucketARN: pulumi.String("arn:aws:s3:::acme-orders")}),
			"cannot replicate to itself"},
		"InvalidRequest, delete markers and tags": {copies(s3.Replica{BucketARN: there, DeleteMarkers: true,
			Tags: map[string]string{"a": "b"}}), "deleteMarkers and tags are mutually exclusive"},
		"reserved tag": {s3.BucketArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}},
			"reserved"},
		"length of the name": {s3.BucketArgs{BucketName: strings.Repeat("x", 64)},
			"it has 64 characters"},
		"InvalidTargetBucketForLogging, no target": {s3.BucketArgs{Logging: &s3.Logging{Prefix: "x/"}},
			"logging.bucket: required"},
	} {
		*args = tc.settings
		t.Run(name, func(t *testing.T) { cloudtest.RequireRefused(t, tc.want, program) })
	}
}

// Only AWS can tell whether a name is in use: the existing bucket is not modified.
func TestBucketNameInUse(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	first := a.Life(t, "first", bucketOf(a, &s3.BucketArgs{BucketName: "acme-orders"}))
	first.Up()
	before := a.Objects(t)
	args := &s3.BucketArgs{BucketName: "acme-orders", PublicAccess: &s3.PublicAccess{BlockPublicPolicy: ptr(false)}}
	second := a.Life(t, "second", bucketOf(a, args))
	r, err := second.Stack.Up(t.Context())
	require.Error(t, err)
	require.Contains(t, r.Output, "BucketAlreadyOwnedByYou")
	require.Equal(t, before, a.Objects(t))
	args.BucketName = "acme-orders-2"
	second.Up()
	r, err = second.CheckDestroyed(t.Context())
	require.NoError(t, err, r.Output)
	first.Destroy()
}
