// Package taggable lists the taggable resource types of AWS, and adds metadata to their tags.
package taggable

import (
	_ "embed" // for the list
	"strings"

	"github.com/ashlar-iac/ashlar/aws/tags"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// The types with a map of tags in the SDK. A test compares the list with the SDK, and can update it.
//
//go:embed taggable.txt
var taggable string

// Tokens returns the taggable types, sorted.
func Tokens() []string { return strings.Fields(taggable) }

// Table returns how each type carries metadata: in its map of tags, and for launch templates and Auto Scaling groups
// also on the resources that they create. Other types, such as routes and policy attachments, are not taggable.
func Table() metadata.Table {
	out := metadata.Table{}
	for _, token := range Tokens() {
		rules := tags.Of(token)
		platform := metadata.AWS().AtMost(rules.Max)
		if rules.IgnoreCase {
			platform = platform.IgnoringCase()
		}
		out[token] = metadata.TagProperty("tags", platform)
	}
	out[launchTemplate] = templateTagger{out[launchTemplate]}
	out[scalingGroup] = groupTagger{}
	return out
}
