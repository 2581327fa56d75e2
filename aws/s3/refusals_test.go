package s3_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// refused returns why a bucket cannot be made. Nothing is registered then.
func refused(t *testing.T, s s3.BucketArgs) string {
	t.Helper()
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := s3.NewBucket(ctx, "orders", &s)
		return err
	})
	require.Error(t, err)
	require.Empty(t, r.Resources, "nothing is registered")
	return err.Error()
}

func statement(change func(*policy.Statement)) s3.BucketArgs {
	s := policy.Statement{
		Effect: policy.Allow, Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("111122223333")}}, Actions: []string{"s3:GetObject"},
	}
	change(&s)
	return s3.BucketArgs{BucketName: "acme-orders", Statements: []policy.Statement{s}}
}

func rule(r s3.LifecycleRule) s3.BucketArgs {
	return s3.BucketArgs{Lifecycle: &s3.Lifecycle{Rules: config.Named[s3.LifecycleRule]{"old": r}}}
}

func copies(r s3.Replica) s3.BucketArgs {
	return s3.BucketArgs{BucketName: "acme-orders", Replication: config.Named[s3.Replica]{"dr": r}}
}

type refusal struct {
	reason   string
	settings s3.BucketArgs
	want     string
}

func check(t *testing.T, tests map[string]refusal) {
	t.Helper()
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, refused(t, tc.settings), tc.want, tc.reason)
		})
	}
}

func TestBucketRefuses(t *testing.T) {
	t.Parallel()
	key := pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1")
	check(t, map[string]refusal{
		"Name":       {"S3's own rules", s3.BucketArgs{BucketName: "Acme_Orders"}, "bucketName: "},
		"Ownership":  {"one of S3's", s3.BucketArgs{Ownership: "Me"}, `ownership: unknown value "Me"`},
		"Tags":       {"reserved", s3.BucketArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, "reserved"},
		"Key":        {"AES256 has none", s3.BucketArgs{Encryption: &s3.Encryption{KeyARN: key}}, "encryption.keyArn: not supported with the algorithm AES256"},
		"Key id":     {"it would be the uploader's", s3.BucketArgs{Encryption: &s3.Encryption{Algorithm: "aws:kms", KeyARN: pulumi.String("alias/x")}}, "invalid key ARN"},
		"Key users":  {"there is no key", s3.BucketArgs{Encryption: &s3.Encryption{KeyUsers: pulumi.StringArray{key}}}, "encryption.keyUsers: no key is created for the bucket"},
		"Records":    {"they go nowhere", s3.BucketArgs{Logging: &s3.Logging{Prefix: "x/"}}, "logging.bucket: required"},
		"Own record": {"it would never end", s3.BucketArgs{BucketName: "acme-logs", Logging: &s3.Logging{Bucket: pulumi.String("acme-logs")}}, "logging.bucket: the bucket cannot log to itself"},
		"KMS of records": {
			"S3 writes records with AES256", s3.BucketArgs{Encryption: &s3.Encryption{Algorithm: "aws:kms"}, LogTarget: &s3.LogTarget{AccessLogs: true}},
			"encryption.algorithm: aws:kms is not supported with logTarget.accessLogs",
		},
		"Locked records": {
			"S3 does not write records into it",
			s3.BucketArgs{LogTarget: &s3.LogTarget{AccessLogs: true}, ObjectLock: &s3.ObjectLock{Enabled: true, Days: ptr(1)}}, "objectLock: a retention period is not supported with logTarget.accessLogs",
		},
		"Sources":   {"nothing is taken", s3.BucketArgs{LogTarget: &s3.LogTarget{Buckets: pulumi.StringArray{pulumi.String("arn:aws:s3:::orders")}}}, "logTarget.buckets: requires accessLogs"},
		"Accounts":  {"nothing is taken", s3.BucketArgs{LogTarget: &s3.LogTarget{Accounts: pulumi.ToStringArray([]string{"111122223333"})}}, "logTarget.accounts: requires loadBalancers or delivery"},
		"Account":   {"12 digits", s3.BucketArgs{LogTarget: &s3.LogTarget{Delivery: true, Accounts: pulumi.ToStringArray([]string{"1"})}}, "logTarget.accounts[0]: invalid account ID"},
		"Lock":      {"versions are locked", s3.BucketArgs{Versioning: "Suspended", ObjectLock: &s3.ObjectLock{Enabled: true}}, "versioning: Suspended is not supported with objectLock"},
		"Lock time": {"one of them", s3.BucketArgs{ObjectLock: &s3.ObjectLock{Enabled: true, Days: ptr(1), Years: ptr(1)}}, "objectLock.years: days and years are mutually exclusive"},
		"Lock mode": {"it needs a time", s3.BucketArgs{ObjectLock: &s3.ObjectLock{Enabled: true, Mode: "COMPLIANCE"}}, "objectLock.mode: COMPLIANCE requires a retention period"},
		"Unlocked":  {"a time without a lock", s3.BucketArgs{ObjectLock: &s3.ObjectLock{Days: ptr(1)}}, "objectLock.enabled: required for a retention period"},
		"Method": {
			"S3 knows five", s3.BucketArgs{CORS: config.Named[s3.CORSRule]{"a": {Origins: []string{"*"}, Methods: []s3.Method{"PATCH"}}}},
			`cors.a.methods[0]: unknown method "PATCH"`,
		},
		"Origin": {"one star", s3.BucketArgs{CORS: config.Named[s3.CORSRule]{"a": {Origins: []string{"https://*.*.com"}}}}, "more than one wildcard"},
	})
}

