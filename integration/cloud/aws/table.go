package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

func routeTable() *cloud.Type {
	return part(&cloud.Type{
		Token: routeTableType, Args: ec2.RouteTableArgs{}, Resource: &ec2.RouteTable{},
		Sets:    []string{"routes", "propagatingVgws"},
		Check:   checkPropagation,
		Create:  func(c *cloud.Call) error { return c.WriteInline(tableRoutes()...) },
		Update:  func(c *cloud.Call) error { return c.WriteInline(tableRoutes()...) },
		Refresh: func(c *cloud.Call) error { return c.ReadInline(tableRoutes()...) },
		Delete: func(c *cloud.Call) error {
			// Its routes go with it, subnets do not.
			return unused(c, "routeTable", "routeTableId", associationType)
		},
	}, "route-table", "rtb-")
}

func checkPropagation(c *cloud.Checker) {
	if gateways, _ := c.Value("propagatingVgws").([]any); len(gateways) > 0 {
		c.Add("propagatingVgws", "the simulated AWS does not cover virtual private gateways")
	}
}

// tableRoutes are the routes within a route table. Those of gateway endpoints are the endpoints' own.
func tableRoutes() []cloud.Inline {
	return []cloud.Inline{{
		Property: "routes",
		Type:     routeType,
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

// routeProperties are what a route's properties are called within a table, and on its own.
func routeProperties() map[string]string {
	out := map[string]string{"cidrBlock": "destinationCidrBlock", "ipv6CidrBlock": "destinationIpv6CidrBlock",
		"destinationPrefixListId": "destinationPrefixListId"}
	for _, target := range routeTargets() {
		out[target] = target
	}
	return out
}
