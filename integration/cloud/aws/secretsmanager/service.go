package secretsmanager

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of Secrets Manager.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{secret(), version()},
		Functions: map[string]cloud.Function{
			"aws:secretsmanager/getSecret:getSecret":               getSecret,
			"aws:secretsmanager/getSecretVersion:getSecretVersion": getSecretVersion,
		},
	}
}
