package vpc

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of VPCs, subnets and network interfaces.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{
			vpc(), cidrAssociation(), subnet(), zoneGroup(), dhcpOptions(), dhcpAssociation(),
			defaultVPC(), defaultSubnet(), ipam(), ipamPool(), ipamPoolCIDR(), prefixList(), networkInterface(), flowLog(),
		},
		Functions: map[string]cloud.Function{
			"aws:ec2/getManagedPrefixList:getManagedPrefixList":   getManagedPrefixList,
			"aws:ec2/getPrefixList:getPrefixList":                 getPrefixList,
			"aws:ec2/getSubnet:getSubnet":                         WithDefault(getSubnet),
			"aws:ec2/getSubnets:getSubnets":                       WithDefault(getSubnets),
			"aws:ec2/getVpc:getVpc":                               WithDefault(getVPC),
			"aws:ec2/getVpcs:getVpcs":                             WithDefault(getVPCs),
			"aws:ec2/getVpcDhcpOptions:getVpcDhcpOptions":         getDHCPOptions,
			"aws:index/getAvailabilityZone:getAvailabilityZone":   getAvailabilityZone,
			"aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
		},
	}
}
