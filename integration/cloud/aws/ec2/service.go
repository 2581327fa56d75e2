package ec2

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of instances, volumes, launch templates, key pairs and images.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{instance(), keyPair(), launchTemplate(), volume(), volumeAttachment()},
		Functions: map[string]cloud.Function{
			"aws:ec2/getAmi:getAmi":                                     getAmi,
			"aws:ec2/getAmiIds:getAmiIds":                               getAmiIDs,
			"aws:ec2/getInstanceType:getInstanceType":                   getInstanceType,
			"aws:ec2/getInstanceTypes:getInstanceTypes":                 getInstanceTypes,
			"aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": getInstanceTypeOfferings,
		},
	}
}
