package s3_test

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

// What S3 would refuse is reported before the engine does anything.
func TestBucketsThatS3WouldRefuse(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	args := &s3.BucketArgs{}
	life := a.Life(t, "refused", func(ctx *pulumi.Context) error {
		_, err := s3.NewBucket(ctx, "orders", args)
		return err
	})
	allows := func(change func(*policy.Statement)) s3.BucketSettings {
		s := policy.Statement{Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("123456789012")}}, Actions: []string{"s3:GetObject"}}
		change(&s)
		return s3.BucketSettings{BucketName: "acme-orders", Statements: []policy.Statement{s}}
	}
	rule := func(r s3.LifecycleRule) s3.BucketSettings {
		return s3.BucketSettings{Lifecycle: s3.Lifecycle{Rules: config.Named[s3.LifecycleRule]{"old": r}}}
	}
	copies := func(r s3.Replica) s3.BucketSettings {
		return s3.BucketSettings{BucketName: "acme-orders", Replication: config.Named[s3.Replica]{"dr": r}}
	}
	there := pulumi.String("arn:aws:s3:::acme-copy")
	unversioned := copies(s3.Replica{BucketARN: there})
	unversioned.Versioning = "Disabled"
	encrypted := copies(s3.Replica{BucketARN: there})
	encrypted.Encryption.Algorithm = "aws:kms"
	var long []policy.Statement
	for range 200 {
		long = append(long, allows(func(*policy.Statement) {}).Statements...)
	}
	for refusal, tc := range map[string]struct {
		settings s3.BucketSettings
		want     string
	}{
		"InvalidBucketName":                        {s3.BucketSettings{BucketName: "192.168.0.1"}, "bucketName: "},
		"MalformedPolicy, action":                  {allows(func(s *policy.Statement) { s.Actions = []string{"ec2:RunInstances"} }), "about actions of s3 alone"},
		"MalformedPolicy, resource":                {allows(func(s *policy.Statement) { s.Resources = pulumi.ToStringArray([]string{"arn:aws:s3:::other/*"}) }), "which is not of this bucket"},
		"MalformedPolicy, no actions":              {allows(func(s *policy.Statement) { s.Actions = nil }), "statements[0].actions: missing"},
		"MalformedPolicy, principal":               {allows(func(s *policy.Statement) { s.Principals.AWS = pulumi.ToStringArray([]string{"shop"}) }), "statements[0].principals.aws[0]: found"},
		"AccessDenied, public policies":            {allows(func(s *policy.Statement) { s.Principals, s.AllowWildcards = &policy.Principals{Everyone: true}, true }), "blocks policies that are public"},
		"PolicyTooLarge":                           {s3.BucketSettings{BucketName: "acme-orders", Statements: long}, "a bucket policy may have 20480"},
		"InvalidRequest, no action":                {rule(s3.LifecycleRule{}), "it does nothing"},
		"InvalidRequest, uploads with tags":        {rule(s3.LifecycleRule{Tags: map[string]string{"a": "b"}, AbortUploadsAfterDays: ptr(1)}), "uploads have neither tags"},
		"InvalidArgument, unique ids":              {s3.BucketSettings{Lifecycle: s3.Lifecycle{Rules: config.Named[s3.LifecycleRule]{"old-versions": {ExpireAfterDays: ptr(1)}}}}, "choose another one"},
		"InvalidArgument, 30 days":                 {rule(s3.LifecycleRule{Transitions: []s3.Transition{{StorageClass: "STANDARD_IA"}}}), "after 30 days at the earliest"},
		"InvalidArgument, order":                   {rule(s3.LifecycleRule{Transitions: []s3.Transition{{StorageClass: "GLACIER"}, {StorageClass: "DEEP_ARCHIVE"}}}), "from there to DEEP_ARCHIVE"},
		"InvalidArgument, expiration":              {rule(s3.LifecycleRule{ExpireAfterDays: ptr(1), Transitions: []s3.Transition{{StorageClass: "GLACIER", AfterDays: 1}}}), "they go altogether"},
		"InvalidArgument, key of AES256":           {s3.BucketSettings{Encryption: s3.Encryption{KeyARN: pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1")}}, "keys of KMS are for"},
		"InvalidBucketState, lock":                 {s3.BucketSettings{Versioning: "Suspended", ObjectLock: s3.ObjectLock{Enabled: true}}, "versions that are locked"},
		"conflicts with years":                     {s3.BucketSettings{ObjectLock: s3.ObjectLock{Enabled: true, Days: ptr(1), Years: ptr(1)}}, "excludes days"},
		"InvalidRequest, method":                   {s3.BucketSettings{CORS: config.Named[s3.CORSRule]{"a": {Origins: []string{"*"}, Methods: []string{"PATCH"}}}}, "unknown method"},
		"InvalidRequest, copies without versions":  {unversioned, "versions that are copied"},
		"InvalidRequest, key of the copies":        {encrypted, "name the key of the copies"},
		"InvalidRequest, copies to itself":         {copies(s3.Replica{BucketARN: pulumi.String("arn:aws:s3:::acme-orders")}), "copied to itself"},
		"InvalidRequest, markers and tags":         {copies(s3.Replica{BucketARN: there, DeleteMarkers: true, Tags: map[string]string{"a": "b"}}), "markers have no tags"},
		"reserved tag":                             {s3.BucketSettings{Tags: map[string]string{"aws:x": "y"}}, "reserved"},
		"length of a name that has to be cut":      {s3.BucketSettings{BucketName: strings.Repeat("x", 64)}, "it has 64 characters"},
		"InvalidTargetBucketForLogging, no target": {s3.BucketSettings{Logging: s3.Logging{Prefix: "x/"}}, "logging.bucket: required"},
	} {
		args.BucketSettings = tc.settings
		r := life.Refused(tc.want)
		require.NotContains(t, r.Output, "api error", refusal)
	}
}

// Whether a name is taken is known to AWS alone: the bucket of somebody else stays as it is, and nothing of this one is made.
func TestANameThatIsTaken(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	first := a.Life(t, "first", bucketOf(a, &s3.BucketArgs{BucketSettings: s3.BucketSettings{BucketName: "acme-orders"}}))
	first.Up()
	before := a.Objects(t)
	args := &s3.BucketArgs{BucketSettings: s3.BucketSettings{BucketName: "acme-orders", PublicAccess: s3.PublicAccess{BlockPublicPolicy: ptr(false)}}}
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
