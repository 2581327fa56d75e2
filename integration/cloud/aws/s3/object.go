package s3

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
)

func bucketObject(t *cloud.Type) *cloud.Type {
	t.Name = "key"
	// The automatic key is the resource's name.
	t.AutoName = func(name string, _ *rand.Rand) string { return name }
	t.Replaces = []string{"bucket", "key"}
	t.Defaults = map[string]any{"forceDestroy": false}
	t.Check = func(c *cloud.Checker) {
		c.Conflict("content", "contentBase64", "source")
		c.OneOf("storageClass", "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
			"GLACIER", "DEEP_ARCHIVE", "GLACIER_IR")
		c.OneOf("acl", "private", "public-read", "public-read-write", "aws-exec-read", "authenticated-read",
			"bucket-owner-read", "bucket-owner-full-control")
		if key, ok := c.Text("key"); ok && (key == "" || len(key) > 1024) {
			c.Add("key", "KeyTooLongError: an object key has 1 to 1024 bytes, got %d", len(key))
		}
		c.OneOf("serverSideEncryption", "AES256", "aws:kms", "aws:kms:dsse")
	}
	t.Create = func(c *cloud.Call) error {
		owner, err := findBucket(c, c.Text("bucket"))
		if err != nil {
			return err
		}
		c.Object.Managed = owner.Key()
		c.Object.ID = owner.ID + "/" + c.Text("key")
		c.Set("arn", owner.Text("arn")+"/"+c.Text("key"))
		return putObject(c)
	}
	t.Update = putObject
	return t
}

func putObject(c *cloud.Call) error {
	owner, err := findBucket(c, c.Text("bucket"))
	if err != nil {
		return err
	}
	if acl := c.Text("acl"); acl != "" && acl != "private" && acl != "bucket-owner-full-control" {
		if enforced, err := ownerEnforced(c, owner); err != nil || enforced {
			return kernel.Refuse("AccessControlListNotSupported", "The bucket does not allow ACLs")
		}
	}
	if key := c.Text("kmsKeyId"); key != "" {
		if err := needKey(c, key); err != nil {
			return err
		}
		c.SetDefault("serverSideEncryption", "aws:kms")
	}
	sum := md5.Sum(contentOf(c.Object.Outputs)) //nolint:gosec // The etag of an object is its MD5 digest.
	c.SetDefault("etag", hex.EncodeToString(sum[:]))
	c.SetDefault("contentType", "application/octet-stream")
	c.SetDefault("serverSideEncryption", "AES256")
	c.SetDefault("storageClass", "STANDARD")
	c.SetDefault("bucketKeyEnabled", false)
	keeps, err := versioned(c, owner)
	if err != nil || !keeps {
		return err
	}
	digits, err := c.Hex(32)
	c.Set("versionId", digits)
	return err
}

// contentOf returns the content of an object. That of a file is its description.
func contentOf(values map[string]any) []byte {
	if text := cloud.Text(values, "contentBase64"); text != "" {
		if decoded, err := base64.StdEncoding.DecodeString(text); err == nil {
			return decoded
		}
	}
	if source, ok := values["source"].(map[string]any); ok {
		if text := cloud.Text(source, "text"); text != "" {
			return []byte(text)
		}
		return fmt.Append(nil, source)
	}
	return []byte(cloud.Text(values, "content"))
}

// needKey rejects a key that does not exist in the region.
func needKey(c *cloud.Call, name string) error {
	k, err := kms.FindKey(c, name)
	if err == nil && (k == nil || k.Place != c.Scope.Place) {
		err = kernel.Refuse("KMS.NotFoundException", "Invalid arn %s", name)
	}
	return err
}

// ownerEnforced reports whether a bucket has its ACLs disabled, as every new one has.
func ownerEnforced(c *cloud.Call, bucket *cloud.Object) (bool, error) {
	o, err := c.Get(ownershipToken, bucket.Place, bucket.ID)
	if err != nil || o == nil {
		return true, err
	}
	rule, _ := o.Outputs["rule"].(map[string]any)
	return rule["objectOwnership"] == "BucketOwnerEnforced", nil
}

// blocks reports whether a bucket has a public access block, as every new one has.
func blocks(c *cloud.Call, bucket *cloud.Object, what string) (bool, error) {
	o, err := c.Get(accessBlockToken, bucket.Place, bucket.ID)
	if err != nil || o == nil {
		return true, err
	}
	return o.Outputs[what] == true, nil
}

// publicACLs are the canned ACLs that grant public access.
func publicACLs() []string { return []string{"public-read", "public-read-write", "authenticated-read"} }

func isPublicACL(name string) bool { return slices.Contains(publicACLs(), name) }
