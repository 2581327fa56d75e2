package resources_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// The types of the resources of the component.
const (
	bucket      = "aws:s3/bucketV2:BucketV2"
	block       = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	versioning  = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	encryption  = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	ownership   = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	lifecycle   = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	logging     = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	attached    = "aws:s3/bucketPolicy:BucketPolicy"
	lock        = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"
	replication = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	cors        = "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
	object      = "aws:s3/bucketObjectv2:BucketObjectv2"
	key         = "aws:kms/key:Key"
	alias       = "aws:kms/alias:Alias"
	role        = "aws:iam/role:Role"
	inline      = "aws:iam/rolePolicy:RolePolicy"
)

func ptr[T any](v T) *T { return &v }

// bucketOf is a program with a bucket, on a provider of an account.
func bucketOf(a *cloudtest.Account, args *s3.BucketArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		b, err := s3.NewBucket(ctx, "orders", args, pulumi.Provider(p))
		if err != nil {
			return err
		}
		ctx.Export("name", b.Name)
		ctx.Export("arn", b.ARN)
		ctx.Export("domain", b.RegionalDomainName)
		ctx.Export("keyArn", b.KeyARN)
		return nil
	}
}

// Each step changes an option, which changes only the related resources.
func TestBucketOptions(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		args := &s3.BucketArgs{}
		life := a.Life(t, "bucket", bucketOf(a, args))
		up := life.Up()
		require.Regexp(t, `^orders-[0-9a-f]{7}$`, up.Outputs["name"].Value)
		require.Equal(t, "arn:aws:s3:::"+up.Outputs["name"].Value.(string), up.Outputs["arn"].Value)
		require.Equal(t, up.Outputs["name"].Value.(string)+".s3."+a.Region()+".amazonaws.com", up.Outputs["domain"].Value)
		require.Nil(t, up.Outputs["keyArn"].Value)

		args.PublicAccess = &s3.PublicAccess{IgnorePublicACLs: ptr(false)}
		life.Change("public access", "update "+block+" orders")
		args.Ownership = s3.OwnershipBucketOwnerPreferred
		life.Change("ownership", "update "+ownership+" orders")
		args.Guards = &s3.Guards{MinimumTLS: s3.TLSVersion13}
		life.Change("TLS version", "update "+attached+" orders")
		args.Guards.DenyCustomerKeys = ptr(false)
		life.Change("customer-provided keys", "update "+attached+" orders")
		args.Statements = []policy.Statement{{
			Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"s3:GetObject"},
			Resources:  pulumi.StringArray{pulumi.String("/reports/*")},
			Conditions: []policy.Condition{policy.Organization(pulumi.String("o-exampleorgid"))},
		}}
		life.Change("statements", "update "+attached+" orders")
		args.Lifecycle = &s3.Lifecycle{KeepOldVersions: 3, Rules: config.Named[s3.LifecycleRule]{
			"archive": {Prefix: "archive/", Transitions: []s3.Transition{{StorageClass: s3.StorageClassStandardIA,
				AfterDays: 30}, {StorageClass: s3.StorageClassGlacier, AfterDays: 90}}},
			"drafts": {Tags: map[string]string{"state": "draft"}, LargerThan: ptr(10), ExpireAfterDays: ptr(7)},
		}}
		life.Change("lifecycle", "update "+lifecycle+" orders")
		args.CORS = config.Named[s3.CORSRule]{"shop": {Origins: pulumi.ToStringArray([]string{"https://shop.example.com"})}}
		life.Change("CORS", "create "+cors+" orders")
		args.CORS = nil
		life.Change("no CORS", "delete "+cors+" orders")
		args.Tags = pulumi.StringMap{"team": pulumi.String("shop")}
		life.Change("tags", "update "+bucket+" orders")
		args.ForceDestroy = true
		life.Change("force destroy", "update "+bucket+" orders")

		args.Encryption = &s3.Encryption{Algorithm: s3.AlgorithmKMS}
		life.Change("KMS key", "create "+key+" orders", "create "+alias+" orders", "update "+encryption+" orders",
			"update "+attached+" orders")
		args.Encryption.BucketKey = ptr(false)
		life.Change("no bucket key", "update "+encryption+" orders")
		args.Guards.DenyOtherEncryption = ptr(false)
		life.Change("other encryption", "update "+attached+" orders")
		args.Encryption.Algorithm = s3.AlgorithmAES256
		life.Change("no KMS key", "update "+encryption+" orders", "delete "+alias+" orders", "delete "+key+" orders")

		args.Versioning = s3.VersioningSuspended
		life.Change("suspended versioning", "update "+versioning+" orders")
		args.Versioning = s3.VersioningDisabled
		life.Change("disabled versioning stays suspended", "delete "+versioning+" orders")
		args.Versioning = ""
		life.Change("versioning", "create "+versioning+" orders")
		args.Lifecycle = &s3.Lifecycle{AbortUploadsAfterDays: ptr(0), ExpireOldVersionsAfterDays: ptr(0),
			ExpireDeleteMarkers: ptr(false)}
		life.Change("no lifecycle", "delete "+lifecycle+" orders")
		args.Statements, args.Guards.RequireTLS = nil, ptr(false)
		life.Change("no policy", "delete "+attached+" orders")
		args.Guards.RequireTLS = nil
		life.Change("policy", "create "+attached+" orders")
		args.ObjectLock = &s3.ObjectLock{Enabled: true}
		life.Change("Object Lock", "create "+lock+" orders")
		args.ObjectLock.Days = ptr(1)
		life.Change("retention period", "update "+lock+" orders")

		settings := []string{"replace " + bucket + " orders"}
		for _, typ := range []string{ownership, block, encryption, versioning, lock, attached} {
			settings = append(settings, "replace "+typ+" orders")
		}
		args.BucketName = "ashlar-test-" + up.Outputs["name"].Value.(string)
		life.Change("bucket name", settings...)
		require.Equal(t, args.BucketName, life.Output("name"))
		life.Destroy()
	})
}

