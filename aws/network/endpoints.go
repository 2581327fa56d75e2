package network

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
)

// EndpointsToken is the type of the component [Endpoints].
const EndpointsToken = "ashlar-aws:network:Endpoints"

// Endpoints are the VPC endpoints of a VPC, through which AWS services are accessible without the internet.
type Endpoints struct {
	pulumi.ResourceState
	component.Base

	// GatewayIDs are the IDs of the gateway endpoints by service: s3, dynamodb.
	GatewayIDs pulumi.StringMapOutput `pulumi:"gatewayIds"`
	// PrefixListIDs are the IDs of the prefix lists of the gateway endpoints by service, for rules of security groups.
	PrefixListIDs pulumi.StringMapOutput `pulumi:"prefixListIds"`
	// InterfaceIDs are the IDs of the interface endpoints by service.
	InterfaceIDs pulumi.StringMapOutput `pulumi:"interfaceIds"`
	// SecurityGroupID is the ID of the security group of the interface endpoints. It is nil if there are none.
	SecurityGroupID pulumi.StringPtrOutput `pulumi:"securityGroupId,optional"`
}

// EndpointsArgs are the arguments of [Endpoints].
type EndpointsArgs struct {
	// VpcID is the ID of the VPC. Required. Changing it replaces the endpoints.
	VpcID pulumi.StringInput `pulumi:"vpcId,optional" config:"program" jsonschema:"minLength=1"`
	// Gateways are the gateway endpoints. They are free of charge.
	Gateways *GatewayEndpoints `pulumi:"gateways,optional" config:"group"`
	// Bundles are sets of interface endpoints: for Systems Manager with Session Manager (ssm), for pulling images from ECR
	// (ecr), and for EKS clusters whose nodes have no internet access (eks). A service in several bundles has one
	// endpoint. Interface endpoints are charged per hour and zone. Default: none. Adding or removing one creates or
	// deletes its endpoints.
	Bundles []EndpointBundle `pulumi:"bundles,optional"`
	// Services are additional interface endpoints, by service such as kms or secretsmanager. Use the full name for other
	// services, such as com.amazonaws.eu-west-1.freetier. Default: none. Adding or removing one creates or deletes its
	// endpoint.
	Services []string `pulumi:"services,optional"`
	// PrivateDNS is whether the public DNS names of services resolve to the interface endpoints, if the service supports
	// it. Requires dnsSupport and dnsHostnames of the VPC. Changing it updates the endpoints in place.
	PrivateDNS *bool `pulumi:"privateDns,optional" jsonschema:"default=true"`
	// IPAddressType is the address type of the interface endpoints. Other types than ipv4 require subnets with IPv6, and
	// are not supported by all services. Changing it updates the endpoints in place.
	IPAddressType IPAddressType `pulumi:"ipAddressType,optional" jsonschema:"default=ipv4,enum=ipv4,enum=dualstack,enum=ipv6"`
	// Organization is the ID of the organization whose principals and resources the endpoint policies allow, such as
	// o-a1b2c3d4e5. It is not an input, since policies are checked before anything is created. Default: only those of the
	// account. Changing it updates the endpoints in place.
	Organization string `pulumi:"organization,optional" jsonschema:"pattern=^o-[a-z0-9]{10\\,32}$,example=o-a1b2c3d4e5"`
	// Accounts are the IDs of additional accounts whose principals and resources the endpoint policies allow. They are
	// not inputs, since policies are checked before anything is created. Default: none. Changing them updates the
	// endpoints in place.
	Accounts []string `pulumi:"accounts,optional"`
	// Policies are custom endpoint policies by service. Gateway endpoints have the keys s3 and dynamodb, too. Default:
	// generated ones, see organization. Changing one updates the endpoint in place.
	Policies map[string]policy.Document `pulumi:"policies,optional"`
	// Unrestricted are the services whose endpoints have the default policy of AWS, which allows all principals and
	// resources. Default: none. Changing it updates the endpoints in place, except for services with a full name: some do
	// not support policies, so none is set for those that are listed from the start.
	Unrestricted []string `pulumi:"unrestricted,optional"`
	// RouteTableIDs are the IDs of the route tables with routes to the gateway endpoints, by any names. Required with
	// gateway endpoints. Changing them updates the endpoints in place.
	RouteTableIDs map[string]pulumi.StringInput `pulumi:"routeTableIds,optional" config:"program"`
	// SubnetIDs are the IDs of the subnets of the interface endpoints, by zone. Required with interface endpoints.
	// Changing them updates the endpoints in place.
	SubnetIDs map[string]pulumi.StringInput `pulumi:"subnetIds,optional" config:"program"`
	// CIDRs are the IPv4 and IPv6 CIDR blocks from which HTTPS to the interface endpoints is allowed. Required with
	// interface endpoints. Changing them updates the security group in place.
	CIDRs pulumi.StringArrayInput `pulumi:"cidrs,optional" config:"program"`
	// Tags are added to all taggable resources. Default: none. Changing them updates the resources in place.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"program"`
}

