package routing

import (
	"fmt"
	"hash/crc32"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

func route() *cloud.Type {
	return &cloud.Type{
		Token: kernel.RouteToken, Args: ec2.RouteArgs{}, Resource: &ec2.Route{},
		Replaces: []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId",
			"routeTableId"},
		ImportID: func(o *cloud.Object) string { return o.Text("routeTableId") + "_" + destination(o) },
		Check: func(c *cloud.Checker) {
			c.ExactlyOne("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
			c.ExactlyOne(slices.Concat(uncoveredTargets(), routeTargets())...)
			c.Conflict("egressOnlyGatewayId", "destinationCidrBlock")
			c.Conflict("carrierGatewayId", "destinationIpv6CidrBlock")
			c.Conflict("vpcEndpointId", "destinationPrefixListId")
			for _, property := range uncoveredTargets() {
				if c.Has(property) {
					c.Add(property, "the simulated AWS does not cover this target")
				}
			}
			kernel.CheckCIDRs(c, "destinationCidrBlock", "destinationIpv6CidrBlock")
		},
		Create: createRoute,
		Update: checkTarget,
	}
}

func uncoveredTargets() []string {
	return []string{"carrierGatewayId", "coreNetworkArn", "localGatewayId"}
}

// routeTargets are the properties with targets of routes.
func routeTargets() []string {
	return []string{"egressOnlyGatewayId", "gatewayId", "natGatewayId", "networkInterfaceId", "transitGatewayId",
		"vpcEndpointId",
		"vpcPeeringConnectionId"}
}

func createRoute(c *cloud.Call) error {
	table, err := kernel.Existing(c, kernel.RouteTableToken, c.Text("routeTableId"))
	if err != nil {
		return err
	}
	destination := destination(c.Object)
	others, err := c.All(kernel.RouteToken, func(o *cloud.Object) bool {
		return o.Text("routeTableId") == table.ID && sameDestination(o, destination)
	})
	if err != nil {
		return err
	}
	network, err := kernel.Existing(c, kernel.VPCToken, table.Text("vpcId"))
	if err != nil {
		return err
	}
	local, err := vpc.LocalRanges(c, network)
	if err != nil {
		return err
	}
	// Every route table has local routes.
	if len(others) > 0 || slices.ContainsFunc(local, func(p netip.Prefix) bool { return p.String() == destination }) {
		return kernel.Refuse("RouteAlreadyExists", "The route identified by %s already exists.", destination)
	}
	if id := c.Text("destinationPrefixListId"); id != "" {
		if _, err := vpc.FindPrefixList(c, id); err != nil {
			return err
		}
	}
	if err := checkTarget(c); err != nil {
		return err
	}
	c.Object.Managed = table.Key() // Routes are deleted with their route table.
	c.Object.ID = RouteID(table.ID, destination)
	c.Set("origin", "CreateRoute")
	return nil
}

func destination(o *cloud.Object) string {
	return o.Text("destinationCidrBlock") + o.Text("destinationIpv6CidrBlock") + o.Text("destinationPrefixListId")
}

// sameDestination compares CIDR blocks without their host bits.
func sameDestination(o *cloud.Object, with string) bool {
	a, errA := netip.ParsePrefix(destination(o))
	b, errB := netip.ParsePrefix(with)
	return destination(o) == with || (errA == nil && errB == nil && a.Masked() == b.Masked())
}

// checkTarget rejects targets that do not exist, or belong to another VPC.
func checkTarget(c *cloud.Call) error {
	table, err := kernel.Existing(c, kernel.RouteTableToken, c.Text("routeTableId"))
	if err != nil {
		return err
	}
	network := table.Text("vpcId")
	c.Set("state", "active")
	switch {
	case c.Text("transitGatewayId") != "":
		return checkAttached(c, network)
	case c.Text("vpcPeeringConnectionId") != "":
		return checkPeered(c, network)
	}
	target, err := targetIn(c)
	if err != nil {
		return err
	}
	if target.Text("vpcId") != network {
		return kernel.Refuse("InvalidParameterValue",
			"route table %s and network gateway %s belong to different networks", table.ID, target.ID)
	}
	return nil
}

// targetIn returns the target of a route, or the subnet that says in which VPC it is.
func targetIn(c *cloud.Call) (*cloud.Object, error) {
	for property, typ := range map[string]string{
		"egressOnlyGatewayId": kernel.EgressOnlyInternetGatewayToken, "natGatewayId": kernel.NATGatewayToken,
		"networkInterfaceId": kernel.NetworkInterfaceToken,
		"vpcEndpointId":      kernel.VPCEndpointToken,
	} {
		id := c.Text(property)
		if id == "" {
			continue
		}
		target, err := kernel.Existing(c, typ, id)
		if err == nil && typ == kernel.VPCEndpointToken && target.Text("vpcEndpointType") != "GatewayLoadBalancer" &&
			c.Text("destinationPrefixListId") == "" {
			err = kernel.Refuse("InvalidParameterValue",
				"%s is no Gateway Load Balancer endpoint: no route can lead to it", id)
		}
		if err == nil && target.Text("vpcId") == "" {
			target, err = kernel.Existing(c, kernel.SubnetToken, target.Text("subnetId"))
		}
		return target, err
	}
	if id := c.Text("gatewayId"); strings.HasPrefix(id, "vpce-") {
		return nil, kernel.Refuse("InvalidParameterValue", "The endpoint %s is a target of vpcEndpointId.", id)
	}
	return kernel.Existing(c, kernel.InternetGatewayToken, c.Text("gatewayId"))
}

// RouteID returns the id of a route, which the provider makes up.
func RouteID(table, destination string) string {
	return fmt.Sprintf("r-%s%d", table, crc32.ChecksumIEEE([]byte(destination)))
}
