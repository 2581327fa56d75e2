package s3_test

import (
	"flag"
	"os/exec"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "write the golden files anew")

// create runs a program with a bucket.
func create(t *testing.T, args func(*pulumi.Context) *s3.BucketArgs) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		b, err := s3.NewBucket(ctx, "orders", args(ctx))
		if err != nil {
			return err
		}
		ctx.Export("name", b.Name)
		ctx.Export("keyArn", b.KeyARN)
		return nil
	}, fixture.Cloud(), arns())
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *s3.BucketArgs{
		"default": func(*pulumi.Context) *s3.BucketArgs { return nil },
		"full":    full,
		"target":  target,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			create(t, args).Golden(t, "testdata/"+file+".txt")
		})
	}
}

// A program with a bucket compiles neither other services nor other clouds.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	all := strings.Fields(string(out))
	require.Contains(t, all, "github.com/ashlar-iac/ashlar/aws/s3")
	for _, path := range all {
		for _, foreign := range []string{"/aws/ec2", "/aws/eks", "/aws/network", "azure", "pulumi-kubernetes", "k8s.io",
			"ashlar/kubernetes"} {
			require.NotContains(t, path, foreign)
		}
	}
}

// S3 rejects parallel changes of a bucket. Settings are deleted with the bucket, not before it.
func TestSettingsAreCreatedInSequence(t *testing.T) {
	t.Parallel()
	r := create(t, full)
	bucket := r.One(t, "aws:s3/bucketV2:BucketV2")
	var before resource.URN
	for _, typ := range []string{
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		"aws:s3/bucketVersioningV2:BucketVersioningV2",
		"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
		"aws:s3/bucketPolicy:BucketPolicy",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		"aws:s3/bucketLoggingV2:BucketLoggingV2",
		"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2",
		"aws:s3/bucketReplicationConfig:BucketReplicationConfig",
	} {
		setting := r.One(t, typ)
		require.Equal(t, bucket.URN, setting.DeletedWith, typ)
		if before != "" {
			require.Contains(t, setting.Dependencies, before, typ)
		}
		before = setting.URN
	}
}

func TestBucketWithoutKMSHasNoKey(t *testing.T) {
	t.Parallel()
	r := create(t, func(*pulumi.Context) *s3.BucketArgs { return nil })
	require.Empty(t, r.OfType("aws:kms/key:Key"))
	require.True(t, r.Exports["keyArn"].IsNull())
}

func ptr[T any](v T) *T { return &v }

// arns returns the ARNs that AWS assigns, in the format of policies.
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

// full returns arguments with all options.
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
				Sid: "Audit", Effect: policy.Allow, Principals: &policy.Principals{AWS: pulumi.StringArray{fixture.Text(ctx,
					"arn:aws:iam::210987654321:role/reader")}},
				Actions: []string{"s3:GetObject", "s3:ListBucket"},
			},
			{
				Sid: "Reports", Effect: policy.Allow,
				Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("210987654321")}},
				Actions:    []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("/reports/*")},
			},
		},
		Lifecycle: &s3.Lifecycle{
			ExpireOldVersionsAfterDays: ptr(30), KeepOldVersions: 3,
			Rules: config.Named[s3.LifecycleRule]{
				"archive": {
					Prefix: "archive/", Tags: map[string]string{"kind": "invoice"}, LargerThan: ptr(1 << 20),
					Transitions: []s3.Transition{{StorageClass: s3.StorageClassStandardIA, AfterDays: 30},
						{StorageClass: s3.StorageClassGlacier, AfterDays: 90}},
					ExpireAfterDays: ptr(3650), OldVersionTransitions: []s3.Transition{{StorageClass: s3.StorageClassGlacierIR}},
				},
				"temporary": {Prefix: "tmp/", ExpireAfterDays: ptr(1), AbortUploadsAfterDays: ptr(1)},
				"drafts": {Tags: map[string]string{"state": "draft"}, ExpireOldVersionsAfterDays: ptr(7), KeepOldVersions: 1,
					Enabled: ptr(false)},
				"small": {SmallerThan: ptr(10), ExpireAfterDays: ptr(2)},
			},
		},
		Logging:    &s3.Logging{Bucket: fixture.Text(ctx, "acme-logs"), Prefix: "s3/orders/", Partition: "DeliveryTime"},
		LogTarget:  &s3.LogTarget{Delivery: true, Accounts: pulumi.ToStringArray([]string{fixture.Account, "210987654321"})},
		ObjectLock: &s3.ObjectLock{Enabled: true, Mode: "COMPLIANCE", Days: ptr(30)},
		Replication: config.Named[s3.Replica]{
			"dr": {
				BucketARN: fixture.Text(ctx, "arn:aws:s3:::acme-orders-dr"), KMSKeyARN: fixture.Text(ctx,
					"arn:aws:kms:eu-central-1:210987654321:key/1"),
				Account: pulumi.String("210987654321"), StorageClass: s3.StorageClassStandardIA, DeleteMarkers: true,
				TimeControl: true,
			},
			"reports": {
				BucketARN: pulumi.String("arn:aws:s3:::acme-reports"),
				KMSKeyARN: pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/2"),
				Prefix:    "reports/", Tags: map[string]string{"kind": "report"},
			},
		},
		PermissionsBoundary: fixture.Text(ctx, "arn:aws:iam::123456789012:policy/boundary"),
		CORS: config.Named[s3.CORSRule]{
			"shop": {
				Origins: pulumi.ToStringArray([]string{"https://shop.example.com"}), Methods: []s3.Method{s3.MethodGet,
					s3.MethodPut}, Headers: []string{"*"},
				ExposedHeaders: []string{"ETag"}, MaxAgeSeconds: ptr(60),
			},
			"images": {Origins: pulumi.ToStringArray([]string{"https://*.example.com"})},
		},
		Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

