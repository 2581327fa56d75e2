package network

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// EndpointsToken is the type of the component [Endpoints].
const EndpointsToken = "ashlar-aws:network:Endpoints"

// Endpoints are the endpoints of a VPC, through which it reaches services of AWS without the internet.
type Endpoints struct {
	pulumi.ResourceState
	component.Base

	// GatewayIDs are the ids of the gateway endpoints by service: s3, dynamodb.
	GatewayIDs pulumi.StringMapOutput `pulumi:"gatewayIds"`
	// PrefixListIDs are the prefix lists of the gateway endpoints by service, for rules of security groups.
	PrefixListIDs pulumi.StringMapOutput `pulumi:"prefixListIds"`
	// InterfaceIDs are the ids of the interface endpoints by service.
	InterfaceIDs pulumi.StringMapOutput `pulumi:"interfaceIds"`
	// SecurityGroupID is the security group of the interface endpoints. It is empty when there are none.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
}

// NewEndpoints makes endpoints in a VPC: gateway endpoints of S3 and DynamoDB, through which identities of the account use its resources,
// unless the arguments say otherwise.
func NewEndpoints(ctx *pulumi.Context, name string, args *EndpointsArgs, opts ...pulumi.ResourceOption) (*Endpoints, error) {
	e := &Endpoints{}
	args, err := component.Register(ctx, EndpointsToken, name, e, args, opts...)
	if err != nil {
		return nil, err
	}
	where, err := lookup.Of(ctx, e.Invoke())
	if err != nil {
		return nil, err
	}
	gateways, err := e.makeGateways(ctx, name, args, where)
	if err != nil {
		return nil, err
	}
	if err := e.makeInterfaces(ctx, name, args, where, gateways); err != nil {
		return nil, err
	}
	return component.Finish(ctx, e)
}

// makeGateways makes the gateway endpoints and returns them.
func (e *Endpoints) makeGateways(
	ctx *pulumi.Context, name string, args *EndpointsArgs, where lookup.Scope,
) ([]pulumi.Resource, error) {
	var made []pulumi.Resource
	ids, lists := pulumi.StringMap{}, pulumi.StringMap{}
	for _, service := range args.gateways() {
		document, err := args.policy(where, service)
		if err != nil {
			return nil, err
		}
		child := name + "-gateway-" + service
		endpoint, err := ec2.NewVpcEndpoint(ctx, child, &ec2.VpcEndpointArgs{
			VpcId:           args.VpcID,
			ServiceName:     pulumi.String("com.amazonaws." + where.Region + "." + service), // In China, too.
			VpcEndpointType: pulumi.String("Gateway"),
			RouteTableIds:   sorted(args.RouteTables),
			Policy:          document,
			Tags:            tags.Named(child, args.Tags),
		}, e.Child())
		if err != nil {
			return nil, err
		}
		made = append(made, endpoint)
		e.Made(endpoint)
		ids[service], lists[service] = endpoint.ID().ToStringOutput(), endpoint.PrefixListId
	}
	e.GatewayIDs, e.PrefixListIDs = ids.ToStringMapOutput(), lists.ToStringMapOutput()
	return made, nil
}

// makeInterfaces makes the interface endpoints and their security group, after the gateway endpoints.
func (e *Endpoints) makeInterfaces(
	ctx *pulumi.Context, name string, args *EndpointsArgs, where lookup.Scope, gateways []pulumi.Resource,
) error {
	services := args.interfaces()
	if len(services) == 0 {
		e.InterfaceIDs, e.SecurityGroupID = pulumi.StringMap{}.ToStringMapOutput(), pulumi.String("").ToStringOutput()
		return nil
	}
	group, err := e.securityGroup(ctx, name, args)
	if err != nil {
		return err
	}
	e.Made(group)
	ids := pulumi.StringMap{}
	for _, service := range slices.Sorted(maps.Keys(services)) {
		document, err := args.policy(where, service)
		if err != nil {
			return err
		}
		private := *args.PrivateDNS && hasPrivateDNS(service)
		child := name + "-" + service
		opts, dns := e.Child(), &ec2.VpcEndpointDnsOptionsArgs{DnsRecordIpType: pulumi.String(args.IPAddressType)}
		if service == "s3" && private {
			// What is in the VPC goes on to use the gateway endpoint, which costs nothing. AWS asks for it to be there first.
			dns.PrivateDnsOnlyForInboundResolverEndpoint = pulumi.Bool(*args.Gateways.S3)
			opts = e.Child(pulumi.DependsOn(gateways))
		}
		endpoint, err := ec2.NewVpcEndpoint(ctx, child, &ec2.VpcEndpointArgs{
			VpcId:             args.VpcID,
			ServiceName:       pulumi.String(endpointService(where, services[service])),
			VpcEndpointType:   pulumi.String("Interface"),
			SubnetIds:         sorted(args.Subnets),
			SecurityGroupIds:  pulumi.StringArray{group.ID()},
			PrivateDnsEnabled: pulumi.Bool(private),
			IpAddressType:     pulumi.String(args.IPAddressType),
			DnsOptions:        dns,
			Policy:            document,
			Tags:              tags.Named(child, args.Tags),
		}, opts)
		if err != nil {
			return err
		}
		e.Made(endpoint)
		ids[service] = endpoint.ID().ToStringOutput()
	}
	e.InterfaceIDs, e.SecurityGroupID = ids.ToStringMapOutput(), group.ID().ToStringOutput()
	return nil
}

// sorted returns the values of a map in the order of its keys.
func sorted(in map[string]pulumi.StringInput) pulumi.StringArray {
	var out pulumi.StringArray
	for _, key := range slices.Sorted(maps.Keys(in)) {
		out = append(out, in[key])
	}
	return out
}
