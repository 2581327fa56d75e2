package pulumitest_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// In a test, use pulumitest.Run, which fails the test on errors.
func ExampleRecord() {
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		b, err := newBucket(ctx, "logs", pulumi.Map{"acl": pulumi.String("private")})
		ctx.Export("arn", b.ARN)
		return err
	}, pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
		return resource.PropertyMap{"arn": resource.NewProperty("arn:aws:s3:::" + r.Name)}
	}))
	if err != nil {
		fmt.Println(err)
	}
	for _, bucket := range r.OfType(":Bucket") {
		acl, _ := bucket.Input("acl")
		fmt.Println(bucket.Name, acl.StringValue(), r.Exports["arn"].StringValue())
	}
	// Output: logs private arn:aws:s3:::logs
}

// In a preview, computed outputs are unknown.
func ExamplePreview() {
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		b, err := newBucket(ctx, "logs", nil)
		if err != nil {
			return err
		}
		_, err = newPolicy(ctx, "open", pulumi.Map{"bucket": b.ID()})
		return err
	}, pulumitest.Preview())
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(r)
	// Output:
	// resources:
	//   aws:s3/bucket:Bucket logs: {}
	//   aws:s3/bucketPolicy:BucketPolicy open:
	//     dependencies:
	//       - aws:s3/bucket:Bucket logs
	//     inputs:
	//       bucket: "[unknown]"
}

// A component that breaks a rule.
func ExampleSuite_Checks() {
	s := pulumitest.Suite[siteArgs, *site]{
		Token:   siteToken,
		New:     broken(noParent),
		Args:    newArgs,
		Options: []pulumitest.Option{pulumitest.WithInvoke(regions)},
	}
	for _, check := range s.Checks() {
		if findings, _ := check.Find(); check.Name == "parent" {
			fmt.Println(findings[0])
		}
	}
	// Output: aws:s3/bucket:Bucket "subject-content" is not a descendant of the component: pass pulumi.Parent(component)
}
