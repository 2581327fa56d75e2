package s3

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// setting is a setting of a bucket: it has the bucket's name, is deleted with it, and overwrites itself.
func setting(token string, args pulumi.Input, of pulumi.Resource,
	put func(c *cloud.Call, bucket *cloud.Object) error) *cloud.Type {
	check := func(c *cloud.Call) (*cloud.Object, error) {
		owner, err := findBucket(c, c.Text("bucket"))
		if err == nil && put != nil {
			err = put(c, owner)
		}
		return owner, err
	}
	return &cloud.Type{
		Token: token, Args: args, Resource: of,
		Replaces: []string{"bucket", "expectedBucketOwner"},
		Create: func(c *cloud.Call) error {
			owner, err := check(c)
			if err != nil {
				return err
			}
			if expected := c.Text("expectedBucketOwner"); expected != "" && expected != c.Scope.Values["account"] {
				return kernel.Refuse("AccessDenied", "Access Denied")
			}
			c.Object.ID, c.Object.Managed = owner.ID, owner.Key()
			return nil
		},
		Update: func(c *cloud.Call) error {
			_, err := check(c)
			return err
		},
	}
}

func accessBlock() *cloud.Type {
	t := setting(accessBlockToken, s3.BucketPublicAccessBlockArgs{}, &s3.BucketPublicAccessBlock{}, nil)
	t.Defaults = map[string]any{"blockPublicAcls": false, "blockPublicPolicy": false, "ignorePublicAcls": false,
		"restrictPublicBuckets": false}
	return t
}

// versioning cannot be removed: on deletion, the provider suspends it, and ignores that S3 may reject that.
func versioning() *cloud.Type {
	t := setting(versioningToken, s3.BucketVersioningV2Args{}, &s3.BucketVersioningV2{}, putVersioning)
	t.Check = func(c *cloud.Checker) {
		config, _ := c.Value("versioningConfiguration").(map[string]any)
		c.OneOfValue("versioningConfiguration.status", config["status"], "Enabled", "Suspended", "Disabled")
		c.OneOfValue("versioningConfiguration.mfaDelete", config["mfaDelete"], "Enabled", "Disabled")
	}
	return t
}

func putVersioning(c *cloud.Call, bucket *cloud.Object) error {
	config, _ := c.Object.Outputs["versioningConfiguration"].(map[string]any)
	if config["status"] == "Enabled" {
		return nil
	}
	if c.Old != nil && config["status"] == "Disabled" {
		if old, _ := c.Old.Outputs["versioningConfiguration"].(map[string]any); old["status"] != "Disabled" {
			return kernel.Refuse("InvalidArgument",
				"versioning_configuration.status cannot be updated from '%v' to 'Disabled'", old["status"])
		}
	}
	for _, typ := range []struct{ token, name string }{{objectLockToken, "An Object Lock"},
		{replicationToken, "A replication"}} {
		o, err := c.Get(typ.token, bucket.Place, bucket.ID)
		if err != nil {
			return err
		}
		if o != nil || typ.token == objectLockToken && bucket.Outputs["objectLockEnabled"] == true {
			return kernel.Refuse("InvalidBucketState",
				"%s configuration is present on this bucket, so the versioning state cannot be changed.", typ.name)
		}
	}
	return nil
}

func encryption() *cloud.Type {
	t := setting(encryptionToken, s3.BucketServerSideEncryptionConfigurationV2Args{},
		&s3.BucketServerSideEncryptionConfigurationV2{},
		func(c *cloud.Call, _ *cloud.Object) error {
			for _, rule := range cloud.Objects(c.Object.Outputs["rules"]) {
				by, _ := rule["applyServerSideEncryptionByDefault"].(map[string]any)
				key, _ := by["kmsMasterKeyId"].(string)
				if key == "" {
					continue
				}
				if by["sseAlgorithm"] == "AES256" {
					return kernel.Refuse("InvalidArgument",
						"a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse")
				}
				if err := needKey(c, key); err != nil {
					return err
				}
			}
			return nil
		})
	t.Sets = []string{"rules"}
	t.Check = func(c *cloud.Checker) {
		for _, rule := range cloud.Objects(c.Value("rules")) {
			by, _ := rule["applyServerSideEncryptionByDefault"].(map[string]any)
			c.OneOfValue("rules.applyServerSideEncryptionByDefault.sseAlgorithm", by["sseAlgorithm"], "AES256",
				"aws:kms", "aws:kms:dsse")
		}
	}
	return t
}

