package iam

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of IAM.
func Service() cloud.Service {
	return cloud.Service{
		Types: append(policyTypes(), role(), managedPolicy(), exclusive(), profile(), oidcProvider(),
			linkedRole(), user(), group(), membership(), userGroups(), accessKey()),
		Functions: map[string]cloud.Function{
			"aws:iam/getInstanceProfile:getInstanceProfile":             getInstanceProfile,
			"aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": getOIDCProvider,
			"aws:iam/getPolicy:getPolicy":                               getPolicy,
			"aws:iam/getPolicyDocument:getPolicyDocument":               getPolicyDocument,
			"aws:iam/getRoles:getRoles":                                 getRoles,
			"aws:iam/getSessionContext:getSessionContext":               getSessionContext,
			"aws:iam/getRole:getRole":                                   getRole,
			"aws:iam/getUser:getUser":                                   getUser,
		},
	}
}
