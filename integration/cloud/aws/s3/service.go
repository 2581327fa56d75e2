package s3

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of S3.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{
			bucket(&cloud.Type{Token: bucketToken, Args: s3.BucketV2Args{}, Resource: &s3.BucketV2{}}),
			bucket(&cloud.Type{Token: oldBucketToken, Args: s3.BucketArgs{}, Resource: &s3.Bucket{}}),
			bucketObject(&cloud.Type{Token: objectToken, Args: s3.BucketObjectv2Args{},
				Resource: &s3.BucketObjectv2{}}),
			bucketObject(&cloud.Type{Token: oldObjectToken, Args: s3.BucketObjectArgs{}, Resource: &s3.BucketObject{}}),
			accessBlock(), versioning(), encryption(), ownership(), acl(), lifecycle(), logging(), bucketPolicy(),
			objectLock(), replication(), cors(),
			notification(), website(),
		},
		Functions: map[string]cloud.Function{
			"aws:s3/getBucket:getBucket":             getBucket,
			"aws:s3/getBucketPolicy:getBucketPolicy": getBucketPolicy,
		},
	}
}
