package ssm

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of the Parameter Store.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{parameter()},
		Functions: map[string]cloud.Function{
			"aws:ssm/getParameter:getParameter":               getParameter,
			"aws:ssm/getParametersByPath:getParametersByPath": getParametersByPath,
		},
	}
}
