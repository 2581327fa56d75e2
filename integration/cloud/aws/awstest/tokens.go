package awstest

// The tokens of types that tests of several services use, in addition to those of package kernel.
const (
	EventRuleToken   = "aws:cloudwatch/eventRule:EventRule"
	EventTargetToken = "aws:cloudwatch/eventTarget:EventTarget"
	LogPolicyToken   = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"

	CIDRAssociationToken        = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
	DHCPOptionsAssociationToken = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
	DefaultSecurityGroupToken   = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	ElasticIPAssociationToken   = "aws:ec2/eipAssociation:EipAssociation"
	RouteTableAssociationToken  = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	SecurityGroupRuleToken      = "aws:ec2/securityGroupRule:SecurityGroupRule"
	VPCEndpointRouteTableToken  = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
	ZoneGroupToken              = "aws:ec2/availabilityZoneGroup:AvailabilityZoneGroup"

	ClusterToken = "aws:eks/cluster:Cluster"

	InstanceProfileToken = "aws:iam/instanceProfile:InstanceProfile"

	AliasToken = "aws:kms/alias:Alias"
	KeyToken   = "aws:kms/key:Key"

	BucketToken = "aws:s3/bucketV2:BucketV2"

	QueuePolicyToken = "aws:sqs/queuePolicy:QueuePolicy"
	QueueToken       = "aws:sqs/queue:Queue"
)
