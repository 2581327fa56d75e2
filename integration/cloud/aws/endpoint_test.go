package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	endpointType       = "aws:ec2/vpcEndpoint:VpcEndpoint"
	endpointTableType  = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
	endpointSubnetType = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
)

func endpointNetwork() []step {
	return []step{
		{"net", vpcType, in{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true}}, {"plain", vpcType, in{"cidrBlock": "10.1.0.0/16"}},
		{"a", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a"}},
		{"a2", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1a"}},
		{"b", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.2.0/24", "availabilityZone": "eu-west-1b"}},
		{"distant", subnetType, in{"vpcId": "$plain", "cidrBlock": "10.1.0.0/24"}},
		{"group", groupType, in{"vpcId": "$net"}}, {"distantgroup", groupType, in{"vpcId": "$plain"}},
		{"table", tableType, in{"vpcId": "$net"}}, {"distanttable", tableType, in{"vpcId": "$plain"}},
		{"s3", endpointType, in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3", "routeTableIds": []any{"$table"}}},
		{"ec2", endpointType, in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ec2", "vpcEndpointType": "Interface", "privateDnsEnabled": true,
			"subnetIds": []any{"$b", "$a"}, "securityGroupIds": []any{"$group"}}},
	}
}

func TestEndpointsThatAWSRefuses(t *testing.T) {
	t.Parallel()
	gateway := func(more in) []step {
		return []step{{"x", endpointType, merged(in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.dynamodb"}, more)}}
	}
	face := func(more in) []step {
		return []step{{"x", endpointType, merged(in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ssm", "vpcEndpointType": "Interface", "subnetIds": []any{"$a"}}, more)}}
	}
	balancer := func(more in) []step {
		return face(merged(in{"serviceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-0", "vpcEndpointType": "GatewayLoadBalancer"}, more))
	}
	runRefusals(t, endpointNetwork(), map[string]refusal{
		"no such service":               {gateway(in{"serviceName": "com.amazonaws.eu-west-1.s4"}), "api error InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.s4' does not exist"},
		"a service of another region":   {gateway(in{"serviceName": "com.amazonaws.us-east-1.s3"}), "api error InvalidServiceName"},
		"no service":                    {[]step{{"x", endpointType, in{"vpcId": "$net"}}}, "missing required property"},
		"a gateway to an API":           {gateway(in{"serviceName": "com.amazonaws.eu-west-1.ec2"}), "api error InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface])."},
		"another kind":                  {gateway(in{"vpcEndpointType": "Proxy"}), "expected vpcEndpointType to be one of"},
		"no such network":               {gateway(in{"vpcId": "vpc-0"}), "api error InvalidVpcID.NotFound"},
		"no such table":                 {gateway(in{"routeTableIds": []any{"rtb-0"}}), "api error InvalidRouteTableID.NotFound"},
		"another network's table":       {gateway(in{"routeTableIds": []any{"$distanttable"}}), "belong to different networks"},
		"a table's second route":        {gateway(in{"serviceName": "com.amazonaws.eu-west-1.s3", "routeTableIds": []any{"$table"}}), "api error RouteAlreadyExists: route table $table already has a route with destination-prefix-list-id pl-"},
		"a second route by association": {[]step{{"x", endpointTableType, in{"vpcEndpointId": "$s3", "routeTableId": "$table"}}}, "api error RouteAlreadyExists"},
		"a gateway with interfaces":     {gateway(in{"subnetIds": []any{"$a"}}), "an endpoint of type Gateway has no network interfaces"},
		"a gateway with a group":        {gateway(in{"securityGroupIds": []any{"$group"}}), "an endpoint of type Gateway has no network interfaces"},
		"a gateway with a name":         {gateway(in{"privateDnsEnabled": true}), "does not provide a private DNS name"},
		"interfaces with routes":        {face(in{"routeTableIds": []any{"$table"}}), "Route table IDs are only for endpoints of type Gateway"},
		"two interfaces in a zone":      {face(in{"subnetIds": []any{"$a", "$a2"}}), "api error DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of $a2."},
		"another interface in a zone":   {[]step{{"x", endpointSubnetType, in{"vpcEndpointId": "$ec2", "subnetId": "$a2"}}}, "api error DuplicateSubnetsInSameZone"},
		"an interface of a gateway":     {[]step{{"x", endpointSubnetType, in{"vpcEndpointId": "$s3", "subnetId": "$a"}}}, "has no network interfaces"},
		"a route to interfaces":         {[]step{{"x", endpointTableType, in{"vpcEndpointId": "$ec2", "routeTableId": "$table"}}}, "only for endpoints of type Gateway"},
		"no such subnet":                {face(in{"subnetIds": []any{"subnet-0"}}), "api error InvalidSubnetID.NotFound"},
		"another network's subnet":      {face(in{"subnetIds": []any{"$distant"}}), "is in another network"},
		"no such group":                 {face(in{"securityGroupIds": []any{"sg-0"}}), "api error InvalidGroup.NotFound"},
		"another network's group":       {face(in{"securityGroupIds": []any{"$distantgroup"}}), "belong to different networks"},
		"a name without host names": {face(in{"vpcId": "$plain", "subnetIds": []any{"$distant"}, "privateDnsEnabled": true}),
			"api error InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for $plain"},
		"a name again": {face(in{"serviceName": "com.amazonaws.eu-west-1.ec2", "privateDnsEnabled": true}),
			"api error InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for ec2.eu-west-1.amazonaws.com in the VPC $net"},
		"no name again":           {face(in{"serviceName": "com.amazonaws.eu-west-1.ec2"}), ""},
		"a name that there isn't": {face(in{"serviceName": "com.amazonaws.eu-west-1.dynamodb", "privateDnsEnabled": true}), "does not provide a private DNS name"},
		"dual stack without IPv6": {face(in{"ipAddressType": "dualstack"}), "has no IPv6 CIDR block, which ipAddressType dualstack needs"},
		"only resolvers' names, without a gateway": {append([]step{{"-s3", "", nil}}, face(in{"serviceName": "com.amazonaws.eu-west-1.s3", "privateDnsEnabled": true,
			"dnsOptions": in{"privateDnsOnlyForInboundResolverEndpoint": true}})...), "the VPC $net must have a Gateway endpoint for the service."},
		"only resolvers' names": {face(in{"serviceName": "com.amazonaws.eu-west-1.s3", "privateDnsEnabled": true,
			"dnsOptions": in{"privateDnsOnlyForInboundResolverEndpoint": true}}), ""},
		"a policy that is no JSON":   {gateway(in{"policy": "yes"}), "contains an invalid JSON policy"},
		"a policy without principal": {gateway(in{"policy": doc(in{"Effect": "Allow", "Action": "*", "Resource": "*"})}), "api error InvalidPolicyDocument: Missing required field Principal"},
		"a policy of statements":     {gateway(in{"policy": doc(in{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"})}), ""},
		"a long policy":              {gateway(in{"policy": long(20480, in{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"})}), "api error InvalidPolicyDocument"},
		"a firewall in two subnets":  {balancer(in{"subnetIds": []any{"$a", "$b"}}), "has one subnet, and neither security groups nor private DNS"},
		"a firewall in one":          {balancer(nil), ""},
		"a route to an API":          {[]step{{"x", routeType, in{"routeTableId": "$table", "destinationCidrBlock": "0.0.0.0/0", "vpcEndpointId": "$ec2"}}}, "is no Gateway Load Balancer endpoint"},
		"a route to a firewall":      {append(balancer(nil), step{"r", routeType, in{"routeTableId": "$table", "destinationCidrBlock": "0.0.0.0/0", "vpcEndpointId": "$x"}}), ""},
		"a route to another network's firewall": {append(balancer(nil), step{"r", routeType, in{"routeTableId": "$distanttable", "destinationCidrBlock": "0.0.0.0/0", "vpcEndpointId": "$x"}}),
			"belong to different networks"},
		"a subnet with an interface in it": {[]step{{"-b", "", nil}}, "api error DependencyViolation: The subnet '$b' has dependencies and cannot be deleted."},
		"a group of interfaces":            {[]step{{"-group", "", nil}}, "api error DependencyViolation: resource $group has a dependent object"},
		"a network with a gateway":         {[]step{{"-ec2", "", nil}, {"-a", "", nil}, {"-a2", "", nil}, {"-b", "", nil}, {"-group", "", nil}, {"-table", "", nil}, {"-net", "", nil}}, "api error DependencyViolation: The vpc '$net'"},
		"a group that is let go": {[]step{{"~ec2", "", in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ec2", "vpcEndpointType": "Interface",
			"subnetIds": []any{"$a"}}}, {"-b", "", nil}, {"-group", "", nil}}, ""},
	})
}

func TestEndpointsHaveRoutesAndInterfaces(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(endpointNetwork()...)
	require.Regexp(t, "^pl-[0-9a-f]{8}$", h.out("s3", "prefixListId"))
	require.NotEmpty(t, h.out("s3", "cidrBlocks"))
	require.Contains(t, h.out("s3", "policy"), `"Effect":"Allow"`)
	require.Equal(t, []any{}, h.out("s3", "networkInterfaceIds"))
	require.Empty(t, h.read("table")["routes"], "an endpoint's routes are its own")
	require.Equal(t, []any{}, h.out("table", "routes"))

	require.Len(t, h.out("ec2", "networkInterfaceIds"), 2)
	require.Equal(t, h.fill([]any{"$b", "$a"}), h.read("ec2")["subnetIds"])
	entries, _ := h.out("ec2", "dnsEntries").([]any)
	require.Len(t, entries, 4)
	require.True(t, strings.HasSuffix(entries[1].(in)["dnsName"].(string), "-eu-west-1b.ec2.eu-west-1.vpce.amazonaws.com"))
	require.Equal(t, "ec2.eu-west-1.amazonaws.com", entries[3].(in)["dnsName"])

	h.all(
		step{"second", tableType, in{"vpcId": "$net"}},
		step{"joined", endpointTableType, in{"vpcEndpointId": "$s3", "routeTableId": "$second"}},
	)
	require.Equal(t, h.fill([]any{"$table", "$second"}), h.read("s3")["routeTableIds"], "drift, where both ways are used")
	h.all(step{"~s3", "", in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3", "routeTableIds": []any{"$table"}}})
	require.Nil(t, h.read("joined"))
	h.all(step{"-s3", "", nil}, step{"s3", endpointType, in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3"}})
	h.all(step{"joined", endpointTableType, in{"vpcEndpointId": "$s3", "routeTableId": "$table"}})
	require.NotContains(t, h.read("s3"), "routeTableIds", "no drift where it is not")
	h.all(step{"-joined", "", nil})
	require.Equal(t, []any{}, func() any { h.read("s3"); return h.out("s3", "routeTableIds") }())

	h.all(
		step{"~ec2", "", in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ec2", "vpcEndpointType": "Interface", "subnetIds": []any{"$b"}}},
		step{"apart", endpointSubnetType, in{"vpcEndpointId": "$ec2", "subnetId": "$a2"}},
	)
	require.Equal(t, h.fill([]any{"$b", "$a2"}), h.read("ec2")["subnetIds"])
	require.Equal(t, []any{h.out("net", "defaultSecurityGroupId")}, h.out("ec2", "securityGroupIds"))
	h.all(step{"-apart", "", nil})
	require.Equal(t, h.fill([]any{"$b"}), h.read("ec2")["subnetIds"])
	require.Nil(t, h.read("apart"))
	h.all(step{"-ec2", "", nil}, step{"-a", "", nil}, step{"-a2", "", nil}, step{"-b", "", nil})
}
