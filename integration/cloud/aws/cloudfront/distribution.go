package cloudfront

import (
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func distribution() *cloud.Type {
	return &cloud.Type{
		Token: distributionToken, Args: cloudfront.DistributionArgs{}, Resource: &cloudfront.Distribution{},
		Place:    kernel.AccountPlace,
		Replaces: []string{"staging"}, Required: []string{"origins"},
		Sets: []string{"aliases", "allowedMethods", "cachedMethods", "customErrorResponses", "functionAssociations", "headers",
			"locations", "originGroups", "origins", "trustedKeyGroups", "whitelistedNames"},
		Defaults: map[string]any{"httpVersion": "http2", "isIpv6Enabled": false, "priceClass": "PriceClass_All",
			"retainOnDelete": false, "staging": false, "waitForDeployment": true},
		Check: func(c *cloud.Checker) {
			c.OneOf("httpVersion", "http1.1", "http2", "http3", "http2and3")
			c.OneOf("priceClass", "PriceClass_100", "PriceClass_200", "PriceClass_All")
			checkBehaviors(c)
			restrictions, _ := c.Value("restrictions").(map[string]any)
			geo, _ := restrictions["geoRestriction"].(map[string]any)
			c.OneOfValue("restrictions.geoRestriction.restrictionType", geo["restrictionType"], "none", "whitelist", "blacklist")
			for _, origin := range cloud.Objects(c.Value("origins")) {
				custom, _ := origin["customOriginConfig"].(map[string]any)
				c.OneOfValue("origins.customOriginConfig.originProtocolPolicy", custom["originProtocolPolicy"], "http-only",
					"https-only", "match-viewer")
				if custom != nil && origin["s3OriginConfig"] != nil {
					c.Add("origins.s3OriginConfig", "%q: conflicts with customOriginConfig", "origins.s3OriginConfig")
				}
			}
		},
		Create: func(c *cloud.Call) error {
			if err := identify(c); err != nil {
				return err
			}
			name, err := c.Hex(13)
			cloud.Fill(c.Object.Outputs, map[string]any{
				"arn":             kernel.GlobalARN(c, "cloudfront", "distribution/"+c.Object.ID),
				"callerReference": "terraform-" + c.Object.ID, "domainName": "d" + name + ".cloudfront.net",
				// Source: "Values that are common for all routing policies", the zone of all distributions.
				"hostedZoneId": "Z2FDTNDATAQYW2", "inProgressValidationBatches": 0.0, "status": "Deployed"})
			if err != nil {
				return err
			}
			return setDistribution(c)
		},
		Update: setDistribution,
		Delete: func(c *cloud.Call) error {
			if c.Object.Bool("retainOnDelete") {
				return cloud.ErrKept
			}
			return nil
		},
	}
}

// behaviors are the cache behaviors of a distribution with their paths.
func behaviors(value func(string) any) map[string]map[string]any {
	out := map[string]map[string]any{}
	if b, ok := value("defaultCacheBehavior").(map[string]any); ok {
		out["defaultCacheBehavior"] = b
	}
	for _, b := range cloud.Objects(value("orderedCacheBehaviors")) {
		out["orderedCacheBehaviors."+cloud.Text(b, "pathPattern")] = b
	}
	return out
}

func checkBehaviors(c *cloud.Checker) {
	for path, b := range behaviors(c.Value) {
		c.OneOfValue(path+".viewerProtocolPolicy", b["viewerProtocolPolicy"], "allow-all", "https-only", "redirect-to-https")
		for _, list := range []string{"allowedMethods", "cachedMethods"} {
			if b[list] == nil {
				c.Add(path+"."+list, "missing required property")
			}
		}
	}
	certificate, _ := c.Value("viewerCertificate").(map[string]any)
	given := 0
	for _, property := range []string{"acmCertificateArn", "cloudfrontDefaultCertificate", "iamCertificateId"} {
		if v := certificate[property]; v != nil && v != false && v != "" {
			given++
		}
	}
	if given > 1 {
		c.Add("viewerCertificate", "acmCertificateArn, cloudfrontDefaultCertificate and iamCertificateId are mutually exclusive")
	}
	c.OneOfValue("viewerCertificate.sslSupportMethod", certificate["sslSupportMethod"], "sni-only", "vip", "static-ip")
}

// methods are the lists of methods that a behavior can allow.
//
// Source: API reference of AllowedMethods.
func methods() [][]string {
	return [][]string{{"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"},
		{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}}
}

func setDistribution(c *cloud.Call) error {
	var ids []string
	for _, origin := range cloud.Objects(c.Object.Outputs["origins"]) {
		id := cloud.Text(origin, "originId")
		if slices.Contains(ids, id) {
			return kernel.Refuse("InvalidArgument", "The origin id %s is used twice.", id)
		}
		ids = append(ids, id)
		if err := checkOrigin(c, origin); err != nil {
			return err
		}
	}
	for _, g := range cloud.Objects(c.Object.Outputs["originGroups"]) {
		ids = append(ids, cloud.Text(g, "originId"))
	}
	for _, b := range behaviors(func(name string) any { return c.Object.Outputs[name] }) {
		if err := checkBehavior(b, ids); err != nil {
			return err
		}
	}
	if err := checkCertificate(c); err != nil {
		return err
	}
	c.Set("lastModifiedTime", time.Now().UTC().Format(time.RFC3339))
	cloud.Fill(c.Object.Outputs, map[string]any{"trustedKeyGroups": []any{}, "trustedSigners": []any{}})
	return changed(c)
}

// checkOrigin rejects an origin with an identity that does not exist, and a website of S3 as a bucket.
func checkOrigin(c *cloud.Call, origin map[string]any) error {
	name := cloud.Text(origin, "domainName")
	if strings.Contains(name, "/") || !strings.Contains(name, ".") {
		return kernel.Refuse("InvalidArgument", "The parameter Origin DomainName does not refer to a valid domain: %s", name)
	}
	s3, _ := origin["s3OriginConfig"].(map[string]any)
	control := cloud.Text(origin, "originAccessControlId")
	if bucket := strings.Contains(name, ".s3.") || strings.Contains(name, ".s3-"); !bucket && s3 != nil ||
		strings.Contains(name, ".s3-website") && (s3 != nil || origin["customOriginConfig"] == nil) {
		return kernel.Refuse("InvalidArgument",
			"The parameter Origin DomainName does not refer to a valid S3 bucket: %s: use customOriginConfig", name)
	}
	if control != "" {
		if _, err := c.Find(controlToken, control, "NoSuchOriginAccessControl",
			"The origin access control %s does not exist."); err != nil {
			return err
		}
	}
	if path := cloud.Text(s3, "originAccessIdentity"); path != "" {
		if _, err := c.Find(identityToken, strings.TrimPrefix(path, "origin-access-identity/cloudfront/"),
			"InvalidOriginAccessIdentity", "The specified origin access identity does not exist or is not valid. (%s)"); err != nil {
			return err
		}
	}
	return nil
}

func checkBehavior(b map[string]any, origins []string) error {
	id := cloud.Text(b, "targetOriginId")
	policy, forwarded := cloud.Text(b, "cachePolicyId"), b["forwardedValues"]
	allowed := cloud.Texts(b["allowedMethods"])
	slices.Sort(allowed)
	switch {
	case !slices.Contains(origins, id):
		return kernel.Refuse("NoSuchOrigin", "One or more of your origins or origin groups do not exist. (%s)", id)
	case policy == "" && forwarded == nil:
		return kernel.Refuse("InvalidArgument", "The parameter ForwardedValues is required.")
	case policy != "" && forwarded != nil:
		return kernel.Refuse("InvalidArgument",
			"The parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.")
	case !slices.ContainsFunc(methods(), func(list []string) bool { return slices.Equal(list, allowed) }):
		return kernel.Refuse("InvalidArgument", "The parameter AllowedMethods is invalid: %s", strings.Join(allowed, ", "))
	}
	return nil
}

// checkCertificate rejects names without a certificate for them, which is in us-east-1 and issued, and names of another
// distribution.
func checkCertificate(c *cloud.Call) error {
	aliases, block := c.Texts("aliases"), c.Object.Block("viewerCertificate")
	arn := cloud.Text(block, "acmCertificateArn")
	others, err := c.List(distributionToken)
	if err != nil {
		return err
	}
	for _, o := range others {
		for _, alias := range aliases {
			if o.Key() != c.Object.Key() && slices.Contains(o.Texts("aliases"), alias) {
				return kernel.Refuse("CNAMEAlreadyExists",
					"One or more of the CNAMEs you provided are already associated with a different resource.")
			}
		}
	}
	if arn == "" {
		if len(aliases) > 0 && cloud.Text(block, "iamCertificateId") == "" {
			return kernel.Refuse("InvalidViewerCertificate", "To add an alternate domain name (CNAME) to a CloudFront "+
				"distribution, you must attach a trusted certificate that validates your authorization to use the domain name.")
		}
		return nil
	}
	of, err := c.Get(kernel.CertificateToken, c.Scope.Values["account"]+"/us-east-1", arn)
	if err != nil {
		return err
	}
	if of == nil || of.Text("status") != "ISSUED" {
		return kernel.Refuse("InvalidViewerCertificate", "The specified SSL certificate doesn't exist, isn't in us-east-1 "+
			"region, isn't valid, or doesn't include a valid certificate chain.")
	}
	for _, alias := range aliases {
		if !slices.ContainsFunc(of.Texts("subjectAlternativeNames"), func(name string) bool { return covers(name, alias) }) {
			return kernel.Refuse("InvalidViewerCertificate",
				"The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that "+
					"you're trying to add: %s", alias)
		}
	}
	return nil
}

// covers reports whether a name of a certificate, such as *.example.com, covers another one.
func covers(name, alias string) bool {
	if parent, ok := strings.CutPrefix(name, "*."); ok {
		_, rest, _ := strings.Cut(alias, ".")
		return rest == parent
	}
	return name == alias
}
