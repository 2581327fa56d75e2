package s3

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ashlar-iac/ashlar/aws/policy/reference"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

func bucketPolicy() *cloud.Type {
	t := setting(bucketPolicyToken, s3.BucketPolicyArgs{}, &s3.BucketPolicy{},
		func(c *cloud.Call, bucket *cloud.Object) error {
			return checkBucketPolicy(c, bucket, c.Text("policy"))
		})
	t.Same = kernel.JSON("policy")
	t.Check = func(c *cloud.Checker) { policy.CheckJSON(c, "policy") }
	return t
}

func checkBucketPolicy(c *cloud.Call, bucket *cloud.Object, text string) error {
	d, err := bucketGrammar().Check(c, text)
	if err != nil {
		return err
	}
	public := false
	for _, s := range d.Statements {
		if err := checkConditions(s); err != nil {
			return err
		}
		for _, resource := range slices.Concat(s.Resources, s.NotResources) {
			if resource != "*" && resource != bucket.Text("arn") &&
				!strings.HasPrefix(resource, bucket.Text("arn")+"/") {
				return kernel.Refuse("MalformedPolicy", "Policy has invalid resource")
			}
		}
		for _, action := range s.Actions {
			if s.Has["Resource"] && !slices.ContainsFunc(s.Resources,
				func(resource string) bool { return appliesTo(action, resource) }) {
				return kernel.Refuse("MalformedPolicy", "Action does not apply to any resource(s) in statement")
			}
		}
		public = public || isPublic(s)
	}
	if !public {
		return nil
	}
	blocked, err := blocks(c, bucket, "blockPublicPolicy")
	if err == nil && blocked {
		err = kernel.Refuse("AccessDenied",
			"User: %s is not authorized to perform: s3:PutBucketPolicy on resource: %q because public policies are "+
				"blocked by the BlockPublicPolicy block public access setting.", kernel.Caller(c), bucket.Text("arn"))
	}
	return err
}

// checkConditions rejects condition keys that do not exist, or that one of the actions does not have, as reported in
// https://github.com/humanmade/S3-Uploads/issues/239. Keys of identity providers can have any name.
func checkConditions(s policy.Statement) error {
	for _, keys := range s.Conditions {
		for key := range keys {
			service, _, ok := strings.Cut(key, ":")
			switch {
			case strings.EqualFold(service, "s3"):
				if known, ok := reference.Find("s3"); !ok || !known.HasKey(key) {
					return kernel.Refuse("MalformedPolicy", "Policy has an invalid condition key")
				}
				if slices.ContainsFunc(s.Actions, func(action string) bool { return !hasKey(action, key) }) {
					return kernel.Refuse("MalformedPolicy",
						"Conditions do not apply to combination of actions and resources in statement")
				}
			case !ok, strings.EqualFold(service, "aws") && !reference.HasKey(globalKeys(), key):
				return kernel.Refuse("MalformedPolicy", "Policy has an invalid condition key")
			}
		}
	}
	return nil
}

// globalKeys are the condition keys of all services.
func globalKeys() []string { return slices.Concat(reference.GlobalKeys(), reference.TagKeys()) }

// hasKey reports whether one of the actions that a pattern stands for has a condition key.
func hasKey(pattern, key string) bool {
	for a := range reference.Match(pattern) {
		if reference.HasKey(a.Keys, key) {
			return true
		}
	}
	return pattern == "*"
}

// appliesTo reports whether an action is one on objects or buckets, like the resource.
func appliesTo(action, resource string) bool {
	known, ok := reference.FindAction(action)
	if !ok || resource == "*" {
		return true // A pattern.
	}
	kind := "bucket"
	if strings.Contains(resource, "/") {
		kind = "object"
	}
	return slices.ContainsFunc(known.Types, func(t reference.Type) bool { return t.Name == kind })
}

// isPublic follows "The meaning of public" of S3: everybody is allowed, and no condition has a fixed value.
func isPublic(s policy.Statement) bool {
	if s.Effect != "Allow" || len(s.Principals["*"]) == 0 && !slices.Contains(s.Principals["AWS"], "*") {
		return false
	}
	for operator, keys := range s.Conditions {
		if strings.Contains(operator, "Not") || strings.HasSuffix(operator, "IfExists") {
			continue
		}
		for key, wanted := range keys {
			fixed := slices.ContainsFunc(fixedKeys(), func(name string) bool { return strings.EqualFold(name, key) })
			if fixed && !slices.Contains(wanted, "*") && !slices.Contains(wanted, "0.0.0.0/0") &&
				!slices.Contains(wanted, "::/0") {
				return false
			}
		}
	}
	return true
}

func fixedKeys() []string {
	return []string{
		"aws:SourceIp", "aws:SourceArn", "aws:SourceVpc", "aws:SourceVpce", "aws:SourceOwner", "aws:SourceAccount",
		"aws:userid", "aws:PrincipalOrgID",
		"aws:PrincipalOrgPaths", "aws:PrincipalArn", "aws:PrincipalAccount", "s3:DataAccessPointArn",
		"s3:DataAccessPointAccount",
		"s3:x-amz-server-side-encryption-aws-kms-key-id",
	}
}

func bucketGrammar() policy.Grammar {
	return policy.Grammar{
		Code: "MalformedPolicy", Size: 20480, SizeCode: "PolicyTooLarge",
		SizeMessage: "Policy exceeds the maximum allowed document size.",
		Principal:   true, Resource: true, Vendor: "s3", VendorMessage: "Policy has invalid action",
		ActionMessage: "Policy has invalid action", OriginAccess: true,
		PrincipalMessage: "Invalid principal in policy (%s)",
	}
}
