package securitygroup

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of security groups.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{securityGroup(), ingressRule(), egressRule(), groupRule(), defaultGroup()},
		Functions: map[string]cloud.Function{"aws:ec2/getSecurityGroup:getSecurityGroup": getSecurityGroup},
	}
}
