package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
)

// EndpointsArgs describes [Endpoints].
type EndpointsArgs struct {
	// VpcID is the VPC that the endpoints are in. Required. Changing it replaces them.
	VpcID pulumi.StringInput `pulumi:"vpcId" jsonschema:"required,minLength=1"`
	EndpointsSettings
	// RouteTables are the ids of the route tables from which gateway endpoints are reached, by names that stay. Required where there
	// are gateway endpoints. Changing them updates the endpoints.
	RouteTables map[string]pulumi.StringInput `pulumi:"routeTables"`
	// Subnets are the ids of the subnets that interface endpoints have an address in, by zone: one in each. Required where there are
	// interface endpoints. Changing them updates the endpoints.
	Subnets map[string]pulumi.StringInput `pulumi:"subnets"`
	// CIDRs are the blocks of addresses, of IPv4 or IPv6, that may reach interface endpoints at port 443. Required where there are
	// interface endpoints. Changing them updates the security group.
	CIDRs pulumi.StringArrayInput `pulumi:"cidrs"`
	// Tags are added to everything that can carry them. Changing them updates it.
	Tags map[string]string `pulumi:"tags"`
}

// EndpointsSettings says which services of AWS a VPC reaches without the internet, and who may use what through them.
type EndpointsSettings struct {
	// Gateways are the gateway endpoints. They cost nothing.
	Gateways GatewayEndpoints `pulumi:"gateways"`
	// Bundles are sets of interface endpoints: ssm for Session Manager and other parts of Systems Manager, ecr for pulling images,
	// eks for clusters whose nodes have no way to the internet. Services that are in several are made once. Each endpoint costs an hourly fee
	// in every zone. Default: none. Adding or removing one creates or deletes its endpoints.
	Bundles []string `pulumi:"bundles"`
	// Services are further interface endpoints, such as kms or secretsmanager. One that is not known is named in full, as in
	// com.amazonaws.eu-west-1.kms. Default: none. Adding or removing one creates or deletes its endpoint.
	Services []string `pulumi:"services"`
	// PrivateDNS makes the usual names of services lead to the interface endpoints, where a service has such names. The VPC has to have DNS
	// support and DNS hostnames. Changing it updates the endpoints.
	PrivateDNS *bool `pulumi:"privateDns" jsonschema:"default=true"`
	// IPAddressType says over which IP interface endpoints are reached. Other than over IPv4, the subnets need blocks of IPv6, and the
	// service has to answer: not every one does. Changing it updates the endpoints.
	IPAddressType string `pulumi:"ipAddressType" jsonschema:"default=ipv4,enum=ipv4,enum=dualstack,enum=ipv6"`
	// Organization is the organization whose identities may use whose resources through the endpoints, such as o-a1b2c3d4e5. Default:
	// those of the account alone. Changing it updates the endpoints.
	Organization string `pulumi:"organization" jsonschema:"pattern=^o-[a-z0-9]{10\\,32}$"`
	// Accounts are further accounts whose identities and resources may be used through the endpoints. Default: none. Changing them
	// updates the endpoints.
	Accounts []string `pulumi:"accounts"`
	// Policies are endpoint policies by service, instead of those that are made. Those of gateway endpoints have the keys s3 and dynamodb
	// as well. Default: see organization. Changing one updates the endpoint.
	Policies map[string]policy.Document `pulumi:"policies"`
	// Unrestricted are services whose endpoints have the policy that AWS gives them, which admits every identity and every resource.
	// Default: none. Changing it updates the endpoints, other than those of services that are written in full: some of them cannot have a
	// policy, so that none is set when they stand here from the start.
	Unrestricted []string `pulumi:"unrestricted"`
}

// GatewayEndpoints says which gateway endpoints there are.
type GatewayEndpoints struct {
	// S3 makes the endpoint of S3. Changing it creates or deletes it: connections that use it are closed.
	S3 *bool `pulumi:"s3" jsonschema:"default=true"`
	// DynamoDB makes the endpoint of DynamoDB. Changing it creates or deletes it: connections that use it are closed.
	DynamoDB *bool `pulumi:"dynamodb" jsonschema:"default=true"`
}
