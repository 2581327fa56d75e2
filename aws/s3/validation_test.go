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

// rejected returns the error of invalid arguments.
func rejected(t *testing.T, args s3.BucketArgs) string {
	t.Helper()
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := s3.NewBucket(ctx, "orders", &args)
		return err
	})
	require.Error(t, err)
	require.Empty(t, r.Resources, "nothing is registered")
	return err.Error()
}

func statement(change func(*policy.Statement)) s3.BucketArgs {
	s := policy.Statement{
		Effect: policy.Allow, Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("111122223333")}},
		Actions: []string{"s3:GetObject"},
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

type rejection struct {
	reason string
	args   s3.BucketArgs
	want   string
}

func check(t *testing.T, tests map[string]rejection) {
	t.Helper()
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, rejected(t, tc.args), tc.want, tc.reason)
		})
	}
}

func TestInvalidBucketArgs(t *testing.T) {
	t.Parallel()
	key := pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1")
	check(t, map[string]rejection{
		"Name":      {"a rule of S3", s3.BucketArgs{BucketName: "Acme_Orders"}, "bucketName: "},
		"Ownership": {"an unknown value", s3.BucketArgs{Ownership: "Me"}, `ownership: unknown value "Me"`},
		"Tags":      {"reserved", s3.BucketArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, "reserved"},
		"Key": {"AES256 uses no KMS key", s3.BucketArgs{Encryption: &s3.Encryption{KeyARN: key}},
			"encryption.keyArn: not supported with the algorithm AES256"},
		"Key id": {"it would be resolved in the account of the uploader",
			s3.BucketArgs{Encryption: &s3.Encryption{Algorithm: "aws:kms",
				KeyARN: pulumi.String("alias/x")}}, "invalid key ARN"},
		"Key users": {"no key is created", s3.BucketArgs{Encryption: &s3.Encryption{KeyUsers: pulumi.StringArray{key}}},
			"encryption.keyUsers: no key is created for the bucket"},
		"Log prefix": {"no target bucket", s3.BucketArgs{Logging: &s3.Logging{Prefix: "x/"}}, "logging.bucket: required"},
		"Log to itself": {"the logs would be endless", s3.BucketArgs{BucketName: "acme-logs",
			Logging: &s3.Logging{Bucket: pulumi.String("acme-logs")}}, "logging.bucket: the bucket cannot log to itself"},
		"KMS for access logs": {
			"S3 requires AES256 for access logs", s3.BucketArgs{Encryption: &s3.Encryption{Algorithm: "aws:kms"},
				LogTarget: &s3.LogTarget{AccessLogs: true}},
			"encryption.algorithm: aws:kms is not supported with logTarget.accessLogs",
		},
		"Object Lock for access logs": {
			"S3 does not support it",
			s3.BucketArgs{LogTarget: &s3.LogTarget{AccessLogs: true}, ObjectLock: &s3.ObjectLock{Enabled: true,
				Days: ptr(1)}}, "objectLock: a retention period is not supported with logTarget.accessLogs",
		},
		"Sources": {"no logs are allowed",
			s3.BucketArgs{LogTarget: &s3.LogTarget{Buckets: pulumi.StringArray{pulumi.String("arn:aws:s3:::orders")}}},
			"logTarget.buckets: requires accessLogs"},
		"Accounts": {"no logs are allowed",
			s3.BucketArgs{LogTarget: &s3.LogTarget{Accounts: pulumi.ToStringArray([]string{"111122223333"})}},
			"logTarget.accounts: requires loadBalancers or delivery"},
		"Account": {"12 digits", s3.BucketArgs{LogTarget: &s3.LogTarget{Delivery: true,
			Accounts: pulumi.ToStringArray([]string{"1"})}}, "logTarget.accounts[0]: invalid account ID"},
		"No sources": {"empty lists are rejected", s3.BucketArgs{LogTarget: &s3.LogTarget{AccessLogs: true,
			Buckets: pulumi.StringArray{}}}, "logTarget.buckets: empty list"},
		"No accounts": {"empty lists are rejected", s3.BucketArgs{LogTarget: &s3.LogTarget{Delivery: true,
			Accounts: pulumi.StringArray{}}}, "logTarget.accounts: empty list"},
		"Lock": {"Object Lock requires versioning", s3.BucketArgs{Versioning: "Suspended",
			ObjectLock: &s3.ObjectLock{Enabled: true}}, "versioning: Suspended is not supported with objectLock"},
		"Lock time": {"mutually exclusive", s3.BucketArgs{ObjectLock: &s3.ObjectLock{Enabled: true, Days: ptr(1),
			Years: ptr(1)}}, "objectLock.years: days and years are mutually exclusive"},
		"Lock mode": {"the mode requires a retention period", s3.BucketArgs{ObjectLock: &s3.ObjectLock{Enabled: true,
			Mode: "COMPLIANCE"}}, "objectLock.mode: COMPLIANCE requires a retention period"},
		"Unlocked": {"a retention period without Object Lock", s3.BucketArgs{ObjectLock: &s3.ObjectLock{Days: ptr(1)}},
			"objectLock.enabled: required for a retention period"},
		"Method": {
			"S3 supports five methods",
			s3.BucketArgs{CORS: config.Named[s3.CORSRule]{"a": {Origins: pulumi.ToStringArray([]string{"*"}),
				Methods: []s3.Method{"PATCH"}}}},
			`cors.a.methods[0]: unknown method "PATCH"`,
		},
		"No origin": {"origins are required",
			s3.BucketArgs{CORS: config.Named[s3.CORSRule]{"a": {Origins: pulumi.StringArray{}}}}, "cors.a.origins: "},
		"Origin": {"one wildcard",
			s3.BucketArgs{CORS: config.Named[s3.CORSRule]{"a": {Origins: pulumi.ToStringArray([]string{"https://*.*.com"})}}},
			"more than one wildcard"},
	})
}

