package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation"

func association() *cloud.Type {
	return &cloud.Type{
		Token: associationType, Args: ec2.RouteTableAssociationArgs{}, Resource: &ec2.RouteTableAssociation{},
		Replaces: []string{"gatewayId", "subnetId"},
		ImportID: func(o *cloud.Object) string {
			return o.Text("subnetId") + o.Text("gatewayId") + "/" + o.Text("routeTableId")
		},
		Check: func(c *cloud.Checker) { c.ExactlyOne("gatewayId", "subnetId") },
		Create: func(c *cloud.Call) error {
			if err := checkAssociation(c); err != nil {
				return err
			}
			return c.NewID("rtbassoc-")
		},
		Update: checkAssociation,
	}
}

func checkAssociation(c *cloud.Call) error {
	table, err := existing(c, routeTableType, c.Text("routeTableId"))
	if err != nil {
		return err
	}
	property, typ := "subnetId", subnetType
	if c.Text("gatewayId") != "" {
		property, typ = "gatewayId", internetGatewayType
	}
	user, err := existing(c, typ, c.Text(property))
	if err != nil {
		return err
	}
	if user.Text("vpcId") != table.Text("vpcId") {
		return cloud.Refuse("InvalidParameterValue", "route table %s and %s belong to different networks", table.ID, user.ID)
	}
	others, err := c.All(associationType, cloud.With(property, user.ID))
	if err != nil {
		return err
	}
	c.Object.Managed = user.Key() // It goes with the subnet or the gateway.
	if len(others) > 0 {
		return cloud.Refuse("Resource.AlreadyAssociated",
			"the specified association for route table %s conflicts with an existing association", table.ID)
	}
	return nil
}
