package endpoint_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	endpointSubnetToken = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
)

func TestRejectedEndpoints(t *testing.T) {
	t.Parallel()
	gateway := func(more in) []awstest.Step {
		return []awstest.Step{{Name: "x", Type: kernel.VPCEndpointToken,
			Inputs: awstest.Merge(in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.dynamodb"}, more)}}
	}
	face := func(more in) []awstest.Step {
		return []awstest.Step{{Name: "x", Type: kernel.VPCEndpointToken,
			Inputs: awstest.Merge(in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ssm",
				"vpcEndpointType": "Interface", "subnetIds": []any{"$a"}}, more)}}
	}
	balancer := func(more in) []awstest.Step {
		return face(awstest.Merge(in{"serviceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-0",
			"vpcEndpointType": "GatewayLoadBalancer"}, more))
	}
	awstest.RunRefusals(t, awstest.EndpointNetwork(), map[string]awstest.Refusal{
		"no such service": {Steps: gateway(in{"serviceName": "com.amazonaws.eu-west-1.s4"}),
			Want: "api error InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.s4' does not exist"},
		"a service of another region": {Steps: gateway(in{"serviceName": "com.amazonaws.us-east-1.s3"}),
			Want: "api error InvalidServiceName"},
		"no service": {Steps: []awstest.Step{{Name: "x", Type: kernel.VPCEndpointToken,
			Inputs: in{"vpcId": "$net"}}}, Want: "missing required property"},
		"a gateway endpoint of an interface service": {Steps: gateway(in{"serviceName": "com.amazonaws.eu-west-1.ec2"}),
			Want: "api error InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface])."},
		"another kind": {Steps: gateway(in{"vpcEndpointType": "Proxy"}),
			Want: "expected vpcEndpointType to be one of"},
		"no such network": {Steps: gateway(in{"vpcId": "vpc-0"}),
			Want: "api error InvalidVpcID.NotFound"},
		"no such table": {Steps: gateway(in{"routeTableIds": []any{"rtb-0"}}),
			Want: "api error InvalidRouteTableID.NotFound"},
		"another network's table": {Steps: gateway(in{"routeTableIds": []any{"$distanttable"}}),
			Want: "belong to different networks"},
		"a second endpoint route of a table": {Steps: gateway(in{"serviceName": "com.amazonaws.eu-west-1.s3",
			"routeTableIds": []any{"$table"}}),
			Want: "api error RouteAlreadyExists: route table $table already has a route with destination-prefix-list-id pl-"},
		"a second endpoint route by association": {Steps: []awstest.Step{{Name: "x",
			Type:   awstest.VPCEndpointRouteTableToken,
			Inputs: in{"vpcEndpointId": "$s3", "routeTableId": "$table"}}}, Want: "api error RouteAlreadyExists"},
		"a gateway with interfaces": {Steps: gateway(in{"subnetIds": []any{"$a"}}),
			Want: "an endpoint of type Gateway has no network interfaces"},
		"a gateway with a group": {Steps: gateway(in{"securityGroupIds": []any{"$group"}}),
			Want: "an endpoint of type Gateway has no network interfaces"},
		"a gateway endpoint with private DNS": {Steps: gateway(in{"privateDnsEnabled": true}),
			Want: "does not provide a private DNS name"},
		"interfaces with routes": {Steps: face(in{"routeTableIds": []any{"$table"}}),
			Want: "Route table IDs are only for endpoints of type Gateway"},
		"two interfaces in a zone": {Steps: face(in{"subnetIds": []any{"$a", "$a2"}}),
			Want: "api error DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of $a2."},
		"another interface in a zone": {Steps: []awstest.Step{{Name: "x", Type: endpointSubnetToken,
			Inputs: in{"vpcEndpointId": "$ec2", "subnetId": "$a2"}}}, Want: "api error DuplicateSubnetsInSameZone"},
		"an interface of a gateway": {Steps: []awstest.Step{{Name: "x", Type: endpointSubnetToken,
			Inputs: in{"vpcEndpointId": "$s3", "subnetId": "$a"}}}, Want: "has no network interfaces"},
		"a route to interfaces": {Steps: []awstest.Step{{Name: "x", Type: awstest.VPCEndpointRouteTableToken,
			Inputs: in{"vpcEndpointId": "$ec2", "routeTableId": "$table"}}},
			Want: "only for endpoints of type Gateway"},
		"no such subnet": {Steps: face(in{"subnetIds": []any{"subnet-0"}}),
			Want: "api error InvalidSubnetID.NotFound"},
		"another network's subnet": {Steps: face(in{"subnetIds": []any{"$distant"}}), Want: "is in another network"},
		"no such group": {Steps: face(in{"securityGroupIds": []any{"sg-0"}}),
			Want: "api error InvalidGroup.NotFound"},
		"another network's group": {Steps: face(in{"securityGroupIds": []any{"$distantgroup"}}),
			Want: "belong to different networks"},
		"private DNS without enableDnsHostnames": {Steps: face(in{"vpcId": "$plain", "subnetIds": []any{"$distant"},
			"privateDnsEnabled": true}),
			Want: "api error InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for $plain"},
		"a second endpoint with private DNS": {Steps: face(in{"serviceName": "com.amazonaws.eu-west-1.ec2",
			"privateDnsEnabled": true}),
			Want: "api error InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for ec2.eu-west-1.amazonaws.com in the VPC $net"},
		"a second endpoint without private DNS": {Steps: face(in{"serviceName": "com.amazonaws.eu-west-1.ec2"})},
		"private DNS of a service without it": {Steps: face(in{"serviceName": "com.amazonaws.eu-west-1.dynamodb",
			"privateDnsEnabled": true}), Want: "does not provide a private DNS name"},
		"dual stack without IPv6": {Steps: face(in{"ipAddressType": "dualstack"}),
			Want: "has no IPv6 CIDR block, which ipAddressType dualstack needs"},
		"DNS for resolvers only, without a gateway endpoint": {Steps: append([]awstest.Step{{Name: "-s3"}},
			face(in{"serviceName": "com.amazonaws.eu-west-1.s3", "privateDnsEnabled": true,
				"dnsOptions": in{"privateDnsOnlyForInboundResolverEndpoint": true}})...),
			Want: "the VPC $net must have a Gateway endpoint for the service."},
		"DNS for resolvers only": {Steps: face(in{"serviceName": "com.amazonaws.eu-west-1.s3",
			"privateDnsEnabled": true,
			"dnsOptions":        in{"privateDnsOnlyForInboundResolverEndpoint": true}})},
		"a policy that is no JSON": {Steps: gateway(in{"policy": "yes"}), Want: "contains an invalid JSON policy"},
		"a policy without principal": {Steps: gateway(in{"policy": awstest.Document(in{"Effect": "Allow",
			"Action": "*", "Resource": "*"})}),
			Want: "api error InvalidPolicyDocument: Missing required field Principal"},
		"a policy of statements": {Steps: gateway(in{"policy": awstest.Document(in{"Effect": "Allow",
			"Action": "*", "Resource": "*", "Principal": "*"})})},
		"a long policy": {Steps: gateway(in{"policy": awstest.LongDocument(20480,
			in{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"})}),
			Want: "api error InvalidPolicyDocument"},
		"a load balancer endpoint in two subnets": {Steps: balancer(in{"subnetIds": []any{"$a", "$b"}}),
			Want: "has one subnet, and neither security groups nor private DNS"},
		"a load balancer endpoint in one subnet": {Steps: balancer(nil)},
		"a route to an interface endpoint": {Steps: []awstest.Step{{Name: "x", Type: kernel.RouteToken,
			Inputs: in{"routeTableId": "$table", "destinationCidrBlock": "0.0.0.0/0", "vpcEndpointId": "$ec2"}}},
			Want: "is no Gateway Load Balancer endpoint"},
		"a route to a load balancer endpoint": {Steps: append(balancer(nil),
			awstest.Step{Name: "r", Type: kernel.RouteToken,
				Inputs: in{"routeTableId": "$table", "destinationCidrBlock": "0.0.0.0/0", "vpcEndpointId": "$x"}})},
		"a route to another VPC's load balancer endpoint": {Steps: append(balancer(nil),
			awstest.Step{Name: "r", Type: kernel.RouteToken,
				Inputs: in{"routeTableId": "$distanttable", "destinationCidrBlock": "0.0.0.0/0",
					"vpcEndpointId": "$x"}}),
			Want: "belong to different networks"},
		"a subnet with an interface in it": {Steps: []awstest.Step{{Name: "-b"}},
			Want: "api error DependencyViolation: The subnet '$b' has dependencies and cannot be deleted."},
		"a group of interfaces": {Steps: []awstest.Step{{Name: "-group"}},
			Want: "api error DependencyViolation: resource $group has a dependent object"},
		"a network with a gateway": {Steps: []awstest.Step{{Name: "-ec2"}, {Name: "-a"}, {Name: "-a2"}, {Name: "-b"},
			{Name: "-group"}, {Name: "-table"}, {Name: "-net"}}, Want: "api error DependencyViolation: The vpc '$net'"},
		"a security group removed from its endpoint": {Steps: []awstest.Step{{Name: "~ec2",
			Inputs: in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ec2", "vpcEndpointType": "Interface",
				"subnetIds": []any{"$a"}}}, {Name: "-b"}, {Name: "-group"}}},
	})
}

// Names of endpoint services depend on the partition, and in China on the service and the type of the endpoint.
func TestEndpointServicesOfPartitions(t *testing.T) {
	t.Parallel()
	const gateway, face = "Gateway", "Interface"
	tests := map[string]struct{ reason, region, kind, name, want string }{
		"S3 gateway in China": {"gateways keep the usual prefix", "cn-north-1", gateway, "com.amazonaws.cn-north-1.s3", ""},
		"DynamoDB gateway in China": {"gateways keep the usual prefix", "cn-northwest-1", gateway,
			"com.amazonaws.cn-northwest-1.dynamodb", ""},
		"DynamoDB gateway with the Chinese prefix": {"it does not exist", "cn-north-1", gateway,
			"cn.com.amazonaws.cn-north-1.dynamodb", "InvalidServiceName"},
		"S3 gateway with the Chinese prefix": {"that is the interface", "cn-north-1", gateway,
			"cn.com.amazonaws.cn-north-1.s3", "does not match available service types ([Interface])"},
		"S3 interface in China": {"it has a Chinese name", "cn-north-1", face, "cn.com.amazonaws.cn-north-1.s3", ""},
		"S3 interface with the usual prefix": {"that is the gateway", "cn-north-1", face, "com.amazonaws.cn-north-1.s3",
			"does not match available service types ([Gateway])"},
		"ECR in China":                  {"it has a Chinese name", "cn-north-1", face, "cn.com.amazonaws.cn-north-1.ecr.api", ""},
		"ECR with the usual prefix":     {"it has a Chinese name", "cn-north-1", face, "com.amazonaws.cn-north-1.ecr.api", "InvalidServiceName"},
		"KMS in China":                  {"it has the usual name", "cn-northwest-1", face, "com.amazonaws.cn-northwest-1.kms", ""},
		"KMS with the Chinese prefix":   {"it has the usual name", "cn-north-1", face, "cn.com.amazonaws.cn-north-1.kms", "InvalidServiceName"},
		"SSM in China":                  {"it has the usual name", "cn-north-1", face, "com.amazonaws.cn-north-1.ssm", ""},
		"another service in China":      {"the names of others have the reverse domain", "cn-north-1", face, "cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0", ""},
		"ECR in GovCloud":               {"the partition has the usual names", "us-gov-west-1", face, "com.amazonaws.us-gov-west-1.ecr.api", ""},
		"S3 gateway in GovCloud":        {"the partition has the usual names", "us-gov-east-1", gateway, "com.amazonaws.us-gov-east-1.s3", ""},
		"a Chinese name in Ireland":     {"the prefix is one of China", "eu-west-1", face, "cn.com.amazonaws.eu-west-1.ec2", "InvalidServiceName"},
		"Prometheus":                    {"the component offers it", "eu-west-1", face, "com.amazonaws.eu-west-1.aps-workspaces", ""},
		"the region of another account": {"services are regional", "cn-north-1", gateway, "com.amazonaws.eu-west-1.s3", "InvalidServiceName"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := awstest.NewAccount(t, true).Use(in{"region": tc.region}).History()
			h.All(awstest.One("net", kernel.VPCToken, in{"cidrBlock": "10.0.0.0/16"})...)
			err := h.Do(awstest.Step{Name: "it", Type: kernel.VPCEndpointToken,
				Inputs: in{"vpcId": "$net", "serviceName": tc.name, "vpcEndpointType": tc.kind}})
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
	h := awstest.NewAccount(t, true).Use(in{"region": "cn-north-1"}).History()
	found, err := h.Call("aws:ec2/getVpcEndpointService:getVpcEndpointService", in{"service": "s3"})
	require.NoError(t, err)
	require.Equal(t, "com.amazonaws.cn-north-1.s3", found["serviceName"])
	list, err := h.Call("aws:ec2/getPrefixList:getPrefixList", in{"name": "com.amazonaws.cn-north-1.s3"})
	require.NoError(t, err)
	require.NotEmpty(t, list["cidrBlocks"])
}

func TestRoutesAndInterfacesOfEndpoints(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(awstest.EndpointNetwork()...)
	require.Regexp(t, "^pl-[0-9a-f]{8}$", h.Output("s3", "prefixListId"))
	require.NotEmpty(t, h.Output("s3", "cidrBlocks"))
	require.Contains(t, h.Output("s3", "policy"), `"Effect":"Allow"`)
	require.Equal(t, []any{}, h.Output("s3", "networkInterfaceIds"))
	require.Empty(t, h.Refreshed("table")["routes"], "an endpoint's routes are its own")
	require.Equal(t, []any{}, h.Output("table", "routes"))

	require.Len(t, h.Output("ec2", "networkInterfaceIds"), 2)
	require.Equal(t, h.Fill([]any{"$b", "$a"}), h.Refreshed("ec2")["subnetIds"])
	entries, _ := h.Output("ec2", "dnsEntries").([]any)
	require.Len(t, entries, 4)
	require.True(t, strings.HasSuffix(entries[1].(in)["dnsName"].(string),
		"-eu-west-1b.ec2.eu-west-1.vpce.amazonaws.com"))
	require.Equal(t, "ec2.eu-west-1.amazonaws.com", entries[3].(in)["dnsName"])

	h.All(
		awstest.Step{Name: "second", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "joined", Type: awstest.VPCEndpointRouteTableToken,
			Inputs: in{"vpcEndpointId": "$s3", "routeTableId": "$second"}},
	)
	require.Equal(t, h.Fill([]any{"$table", "$second"}), h.Refreshed("s3")["routeTableIds"],
		"drift, where both ways are used")
	h.All(awstest.Step{Name: "~s3", Inputs: in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3",
		"routeTableIds": []any{"$table"}}})
	require.Nil(t, h.Refreshed("joined"))
	h.All(awstest.Step{Name: "-s3"}, awstest.Step{Name: "s3", Type: kernel.VPCEndpointToken,
		Inputs: in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3"}})
	h.All(awstest.Step{Name: "joined", Type: awstest.VPCEndpointRouteTableToken,
		Inputs: in{"vpcEndpointId": "$s3", "routeTableId": "$table"}})
	require.NotContains(t, h.Refreshed("s3"), "routeTableIds", "no drift where it is not")
	h.All(awstest.Step{Name: "-joined"})
	require.Equal(t, []any{}, func() any { h.Refreshed("s3"); return h.Output("s3", "routeTableIds") }())

	h.All(
		awstest.Step{Name: "~ec2", Inputs: in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ec2",
			"vpcEndpointType": "Interface", "subnetIds": []any{"$b"}}},
		awstest.Step{Name: "apart", Type: endpointSubnetToken, Inputs: in{"vpcEndpointId": "$ec2", "subnetId": "$a2"}},
	)
	require.Equal(t, h.Fill([]any{"$b", "$a2"}), h.Refreshed("ec2")["subnetIds"])
	require.Equal(t, []any{h.Output("net", "defaultSecurityGroupId")}, h.Output("ec2", "securityGroupIds"))
	h.All(awstest.Step{Name: "-apart"})
	require.Equal(t, h.Fill([]any{"$b"}), h.Refreshed("ec2")["subnetIds"])
	require.Nil(t, h.Refreshed("apart"))
	h.All(awstest.Step{Name: "-ec2"}, awstest.Step{Name: "-a"}, awstest.Step{Name: "-a2"}, awstest.Step{Name: "-b"})
}
