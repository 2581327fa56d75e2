package routing

import (
	"fmt"
	"maps"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

const associationToken = "aws:ec2/routeTableAssociation:RouteTableAssociation"

func association() *cloud.Type {
	return &cloud.Type{
		Token: associationToken, Args: ec2.RouteTableAssociationArgs{},
		Resource: &ec2.RouteTableAssociation{},
		Replaces: []string{"gatewayId", "subnetId"},
		ImportID: func(o *cloud.Object) string {
			return o.Text("subnetId") + o.Text("gatewayId") + "/" + o.Text("routeTableId")
		},
		Check: func(c *cloud.Checker) { c.ExactlyOne("gatewayId", "subnetId") },
		Create: func(c *cloud.Call) error {
			if err := checkAssociation(c); err != nil {
				return err
			}
			return kernel.SetID(c, "rtbassoc-")
		},
		Update: checkAssociation,
	}
}

func checkAssociation(c *cloud.Call) error {
	table, err := kernel.Existing(c, kernel.RouteTableToken, c.Text("routeTableId"))
	if err != nil {
		return err
	}
	property, typ := "subnetId", kernel.SubnetToken
	if c.Text("gatewayId") != "" {
		property, typ = "gatewayId", kernel.InternetGatewayToken
	}
	user, err := kernel.Existing(c, typ, c.Text(property))
	if err != nil {
		return err
	}
	if user.Text("vpcId") != table.Text("vpcId") {
		return kernel.Refuse("InvalidParameterValue", "route table %s and %s belong to different networks", table.ID,
			user.ID)
	}
	others, err := c.All(associationToken, cloud.With(property, user.ID))
	if err != nil {
		return err
	}
	c.Object.Managed = user.Key() // It is deleted with the subnet or the gateway.
	if len(others) > 0 {
		return kernel.Refuse("Resource.AlreadyAssociated",
			"the specified association for route table %s conflicts with an existing association", table.ID)
	}
	return nil
}

func routeTable() *cloud.Type {
	return vpc.InVPC(&cloud.Type{
		Token: kernel.RouteTableToken, Args: ec2.RouteTableArgs{}, Resource: &ec2.RouteTable{},
		Sets:    []string{"routes", "propagatingVgws"},
		Check:   checkPropagation,
		Create:  func(c *cloud.Call) error { return c.WriteInline(tableRoutes()...) },
		Update:  func(c *cloud.Call) error { return c.WriteInline(tableRoutes()...) },
		Refresh: func(c *cloud.Call) error { return c.ReadInline(tableRoutes()...) },
		Delete: func(c *cloud.Call) error {
			// Its routes are deleted with it. Subnets must be disassociated first.
			return kernel.Unused(c, "routeTable", "routeTableId", associationToken)
		},
	}, "route-table", "rtb-")
}

func checkPropagation(c *cloud.Checker) {
	if gateways, _ := c.Value("propagatingVgws").([]any); len(gateways) > 0 {
		c.Add("propagatingVgws", "the simulated AWS does not cover virtual private gateways")
	}
}

// tableRoutes is the list of routes of a route table. Routes to gateway endpoints belong to the endpoints.
func tableRoutes() []cloud.Inline {
	return []cloud.Inline{{
		Property: "routes",
		Type:     kernel.RouteToken,
		Belongs: func(id string, o *cloud.Object) bool {
			return o.Text("routeTableId") == id && !strings.HasPrefix(o.Text("gatewayId"), "vpce-")
		},
		Expand: func(id string, block map[string]any) []map[string]any {
			inputs := map[string]any{"routeTableId": id}
			for from, to := range routeProperties() {
				if v, _ := block[from].(string); v != "" {
					inputs[to] = v
				}
			}
			return []map[string]any{inputs}
		},
		Block: func(o *cloud.Object) map[string]any {
			out := map[string]any{}
			for to, from := range routeProperties() {
				if v := o.Text(from); v != "" {
					out[to] = v
				}
			}
			return out
		},
		Same: append(routeTargets(), "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"),
	}}
}

// routeProperties are the names of a route's properties within a route table, and in a route of its own.
func routeProperties() map[string]string {
	out := map[string]string{"cidrBlock": "destinationCidrBlock", "ipv6CidrBlock": "destinationIpv6CidrBlock",
		"destinationPrefixListId": "destinationPrefixListId"}
	for _, target := range routeTargets() {
		out[target] = target
	}
	return out
}

func defaultTable() *cloud.Type {
	return vpc.AdoptDefault(&cloud.Type{
		Token: kernel.DefaultRouteTableToken, Args: ec2.DefaultRouteTableArgs{}, Resource: &ec2.DefaultRouteTable{},
		Replaces: []string{"defaultRouteTableId"},
		Sets:     []string{"routes", "propagatingVgws"},
		Check:    checkPropagation,
		// Unlike the other default types, it is imported by the id of its VPC.
		ImportID: func(o *cloud.Object) string { return o.Text("vpcId") },
	}, kernel.RouteTableToken, "defaultRouteTableId", tableRoutes())
}

// tableOf returns the route table of a subnet: its own, or the main one of its VPC.
func tableOf(c *cloud.Call, subnet *cloud.Object) (string, error) {
	own, err := c.All(associationToken, cloud.With("subnetId", subnet.ID))
	if err != nil {
		return "", err
	}
	if len(own) > 0 {
		return own[0].Text("routeTableId"), nil
	}
	network, err := kernel.Existing(c, kernel.VPCToken, subnet.Text("vpcId"))
	if err != nil {
		return "", err
	}
	return network.Text("mainRouteTableId"), nil
}

// IsPublicSubnet reports whether a subnet has a route to an internet gateway.
func IsPublicSubnet(c *cloud.Call, subnet *cloud.Object) (bool, error) {
	table, err := tableOf(c, subnet)
	if err != nil {
		return false, err
	}
	out, err := c.All(kernel.RouteToken, func(o *cloud.Object) bool {
		return o.Text("routeTableId") == table && strings.HasPrefix(o.Text("gatewayId"), "igw-")
	})
	return len(out) > 0, err
}

func getRouteTable(c *cloud.Call, args map[string]any) (map[string]any, error) {
	associations, err := c.All(associationToken, func(o *cloud.Object) bool {
		subnet, _ := args["subnetId"].(string)
		gateway, _ := args["gatewayId"].(string)
		return (subnet != "" && o.Text("subnetId") == subnet) || (gateway != "" && o.Text("gatewayId") == gateway)
	})
	if err != nil {
		return nil, err
	}
	wanted := maps.Clone(args)
	if args["subnetId"] != nil || args["gatewayId"] != nil {
		if len(associations) == 0 {
			return nil, fmt.Errorf("no matching EC2 Route Table found")
		}
		wanted["routeTableId"] = associations[0].Text("routeTableId")
	}
	o, err := kernel.Query{
		Type: kernel.RouteTableToken, Name: "EC2 Route Table",
		Properties: map[string]string{"routeTableId": "id", "vpcId": "vpcId"},
		Filters:    map[string]string{"route-table-id": "id", "vpc-id": "vpcId"},
	}.One(c, wanted)
	if err != nil {
		return nil, err
	}
	blocks, err := tableRoutes()[0].Read(c, o.ID, nil)
	if err != nil {
		return nil, err
	}
	return kernel.Answer(o, args, map[string]any{"routeTableId": o.ID, "routes": blocks, "associations": []any{}}), nil
}
