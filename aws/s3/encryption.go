package s3

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Encryption says how S3 encrypts objects for which the client asks nothing else. What is there already stays as it is.
type Encryption struct {
	// Algorithm is AES256 with keys of S3, or aws:kms or, in two layers, aws:kms:dsse with a key of KMS. Changing it updates the bucket, for new
	// objects.
	Algorithm string `pulumi:"algorithm" jsonschema:"default=AES256,enum=AES256,enum=aws:kms,enum=aws:kms:dsse"`
	// KeyARN is the key of KMS. Default: one of the bucket's own, when the algorithm needs one. Changing it updates the bucket, for new objects.
	KeyARN pulumi.StringInput `pulumi:"keyArn" config:"plain"`
	// OwnKey makes a key for the bucket when keyArn names none. Without it, the key is aws/s3 of the account, which other accounts cannot use.
	// Changing it updates the bucket; a key that is no longer asked for is deleted, and with it what it encrypted.
	OwnKey *bool `pulumi:"ownKey" jsonschema:"default=true"`
	// KeyUsers are the ARNs of roles and users who may use the bucket's own key whatever IAM says, such as those of other accounts. Default:
	// those of the account whom IAM policies let, through S3 alone. Changing them updates the key's policy.
	KeyUsers pulumi.StringArrayInput `pulumi:"keyUsers" config:"plain"`
	// BucketKey makes S3 ask KMS for a key that serves for a while, and not for each object, which costs far less. Keys in two layers have none.
	// Changing it updates the bucket.
	BucketKey *bool `pulumi:"bucketKey" jsonschema:"default=true"`
}

var _ config.Validator = (*Encryption)(nil)

// Validate implements config.Validator.
func (e *Encryption) Validate(report *config.Report) {
	if e.KeyARN != nil && !e.kms() {
		report.Add([]string{"keyArn"}, "keys of KMS are for the algorithms aws:kms and aws:kms:dsse: choose one of them, or leave out the key")
	}
	if arn, known := e.KeyARN.(pulumi.String); known && !keyARN.MatchString(string(arn)) {
		report.Add([]string{"keyArn"}, "found %q, expected the ARN of a key, such as arn:aws:kms:eu-west-1:111122223333:key/ID: "+
			"an alias or an id would mean that of whoever uploads", arn)
	}
	if e.KeyUsers != nil && !e.own() {
		report.Add([]string{"keyUsers"}, "the bucket makes no key: say who may use a key where it is made")
	}
}

func (e *Encryption) kms() bool { return e.Algorithm != "AES256" }

// own reports whether the bucket has a key of its own.
func (e *Encryption) own() bool { return e.kms() && e.KeyARN == nil && *e.OwnKey }

// key returns the key of KMS, and nil where S3's or the account's own is used. The resource is not nil when it was made here.
func (b *Bucket) key(ctx *pulumi.Context, name string, args *BucketArgs, where lookup.Scope) (pulumi.StringInput, pulumi.Resource, error) {
	b.KeyARN = pulumi.String("").ToStringOutput()
	if args.Encryption.KeyARN != nil {
		b.KeyARN = args.Encryption.KeyARN.ToStringOutput()
		return args.Encryption.KeyARN, nil, nil
	}
	if !args.Encryption.own() {
		return nil, nil, nil
	}
	key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
		Description: "Encrypts the bucket " + name,
		Users:       args.Encryption.KeyUsers,
		Services:    args.LogTarget.keyServices(where),
		Statements:  []policy.Statement{throughS3(where)},
		Tags:        tags.Input(args.Tags),
	}, b.Child())
	if err != nil {
		return nil, nil, err
	}
	b.KeyARN = key.ARN
	return key.ARN, key, nil
}

// throughS3 lets IAM policies of the account allow what S3 does with the key for whoever reads and writes objects. The statement does not name
// the bucket: the key is made before it, and so deleted after it alone.
func throughS3(where lookup.Scope) policy.Statement {
	return policy.Statement{
		Sid:        "ThroughS3",
		Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String(where.Root())}},
		Actions:    []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
		Resources:  pulumi.StringArray{pulumi.String("*")},
		Conditions: []policy.Condition{policy.Equals("kms:ViaService", "s3."+where.Region+"."+where.DNSSuffix)},
	}
}

// encrypt makes the rule for new objects.
func (s *setup) encrypt() (pulumi.Resource, error) {
	e := s.args.Encryption
	by := &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{SseAlgorithm: pulumi.String(e.Algorithm)}
	if s.key != nil {
		by.KmsMasterKeyId = s.key.ToStringOutput().ToStringPtrOutput()
	}
	rule := &s3.BucketServerSideEncryptionConfigurationV2RuleArgs{ApplyServerSideEncryptionByDefault: by}
	if e.Algorithm == "aws:kms" {
		rule.BucketKeyEnabled = pulumi.Bool(*e.BucketKey)
	}
	return s3.NewBucketServerSideEncryptionConfigurationV2(s.ctx, s.name, &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: s.bucket.ID(), Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{rule},
	}, s.options())
}

var keyARN = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/.+$`)
