package network

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	_ config.Validator    = (*FlowLogsArgs)(nil)
	_ config.Validator    = (*FlowLogsSettings)(nil)
	_ compliance.Declarer = (*FlowLogsArgs)(nil)
)

// Validate implements config.Validator.
func (a *FlowLogsArgs) Validate(report *config.Report) {
	a.FlowLogsSettings.Validate(report)
	tags.Check(report, []string{"tags"}, a.Tags)
}

// Validate implements config.Validator.
func (s *FlowLogsSettings) Validate(report *config.Report) {
	const bucket, key = "arn:aws:s3:::logs", "arn:aws:kms:eu-west-1:111122223333:key/..."
	switch {
	case s.Destination == "s3" && s.Bucket.ARN == nil:
		report.Add([]string{"bucket", "arn"}, "missing: flow logs in S3 need a bucket, such as %s", bucket)
	case s.Destination != "s3" && s.Bucket.ARN != nil:
		report.Add([]string{"bucket", "arn"}, "the destination is %s: set it to s3, or leave out the bucket", s.Destination)
	}
	checkARN(report, []string{"bucket", "arn"}, s.Bucket.ARN, "s3", bucket)
	checkARN(report, []string{"logGroup", "keyArn"}, s.LogGroup.KeyARN, "kms", key)
	if s.Destination == "s3" && s.LogGroup.KeyARN != nil {
		report.Add([]string{"logGroup", "keyArn"}, "the destination is s3, where the bucket says what encrypts it: leave it out")
	}
}

// checkARN reports an ARN that is known and not of the service.
func checkARN(report *config.Report, path []string, in pulumi.StringInput, service, example string) {
	arn, ok := in.(pulumi.String)
	if !ok {
		return
	}
	if parts := strings.SplitN(string(arn), ":", 6); len(parts) < 6 || parts[0] != "arn" || parts[2] != service || parts[5] == "" {
		report.Add(path, "found %q, expected an ARN such as %s", string(arn), example)
	}
}

// Evidence implements compliance.Declarer. What there is to say about a key of its own, the key says itself.
func (a *FlowLogsArgs) Evidence() []compliance.Evidence {
	out := []compliance.Evidence{
		compliance.Check("enabled", *a.Enabled, *a.Enabled && a.Traffic != "ACCEPT", "true, with the traffic ALL", compliancecontrols.FlowLogs...),
	}
	if !*a.Enabled || a.Destination == "s3" {
		return out // The bucket speaks for itself.
	}
	days := *a.LogGroup.RetentionDays
	return append(out,
		compliance.Check("logGroup.retentionDays", days, days == 0 || days >= 90, "at least 90", compliancecontrols.LogRetention...),
		compliance.Always("logGroup", "encrypted", compliancecontrols.EncryptionAtRest...),
	)
}
