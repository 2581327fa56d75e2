package kms

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

const (
	keyToken   = "aws:kms/key:Key"
	aliasToken = "aws:kms/alias:Alias"
)

func key() *cloud.Type {
	return &cloud.Type{
		Token: keyToken, Args: kms.KeyArgs{}, Resource: &kms.Key{},
		Replaces: []string{"customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"},
		Same:     kernel.JSON("policy"),
		Defaults: map[string]any{
			"bypassPolicyLockoutSafetyCheck": false, "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "isEnabled": true,
			"keyUsage": "ENCRYPT_DECRYPT",
		},
		Check: func(c *cloud.Checker) {
			c.OneOf("keyUsage", "ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")
			c.OneOf("customerMasterKeySpec", "SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "HMAC_224",
				"HMAC_256", "HMAC_384",
				"HMAC_512", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "ML_DSA_44",
				"ML_DSA_65", "ML_DSA_87", "SM2", "ECC_NIST_EDWARDS25519")
			if text, ok := c.Text("description"); ok && len([]rune(text)) > 8192 {
				c.Add("description", "expected length of description to be in the range (0 - 8192)")
			}
			c.Between("deletionWindowInDays", 7, 30)
			c.Between("rotationPeriodInDays", 90, 2560)
			if c.Has("rotationPeriodInDays") && !c.Has("enableKeyRotation") {
				c.Add("rotationPeriodInDays", "all of `enableKeyRotation,rotationPeriodInDays` must be specified")
			}
			policy.CheckJSON(c, "policy")
		},
		Create: createKey,
		Update: checkKey,
	}
}

// usages are the usages of keys by the specification or its beginning. Source: "Key spec reference", AWS KMS Developer
// Guide.
func usages() map[string][]string {
	const encrypt, sign, mac, agree = "ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"
	return map[string][]string{
		"SYMMETRIC_DEFAULT": {encrypt}, "RSA_": {encrypt, sign}, "HMAC_": {mac}, "ML_": {sign},
		"ECC_NIST_P256": {sign, agree}, "ECC_NIST_P384": {sign, agree}, "ECC_NIST_P521": {sign, agree},
		"ECC_SECG_P256K1": {sign}, "ECC_NIST_EDWARDS25519": {sign}, "SM2": {encrypt, sign, agree},
	}
}

func createKey(c *cloud.Call) error {
	spec, usage := c.Text("customerMasterKeySpec"), c.Text("keyUsage")
	if !slices.Contains(usages()[strings.SplitAfter(spec, "_")[0]], usage) && !slices.Contains(usages()[spec], usage) {
		return kernel.Refuse("ValidationException", "KeyUsage %s is not compatible with KeySpec %s", usage, spec)
	}
	if spec == "SM2" && c.Scope.Values["partition"] != "aws-cn" {
		return kernel.Refuse("UnsupportedOperationException", "KeySpec SM2 is supported in China only")
	}
	uuid, err := kernel.NewUUID(c)
	if err != nil {
		return err
	}
	c.Object.ID = uuid
	if c.Object.Outputs["multiRegion"] == true {
		c.Object.ID = "mrk-" + strings.ReplaceAll(uuid, "-", "")
	}
	c.Set("keyId", c.Object.ID)
	c.Set("arn", kernel.ARN(c, "kms", "key/"+c.Object.ID))
	c.SetDefault("description", "")
	c.SetDefault("multiRegion", false)
	return checkKey(c)
}

func checkKey(c *cloud.Call) error {
	c.SetDefault("enableKeyRotation", false)
	if c.Object.Outputs["enableKeyRotation"] == true {
		if spec := c.Text("customerMasterKeySpec"); spec != "SYMMETRIC_DEFAULT" {
			return kernel.Refuse("UnsupportedOperationException", "Key rotation is not supported for the key spec %s",
				spec)
		}
		c.SetDefault("rotationPeriodInDays", 365.0)
	}
	root := kernel.GlobalARN(c, "iam", "root")
	c.SetDefault("policy",
		`{"Id":"key-default-1","Statement":[{"Action":"kms:*","Effect":"Allow","Principal":{"AWS":"`+root+
			`"},"Resource":"*","Sid":"Enable IAM User Permissions"}],"Version":"2012-10-17"}`)
	d, err := keyGrammar().Check(c, c.Text("policy"))
	if err != nil {
		return err
	}
	if c.Object.Outputs["bypassPolicyLockoutSafetyCheck"] != true &&
		!d.Allows(policy.Request{Kind: "AWS", Principal: kernel.Caller(c), Action: "kms:PutKeyPolicy"}) {
		return kernel.Refuse(policy.Malformed+"Exception",
			"The new key policy will not allow you to update the key policy in the future.")
	}
	return nil
}

