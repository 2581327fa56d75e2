package s3

import (
	"reflect"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// BucketToken is the type of the component [Bucket].
const BucketToken = "ashlar-aws:s3:Bucket"

// Bucket is an S3 bucket with its settings. Dependents of its outputs are created after the settings, so that objects
// are not written to an unprotected bucket.
type Bucket struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the bucket.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the bucket.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// RegionalDomainName is the domain name of the bucket, such as NAME.s3.eu-west-1.amazonaws.com.
	RegionalDomainName pulumi.StringOutput `pulumi:"regionalDomainName"`
	// KeyARN is the ARN of the KMS key that encrypts the objects. Nil with an S3 managed key or the AWS managed key
	// aws/s3.
	KeyARN pulumi.StringPtrOutput `pulumi:"keyArn,optional"`
}

// NewBucket creates a bucket. With nil args, the bucket is private, denies plain HTTP, encrypts objects with S3 managed
// keys, keeps noncurrent versions for 90 days, and must be empty to be destroyed.
func NewBucket(ctx *pulumi.Context, name string, args *BucketArgs, opts ...pulumi.ResourceOption) (*Bucket, error) {
	b := &Bucket{}
	args, err := component.Register(ctx, BucketToken, name, b, args, opts...)
	if err != nil {
		return nil, err
	}
	where, err := lookup.GetScope(ctx, b.Invoke())
	if err != nil {
		return nil, err
	}
	key, ownKey, err := b.key(ctx, name, args, where)
	if err != nil {
		return nil, err
	}
	bucket, err := b.bucket(ctx, name, args, ownKey)
	if err != nil {
		return nil, err
	}
	s := &setup{ctx: ctx, component: b, name: name, args: args, bucket: bucket, key: key}
	if err := s.all(where); err != nil {
		return nil, err
	}
	b.Name, b.ARN, b.RegionalDomainName = s.after(bucket.Bucket), s.after(bucket.Arn), s.after(bucket.BucketRegionalDomainName)
	if len(args.Replication) > 0 {
		if _, err := s.replication(where); err != nil {
			return nil, err
		}
	}
	return component.Finish(ctx, b)
}

// bucket creates the bucket resource. The key is created before it, so that the key is not deleted when S3 rejects the
// deletion of the bucket.
func (b *Bucket) bucket(ctx *pulumi.Context, name string, args *BucketArgs, key pulumi.Resource) (*s3.BucketV2, error) {
	logical, err := logicalname.For(name, bucketType)
	if err != nil {
		return nil, err
	}
	in := &s3.BucketV2Args{ForceDestroy: pulumi.Bool(args.ForceDestroy), Tags: metadata.MergeTags(args.Tags)}
	if args.BucketName != "" {
		in.Bucket = pulumi.String(args.BucketName)
	}
	var before []pulumi.Resource
	if key != nil {
		before = append(before, key)
	}
	return s3.NewBucketV2(ctx, logical, in, b.Main(component.DependsOn(before...)))
}

// key returns the KMS key of the arguments or creates one. It returns nil for S3 managed and AWS managed keys. The
// resource is the created key or nil.
func (b *Bucket) key(ctx *pulumi.Context, name string, args *BucketArgs, where lookup.Scope) (pulumi.StringInput,
	pulumi.Resource, error) {
	if args.Encryption.KeyARN != nil {
		b.KeyARN = args.Encryption.KeyARN.ToStringOutput().ToStringPtrOutput()
		return args.Encryption.KeyARN, nil, nil
	}
	if !args.Encryption.createsKey() {
		return nil, nil, nil
	}
	key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
		Description: "Encrypts the bucket " + name,
		Users:       args.Encryption.KeyUsers,
		Services:    args.LogTarget.keyServices(where),
		Statements:  []policy.Statement{throughS3(where)},
		Tags:        args.Tags,
	}, b.Child())
	if err != nil {
		return nil, nil, err
	}
	b.KeyARN = key.ARN.ToStringPtrOutput()
	return key.ARN, key, nil
}

