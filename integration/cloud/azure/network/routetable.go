package network

import (
	"net/netip"
	"slices"

	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const tables = "Microsoft.Network/routeTables"

func routeTable() *cloud.Type {
	routes := kernel.Children{Property: "routes", Type: routeToken, Name: "routeName", Parent: "routeTableName"}
	read := func(c *cloud.Call) error {
		subnets, err := users(c, subnetToken, "routeTable", c.Object)
		if err != nil {
			return err
		}
		setReferences(c, "subnets", subnets)
		return routes.Read(c)
	}
	set := func(c *cloud.Call) error {
		if err := checkName(c); err != nil {
			return err
		}
		if err := routes.Write(c); err != nil {
			return err
		}
		c.SetDefault("disableBgpRoutePropagation", false)
		return read(c)
	}
	return kernel.Grouped(&cloud.Type{
		Token: tableToken, Args: v20240501.RouteTableArgs{}, Resource: &v20240501.RouteTable{},
		Name: "routeTableName",
		Create: func(c *cloud.Call) error {
			if err := kernel.SetNewGUIDs(c, "resourceGuid"); err != nil {
				return err
			}
			return set(c)
		},
		Update:  set,
		Refresh: read,
		// Source: "Troubleshoot the InUseRouteTableCannotBeDeleted error code".
		Delete: func(c *cloud.Call) error {
			used, err := users(c, subnetToken, "routeTable", c.Object)
			if err == nil && len(used) > 0 {
				err = kernel.Refuse("InUseRouteTableCannotBeDeleted", "Route table %s is in use and cannot be deleted.",
					c.Text("name"))
			}
			return err
		},
	}, tables)
}

func route() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: routeToken, Args: v20240501.RouteArgs{}, Resource: &v20240501.Route{},
		Name:   "routeName",
		Create: setRoute,
		Update: setRoute,
	}, tableToken, tables, "routeTableName", "routes", false)
}

// setRoute checks a route. Source: "Virtual network traffic routing", custom routes.
func setRoute(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	hop, address, prefix := c.Text("nextHopType"), c.Text("nextHopIpAddress"), c.Text("addressPrefix")
	if !slices.Contains([]string{"VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None"}, hop) {
		return kernel.Refuse("InvalidRequestFormat", "Cannot parse the request: the value '%s' of 'nextHopType' is invalid.", hop)
	}
	if _, err := netip.ParseAddr(address); (hop == "VirtualAppliance") != (err == nil) {
		return kernel.Refuse("InvalidNextHopIpAddress", "The next hop IP address '%s' of route %s is invalid for the next hop "+
			"type %s: only VirtualAppliance has one, and requires it.", address, c.Text("name"), hop)
	}
	if p, err := netip.ParsePrefix(prefix); !tag.MatchString(prefix) && (err != nil || p != p.Masked()) {
		return kernel.Refuse("InvalidCIDRNotation", "The address prefix %s in resource %s has an invalid CIDR notation.", prefix,
			c.Object.ID)
	}
	others, err := c.All(routeToken, func(o *cloud.Object) bool {
		return o.Managed == c.Object.Managed && !kernel.ID(o.ID).Same(c.Object.ID)
	})
	for _, o := range others {
		if o.Text("addressPrefix") == prefix {
			return kernel.Refuse("RouteConflict", "Route %s conflicts with route %s. Routes cannot have the same AddressPrefix %s.",
				c.Text("name"), o.Text("name"), prefix)
		}
	}
	c.Set("hasBgpOverride", false)
	return err
}
