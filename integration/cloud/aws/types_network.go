package aws

import "github.com/ashlar-iac/ashlar/integration/cloud"

// networkTypes are the types of networks and of what stands in them.
func networkTypes() []*cloud.Type {
	return []*cloud.Type{
		vpc(), cidrAssociation(), subnet(), zoneGroup(), dhcpOptions(), dhcpAssociation(),
		ipam(), ipamPool(), ipamPoolCIDR(), prefixList(),
		securityGroup(), ingressRule(), egressRule(), groupRule(), defaultGroup(),
		networkACL(), aclRule(), aclAssociation(), defaultACL(),
		routeTable(), route(), association(), defaultTable(),
		internetGateway(), egressGateway(), natGateway(), address(), addressAssociation(), networkInterface(),
		transitGateway(), transitAttachment(), peering(), accepter(),
		endpoint(), endpointTable(), endpointSubnet(), flowLog(),
	}
}

// networkFunctions are the look-ups of networks.
func networkFunctions() map[string]cloud.Function {
	return map[string]cloud.Function{
		"aws:ec2/getManagedPrefixList:getManagedPrefixList":   getManagedPrefixList,
		"aws:ec2/getPrefixList:getPrefixList":                 getPrefixList,
		"aws:ec2/getRouteTable:getRouteTable":                 getRouteTable,
		"aws:ec2/getSecurityGroup:getSecurityGroup":           getSecurityGroup,
		"aws:ec2/getSubnet:getSubnet":                         getSubnet,
		"aws:ec2/getSubnets:getSubnets":                       getSubnets,
		"aws:ec2/getVpc:getVpc":                               getVPC,
		"aws:ec2/getVpcEndpointService:getVpcEndpointService": getEndpointService,
	}
}
