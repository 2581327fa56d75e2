package network_test

import (
	"context"
	"fmt"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

const module = "azure-native:network:"

func made(name, typ, nameInput string, more in) step {
	return step{Name: name, Type: module + typ, Inputs: accounttest.Merge(in{"resourceGroupName": "rg", nameInput: name}, more)}
}

func network(name string, more in, prefixes ...any) step {
	return made(name, "VirtualNetwork", "virtualNetworkName", accounttest.Merge(in{"addressSpace": in{"addressPrefixes": prefixes}}, more))
}

func subnet(name, prefix string, more in) step {
	return made(name, "Subnet", "subnetName", accounttest.Merge(in{"virtualNetworkName": "net", "addressPrefix": prefix}, more))
}

func group(name string, more in) step {
	return made(name, "NetworkSecurityGroup", "networkSecurityGroupName", more)
}

func rule(name string, priority float64, more in) step {
	return made(name, "SecurityRule", "securityRuleName", accounttest.Merge(in{"networkSecurityGroupName": "nsg",
		"priority": priority, "access": "Allow", "direction": "Inbound", "protocol": "Tcp", "sourceAddressPrefix": "Internet",
		"sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "443"}, more))
}

func table(name string, more in) step { return made(name, "RouteTable", "routeTableName", more) }

func route(name, prefix, hop string, more in) step {
	return made(name, "Route", "routeName", accounttest.Merge(in{"routeTableName": "rt", "addressPrefix": prefix,
		"nextHopType": hop}, more))
}

func address(name string, more in) step {
	return made(name, "PublicIPAddress", "publicIpAddressName", accounttest.Merge(in{"sku": in{"name": "Standard"},
		"publicIPAllocationMethod": "Static"}, more))
}

func prefix(name string, more in) step {
	return made(name, "PublicIPPrefix", "publicIpPrefixName", accounttest.Merge(in{"sku": in{"name": "Standard"}}, more))
}

func gateway(name string, more in) step {
	return made(name, "NatGateway", "natGatewayName", accounttest.Merge(in{"sku": in{"name": "Standard"}}, more))
}

func peering(name, from, to string) step {
	return made(name, "VirtualNetworkPeering", "virtualNetworkPeeringName", in{"virtualNetworkName": from,
		"remoteVirtualNetwork": in{"id": to}})
}

// update makes a step an update of the resource.
func update(s step) step {
	s.Name = "~" + s.Name
	return s
}

func base() []step {
	return append(azuretest.Group(), network("net", nil, "10.0.0.0/16"))
}

func TestRejectedNetworks(t *testing.T) {
	t.Parallel()
	a := subnet("a", "10.0.0.0/24", nil)
	azuretest.RunRefusals(t, base(), map[string]accounttest.Refusal{
		"a network":         {Steps: []step{network("b", nil, "10.1.0.0/16", "fd00::/48")}},
		"no space":          {Steps: []step{network("b", nil)}, Want: "has no address prefixes"},
		"no prefix":         {Steps: []step{network("b", nil, "10.1.0.0")}, Want: `Code="InvalidCIDRNotation"`},
		"host bits":         {Steps: []step{network("b", nil, "10.1.0.1/16")}, Want: "the address prefix should be 10.1.0.0/16."},
		"a reserved range":  {Steps: []step{network("b", nil, "169.254.0.0/24")}, Want: `Code="AddressPrefixNotAllowed"`},
		"an overlap":        {Steps: []step{network("b", nil, "10.0.0.0/8", "10.1.0.0/16")}, Want: "10.0.0.0/8 and 10.1.0.0/16"},
		"a name":            {Steps: []step{network("b-", nil, "10.1.0.0/16")}, Want: `Status=400 Code="InvalidResourceName" Message="Resource name b- is invalid.`},
		"DDoS without plan": {Steps: []step{network("b", in{"enableDdosProtection": true}, "10.1.0.0/16")}, Want: "no DDoS protection plan"},
		"a smaller space":   {Steps: []step{a, update(network("net", nil, "10.0.1.0/24"))}, Want: `Code="NetcfgSubnetRangeOutsideVnet"`},
		"a larger space":    {Steps: []step{a, update(network("net", nil, "10.0.0.0/15"))}},

		"subnets":               {Steps: []step{a, subnet("b", "10.0.1.0/29", nil)}},
		"a subnet outside":      {Steps: []step{subnet("a", "10.1.0.0/24", nil)}, Want: `Status=400 Code="NetcfgSubnetRangeOutsideVnet" Message="Subnet 'a' is not valid because its IP address range is outside the IP address range of virtual network 'net'."`},
		"a larger subnet":       {Steps: []step{subnet("a", "10.0.0.0/15", nil)}, Want: `Code="NetcfgSubnetRangeOutsideVnet"`},
		"overlapping subnets":   {Steps: []step{a, subnet("b", "10.0.0.128/25", nil)}, Want: `Status=400 Code="NetcfgSubnetRangesOverlap" Message="Subnet 'b' is not valid because its IP address range overlaps with that of an existing subnet in virtual network 'net'."`},
		"too small a subnet":    {Steps: []step{subnet("a", "10.0.0.0/30", nil)}, Want: `Code="NetcfgInvalidSubnet"`},
		"an IPv6 subnet":        {Steps: []step{subnet("a", "fd00::/48", nil)}, Want: `Code="NetcfgInvalidSubnet"`},
		"two kinds of prefixes": {Steps: []step{subnet("a", "10.0.0.0/24", in{"addressPrefixes": []any{"10.0.1.0/24"}})}, Want: "both an address prefix and address prefixes"},
		"no address":            {Steps: []step{subnet("a", "10.0.0.0/24", in{"addressPrefix": nil})}, Want: "has no address prefix"},
		"a missing network":     {Steps: []step{subnet("a", "10.0.0.0/24", in{"virtualNetworkName": "none"})}, Want: `Status=404 Code="ParentResourceNotFound"`},
		"a missing group":       {Steps: []step{subnet("a", "10.0.0.0/24", in{"networkSecurityGroup": in{"id": "$rg/none"}})}, Want: `Status=400 Code="InvalidResourceReference"`},
		"a distant group": {Steps: []step{group("nsg", in{"location": "uksouth"}), subnet("a", "10.0.0.0/24", in{"networkSecurityGroup": in{"id": "$nsg"}})},
			Want: "both resources are in the same region"},
		"policies": {Steps: []step{subnet("a", "10.0.0.0/24", in{"privateEndpointNetworkPolicies": "Some"})}, Want: "policies 'Some' are invalid"},

		"a group in use":   {Steps: []step{group("nsg", nil), subnet("a", "10.0.0.0/24", in{"networkSecurityGroup": in{"id": "$nsg"}}), {Name: "-nsg"}}, Want: `Status=400 Code="InUseNetworkSecurityGroupCannotBeDeleted" Message="Network security group $nsg cannot be deleted because it is in use by the following resources: $a.`},
		"a table in use":   {Steps: []step{table("rt", nil), subnet("a", "10.0.0.0/24", in{"routeTable": in{"id": "$rt"}}), {Name: "-rt"}}, Want: `Status=400 Code="InUseRouteTableCannotBeDeleted" Message="Route table rt is in use and cannot be deleted."`},
		"a gateway in use": {Steps: []step{gateway("nat", nil), subnet("a", "10.0.0.0/24", in{"natGateway": in{"id": "$nat"}}), {Name: "-nat"}}, Want: `Code="CannotDeleteNatGatewayAssociatedToSubnet" Message="NAT Gateway $nat is still configured on 1 subnets.`},
	})
}

func TestReservedSubnets(t *testing.T) {
	t.Parallel()
	with := func(name, property, id string) step {
		return subnet(name, "10.0.0.0/26", in{property: in{"id": id}})
	}
	var bastion []step
	add := func(direction string, priority float64, port, source, destination string) {
		bastion = append(bastion, rule(fmt.Sprintf("%s%v", direction, priority), priority, in{"direction": direction,
			"destinationPortRange": nil, "destinationPortRanges": []any{port}, "sourceAddressPrefix": source, "destinationAddressPrefix": destination}))
	}
	for i, source := range []string{"Internet", "GatewayManager", "AzureLoadBalancer"} {
		add("Inbound", float64(100+i), "443", source, "*")
	}
	for i, port := range []string{"8080", "5701"} {
		add("Inbound", float64(110+i), port, "VirtualNetwork", "VirtualNetwork")
		add("Outbound", float64(110+i), port, "VirtualNetwork", "VirtualNetwork")
	}
	for i, port := range []string{"22", "3389"} {
		add("Outbound", float64(120+i), port, "*", "VirtualNetwork")
	}
	add("Outbound", 130, "443", "*", "AzureCloud")
	complete := append([]step{group("nsg", nil)}, bastion...)
	last := rule("last", 131, in{"direction": "Outbound", "destinationPortRange": "80", "sourceAddressPrefix": "*", "destinationAddressPrefix": "Internet"})
	azuretest.RunRefusals(t, base(), map[string]accounttest.Refusal{
		"a gateway subnet":                  {Steps: []step{subnet("GatewaySubnet", "10.0.0.0/27", nil)}},
		"a group of a gateway subnet":       {Steps: []step{group("nsg", nil), with("GatewaySubnet", "networkSecurityGroup", "$nsg")}, Want: `Code="NetworkSecurityGroupCannotBeAttachedToGatewaySubnet"`},
		"a NAT gateway of a gateway subnet": {Steps: []step{gateway("nat", nil), with("GatewaySubnet", "natGateway", "$nat")}, Want: `Code="NatGatewayCannotBeAttachedToGatewaySubnet"`},
		"a table of a bastion":              {Steps: []step{table("rt", nil), with("AzureBastionSubnet", "routeTable", "$rt")}, Want: `Code="RouteTableCannotBeAttachedForAzureBastionSubnet"`},
		"a bastion without a group":         {Steps: []step{subnet("AzureBastionSubnet", "10.0.0.0/26", nil)}},
		"a group of a bastion":              {Steps: append(complete[:len(complete):len(complete)], last, with("AzureBastionSubnet", "networkSecurityGroup", "$nsg"))},
		"a group that lacks a rule":         {Steps: append(complete[:len(complete):len(complete)], with("AzureBastionSubnet", "networkSecurityGroup", "$nsg")), Want: `Code="NetworkSecurityGroupNotCompliantForAzureBastionSubnet"`},
		"a table of a firewall": {Steps: []step{table("rt", nil), route("default", "0.0.0.0/0", "Internet", nil),
			with("AzureFirewallSubnet", "routeTable", "$rt")}},
		"a table without the default route": {Steps: []step{table("rt", nil), with("AzureFirewallSubnet", "routeTable", "$rt")},
			Want: `Status=<nil> Code="AzureFirewallSubnetRouteTableMustHaveDefaultRouteToInternet"`},
	})
}

func TestRejectedRules(t *testing.T) {
	t.Parallel()
	azuretest.RunRefusals(t, append(azuretest.Group(), group("nsg", nil), table("rt", nil)), map[string]accounttest.Refusal{
		"rules":           {Steps: []step{rule("a", 100, nil), rule("b", 4096, nil)}},
		"both directions": {Steps: []step{rule("a", 100, nil), rule("b", 100, in{"direction": "Outbound"})}},
		"one priority":    {Steps: []step{rule("a", 100, nil), rule("b", 100, nil)}, Want: `Status=400 Code="SecurityRuleConflict" Message="Security rule a conflicts with rule b. Rules cannot have the same Priority and Direction.`},
		"a low priority":  {Steps: []step{rule("a", 50, nil)}, Want: `Status=400 Code="SecurityRuleInvalidPriority" Message="Security rule has invalid Priority. Value provided: 50 Allowed range 100-4096."`},
		"a high priority": {Steps: []step{rule("a", 4097, nil)}, Want: `Code="SecurityRuleInvalidPriority"`},
		"a protocol":      {Steps: []step{rule("a", 100, in{"protocol": "Http"})}, Want: "the value 'Http' of 'protocol' is invalid"},
		"a range":         {Steps: []step{rule("a", 100, in{"destinationPortRange": "80-90"})}},
		"a wrong range":   {Steps: []step{rule("a", 100, in{"destinationPortRange": "90-80"})}, Want: `Code="SecurityRuleInvalidPortRange"`},
		"a large port":    {Steps: []step{rule("a", 100, in{"destinationPortRange": "65536"})}, Want: `Code="SecurityRuleInvalidPortRange"`},
		"no port":         {Steps: []step{rule("a", 100, in{"destinationPortRange": nil})}, Want: "requires a destination port range"},
		"two sources":     {Steps: []step{rule("a", 100, in{"sourceAddressPrefixes": []any{"10.0.0.0/8"}})}, Want: "requires exactly one of sourceAddressPrefix, sourceAddressPrefixes"},
		"an address":      {Steps: []step{rule("a", 100, in{"sourceAddressPrefix": "10.0.0.0/33"})}, Want: `Code="SecurityRuleInvalidAddressPrefix"`},
		"an access":       {Steps: []step{rule("a", 100, in{"access": "Permit"})}, Want: "of 'access' is invalid"},

		"routes":                     {Steps: []step{route("a", "0.0.0.0/0", "VirtualAppliance", in{"nextHopIpAddress": "10.0.0.4"}), route("b", "AzureMonitor", "Internet", nil)}},
		"no appliance":               {Steps: []step{route("a", "0.0.0.0/0", "VirtualAppliance", nil)}, Want: "requires it"},
		"an address of the internet": {Steps: []step{route("a", "0.0.0.0/0", "Internet", in{"nextHopIpAddress": "10.0.0.4"})}, Want: "only VirtualAppliance has one"},
		"a hop":                      {Steps: []step{route("a", "0.0.0.0/0", "Moon", nil)}, Want: "the value 'Moon' of 'nextHopType' is invalid"},
		"host bits":                  {Steps: []step{route("a", "10.0.0.1/8", "None", nil)}, Want: `Code="InvalidCIDRNotation"`},
		"one prefix":                 {Steps: []step{route("a", "0.0.0.0/0", "Internet", nil), route("b", "0.0.0.0/0", "None", nil)}, Want: `Code="RouteConflict"`},
	})
}

func TestRejectedAddresses(t *testing.T) {
	t.Parallel()
	of := func(property, id string) in { return in{property: []any{in{"id": id}}} }
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"an address":         {Steps: []step{address("a", in{"zones": []any{"1", "2", "3"}})}},
		"a Basic address":    {Steps: []step{address("a", in{"sku": nil})}, Want: "are retired"},
		"a dynamic address":  {Steps: []step{address("a", in{"publicIPAllocationMethod": "Dynamic"})}, Want: "requires the allocation method Static"},
		"a zone":             {Steps: []step{address("a", in{"zones": []any{"4"}})}, Want: `Code="InvalidAvailabilityZone"`},
		"no zones":           {Steps: []step{address("a", in{"location": "westus", "zones": []any{"1"}})}, Want: `Code="InvalidAvailabilityZone"`},
		"other zones":        {Steps: []step{address("a", nil), update(address("a", in{"zones": []any{"1"}}))}, Want: `Code="ResourceAvailabilityZonesCannotBeModified"`},
		"a prefix":           {Steps: []step{prefix("p", in{"prefixLength": 31.0}), address("a", in{"publicIPPrefix": in{"id": "$p"}})}},
		"a long prefix":      {Steps: []step{prefix("p", in{"prefixLength": 27.0})}, Want: "It is 28 to 31."},
		"a prefix in use":    {Steps: []step{prefix("p", nil), address("a", in{"publicIPPrefix": in{"id": "$p"}}), {Name: "-p"}}, Want: `Code="PublicIPPrefixCannotBeDeleted"`},
		"a gateway":          {Steps: []step{address("a", nil), gateway("g", of("publicIpAddresses", "$a"))}},
		"a SKU of a gateway": {Steps: []step{gateway("g", in{"sku": nil})}, Want: "requires the SKU Standard"},
		"zones of a gateway": {Steps: []step{gateway("g", in{"zones": []any{"1", "2"}})}, Want: "in one availability zone"},
		"an address in use":  {Steps: []step{address("a", nil), gateway("g", of("publicIpAddresses", "$a")), {Name: "-a"}}, Want: `Status=400 Code="PublicIPAddressCannotBeDeleted" Message="Public IP address $a can not be deleted since it is still allocated to resource $g."`},
		"an address twice":   {Steps: []step{address("a", nil), gateway("g", of("publicIpAddresses", "$a")), gateway("h", of("publicIpAddresses", "$a"))}, Want: "already allocated to resource $g"},
		"a missing address":  {Steps: []step{gateway("g", of("publicIpAddresses", "$rg/x"))}, Want: `Code="InvalidResourceReference"`},
	})
}

func TestPeerings(t *testing.T) {
	t.Parallel()
	networks := append(base(), network("hub", nil, "10.1.0.0/16"), network("same", nil, "10.0.128.0/17"), network("third", nil, "10.1.128.0/17"))
	azuretest.RunRefusals(t, networks, map[string]accounttest.Refusal{
		"a peering":           {Steps: []step{peering("p", "net", "$hub")}},
		"an overlap":          {Steps: []step{peering("p", "net", "$same")}, Want: `Status=400 Code="VnetAddressSpacesOverlap"`},
		"an overlap of peers": {Steps: []step{peering("p", "net", "$hub"), peering("q", "net", "$third")}, Want: `Status=400 Code="VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"`},
		"a peering twice":     {Steps: []step{peering("p", "net", "$hub"), peering("q", "net", "$hub")}, Want: `Code="AnotherPeeringAlreadyReferencesRemoteVnet"`},
		"a missing network":   {Steps: []step{peering("p", "net", "$rg/none")}, Want: `Code="InvalidResourceReference"`},
	})
	h := azuretest.New(t).All(networks...).All(peering("to", "net", "$hub"))
	require.Equal(t, "Initiated", h.Output("to", "peeringState"))
	h.All(peering("from", "hub", "$net"))
	h.Refreshed("to")
	require.Equal(t, "Connected", h.Output("to", "peeringState"))
	h.All(step{Name: "-hub"})
	h.Refreshed("to")
	require.Equal(t, "Disconnected", h.Output("to", "peeringState"))
}

// TestListsOfChildren leaves children alone that a program has as resources of their own, unless it has the list, too.
func TestListsOfChildren(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(base()...).All(subnet("a", "10.0.0.0/24", nil))
	h.All(update(network("net", in{"tags": in{"owner": "platform"}}, "10.0.0.0/16")))
	require.Len(t, h.Output("net", "subnets"), 1)
	require.NotContains(t, h.Refreshed("net"), "subnets", "a list that the program does not have is no drift")
	list := []any{in{"name": "b", "addressPrefix": "10.0.1.0/24"}, in{"name": "c", "addressPrefix": "10.0.2.0/24"}}
	h.All(update(network("net", in{"subnets": list}, "10.0.0.0/16")))
	require.Nil(t, h.Refreshed("a"), "the list wins")
	require.Equal(t, list, h.Refreshed("net")["subnets"])
	list[1].(in)["addressPrefix"] = "10.0.3.0/24"
	h.All(update(network("net", in{"subnets": list[1:]}, "10.0.0.0/16")))
	require.Len(t, h.Output("net", "subnets"), 1)
	require.Equal(t, "10.0.3.0/24", h.Output("net", "subnets").([]any)[0].(in)["addressPrefix"])
	h.All(subnet("d", "10.0.4.0/24", nil))
	require.Len(t, h.Refreshed("net")["subnets"], 2, "another subnet is drift")
	h.All(update(network("net", in{"subnets": []any{}}, "10.0.0.0/16")))
	require.Empty(t, h.Refreshed("net")["subnets"])

	rules := []any{in{"name": "https", "priority": 100.0, "access": "Allow", "direction": "Inbound", "protocol": "Tcp",
		"sourceAddressPrefix": "Internet", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "443"}}
	h.All(group("nsg", in{"securityRules": rules}))
	require.Equal(t, rules, h.Refreshed("nsg")["securityRules"])
	require.Len(t, h.Output("nsg", "defaultSecurityRules"), 6)
	h.All(table("rt", in{"routes": []any{in{"name": "out", "addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}}}))
	require.Len(t, h.Output("rt", "routes"), 1)
	h.All(step{Name: "-net"}, step{Name: "-nsg"}, step{Name: "-rt"})
	left, err := azure.New().Made(h.Store, "")
	require.NoError(t, err)
	require.Len(t, left, 1, "the resource group")
}

// TestParallelSubnets writes two subnets of one network at the same time.
func TestParallelSubnets(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(base()...)
	results := make(chan error, 2)
	for i := range 2 {
		inputs := accounttest.Properties(subnet(fmt.Sprint("s", i), fmt.Sprintf("10.0.%d.0/24", i), nil).Inputs)
		go func() {
			_, err := h.Create(context.Background(), provider.CreateRequest{Urn: accounttest.URN(module + "Subnet"), Properties: inputs})
			results <- err
		}()
	}
	var problems []error
	for range 2 {
		if err := <-results; err != nil {
			problems = append(problems, err)
		}
	}
	require.Len(t, problems, 1)
	require.ErrorContains(t, problems[0], `Status=<nil> Code="AnotherOperationInProgress" Message="Another operation on this or dependent resource is in progress.`)
}

// TestComputed are the values that Azure computes, and changes that replace resources.
func TestComputed(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(base()...).All(address("ip", in{"dnsSettings": in{"domainNameLabel": "shop"}}), prefix("ips", nil),
		subnet("a", "10.0.0.0/24", in{"delegations": []any{in{"name": "web", "serviceName": "Microsoft.Web/serverFarms"}},
			"serviceEndpoints": []any{in{"service": "Microsoft.Storage"}}}))
	require.Equal(t, h.IDs["net"]+"/subnets/a", h.IDs["a"])
	require.Regexp(t, `^20\.\d+\.\d+\.\d+$`, h.Output("ip", "ipAddress"))
	require.Equal(t, "shop.westeurope.cloudapp.azure.com", h.Output("ip", "dnsSettings").(in)["fqdn"])
	require.Regexp(t, `^20\.\d+\.\d+\.\d+/28$`, h.Output("ips", "ipPrefix"))
	require.Equal(t, []any{"westeurope"}, h.Output("a", "serviceEndpoints").([]any)[0].(in)["locations"])
	require.Equal(t, h.IDs["a"]+"/delegations/web", h.Output("a", "delegations").([]any)[0].(in)["id"])
	require.Equal(t, "Disabled", h.Output("a", "privateEndpointNetworkPolicies"))
	d := h.Differences(update(address("ip", in{"dnsSettings": in{"domainNameLabel": "shop"}, "publicIPAddressVersion": "IPv6"})))
	require.Equal(t, provider.AddReplace, d.DetailedDiff["publicIPAddressVersion"].Kind)
	h.All(group("nsg", nil))
	require.ErrorContains(t, h.Do(update(group("nsg", in{"location": "uksouth"}))), `Status=409 Code="InvalidResourceLocation"`)
	require.NoError(t, h.Store.AddFault(cloud.Fault{Type: kernel.NetworkToken, Operation: "delete", Code: "InternalServerError", Times: 3}))
	h.All(step{Name: "-net"})
}
