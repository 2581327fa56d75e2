// Package taggable knows which types of AWS resources carry metadata as tags.
package taggable

import (
	_ "embed" // for the list
	"strings"

	"github.com/ashlar-iac/ashlar/core/metadata"
)

// The types whose arguments in the SDK have a map called tags. A test compares
// the list with the SDK, and writes it.
//
//go:embed taggable.txt
var taggable string

// Tokens returns the types that carry tags, sorted.
func Tokens() []string { return strings.Fields(taggable) }

// Table returns how each type carries metadata: in its map of tags, and where AWS
// makes machines from it, on those too. The rest, such as routes and attachments of
// policies, has no tags.
func Table() metadata.Table {
	out := metadata.Table{}
	for _, token := range Tokens() {
		out[token] = metadata.TagCarrier("tags", metadata.AWS())
	}
	out[launchTemplate] = templateCarrier{out[launchTemplate]}
	out[scalingGroup] = groupCarrier{}
	return out
}