// target returns the arguments of a bucket for logs.
func target(ctx *pulumi.Context) *s3.BucketArgs {
	return &s3.BucketArgs{
		Versioning: "Suspended",
		Ownership:  "BucketOwnerPreferred",
		LogTarget: &s3.LogTarget{
			AccessLogs: true, Buckets: pulumi.StringArray{fixture.Text(ctx,
				"arn:aws:s3:::orders")}, LoadBalancers: true, Delivery: true,
		},
	}
}

func TestBucketConforms(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func(*pulumi.Context) *s3.BucketArgs{"full": full, "target": target} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[s3.BucketArgs, *s3.Bucket]{
				Token: s3.BucketToken, New: s3.NewBucket, Args: args, Metadata: fixture.Metadata(),
				Options: []pulumitest.Option{fixture.Cloud(), arns()},
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

// By default, only access logs are not met: they need a target bucket.
func TestEvidence(t *testing.T) {
	t.Parallel()
	off := ptr(false)
	tests := map[string]struct {
		reason string
		args   s3.BucketArgs
		notMet []string
	}{
		"Default": {"access logs need a target", s3.BucketArgs{}, []string{"logging.bucket"}},
		"Logged": {"access logs are enabled", s3.BucketArgs{Logging: &s3.Logging{Bucket: pulumi.String("acme-logs")}},
			nil},
		"Log target": {"a bucket for access logs has none itself", s3.BucketArgs{LogTarget: &s3.LogTarget{AccessLogs: true}},
			nil},
		"Locked": {
			"Object Lock is evidence when it is enabled",
			s3.BucketArgs{Logging: &s3.Logging{Bucket: pulumi.String("acme-logs")},
				ObjectLock: &s3.ObjectLock{Enabled: true}}, nil,
		},
		"Open": {
			"each setting is evidence of its own",
			s3.BucketArgs{
				PublicAccess: &s3.PublicAccess{BlockPublicACLs: off, IgnorePublicACLs: off, BlockPublicPolicy: off,
					RestrictPublicBuckets: off},
				Guards: &s3.Guards{RequireTLS: off}, Ownership: "ObjectWriter", Versioning: "Suspended",
			},
			[]string{
				"publicAccess.blockPublicAcls", "publicAccess.ignorePublicAcls", "publicAccess.blockPublicPolicy",
				"publicAccess.restrictPublicBuckets",
				"guards.requireTls", "ownership", "versioning", "logging.bucket",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var notMet, all []string
			fixture.Run(t, func(ctx *pulumi.Context) error {
				b, err := s3.NewBucket(ctx, "orders", &tc.args)
				if err != nil {
					return err
				}
				for _, e := range b.Evidence() {
					require.NotEmpty(t, e.Controls, e.Setting)
					all = append(all, e.Setting)
					if !e.Met {
						notMet = append(notMet, e.Setting)
					}
				}
				return nil
			}, fixture.Cloud(), arns())
			require.Equal(t, tc.notMet, notMet, tc.reason)
			require.Equal(t, name == "Locked", all[len(all)-1] == "objectLock.enabled")
		})
	}
}

// Methods can be called before the constructor sets defaults.
func TestEvidenceOfPartialArguments(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]*s3.BucketArgs{
		"Empty": {},
		"Partial": {PublicAccess: &s3.PublicAccess{IgnorePublicACLs: ptr(true)}, Guards: &s3.Guards{},
			ObjectLock: &s3.ObjectLock{Enabled: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range args.Evidence() {
				require.Equal(t, e.Setting != "logging.bucket", e.Met, e.Setting)
			}
			require.NoError(t, config.Check("bucket", args))
		})
	}
}

func TestAccountsOfALogTargetAreAnOutput(t *testing.T) {
	t.Parallel()
	want := create(t, func(*pulumi.Context) *s3.BucketArgs {
		return &s3.BucketArgs{LogTarget: &s3.LogTarget{Delivery: true,
			Accounts: pulumi.ToStringArray([]string{"111122223333", "444455556666"})}}
	})
	got := create(t, func(ctx *pulumi.Context) *s3.BucketArgs {
		accounts := pulumi.ToStringArray([]string{"111122223333", "444455556666"}).ToStringArrayOutput()
		return &s3.BucketArgs{LogTarget: &s3.LogTarget{Delivery: true, Accounts: accounts}}
	})
	const typ = "aws:s3/bucketPolicy:BucketPolicy"
	require.Equal(t, want.One(t, typ).Inputs["policy"], got.One(t, typ).Inputs["policy"])
}

func TestBucketWithoutPolicy(t *testing.T) {
	t.Parallel()
	off := false
	fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := s3.NewBucket(ctx, "orders", &s3.BucketArgs{
			Guards: &s3.Guards{RequireTLS: &off, DenyCustomerKeys: &off, DenyOtherEncryption: &off},
		})
		return err
	}, fixture.Cloud(), arns())
}
