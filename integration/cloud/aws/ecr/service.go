package ecr

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of ECR.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{repository(), lifecyclePolicy(), repositoryPolicy()},
		Functions: map[string]cloud.Function{
			"aws:ecr/getAuthorizationToken:getAuthorizationToken": getAuthorizationToken,
			"aws:ecr/getCredentials:getCredentials":               getCredentials,
			"aws:ecr/getRepository:getRepository":                 getRepository,
		},
	}
}
