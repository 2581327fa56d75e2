package vpc_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	ipamToken  = "aws:ec2/vpcIpam:VpcIpam"
	poolToken  = "aws:ec2/vpcIpamPool:VpcIpamPool"
	rangeToken = "aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr"
)

func TestRejectedCIDRBlocks(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{
		{Name: "net", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}},
		{Name: "sub", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": awstest.IPv6("0::/64")}},
		{Name: "old", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "172.16.0.0/16"}},
	}
	subnet := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "x", Type: kernel.SubnetToken,
			Inputs: awstest.Merge(in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}, inputs)}}
	}
	second := func(network, cidr string) []awstest.Step {
		return []awstest.Step{{Name: "second", Type: awstest.CIDRAssociationToken,
			Inputs: in{"vpcId": network, "cidrBlock": cidr}}}
	}
	then := func(before []awstest.Step, after ...awstest.Step) []awstest.Step { return append(before, after...) }
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"IPv6 of another network": {Steps: subnet(in{"ipv6CidrBlock": "2001:db8:9::/64"}),
			Want: "api error InvalidSubnet.Range: The CIDR '2001:db8:9::/64' is invalid."},
		"IPv6 of no network": {Steps: []awstest.Step{{Name: "x", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$old", "cidrBlock": "172.16.0.0/24", "ipv6CidrBlock": awstest.IPv6("0::/64")}}},
			Want: "api error InvalidSubnet.Range"},
		"IPv6 that overlaps another subnet": {Steps: subnet(in{"ipv6CidrBlock": awstest.IPv6("0::/64")}),
			Want: "api error InvalidSubnet.Conflict"},
		"IPv6 of an odd size": {Steps: subnet(in{"ipv6CidrBlock": awstest.IPv6("2::/63")}),
			Want: "api error InvalidSubnet.Range"},
		"IPv6 with host bits": {Steps: subnet(in{"ipv6CidrBlock": awstest.IPv6("1::1/64")}), Want: "did you mean"},
		"IPv6 addresses without a CIDR block": {Steps: subnet(in{"assignIpv6AddressOnCreation": true}),
			Want: "Invalid value 'true' for assignIpv6AddressOnCreation"},
		"IPv6 only with IPv4": {Steps: subnet(in{"ipv6Native": true, "ipv6CidrBlock": awstest.IPv6("1::/64")}),
			Want: "api error InvalidParameterCombination"},
		"no CIDR block at all": {Steps: []awstest.Step{{Name: "x", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net"}}}, Want: "api error MissingParameter"},
		"IPv6 only without a CIDR block": {Steps: []awstest.Step{{Name: "x", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "ipv6Native": true}}}, Want: "api error MissingParameter"},
		"an unknown host name type": {Steps: subnet(in{"privateDnsHostnameTypeOnLaunch": "name"}),
			Want: "expected privateDnsHostnameTypeOnLaunch to be one of"},
		"two ways to IPv6": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true,
				"ipv6IpamPoolId": "ipam-pool-0"}}}, Want: "conflicts with ipv6IpamPoolId"},
		"a length without a pool": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCToken,
			Inputs: in{"ipv4NetmaskLength": 20.0}}},
			Want: "all of ipv4IpamPoolId, ipv4NetmaskLength must be specified"},
		"a VPC without a CIDR block": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCToken, Inputs: in{}}},
			Want: "api error MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."},
		"IPv6 as IPv4": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "2001:db8::/56"}}}, Want: "is not a valid IPv4 CIDR block"},
		"no DNS support for host names": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.0.0.0/16", "enableDnsSupport": false, "enableDnsHostnames": true}}},
			Want: "You can only enable DNS hostnames if you've enabled DNS support."},
		"neither": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.0.0.0/16", "enableDnsSupport": false}}}},
		"a reserved address of an interface": {Steps: append(subnet(nil), awstest.Step{Name: "eni",
			Type: kernel.NetworkInterfaceToken, Inputs: in{"subnetId": "$x", "privateIps": []any{"10.0.1.2"}}}),
			Want: "Address 10.0.1.2 is in subnet's reserved address range"},

		"IPv6 removed while in use": {Steps: []awstest.Step{{Name: "~net", Inputs: in{"cidrBlock": "10.0.0.0/16"}}},
			Want: "api error InvalidCidrBlock.InUse: The vpc CIDR block with association ID vpc-cidr-assoc-"},
		"an additional CIDR block of a missing VPC": {Steps: second("vpc-0", "10.1.0.0/16"),
			Want: "api error InvalidVpcID.NotFound"},
		"an additional CIDR block that overlaps another one": {Steps: then(second("$net", "10.1.0.0/16"),
			second("$net", "10.1.128.0/17")...),
			Want: "api error InvalidVpc.Range: The CIDR '10.1.128.0/17' conflicts with another CIDR block"},
		"the first range again": {Steps: second("$net", "10.0.0.0/20"), Want: "conflicts with another CIDR block"},
		"a large additional CIDR block": {Steps: second("$net", "10.128.0.0/9"),
			Want: "api error InvalidVpc.Range: The CIDR '10.128.0.0/9' is invalid."},
		"private ranges mixed": {Steps: second("$net", "192.168.0.0/16"),
			Want: "api error InvalidVpc.Range: The CIDR '192.168.0.0/16' is restricted."},
		"private ranges mixed the other way": {Steps: second("$old", "10.0.0.0/16"), Want: "is restricted"},
		"link-local addresses":               {Steps: second("$net", "169.254.0.0/16"), Want: "is restricted"},
		"shared addresses":                   {Steps: second("$net", "100.64.0.0/16")},
		"public addresses":                   {Steps: second("$net", "203.0.113.0/24")},
		"too many ranges": {Steps: then(second("$net", "10.1.0.0/16"),
			awstest.Step{Name: "3", Type: awstest.CIDRAssociationToken,
				Inputs: in{"vpcId": "$net", "cidrBlock": "10.2.0.0/16"}},
			awstest.Step{Name: "4", Type: awstest.CIDRAssociationToken,
				Inputs: in{"vpcId": "$net", "cidrBlock": "10.3.0.0/16"}},
			awstest.Step{Name: "5", Type: awstest.CIDRAssociationToken,
				Inputs: in{"vpcId": "$net", "cidrBlock": "10.4.0.0/16"}},
			awstest.Step{Name: "6", Type: awstest.CIDRAssociationToken,
				Inputs: in{"vpcId": "$net", "cidrBlock": "10.5.0.0/16"}}), Want: "api error CidrLimitExceeded"},
		"a CIDR block with subnets": {Steps: then(second("$net", "100.64.0.0/16"),
			awstest.Step{Name: "s", Type: kernel.SubnetToken,
				Inputs: in{"vpcId": "$net", "cidrBlock": "100.64.1.0/24"}}, awstest.Step{Name: "-second"}),
			Want: "api error InvalidCidrBlock.InUse: The vpc CIDR block with association ID $second may not be disassociated. It is currently in use."},
		"a subnet across two CIDR blocks": {Steps: then(second("$net", "10.1.0.0/16"),
			awstest.Step{Name: "s", Type: kernel.SubnetToken,
				Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/15"}}), Want: "api error InvalidSubnet.Range"},
		"a subnet in a CIDR block that is not associated": {Steps: []awstest.Step{{Name: "s", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "100.64.0.0/24"}}}, Want: "api error InvalidSubnet.Range"},
	})
}

