package s3

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Replica replicates objects to another bucket. Existing objects are not replicated. Changing a field updates the
// bucket, its role, or both. Source: "Replicating objects within and across Regions".
type Replica struct {
	// BucketARN is the ARN of the destination bucket, in any region. It must have versioning. A bucket of another account
	// must allow s3:ReplicateObject and s3:ReplicateDelete for the role of this bucket. Required, or replicateTo in
	// a stack file.
	BucketARN pulumi.StringInput `pulumi:"bucketArn,optional" config:"plain"`
	// Prefix is the prefix of the keys of the objects. Default: any.
	Prefix string `pulumi:"prefix,optional" jsonschema:"maxLength=1024"`
	// Tags are tags that the objects must have, all of them. Default: any. They determine the form of the filter, so they
	// cannot be outputs.
	Tags map[string]string `pulumi:"tags,optional"`
	// StorageClass is the storage class of the replicas. Default: that of the object.
	StorageClass StorageClass `pulumi:"storageClass,optional" jsonschema:"enum=STANDARD,enum=STANDARD_IA,enum=INTELLIGENT_TIERING,enum=ONEZONE_IA,enum=GLACIER_IR,enum=GLACIER,enum=DEEP_ARCHIVE"`
	// KMSKeyARN is the ARN of the KMS key that encrypts the replicas, in the region of the destination bucket. Required if
	// the objects are encrypted with KMS. Default: none.
	KMSKeyARN pulumi.StringInput `pulumi:"kmsKeyArn,optional" config:"plain"`
	// Account is the ID of the account of the destination bucket, which becomes the owner of the replicas. Default: the
	// owner of the objects.
	Account pulumi.StringInput `pulumi:"account,optional" jsonschema:"pattern=^[0-9]{12}$,example=111122223333" config:"plain"`
	// DeleteMarkers replicates delete markers. Deletions of versions are never replicated. Default: false.
	DeleteMarkers bool `pulumi:"deleteMarkers,optional"`
	// TimeControl enables S3 Replication Time Control: objects are replicated within 15 minutes, with metrics, at
	// additional costs. Default: false.
	TimeControl bool `pulumi:"timeControl,optional"`
}

var (
	_ config.Validator = (*Replica)(nil)

	bucketARN = regexp.MustCompile(`^arn:aws[a-z-]*:s3:::[^/*?]+$`)
)

// Validate implements config.Validator.
func (r *Replica) Validate(report *config.Report) {
	checkObjectTags(report, r.Tags)
	if arn, known := r.BucketARN.(pulumi.String); known && !bucketARN.MatchString(string(arn)) {
		report.Add([]string{"bucketArn"}, "invalid bucket ARN %q: use an ARN such as arn:aws:s3:::orders-copy", arn)
	}
	if arn, known := r.KMSKeyARN.(pulumi.String); known && !keyARN.MatchString(string(arn)) {
		report.Add([]string{"kmsKeyArn"}, "invalid key ARN %q: use an ARN such as arn:aws:kms:eu-west-1:111122223333:key/ID",
			arn)
	}
	if r.DeleteMarkers && len(r.Tags) > 0 {
		report.Add([]string{"deleteMarkers"},
			"deleteMarkers and tags are mutually exclusive, because delete markers have no tags")
	}
}

func (a *BucketArgs) checkReplication(report *config.Report) {
	if len(a.Replication) > 0 && a.Versioning != VersioningEnabled {
		report.Add([]string{"versioning"}, "%s is not supported with replication: use %s", a.Versioning, VersioningEnabled)
	}
	if len(a.Replication) > 0 && a.Encryption.kms() && a.Encryption.KeyARN == nil && !a.Encryption.createsKey() {
		report.Add([]string{"encryption", "ownKey"},
			"the AWS managed key aws/s3 is not supported with replication: set ownKey or keyArn")
	}
	for _, name := range a.Replication.Names() {
		r := a.Replication[name]
		at := func(key string) []string { return []string{"replication", name, key} }
		if a.Encryption.kms() && r.KMSKeyARN == nil {
			report.Add(at("kmsKeyArn"), "required with the algorithm %s: add the key of the replicas", a.Encryption.Algorithm)
		}
		if arn, known := r.BucketARN.(pulumi.String); known && a.BucketName != "" &&
			string(arn) == "arn:aws:s3:::"+a.BucketName {
			report.Add(at("bucketArn"), "the bucket cannot replicate to itself: use another bucket")
		}
	}
}

