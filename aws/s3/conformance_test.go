package s3_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func ptr[T any](v T) *T { return &v }

// arns makes ARNs of what AWS makes, as policies hold them.
func arns() pulumitest.Option {
	return pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
		arn := ""
		switch r.Type {
		case "aws:s3/bucketV2:BucketV2":
			arn = "arn:aws:s3:::" + r.Name
		case "aws:kms/key:Key":
			arn = "arn:aws:kms:eu-west-1:123456789012:key/" + r.Name
		case "aws:iam/role:Role":
			arn = "arn:aws:iam::123456789012:role/" + r.Name
		default:
			return nil
		}
		return resource.PropertyMap{"arn": resource.NewProperty(arn)}
	})
}

// full uses everything that a bucket can have.
func full(ctx *pulumi.Context) *s3.BucketArgs {
	return &s3.BucketArgs{
		BucketName:   "acme-orders",
		ForceDestroy: true,
		Encryption: &s3.Encryption{
			Algorithm: "aws:kms", KeyUsers: pulumi.StringArray{fixture.Text(ctx, "arn:aws:iam::210987654321:role/audit")},
		},
		Guards: &s3.Guards{MinimumTLS: "1.3"},
		Statements: []policy.Statement{
			{
				Sid: "Audit", Effect: policy.Allow, Principals: &policy.Principals{AWS: pulumi.StringArray{fixture.Text(ctx, "arn:aws:iam::210987654321:role/reader")}},
				Actions: []string{"s3:GetObject", "s3:ListBucket"},
			},
			{
				Sid: "Reports", Effect: policy.Allow, Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("210987654321")}},
				Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("/reports/*")},
			},
		},
		Lifecycle: &s3.Lifecycle{
			ExpireOldVersionsAfterDays: ptr(30), KeepOldVersions: 3,
			Rules: config.Named[s3.LifecycleRule]{
				"archive": {
					Prefix: "archive/", Tags: map[string]string{"kind": "invoice"}, LargerThan: ptr(1 << 20),
					Transitions:     []s3.Transition{{StorageClass: s3.StorageClassStandardIA, AfterDays: 30}, {StorageClass: s3.StorageClassGlacier, AfterDays: 90}},
					ExpireAfterDays: ptr(3650), OldVersionTransitions: []s3.Transition{{StorageClass: s3.StorageClassGlacierIR}},
				},
				"temporary": {Prefix: "tmp/", ExpireAfterDays: ptr(1), AbortUploadsAfterDays: ptr(1)},
				"drafts":    {Tags: map[string]string{"state": "draft"}, ExpireOldVersionsAfterDays: ptr(7), KeepOldVersions: 1, Enabled: ptr(false)},
				"small":     {SmallerThan: ptr(10), ExpireAfterDays: ptr(2)},
			},
		},
		Logging:    &s3.Logging{Bucket: fixture.Text(ctx, "acme-logs"), Prefix: "s3/orders/", Partition: "DeliveryTime"},
		LogTarget:  &s3.LogTarget{Delivery: true, Accounts: pulumi.ToStringArray([]string{fixture.Account, "210987654321"})},
		ObjectLock: &s3.ObjectLock{Enabled: true, Mode: "COMPLIANCE", Days: ptr(30)},
		Replication: config.Named[s3.Replica]{
			"dr": {
				BucketARN: fixture.Text(ctx, "arn:aws:s3:::acme-orders-dr"), KMSKeyARN: fixture.Text(ctx, "arn:aws:kms:eu-central-1:210987654321:key/1"),
				Account: pulumi.String("210987654321"), StorageClass: s3.StorageClassStandardIA, DeleteMarkers: true, TimeControl: true,
			},
			"reports": {
				BucketARN: pulumi.String("arn:aws:s3:::acme-reports"), KMSKeyARN: pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/2"),
				Prefix: "reports/", Tags: map[string]string{"kind": "report"},
			},
		},
		PermissionsBoundary: fixture.Text(ctx, "arn:aws:iam::123456789012:policy/boundary"),
		CORS: config.Named[s3.CORSRule]{
			"shop": {
				Origins: []string{"https://shop.example.com"}, Methods: []s3.Method{s3.MethodGet, s3.MethodPut}, Headers: []string{"*"},
				ExposedHeaders: []string{"ETag"}, MaxAgeSeconds: ptr(60),
			},
			"images": {Origins: []string{"https://*.example.com"}},
		},
		Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

// target takes the logs of others.
func target(ctx *pulumi.Context) *s3.BucketArgs {
	return &s3.BucketArgs{
		Versioning: "Suspended",
		Ownership:  "BucketOwnerPreferred",
		LogTarget: &s3.LogTarget{
			AccessLogs: true, Buckets: pulumi.StringArray{fixture.Text(ctx, "arn:aws:s3:::orders")}, LoadBalancers: true, Delivery: true,
		},
	}
}

func TestBucketConforms(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func(*pulumi.Context) *s3.BucketArgs{"full": full, "target": target} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[s3.BucketArgs, *s3.Bucket]{
				Token: s3.BucketToken, New: s3.NewBucket, Args: args, Metadata: fixture.Metadata(), Options: []pulumitest.Option{fixture.Cloud(), arns()},
			})
		})
	}
}

func TestBucketWithoutArgumentsConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[s3.BucketArgs, *s3.Bucket]{
		Token: s3.BucketToken, New: s3.NewBucket,
		Defaults: []string{"publicAccess", "ownership", "versioning", "encryption", "guards", "lifecycle"},
		Metadata: fixture.Metadata(),
		Options:  []pulumitest.Option{fixture.Cloud(), arns()},
	})
}