// related is a program with buckets that log and replicate to each other.
type related struct {
	orders, logs, copies s3.BucketArgs
	copied               s3.Replica
	records              s3.Logging
}

func (r *related) in(a *cloudtest.Account) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		other, err := a.Provider(ctx, "dr", "eu-central-1")
		if err != nil {
			return err
		}
		logs, err := s3.NewBucket(ctx, "logs", &r.logs, pulumi.Provider(p))
		if err != nil {
			return err
		}
		copies, err := s3.NewBucket(ctx, "copies", &r.copies, pulumi.Provider(other))
		if err != nil {
			return err
		}
		args := r.orders
		records := r.records
		records.Bucket, args.Logging = logs.Name, &records
		dr := r.copied
		dr.BucketARN = copies.ARN
		if r.copies.Encryption != nil {
			dr.KMSKeyARN = copies.KeyARN.Elem()
		}
		args.Replication = config.Named[s3.Replica]{"dr": dr}
		_, err = s3.NewBucket(ctx, "orders", &args, pulumi.Provider(p))
		return err
	}
}

// S3 rejects replication to a bucket without versioning: dependents of a bucket are created after its settings.
func TestLoggingAndReplication(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		r := &related{}
		r.logs.LogTarget = &s3.LogTarget{AccessLogs: true}
		life := a.Life(t, "related", r.in(a))
		life.Up()

		r.records.Prefix = "s3/"
		life.Change("log prefix", "update "+logging+" orders")
		r.records.Partition = s3.LogPartitionNone
		life.Change("log partition", "update "+logging+" orders")
		r.logs.LogTarget.LoadBalancers = true
		life.Change("load balancer logs", "update "+attached+" logs")
		r.logs.LogTarget.Delivery = true
		life.Change("delivered logs", "update "+attached+" logs")
		r.logs.LogTarget.Buckets = pulumi.StringArray{pulumi.String("arn:aws:s3:::orders-*")}
		life.Change("source buckets", "update "+attached+" logs")
		r.copied.Prefix, r.copied.StorageClass = "paid/", s3.StorageClassStandardIA
		life.Change("replicated objects", "update "+replication+" orders")
		r.copied.DeleteMarkers, r.copied.TimeControl = true, true
		life.Change("replication options", "update "+replication+" orders")
		r.orders.Tags = pulumi.StringMap{"team": pulumi.String("shop")}
		life.Change("tags of bucket and role", "update "+bucket+" orders", "update "+role+" orders-replication")
		r.orders.Encryption, r.copies.Encryption = &s3.Encryption{Algorithm: s3.AlgorithmKMS}, &s3.Encryption{Algorithm: s3.AlgorithmKMS}
		life.Change("KMS keys", "create "+key+" orders", "create "+alias+" orders", "create "+key+" copies",
			"create "+alias+" copies",
			"update "+encryption+" orders", "update "+encryption+" copies", "update "+attached+" orders",
			"update "+attached+" copies",
			"update "+inline+" orders-replication-copy", "update "+replication+" orders")
		life.Destroy()
	})
}