// throughS3 allows principals of the account to use the key through S3 if their IAM policies allow it. The statement
// does not name the bucket, because the key is created before it and deleted after it.
func throughS3(where lookup.Scope) policy.Statement {
	return policy.Statement{
		Sid:        "ThroughS3",
		Effect:     policy.Allow,
		Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String(where.Root())}},
		Actions:    []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
		Resources:  pulumi.StringArray{pulumi.String("*")},
		Conditions: []policy.Condition{policy.Equals("kms:ViaService", "s3."+where.Region+"."+where.DNSSuffix)},
	}
}

// setup creates the settings of a bucket.
type setup struct {
	ctx       *pulumi.Context
	component *Bucket
	name      string
	args      *BucketArgs
	bucket    *s3.BucketV2
	// key is the ARN of the KMS key, nil for S3 managed and AWS managed keys.
	key pulumi.StringInput
	// created are the settings created so far.
	created []pulumi.Resource
}

// all creates the settings in sequence: S3 rejects parallel changes of a bucket with OperationAborted. Settings that
// protect objects are first. The policy is after the settings that decide whether it can be public.
func (s *setup) all(where lookup.Scope) error {
	for _, step := range []func() (pulumi.Resource, error){
		s.ownership, s.publicAccess, s.encryption, s.versioning, s.objectLock,
		func() (pulumi.Resource, error) { return s.policy(where) },
		s.lifecycle, s.logging, s.cors,
	} {
		r, err := step()
		if err != nil {
			return err
		}
		// Nil pointers are not nil interfaces.
		if r != nil && !reflect.ValueOf(r).IsNil() {
			s.created = append(s.created, r)
		}
	}
	return nil
}

// options returns the options of the next setting. Settings are deleted with the bucket and not before it: when S3
// rejects the deletion of a bucket that is not empty, it is still protected.
func (s *setup) options(more ...pulumi.ResourceOption) pulumi.ResourceOption {
	opts := append([]pulumi.ResourceOption{pulumi.DeletedWith(s.bucket)}, more...)
	if n := len(s.created); n > 0 {
		opts = append(opts, pulumi.DependsOn(s.created[n-1:]))
	}
	return s.component.Child(opts...)
}

// after returns an output whose dependents wait for the settings.
func (s *setup) after(out pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(s.ctx.Context(), out, s.created...).(pulumi.StringOutput)
}

func (s *setup) ownership() (pulumi.Resource, error) {
	return s3.NewBucketOwnershipControls(s.ctx, s.name, &s3.BucketOwnershipControlsArgs{
		Bucket: s.bucket.ID(),
		Rule:   &s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String(s.args.Ownership)},
	}, s.options())
}

func (s *setup) publicAccess() (pulumi.Resource, error) {
	p := s.args.PublicAccess
	return s3.NewBucketPublicAccessBlock(s.ctx, s.name, &s3.BucketPublicAccessBlockArgs{
		Bucket:                s.bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(*p.BlockPublicACLs),
		IgnorePublicAcls:      pulumi.Bool(*p.IgnorePublicACLs),
		BlockPublicPolicy:     pulumi.Bool(*p.BlockPublicPolicy),
		RestrictPublicBuckets: pulumi.Bool(*p.RestrictPublicBuckets),
	}, s.options())
}

func (s *setup) encryption() (pulumi.Resource, error) {
	e := s.args.Encryption
	by := &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{SseAlgorithm: pulumi.String(e.Algorithm)}
	if s.key != nil {
		by.KmsMasterKeyId = s.key.ToStringOutput().ToStringPtrOutput()
	}
	rule := &s3.BucketServerSideEncryptionConfigurationV2RuleArgs{ApplyServerSideEncryptionByDefault: by}
	if e.Algorithm == AlgorithmKMS {
		rule.BucketKeyEnabled = pulumi.Bool(*e.BucketKey)
	}
	return s3.NewBucketServerSideEncryptionConfigurationV2(s.ctx, s.name,
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: s.bucket.ID(), Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{rule},
		}, s.options())
}