func ownership() *cloud.Type {
	t := setting(ownershipToken, s3.BucketOwnershipControlsArgs{}, &s3.BucketOwnershipControls{},
		func(c *cloud.Call, bucket *cloud.Object) error {
			rule, _ := c.Object.Outputs["rule"].(map[string]any)
			if rule["objectOwnership"] != "BucketOwnerEnforced" {
				return nil
			}
			list, err := c.Get(aclToken, bucket.Place, bucket.ID)
			if err == nil && list != nil && list.Text("acl") != "private" {
				err = kernel.Refuse("InvalidBucketAclWithObjectOwnership",
					"Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
			}
			return err
		})
	t.Check = func(c *cloud.Checker) {
		rule, _ := c.Value("rule").(map[string]any)
		c.OneOfValue("rule.objectOwnership", rule["objectOwnership"], "BucketOwnerPreferred", "ObjectWriter",
			"BucketOwnerEnforced")
	}
	return t
}

func acl() *cloud.Type {
	t := setting(aclToken, s3.BucketAclV2Args{}, &s3.BucketAclV2{}, func(c *cloud.Call, bucket *cloud.Object) error {
		enforced, err := ownerEnforced(c, bucket)
		if err != nil {
			return err
		}
		if enforced {
			return kernel.Refuse("AccessControlListNotSupported", "The bucket does not allow ACLs")
		}
		blocked, err := blocks(c, bucket, "blockPublicAcls")
		if err == nil && blocked && isPublicACL(c.Text("acl")) {
			err = kernel.Refuse("AccessDenied",
				"User: %s is not authorized to perform: s3:PutBucketAcl on resource: %q because public access control lists "+
					"(ACLs) are blocked by the BlockPublicAcls block public access setting.", kernel.Caller(c),
				bucket.Text("arn"))
		}
		return err
	})
	t.Check = func(c *cloud.Checker) {
		c.ExactlyOne("acl", "accessControlPolicy")
		c.OneOf("acl", append(publicACLs(), "private", "aws-exec-read", "bucket-owner-read",
			"bucket-owner-full-control", "log-delivery-write")...)
	}
	return t
}

func logging() *cloud.Type {
	t := setting(loggingToken, s3.BucketLoggingV2Args{}, &s3.BucketLoggingV2{},
		func(c *cloud.Call, bucket *cloud.Object) error {
			found, err := bucketsNamed(c, c.Text("targetBucket"))
			if err != nil {
				return err
			}
			if len(found) > 0 && found[0].Place != bucket.Place &&
				found[0].Place[:len(kernel.Account)] == bucket.Place[:len(kernel.Account)] {
				return kernel.Refuse("CrossLocationLoggingProhibited", "Cross S3 location logging not allowed.")
			}
			if len(found) == 0 || found[0].Place != bucket.Place {
				return kernel.Refuse("InvalidTargetBucketForLogging",
					"The target bucket for logging does not exist, is not owned by you, or does not have "+
						"the appropriate grants for the log-delivery group.")
			}
			return nil
		})
	t.Sets = []string{"targetGrants"}
	return t
}

func objectLock() *cloud.Type {
	t := setting(objectLockToken, s3.BucketObjectLockConfigurationV2Args{}, &s3.BucketObjectLockConfigurationV2{},
		func(c *cloud.Call, bucket *cloud.Object) error {
			keeps, err := versioned(c, bucket)
			if err == nil && !keeps {
				err = kernel.Refuse("InvalidBucketState",
					"Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
			}
			if err != nil {
				return err
			}
			return checkRetention(c)
		})
	t.Replaces = append(t.Replaces, "objectLockEnabled")
	t.Defaults = map[string]any{"objectLockEnabled": "Enabled"}
	t.Check = func(c *cloud.Checker) {
		c.OneOf("objectLockEnabled", "Enabled")
		rule, _ := c.Value("rule").(map[string]any)
		kept, _ := rule["defaultRetention"].(map[string]any)
		c.OneOfValue("rule.defaultRetention.mode", kept["mode"], "COMPLIANCE", "GOVERNANCE")
		if kept["days"] != nil && kept["years"] != nil {
			c.Add("rule.defaultRetention.days", `"days": conflicts with years`)
		}
	}
	return t
}

// checkRetention follows "Object Lock limits for Amazon S3 general purpose buckets".
func checkRetention(c *cloud.Call) error {
	rule, _ := c.Object.Outputs["rule"].(map[string]any)
	kept, given := rule["defaultRetention"].(map[string]any)
	if !given {
		return nil
	}
	days, byDays := kept["days"].(float64)
	years, byYears := kept["years"].(float64)
	switch {
	case byDays && days < 1, byYears && years < 1, !byDays && !byYears:
		return kernel.Refuse("InvalidArgument", "Default retention period must be a positive integer value.")
	case days > 36500, years > 100:
		return kernel.Refuse("InvalidArgument", "Default retention period is too large.")
	case kept["mode"] == nil:
		return kernel.Refuse("MalformedXML",
			"The XML you provided was not well-formed or did not validate against our published schema")
	}
	return nil
}

func cors() *cloud.Type {
	t := setting(corsToken, s3.BucketCorsConfigurationV2Args{}, &s3.BucketCorsConfigurationV2{},
		func(c *cloud.Call, _ *cloud.Object) error {
			rules := cloud.Objects(c.Object.Outputs["corsRules"])
			if len(rules) == 0 || len(rules) > 100 {
				return kernel.Refuse("MalformedXML",
					"The XML you provided was not well-formed or did not validate against our published schema")
			}
			for _, rule := range rules {
				methods := cloud.Texts(rule["allowedMethods"])
				for _, origin := range slices.Concat(cloud.Texts(rule["allowedOrigins"]),
					cloud.Texts(rule["allowedHeaders"])) {
					if strings.Count(origin, "*") > 1 {
						return kernel.Refuse("InvalidRequest", "AllowedOrigin %q can not have more than one wildcard.",
							origin)
					}
				}
				for _, method := range methods {
					if !slices.Contains([]string{"GET", "PUT", "POST", "DELETE", "HEAD"}, method) {
						return kernel.Refuse("InvalidRequest",
							"Found unsupported HTTP method in CORS config. Unsupported method is %s", method)
					}
				}
			}
			return nil
		})
	t.Sets = []string{"corsRules", "allowedHeaders", "allowedMethods", "allowedOrigins", "exposeHeaders"}
	return t
}

// eventTypes are the events of notifications. Source: the enumeration Event of the model of the S3 API.
func eventTypes() []string {
	out := []string{"s3:ReducedRedundancyLostObject", "s3:LifecycleTransition", "s3:IntelligentTiering",
		"s3:ObjectAcl:Put"}
	for kind, names := range map[string]string{
		"ObjectCreated": "* Put Post Copy CompleteMultipartUpload", "ObjectRemoved": "* Delete DeleteMarkerCreated",
		"ObjectRestore": "* Post Completed Delete", "LifecycleExpiration": "* Delete DeleteMarkerCreated",
		"Replication": "* OperationFailedReplication OperationNotTracked OperationMissedThreshold " +
			"OperationReplicatedAfterThreshold",
		"ObjectTagging": "* Put Delete", "ObjectAnnotation": "* Put Delete",
	} {
		for _, name := range strings.Fields(names) {
			out = append(out, "s3:"+kind+":"+name)
		}
	}
	slices.Sort(out)
	return out
}

// notification accepts any destination: queues, topics and functions are not checked.
func notification() *cloud.Type {
	t := setting(notificationToken, s3.BucketNotificationArgs{}, &s3.BucketNotification{}, nil)
	t.Sets = []string{"events"}
	t.Check = func(c *cloud.Checker) {
		for _, list := range []string{"lambdaFunctions", "queues", "topics"} {
			for i, to := range cloud.Objects(c.Value(list)) {
				for _, event := range cloud.Texts(to["events"]) {
					c.OneOfValue(fmt.Sprintf("%s[%d].events", list, i), event, eventTypes()...)
				}
			}
		}
	}
	return t
}
