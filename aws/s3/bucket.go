package s3

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// Token is the type of the component [Bucket].
const Token = "ashlar-aws:s3:Bucket"

// Bucket is a bucket of S3 with all its settings. Whoever uses its outputs comes after the settings: nothing is written into a bucket that is
// not protected yet.
type Bucket struct {
	pulumi.ResourceState
	component.Base

	// Name is the bucket's.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the bucket's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// RegionalDomainName is where the bucket is reached, such as NAME.s3.eu-west-1.amazonaws.com.
	RegionalDomainName pulumi.StringOutput `pulumi:"regionalDomainName"`
	// KeyARN is the ARN of the key of KMS that encrypts the objects. It is empty when it is a key of S3, or the account's key aws/s3, and so
	// it is not among the outputs that are registered.
	KeyARN pulumi.StringOutput
}

// NewBucket makes a bucket. Nil args mean one that nobody outside the account reads, that refuses plain HTTP, encrypts with keys of S3, keeps old
// versions for 90 days, and is not deleted unless it is empty.
func NewBucket(ctx *pulumi.Context, name string, args *BucketArgs, opts ...pulumi.ResourceOption) (*Bucket, error) {
	b := &Bucket{}
	args, err := component.Register(ctx, Token, name, b, args, opts...)
	if err != nil {
		return nil, err
	}
	where, err := lookup.Of(ctx, b.Invoke())
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
		role, err := s.replicator(where)
		if err != nil {
			return nil, err
		}
		if _, err := s.replicate(role); err != nil {
			return nil, err
		}
	}
	return component.Finish(ctx, b)
}

// bucket makes the bucket itself. A key is made before it, so that the key is not deleted when S3 refuses to delete the bucket.
func (b *Bucket) bucket(ctx *pulumi.Context, name string, args *BucketArgs, key pulumi.Resource) (*s3.BucketV2, error) {
	logical, err := names.Logical(name, bucketType)
	if err != nil {
		return nil, err
	}
	in := &s3.BucketV2Args{ForceDestroy: pulumi.Bool(args.ForceDestroy), Tags: tags.Merge(args.Tags)}
	if args.BucketName != "" {
		in.Bucket = pulumi.String(args.BucketName)
	}
	var before []pulumi.Resource
	if key != nil {
		before = append(before, key)
	}
	return s3.NewBucketV2(ctx, logical, in, b.Main(component.DependsOn(before...)))
}
