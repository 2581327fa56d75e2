package cloudfront

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func accessControl() *cloud.Type {
	return &cloud.Type{
		Token: controlToken, Args: cloudfront.OriginAccessControlArgs{}, Resource: &cloudfront.OriginAccessControl{},
		Place: kernel.AccountPlace,
		Name:  "name", Defaults: map[string]any{"description": "Managed by Pulumi"},
		Check: func(c *cloud.Checker) {
			c.OneOf("originAccessControlOriginType", "lambda", "mediapackagev2", "mediastore", "s3")
			c.OneOf("signingBehavior", "always", "never", "no-override")
			c.OneOf("signingProtocol", "sigv4")
			if text, ok := c.Text("name"); ok && (text == "" || len(text) > 64) {
				c.Add("name", "expected length of name to be in the range (1 - 64), got %s", text)
			}
		},
		Create: func(c *cloud.Call) error {
			err := kernel.Unique(c, "name", "OriginAccessControlAlreadyExists",
				"An origin access control with the same name already exists: %s")
			if err != nil {
				return err
			}
			if err := identify(c); err != nil {
				return err
			}
			c.Set("arn", kernel.GlobalARN(c, "cloudfront", "origin-access-control/"+c.Object.ID))
			return changed(c)
		},
		Update: changed,
		Delete: func(c *cloud.Call) error {
			return unused(c, "OriginAccessControlInUse", func(origin map[string]any) bool {
				return cloud.Text(origin, "originAccessControlId") == c.Object.ID
			})
		},
	}
}

func accessIdentity() *cloud.Type {
	return &cloud.Type{
		Token: identityToken, Args: cloudfront.OriginAccessIdentityArgs{}, Resource: &cloudfront.OriginAccessIdentity{},
		Place: kernel.AccountPlace,
		Create: func(c *cloud.Call) error {
			if err := identify(c); err != nil {
				return err
			}
			canonical, err := c.Hex(64)
			if err != nil {
				return err
			}
			cloud.Fill(c.Object.Outputs, map[string]any{"callerReference": "terraform-" + c.Object.ID, "comment": "",
				"arn":                          kernel.GlobalARN(c, "cloudfront", "origin-access-identity/"+c.Object.ID),
				"cloudfrontAccessIdentityPath": "origin-access-identity/cloudfront/" + c.Object.ID,
				"iamArn": "arn:" + c.Scope.Values["partition"] + ":iam::cloudfront:user/CloudFront Origin Access Identity " +
					c.Object.ID,
				"s3CanonicalUserId": canonical})
			return changed(c)
		},
		Update: changed,
		Delete: func(c *cloud.Call) error {
			return unused(c, "CloudFrontOriginAccessIdentityInUse", func(origin map[string]any) bool {
				s3, _ := origin["s3OriginConfig"].(map[string]any)
				return cloud.Text(s3, "originAccessIdentity") == c.Text("cloudfrontAccessIdentityPath")
			})
		},
	}
}

// unused refuses to delete what an origin of a distribution uses.
func unused(c *cloud.Call, code string, uses func(origin map[string]any) bool) error {
	users, err := c.All(distributionToken, func(o *cloud.Object) bool {
		return slices.ContainsFunc(cloud.Objects(o.Outputs["origins"]), uses)
	})
	if err == nil && len(users) > 0 {
		err = kernel.Refuse(code, "The distribution %s still uses %s.", users[0].ID, c.Object.ID)
	}
	return err
}
