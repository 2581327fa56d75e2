package networkacl

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types of network ACLs.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{networkACL(), aclRule(), aclAssociation(), defaultACL()}}
}
