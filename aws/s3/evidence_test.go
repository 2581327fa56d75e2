package s3_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// A bucket by default says of one thing alone that it is not as it should be: who records its requests, only a person can say.
func TestEvidence(t *testing.T) {
	t.Parallel()
	off := ptr(false)
	tests := map[string]struct {
		reason   string
		settings s3.BucketArgs
		notMet   []string
	}{
		"Default": {"nobody said where to", s3.BucketArgs{}, []string{"logging.bucket"}},
		"Logged":  {"it is said", s3.BucketArgs{Logging: &s3.Logging{Bucket: pulumi.String("acme-logs")}}, nil},
		"Records": {"records of records would never end", s3.BucketArgs{LogTarget: &s3.LogTarget{AccessLogs: true}}, nil},
		"Locked": {
			"locks are evidence when they are on",
			s3.BucketArgs{Logging: &s3.Logging{Bucket: pulumi.String("acme-logs")}, ObjectLock: &s3.ObjectLock{Enabled: true}}, nil,
		},
		"Open": {
			"each setting speaks for itself",
			s3.BucketArgs{
				PublicAccess: &s3.PublicAccess{BlockPublicACLs: off, IgnorePublicACLs: off, BlockPublicPolicy: off, RestrictPublicBuckets: off},
				Guards:       &s3.Guards{RequireTLS: off}, Ownership: "ObjectWriter", Versioning: "Suspended",
			},
			[]string{
				"publicAccess.blockPublicAcls", "publicAccess.ignorePublicAcls", "publicAccess.blockPublicPolicy", "publicAccess.restrictPublicBuckets",
				"guards.requireTls", "ownership", "versioning", "logging.bucket",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var notMet, all []string
			pulumitest.Run(t, func(ctx *pulumi.Context) error {
				b, err := s3.NewBucket(ctx, "orders", &tc.settings)
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
