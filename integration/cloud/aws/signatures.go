package aws

import (
	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// signatures are the SDK's types of the covered functions.
func signatures() map[string]cloud.Signature {
	return map[string]cloud.Signature{
		"aws:acm/getCertificate:getCertificate":                        {Args: acm.LookupCertificateArgs{}, Result: acm.LookupCertificateResult{}},
		"aws:cloudfront/getCachePolicy:getCachePolicy":                 {Args: cloudfront.LookupCachePolicyArgs{}, Result: cloudfront.LookupCachePolicyResult{}},
		"aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": {Args: cloudfront.LookupOriginRequestPolicyArgs{}, Result: cloudfront.LookupOriginRequestPolicyResult{}},
		"aws:cloudwatch/getLogGroup:getLogGroup":                       {Args: cloudwatch.LookupLogGroupArgs{}, Result: cloudwatch.LookupLogGroupResult{}},
		"aws:cloudwatch/getLogGroups:getLogGroups":                     {Args: cloudwatch.GetLogGroupsArgs{}, Result: cloudwatch.GetLogGroupsResult{}},
		"aws:dynamodb/getTable:getTable":                               {Args: dynamodb.LookupTableArgs{}, Result: dynamodb.LookupTableResult{}},
		"aws:ebs/getVolume:getVolume":                                  {Args: ebs.LookupVolumeArgs{}, Result: ebs.LookupVolumeResult{}},
		"aws:ec2/getAmi:getAmi":                                        {Args: ec2.LookupAmiArgs{}, Result: ec2.LookupAmiResult{}},
		"aws:ec2/getAmiIds:getAmiIds":                                  {Args: ec2.GetAmiIdsArgs{}, Result: ec2.GetAmiIdsResult{}},
		"aws:ec2/getEips:getEips":                                      {Args: ec2.GetEipsArgs{}, Result: ec2.GetEipsResult{}},
		"aws:ec2/getElasticIp:getElasticIp":                            {Args: ec2.GetElasticIpArgs{}, Result: ec2.GetElasticIpResult{}},
		"aws:ec2/getInstance:getInstance":                              {Args: ec2.LookupInstanceArgs{}, Result: ec2.LookupInstanceResult{}},
		"aws:ec2/getInstanceType:getInstanceType":                      {Args: ec2.GetInstanceTypeArgs{}, Result: ec2.GetInstanceTypeResult{}},
		"aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings":    {Args: ec2.GetInstanceTypeOfferingsArgs{}, Result: ec2.GetInstanceTypeOfferingsResult{}},
		"aws:ec2/getInstanceTypes:getInstanceTypes":                    {Args: ec2.GetInstanceTypesArgs{}, Result: ec2.GetInstanceTypesResult{}},
		"aws:ec2/getInstances:getInstances":                            {Args: ec2.GetInstancesArgs{}, Result: ec2.GetInstancesResult{}},
		"aws:ec2/getInternetGateway:getInternetGateway":                {Args: ec2.LookupInternetGatewayArgs{}, Result: ec2.LookupInternetGatewayResult{}},
		"aws:ec2/getKeyPair:getKeyPair":                                {Args: ec2.LookupKeyPairArgs{}, Result: ec2.LookupKeyPairResult{}},
		"aws:ec2/getLaunchTemplate:getLaunchTemplate":                  {Args: ec2.LookupLaunchTemplateArgs{}, Result: ec2.LookupLaunchTemplateResult{}},
		"aws:ec2/getManagedPrefixList:getManagedPrefixList":            {Args: ec2.LookupManagedPrefixListArgs{}, Result: ec2.LookupManagedPrefixListResult{}},
		"aws:ec2/getNatGateway:getNatGateway":                          {Args: ec2.LookupNatGatewayArgs{}, Result: ec2.LookupNatGatewayResult{}},
		"aws:ec2/getNatGateways:getNatGateways":                        {Args: ec2.GetNatGatewaysArgs{}, Result: ec2.GetNatGatewaysResult{}},
		"aws:ec2/getNetworkAcls:getNetworkAcls":                        {Args: ec2.GetNetworkAclsArgs{}, Result: ec2.GetNetworkAclsResult{}},
		"aws:ec2/getNetworkInterface:getNetworkInterface":              {Args: ec2.LookupNetworkInterfaceArgs{}, Result: ec2.LookupNetworkInterfaceResult{}},
		"aws:ec2/getNetworkInterfaces:getNetworkInterfaces":            {Args: ec2.GetNetworkInterfacesArgs{}, Result: ec2.GetNetworkInterfacesResult{}},
		"aws:ec2/getPrefixList:getPrefixList":                          {Args: ec2.GetPrefixListArgs{}, Result: ec2.GetPrefixListResult{}},
		"aws:ec2/getRouteTable:getRouteTable":                          {Args: ec2.LookupRouteTableArgs{}, Result: ec2.LookupRouteTableResult{}},
		"aws:ec2/getRouteTables:getRouteTables":                        {Args: ec2.GetRouteTablesArgs{}, Result: ec2.GetRouteTablesResult{}},
		"aws:ec2/getSecurityGroup:getSecurityGroup":                    {Args: ec2.LookupSecurityGroupArgs{}, Result: ec2.LookupSecurityGroupResult{}},
		"aws:ec2/getSecurityGroups:getSecurityGroups":                  {Args: ec2.GetSecurityGroupsArgs{}, Result: ec2.GetSecurityGroupsResult{}},
		"aws:ec2/getSubnet:getSubnet":                                  {Args: ec2.LookupSubnetArgs{}, Result: ec2.LookupSubnetResult{}},
		"aws:ec2/getSubnets:getSubnets":                                {Args: ec2.GetSubnetsArgs{}, Result: ec2.GetSubnetsResult{}},
		"aws:ec2/getVpc:getVpc":                                        {Args: ec2.LookupVpcArgs{}, Result: ec2.LookupVpcResult{}},
		"aws:ec2/getVpcDhcpOptions:getVpcDhcpOptions":                  {Args: ec2.LookupVpcDhcpOptionsArgs{}, Result: ec2.LookupVpcDhcpOptionsResult{}},
		"aws:ec2/getVpcEndpoint:getVpcEndpoint":                        {Args: ec2.LookupVpcEndpointArgs{}, Result: ec2.LookupVpcEndpointResult{}},
		"aws:ec2/getVpcEndpointService:getVpcEndpointService":          {Args: ec2.LookupVpcEndpointServiceArgs{}, Result: ec2.LookupVpcEndpointServiceResult{}},
		"aws:ec2/getVpcPeeringConnection:getVpcPeeringConnection":      {Args: ec2.LookupVpcPeeringConnectionArgs{}, Result: ec2.LookupVpcPeeringConnectionResult{}},
		"aws:ec2/getVpcs:getVpcs":                                      {Args: ec2.GetVpcsArgs{}, Result: ec2.GetVpcsResult{}},
		"aws:ecr/getAuthorizationToken:getAuthorizationToken":          {Args: ecr.GetAuthorizationTokenArgs{}, Result: ecr.GetAuthorizationTokenResult{}},
		"aws:ecr/getCredentials:getCredentials":                        {Args: ecr.GetCredentialsArgs{}, Result: ecr.GetCredentialsResult{}},
		"aws:ecr/getRepository:getRepository":                          {Args: ecr.LookupRepositoryArgs{}, Result: ecr.LookupRepositoryResult{}},
		"aws:ecs/getCluster:getCluster":                                {Args: ecs.LookupClusterArgs{}, Result: ecs.LookupClusterResult{}},
		"aws:eks/getAddon:getAddon":                                    {Args: eks.LookupAddonArgs{}, Result: eks.LookupAddonResult{}},
		"aws:eks/getAddonVersion:getAddonVersion":                      {Args: eks.GetAddonVersionArgs{}, Result: eks.GetAddonVersionResult{}},
		"aws:eks/getCluster:getCluster":                                {Args: eks.LookupClusterArgs{}, Result: eks.LookupClusterResult{}},
		"aws:eks/getClusterVersions:getClusterVersions":                {Args: eks.GetClusterVersionsArgs{}, Result: eks.GetClusterVersionsResult{}},
		"aws:eks/getClusters:getClusters":                              {Result: eks.GetClustersResult{}},
		"aws:eks/getNodeGroup:getNodeGroup":                            {Args: eks.LookupNodeGroupArgs{}, Result: eks.LookupNodeGroupResult{}},
		"aws:eks/getNodeGroups:getNodeGroups":                          {Args: eks.GetNodeGroupsArgs{}, Result: eks.GetNodeGroupsResult{}},
		"aws:elb/getHostedZoneId:getHostedZoneId":                      {Args: elb.GetHostedZoneIdArgs{}, Result: elb.GetHostedZoneIdResult{}},
		"aws:elb/getServiceAccount:getServiceAccount":                  {Args: elb.GetServiceAccountArgs{}, Result: elb.GetServiceAccountResult{}},
		"aws:iam/getInstanceProfile:getInstanceProfile":                {Args: iam.LookupInstanceProfileArgs{}, Result: iam.LookupInstanceProfileResult{}},
		"aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider":    {Args: iam.LookupOpenIdConnectProviderArgs{}, Result: iam.LookupOpenIdConnectProviderResult{}},
		"aws:iam/getPolicy:getPolicy":                                  {Args: iam.LookupPolicyArgs{}, Result: iam.LookupPolicyResult{}},
		"aws:iam/getPolicyDocument:getPolicyDocument":                  {Args: iam.GetPolicyDocumentArgs{}, Result: iam.GetPolicyDocumentResult{}},
		"aws:iam/getRole:getRole":                                      {Args: iam.LookupRoleArgs{}, Result: iam.LookupRoleResult{}},
		"aws:iam/getRoles:getRoles":                                    {Args: iam.GetRolesArgs{}, Result: iam.GetRolesResult{}},
		"aws:iam/getSessionContext:getSessionContext":                  {Args: iam.GetSessionContextArgs{}, Result: iam.GetSessionContextResult{}},
		"aws:iam/getUser:getUser":                                      {Args: iam.LookupUserArgs{}, Result: iam.LookupUserResult{}},
		"aws:index/getArn:getArn":                                      {Args: pulumiaws.GetArnArgs{}, Result: pulumiaws.GetArnResult{}},
		"aws:index/getAvailabilityZone:getAvailabilityZone":            {Args: pulumiaws.GetAvailabilityZoneArgs{}, Result: pulumiaws.GetAvailabilityZoneResult{}},
		"aws:index/getAvailabilityZones:getAvailabilityZones":          {Args: pulumiaws.GetAvailabilityZonesArgs{}, Result: pulumiaws.GetAvailabilityZonesResult{}},
		"aws:index/getBillingServiceAccount:getBillingServiceAccount":  {Args: pulumiaws.GetBillingServiceAccountArgs{}, Result: pulumiaws.GetBillingServiceAccountResult{}},
		"aws:index/getCallerIdentity:getCallerIdentity":                {Args: pulumiaws.GetCallerIdentityArgs{}, Result: pulumiaws.GetCallerIdentityResult{}},
		"aws:index/getDefaultTags:getDefaultTags":                      {Args: pulumiaws.GetDefaultTagsArgs{}, Result: pulumiaws.GetDefaultTagsResult{}},
		"aws:index/getPartition:getPartition":                          {Args: pulumiaws.GetPartitionArgs{}, Result: pulumiaws.GetPartitionResult{}},
		"aws:index/getRegion:getRegion":                                {Args: pulumiaws.GetRegionArgs{}, Result: pulumiaws.GetRegionResult{}},
		"aws:index/getRegions:getRegions":                              {Args: pulumiaws.GetRegionsArgs{}, Result: pulumiaws.GetRegionsResult{}},
		"aws:index/getService:getService":                              {Args: pulumiaws.GetServiceArgs{}, Result: pulumiaws.GetServiceResult{}},
		"aws:index/getServicePrincipal:getServicePrincipal":            {Args: pulumiaws.GetServicePrincipalArgs{}, Result: pulumiaws.GetServicePrincipalResult{}},
		"aws:kms/getAlias:getAlias":                                    {Args: kms.LookupAliasArgs{}, Result: kms.LookupAliasResult{}},
		"aws:kms/getKey:getKey":                                        {Args: kms.LookupKeyArgs{}, Result: kms.LookupKeyResult{}},
		"aws:lambda/getFunction:getFunction":                           {Args: lambda.LookupFunctionArgs{}, Result: lambda.LookupFunctionResult{}},
		"aws:lb/getHostedZoneId:getHostedZoneId":                       {Args: lb.GetHostedZoneIdArgs{}, Result: lb.GetHostedZoneIdResult{}},
		"aws:lb/getListener:getListener":                               {Args: lb.LookupListenerArgs{}, Result: lb.LookupListenerResult{}},
		"aws:lb/getLoadBalancer:getLoadBalancer":                       {Args: lb.LookupLoadBalancerArgs{}, Result: lb.LookupLoadBalancerResult{}},
		"aws:lb/getTargetGroup:getTargetGroup":                         {Args: lb.LookupTargetGroupArgs{}, Result: lb.LookupTargetGroupResult{}},
		"aws:route53/getZone:getZone":                                  {Args: route53.LookupZoneArgs{}, Result: route53.LookupZoneResult{}},
		"aws:s3/getBucket:getBucket":                                   {Args: s3.LookupBucketArgs{}, Result: s3.LookupBucketResult{}},
		"aws:s3/getBucketPolicy:getBucketPolicy":                       {Args: s3.LookupBucketPolicyArgs{}, Result: s3.LookupBucketPolicyResult{}},
		"aws:secretsmanager/getSecret:getSecret":                       {Args: secretsmanager.LookupSecretArgs{}, Result: secretsmanager.LookupSecretResult{}},
		"aws:secretsmanager/getSecretVersion:getSecretVersion":         {Args: secretsmanager.LookupSecretVersionArgs{}, Result: secretsmanager.LookupSecretVersionResult{}},
		"aws:sns/getTopic:getTopic":                                    {Args: sns.LookupTopicArgs{}, Result: sns.LookupTopicResult{}},
		"aws:sqs/getQueue:getQueue":                                    {Args: sqs.LookupQueueArgs{}, Result: sqs.LookupQueueResult{}},
		"aws:ssm/getParameter:getParameter":                            {Args: ssm.LookupParameterArgs{}, Result: ssm.LookupParameterResult{}},
		"aws:ssm/getParametersByPath:getParametersByPath":              {Args: ssm.GetParametersByPathArgs{}, Result: ssm.GetParametersByPathResult{}},
	}
}
