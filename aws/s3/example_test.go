package s3_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/s3"
)

// A bucket whose requests are recorded in another one, and whose reports another account reads.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		logs, err := s3.NewBucket(ctx, "logs", &s3.BucketArgs{
			LogTarget: &s3.LogTarget{AccessLogs: true},
		})
		if err != nil {
			return err
		}
		orders, err := s3.NewBucket(ctx, "orders", &s3.BucketArgs{
			Encryption: &s3.Encryption{Algorithm: "aws:kms"},
			Logging:    &s3.Logging{Bucket: logs.Name},
			Statements: []policy.Statement{{
				Effect: policy.Allow, Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("111122223333")}},
				Actions:   []string{"s3:GetObject"},
				Resources: pulumi.StringArray{pulumi.String("/reports/*")},
			}},
		})
		if err != nil {
			return err
		}
		ctx.Export("bucket", orders.Name)
		return nil
	})
}
