package s3

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// bucketType is the type of the bucket itself.
const bucketType = "aws:s3/bucketV2:BucketV2"

// The states of versioning. Disabled is one of this package alone: S3 cannot go back to it, only to Suspended.
const (
	versionsOn  = "Enabled"
	versionsOff = "Disabled"
)

// BucketSettings are the choices that people make about a bucket.
type BucketSettings struct {
	// BucketName is the name of the bucket, unique among all accounts. Default: the name of the component and random digits. Changing it
	// replaces the bucket, which has to be empty for that.
	BucketName string `pulumi:"bucketName"`
	// ForceDestroy deletes all objects and their versions when the bucket is destroyed or replaced. Without it, S3 refuses to delete a
	// bucket that is not empty. Default: false.
	ForceDestroy bool `pulumi:"forceDestroy"`
	// PublicAccess blocks what would make objects public. Default: all of it.
	PublicAccess PublicAccess `pulumi:"publicAccess"`
	// Ownership says whom objects belong to: with BucketOwnerEnforced to the bucket's account, and ACLs have no effect. Changing it
	// updates the bucket.
	Ownership string `pulumi:"ownership" jsonschema:"default=BucketOwnerEnforced,enum=BucketOwnerEnforced,enum=BucketOwnerPreferred,enum=ObjectWriter"`
	// Versioning keeps objects that are overwritten or deleted. A bucket that had versions once and gets Disabled is Suspended: S3 keeps
	// the versions that there are. Changing it updates the bucket.
	Versioning string `pulumi:"versioning" jsonschema:"default=Enabled,enum=Enabled,enum=Suspended,enum=Disabled"`
	// Encryption says how objects are encrypted.
	Encryption Encryption `pulumi:"encryption"`
	// Guards are requests that the bucket refuses, whoever makes them.
	Guards Guards `pulumi:"guards"`
	// Statements are added to the bucket's policy. Without resources, they are about the bucket and all that is in it; a resource that begins
	// with / is objects of the bucket, such as /reports/*. Default: none. Changing them updates the policy.
	Statements []policy.Statement `pulumi:"statements"`
	// Lifecycle says what becomes of objects as time goes by. Default: parts of uploads that were never finished go after 7 days, and old
	// versions after 90.
	Lifecycle Lifecycle `pulumi:"lifecycle"`
	// Logging writes a record of each request into another bucket. Default: none are written.
	Logging Logging `pulumi:"logging"`
	// LogTarget lets services of AWS write logs into the bucket. Default: none of them may.
	LogTarget LogTarget `pulumi:"logTarget"`
	// ObjectLock keeps versions of objects from being deleted. Default: it does not.
	ObjectLock ObjectLock `pulumi:"objectLock"`
	// Replication copies objects to other buckets, by names of your choice. It needs versions, here and there. Default: no copies.
	Replication config.Named[Replica] `pulumi:"replication"`
	// PermissionsBoundary is the policy that says what the role of the replication can be allowed at most: an ARN, or the name of one of
	// AWS's own. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary" config:"plain"`
	// CORS lets scripts of other sites use the bucket in browsers, by names of your choice. Default: none may. Changing it updates the
	// bucket.
	CORS config.Named[CORSRule] `pulumi:"cors"`
	// Tags are added to the bucket, its key and its role. Default: none. Changing them updates these.
	Tags map[string]string `pulumi:"tags"`
}

// BucketArgs describes a [Bucket].
type BucketArgs struct {
	BucketSettings
}

var (
	_ config.Validator = (*BucketSettings)(nil)
	_ config.Validator = (*BucketArgs)(nil)
)

// Validate implements config.Validator. In a configuration, entries of other sections may still say where logs and copies go.
func (a *BucketArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.BucketSettings.Validate(report)
	if a.Logging.Bucket == nil && a.Logging.Prefix != "" {
		report.Add([]string{"logging", "bucket"}, "required, but missing: name the bucket that gets the records")
	}
	for _, name := range a.Replication.Names() {
		if a.Replication[name].BucketARN == nil {
			report.Add([]string{"replication", name, "bucketArn"}, "required, but missing: name the bucket that gets the copies")
		}
	}
}

// Validate implements config.Validator.
func (s *BucketSettings) Validate(report *config.Report) {
	if s.BucketName != "" {
		if err := naming.AWS()[bucketType].Check(s.BucketName); err != nil {
			report.Add([]string{"bucketName"}, "%v", err)
		}
	}
	tags.Check(report, []string{"tags"}, s.Tags)
	s.checkStatements(report)
	s.checkLogging(report)
	s.checkLock(report)
	s.checkReplication(report)
}