func (s *setup) versioning() (pulumi.Resource, error) {
	if s.args.Versioning == VersioningDisabled {
		return nil, nil // When the resource is deleted, the provider suspends versioning.
	}
	return s3.NewBucketVersioningV2(s.ctx, s.name, &s3.BucketVersioningV2Args{
		Bucket:                  s.bucket.ID(),
		VersioningConfiguration: &s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String(s.args.Versioning)},
	}, s.options())
}

func (s *setup) objectLock() (pulumi.Resource, error) {
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

func (s *setup) policy(where lookup.Scope) (pulumi.Resource, error) {
	d := s.args.document(s.bucket.Arn, s.key, where)
	if len(d.Statements) == 0 {
		return nil, nil
	}
	text, err := d.JSON(policy.Bucket)
	if err != nil {
		return nil, err
	}
	return s3.NewBucketPolicy(s.ctx, s.name, &s3.BucketPolicyArgs{Bucket: s.bucket.ID(), Policy: text}, s.options())
}

func (s *setup) logging() (pulumi.Resource, error) {
	l := s.args.Logging
	if l.Bucket == nil {
		return nil, nil
	}
	format := &s3.BucketLoggingV2TargetObjectKeyFormatArgs{}
	if l.Partition == LogPartitionNone {
		format.SimplePrefix = &s3.BucketLoggingV2TargetObjectKeyFormatSimplePrefixArgs{}
	} else {
		format.PartitionedPrefix = &s3.BucketLoggingV2TargetObjectKeyFormatPartitionedPrefixArgs{PartitionDateSource: pulumi.String(l.Partition)}
	}
	prefix := l.Prefix
	if prefix == "" {
		prefix = s.name + "/"
	}
	return s3.NewBucketLoggingV2(s.ctx, s.name, &s3.BucketLoggingV2Args{
		Bucket: s.bucket.ID(), TargetBucket: l.Bucket, TargetPrefix: pulumi.String(prefix), TargetObjectKeyFormat: format,
	}, s.options())
}

func (s *setup) cors() (pulumi.Resource, error) {
	if len(s.args.CORS) == 0 {
		return nil, nil
	}
	// Nil omits the property.
	list := func(values []string) pulumi.StringArrayInput {
		if len(values) == 0 {
			return nil
		}
		return pulumi.ToStringArray(values)
	}
	var rules s3.BucketCorsConfigurationV2CorsRuleArray
	for _, name := range s.args.CORS.Names() {
		r := s.args.CORS[name]
		var methods pulumi.StringArray
		for _, m := range r.Methods {
			methods = append(methods, pulumi.String(m))
		}
		if len(methods) == 0 {
			methods = pulumi.StringArray{pulumi.String(MethodGet)}
		}
		rules = append(rules, &s3.BucketCorsConfigurationV2CorsRuleArgs{
			Id: pulumi.String(name), AllowedOrigins: r.Origins, AllowedMethods: methods,
			AllowedHeaders: list(r.Headers), ExposeHeaders: list(r.ExposedHeaders), MaxAgeSeconds: pulumi.Int(*r.MaxAgeSeconds),
		})
	}
	return s3.NewBucketCorsConfigurationV2(s.ctx, s.name,
		&s3.BucketCorsConfigurationV2Args{Bucket: s.bucket.ID(), CorsRules: rules}, s.options())
}

// optional returns nil for a property that is not set.
func optional(n *int) pulumi.IntPtrInput {
	if n == nil {
		return nil
	}
	return pulumi.Int(*n)
}

func status(enabled bool) pulumi.String {
	if enabled {
		return "Enabled"
	}
	return "Disabled"
}
