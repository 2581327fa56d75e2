package aws

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// tagRules are the rules of a service for tags.
type tagRules struct {
	// most is the maximum number of tags.
	most int
	// any says that all characters are allowed. Default: those of tagText.
	any bool
	// code is the error code of the service for an invalid tag, and duplicate that for duplicate keys.
	code, duplicate string
	// limit is the error for too many tags. It takes most.
	limit string
}

// tagText are the characters that most services allow in keys and values. Source: "Tag naming limits and requirements",
// Tagging AWS Resources, and the patterns of tag keys and values in the API models of IAM, CloudWatch Logs and Systems
// Manager.
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// rulesOf returns the rules for tags of a type. Sources: "Tag your Amazon EC2 resources" (all characters), "Tagging your
// resources" of each other service, and "Categorizing your objects using tags" (ten tags). Error codes of S3 and IAM are
// those of real errors, others are from memory.
func rulesOf(token string) tagRules {
	service, name, _ := strings.Cut(strings.TrimPrefix(token, "aws:"), "/")
	out := tagRules{most: 50, code: "ValidationException", limit: "TagLimitExceeded: expected at most %d tags"}
	switch service {
	case "ec2", "ebs", "vpc", "ec2transitgateway":
		out.any, out.code = true, "InvalidParameterValue"
	case "eks", "cloudwatch":
		out.code = "InvalidParameterException"
	case "iam":
		out.code = "ValidationError"
	case "kms":
		out.code = "TagException"
	case "s3":
		out.code = "InvalidTag"
		if strings.HasPrefix(name, "bucketObject") && !strings.HasPrefix(name, "bucketObjectLock") {
			out.most, out.limit = 10, "BadRequest: Object tags cannot be greater than %d"
		}
	case "sqs":
		out.code = "InvalidParameterValue"
	}
	// Keys of roles and users are case-insensitive, those of other resources of IAM are not. Source: "Tags for AWS
	// Identity and Access Management resources", case sensitivity.
	if slices.Contains([]string{"aws:iam/role:Role", "aws:iam/user:User"}, token) {
		out.duplicate = "InvalidInput"
	}
	return out
}

// checkTags checks tags, including the default ones of the provider, against the rules of the service.
func checkTags(c *cloud.Checker) {
	tags := maps.Clone(c.Scope.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, c.Texts("tags"))
	rules := rulesOf(c.Type)
	if len(tags) > rules.most {
		c.Add("tags", rules.limit+", got %d", rules.most, len(tags))
	}
	folded := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value := tags[key]
		switch {
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			c.Add("tags", "InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use: %s", key)
		case key == "" || len([]rune(key)) > 128 || len([]rune(value)) > 256:
			c.Add("tags", "InvalidParameterValue: a tag's key has 1 to 128 characters, its value at most 256: %s", key)
		case !rules.any && !tagText.MatchString(key):
			c.Add("tags", "%s: The TagKey %q must match %s", rules.code, key, tagText)
		case !rules.any && !tagText.MatchString(value):
			c.Add("tags", "%s: The TagValue %q of %s must match %s", rules.code, value, key, tagText)
		}
		if lower := strings.ToLower(key); rules.duplicate != "" && folded[lower] {
			c.Add("tags", "%s: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
				rules.duplicate)
		}
		folded[strings.ToLower(key)] = true
	}
}