func TestIPv6IsAddedAndRemoved(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "a", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}},
		awstest.Step{Name: "b", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		awstest.Step{Name: "s", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$b", "cidrBlock": "10.0.0.0/24"}},
	)
	require.Equal(t, "2001:db8:1000::/56", h.Output("a", "ipv6CidrBlock"))
	require.Regexp(t, "^vpc-cidr-assoc-[0-9a-f]{17}$", h.Output("a", "ipv6AssociationId"))
	require.Nil(t, h.Output("b", "ipv6CidrBlock"))

	// The CIDR block is unknown before the VPC has it.
	plan, err := h.Update(t.Context(), provider.UpdateRequest{
		Urn: awstest.URN(kernel.VPCToken), ID: h.IDs["b"], State: h.State["b"], DryRun: true,
		Inputs: awstest.Properties(in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}),
	})
	require.NoError(t, err)
	require.True(t, resource.ToResourcePropertyMap(plan.Properties)["ipv6CidrBlock"].IsComputed())
	h.All(awstest.Step{Name: "~b", Inputs: in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}})
	require.Equal(t, "2001:db8:1000:100::/56", h.Output("b", "ipv6CidrBlock"), "no two networks have the same")
	h.All(
		awstest.Step{Name: "~s", Inputs: in{"vpcId": "$b", "cidrBlock": "10.0.0.0/24",
			"ipv6CidrBlock": "2001:db8:1000:1ff::/64", "assignIpv6AddressOnCreation": true}},
	)
	require.Regexp(t, "^subnet-cidr-assoc-[0-9a-f]{17}$", h.Output("s", "ipv6CidrBlockAssociationId"))
	h.All(
		awstest.Step{Name: "~s", Inputs: in{"vpcId": "$b", "cidrBlock": "10.0.0.0/24"}},
		awstest.Step{Name: "~b", Inputs: in{"cidrBlock": "10.0.0.0/16"}},
	)
	require.Nil(t, h.Output("s", "ipv6CidrBlockAssociationId"))
	require.Nil(t, h.Output("b", "ipv6CidrBlock"))
}

