package kms

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of KMS.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{key(), alias()},
		Functions: map[string]cloud.Function{"aws:kms/getAlias:getAlias": getAlias, "aws:kms/getKey:getKey": getKey},
	}
}
