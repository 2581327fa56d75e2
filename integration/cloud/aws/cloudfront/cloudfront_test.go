package cloudfront_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	controlToken      = "aws:cloudfront/originAccessControl:OriginAccessControl"
	distributionToken = "aws:cloudfront/distribution:Distribution"
	identityToken     = "aws:cloudfront/originAccessIdentity:OriginAccessIdentity"
)

func behavior(more in) in {
	return awstest.Merge(in{"targetOriginId": "site", "viewerProtocolPolicy": "redirect-to-https",
		"allowedMethods": []any{"HEAD", "GET"}, "cachedMethods": []any{"HEAD", "GET"},
		"cachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"}, more)
}

func origin(more in) []any {
	return []any{awstest.Merge(in{"originId": "site", "domainName": "site.s3.eu-west-1.amazonaws.com"}, more)}
}

func site(more in) in {
	return awstest.Merge(in{"enabled": true, "origins": origin(nil), "defaultCacheBehavior": behavior(nil),
		"restrictions":      in{"geoRestriction": in{"restrictionType": "none"}},
		"viewerCertificate": in{"cloudfrontDefaultCertificate": true}}, more)
}

func TestRejectedDistributions(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{
		{Name: "control", Type: controlToken, Inputs: in{"name": "site", "originAccessControlOriginType": "s3",
			"signingBehavior": "always", "signingProtocol": "sigv4"}},
		{Name: "identity", Type: identityToken, Inputs: in{}},
		{Name: "here", Type: kernel.CertificateToken, Inputs: in{"privateKey": "k", "certificateBody": "c"}},
	}
	one := func(more in) []awstest.Step { return awstest.One("it", distributionToken, site(more)) }
	custom := in{"originProtocolPolicy": "http-only", "httpPort": 80.0, "httpsPort": 443.0, "originSslProtocols": []any{"TLSv1.2"}}
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"a distribution":      {Steps: one(nil)},
		"a control":           {Steps: one(in{"origins": origin(in{"originAccessControlId": "$control"})})},
		"a missing control":   {Steps: one(in{"origins": origin(in{"originAccessControlId": "E0"})}), Want: "api error NoSuchOriginAccessControl"},
		"an identity":         {Steps: one(in{"origins": origin(in{"s3OriginConfig": in{"originAccessIdentity": "origin-access-identity/cloudfront/$identity"}})})},
		"a missing identity":  {Steps: one(in{"origins": origin(in{"s3OriginConfig": in{"originAccessIdentity": "origin-access-identity/cloudfront/E0"}})}), Want: "api error InvalidOriginAccessIdentity"},
		"a website":           {Steps: one(in{"origins": origin(in{"domainName": "site.s3-website-eu-west-1.amazonaws.com", "customOriginConfig": custom})})},
		"a website as bucket": {Steps: one(in{"origins": origin(in{"domainName": "site.s3-website-eu-west-1.amazonaws.com"})}), Want: "does not refer to a valid S3 bucket"},
		"a URL":               {Steps: one(in{"origins": origin(in{"domainName": "https://example.com"})}), Want: "does not refer to a valid domain"},
		"another origin":      {Steps: one(in{"defaultCacheBehavior": behavior(in{"targetOriginId": "api"})}), Want: "api error NoSuchOrigin"},
		"neither policy":      {Steps: one(in{"defaultCacheBehavior": behavior(in{"cachePolicyId": ""})}), Want: "The parameter ForwardedValues is required."},
		"both policies":       {Steps: one(in{"defaultCacheBehavior": behavior(in{"forwardedValues": in{"queryString": false, "cookies": in{"forward": "none"}}})}), Want: "cannot be used when a cache policy is associated"},
		"methods":             {Steps: one(in{"defaultCacheBehavior": behavior(in{"allowedMethods": []any{"GET", "POST"}})}), Want: "The parameter AllowedMethods is invalid: GET, POST"},
		"a protocol policy":   {Steps: one(in{"defaultCacheBehavior": behavior(in{"viewerProtocolPolicy": "https"})}), Want: "viewerProtocolPolicy to be one of"},
		"names without":       {Steps: one(in{"aliases": []any{"www.example.com"}}), Want: "api error InvalidViewerCertificate: To add an alternate domain name (CNAME)"},
		"another region":      {Steps: one(in{"viewerCertificate": in{"acmCertificateArn": "$here", "sslSupportMethod": "sni-only"}}), Want: "isn't in us-east-1 region"},
		"a control in use":    {Steps: append(one(in{"origins": origin(in{"originAccessControlId": "$control"})}), awstest.Step{Name: "-control"}), Want: "api error OriginAccessControlInUse"},
		"a duplicate control": {Steps: awstest.One("again", controlToken, in{"name": "site", "originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4"}),
			Want: "api error OriginAccessControlAlreadyExists"},
	})
}

func TestDistribution(t *testing.T) {
	t.Parallel()
	virginia := awstest.NewAccount(t, true).Use(in{"region": "us-east-1"}).History().All(
		awstest.Step{Name: "cert", Type: kernel.CertificateToken, Inputs: in{"domainName": "example.com",
			"subjectAlternativeNames": []any{"*.example.com"}, "validationMethod": "DNS"}},
		awstest.Step{Name: "valid", Type: "aws:acm/certificateValidation:CertificateValidation", Inputs: in{"certificateArn": "$cert"}})
	h := virginia.Elsewhere(in{"region": "eu-west-1"})
	named := in{"aliases": []any{"www.example.com"}, "viewerCertificate": in{"acmCertificateArn": virginia.IDs["cert"],
		"sslSupportMethod": "sni-only"}}
	h.All(awstest.Step{Name: "site", Type: distributionToken, Inputs: site(named)})
	require.Regexp(t, "^E[0-9A-F]{13}$", h.IDs["site"])
	require.Regexp(t, `^d[0-9a-f]{13}\.cloudfront\.net$`, h.Output("site", "domainName"))
	require.Equal(t, "arn:aws:cloudfront::123456789012:distribution/"+h.IDs["site"], h.Output("site", "arn"))
	require.ErrorContains(t, h.Do(awstest.Step{Name: "more", Type: distributionToken, Inputs: site(named)}), "api error CNAMEAlreadyExists")
	require.ErrorContains(t, h.Do(awstest.Step{Name: "more", Type: distributionToken,
		Inputs: site(awstest.Merge(named, in{"aliases": []any{"a.b.example.com"}}))}), "doesn't cover the alternate domain name (CNAME)")
	require.ErrorContains(t, virginia.Do(awstest.Step{Name: "-cert"}), "api error ResourceInUseException")
	found, err := h.Call("aws:cloudfront/getCachePolicy:getCachePolicy", in{"name": "Managed-CachingOptimized"})
	require.NoError(t, err)
	require.Equal(t, "658327ea-f89d-4fab-a63d-7e88639e58f6", found["id"])
	_, err = h.Call("aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy", in{"name": "none"})
	require.ErrorContains(t, err, "no matching CloudFront origin request policy found")
	h.All(awstest.Step{Name: "-site"})
	virginia.All(awstest.Step{Name: "-cert"})
}