func TestCIDRBlocksFromIPAMPools(t *testing.T) {
	t.Parallel()
	pool := func(inputs in) awstest.Step {
		return awstest.Step{Name: "pool", Type: poolToken,
			Inputs: awstest.Merge(in{"addressFamily": "ipv4", "ipamScopeId": "$scope", "locale": "eu-west-1"}, inputs)}
	}
	network := func(name string, inputs in) awstest.Step {
		return awstest.Step{Name: name, Type: kernel.VPCToken,
			Inputs: awstest.Merge(in{"ipv4IpamPoolId": "$pool"}, inputs)}
	}
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "ipam", Type: ipamToken,
			Inputs: in{"operatingRegions": []any{in{"regionName": "eu-west-1"}}}},
	)
	h.IDs["scope"], _ = h.Output("ipam", "privateDefaultScopeId").(string)
	h.All(
		pool(in{"allocationDefaultNetmaskLength": 20.0, "allocationMinNetmaskLength": 18.0}),
		awstest.Step{Name: "range", Type: rangeToken, Inputs: in{"ipamPoolId": "$pool", "cidr": "10.16.0.0/16"}},
		network("first", nil), network("second", in{"ipv4NetmaskLength": 18.0}),
		network("third", in{"cidrBlock": "10.16.32.0/20"}),
		awstest.Step{Name: "more", Type: awstest.CIDRAssociationToken,
			Inputs: in{"vpcId": "$first", "ipv4IpamPoolId": "$pool", "ipv4NetmaskLength": 24.0}},
		awstest.Step{Name: "inner", Type: poolToken,
			Inputs: in{"addressFamily": "ipv4", "ipamScopeId": "$scope", "locale": "eu-west-1",
				"sourceIpamPoolId": "$pool"}},
		awstest.Step{Name: "inside", Type: rangeToken, Inputs: in{"ipamPoolId": "$inner", "netmaskLength": 20.0}},
	)
	require.Equal(t, "10.16.0.0/20", h.Output("first", "cidrBlock"))
	require.Equal(t, "10.16.64.0/18", h.Output("second", "cidrBlock"))
	require.Equal(t, "10.16.16.0/24", h.Output("more", "cidrBlock"))
	require.Equal(t, "10.16.48.0/20", h.Output("inside", "cidr"))
	for name, tc := range map[string]awstest.Refusal{
		"one that is taken": {Steps: []awstest.Step{network("x", in{"cidrBlock": "10.16.32.0/20"})},
			Want: "is not free in the pool"},
		"one that is too large": {Steps: []awstest.Step{network("x", in{"ipv4NetmaskLength": 17.0})},
			Want: "is not within those that the pool"},
		"no such pool": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCToken,
			Inputs: in{"ipv4IpamPoolId": "ipam-pool-0", "ipv4NetmaskLength": 20.0}}},
			Want: "api error InvalidIpamPoolId.NotFound"},
		"a pool without a locale": {Steps: []awstest.Step{{Name: "p", Type: poolToken,
			Inputs: in{"addressFamily": "ipv4", "ipamScopeId": "$scope"}},
			{Name: "x", Type: kernel.VPCToken, Inputs: in{"ipv4IpamPoolId": "$p", "ipv4NetmaskLength": 20.0}}},
			Want: "The locale of the pool"},
		"no such scope": {Steps: []awstest.Step{{Name: "x", Type: poolToken,
			Inputs: in{"addressFamily": "ipv4", "ipamScopeId": "ipam-scope-0"}}},
			Want: "api error InvalidIpamScopeId.NotFound"},
		"a pool in use": {Steps: []awstest.Step{{Name: "-pool"}}, Want: "api error IncorrectState"},
		"a range in use": {Steps: []awstest.Step{{Name: "-range"}},
			Want: "api error IncorrectState: The CIDR 10.16.0.0/16 has allocations."},
		"an IPAM in use": {Steps: []awstest.Step{{Name: "-ipam"}}, Want: "api error IncorrectState"},
		"an IPAM without the region": {Steps: []awstest.Step{{Name: "x", Type: ipamToken,
			Inputs: in{"operatingRegions": []any{in{"regionName": "us-east-1"}}}}}, Want: "must include eu-west-1"},
		"an exhausted pool": {Steps: []awstest.Step{network("y", in{"ipv4NetmaskLength": 18.0}),
			network("z", in{"ipv4NetmaskLength": 18.0}), network("x", in{"ipv4NetmaskLength": 18.0})},
			Want: "api error InsufficientCidrBlocks: The allocation size is too big for the pool: " + h.IDs["pool"]},
		"a pool without a default length": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCToken,
			Inputs: in{"ipv4IpamPoolId": "$inner"}}}, Want: "has no default netmask length"},
	} {
		last := len(tc.Steps) - 1
		h.All(tc.Steps[:last]...)
		require.ErrorContains(t, h.Do(tc.Steps[last]), tc.Want, name)
	}
}

