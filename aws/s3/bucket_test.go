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
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "write the golden files anew")

// made runs a program with one bucket.
func made(t *testing.T, args func(*pulumi.Context) *s3.BucketArgs) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		b, err := s3.NewBucket(ctx, "orders", args(ctx))
		if err != nil {
			return err
		}
		ctx.Export("name", b.Name)
		ctx.Export("keyArn", b.KeyARN)
		return nil
	}, fixture.Cloud(), arns())
}

func settings(s s3.BucketArgs) func(*pulumi.Context) *s3.BucketArgs {
	return func(*pulumi.Context) *s3.BucketArgs { return &s }
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
			made(t, args).Golden(t, "testdata/"+file+".txt")
		})
	}
}

// A program that makes a bucket compiles neither other services nor other clouds.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	all := strings.Fields(string(out))
	require.Contains(t, all, "github.com/ashlar-iac/ashlar/aws/s3")
	for _, path := range all {
		for _, foreign := range []string{"/aws/ec2", "/aws/eks", "/aws/network", "azure", "pulumi-kubernetes", "k8s.io", "ashlar/kubernetes"} {
			require.NotContains(t, path, foreign)
		}
	}
}

// Each setting waits for the one before: S3 refuses two changes of a bucket at a time. And it goes with the bucket, not before it.
func TestSettingsComeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	r := made(t, full)
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

func TestAPlainBucketHasNoKey(t *testing.T) {
	t.Parallel()
	r := made(t, settings(s3.BucketArgs{}))
	require.Empty(t, r.Of("aws:kms/key:Key"))
	require.True(t, r.Exports["keyArn"].IsNull())
}
