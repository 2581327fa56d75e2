package aws

import (
	"fmt"
	"hash/crc32"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const (
	routeType       = "aws:ec2/route:Route"
	associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation"
)

func route() *cloud.Type {
	return &cloud.Type{
		Token: routeType, Args: ec2.RouteArgs{}, Resource: &ec2.Route{},
		Replaces: []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId", "routeTableId"},
		Check: func(c *cloud.Checker) {
			c.ExactlyOne("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
			c.ExactlyOne(append(uncoveredTargets(), "egressOnlyGatewayId", "gatewayId", "natGatewayId")...)
			c.Conflict("egressOnlyGatewayId", "destinationCidrBlock")
			c.Conflict("carrierGatewayId", "destinationIpv6CidrBlock")
			c.Conflict("vpcEndpointId", "destinationPrefixListId")
			for _, property := range uncoveredTargets() {
				if c.Has(property) {
					c.Add(property, "the simulated AWS does not cover routes to it yet")
				}
			}
			for _, property := range []string{"destinationCidrBlock", "destinationIpv6CidrBlock"} {
				if cidr, ok := c.Text(property); ok {
					checkCIDR(c, property, cidr)
				}
			}
		},
		Create: createRoute,
		Update: checkTarget,
	}
}

func uncoveredTargets() []string {
	return []string{"carrierGatewayId", "coreNetworkArn", "localGatewayId", "networkInterfaceId", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId"}
}

func createRoute(c *cloud.Call) error {
	table, err := find(c, routeTableType, c.Text("routeTableId"), "InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist")
	if err != nil {
		return err
	}
	destination := destination(c.Object)
	others, err := c.All(routeType, func(o *cloud.Object) bool {
		return o.Text("routeTableId") == table.ID && sameDestination(o, destination)
	})
	if err != nil {
		return err
	}
	network, err := c.Here(vpcType, table.Text("vpcId"))
	if err != nil {
		return err
	}
	// Every table has a route within its network.
	if len(others) > 0 || (network != nil && network.Text("cidrBlock") == destination) {
		return cloud.Refuse("RouteAlreadyExists", "The route identified by %s already exists.", destination)
	}
	if err := checkTarget(c); err != nil {
		return err
	}
	c.Object.Managed = table.Key() // A table's routes go with it.
	c.Object.ID = fmt.Sprintf("r-%s%d", table.ID, crc32.ChecksumIEEE([]byte(destination)))
	c.Set("origin", "CreateRoute")
	c.Set("state", "active")
	return nil
}

func destination(o *cloud.Object) string {
	return o.Text("destinationCidrBlock") + o.Text("destinationIpv6CidrBlock") + o.Text("destinationPrefixListId")
}

// sameDestination compares ranges, however they are written.
func sameDestination(o *cloud.Object, with string) bool {
	a, errA := netip.ParsePrefix(destination(o))
	b, errB := netip.ParsePrefix(with)
	return destination(o) == with || (errA == nil && errB == nil && a.Masked() == b.Masked())
}

// checkTarget refuses targets that do not exist, or belong to another network.
func checkTarget(c *cloud.Call) error {
	table, err := find(c, routeTableType, c.Text("routeTableId"), "InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist")
	if err != nil {
		return err
	}
	var target *cloud.Object
	switch {
	case c.Text("egressOnlyGatewayId") != "":
		target, err = find(c, egressGatewayType, c.Text("egressOnlyGatewayId"), "InvalidGatewayID.NotFound", "The eigw ID '%s' does not exist")
	case c.Text("natGatewayId") != "":
		target, err = natSubnet(c)
	default:
		target, err = find(c, internetGatewayType, c.Text("gatewayId"), "InvalidGatewayID.NotFound", "The gateway ID '%s' does not exist")
	}
	if err != nil {
		return err
	}
	if target.Text("vpcId") != table.Text("vpcId") {
		return cloud.Refuse("InvalidParameterValue", "route table %s and network gateway %s belong to different networks", table.ID, target.ID)
	}
	return nil
}

// natSubnet returns the subnet of the NAT gateway that a route leads to.
func natSubnet(c *cloud.Call) (*cloud.Object, error) {
	gateway, err := find(c, natGatewayType, c.Text("natGatewayId"), "InvalidNatGatewayID.NotFound", "The natGateway ID '%s' does not exist")
	if err != nil {
		return nil, err
	}
	return find(c, subnetType, gateway.Text("subnetId"), "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist")
}

func association() *cloud.Type {
	return &cloud.Type{
		Token: associationType, Args: ec2.RouteTableAssociationArgs{}, Resource: &ec2.RouteTableAssociation{},
		Replaces: []string{"gatewayId", "subnetId"},
		Check:    func(c *cloud.Checker) { c.ExactlyOne("gatewayId", "subnetId") },
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
	table, err := find(c, routeTableType, c.Text("routeTableId"), "InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist")
	if err != nil {
		return err
	}
	property, typ, code, message := "subnetId", subnetType, "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist"
	if c.Text("gatewayId") != "" {
		property, typ, code, message = "gatewayId", internetGatewayType, "InvalidGatewayID.NotFound", "The gateway ID '%s' does not exist"
	}
	user, err := find(c, typ, c.Text(property), code, message)
	if err != nil {
		return err
	}
	if user.Text("vpcId") != table.Text("vpcId") {
		return cloud.Refuse("InvalidParameterValue", "route table %s and %s belong to different networks", table.ID, user.ID)
	}
	others, err := c.All(associationType, with(property, user.ID))
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