// A new Local Zone is the first by name: programs that take the first zones of a list get it.
func TestLocalZones(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "us-west-2"}).History().All(awstest.Step{Name: "net",
		Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}})
	zones := func(args in) (names, groups any) {
		answer, err := h.Call("aws:index/getAvailabilityZones:getAvailabilityZones", args)
		require.NoError(t, err)
		return answer["names"], answer["groupNames"]
	}
	regular := []any{"us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"}
	local := []any{"us-west-2-lax-1a", "us-west-2-lax-1b"}
	optIn := func(status string) in {
		return in{"filters": []any{in{"name": "opt-in-status", "values": []any{status}}}}
	}
	names, groups := zones(in{})
	require.Equal(t, regular, names)
	require.Equal(t, []any{"us-west-2"}, groups)
	names, _ = zones(in{"allAvailabilityZones": true})
	require.Equal(t, append(local, regular...), names)
	require.ErrorContains(t, h.Do(awstest.Step{Name: "x", Type: kernel.SubnetToken,
		Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-west-2-lax-1a"}}),
		"api error InvalidParameterValue: Value (us-west-2-lax-1a) for parameter availabilityZone is invalid.")

	h.All(awstest.Step{Name: "lax", Type: awstest.ZoneGroupToken,
		Inputs: in{"groupName": "us-west-2-lax-1", "optInStatus": "opted-in"}})
	names, groups = zones(in{"state": "available"})
	require.Equal(t, append(local, regular...), names)
	require.Equal(t, []any{"us-west-2-lax-1", "us-west-2"}, groups)
	names, _ = zones(optIn("opt-in-not-required"))
	require.Equal(t, regular, names)
	names, _ = zones(in{"excludeNames": []any{"us-west-2-lax-1a", "us-west-2b"},
		"excludeZoneIds": []any{"usw2-lax1-az2", "usw2-az1"}})
	require.Equal(t, []any{"us-west-2c", "us-west-2d"}, names)
	names, _ = zones(in{"state": "impaired"})
	require.Equal(t, []any{}, names)
	h.All(awstest.Step{Name: "sub", Type: kernel.SubnetToken,
		Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-west-2-lax-1a"}},
		awstest.Step{Name: "first", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}})
	require.Equal(t, "usw2-lax1-az1", h.Output("sub", "availabilityZoneId"))
	require.Equal(t, "us-west-2a", h.Output("first", "availabilityZone"),
		"nobody gets a Local Zone who does not name it")
}

func TestVPCWithSubnetsIsNotDeleted(t *testing.T) {
	t.Parallel()
	a := awstest.NewAccount(t, true).Use(map[string]any{"region": "eu-west-1"})
	network := a.MustCreate(kernel.VPCToken, map[string]any{"cidrBlock": "10.0.0.0/16"})
	subnet := a.MustCreate(kernel.SubnetToken,
		map[string]any{"vpcId": network, "cidrBlock": "10.0.0.0/24", "availabilityZoneId": "euw1-az2"})
	remove := func(typ, id string) error {
		return a.Delete(t.Context(), provider.DeleteRequest{Urn: awstest.URN(typ), ID: id})
	}
	require.ErrorContains(t, remove(kernel.VPCToken, network),
		"api error DependencyViolation: The vpc '"+network+"' has dependencies and cannot be deleted.")
	r, err := a.Read(t.Context(), provider.ReadRequest{Urn: awstest.URN(kernel.SubnetToken), ID: subnet})
	require.NoError(t, err)
	require.Equal(t, "eu-west-1b", resource.ToResourcePropertyMap(r.Properties)["availabilityZone"].StringValue())
	require.NoError(t, remove(kernel.SubnetToken, subnet))
	require.NoError(t, remove(kernel.VPCToken, network))
}

func TestAddressesInASubnet(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(awstest.ConnectedNetworks()...).All(
		awstest.Step{Name: "igw", Type: kernel.InternetGatewayToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "e", Type: kernel.ElasticIPToken, Inputs: in{}},
		awstest.Step{Name: "private", Type: kernel.NATGatewayToken,
			Inputs: in{"subnetId": "$sub", "connectivityType": "private"}},
		awstest.Step{Name: "own", Type: kernel.NetworkInterfaceToken,
			Inputs: in{"subnetId": "$sub", "privateIps": []any{"10.0.0.100", "10.0.0.101"}}},
		awstest.Step{Name: "pair", Type: awstest.ElasticIPAssociationToken,
			Inputs: in{"allocationId": "$e", "networkInterfaceId": "$own"}},
		awstest.Step{Name: "options", Type: kernel.DHCPOptionsToken, Inputs: in{"domainName": "example.com"}},
		awstest.Step{Name: "joined", Type: awstest.DHCPOptionsAssociationToken,
			Inputs: in{"vpcId": "$net", "dhcpOptionsId": "$options"}},
	)
	require.Equal(t, "10.0.0.5", h.Output("eni", "privateIp"),
		"the first after those that AWS keeps and that of the attachment")
	require.Equal(t, []any{h.Output("net", "defaultSecurityGroupId")}, h.Output("eni", "securityGroups"))
	require.Equal(t, "10.0.0.6", h.Output("private", "privateIp"))
	require.Nil(t, h.Output("private", "publicIp"))
	require.Equal(t, "10.0.0.100", h.Output("own", "privateIp"))
	require.Equal(t, "203.0.113.1", h.Output("pair", "publicIp"))
	h.Refreshed("e")
	require.Equal(t, h.IDs["own"], h.Output("e", "networkInterface"))
	h.Refreshed("net")
	require.Equal(t, h.IDs["options"], h.Output("net", "dhcpOptionsId"))

	nat := h.Output("private", "networkInterfaceId").(string)
	h.IDs["nat's"], h.Types["nat's"] = nat, kernel.NetworkInterfaceToken
	h.Refreshed("nat's")
	require.Equal(t, awstest.NATGatewayInterface, h.Output("nat's", "interfaceType"))
	require.ErrorContains(t, h.Do(awstest.Step{Name: "-sub"}), "api error DependencyViolation")
	h.All(awstest.Step{Name: "-pair"}, awstest.Step{Name: "-own"}, awstest.Step{Name: "-private"},
		awstest.Step{Name: "-joined"})
	h.Refreshed("e")
	require.Nil(t, h.Output("e", "networkInterface"))
	h.Refreshed("net")
	require.Equal(t, awstest.DefaultDHCPOptions, h.Output("net", "dhcpOptionsId"))
	h.All(awstest.Step{Name: "~e", Inputs: in{"networkInterface": "$eni"}})
	require.Equal(t, "10.0.0.5", h.Output("e", "privateIp"))
	h.All(awstest.Step{Name: "~e", Inputs: in{}}, awstest.Step{Name: "-igw"}, awstest.Step{Name: "-eni"},
		awstest.Step{Name: "-join"}, awstest.Step{Name: "-tgw"}, awstest.Step{Name: "-sub"})
}

func TestFullSubnet(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		awstest.Step{Name: "sub", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/28"}},
	)
	for range 11 {
		h.All(awstest.Step{Name: "eni", Type: kernel.NetworkInterfaceToken, Inputs: in{"subnetId": "$sub"}})
	}
	require.Equal(t, "10.0.0.14", h.Output("eni", "privateIp"))
	require.ErrorContains(t, h.Do(awstest.Step{Name: "eni", Type: kernel.NetworkInterfaceToken,
		Inputs: in{"subnetId": "$sub"}}), "api error InsufficientFreeAddressesInSubnet")
}
