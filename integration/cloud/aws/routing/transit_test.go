package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	accepterToken = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
)

func TestRejectedConnections(t *testing.T) {
	t.Parallel()
	route := func(table string, target in) []awstest.Step {
		return []awstest.Step{{Name: "r", Type: kernel.RouteToken,
			Inputs: awstest.Merge(in{"routeTableId": table, "destinationCidrBlock": "10.64.0.0/16"}, target)}}
	}
	join := func(more in) []awstest.Step {
		return []awstest.Step{{Name: "x", Type: kernel.TransitGatewayAttachmentToken,
			Inputs: awstest.Merge(in{"transitGatewayId": "$tgw", "vpcId": "$far", "subnetIds": []any{"$distant"}},
				more)}}
	}
	gateway := func(asn float64) []awstest.Step {
		return awstest.One("other", kernel.TransitGatewayToken, in{"amazonSideAsn": asn})
	}
	awstest.RunRefusals(t, awstest.ConnectedNetworks(), map[string]awstest.Refusal{
		"a private number":             {Steps: gateway(65534)},
		"a long private number":        {Steps: gateway(4200000000)},
		"a public number":              {Steps: gateway(65535), Want: "expected amazonSideAsn to be in the range (64512 - 65534) or (4200000000 - 4294967294), got 65535"},
		"a route to a transit gateway": {Steps: route("$table", in{"transitGatewayId": "$tgw"})},
		"a route to a missing transit gateway": {Steps: route("$table", in{"transitGatewayId": "tgw-0"}),
			Want: "api error InvalidTransitGatewayID.NotFound"},
		"a route to a transit gateway without attachment": {Steps: route("$distanttable",
			in{"transitGatewayId": "$tgw"}),
			Want: "api error InvalidTransitGatewayID.NotFound: The transitGateway ID '$tgw' does not exist."},
		"a route to a peer": {Steps: route("$distanttable", in{"vpcPeeringConnectionId": "$pcx"})},
		"a route to no peer": {Steps: route("$table", in{"vpcPeeringConnectionId": "pcx-0"}),
			Want: "api error InvalidVpcPeeringConnectionID.NotFound"},
		"a route to another VPC's peering connection": {Steps: append([]awstest.Step{{Name: "t",
			Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$same"}}},
			route("$t", in{"vpcPeeringConnectionId": "$pcx"})...), Want: "belong to different networks"},
		"a route to an interface": {Steps: route("$table", in{"networkInterfaceId": "$eni"})},
		"a route to another's interface": {Steps: route("$distanttable", in{"networkInterfaceId": "$eni"}),
			Want: "belong to different networks"},
		"a route to no interface": {Steps: route("$table", in{"networkInterfaceId": "eni-0"}),
			Want: "api error InvalidNetworkInterfaceID.NotFound"},
		"a route to no endpoint": {Steps: route("$table", in{"vpcEndpointId": "vpce-0"}),
			Want: "api error InvalidVpcEndpointId.NotFound"},
		"a route to an endpoint as a gateway": {Steps: route("$table", in{"gatewayId": "vpce-0"}),
			Want: "is a target of vpcEndpointId"},
		"a route to no list": {Steps: []awstest.Step{{Name: "r", Type: kernel.RouteToken,
			Inputs: in{"routeTableId": "$table", "destinationPrefixListId": "pl-0", "transitGatewayId": "$tgw"}}},
			Want: "api error InvalidPrefixListID.NotFound"},
		"a route for an additional CIDR block": {Steps: append([]awstest.Step{{Name: "more",
			Type: awstest.CIDRAssociationToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.64.0.0/16"}}},
			route("$table", in{"transitGatewayId": "$tgw"})...), Want: "api error RouteAlreadyExists"},
		"attached twice": {Steps: join(in{"vpcId": "$net", "subnetIds": []any{"$sub"}}),
			Want: "api error DuplicateTransitGatewayAttachment: $tgw has non-deleted Transit Gateway Attachments with same VPC ID."},
		"attached twice in a zone": {Steps: []awstest.Step{{Name: "~join",
			Inputs: in{"transitGatewayId": "$tgw", "vpcId": "$net", "subnetIds": []any{"$sub", "$sub2"}}}},
			Want: "api error DuplicateSubnetsInSameZone"},
		"attached in another VPC's subnet": {Steps: join(in{"subnetIds": []any{"$sub"}}),
			Want: "is in another network"},
		"attached to a missing transit gateway": {Steps: join(in{"transitGatewayId": "tgw-0"}),
			Want: "api error InvalidTransitGatewayID.NotFound: Transit Gateway tgw-0 was deleted or does not exist."},
		"attached to a missing VPC": {Steps: join(in{"vpcId": "vpc-0"}),
			Want: "api error InvalidVpcID.NotFound"},
		"attached with IPv6 in subnets without it": {Steps: join(in{"ipv6Support": "enable"}),
			Want: "has no IPv6 CIDR block, which ipv6Support needs"},
		"attached without subnets": {Steps: []awstest.Step{{Name: "x",
			Type: kernel.TransitGatewayAttachmentToken, Inputs: in{"transitGatewayId": "$tgw", "vpcId": "$far"}}},
			Want: "missing required property"},
		"attached with an invalid option": {Steps: join(in{"dnsSupport": "yes"}),
			Want: "expected dnsSupport to be one of"},
		"a transit gateway in use": {Steps: []awstest.Step{{Name: "-tgw"}},
			Want: "api error IncorrectState: $tgw has non-deleted VPC Attachments: $join."},
		"a transit gateway with an invalid option": {Steps: []awstest.Step{{Name: "x", Type: kernel.TransitGatewayToken,
			Inputs: in{"vpnEcmpSupport": "yes"}}}, Want: "expected vpnEcmpSupport to be one of"},
		"a subnet with an attachment": {Steps: []awstest.Step{{Name: "-eni"}, {Name: "-sub"}},
			Want: "api error DependencyViolation: The subnet '$sub'"},
		"a peer with the same addresses": {Steps: []awstest.Step{{Name: "x",
			Type:   kernel.VPCPeeringConnectionToken,
			Inputs: in{"vpcId": "$net", "peerVpcId": "$same", "autoAccept": true}}},
			Want: "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"},
		"a missing peer": {Steps: []awstest.Step{{Name: "x",
			Type: kernel.VPCPeeringConnectionToken, Inputs: in{"vpcId": "$net", "peerVpcId": "vpc-0"}}},
			Want: "Failed due to incorrect VPC-ID"},
		"a missing VPC with a peer": {Steps: []awstest.Step{{Name: "x",
			Type: kernel.VPCPeeringConnectionToken, Inputs: in{"vpcId": "vpc-0", "peerVpcId": "$net"}}},
			Want: "api error InvalidVpcID.NotFound"},
		"a peer in another region, with autoAccept": {Steps: []awstest.Step{{Name: "x",
			Type:   kernel.VPCPeeringConnectionToken,
			Inputs: in{"vpcId": "$net", "peerVpcId": "$far", "peerRegion": "us-east-1", "autoAccept": true}}},
			Want: "cannot be set whilst `auto_accept` is `true`"},
		"a network with peers": {Steps: []awstest.Step{{Name: "-distant"}, {Name: "-distanttable"},
			{Name: "-far"}}},
		"a missing peering connection to accept": {Steps: []awstest.Step{{Name: "x", Type: accepterToken,
			Inputs: in{"vpcPeeringConnectionId": "pcx-0"}}}, Want: "api error InvalidVpcPeeringConnectionID.NotFound"},
		"an address outside of the subnet": {Steps: []awstest.Step{{Name: "x", Type: kernel.NetworkInterfaceToken,
			Inputs: in{"subnetId": "$sub", "privateIps": []any{"10.0.1.9"}}}},
			Want: "does not fall within the subnet's address range"},
		"an address in use": {Steps: []awstest.Step{{Name: "x", Type: kernel.NetworkInterfaceToken,
			Inputs: in{"subnetId": "$sub", "privateIps": []any{"10.0.0.5"}}}},
			Want: "api error InvalidIPAddress.InUse: Address 10.0.0.5 is in use."},
		"an interface in a missing subnet": {Steps: []awstest.Step{{Name: "x", Type: kernel.NetworkInterfaceToken,
			Inputs: in{"subnetId": "subnet-0"}}}, Want: "api error InvalidSubnetID.NotFound"},
		"an interface with a missing security group": {Steps: []awstest.Step{{Name: "x",
			Type:   kernel.NetworkInterfaceToken,
			Inputs: in{"subnetId": "$sub", "securityGroups": []any{"sg-0"}}}}, Want: "api error InvalidGroup.NotFound"},
		"an interface attached to an instance": {Steps: []awstest.Step{{Name: "x", Type: kernel.NetworkInterfaceToken,
			Inputs: in{"subnetId": "$sub", "attachments": []any{in{"instance": "i-0", "deviceIndex": 1.0}}}}},
			Want: "does not cover attachments"},
		"an address without an internet gateway": {Steps: []awstest.Step{{Name: "x", Type: kernel.ElasticIPToken,
			Inputs: in{"networkInterface": "$eni"}}},
			Want: "api error Gateway.NotAttached: Network $net is not attached to any internet gateway"},
		"an interface's second public address": {Steps: []awstest.Step{{Name: "igw",
			Type: kernel.InternetGatewayToken, Inputs: in{"vpcId": "$net"}},
			{Name: "e", Type: kernel.ElasticIPToken, Inputs: in{"networkInterface": "$eni"}},
			{Name: "x", Type: kernel.ElasticIPToken, Inputs: in{"networkInterface": "$eni"}}},
			Want: "api error Resource.AlreadyAssociated"},
		"detaching the gateway of an address": {Steps: []awstest.Step{{Name: "igw", Type: kernel.InternetGatewayToken,
			Inputs: in{"vpcId": "$net"}}, {Name: "e", Type: kernel.ElasticIPToken,
			Inputs: in{"networkInterface": "$eni"}}, {Name: "-igw"}},
			Want: "api error DependencyViolation: Network $net has some mapped public address(es)."},
		"an address for NAT and an interface": {Steps: []awstest.Step{{Name: "igw", Type: kernel.InternetGatewayToken,
			Inputs: in{"vpcId": "$net"}}, {Name: "e", Type: kernel.ElasticIPToken, Inputs: in{}},
			{Name: "nat", Type: kernel.NATGatewayToken, Inputs: in{"subnetId": "$sub", "allocationId": "$e"}},
			{Name: "x", Type: awstest.ElasticIPAssociationToken,
				Inputs: in{"allocationId": "$e", "networkInterfaceId": "$eni"}}},
			Want: "api error Resource.AlreadyAssociated"},
		"an address for an interface and NAT": {Steps: []awstest.Step{{Name: "igw", Type: kernel.InternetGatewayToken,
			Inputs: in{"vpcId": "$net"}}, {Name: "e", Type: kernel.ElasticIPToken, Inputs: in{}},
			{Name: "pair", Type: awstest.ElasticIPAssociationToken,
				Inputs: in{"allocationId": "$e", "networkInterfaceId": "$eni"}},
			{Name: "x", Type: kernel.NATGatewayToken, Inputs: in{"subnetId": "$sub", "allocationId": "$e"}}},
			Want: "api error Resource.AlreadyAssociated"},
		"DHCP options without options": {Steps: []awstest.Step{{Name: "x", Type: kernel.DHCPOptionsToken,
			Inputs: in{}}},
			Want: "must be specified"},
		"no such options": {Steps: []awstest.Step{{Name: "x", Type: awstest.DHCPOptionsAssociationToken,
			Inputs: in{"vpcId": "$net", "dhcpOptionsId": "dopt-0"}}}, Want: "api error InvalidDhcpOptionID.NotFound"},
		"options in use": {Steps: []awstest.Step{{Name: "o", Type: kernel.DHCPOptionsToken,
			Inputs: in{"domainName": "example.com"}},
			{Name: "p", Type: awstest.DHCPOptionsAssociationToken,
				Inputs: in{"vpcId": "$net", "dhcpOptionsId": "$o"}}, {Name: "-o"}},
			Want: "api error DependencyViolation"},
		"an unknown zone group": {Steps: []awstest.Step{{Name: "x",
			Type:   "aws:ec2/availabilityZoneGroup:AvailabilityZoneGroup",
			Inputs: in{"groupName": "eu-west-1", "optInStatus": "opted-in"}}}, Want: "api error InvalidParameterValue"},
	})
}

func TestPeeringAcrossRegions(t *testing.T) {
	t.Parallel()
	here := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(awstest.Step{Name: "net",
		Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		awstest.Step{Name: "table", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$net"}})
	there := here.Elsewhere(in{"region": "us-east-1"}).All(awstest.Step{Name: "net", Type: kernel.VPCToken,
		Inputs: in{"cidrBlock": "10.1.0.0/16"}})
	here.IDs["far"] = there.IDs["net"]
	here.All(
		awstest.Step{Name: "pcx", Type: kernel.VPCPeeringConnectionToken,
			Inputs: in{"vpcId": "$net", "peerVpcId": "$far", "peerRegion": "us-east-1"}},
		awstest.Step{Name: "r", Type: kernel.RouteToken,
			Inputs: in{"routeTableId": "$table", "destinationCidrBlock": "10.1.0.0/16",
				"vpcPeeringConnectionId": "$pcx"}},
	)
	require.Equal(t, "pending-acceptance", here.Output("pcx", "acceptStatus"))
	require.Equal(t, "blackhole", here.Output("r", "state"))
	there.IDs["pcx"] = here.IDs["pcx"]
	there.All(awstest.Step{Name: "accept", Type: accepterToken,
		Inputs: in{"vpcPeeringConnectionId": "$pcx", "autoAccept": true}})
	require.Equal(t, here.IDs["pcx"], there.IDs["accept"])
	require.Equal(t, there.IDs["net"], there.Output("accept", "vpcId"))
	require.Equal(t, "eu-west-1", there.Output("accept", "peerRegion"))
	here.Refreshed("pcx")
	require.Equal(t, "active", here.Output("pcx", "acceptStatus"))
	there.All(awstest.Step{Name: "-accept"},
		awstest.Step{Name: "table", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "r", Type: kernel.RouteToken,
			Inputs: in{"routeTableId": "$table", "destinationCidrBlock": "10.0.0.0/16",
				"vpcPeeringConnectionId": "$pcx"}})
	require.Equal(t, "active", there.Output("r", "state"))
}