func TestInvalidStatements(t *testing.T) {
	t.Parallel()
	everyone := func(s *policy.Statement) { s.Principals = &policy.Principals{Everyone: true} }
	many := s3.BucketArgs{BucketName: "acme-orders"}
	for i := range 104 {
		s := statement(func(*policy.Statement) {}).Statements[0]
		s.Sid = fmt.Sprintf("S%d%s", i, strings.Repeat("x", 34))
		many.Statements = append(many.Statements, s)
	}
	check(t, map[string]rejection{
		"Action": {"the syntax of actions", statement(func(s *policy.Statement) { s.Actions = []string{"get"} }),
			"statements[0].actions[0]: invalid action"},
		"Service": {"actions of another service",
			statement(func(s *policy.Statement) { s.Actions = []string{"ec2:RunInstances"} }),
			"a bucket policy supports s3 actions only"},
		"Principal": {"principals are required", statement(func(s *policy.Statement) { s.Principals = nil }),
			"statements[0].principals: required in a bucket policy"},
		"Sid": {"the component uses it", statement(func(s *policy.Statement) { s.Sid = "DenyPlainHTTP" }),
			"statements[0].sid: DenyPlainHTTP is used by a statement of the component"},
		"Bucket action": {"S3 rejects actions on the bucket for objects", statement(func(s *policy.Statement) {
			s.Actions, s.Resources = []string{"s3:ListBucket"}, pulumi.StringArray{pulumi.String("/reports/*")}
		}), "statements[0].actions[0]: s3:ListBucket applies to the bucket"},
		"Object action": {"S3 rejects actions on objects for the bucket", statement(func(s *policy.Statement) {
			s.Actions, s.Resources = []string{"s3:GetObject"}, pulumi.StringArray{pulumi.String("arn:aws:s3:::acme-orders")}
		}), "statements[0].actions[0]: s3:GetObject applies to objects"},
		"Account action": {"S3 rejects other actions", statement(func(s *policy.Statement) { s.Actions = []string{"s3:ListAllMyBuckets"} }),
			"statements[0].actions[0]: s3:ListAllMyBuckets applies to neither buckets nor objects"},
		"Key of another action": {"S3 rejects condition keys that an action does not have", statement(func(s *policy.Statement) {
			s.Actions = []string{"s3:ListBucket", "s3:GetObject"}
			s.Conditions = []policy.Condition{{Operator: "StringLike", Key: pulumi.String("s3:prefix"),
				Values: pulumi.StringArray{pulumi.String("a/*")}}}
		}), "statements[0].conditions[0].key: requests of s3:GetObject do not have the condition key s3:prefix"},
		"Other": {
			"S3 rejects resources of other buckets",
			statement(func(s *policy.Statement) { s.Resources = pulumi.StringArray{pulumi.String("arn:aws:s3:::other/*")} }),
			"statements[0].resources[0]: \"arn:aws:s3:::other/*\" is not in this bucket",
		},
		"Not others": {
			"S3 rejects notResources of other buckets", statement(func(s *policy.Statement) {
				s.Effect, s.NotResources = policy.Deny, pulumi.StringArray{pulumi.String("arn:aws:s3:::acme-orders-2/*")}
			}), "statements[0].notResources[0]: \"arn:aws:s3:::acme-orders-2/*\" is not in this bucket",
		},
		"Public": {"public access", statement(everyone),
			"statements[0].principals.everyone: allows public access"},
		"Public with allowWildcards": {"the bucket blocks public policies",
			statement(func(s *policy.Statement) { everyone(s); s.AllowWildcards = true }),
			"statements[0].principals.everyone: the bucket blocks public policies"},
		"Size": {"statements of the component count", many,
			"statements: with the statements of the component: too long:"},
	})
	// Without the statements of the component, the policy is short enough.
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

func TestInvalidLifecycle(t *testing.T) {
	t.Parallel()
	to := func(class s3.StorageClass, days int) s3.Transition {
		return s3.Transition{StorageClass: class, AfterDays: days}
	}
	tags := map[string]string{"a": "b"}
	crowd := map[string]string{}
	for i := range 11 {
		crowd[fmt.Sprint("k", i)] = "v"
	}
	check(t, map[string]rejection{
		"Nothing": {"a rule needs an action", rule(s3.LifecycleRule{Prefix: "x"}), "lifecycle.rules.old: no action"},
		"Early": {"S3 requires 30 days", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("STANDARD_IA", 29)}}),
			"transitions[0].afterDays: too early for STANDARD_IA: use at least 30"},
		"Too soon": {"S3 requires another 30 days", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("GLACIER", 59),
			to("STANDARD_IA", 30)}}),
			"transitions[0].afterDays: too early for GLACIER after the transition to STANDARD_IA at 30 days: use at least 60"},
		"Order": {"the order of the storage classes", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("GLACIER", 9),
			to("DEEP_ARCHIVE", 9)}}),
			"transitions[1].afterDays: too early for DEEP_ARCHIVE after the transition to GLACIER at 9 days: use at least 10"},
		"Twice": {"duplicate storage class", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("GLACIER", 9),
			to("GLACIER", 10)}}), "duplicate transition to GLACIER"},
		"Gone": {"deleted before the transition", rule(s3.LifecycleRule{ExpireAfterDays: ptr(9),
			Transitions: []s3.Transition{to("GLACIER", 9)}}), "objects are deleted after 9 days: use less than expireAfterDays"},
		"Old gone": {"the same for noncurrent versions", rule(s3.LifecycleRule{ExpireOldVersionsAfterDays: ptr(9),
			OldVersionTransitions: []s3.Transition{to("GLACIER", 9)}}), "oldVersionTransitions[0].afterDays"},
		"Class": {"an unknown value", rule(s3.LifecycleRule{Transitions: []s3.Transition{to("COLD", 9)}}),
			`unknown value "COLD"`},
		"Uploads": {"tags are not supported", rule(s3.LifecycleRule{Tags: tags, AbortUploadsAfterDays: ptr(1)}),
			"abortUploadsAfterDays: not supported with tags and sizes"},
		"Sizes": {"no object matches", rule(s3.LifecycleRule{LargerThan: ptr(9), SmallerThan: ptr(9),
			ExpireAfterDays: ptr(1)}), "smallerThan: no object is larger than 9 and smaller than 9"},
		"Tags": {"S3 supports ten tags", rule(s3.LifecycleRule{Tags: crowd, ExpireAfterDays: ptr(1)}),
			"tags: 11 tags: use at most 10"},
		"Long tag": {"a limit of S3", rule(s3.LifecycleRule{Tags: map[string]string{strings.Repeat("k", 129): ""},
			ExpireAfterDays: ptr(1)}), "use a key of 1 to 128 characters"},
		"Kept": {"the other versions are never deleted", rule(s3.LifecycleRule{ExpireAfterDays: ptr(1),
			KeepOldVersions: 1}), "keepOldVersions: requires expireOldVersionsAfterDays"},
		"All kept": {"all versions are kept", s3.BucketArgs{Lifecycle: &s3.Lifecycle{ExpireOldVersionsAfterDays: ptr(0),
			KeepOldVersions: 1}}, "lifecycle.keepOldVersions: no effect"},
		"Own rules": {"the component uses it",
			s3.BucketArgs{Lifecycle: &s3.Lifecycle{Rules: config.Named[s3.LifecycleRule]{"old-versions": {ExpireAfterDays: ptr(1)}}}}, "lifecycle.rules.old-versions: the name is used by a rule of the component"},
	})
}

