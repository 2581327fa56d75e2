package cloudfront

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	controlToken      = "aws:cloudfront/originAccessControl:OriginAccessControl"
	distributionToken = "aws:cloudfront/distribution:Distribution"
	identityToken     = "aws:cloudfront/originAccessIdentity:OriginAccessIdentity"
)

// Service returns the types and functions of CloudFront.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{distribution(), accessControl(), accessIdentity()},
		Functions: map[string]cloud.Function{
			"aws:cloudfront/getCachePolicy:getCachePolicy":                 managed("cache policy", cachePolicies()),
			"aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": managed("origin request policy", requestPolicies()),
		},
	}
}

// identify sets the id of a new object: E and 13 letters or digits.
func identify(c *cloud.Call) error {
	digits, err := c.Hex(13)
	c.Object.ID = "E" + strings.ToUpper(digits)
	return err
}

// changed sets the version of an object, which every change of it changes.
func changed(c *cloud.Call) error {
	digits, err := c.Hex(13)
	c.Set("etag", "E"+strings.ToUpper(digits))
	return err
}

// cachePolicies are managed cache policies.
//
// Source: "Use managed cache policies".
func cachePolicies() map[string]string {
	return map[string]string{
		"Managed-Amplify":                                "2e54312d-136d-493c-8eb9-b001f22f67d2",
		"Managed-CachingDisabled":                        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
		"Managed-CachingOptimized":                       "658327ea-f89d-4fab-a63d-7e88639e58f6",
		"Managed-CachingOptimizedForUncompressedObjects": "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
	}
}

// requestPolicies are managed origin request policies.
//
// Source: "Use managed origin request policies".
func requestPolicies() map[string]string {
	return map[string]string{
		"Managed-AllViewer":                 "216adef6-5c7f-47e4-b989-5492eafa07d3",
		"Managed-AllViewerExceptHostHeader": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
		"Managed-CORS-CustomOrigin":         "59781a5b-3903-41f3-afcb-af62929ccde1",
		"Managed-CORS-S3Origin":             "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
		"Managed-UserAgentRefererHeaders":   "acba4595-bd28-49b8-b9fe-13317c0390fa",
	}
}

// managed looks up a managed policy by its id or its name. Policies of the account are not covered.
func managed(kind string, policies map[string]string) cloud.Function {
	return func(_ *cloud.Call, args map[string]any) (map[string]any, error) {
		for name, id := range policies {
			if args["id"] == id || args["name"] == name {
				return map[string]any{"id": id, "name": name, "comment": "", "etag": "E23ZP02F085DFQ"}, nil
			}
		}
		return nil, kernel.Errorf("no matching CloudFront %s found", kind)
	}
}
