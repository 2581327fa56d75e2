package s3_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

const websiteToken = "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2"

func TestRejectedWebsites(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{{Name: "site", Type: awstest.BucketToken, Inputs: in{"bucket": "site"}}}
	site := func(inputs in) []awstest.Step {
		return awstest.One("it", websiteToken, awstest.Merge(in{"bucket": "$site"}, inputs))
	}
	index := in{"suffix": "index.html"}
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"a website":             {Steps: site(in{"indexDocument": index, "errorDocument": in{"key": "404.html"}})},
		"a redirect":            {Steps: site(in{"redirectAllRequestsTo": in{"hostName": "example.com", "protocol": "https"}})},
		"neither":               {Steps: site(nil), Want: "one of indexDocument, redirectAllRequestsTo must be specified"},
		"both":                  {Steps: site(in{"indexDocument": index, "redirectAllRequestsTo": in{"hostName": "a"}}), Want: "conflicts with redirectAllRequestsTo"},
		"a protocol":            {Steps: site(in{"redirectAllRequestsTo": in{"hostName": "a", "protocol": "HTTPS"}}), Want: "expected redirectAllRequestsTo.protocol to be one of"},
		"a suffix with a slash": {Steps: site(in{"indexDocument": in{"suffix": "a/index.html"}}), Want: "api error InvalidArgument: The IndexDocument Suffix is not well formed"},
		"no bucket":             {Steps: site(in{"bucket": "none", "indexDocument": index}), Want: "api error NoSuchBucket"},
	})
}

func TestWebsiteEndpoints(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"eu-west-1": "site.s3-website-eu-west-1.amazonaws.com", "eu-central-1": "site.s3-website.eu-central-1.amazonaws.com",
		"cn-north-1": "site.s3-website.cn-north-1.amazonaws.com.cn",
	} {
		h := awstest.NewAccount(t, true).Use(in{"region": region}).History().All(
			awstest.Step{Name: "site", Type: awstest.BucketToken, Inputs: in{"bucket": "site"}},
			awstest.Step{Name: "website", Type: websiteToken,
				Inputs: in{"bucket": "$site", "indexDocument": in{"suffix": "index.html"}}},
			awstest.Step{Name: "old", Type: "aws:s3/bucket:Bucket",
				Inputs: in{"bucket": "old", "website": in{"indexDocument": "index.html"}}})
		require.Equal(t, want, h.Output("website", "websiteEndpoint"))
		require.Equal(t, "old"+want[len("site"):], h.Output("old", "websiteEndpoint"))
		h.All(awstest.Step{Name: "-website"}, awstest.Step{Name: "-site"})
	}
}
