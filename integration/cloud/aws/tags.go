package aws

import (
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// checkTags checks tags against "Tag naming limits and requirements".
func checkTags(c *cloud.Checker) {
	tags := maps.Clone(c.Scope.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, c.Texts("tags"))
	if len(tags) > 50 {
		c.Add("tags", "TagLimitExceeded: expected at most 50 tags, got %d", len(tags))
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		switch {
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			c.Add("tags", "InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use: %s", key)
		case len([]rune(key)) > 128 || len([]rune(tags[key])) > 256:
			c.Add("tags", "InvalidParameterValue: a tag's key has at most 128 characters, its value 256: %s", key)
		}
	}
}
