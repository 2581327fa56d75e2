package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

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

// NewEndpoints makes endpoints in a VPC: gateway endpoints of S3 and DynamoDB, unless the arguments say otherwise.
func NewEndpoints(ctx *pulumi.Context, name string, args *EndpointsArgs, opts ...pulumi.ResourceOption) (*Endpoints, error) {
	e := &Endpoints{}
	if _, err := component.Register(ctx, EndpointsToken, name, e, args, opts...); err != nil {
		return nil, err
	}
	none := pulumi.StringMap{}.ToStringMapOutput()
	e.GatewayIDs, e.PrefixListIDs, e.InterfaceIDs, e.SecurityGroupID = none, none, none, pulumi.String("").ToStringOutput()
	return component.Finish(ctx, e)
}
