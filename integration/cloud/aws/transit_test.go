package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	transitType     = "aws:ec2transitgateway/transitGateway:TransitGateway"
	transitVPCType  = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
	accepterType    = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
	addressPairType = "aws:ec2/eipAssociation:EipAssociation"
	dhcpType        = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
	dhcpPairType    = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
)

func connectedNetworks() []step {
	return []step{
		{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}}, {"far", vpcType, in{"cidrBlock": "10.1.0.0/16"}}, {"same", vpcType, in{"cidrBlock": "10.0.128.0/17"}},
		{"sub", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}}, {"sub2", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}},
		{"distant", subnetType, in{"vpcId": "$far", "cidrBlock": "10.1.0.0/24"}},
		{"table", tableType, in{"vpcId": "$net"}}, {"distanttable", tableType, in{"vpcId": "$far"}},
		{"tgw", transitType, in{}}, {"join", transitVPCType, in{"transitGatewayId": "$tgw", "vpcId": "$net", "subnetIds": []any{"$sub"}}},
		{"pcx", peeringType, in{"vpcId": "$net", "peerVpcId": "$far", "autoAccept": true}},
		{"eni", eniType, in{"subnetId": "$sub"}},
	}
}

func TestConnectionsThatAWSRefuses(t *testing.T) {
	t.Parallel()
	route := func(table string, target in) []step {
		return []step{{"r", routeType, merged(in{"routeTableId": table, "destinationCidrBlock": "10.64.0.0/16"}, target)}}
	}
	join := func(more in) []step {
		return []step{{"x", transitVPCType, merged(in{"transitGatewayId": "$tgw", "vpcId": "$far", "subnetIds": []any{"$distant"}}, more)}}
	}
	runRefusals(t, connectedNetworks(), map[string]refusal{
		"a route to a transit gateway":         {route("$table", in{"transitGatewayId": "$tgw"}), ""},
		"a route to none":                      {route("$table", in{"transitGatewayId": "tgw-0"}), "api error InvalidTransitGatewayID.NotFound"},
		"a route to one that is not joined":    {route("$distanttable", in{"transitGatewayId": "$tgw"}), "api error InvalidTransitGatewayID.NotFound: The transitGateway ID '$tgw' does not exist."},
		"a route to a peer":                    {route("$distanttable", in{"vpcPeeringConnectionId": "$pcx"}), ""},
		"a route to no peer":                   {route("$table", in{"vpcPeeringConnectionId": "pcx-0"}), "api error InvalidVpcPeeringConnectionID.NotFound"},
		"a route to others' peers":             {append([]step{{"t", tableType, in{"vpcId": "$same"}}}, route("$t", in{"vpcPeeringConnectionId": "$pcx"})...), "belong to different networks"},
		"a route to an interface":              {route("$table", in{"networkInterfaceId": "$eni"}), ""},
		"a route to another's interface":       {route("$distanttable", in{"networkInterfaceId": "$eni"}), "belong to different networks"},
		"a route to no interface":              {route("$table", in{"networkInterfaceId": "eni-0"}), "api error InvalidNetworkInterfaceID.NotFound"},
		"a route to no endpoint":               {route("$table", in{"vpcEndpointId": "vpce-0"}), "api error InvalidVpcEndpointId.NotFound"},
		"a route to an endpoint as a gateway":  {route("$table", in{"gatewayId": "vpce-0"}), "is a target of vpcEndpointId"},
		"a route to no list":                   {[]step{{"r", routeType, in{"routeTableId": "$table", "destinationPrefixListId": "pl-0", "transitGatewayId": "$tgw"}}}, "api error InvalidPrefixListID.NotFound"},
		"a route over a further range":         {append([]step{{"more", cidrType, in{"vpcId": "$net", "cidrBlock": "10.64.0.0/16"}}}, route("$table", in{"transitGatewayId": "$tgw"})...), "api error RouteAlreadyExists"},
		"joined twice":                         {join(in{"vpcId": "$net", "subnetIds": []any{"$sub"}}), "api error DuplicateTransitGatewayAttachment: $tgw has non-deleted Transit Gateway Attachments with same VPC ID."},
		"joined twice in a zone":               {[]step{{"~join", "", in{"transitGatewayId": "$tgw", "vpcId": "$net", "subnetIds": []any{"$sub", "$sub2"}}}}, "api error DuplicateSubnetsInSameZone"},
		"joined in another's subnet":           {join(in{"subnetIds": []any{"$sub"}}), "is in another network"},
		"joined to nothing":                    {join(in{"transitGatewayId": "tgw-0"}), "api error InvalidTransitGatewayID.NotFound: Transit Gateway tgw-0 was deleted or does not exist."},
		"joined from nowhere":                  {join(in{"vpcId": "vpc-0"}), "api error InvalidVpcID.NotFound"},
		"joined with IPv6 that there is not":   {join(in{"ipv6Support": "enable"}), "has no IPv6 CIDR block, which ipv6Support needs"},
		"joined in no subnet":                  {[]step{{"x", transitVPCType, in{"transitGatewayId": "$tgw", "vpcId": "$far"}}}, "missing required property"},
		"joined oddly":                         {join(in{"dnsSupport": "yes"}), "expected dnsSupport to be one of"},
		"a transit gateway in use":             {[]step{{"-tgw", "", nil}}, "api error IncorrectState: $tgw has non-deleted VPC Attachments: $join."},
		"an odd transit gateway":               {[]step{{"x", transitType, in{"vpnEcmpSupport": "yes"}}}, "expected vpnEcmpSupport to be one of"},
		"a subnet that is joined":              {[]step{{"-eni", "", nil}, {"-sub", "", nil}}, "api error DependencyViolation: The subnet '$sub'"},
		"a peer with the same addresses":       {[]step{{"x", peeringType, in{"vpcId": "$net", "peerVpcId": "$same", "autoAccept": true}}}, "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"},
		"a peer that there is not":             {[]step{{"x", peeringType, in{"vpcId": "$net", "peerVpcId": "vpc-0"}}}, "Failed due to incorrect VPC-ID"},
		"a peer of nothing":                    {[]step{{"x", peeringType, in{"vpcId": "vpc-0", "peerVpcId": "$net"}}}, "api error InvalidVpcID.NotFound"},
		"a peer elsewhere, accepted here":      {[]step{{"x", peeringType, in{"vpcId": "$net", "peerVpcId": "$far", "peerRegion": "us-east-1", "autoAccept": true}}}, "cannot be set whilst `auto_accept` is `true`"},
		"a network with peers":                 {[]step{{"-distant", "", nil}, {"-distanttable", "", nil}, {"-far", "", nil}}, ""},
		"nothing to accept":                    {[]step{{"x", accepterType, in{"vpcPeeringConnectionId": "pcx-0"}}}, "api error InvalidVpcPeeringConnectionID.NotFound"},
		"an interface's address elsewhere":     {[]step{{"x", eniType, in{"subnetId": "$sub", "privateIps": []any{"10.0.1.9"}}}}, "does not fall within the subnet's address range"},
		"an interface's address again":         {[]step{{"x", eniType, in{"subnetId": "$sub", "privateIps": []any{"10.0.0.5"}}}}, "api error InvalidIPAddress.InUse: Address 10.0.0.5 is in use."},
		"an interface nowhere":                 {[]step{{"x", eniType, in{"subnetId": "subnet-0"}}}, "api error InvalidSubnetID.NotFound"},
		"an interface of no group":             {[]step{{"x", eniType, in{"subnetId": "$sub", "securityGroups": []any{"sg-0"}}}}, "api error InvalidGroup.NotFound"},
		"an interface on a machine":            {[]step{{"x", eniType, in{"subnetId": "$sub", "attachments": []any{in{"instance": "i-0", "deviceIndex": 1.0}}}}}, "does not attach interfaces"},
		"an address without the internet":      {[]step{{"x", addressType, in{"networkInterface": "$eni"}}}, "api error Gateway.NotAttached: Network $net is not attached to any internet gateway"},
		"an interface's second public address": {[]step{{"igw", internetType, in{"vpcId": "$net"}}, {"e", addressType, in{"networkInterface": "$eni"}}, {"x", addressType, in{"networkInterface": "$eni"}}}, "api error Resource.AlreadyAssociated"},
		"an address of an interface, cut off":  {[]step{{"igw", internetType, in{"vpcId": "$net"}}, {"e", addressType, in{"networkInterface": "$eni"}}, {"-igw", "", nil}}, "api error DependencyViolation: Network $net has some mapped public address(es)."},
		"an address for NAT and an interface": {[]step{{"igw", internetType, in{"vpcId": "$net"}}, {"e", addressType, in{}}, {"nat", natType, in{"subnetId": "$sub", "allocationId": "$e"}},
			{"x", addressPairType, in{"allocationId": "$e", "networkInterfaceId": "$eni"}}}, "api error Resource.AlreadyAssociated"},
		"an address for an interface and NAT": {[]step{{"igw", internetType, in{"vpcId": "$net"}}, {"e", addressType, in{}}, {"pair", addressPairType, in{"allocationId": "$e", "networkInterfaceId": "$eni"}},
			{"x", natType, in{"subnetId": "$sub", "allocationId": "$e"}}}, "api error Resource.AlreadyAssociated"},
		"options of nothing":  {[]step{{"x", dhcpType, in{}}}, "must be specified"},
		"no such options":     {[]step{{"x", dhcpPairType, in{"vpcId": "$net", "dhcpOptionsId": "dopt-0"}}}, "api error InvalidDhcpOptionID.NotFound"},
		"options in use":      {[]step{{"o", dhcpType, in{"domainName": "example.com"}}, {"p", dhcpPairType, in{"vpcId": "$net", "dhcpOptionsId": "$o"}}, {"-o", "", nil}}, "api error DependencyViolation"},
		"a group of no zones": {[]step{{"x", "aws:ec2/availabilityZoneGroup:AvailabilityZoneGroup", in{"groupName": "eu-west-1", "optInStatus": "opted-in"}}}, "api error InvalidParameterValue"},
	})
}