// GatewayEndpoints are the gateway endpoints of a VPC.
type GatewayEndpoints struct {
	// S3 enables the gateway endpoint for S3. Changing it creates or deletes the endpoint, which closes open connections
	// to S3.
	S3 *bool `pulumi:"s3,optional" jsonschema:"default=true"`
	// DynamoDB enables the gateway endpoint for DynamoDB. Changing it creates or deletes the endpoint, which closes open
	// connections to DynamoDB.
	DynamoDB *bool `pulumi:"dynamodb,optional" jsonschema:"default=true"`
}

// EndpointBundle is a set of interface endpoints.
type EndpointBundle string

// Bundles of interface endpoints.
const (
	EndpointBundleSSM EndpointBundle = "ssm"
	EndpointBundleECR EndpointBundle = "ecr"
	EndpointBundleEKS EndpointBundle = "eks"
)

// IPAddressType is the address type of interface endpoints.
type IPAddressType string

// Address types of interface endpoints.
const (
	IPAddressIPv4      IPAddressType = "ipv4"
	IPAddressDualstack IPAddressType = "dualstack"
	IPAddressIPv6      IPAddressType = "ipv6"
)

// usesIPv6 reports whether interface endpoints have IPv6 addresses.
func (a *EndpointsArgs) usesIPv6() bool {
	return a.IPAddressType == IPAddressDualstack || a.IPAddressType == IPAddressIPv6
}

// NewEndpoints creates endpoints of a VPC. By default, these are gateway endpoints for S3 and DynamoDB, whose policies
// allow principals of the account to use resources of the account.
func NewEndpoints(
	ctx *pulumi.Context, name string, args *EndpointsArgs, opts ...pulumi.ResourceOption,
) (*Endpoints, error) {
	e := &Endpoints{}
	args, err := component.Register(ctx, EndpointsToken, name, e, args, opts...)
	if err != nil {
		return nil, err
	}
	scope, err := lookup.GetScope(ctx, e.Invoke())
	if err != nil {
		return nil, err
	}
	gateways, err := e.createGateways(ctx, name, args, scope)
	if err != nil {
		return nil, err
	}
	if err := e.createInterfaces(ctx, name, args, scope, gateways); err != nil {
		return nil, err
	}
	return component.Finish(ctx, e)
}

// createGateways creates the gateway endpoints and returns them.
func (e *Endpoints) createGateways(
	ctx *pulumi.Context, name string, args *EndpointsArgs, scope lookup.Scope,
) ([]pulumi.Resource, error) {
	var out []pulumi.Resource
	ids, lists := pulumi.StringMap{}, pulumi.StringMap{}
	for _, service := range args.gateways() {
		document, err := args.policy(scope, service)
		if err != nil {
			return nil, err
		}
		child := name + "-gateway-" + service
		endpoint, err := ec2.NewVpcEndpoint(ctx, child, &ec2.VpcEndpointArgs{
			VpcId:           args.VpcID,
			ServiceName:     pulumi.String("com.amazonaws." + scope.Region + "." + service), // In China, too.
			VpcEndpointType: pulumi.String("Gateway"),
			RouteTableIds:   inOrderOfKeys(args.RouteTableIDs),
			Policy:          document,
			Tags:            tagging.Named(child, args.Tags),
		}, e.Child())
		if err != nil {
			return nil, err
		}
		out = append(out, endpoint)
		e.AddChildren(endpoint)
		ids[service], lists[service] = endpoint.ID().ToStringOutput(), endpoint.PrefixListId
	}
	e.GatewayIDs, e.PrefixListIDs = ids.ToStringMapOutput(), lists.ToStringMapOutput()
	return out, nil
}

