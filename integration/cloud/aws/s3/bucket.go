package s3

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

const (
	bucketToken       = "aws:s3/bucketV2:BucketV2"
	oldBucketToken    = "aws:s3/bucket:Bucket"
	objectToken       = "aws:s3/bucketObjectv2:BucketObjectv2"
	oldObjectToken    = "aws:s3/bucketObject:BucketObject"
	accessBlockToken  = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	versioningToken   = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	encryptionToken   = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	ownershipToken    = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	aclToken          = "aws:s3/bucketAclV2:BucketAclV2"
	lifecycleToken    = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	loggingToken      = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	bucketPolicyToken = "aws:s3/bucketPolicy:BucketPolicy"
	objectLockToken   = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"
	replicationToken  = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	corsToken         = "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
	notificationToken = "aws:s3/bucketNotification:BucketNotification"
)

func bucket(t *cloud.Type) *cloud.Type {
	t.Name = "bucket"
	t.AutoName = func(name string, random *rand.Rand) string { return strings.ToLower(kernel.AutoName(name, random)) }
	t.Replaces = []string{"bucket", "bucketPrefix", "objectLockEnabled"}
	t.Same = kernel.JSON("policy")
	t.Defaults = map[string]any{"forceDestroy": false}
	t.Check = func(c *cloud.Checker) {
		for property, longest := range map[string]int{"bucket": 63, "bucketPrefix": 37} {
			if name, ok := c.Text(property); ok && len(name) > longest {
				c.Add(property, "expected length of %s to be in the range (0 - %d), got %s", property, longest, name)
			}
		}
		policy.CheckJSON(c, "policy")
	}
	t.Create = createBucket
	t.Update = bucketDefaults
	t.Delete = deleteBucket
	return t
}