func TestPeersInAnotherRegion(t *testing.T) {
	t.Parallel()
	here := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(step{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}}, step{"table", tableType, in{"vpcId": "$net"}})
	there := here.elsewhere(in{"region": "us-east-1"}).all(step{"net", vpcType, in{"cidrBlock": "10.1.0.0/16"}})
	here.ids["far"] = there.ids["net"]
	here.all(
		step{"pcx", peeringType, in{"vpcId": "$net", "peerVpcId": "$far", "peerRegion": "us-east-1"}},
		step{"r", routeType, in{"routeTableId": "$table", "destinationCidrBlock": "10.1.0.0/16", "vpcPeeringConnectionId": "$pcx"}},
	)
	require.Equal(t, "pending-acceptance", here.out("pcx", "acceptStatus"))
	require.Equal(t, "blackhole", here.out("r", "state"))
	there.ids["pcx"] = here.ids["pcx"]
	there.all(step{"accept", accepterType, in{"vpcPeeringConnectionId": "$pcx", "autoAccept": true}})
	require.Equal(t, here.ids["pcx"], there.ids["accept"])
	require.Equal(t, there.ids["net"], there.out("accept", "vpcId"))
	require.Equal(t, "eu-west-1", there.out("accept", "peerRegion"))
	here.read("pcx")
	require.Equal(t, "active", here.out("pcx", "acceptStatus"))
	there.all(step{"-accept", "", nil}, step{"table", tableType, in{"vpcId": "$net"}},
		step{"r", routeType, in{"routeTableId": "$table", "destinationCidrBlock": "10.0.0.0/16", "vpcPeeringConnectionId": "$pcx"}})
	require.Equal(t, "active", there.out("r", "state"))
}