// FindKey returns the key of an id, ARN or alias, or nil. AWS managed keys always exist.
func FindKey(c *cloud.Call, name string) (*cloud.Object, error) {
	place := c.Scope.Place
	if parts := strings.SplitN(name, ":", 6); len(parts) == 6 && parts[2] == "kms" {
		place, name = parts[4]+"/"+parts[3], parts[5]
	}
	if strings.HasPrefix(name, "alias/aws/") {
		return &cloud.Object{Type: keyToken, ID: name, Place: place, Outputs: map[string]any{
			"arn": kernel.ARN(c, "kms", "key/"+strings.ReplaceAll(name, "/", "-")),
		}}, nil
	}
	if strings.HasPrefix(name, "alias/") {
		alias, err := c.Get(aliasToken, place, name)
		if err != nil || alias == nil {
			return nil, err
		}
		name = "key/" + alias.Text("targetKeyId")
	}
	return c.Get(keyToken, place, strings.TrimPrefix(name, "key/"))
}

// KeyAllows reports whether a key exists, is enabled, and its policy allows a request.
func KeyAllows(c *cloud.Call, name string, r policy.Request) (bool, error) {
	k, err := FindKey(c, name)
	if err != nil || k == nil || k.Outputs["isEnabled"] == false {
		return false, err
	}
	if k.Text("policy") == "" { // An AWS managed key has no policy here.
		return true, nil
	}
	d, err := policy.Parse(k.Text("policy"))
	return err == nil && d.Allows(r), err
}

func alias() *cloud.Type {
	pattern := regexp.MustCompile(`^alias/[a-zA-Z0-9/_-]+$`)
	return &cloud.Type{
		Token: aliasToken, Args: kms.AliasArgs{}, Resource: &kms.Alias{},
		Name: "name", AutoName: func(name string, random *rand.Rand) string {
			return "alias/" +
				kernel.AutoName(name, random)
		},
		Replaces: []string{"name", "namePrefix"},
		Check: func(c *cloud.Checker) {
			for _, property := range []string{"name", "namePrefix"} {
				if name, ok := c.Text(property); ok &&
					(!pattern.MatchString(name) || strings.HasPrefix(name, "alias/aws/") || len(name) > 256) {
					c.Add(property, "%q must begin with 'alias/' and only contain alphanumeric characters, '/', '_' and '-', "+
						"and it cannot begin with the reserved prefix 'alias/aws/'", name)
				}
			}
		},
		Create: func(c *cloud.Call) error {
			if err := pointAlias(c); err != nil {
				return err
			}
			c.Object.ID = c.Text("name")
			c.Set("arn", kernel.ARN(c, "kms", c.Object.ID))
			same, err := c.Here(aliasToken, c.Object.ID)
			if err == nil && same != nil {
				err = kernel.Refuse("AlreadyExistsException", "An alias with the name %s already exists", c.Text("arn"))
			}
			return err
		},
		Update: pointAlias,
	}
}

// pointAlias sets the key of an alias, given by its id or ARN.
func pointAlias(c *cloud.Call) error {
	name, _ := c.Object.Inputs["targetKeyId"].(string)
	target, err := FindKey(c, name)
	if err != nil {
		return err
	}
	if target == nil || target.Place != c.Object.Place {
		return kernel.Refuse("NotFoundException", "Key '%s' does not exist", name)
	}
	c.Set("targetKeyId", target.ID)
	c.Set("targetKeyArn", target.Text("arn"))
	return nil
}

// getKey looks up a key by its id, ARN or alias.
func getKey(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["keyId"].(string)
	k, err := FindKey(c, name)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return nil, kernel.Refuse("NotFoundException", "Key '%s' does not exist", name)
	}
	return map[string]any{
		"id": k.ID, "keyId": name, "arn": k.Text("arn"), "awsAccountId": c.Scope.Values["account"],
		"enabled":     k.Outputs["isEnabled"] != false,
		"description": k.Text("description"), "keyUsage": k.Text("keyUsage"),
		"customerMasterKeySpec": k.Text("customerMasterKeySpec"),
		"keySpec":               k.Text("customerMasterKeySpec"), "multiRegion": k.Outputs["multiRegion"] == true,
		"keyState":   "Enabled",
		"keyManager": map[bool]string{true: "CUSTOMER", false: "AWS"}[k.Text("policy") != ""],
	}, nil
}

func getAlias(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["name"].(string)
	k, err := FindKey(c, name)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return nil, fmt.Errorf("reading KMS Alias (%s): couldn't find resource", name)
	}
	arn := kernel.ARN(c, "kms", name)
	return map[string]any{"id": arn, "arn": arn, "name": name, "targetKeyId": k.ID, "targetKeyArn": k.Text("arn")}, nil
}

func keyGrammar() policy.Grammar {
	return policy.Grammar{
		Code: policy.Malformed + "Exception", Size: 32768, SizeCode: "LimitExceededException",
		SizeMessage: "The policy is larger than 32768 bytes",
		Principal:   true, Resource: true, Vendor: "kms",
		VendorMessage:    "Policy contains actions of another service than KMS.",
		PrincipalMessage: "Policy contains a statement with one or more invalid principals. (%s)",
	}
}
