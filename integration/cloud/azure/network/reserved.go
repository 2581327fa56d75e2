package network

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// checkReserved checks what subnets with reserved names may have.
func checkReserved(c *cloud.Call, group, table, gateway *cloud.Object) error {
	switch c.Text("name") {
	case "GatewaySubnet":
		if group != nil {
			// Source: issue 18 of terraform-azurerm-virtual-network.
			return kernel.Refuse("NetworkSecurityGroupCannotBeAttachedToGatewaySubnet", "Network security group %s cannot be "+
				"attached to gateway subnet %s.", group.ID, c.Object.ID)
		}
		if gateway != nil {
			// Source: "Troubleshoot Azure NAT Gateway". The code is from memory.
			return kernel.Refuse("NatGatewayCannotBeAttachedToGatewaySubnet", "NAT Gateway %s cannot be deployed on subnet of name "+
				"GatewaySubnet.", gateway.ID)
		}
	case "AzureBastionSubnet":
		if table != nil {
			// Source: issue 1679 of Azure-Landing-Zones.
			return kernel.Refuse("RouteTableCannotBeAttachedForAzureBastionSubnet", "Route table %s cannot be attached to "+
				"AzureBastionSubnet %s.", table.ID, c.Object.ID)
		}
		return checkBastion(c, group)
	case "AzureFirewallSubnet":
		return checkFirewall(c, table)
	}
	return nil
}

// checkFirewall refuses a route table without a default route to the internet. Azure finds it after it accepted the
// request. Source: issue 868 of terraform-azurerm-caf.
func checkFirewall(c *cloud.Call, table *cloud.Object) error {
	if table == nil {
		return nil
	}
	routes, err := c.All(routeToken, func(o *cloud.Object) bool { return o.Managed == table.Key() })
	for _, o := range routes {
		if o.Text("addressPrefix") == "0.0.0.0/0" && o.Text("nextHopType") == "Internet" {
			return err
		}
	}
	if err == nil {
		err = kernel.RefuseLater("AzureFirewallSubnetRouteTableMustHaveDefaultRouteToInternet", "The route table %s of the "+
			"subnet %s requires the route 0.0.0.0/0 to the Internet.", table.ID, c.Object.ID)
	}
	return err
}

// bastionRule is a rule that the network security group of a bastion's subnet requires.
type bastionRule struct{ direction, port, source, destination string }

// bastionRules are the required rules. Source: "Working with NSG access and Azure Bastion".
func bastionRules() []bastionRule {
	return []bastionRule{
		{"Inbound", "443", "Internet", ""}, {"Inbound", "443", "GatewayManager", ""},
		{"Inbound", "443", "AzureLoadBalancer", ""},
		{"Inbound", "8080", "VirtualNetwork", "VirtualNetwork"}, {"Inbound", "5701", "VirtualNetwork", "VirtualNetwork"},
		{"Outbound", "22", "", "VirtualNetwork"}, {"Outbound", "3389", "", "VirtualNetwork"},
		{"Outbound", "443", "", "AzureCloud"}, {"Outbound", "80", "", "Internet"},
		{"Outbound", "8080", "VirtualNetwork", "VirtualNetwork"}, {"Outbound", "5701", "VirtualNetwork", "VirtualNetwork"},
	}
}

// checkBastion refuses a network security group that lacks one of the required rules.
func checkBastion(c *cloud.Call, group *cloud.Object) error {
	if group == nil {
		return nil
	}
	rules, err := c.All(ruleToken, func(o *cloud.Object) bool { return o.Managed == group.Key() })
	if err != nil {
		return err
	}
	for _, want := range bastionRules() {
		met := false
		for _, o := range rules {
			met = met || o.Text("access") == "Allow" && o.Text("direction") == want.direction &&
				matches(o, "destinationPortRange", want.port) && matches(o, "sourceAddressPrefix", want.source) &&
				matches(o, "destinationAddressPrefix", want.destination)
		}
		if !met {
			return kernel.Refuse("NetworkSecurityGroupNotCompliantForAzureBastionSubnet", "Network security group %s does not have "+
				"necessary rules for Azure Bastion Subnet AzureBastionSubnet.", group.Text("name"))
		}
	}
	return nil
}

// matches reports whether a rule has a value, or any value. The property is the singular one.
func matches(rule *cloud.Object, property, value string) bool {
	plural := strings.Replace(property+"s", "Prefixs", "Prefixes", 1)
	for _, v := range append(rule.Texts(plural), rule.Text(property)) {
		if v == value || v == "*" || value == "" {
			return true
		}
	}
	return false
}
