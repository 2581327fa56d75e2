package aws

import (
	"github.com/ashlar-iac/ashlar/aws/internal/taggable"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// Carriers returns how resources of AWS carry metadata: as tags, on every type of the SDK that has a map of tags. A launch template marks what
// is made from it as well, where it has tag specifications, and goes without the commit: its machines are not replaced with every commit. An Auto
// Scaling group hands its tags on to its machines. Other types, such as routes and attachments of policies, have no tags.
func Carriers() metadata.Types { return taggable.Table() }