var (
	bucketName    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	bucketAddress = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+$`)
)

// validBucketName follows "General purpose bucket naming rules".
func validBucketName(name string) bool {
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return false
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(name, suffix) {
			return false
		}
	}
	return bucketName.MatchString(name) && !strings.Contains(name, "..") && !bucketAddress.MatchString(name)
}

func createBucket(c *cloud.Call) error {
	name := c.Text("bucket")
	if !validBucketName(name) {
		return kernel.Refuse("InvalidBucketName", "The specified bucket is not valid.")
	}
	same, err := bucketsNamed(c, name)
	if err != nil {
		return err
	}
	if len(same) > 0 {
		if owner, _, _ := strings.Cut(same[0].Place, "/"); owner == c.Scope.Values["account"] {
			return kernel.Refuse("BucketAlreadyOwnedByYou",
				"Your previous request to create the named bucket succeeded and you already own it.")
		}
		return kernel.Refuse("BucketAlreadyExists",
			"The requested bucket name is not available. The bucket namespace is shared by all users of "+
				"the system. Please select a different name and try again.")
	}
	region := c.Scope.Values["region"]
	c.Object.ID = name
	c.Set("arn", "arn:"+c.Scope.Values["partition"]+":s3:::"+name)
	c.Set("bucketDomainName", name+".s3."+kernel.DNSSuffix(c))
	c.Set("bucketRegionalDomainName", name+".s3."+region+"."+kernel.DNSSuffix(c))
	c.Set("hostedZoneId", websiteZones()[region])
	c.Set("region", region)
	return bucketDefaults(c)
}

func bucketDefaults(c *cloud.Call) error {
	c.SetDefault("requestPayer", "BucketOwner")
	c.SetDefault("accelerationStatus", "")
	if c.Object.Inputs["website"] != nil || c.Object.Inputs["websites"] != nil {
		setEndpoint(c, c.Object.ID)
	}
	if c.Object.Type == bucketToken {
		c.SetDefault("objectLockEnabled", c.Object.Outputs["objectLockConfiguration"] != nil)
	}
	for _, rule := range cloud.Objects(c.Object.Outputs["lifecycleRules"]) {
		if err := checkInlineRule(rule); err != nil {
			return err
		}
	}
	if text := c.Text("policy"); text != "" {
		return checkBucketPolicy(c, c.Object, text)
	}
	return nil
}

func deleteBucket(c *cloud.Call) error {
	for _, typ := range []string{objectToken, oldObjectToken} {
		left, err := c.All(typ, cloud.With("bucket", c.Object.ID))
		if err != nil {
			return err
		}
		if len(left) > 0 && c.Object.Outputs["forceDestroy"] != true {
			return kernel.Refuse("BucketNotEmpty", "The bucket you tried to delete is not empty")
		}
	}
	return nil
}

// bucketsNamed returns the buckets with a name, in any account and region: names are unique in a partition.
func bucketsNamed(c *cloud.Call, name string) ([]*cloud.Object, error) {
	var out []*cloud.Object
	for _, typ := range []string{bucketToken, oldBucketToken} {
		all, err := c.List(typ)
		if err != nil {
			return nil, err
		}
		out = append(out, slices.DeleteFunc(all, func(o *cloud.Object) bool {
			_, region, _ := strings.Cut(o.Place, "/")
			return o.ID != name || kernel.Regions()[region].Partition != c.Scope.Values["partition"]
		})...)
	}
	return out, nil
}

// findBucket returns a bucket that the caller can access in this region, or rejects its name.
func findBucket(c *cloud.Call, name string) (*cloud.Object, error) {
	found, err := bucketsNamed(c, name)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, kernel.Refuse("NoSuchBucket", "The specified bucket does not exist")
	case !strings.HasPrefix(found[0].Place, c.Scope.Values["account"]+"/"):
		return nil, kernel.Refuse("AccessDenied", "Access Denied")
	case found[0].Place != c.Scope.Place:
		return nil, kernel.Refuse("PermanentRedirect",
			"The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.")
	}
	return found[0], nil
}

// bucketOfARN returns the bucket of an ARN in any account, or nil.
func bucketOfARN(c *cloud.Call, arn string) (*cloud.Object, error) {
	name, ok := strings.CutPrefix(arn, "arn:"+c.Scope.Values["partition"]+":s3:::")
	if !ok {
		return nil, nil
	}
	found, err := bucketsNamed(c, name)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// versioned reports whether a bucket keeps old versions.
func versioned(c *cloud.Call, bucket *cloud.Object) (bool, error) {
	if bucket.Outputs["objectLockEnabled"] == true {
		return true, nil
	}
	// A bucket of the old type has its versioning inline.
	if own, ok := bucket.Outputs["versioning"].(map[string]any); ok && own["enabled"] == true {
		return true, nil
	}
	o, err := c.Get(versioningToken, bucket.Place, bucket.ID)
	if err != nil || o == nil {
		return false, err
	}
	config, _ := o.Outputs["versioningConfiguration"].(map[string]any)
	return config["status"] == "Enabled", nil
}

func getBucket(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["bucket"].(string)
	o, err := findBucket(c, name)
	if err != nil {
		return nil, err
	}
	out := map[string]any{"id": name, "bucket": name, "websiteDomain": "", "websiteEndpoint": ""}
	for _, property := range []string{"arn", "bucketDomainName", "bucketRegionalDomainName", "hostedZoneId", "region"} {
		out[property] = o.Outputs[property]
	}
	return out, nil
}

// websiteZones are the Route 53 hosted zones of buckets, from "Amazon S3 endpoints and quotas".
func websiteZones() map[string]string {
	return map[string]string{
		"us-east-1": "Z3AQBSTGFYJSTF", "us-east-2": "Z2O1EMRO9K5GLX", "us-west-1": "Z2F56UZL2M1ACD",
		"us-west-2":      "Z3BJ6K6RIION7M",
		"ap-northeast-1": "Z2M4EHUR26P7ZW", "ap-northeast-2": "Z3W03O7B5YMIYP", "ap-south-1": "Z11RGJOFQNVJUP",
		"ap-southeast-1": "Z3O0J2DXBE1FTB",
		"ap-southeast-2": "Z1WCIGYICN2BYD", "ca-central-1": "Z1QDHH18159H29", "eu-central-1": "Z21DNDUVLTQW6Q",
		"eu-north-1": "Z3BAZG2TWCNX0D",
		"eu-west-1":  "Z1BKCTXD74EZPE", "eu-west-2": "Z3GKZC51ZF0DB4", "eu-west-3": "Z3R1K369G5AVDG",
		"sa-east-1":  "Z7KQH4QJS55SO",
		"af-south-1": "Z11KHD8FBVPUYU", "ap-east-1": "ZNB98KWMFR0R6", "ap-northeast-3": "Z2YQB5RD63NC85",
		"eu-south-1": "Z3IXVV8C73GIO3", "me-south-1": "Z1MPMWCPA7YB62", "us-gov-east-1": "Z2NIFVYYW2VKV1",
		"us-gov-west-1": "Z31GFT0UA1I2HV",
	}
}
