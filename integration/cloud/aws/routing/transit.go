package routing

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2transitgateway"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

func transitGateway() *cloud.Type {
	return &cloud.Type{
		Token: kernel.TransitGatewayToken, Args: ec2transitgateway.TransitGatewayArgs{},
		Resource: &ec2transitgateway.TransitGateway{},
		Replaces: []string{"multicastSupport"},
		Sets:     []string{"transitGatewayCidrBlocks"},
		Defaults: map[string]any{
			"amazonSideAsn": 64512.0, "autoAcceptSharedAttachments": "disable",
			"defaultRouteTableAssociation": "enable",
			"defaultRouteTablePropagation": "enable", "dnsSupport": "enable", "multicastSupport": "disable",
			"securityGroupReferencingSupport": "disable", "vpnEcmpSupport": "enable",
		},
		Check: func(c *cloud.Checker) {
			// Source: "TransitGatewayRequestOptions", Amazon EC2 API Reference.
			if asn, ok := c.Number("amazonSideAsn"); ok && (asn < 64512 || asn > 65534) &&
				(asn < 4200000000 || asn > 4294967294) {
				c.Add("amazonSideAsn",
					"expected amazonSideAsn to be in the range (64512 - 65534) or (4200000000 - 4294967294), got %.0f", asn)
			}
			for _, property := range []string{"autoAcceptSharedAttachments", "defaultRouteTableAssociation",
				"defaultRouteTablePropagation",
				"dnsSupport", "multicastSupport", "securityGroupReferencingSupport", "vpnEcmpSupport"} {
				c.OneOf(property, "disable", "enable")
			}
		},
		Create: func(c *cloud.Call) error {
			if err := kernel.SetID(c, "tgw-"); err != nil {
				return err
			}
			c.Set("arn", kernel.EC2ARN(c, "transit-gateway"))
			c.Set("ownerId", c.Scope.Values["account"])
			table, err := kernel.NewID(c, "tgw-rtb-")
			for setting, output := range map[string]string{
				"defaultRouteTableAssociation": "associationDefaultRouteTableId",
				"defaultRouteTablePropagation": "propagationDefaultRouteTableId",
			} {
				if c.Text(setting) == "enable" {
					c.Set(output, table)
				}
			}
			return err
		},
		Delete: func(c *cloud.Call) error {
			attachments, err := c.All(kernel.TransitGatewayAttachmentToken, cloud.With("transitGatewayId", c.Object.ID))
			if err == nil && len(attachments) > 0 {
				err = kernel.Refuse("IncorrectState", "%s has non-deleted VPC Attachments: %s.", c.Object.ID,
					attachments[0].ID)
			}
			return err
		},
	}
}

func transitAttachment() *cloud.Type {
	return &cloud.Type{
		Token: kernel.TransitGatewayAttachmentToken, Args: ec2transitgateway.VpcAttachmentArgs{},
		Resource: &ec2transitgateway.VpcAttachment{},
		Replaces: []string{"transitGatewayId", "vpcId"},
		Sets:     []string{"subnetIds"},
		Required: []string{"subnetIds"},
		Defaults: map[string]any{
			"applianceModeSupport": "disable", "dnsSupport": "enable", "ipv6Support": "disable",
			"transitGatewayDefaultRouteTableAssociation": true, "transitGatewayDefaultRouteTablePropagation": true,
		},
		Check: func(c *cloud.Checker) {
			for _, property := range []string{"applianceModeSupport", "dnsSupport", "ipv6Support",
				"securityGroupReferencingSupport"} {
				c.OneOf(property, "disable", "enable")
			}
		},
		Create: createAttachment,
		Update: placeInterfaces,
	}
}

func createAttachment(c *cloud.Call) error {
	gateway, err := kernel.Existing(c, kernel.TransitGatewayToken, c.Text("transitGatewayId"))
	if err != nil {
		return err
	}
	if _, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId")); err != nil {
		return err
	}
	others, err := c.All(kernel.TransitGatewayAttachmentToken, func(o *cloud.Object) bool {
		return o.Text("transitGatewayId") == gateway.ID && o.Text("vpcId") == c.Text("vpcId")
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("DuplicateTransitGatewayAttachment",
			"%s has non-deleted Transit Gateway Attachments with same VPC ID.", gateway.ID)
	}
	if err := kernel.SetID(c, "tgw-attach-"); err != nil {
		return err
	}
	c.Set("arn", kernel.EC2ARN(c, "transit-gateway-attachment"))
	c.Set("vpcOwnerId", c.Scope.Values["account"])
	c.SetDefault("securityGroupReferencingSupport", "enable")
	return placeInterfaces(c)
}

// placeInterfaces creates a network interface of an attachment in each of its subnets.
func placeInterfaces(c *cloud.Call) error {
	subnets, err := vpc.OneSubnetPerZone(c, c.Texts("subnetIds"), "Duplicate Subnets for same AZ: %s")
	if err != nil {
		return err
	}
	if c.Text("ipv6Support") == "enable" {
		for _, subnet := range subnets {
			if subnet.Text("ipv6CidrBlock") == "" {
				return kernel.Refuse("InvalidParameterValue", "%s has no IPv6 CIDR block, which ipv6Support needs.",
					subnet.ID)
			}
		}
	}
	_, err = vpc.SetInterfaces(c, c.Object, subnets,
		vpc.InterfaceSpec{Kind: "transit_gateway", Description: "Network Interface for Transit Gateway Attachment " +
			c.Object.ID})
	return err
}

// checkAttached rejects a route to a transit gateway that the VPC of the route is not attached to.
func checkAttached(c *cloud.Call, network string) error {
	gateway, err := kernel.Existing(c, kernel.TransitGatewayToken, c.Text("transitGatewayId"))
	if err != nil {
		return err
	}
	attachments, err := c.All(kernel.TransitGatewayAttachmentToken, func(o *cloud.Object) bool {
		return o.Text("transitGatewayId") == gateway.ID && o.Text("vpcId") == network
	})
	if err == nil && len(attachments) == 0 {
		err = kernel.Refuse("InvalidTransitGatewayID.NotFound", "The transitGateway ID '%s' does not exist.",
			gateway.ID)
	}
	return err
}
