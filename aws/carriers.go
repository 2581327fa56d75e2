package aws

import (
	"github.com/ashlar-iac/ashlar/aws/internal/carriers"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// Carriers returns how resources of AWS carry metadata: as tags, on every type of the SDK that has a map of tags. Other types, such as
// routes and attachments of policies, have none; those of an Auto Scaling group are a list and are left to whoever makes the group.
func Carriers() metadata.Types { return carriers.Table() }