// createInterfaces creates the interface endpoints and their security group.
func (e *Endpoints) createInterfaces(
	ctx *pulumi.Context, name string, args *EndpointsArgs, scope lookup.Scope, gateways []pulumi.Resource,
) error {
	services, ids := args.interfaces(), pulumi.StringMap{}
	if len(services) == 0 {
		e.InterfaceIDs = ids.ToStringMapOutput()
		return nil
	}
	group, err := e.createSecurityGroup(ctx, name, args)
	if err != nil {
		return err
	}
	e.AddChildren(group)
	for _, service := range slices.Sorted(maps.Keys(services)) {
		document, err := args.policy(scope, service)
		if err != nil {
			return err
		}
		private := *args.PrivateDNS && hasPrivateDNS(service)
		child := name + "-" + service
		opts, dns := e.Child(), &ec2.VpcEndpointDnsOptionsArgs{DnsRecordIpType: pulumi.String(args.IPAddressType)}
		if service == "s3" && private {
			// In the VPC, the gateway endpoint is used, which is free of charge. AWS requires it first.
			dns.PrivateDnsOnlyForInboundResolverEndpoint = pulumi.Bool(*args.Gateways.S3)
			opts = e.Child(pulumi.DependsOn(gateways))
		}
		endpoint, err := ec2.NewVpcEndpoint(ctx, child, &ec2.VpcEndpointArgs{
			VpcId:             args.VpcID,
			ServiceName:       pulumi.String(endpointService(scope, services[service])),
			VpcEndpointType:   pulumi.String("Interface"),
			SubnetIds:         inOrderOfKeys(args.SubnetIDs),
			SecurityGroupIds:  pulumi.StringArray{group.ID()},
			PrivateDnsEnabled: pulumi.Bool(private),
			IpAddressType:     pulumi.String(args.IPAddressType),
			DnsOptions:        dns,
			Policy:            document,
			Tags:              tagging.Named(child, args.Tags),
		}, opts)
		if err != nil {
			return err
		}
		e.AddChildren(endpoint)
		ids[service] = endpoint.ID().ToStringOutput()
	}
	e.InterfaceIDs, e.SecurityGroupID = ids.ToStringMapOutput(), group.ID().ToStringPtrOutput()
	return nil
}

// createSecurityGroup creates the security group of the interface endpoints, which allows HTTPS from the CIDR blocks.
// It has no egress rules: return traffic needs none, and endpoints open no connections.
func (e *Endpoints) createSecurityGroup(
	ctx *pulumi.Context, name string, args *EndpointsArgs,
) (*ec2.SecurityGroup, error) {
	logical, err := logicalname.For(name, "aws:ec2/securityGroup:SecurityGroup")
	if err != nil {
		return nil, err
	}
	return ec2.NewSecurityGroup(ctx, logical, &ec2.SecurityGroupArgs{
		Description: pulumi.String("HTTPS to the endpoints of AWS services"),
		VpcId:       optional(args.VpcID),
		Ingress: ec2.SecurityGroupIngressArray{&ec2.SecurityGroupIngressArgs{
			Description:    pulumi.String("HTTPS"),
			Protocol:       pulumi.String("tcp"),
			FromPort:       pulumi.Int(443),
			ToPort:         pulumi.Int(443),
			CidrBlocks:     ofFamily(args.CIDRs, netip.Addr.Is4),
			Ipv6CidrBlocks: ofFamily(args.CIDRs, netip.Addr.Is6),
		}},
		Tags: tagging.Named(name, args.Tags),
	}, e.Child())
}

// ofFamily returns the IPv4 or IPv6 CIDR blocks. Invalid ones count as IPv4, and AWS rejects them.
func ofFamily(in pulumi.StringArrayInput, is func(netip.Addr) bool) pulumi.StringArrayOutput {
	return in.ToStringArrayOutput().ApplyT(func(cidrs []string) []string {
		out := []string{}
		for _, cidr := range cidrs {
			p, err := netip.ParsePrefix(cidr)
			if err != nil {
				p = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
			}
			if is(p.Addr()) {
				out = append(out, cidr)
			}
		}
		return out
	}).(pulumi.StringArrayOutput)
}

// inOrderOfKeys returns the values of a map in the order of its keys.
func inOrderOfKeys(in map[string]pulumi.StringInput) pulumi.StringArray {
	var out pulumi.StringArray
	for _, key := range slices.Sorted(maps.Keys(in)) {
		out = append(out, in[key])
	}
	return out
}
