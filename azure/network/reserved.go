package network

// subnetRule is what Azure requires of the subnets of a kind, and what it rejects.
type subnetRule struct {
	// subnet is the reserved name of the subnet, of which a network has one. Empty for other kinds.
	subnet string
	// size is the default size, and longest the longest prefix length. 0 is the floor of all subnets.
	size    string
	longest int
	// noSecurityGroup and noRouteTable tell that the subnet cannot have one. noDelegation tells that only the service uses it.
	noSecurityGroup, noRouteTable, noDelegation bool
	// service is the service for which the subnet is reserved.
	service string
}

// rule returns the rule of a kind. Sources, by kind: gateway "About VPN Gateway configuration settings", gateway subnet, and
// the error NetworkSecurityGroupCannotBeAttachedToGatewaySubnet (issue 18 of Azure/terraform-azurerm-virtual-network);
// firewall and firewallManagement "Azure Firewall FAQ" and "Azure Firewall Management NIC"; bastion "About Azure Bastion
// configuration settings" and the error RouteTableCannotBeAttachedForAzureBastionSubnet (issue 1679 of
// Azure/Azure-Landing-Zones); routeServer "Azure Route Server FAQ"; applicationGateway "Application Gateway infrastructure
// configuration". The size of RouteServerSubnet, /26 since 2025, is from memory.
func (k TierKind) rule() subnetRule {
	switch k {
	case TierGateway:
		return subnetRule{
			subnet: "GatewaySubnet", size: "/27", longest: 27, noSecurityGroup: true, noDelegation: true,
			service: "VPN and ExpressRoute gateways",
		}
	case TierFirewall:
		return subnetRule{
			subnet: "AzureFirewallSubnet", size: "/26", longest: 26, noSecurityGroup: true, noDelegation: true,
			service: "Azure Firewall",
		}
	case TierFirewallManagement:
		return subnetRule{
			subnet: "AzureFirewallManagementSubnet", size: "/26", longest: 26, noSecurityGroup: true, noRouteTable: true,
			noDelegation: true, service: "the management interface of Azure Firewall",
		}
	case TierBastion:
		return subnetRule{
			subnet: "AzureBastionSubnet", size: "/26", longest: 26, noRouteTable: true, noDelegation: true, service: "Azure Bastion",
		}
	case TierRouteServer:
		return subnetRule{
			subnet: "RouteServerSubnet", size: "/26", longest: 27, noSecurityGroup: true, noRouteTable: true, noDelegation: true,
			service: "Route Server",
		}
	case TierApplicationGateway:
		return subnetRule{size: "/24", service: "application gateways"}
	}
	return subnetRule{}
}

// reservedKinds are the kinds whose subnets have reserved names.
func reservedKinds() []TierKind {
	return []TierKind{TierGateway, TierFirewall, TierFirewallManagement, TierBastion, TierRouteServer}
}

// hsmDelegation is the delegation of subnets that cannot have a network security group. Source: issue 1609 of
// Azure/PSRule.Rules.Azure.
const hsmDelegation = "Microsoft.HardwareSecurityModules/dedicatedHSMs"

// hasSecurityGroup reports whether the subnet of a tier has a network security group.
func (t tier) hasSecurityGroup() bool {
	return !t.Kind.rule().noSecurityGroup && t.Delegation != hsmDelegation
}

// hasRouteTable reports whether the subnet of a tier has a route table. Those of gateways and firewalls have one only for
// routes: without, Azure manages their routes.
func (t tier) hasRouteTable() bool {
	switch t.Kind {
	case TierGateway, TierFirewall:
		return len(t.Routes) > 0
	}
	return !t.Kind.rule().noRouteTable
}