func TestPolicyRefuses(t *testing.T) {
	t.Parallel()
	everyone := func(s *policy.Statement) { s.Principals = &policy.Principals{Everyone: true} }
	many := s3.BucketArgs{BucketName: "acme-orders"}
	for i := range 104 {
		s := statement(func(*policy.Statement) {}).Statements[0]
		s.Sid = fmt.Sprintf("S%d%s", i, strings.Repeat("x", 34))
		many.Statements = append(many.Statements, s)
	}
	check(t, map[string]refusal{
		"Action":    {"the grammar", statement(func(s *policy.Statement) { s.Actions = []string{"get"} }), "statements[0].actions[0]: invalid action"},
		"Service":   {"actions of S3", statement(func(s *policy.Statement) { s.Actions = []string{"ec2:RunInstances"} }), "a bucket policy supports s3 actions only"},
		"Principal": {"somebody", statement(func(s *policy.Statement) { s.Principals = nil }), "statements[0].principals: required in a bucket policy"},
		"Sid":       {"the bucket has one of that name", statement(func(s *policy.Statement) { s.Sid = "DenyPlainHTTP" }), "statements[0].sid: DenyPlainHTTP is used by a statement of the component"},
		"Other": {
			"S3 refuses other buckets", statement(func(s *policy.Statement) { s.Resources = pulumi.StringArray{pulumi.String("arn:aws:s3:::other/*")} }),
			"statements[0].resources[0]: \"arn:aws:s3:::other/*\" is not in this bucket",
		},
		"Not others": {
			"nor may it say what it is not about", statement(func(s *policy.Statement) {
				s.Effect, s.NotResources = policy.Deny, pulumi.StringArray{pulumi.String("arn:aws:s3:::acme-orders-2/*")}
			}), "statements[0].notResources[0]: \"arn:aws:s3:::acme-orders-2/*\" is not in this bucket",
		},
		"Public":         {"nobody meant that", statement(everyone), "statements[0].principals.everyone: allows public access"},
		"Public, really": {"the bucket blocks it", statement(func(s *policy.Statement) { everyone(s); s.AllowWildcards = true }), "statements[0].principals.everyone: the bucket blocks public policies"},
		"Size":           {"those of the bucket count", many, "statements: with the statements of the component: too long:"},
	})
	// Without those of the bucket, it would be short enough.
	require.NoError(t, (&policy.Document{Statements: withResources(many.Statements)}).Check(policy.Bucket))
}

func withResources(in []policy.Statement) []policy.Statement {
	out := make([]policy.Statement, len(in))
	for i, s := range in {
		s.Resources = pulumi.ToStringArray([]string{"arn:aws:s3:::acme-orders", "arn:aws:s3:::acme-orders/*"})
		out[i] = s
	}
	return out
}

