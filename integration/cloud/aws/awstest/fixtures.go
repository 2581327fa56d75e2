package awstest

import "github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"

// NetworkACLRule returns an inline rule of a network ACL.
func NetworkACLRule(number float64, more in) map[string]any {
	return Merge(in{"ruleNo": number, "action": "allow", "protocol": "-1", "fromPort": 0.0, "toPort": 0.0,
		"cidrBlock": "0.0.0.0/0"}, more)
}

// List returns blocks as a list of inputs.
func List(blocks []in) []any {
	var out []any
	for _, b := range blocks {
		out = append(out, b)
	}
	return out
}

// One returns a list of one step.
func One(name, typ string, inputs in) []Step { return []Step{{name, typ, inputs}} }

// RoleARN returns the ARN of a role of the account.
func RoleARN(name string) string { return "arn:aws:iam::123456789012:role/" + name }

// ClusterPolicyARN returns the ARN of an access policy of EKS.
func ClusterPolicyARN(name string) string {
	return "arn:aws:eks::aws:cluster-access-policy/AmazonEKS" + name + "Policy"
}

// PodTrustPolicy returns a trust policy for EKS Pod Identity.
func PodTrustPolicy() string {
	return Document(in{"Effect": "Allow", "Principal": in{"Service": "pods.eks.amazonaws.com"},
		"Action": []any{"sts:AssumeRole", "sts:TagSession"}})
}

// EndpointNetwork returns the steps of two VPCs, of which net has a gateway endpoint and an interface endpoint.
func EndpointNetwork() []Step {
	return []Step{
		{"net", kernel.VPCToken, in{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true}},
		{"plain", kernel.VPCToken, in{"cidrBlock": "10.1.0.0/16"}},
		{"a", kernel.SubnetToken, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a"}},
		{"a2", kernel.SubnetToken, in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1a"}},
		{"b", kernel.SubnetToken, in{"vpcId": "$net", "cidrBlock": "10.0.2.0/24", "availabilityZone": "eu-west-1b"}},
		{"distant", kernel.SubnetToken, in{"vpcId": "$plain", "cidrBlock": "10.1.0.0/24"}},
		{"group", kernel.SecurityGroupToken, in{"vpcId": "$net"}},
		{"distantgroup", kernel.SecurityGroupToken, in{"vpcId": "$plain"}},
		{"table", kernel.RouteTableToken, in{"vpcId": "$net"}},
		{"distanttable", kernel.RouteTableToken, in{"vpcId": "$plain"}},
		{"s3", kernel.VPCEndpointToken, in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3",
			"routeTableIds": []any{"$table"}}},
		{"ec2", kernel.VPCEndpointToken, in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ec2",
			"vpcEndpointType": "Interface", "privateDnsEnabled": true,
			"subnetIds": []any{"$b", "$a"}, "securityGroupIds": []any{"$group"}}},
	}
}

// HTTPS returns an inline rule of a security group for port 443.
func HTTPS(source in) map[string]any {
	return Merge(in{"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0}, source)
}

// AmazonLinuxParameter is the beginning of the public parameter with the newest image of Amazon Linux. An architecture
// follows.
const AmazonLinuxParameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"

// InterruptionPattern is the event pattern of Spot interruptions.
const InterruptionPattern = `{"source": ["aws.ec2"], "detail-type": ["EC2 Spot Instance Interruption Warning"]}`

// ConnectedNetworks returns the steps of three VPCs with a transit gateway and a peering connection.
func ConnectedNetworks() []Step {
	return []Step{
		{"net", kernel.VPCToken, in{"cidrBlock": "10.0.0.0/16"}},
		{"far", kernel.VPCToken, in{"cidrBlock": "10.1.0.0/16"}},
		{"same", kernel.VPCToken, in{"cidrBlock": "10.0.128.0/17"}},
		{"sub", kernel.SubnetToken, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}},
		{"sub2", kernel.SubnetToken, in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}},
		{"distant", kernel.SubnetToken, in{"vpcId": "$far", "cidrBlock": "10.1.0.0/24"}},
		{"table", kernel.RouteTableToken, in{"vpcId": "$net"}},
		{"distanttable", kernel.RouteTableToken, in{"vpcId": "$far"}},
		{"tgw", kernel.TransitGatewayToken, in{}},
		{"join", kernel.TransitGatewayAttachmentToken,
			in{"transitGatewayId": "$tgw", "vpcId": "$net", "subnetIds": []any{"$sub"}}},
		{"pcx", kernel.VPCPeeringConnectionToken, in{"vpcId": "$net", "peerVpcId": "$far", "autoAccept": true}},
		{"eni", kernel.NetworkInterfaceToken, in{"subnetId": "$sub"}},
	}
}

// DefaultDHCPOptions are the DHCP options of a VPC without any.
const DefaultDHCPOptions = "dopt-00000000000000000"

// NATGatewayInterface is the type of the network interfaces of NAT gateways.
const NATGatewayInterface = "nat_gateway"

// IPv6 returns a CIDR block within the first Amazon-provided one of the simulation.
func IPv6(rest string) string { return "2001:db8:1000:" + rest }

// PublicNetwork returns the steps of a VPC with an internet gateway, a subnet in each of two zones, and a security
// group.
func PublicNetwork() []Step {
	return []Step{
		{"net", kernel.VPCToken, in{"cidrBlock": "10.0.0.0/16"}},
		{"gateway", kernel.InternetGatewayToken, in{"vpcId": "$net"}},
		{"a", kernel.SubnetToken, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a"}},
		{"b", kernel.SubnetToken, in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1b"}},
		{"group", kernel.SecurityGroupToken, in{"vpcId": "$net"}},
	}
}
