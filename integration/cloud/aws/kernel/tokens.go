package kernel

// The tokens of the types that services refer to in other services.
const (
	CertificateToken = "aws:acm/certificate:Certificate"

	TableToken = "aws:dynamodb/table:Table"

	StreamToken = "aws:kinesis/stream:Stream"

	AutoScalingGroupToken = "aws:autoscaling/group:Group"

	LogGroupToken = "aws:cloudwatch/logGroup:LogGroup"

	DHCPOptionsToken               = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
	DefaultNetworkACLToken         = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
	DefaultRouteTableToken         = "aws:ec2/defaultRouteTable:DefaultRouteTable"
	EgressOnlyInternetGatewayToken = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
	ElasticIPToken                 = "aws:ec2/eip:Eip"
	IPAMPoolToken                  = "aws:ec2/vpcIpamPool:VpcIpamPool"
	IPAMToken                      = "aws:ec2/vpcIpam:VpcIpam"
	InstanceToken                  = "aws:ec2/instance:Instance"
	InternetGatewayToken           = "aws:ec2/internetGateway:InternetGateway"
	LaunchTemplateToken            = "aws:ec2/launchTemplate:LaunchTemplate"
	ManagedPrefixListToken         = "aws:ec2/managedPrefixList:ManagedPrefixList"
	NATGatewayToken                = "aws:ec2/natGateway:NatGateway"
	NetworkACLAssociationToken     = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
	NetworkACLRuleToken            = "aws:ec2/networkAclRule:NetworkAclRule"
	NetworkACLToken                = "aws:ec2/networkAcl:NetworkAcl"
	NetworkInterfaceToken          = "aws:ec2/networkInterface:NetworkInterface"
	RouteTableToken                = "aws:ec2/routeTable:RouteTable"
	RouteToken                     = "aws:ec2/route:Route"
	SecurityGroupToken             = "aws:ec2/securityGroup:SecurityGroup"
	SubnetToken                    = "aws:ec2/subnet:Subnet"
	VPCEndpointToken               = "aws:ec2/vpcEndpoint:VpcEndpoint"
	VPCPeeringConnectionToken      = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
	VPCToken                       = "aws:ec2/vpc:Vpc"

	TransitGatewayAttachmentToken = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
	TransitGatewayToken           = "aws:ec2transitgateway/transitGateway:TransitGateway"

	RoleToken              = "aws:iam/role:Role"
	UserToken              = "aws:iam/user:User"
	ServiceLinkedRoleToken = "aws:iam/serviceLinkedRole:ServiceLinkedRole"

	FunctionToken           = "aws:lambda/function:Function"
	FunctionPermissionToken = "aws:lambda/permission:Permission"

	ListenerRuleToken = "aws:lb/listenerRule:ListenerRule"
	ListenerToken     = "aws:lb/listener:Listener"
	LoadBalancerToken = "aws:lb/loadBalancer:LoadBalancer"
	TargetGroupToken  = "aws:lb/targetGroup:TargetGroup"

	DNSRecordToken  = "aws:route53/record:Record"
	HostedZoneToken = "aws:route53/zone:Zone"

	ParameterToken = "aws:ssm/parameter:Parameter"

	SecurityGroupEgressRuleToken  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	SecurityGroupIngressRuleToken = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
)
