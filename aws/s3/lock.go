package s3

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// ObjectLock keeps versions of objects from being deleted or overwritten. S3 cannot take it back: a bucket that had it once has it, and keeps
// its versions. Source: "Locking objects with Object Lock".
type ObjectLock struct {
	// Enabled lets versions be locked. It needs versions. Changing it updates the bucket. Default: false.
	Enabled bool `pulumi:"enabled"`
	// Mode is how new versions are locked for the time of days or years: in the mode GOVERNANCE, those may unlock them who have a permission of
	// its own; in COMPLIANCE nobody may, not even the account itself. Changing it updates the bucket, for new versions.
	Mode string `pulumi:"mode" jsonschema:"default=GOVERNANCE,enum=GOVERNANCE,enum=COMPLIANCE"`
	// Days are for how many days new versions are locked. Default: those alone are locked for which the client says so.
	Days *int `pulumi:"days" jsonschema:"minimum=1,maximum=36500"`
	// Years are the same in years. It excludes days.
	Years *int `pulumi:"years" jsonschema:"minimum=1,maximum=100"`
}

var _ config.Validator = (*ObjectLock)(nil)

// Validate implements config.Validator.
func (l *ObjectLock) Validate(report *config.Report) {
	if l.Days != nil && l.Years != nil {
		report.Add([]string{"years"}, "it excludes days: leave out one of them")
	}
	if l.Mode == "COMPLIANCE" && l.Days == nil && l.Years == nil {
		report.Add([]string{"mode"}, "it says how versions are locked for a time: say for how many days or years")
	}
	if !l.Enabled && (l.Days != nil || l.Years != nil) {
		report.Add([]string{"enabled"}, "versions are not locked: set it to true, or leave out the time")
	}
}

// retains reports whether each new version is locked.
func (l *ObjectLock) retains() bool { return l.Enabled && (l.Days != nil || l.Years != nil) }

func (s *BucketSettings) checkLock(report *config.Report) {
	if s.ObjectLock.Enabled && s.Versioning != versionsOn {
		report.Add([]string{"versioning"}, "found %s, but it is versions that are locked: set it to %s", s.Versioning, versionsOn)
	}
}

// lock makes versions lockable.
func (s *setup) lock() (pulumi.Resource, error) {
	l := s.args.ObjectLock
	if !l.Enabled {
		return nil, nil
	}
	args := &s3.BucketObjectLockConfigurationV2Args{Bucket: s.bucket.ID()}
	if l.retains() {
		args.Rule = &s3.BucketObjectLockConfigurationV2RuleArgs{
			DefaultRetention: &s3.BucketObjectLockConfigurationV2RuleDefaultRetentionArgs{
				Mode: pulumi.String(l.Mode), Days: optional(l.Days), Years: optional(l.Years),
			},
		}
	}
	return s3.NewBucketObjectLockConfigurationV2(s.ctx, s.name, args, s.options())
}
