package s3

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

var bucketARN = regexp.MustCompile(`^arn:aws[a-z-]*:s3:::[^/*?]+$`)

var _ config.Validator = (*Replica)(nil)

// Validate implements config.Validator.
func (r *Replica) Validate(report *config.Report) {
	checkObjectTags(report, r.Tags)
	if arn, known := r.BucketARN.(pulumi.String); known && !bucketARN.MatchString(string(arn)) {
		report.Add([]string{"bucketArn"}, "found %q, expected the ARN of a bucket, such as arn:aws:s3:::orders-copy", arn)
	}
	if arn, known := r.KMSKeyARN.(pulumi.String); known && !keyARN.MatchString(string(arn)) {
		report.Add([]string{"kmsKeyArn"}, "found %q, expected the ARN of a key, such as arn:aws:kms:eu-west-1:111122223333:key/ID", arn)
	}
	if r.DeleteMarkers && len(r.Tags) > 0 {
		report.Add([]string{"deleteMarkers"}, "markers have no tags, so that they cannot be chosen by them: leave out one or the other")
	}
}

func (s *BucketSettings) checkReplication(report *config.Report) {
	if len(s.Replication) > 0 && s.Versioning != versionsOn {
		report.Add([]string{"versioning"}, "found %s, but it is versions that are copied: set it to %s", s.Versioning, versionsOn)
	}
	if len(s.Replication) > 0 && s.Encryption.kms() && s.Encryption.KeyARN == nil && !*s.Encryption.OwnKey {
		report.Add([]string{"encryption", "ownKey"}, "the account's key aws/s3 cannot be named to the role that copies: take a key of the bucket's own, or keyArn")
	}
	for _, name := range s.Replication.Names() {
		r := s.Replication[name]
		at := func(key string) []string { return []string{"replication", name, key} }
		if s.Encryption.kms() && r.KMSKeyARN == nil {
			report.Add(at("kmsKeyArn"), "required, as the objects are encrypted with KMS: name the key of the copies")
		}
		if arn, known := r.BucketARN.(pulumi.String); known && s.BucketName != "" && string(arn) == "arn:aws:s3:::"+s.BucketName {
			report.Add(at("bucketArn"), "the bucket would be copied to itself: name another one")
		}
	}
}
