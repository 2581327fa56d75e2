package s3

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
)

// Replica says which objects are copied to another bucket, and how. Objects that were there before are not copied. Source: "Replicating objects
// within and across Regions". Changing any of it updates the bucket, its role, or both.
type Replica struct {
	// BucketARN is the ARN of the bucket that gets the copies. It has versions, in any region. One of another account has to allow the role of
	// this bucket s3:ReplicateObject and s3:ReplicateDelete. Required.
	BucketARN pulumi.StringInput `pulumi:"bucketArn" config:"plain"`
	// Prefix is what the keys of the objects begin with. Default: anything.
	Prefix string `pulumi:"prefix" jsonschema:"maxLength=1024"`
	// Tags are what the objects have, all of them. Default: any.
	Tags map[string]string `pulumi:"tags"`
	// StorageClass is that of the copies. Default: the one that each object has.
	StorageClass string `pulumi:"storageClass" jsonschema:"enum=STANDARD,enum=STANDARD_IA,enum=INTELLIGENT_TIERING,enum=ONEZONE_IA,enum=GLACIER_IR,enum=GLACIER,enum=DEEP_ARCHIVE"`
	// KMSKeyARN is the key that encrypts the copies, in the region of their bucket. Required where the objects are encrypted with KMS.
	KMSKeyARN pulumi.StringInput `pulumi:"kmsKeyArn" config:"plain"`
	// Account is the id of the account that the copies are to belong to, when their bucket is another account's. Default: they belong to whom
	// the objects belong.
	Account string `pulumi:"account" jsonschema:"pattern=^[0-9]{12}$"`
	// DeleteMarkers deletes copies of objects that are deleted here. Deleting a version never deletes its copy. Default: copies stay.
	DeleteMarkers bool `pulumi:"deleteMarkers"`
	// TimeControl has S3 copy within 15 minutes, and say when it does not, which is charged. Default: false.
	TimeControl bool `pulumi:"timeControl"`
}

// replicate makes S3 copy objects with a role.
func (s *setup) replicate(role *replicator) (pulumi.Resource, error) {
	var rules s3.BucketReplicationConfigRuleArray
	for i, name := range s.args.Replication.Names() {
		r := s.args.Replication[name]
		rule := &s3.BucketReplicationConfigRuleArgs{
			Id: pulumi.String(name), Status: status(true), Priority: pulumi.Int(i), Filter: r.filter(),
			DeleteMarkerReplication: &s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs{Status: status(r.DeleteMarkers)},
			Destination:             r.destination(),
		}
		if r.KMSKeyARN != nil {
			rule.SourceSelectionCriteria = &s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs{
				SseKmsEncryptedObjects: &s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs{Status: status(true)},
			}
		}
		rules = append(rules, rule)
	}
	return s3.NewBucketReplicationConfig(s.ctx, s.name, &s3.BucketReplicationConfigArgs{
		Bucket: s.bucket.ID(), Role: role.arn, Rules: rules,
	}, s.options(component.DependsOn(role.made...)))
}

func (r *Replica) filter() *s3.BucketReplicationConfigRuleFilterArgs {
	var prefix pulumi.StringPtrInput
	if r.Prefix != "" {
		prefix = pulumi.String(r.Prefix)
	}
	out := &s3.BucketReplicationConfigRuleFilterArgs{}
	switch {
	case len(r.Tags) > 1 || len(r.Tags) == 1 && r.Prefix != "":
		out.And = &s3.BucketReplicationConfigRuleFilterAndArgs{Prefix: prefix, Tags: pulumi.ToStringMap(r.Tags)}
	case len(r.Tags) == 1:
		for key, value := range r.Tags {
			out.Tag = &s3.BucketReplicationConfigRuleFilterTagArgs{Key: pulumi.String(key), Value: pulumi.String(value)}
		}
	default:
		out.Prefix = prefix
	}
	return out
}

func (r *Replica) destination() *s3.BucketReplicationConfigRuleDestinationArgs {
	out := &s3.BucketReplicationConfigRuleDestinationArgs{Bucket: r.BucketARN}
	if r.StorageClass != "" {
		out.StorageClass = pulumi.String(r.StorageClass)
	}
	if r.KMSKeyARN != nil {
		out.EncryptionConfiguration = &s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs{ReplicaKmsKeyId: r.KMSKeyARN}
	}
	if r.Account != "" {
		out.Account = pulumi.String(r.Account)
		out.AccessControlTranslation = &s3.BucketReplicationConfigRuleDestinationAccessControlTranslationArgs{Owner: pulumi.String("Destination")}
	}
	if r.TimeControl {
		// S3 knows no other time.
		const minutes = 15
		out.ReplicationTime = &s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs{
			Status: status(true), Time: &s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs{Minutes: pulumi.Int(minutes)},
		}
		out.Metrics = &s3.BucketReplicationConfigRuleDestinationMetricsArgs{
			Status: status(true), EventThreshold: &s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs{Minutes: pulumi.Int(minutes)},
		}
	}
	return out
}