func TestLifecycleRefuses(t *testing.T) {
	t.Parallel()
	to := func(class s3.StorageClass, days int) s3.Transition {
		return s3.Transition{StorageClass: class, AfterDays: days}
	}
	tags := map[string]string{"a": "b"}
	crowd := map[string]string{}
	for i := range 11 {
		crowd[fmt.Sprint("k", i)] = "v"
	}
	check(t, map[string]refusal{
		"Nothing":   {"a rule does something", rule(s3.LifecycleRule{Prefix: "x"}), "lifecycle.rules.old: no action"},
		"Early":     {"S3 waits for 30 days", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("STANDARD_IA", 29)}}), "transitions[0].afterDays: too early for STANDARD_IA: use at least 30"},
		"Too soon":  {"and 30 more", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("GLACIER", 59), to("STANDARD_IA", 30)}}), "transitions[0].afterDays: too early for GLACIER after the transition to STANDARD_IA at 30 days: use at least 60"},
		"Order":     {"they go down", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("GLACIER", 9), to("DEEP_ARCHIVE", 9)}}), "transitions[1].afterDays: too early for DEEP_ARCHIVE after the transition to GLACIER at 9 days: use at least 10"},
		"Twice":     {"one class", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("GLACIER", 9), to("GLACIER", 10)}}), "duplicate transition to GLACIER"},
		"Gone":      {"they are gone by then", rule(s3.LifecycleRule{ExpireAfterDays: ptr(9), Transitions: []s3.Transition{to("GLACIER", 9)}}), "objects are deleted after 9 days: use less than expireAfterDays"},
		"Old gone":  {"so with old versions", rule(s3.LifecycleRule{ExpireOldVersionsAfterDays: ptr(9), OldVersionTransitions: []s3.Transition{to("GLACIER", 9)}}), "oldVersionTransitions[0].afterDays"},
		"Class":     {"S3's own", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("COLD", 9)}}), `unknown value "COLD"`},
		"Uploads":   {"they have no tags", rule(s3.LifecycleRule{Tags: tags, AbortUploadsAfterDays: ptr(1)}), "abortUploadsAfterDays: not supported with tags and sizes"},
		"Sizes":     {"nothing fits", rule(s3.LifecycleRule{LargerThan: ptr(9), SmallerThan: ptr(9), ExpireAfterDays: ptr(1)}), "smallerThan: no object is larger than 9 and smaller than 9"},
		"Tags":      {"S3 takes ten", rule(s3.LifecycleRule{Tags: crowd, ExpireAfterDays: ptr(1)}), "tags: 11 tags: use at most 10"},
		"Long tag":  {"S3's limit", rule(s3.LifecycleRule{Tags: map[string]string{strings.Repeat("k", 129): ""}, ExpireAfterDays: ptr(1)}), "use a key of 1 to 128 characters"},
		"Kept":      {"the others have to go", rule(s3.LifecycleRule{ExpireAfterDays: ptr(1), KeepOldVersions: 1}), "keepOldVersions: requires expireOldVersionsAfterDays"},
		"All kept":  {"all are", s3.BucketArgs{Lifecycle: &s3.Lifecycle{ExpireOldVersionsAfterDays: ptr(0), KeepOldVersions: 1}}, "lifecycle.keepOldVersions: no effect"},
		"Own rules": {"one of that name", s3.BucketArgs{Lifecycle: &s3.Lifecycle{Rules: config.Named[s3.LifecycleRule]{"old-versions": {ExpireAfterDays: ptr(1)}}}}, "lifecycle.rules.old-versions: the name is used by a rule of the component"},
	})
}

func TestReplicationRefuses(t *testing.T) {
	t.Parallel()
	there := pulumi.String("arn:aws:s3:::acme-copy")
	suspended := copies(s3.Replica{BucketARN: there})
	suspended.Versioning = s3.VersioningSuspended
	encrypted := copies(s3.Replica{BucketARN: there})
	encrypted.Encryption = &s3.Encryption{Algorithm: s3.AlgorithmKMS}
	shared := encrypted
	shared.Encryption = &s3.Encryption{Algorithm: s3.AlgorithmKMS, OwnKey: ptr(false)}
	check(t, map[string]refusal{
		"Nowhere":    {"somewhere", copies(s3.Replica{}), "replication.dr.bucketArn: required"},
		"Name":       {"an ARN", copies(s3.Replica{BucketARN: pulumi.String("acme-copy")}), "replication.dr.bucketArn: invalid bucket ARN"},
		"Itself":     {"another bucket", copies(s3.Replica{BucketARN: pulumi.String("arn:aws:s3:::acme-orders")}), "cannot replicate to itself"},
		"Versions":   {"versions are copied", suspended, "versioning: Suspended is not supported with replication"},
		"Key":        {"S3 asks for it", encrypted, "replication.dr.kmsKeyArn: required"},
		"Shared key": {"the role needs its name", shared, "encryption.ownKey: the AWS managed key aws/s3"},
		"Key alias":  {"an ARN", copies(s3.Replica{BucketARN: there, KMSKeyARN: pulumi.String("alias/x")}), "replication.dr.kmsKeyArn: invalid key ARN"},
		"Account":    {"12 digits", copies(s3.Replica{BucketARN: there, Account: pulumi.String("1")}), "replication.dr.account: found"},
		"Markers":    {"they have no tags", copies(s3.Replica{BucketARN: there, DeleteMarkers: true, Tags: map[string]string{"a": "b"}}), "deleteMarkers and tags are mutually exclusive"},
	})
}
