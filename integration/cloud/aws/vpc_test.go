package aws_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

const (
	cidrType  = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
	ipamType  = "aws:ec2/vpcIpam:VpcIpam"
	poolType  = "aws:ec2/vpcIpamPool:VpcIpamPool"
	rangeType = "aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr"
)

// ipv6 is a subnet's range within the first IPv6 range that the simulated AWS gives to a network.
func ipv6(rest string) string { return "2001:db8:1000:" + rest }

func TestRangesThatAWSRefuses(t *testing.T) {
	t.Parallel()
	common := []step{
		{"net", vpcType, in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}},
		{"sub", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": ipv6("0::/64")}},
		{"old", vpcType, in{"cidrBlock": "172.16.0.0/16"}},
	}
	subnet := func(inputs in) []step {
		return []step{{"x", subnetType, merged(in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}, inputs)}}
	}
	second := func(network, cidr string) []step {
		return []step{{"second", cidrType, in{"vpcId": network, "cidrBlock": cidr}}}
	}
	then := func(before []step, after ...step) []step { return append(before, after...) }
	runRefusals(t, common, map[string]refusal{
		"IPv6 of another network": {subnet(in{"ipv6CidrBlock": "2001:db8:9::/64"}), "api error InvalidSubnet.Range: The CIDR '2001:db8:9::/64' is invalid."},
		"IPv6 of no network":      {[]step{{"x", subnetType, in{"vpcId": "$old", "cidrBlock": "172.16.0.0/24", "ipv6CidrBlock": ipv6("0::/64")}}}, "api error InvalidSubnet.Range"},
		"IPv6 in the way":         {subnet(in{"ipv6CidrBlock": ipv6("0::/64")}), "api error InvalidSubnet.Conflict"},
		"IPv6 of an odd size":     {subnet(in{"ipv6CidrBlock": ipv6("2::/63")}), "api error InvalidSubnet.Range"},
		"IPv6 with host bits":     {subnet(in{"ipv6CidrBlock": ipv6("1::1/64")}), "did you mean"},
		"addresses of no range":   {subnet(in{"assignIpv6AddressOnCreation": true}), "Invalid value 'true' for assignIpv6AddressOnCreation"},
		"IPv6 alone and not":      {subnet(in{"ipv6Native": true, "ipv6CidrBlock": ipv6("1::/64")}), "api error InvalidParameterCombination"},
		"no range at all":         {[]step{{"x", subnetType, in{"vpcId": "$net"}}}, "api error MissingParameter"},
		"IPv6 alone, of nothing":  {[]step{{"x", subnetType, in{"vpcId": "$net", "ipv6Native": true}}}, "api error MissingParameter"},
		"names of machines":       {subnet(in{"privateDnsHostnameTypeOnLaunch": "name"}), "expected privateDnsHostnameTypeOnLaunch to be one of"},
		"two ways to IPv6":        {[]step{{"x", vpcType, in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true, "ipv6IpamPoolId": "ipam-pool-0"}}}, "conflicts with ipv6IpamPoolId"},
		"a length of no pool":     {[]step{{"x", vpcType, in{"ipv4NetmaskLength": 20.0}}}, "all of ipv4IpamPoolId, ipv4NetmaskLength must be specified"},
		"a network of no range":   {[]step{{"x", vpcType, in{}}}, "api error MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."},
		"IPv6 as IPv4":            {[]step{{"x", vpcType, in{"cidrBlock": "2001:db8::/56"}}}, "api error InvalidVpc.Range"},
		"IPv6 taken away":         {[]step{{"~net", "", in{"cidrBlock": "10.0.0.0/16"}}}, "api error InvalidCidrBlock.InUse: The vpc CIDR block with association ID vpc-cidr-assoc-"},
		"a further range of none": {second("vpc-0", "10.1.0.0/16"), "api error InvalidVpcID.NotFound"},
		"a further range twice":   {then(second("$net", "10.1.0.0/16"), second("$net", "10.1.128.0/17")...), "api error InvalidVpc.Range: The CIDR '10.1.128.0/17' conflicts with another CIDR block"},
		"the first range again":   {second("$net", "10.0.0.0/20"), "conflicts with another CIDR block"},
		"a wide further range":    {second("$net", "10.128.0.0/9"), "api error InvalidVpc.Range: The CIDR '10.128.0.0/9' is invalid."},
		"private ranges mixed":    {second("$net", "192.168.0.0/16"), "api error InvalidVpc.Range: The CIDR '192.168.0.0/16' is restricted."},
		"another mixture":         {second("$old", "10.0.0.0/16"), "is restricted"},
		"link-local addresses":    {second("$net", "169.254.0.0/16"), "is restricted"},
		"shared addresses":        {second("$net", "100.64.0.0/16"), ""},
		"public addresses":        {second("$net", "203.0.113.0/24"), ""},
		"too many ranges": {then(second("$net", "10.1.0.0/16"), step{"3", cidrType, in{"vpcId": "$net", "cidrBlock": "10.2.0.0/16"}},
			step{"4", cidrType, in{"vpcId": "$net", "cidrBlock": "10.3.0.0/16"}}, step{"5", cidrType, in{"vpcId": "$net", "cidrBlock": "10.4.0.0/16"}},
			step{"6", cidrType, in{"vpcId": "$net", "cidrBlock": "10.5.0.0/16"}}), "api error CidrLimitExceeded"},
		"a range with subnets": {then(second("$net", "100.64.0.0/16"), step{"s", subnetType, in{"vpcId": "$net", "cidrBlock": "100.64.1.0/24"}}, step{"-second", "", nil}),
			"api error InvalidCidrBlock.InUse: The vpc CIDR block with association ID $second may not be disassociated. It is currently in use."},
		"a subnet between ranges":         {then(second("$net", "10.1.0.0/16"), step{"s", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/15"}}), "api error InvalidSubnet.Range"},
		"a subnet of a range that is out": {[]step{{"s", subnetType, in{"vpcId": "$net", "cidrBlock": "100.64.0.0/24"}}}, "api error InvalidSubnet.Range"},
	})
}

func TestANetworkGetsIPv6AndLosesIt(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(
		step{"a", vpcType, in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}},
		step{"b", vpcType, in{"cidrBlock": "10.0.0.0/16"}},
		step{"s", subnetType, in{"vpcId": "$b", "cidrBlock": "10.0.0.0/24"}},
	)
	require.Equal(t, "2001:db8:1000::/56", h.out("a", "ipv6CidrBlock"))
	require.Regexp(t, "^vpc-cidr-assoc-[0-9a-f]{17}$", h.out("a", "ipv6AssociationId"))
	require.Nil(t, h.out("b", "ipv6CidrBlock"))

	// Nobody knows the range before the network has it.
	plan, err := h.Update(t.Context(), provider.UpdateRequest{
		Urn: urn(vpcType), ID: h.ids["b"], State: h.state["b"], DryRun: true,
		Inputs: values(in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}),
	})
	require.NoError(t, err)
	require.True(t, resource.ToResourcePropertyMap(plan.Properties)["ipv6CidrBlock"].IsComputed())
	h.all(step{"~b", "", in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}})
	require.Equal(t, "2001:db8:1000:100::/56", h.out("b", "ipv6CidrBlock"), "no two networks have the same")
	h.all(
		step{"~s", "", in{"vpcId": "$b", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": "2001:db8:1000:1ff::/64", "assignIpv6AddressOnCreation": true}},
	)
	require.Regexp(t, "^subnet-cidr-assoc-[0-9a-f]{17}$", h.out("s", "ipv6CidrBlockAssociationId"))
	h.all(
		step{"~s", "", in{"vpcId": "$b", "cidrBlock": "10.0.0.0/24"}},
		step{"~b", "", in{"cidrBlock": "10.0.0.0/16"}},
	)
	require.Nil(t, h.out("s", "ipv6CidrBlockAssociationId"))
	require.Nil(t, h.out("b", "ipv6CidrBlock"))
}

func TestNetworksFromPools(t *testing.T) {
	t.Parallel()
	pool := func(inputs in) step {
		return step{"pool", poolType, merged(in{"addressFamily": "ipv4", "ipamScopeId": "$scope", "locale": "eu-west-1"}, inputs)}
	}
	network := func(name string, inputs in) step {
		return step{name, vpcType, merged(in{"ipv4IpamPoolId": "$pool"}, inputs)}
	}
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(
		step{"ipam", ipamType, in{"operatingRegions": []any{in{"regionName": "eu-west-1"}}}},
	)
	h.ids["scope"], _ = h.out("ipam", "privateDefaultScopeId").(string)
	h.all(
		pool(in{"allocationDefaultNetmaskLength": 20.0, "allocationMinNetmaskLength": 18.0}),
		step{"range", rangeType, in{"ipamPoolId": "$pool", "cidr": "10.0.0.0/16"}},
		network("first", nil), network("second", in{"ipv4NetmaskLength": 18.0}), network("third", in{"cidrBlock": "10.0.32.0/20"}),
		step{"more", cidrType, in{"vpcId": "$first", "ipv4IpamPoolId": "$pool", "ipv4NetmaskLength": 24.0}},
		step{"inner", poolType, in{"addressFamily": "ipv4", "ipamScopeId": "$scope", "locale": "eu-west-1", "sourceIpamPoolId": "$pool"}},
		step{"inside", rangeType, in{"ipamPoolId": "$inner", "netmaskLength": 20.0}},
	)
	require.Equal(t, "10.0.0.0/20", h.out("first", "cidrBlock"))
	require.Equal(t, "10.0.64.0/18", h.out("second", "cidrBlock"))
	require.Equal(t, "10.0.16.0/24", h.out("more", "cidrBlock"))
	require.Equal(t, "10.0.48.0/20", h.out("inside", "cidr"))
	for name, tc := range map[string]refusal{
		"one that is taken":      {[]step{network("x", in{"cidrBlock": "10.0.32.0/20"})}, "is not free in the pool"},
		"one that is too large":  {[]step{network("x", in{"ipv4NetmaskLength": 17.0})}, "is not within those that the pool"},
		"no such pool":           {[]step{{"x", vpcType, in{"ipv4IpamPoolId": "ipam-pool-0", "ipv4NetmaskLength": 20.0}}}, "api error InvalidIpamPoolId.NotFound"},
		"a pool without a place": {[]step{{"p", poolType, in{"addressFamily": "ipv4", "ipamScopeId": "$scope"}}, {"x", vpcType, in{"ipv4IpamPoolId": "$p", "ipv4NetmaskLength": 20.0}}}, "The locale of the pool"},
		"no such scope":          {[]step{{"x", poolType, in{"addressFamily": "ipv4", "ipamScopeId": "ipam-scope-0"}}}, "api error InvalidIpamScopeId.NotFound"},
		"a pool in use":          {[]step{{"-pool", "", nil}}, "api error IncorrectState"},
		"a range in use":         {[]step{{"-range", "", nil}}, "api error IncorrectState: The CIDR 10.0.0.0/16 has allocations."},
		"a manager in use":       {[]step{{"-ipam", "", nil}}, "api error IncorrectState"},
		"a manager elsewhere":    {[]step{{"x", ipamType, in{"operatingRegions": []any{in{"regionName": "us-east-1"}}}}}, "must include eu-west-1"},
		"the pool is used up": {[]step{network("y", in{"ipv4NetmaskLength": 18.0}), network("z", in{"ipv4NetmaskLength": 18.0}), network("x", in{"ipv4NetmaskLength": 18.0})},
			"api error InsufficientCidrBlocks: The allocation size is too big for the pool: " + h.ids["pool"]},
		"no length": {[]step{{"x", vpcType, in{"ipv4IpamPoolId": "$inner"}}}, "has no default netmask length"},
	} {
		last := len(tc.steps) - 1
		h.all(tc.steps[:last]...)
		require.ErrorContains(t, h.do(tc.steps[last]), tc.want, name)
	}
}
