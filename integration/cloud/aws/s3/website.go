package s3

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const websiteToken = "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2"

// website makes a bucket a static website.
//
// Source: aws_s3_bucket_website_configuration in terraform-provider-aws, and "Configuring an index document", which
// says that the suffix has no slash.
func website() *cloud.Type {
	t := setting(websiteToken, s3.BucketWebsiteConfigurationV2Args{}, &s3.BucketWebsiteConfigurationV2{},
		func(c *cloud.Call, bucket *cloud.Object) error {
			if suffix := cloud.Text(c.Object.Block("indexDocument"), "suffix"); strings.Contains(suffix, "/") {
				return kernel.Refuse("InvalidArgument", "The IndexDocument Suffix is not well formed")
			}
			setEndpoint(c, bucket.ID)
			return nil
		})
	t.Same = kernel.JSON("routingRuleDetails")
	t.Check = func(c *cloud.Checker) {
		c.ExactlyOne("indexDocument", "redirectAllRequestsTo")
		c.Conflict("errorDocument", "redirectAllRequestsTo")
		c.Conflict("routingRuleDetails", "routingRules")
		c.Conflict("routingRules", "redirectAllRequestsTo")
		to, _ := c.Value("redirectAllRequestsTo").(map[string]any)
		c.OneOfValue("redirectAllRequestsTo.protocol", to["protocol"], "http", "https")
	}
	return t
}

// setEndpoint sets the endpoint of a bucket that is a website.
//
// Source: "Amazon S3 website endpoints": the older regions have a hyphen before their name, the others a dot.
func setEndpoint(c *cloud.Call, bucket string) {
	region, between := c.Scope.Values["region"], "."
	if slices.Contains([]string{"ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1", "sa-east-1",
		"us-east-1", "us-gov-west-1", "us-west-1", "us-west-2"}, region) {
		between = "-"
	}
	domain := "s3-website" + between + region + "." + kernel.DNSSuffix(c)
	c.Set("websiteDomain", domain)
	c.Set("websiteEndpoint", bucket+"."+domain)
}