// replicationRole creates the role of the replication, which can only read this bucket and write replicas. Source:
// "Setting up permissions for live replication".
func (s *setup) replicationRole(where lookup.Scope) (*iam.Role, error) {
	logical, err := logicalname.For(s.name+"-replication", "aws:iam/role:Role")
	if err != nil {
		return nil, err
	}
	return iam.NewRole(s.ctx, logical, &iam.RoleArgs{
		Description:         "Copies objects of the bucket " + s.name,
		Trust:               iam.Trust{Services: map[string]iam.ServiceTrust{"s3.amazonaws.com": {}}},
		InlinePolicies:      config.Named[policy.Document]{"copy": {Statements: s.replicationStatements(where)}},
		PermissionsBoundary: s.args.PermissionsBoundary,
		Tags:                s.args.Tags,
	}, s.component.Child())
}

// replicationStatements returns the permissions of the role.
func (s *setup) replicationStatements(where lookup.Scope) []policy.Statement {
	var out []policy.Statement
	allow := func(resource pulumi.StringInput, conditions []policy.Condition, actions ...string) {
		out = append(out, policy.Statement{
			Effect: policy.Allow, Actions: actions, Resources: pulumi.StringArray{resource}, Conditions: conditions,
		})
	}
	through := func(service string) []policy.Condition {
		return []policy.Condition{policy.Like("kms:ViaService", service)}
	}
	read := []string{"s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"}
	if s.args.ObjectLock.Enabled {
		read = append(read, "s3:GetObjectLegalHold", "s3:GetObjectRetention")
	}
	allow(s.bucket.Arn, nil, "s3:GetReplicationConfiguration", "s3:ListBucket")
	allow(within(s.bucket.Arn, "/*"), nil, read...)
	if s.key != nil {
		allow(s.key, through("s3."+where.Region+"."+where.DNSSuffix), "kms:Decrypt")
	}
	for _, name := range s.args.Replication.Names() {
		r := s.args.Replication[name]
		write := []string{"s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"}
		if r.Account != nil {
			write = append(write, "s3:ObjectOwnerOverrideToBucketOwner")
		}
		allow(within(r.BucketARN, "/*"), nil, write...)
		if r.KMSKeyARN != nil {
			// The destination bucket can be in any region.
			allow(r.KMSKeyARN, through("s3.*."+where.DNSSuffix), "kms:Encrypt", "kms:GenerateDataKey")
		}
	}
	return out
}

func (s *setup) replication(where lookup.Scope) (pulumi.Resource, error) {
	role, err := s.replicationRole(where)
	if err != nil {
		return nil, err
	}
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
		Bucket: s.bucket.ID(), Role: role.ARN, Rules: rules,
	}, s.options(component.DependsOn(role)))
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
	if r.Account != nil {
		out.Account = r.Account.ToStringOutput().ToStringPtrOutput()
		out.AccessControlTranslation = &s3.BucketReplicationConfigRuleDestinationAccessControlTranslationArgs{Owner: pulumi.String("Destination")}
	}
	if r.TimeControl {
		// The only supported time.
		const minutes = 15
		out.ReplicationTime = &s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs{
			Status: status(true),
			Time:   &s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs{Minutes: pulumi.Int(minutes)},
		}
		out.Metrics = &s3.BucketReplicationConfigRuleDestinationMetricsArgs{
			Status:         status(true),
			EventThreshold: &s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs{Minutes: pulumi.Int(minutes)},
		}
	}
	return out
}
