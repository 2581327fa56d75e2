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
func One(name, typ string, inputs in) []Step { return []Step{{Name: name, Type: typ, Inputs: inputs}} }

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
		{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true}},
		{Name: "plain", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.1.0.0/16"}},
		{Name: "a", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a"}},
		{Name: "a2", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1a"}},
		{Name: "b", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.2.0/24", "availabilityZone": "eu-west-1b"}},
		{Name: "distant", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$plain", "cidrBlock": "10.1.0.0/24"}},
		{Name: "group", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$net"}},
		{Name: "distantgroup", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$plain"}},
		{Name: "table", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$net"}},
		{Name: "distanttable", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$plain"}},
		{Name: "s3", Type: kernel.VPCEndpointToken, Inputs: in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3",
			"routeTableIds": []any{"$table"}}},
		{Name: "ec2", Type: kernel.VPCEndpointToken, Inputs: in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.ec2",
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
		{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		{Name: "far", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.1.0.0/16"}},
		{Name: "same", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.128.0/17"}},
		{Name: "sub", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}},
		{Name: "sub2", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}},
		{Name: "distant", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$far", "cidrBlock": "10.1.0.0/24"}},
		{Name: "table", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$net"}},
		{Name: "distanttable", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$far"}},
		{Name: "tgw", Type: kernel.TransitGatewayToken, Inputs: in{}},
		{Name: "join", Type: kernel.TransitGatewayAttachmentToken,
			Inputs: in{"transitGatewayId": "$tgw", "vpcId": "$net", "subnetIds": []any{"$sub"}}},
		{Name: "pcx", Type: kernel.VPCPeeringConnectionToken, Inputs: in{"vpcId": "$net", "peerVpcId": "$far", "autoAccept": true}},
		{Name: "eni", Type: kernel.NetworkInterfaceToken, Inputs: in{"subnetId": "$sub"}},
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
		{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		{Name: "gateway", Type: kernel.InternetGatewayToken, Inputs: in{"vpcId": "$net"}},
		{Name: "a", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a"}},
		{Name: "b", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1b"}},
		{Name: "group", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$net"}},
	}
}
