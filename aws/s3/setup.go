package s3

import (
	"reflect"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
)

// setup makes the settings of a bucket.
type setup struct {
	ctx       *pulumi.Context
	component *Bucket
	name      string
	args      *BucketArgs
	bucket    *s3.BucketV2
	// key is the key of KMS, and nil without one that can be named.
	key pulumi.StringInput
	// made are the settings so far.
	made []pulumi.Resource
}

// all makes the settings one after the other: S3 refuses to change two at a time (OperationAborted). Those that protect what is in the bucket come
// first, and the policy comes after what decides whether it may be public.
func (s *setup) all(where lookup.Scope) error {
	for _, step := range []func() (pulumi.Resource, error){
		s.own, s.blockPublicAccess, s.encrypt, s.version, s.lock,
		func() (pulumi.Resource, error) { return s.attachPolicy(where) },
		s.age, s.log, s.share,
	} {
		r, err := step()
		if err != nil {
			return err
		}
		// The constructors return pointers, which make an interface that is not nil.
		if r != nil && !reflect.ValueOf(r).IsNil() {
			s.made = append(s.made, r)
		}
	}
	return nil
}

// options returns the options of the next setting. Settings go with the bucket, and none goes before it: when S3 refuses to delete a bucket,
// because it is not empty, it is as well protected as before.
func (s *setup) options(more ...pulumi.ResourceOption) pulumi.ResourceOption {
	opts := append([]pulumi.ResourceOption{pulumi.DeletedWith(s.bucket)}, more...)
	if n := len(s.made); n > 0 {
		opts = append(opts, pulumi.DependsOn(s.made[n-1:]))
	}
	return s.component.Child(opts...)
}

// after returns an output whose users come after the settings that were made.
func (s *setup) after(out pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(s.ctx.Context(), out, s.made...).(pulumi.StringOutput)
}

func (s *setup) own() (pulumi.Resource, error) {
	return s3.NewBucketOwnershipControls(s.ctx, s.name, &s3.BucketOwnershipControlsArgs{
		Bucket: s.bucket.ID(),
		Rule:   &s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String(s.args.Ownership)},
	}, s.options())
}

func (s *setup) blockPublicAccess() (pulumi.Resource, error) {
	p := s.args.PublicAccess
	return s3.NewBucketPublicAccessBlock(s.ctx, s.name, &s3.BucketPublicAccessBlockArgs{
		Bucket:                s.bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(*p.BlockPublicACLs),
		IgnorePublicAcls:      pulumi.Bool(*p.IgnorePublicACLs),
		BlockPublicPolicy:     pulumi.Bool(*p.BlockPublicPolicy),
		RestrictPublicBuckets: pulumi.Bool(*p.RestrictPublicBuckets),
	}, s.options())
}

func (s *setup) version() (pulumi.Resource, error) {
	if s.args.Versioning == versionsOff {
		return nil, nil // What is deleted from a bucket with versions is suspended, which the provider does.
	}
	return s3.NewBucketVersioningV2(s.ctx, s.name, &s3.BucketVersioningV2Args{
		Bucket:                  s.bucket.ID(),
		VersioningConfiguration: &s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String(s.args.Versioning)},
	}, s.options())
}

func (s *setup) attachPolicy(where lookup.Scope) (pulumi.Resource, error) {
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
