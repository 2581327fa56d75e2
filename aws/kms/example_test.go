package kms_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/kms"
)

// A key for the log groups of an application, and for a role that decrypts them.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		key, err := kms.NewKey(ctx, "shop-logs", &kms.KeyArgs{
			Users: pulumi.StringArray{pulumi.String("arn:aws:iam::111122223333:role/archive")},
			Services: []kms.Service{{
				Name:      "logs",
				Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:eu-west-1:111122223333:log-group:/shop/*")},
			}},
		})
		if err != nil {
			return err
		}
		ctx.Export("key", key.ARN)
		return nil
	})
}