func TestInvalidReplication(t *testing.T) {
	t.Parallel()
	there := pulumi.String("arn:aws:s3:::acme-copy")
	suspended := copies(s3.Replica{BucketARN: there})
	suspended.Versioning = s3.VersioningSuspended
	encrypted := copies(s3.Replica{BucketARN: there})
	encrypted.Encryption = &s3.Encryption{Algorithm: s3.AlgorithmKMS}
	shared := encrypted
	shared.Encryption = &s3.Encryption{Algorithm: s3.AlgorithmKMS, OwnKey: ptr(false)}
	check(t, map[string]rejection{
		"Nowhere": {"the destination is required", copies(s3.Replica{}), "replication.dr.bucketArn: required"},
		"Name": {"not an ARN", copies(s3.Replica{BucketARN: pulumi.String("acme-copy")}),
			"replication.dr.bucketArn: invalid bucket ARN"},
		"Itself": {"the bucket itself", copies(s3.Replica{BucketARN: pulumi.String("arn:aws:s3:::acme-orders")}),
			"cannot replicate to itself"},
		"Versions": {"replication requires versioning", suspended,
			"versioning: Suspended is not supported with replication"},
		"Key":        {"S3 requires it", encrypted, "replication.dr.kmsKeyArn: required"},
		"Shared key": {"the role needs its ARN", shared, "encryption.ownKey: the AWS managed key aws/s3"},
		"Key alias": {"not an ARN", copies(s3.Replica{BucketARN: there, KMSKeyARN: pulumi.String("alias/x")}),
			"replication.dr.kmsKeyArn: invalid key ARN"},
		"Account": {"12 digits", copies(s3.Replica{BucketARN: there, Account: pulumi.String("1")}),
			"replication.dr.account: found"},
		"Markers": {"tags are not supported", copies(s3.Replica{BucketARN: there, DeleteMarkers: true,
			Tags: map[string]string{"a": "b"}}), "deleteMarkers and tags are mutually exclusive"},
	})
}
