package network

import (
	"reflect"
	"slices"
	"strings"

	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func subnet() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: subnetToken, Args: v20240501.SubnetArgs{}, Resource: &v20240501.Subnet{},
		Name:   "subnetName",
		Takes:  takes,
		Same:   sameIDs(),
		Create: setSubnet,
		Update: func(c *cloud.Call) error {
			if before := subnetPrefixes(c.Old); !reflect.DeepEqual(before, subnetPrefixes(c.Object)) {
				used, err := usersOfSubnet(c, c.Object)
				if err != nil {
					return err
				}
				if len(used) > 0 {
					return kernel.Refuse("InUsePrefixCannotBeDeleted", "IpPrefix %s on Subnet %s has active allocations and cannot be "+
						"deleted.", strings.Join(before, ", "), c.Text("name"))
				}
			}
			return setSubnet(c)
		},
		Delete: func(c *cloud.Call) error { return refuseInUse(c, c.Object) },
	}, kernel.NetworkToken, networks, "virtualNetworkName", "subnets", true)
}

// subnetPrefixes returns the address prefixes of a subnet.
func subnetPrefixes(o *cloud.Object) []string {
	if p := o.Text("addressPrefix"); p != "" {
		return []string{p}
	}
	return o.Texts("addressPrefixes")
}

// usersOfSubnet returns what is in a subnet. Sources: issues 688 and 6818 of terraform-provider-azurerm.
func usersOfSubnet(c *cloud.Call, o *cloud.Object) ([]*cloud.Object, error) {
	all, err := c.List("")
	return slices.DeleteFunc(all, func(other *cloud.Object) bool {
		return !slices.ContainsFunc(subnetsOfUser(other), kernel.ID(o.ID).Same)
	}), err
}

// subnetsOfUser returns the ids of the subnets that a resource is in: private endpoints, network interfaces and node
// pools.
func subnetsOfUser(o *cloud.Object) []string {
	out := []string{cloud.Text(o.Block("subnet"), "id"), o.Text("vnetSubnetID"), o.Text("podSubnetID")}
	for _, configuration := range cloud.Objects(o.Outputs["ipConfigurations"]) {
		subnet, _ := configuration["subnet"].(map[string]any)
		out = append(out, cloud.Text(subnet, "id"))
	}
	return slices.DeleteFunc(out, func(id string) bool { return id == "" })
}

func refuseInUse(c *cloud.Call, o *cloud.Object) error {
	used, err := usersOfSubnet(c, o)
	if err == nil && len(used) > 0 {
		err = kernel.Refuse("InUseSubnetCannotBeDeleted", "Subnet %s is in use by %s and cannot be deleted. In order to delete "+
			"the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.", o.Text("name"), ids(used))
	}
	return err
}

// outside is the error for a subnet outside of its network. Source: azure-docs, pull request 123869.
func outside(subnet, network string) error {
	return kernel.Refuse("NetcfgSubnetRangeOutsideVnet", "Subnet '%s' is not valid because its IP address range is outside the "+
		"IP address range of virtual network '%s'.", subnet, network)
}

// setSubnet checks a subnet, and sets what Azure computes.
func setSubnet(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	network, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	if err := checkAddresses(c, network); err != nil {
		return err
	}
	location := network.Text("location")
	var parts [3]*cloud.Object
	for i, of := range []struct{ property, token string }{{"networkSecurityGroup", groupToken}, {"routeTable", tableToken},
		{"natGateway", gatewayToken}} {
		if parts[i], err = reference(c, c.Object.Outputs[of.property], of.token, location); err != nil {
			return err
		}
	}
	if policy := c.Text("privateEndpointNetworkPolicies"); policy != "" && !slices.Contains([]string{"Enabled", "Disabled",
		"NetworkSecurityGroupEnabled", "RouteTableEnabled"}, policy) {
		return kernel.Refuse("InvalidRequestFormat", "The private endpoint network policies '%s' are invalid.", policy)
	}
	if err := checkReserved(c, parts[0], parts[1], parts[2]); err != nil {
		return err
	}
	var delegations []any
	for _, d := range cloud.Objects(c.Object.Inputs["delegations"]) {
		answer := map[string]any{"provisioningState": "Succeeded", "actions": []any{},
			"id": c.Object.ID + "/delegations/" + cloud.Text(d, "name")}
		cloud.Fill(answer, d)
		delegations = append(delegations, answer)
	}
	if delegations != nil {
		c.Set("delegations", delegations)
	}
	var endpoints []any
	for _, e := range cloud.Objects(c.Object.Inputs["serviceEndpoints"]) {
		answer := map[string]any{"provisioningState": "Succeeded", "locations": cloud.List(location)}
		for property, v := range e {
			answer[property] = v
		}
		endpoints = append(endpoints, answer)
	}
	if endpoints != nil {
		c.Set("serviceEndpoints", endpoints)
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"privateEndpointNetworkPolicies": "Disabled",
		"privateLinkServiceNetworkPolicies": "Enabled"})
	return nil
}

// checkAddresses checks the address prefixes of a subnet. A subnet has /29 or more IPv4 addresses, of which five are
// reserved, or exactly /64 IPv6 addresses.
func checkAddresses(c *cloud.Call, network *cloud.Object) error {
	texts := subnetPrefixes(c.Object)
	if c.Text("addressPrefix") != "" && len(c.Texts("addressPrefixes")) > 0 {
		return kernel.Refuse("InvalidRequestFormat", "The subnet '%s' has both an address prefix and address prefixes.",
			c.Text("name"))
	}
	if len(texts) == 0 {
		return kernel.Refuse("InvalidRequestFormat", "The subnet '%s' has no address prefix.", c.Text("name"))
	}
	for _, text := range texts {
		if err := checkPrefix(c, text); err != nil {
			return err
		}
	}
	own := prefixes(texts)
	for _, p := range own {
		switch {
		case p.Addr().Is4() && p.Bits() > 29, p.Addr().Is6() && p.Bits() != 64:
			return kernel.Refuse("NetcfgInvalidSubnet", "Subnet '%s' is not valid in virtual network '%s'.", c.Text("name"),
				network.Text("name"))
		case !inside(p, space(network)):
			return outside(c.Text("name"), network.Text("name"))
		}
	}
	all, err := Subnets(c, network)
	for _, o := range all {
		if kernel.ID(o.ID).Same(c.Object.ID) {
			continue
		}
		if _, _, ok := overlap(own, prefixes(subnetPrefixes(o)), false); ok {
			return kernel.Refuse("NetcfgSubnetRangesOverlap", "Subnet '%s' is not valid because its IP address range overlaps with "+
				"that of an existing subnet in virtual network '%s'.", c.Text("name"), network.Text("name"))
		}
	}
	return err
}
