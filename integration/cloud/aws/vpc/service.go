package vpc

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of VPCs, subnets and network interfaces.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{
			vpc(), cidrAssociation(), subnet(), zoneGroup(), dhcpOptions(), dhcpAssociation(),
			ipam(), ipamPool(), ipamPoolCIDR(), prefixList(), networkInterface(), flowLog(),
		},
		Functions: map[string]cloud.Function{
			"aws:ec2/getManagedPrefixList:getManagedPrefixList":   getManagedPrefixList,
			"aws:ec2/getPrefixList:getPrefixList":                 getPrefixList,
			"aws:ec2/getSubnet:getSubnet":                         getSubnet,
			"aws:ec2/getSubnets:getSubnets":                       getSubnets,
			"aws:ec2/getVpc:getVpc":                               getVPC,
			"aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
		},
	}
}