func TestWhatStandsInASubnetHasAnAddress(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(connectedNetworks()...).all(
		step{"igw", internetType, in{"vpcId": "$net"}}, step{"e", addressType, in{}},
		step{"private", natType, in{"subnetId": "$sub", "connectivityType": "private"}},
		step{"own", eniType, in{"subnetId": "$sub", "privateIps": []any{"10.0.0.100", "10.0.0.101"}}},
		step{"pair", addressPairType, in{"allocationId": "$e", "networkInterfaceId": "$own"}},
		step{"options", dhcpType, in{"domainName": "example.com"}}, step{"joined", dhcpPairType, in{"vpcId": "$net", "dhcpOptionsId": "$options"}},
	)
	require.Equal(t, "10.0.0.5", h.out("eni", "privateIp"), "the first after those that AWS keeps and that of the attachment")
	require.Equal(t, []any{h.out("net", "defaultSecurityGroupId")}, h.out("eni", "securityGroups"))
	require.Equal(t, "10.0.0.6", h.out("private", "privateIp"))
	require.Nil(t, h.out("private", "publicIp"))
	require.Equal(t, "10.0.0.100", h.out("own", "privateIp"))
	require.Equal(t, "203.0.113.1", h.out("pair", "publicIp"))
	h.read("e")
	require.Equal(t, h.ids["own"], h.out("e", "networkInterface"))
	h.read("net")
	require.Equal(t, h.ids["options"], h.out("net", "dhcpOptionsId"))

	nat := h.out("private", "networkInterfaceId").(string)
	h.ids["nat's"], h.types["nat's"] = nat, eniType
	h.read("nat's")
	require.Equal(t, natInterfaceKind, h.out("nat's", "interfaceType"))
	require.ErrorContains(t, h.do(step{"-sub", "", nil}), "api error DependencyViolation")
	h.all(step{"-pair", "", nil}, step{"-own", "", nil}, step{"-private", "", nil}, step{"-joined", "", nil})
	h.read("e")
	require.Nil(t, h.out("e", "networkInterface"))
	h.read("net")
	require.Equal(t, defaultDHCP, h.out("net", "dhcpOptionsId"))
	h.all(step{"~e", "", in{"networkInterface": "$eni"}})
	require.Equal(t, "10.0.0.5", h.out("e", "privateIp"))
	h.all(step{"~e", "", in{}}, step{"-igw", "", nil}, step{"-eni", "", nil}, step{"-join", "", nil}, step{"-tgw", "", nil}, step{"-sub", "", nil})
}

func TestASubnetIsFull(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(
		step{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}}, step{"sub", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/28"}},
	)
	for range 11 {
		h.all(step{"eni", eniType, in{"subnetId": "$sub"}})
	}
	require.Equal(t, "10.0.0.14", h.out("eni", "privateIp"))
	require.ErrorContains(t, h.do(step{"eni", eniType, in{"subnetId": "$sub"}}), "api error InsufficientFreeAddressesInSubnet")
}

const defaultDHCP = "dopt-00000000000000000"

const natInterfaceKind = "nat_gateway"
