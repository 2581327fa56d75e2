package route53

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const recordToken = kernel.DNSRecordToken

// Service returns the types and functions of Route 53.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{zone(), record()},
		Functions: map[string]cloud.Function{"aws:route53/getZone:getZone": getZone},
	}
}
