package network_test

import (
	"fmt"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
)

func endpoint(name string, more in) step {
	return made(name, "PrivateEndpoint", "privateEndpointName", accounttest.Merge(in{"subnet": in{"id": "$a"},
		"privateLinkServiceConnections": []any{in{"name": "blob", "privateLinkServiceId": "$sa", "groupIds": []any{"blob"}}}}, more))
}

func connection(target string, groups ...any) in {
	return in{"privateLinkServiceConnections": []any{in{"name": "x", "privateLinkServiceId": target, "groupIds": groups}}}
}

func static(address string) in {
	return in{"ipConfigurations": []any{in{"name": "x", "privateIPAddress": address}}}
}

const blobZone = "privatelink.blob.core.windows.net"

func zone(name, group string) step {
	return step{Name: name, Type: module + "PrivateZone", Inputs: in{"resourceGroupName": group, "privateZoneName": blobZone,
		"location": "Global"}}
}

func link(name string, more in) step {
	return made(name, "VirtualNetworkLink", "virtualNetworkLinkName", accounttest.Merge(in{"privateZoneName": blobZone,
		"location": "global", "virtualNetwork": in{"id": "$net"}}, more))
}

func zoneGroup(name string, zones ...any) step {
	var configs []any
	for i, z := range zones {
		configs = append(configs, in{"name": fmt.Sprint("z", i), "privateDnsZoneId": z})
	}
	return made(name, "PrivateDnsZoneGroup", "privateDnsZoneGroupName", in{"privateEndpointName": "pe",
		"privateDnsZoneConfigs": configs})
}

func private() []step {
	return append(base(), subnet("a", "10.0.0.0/29", nil), azuretest.Account(nil), azuretest.Vault(nil), zone("zone", "rg"))
}

func TestRejectedPrivateEndpoints(t *testing.T) {
	t.Parallel()
	azuretest.RunRefusals(t, private(), map[string]accounttest.Refusal{
		"an endpoint":            {Steps: []step{endpoint("pe", nil)}},
		"a vault":                {Steps: []step{endpoint("pe", connection("$kv", "vault"))}},
		"a group id":             {Steps: []step{endpoint("pe", connection("$sa", "vault"))}, Want: "The group id 'vault' of the private endpoint"},
		"two group ids":          {Steps: []step{endpoint("pe", connection("$sa", "blob", "file"))}, Want: "more than one connection or group id"},
		"no connection":          {Steps: []step{endpoint("pe", in{"privateLinkServiceConnections": nil})}, Want: "has no connection"},
		"a missing target":       {Steps: []step{endpoint("pe", connection("$sa2", "blob"))}, Want: `Code="ResourceNotFound"`},
		"a missing subnet":       {Steps: []step{endpoint("pe", in{"subnet": in{"id": "$net/subnets/none"}})}, Want: `Code="InvalidResourceReference"`},
		"three in a small one":   {Steps: []step{endpoint("p1", nil), endpoint("p2", nil), endpoint("p3", nil)}},
		"four in a small one":    {Steps: []step{endpoint("p1", nil), endpoint("p2", nil), endpoint("p3", nil), endpoint("p4", nil)}, Want: `Status=400 Code="SubnetIsFull"`},
		"an address":             {Steps: []step{endpoint("pe", static("10.0.0.5"))}},
		"a reserved address":     {Steps: []step{endpoint("pe", static("10.0.0.3"))}, Want: `Code="PrivateIPAddressInReservedRange"`},
		"the last address":       {Steps: []step{endpoint("pe", static("10.0.0.7"))}, Want: `Code="PrivateIPAddressInReservedRange"`},
		"a distant address":      {Steps: []step{endpoint("pe", static("10.0.1.5"))}, Want: `Code="PrivateIPAddressNotInSubnet"`},
		"an address in use":      {Steps: []step{endpoint("pe", nil), endpoint("p2", static("10.0.0.4"))}, Want: `Code="PrivateIPAddressIsAllocated"`},
		"a subnet in use":        {Steps: []step{endpoint("pe", nil), {Name: "-a"}}, Want: `Status=400 Code="InUseSubnetCannotBeDeleted" Message="Subnet a is in use by $pe and cannot be deleted.`},
		"a network in use":       {Steps: []step{endpoint("pe", nil), {Name: "-net"}}, Want: `Code="InUseSubnetCannotBeDeleted"`},
		"a prefix in use":        {Steps: []step{endpoint("pe", nil), update(subnet("a", "10.0.1.0/29", nil))}, Want: `Status=400 Code="InUsePrefixCannotBeDeleted"`},
		"a zone group":           {Steps: []step{endpoint("pe", nil), zoneGroup("default", "$zone")}},
		"a group without zones":  {Steps: []step{endpoint("pe", nil), zoneGroup("default")}, Want: "has 0 zones"},
		"a second group":         {Steps: []step{endpoint("pe", nil), zoneGroup("default", "$zone"), zoneGroup("other", "$zone")}, Want: `Code="PrivateEndpointAlreadyHasPrivateDnsZoneGroup"`},
		"a missing zone":         {Steps: []step{endpoint("pe", nil), zoneGroup("default", "$rg/none")}, Want: `Code="InvalidResourceReference"`},
		"a group of no endpoint": {Steps: []step{zoneGroup("default", "$zone")}, Want: `Code="ParentResourceNotFound"`},
	})
}

func TestRejectedZones(t *testing.T) {
	t.Parallel()
	second := step{Name: "rg2", Type: "azure-native:resources:ResourceGroup", Inputs: in{"resourceGroupName": "rg2", "location": "westeurope"}}
	other := made("other", "PrivateZone", "privateZoneName", in{"privateZoneName": "shop.internal", "location": "global"})
	azuretest.RunRefusals(t, private(), map[string]accounttest.Refusal{
		"a link":              {Steps: []step{link("l", nil)}},
		"a region":            {Steps: []step{made("z", "PrivateZone", "privateZoneName", in{"privateZoneName": "a.b", "location": "westeurope"})}, Want: `Code="LocationNotAvailableForResourceType"`},
		"one label":           {Steps: []step{made("z", "PrivateZone", "privateZoneName", in{"privateZoneName": "internal", "location": "global"})}, Want: "must have 2 to 34 labels"},
		"a missing network":   {Steps: []step{link("l", in{"virtualNetwork": in{"id": "$rg/none"}})}, Want: `Code="InvalidResourceReference"`},
		"another network":     {Steps: []step{network("hub", nil, "10.1.0.0/16"), link("l", nil), update(link("l", in{"virtualNetwork": in{"id": "$hub"}}))}, Want: "cannot be changed"},
		"two zones of a name": {Steps: []step{second, zone("zone2", "rg2"), link("l", nil), link("m", in{"resourceGroupName": "rg2"})}, Want: "cannot be linked to multiple zones with overlapping namespaces"},
		"two registrations": {Steps: []step{other, link("l", in{"registrationEnabled": true}), link("m", in{"privateZoneName": "shop.internal", "registrationEnabled": true})},
			Want: "with registration enabled"},
		"one registration":  {Steps: []step{other, link("l", nil), link("m", in{"privateZoneName": "shop.internal", "registrationEnabled": true})}},
		"a zone with links": {Steps: []step{link("l", nil), {Name: "-zone"}}, Want: `Code="CannotDeleteResource"`},
	})
}

func TestPrivateEndpoint(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(private()...).All(link("l", nil), endpoint("pe", nil), zoneGroup("default", "$zone"))
	require.Equal(t, []any{in{"fqdn": "ashlar.blob.core.windows.net", "ipAddresses": []any{"10.0.0.4"}}}, h.Output("pe", "customDnsConfigs"))
	record := h.Output("default", "privateDnsZoneConfigs").([]any)[0].(in)["recordSets"].([]any)[0].(in)
	require.Equal(t, "ashlar."+blobZone, record["fqdn"])
	require.Equal(t, []any{"10.0.0.4"}, record["ipAddresses"])
	h.Refreshed("zone")
	require.InDelta(t, 1, h.Output("zone", "numberOfVirtualNetworkLinks"), 0)
	require.Equal(t, "global", h.Output("zone", "location"))
	d := h.Differences(update(endpoint("pe", in{"subnet": in{"id": "$net/subnets/b"}})))
	require.Equal(t, provider.UpdateReplace, d.DetailedDiff["subnet.id"].Kind)
	interfaces := h.Output("pe", "networkInterfaces")
	h.All(update(endpoint("pe", in{"tags": in{"owner": "platform"}})))
	require.Equal(t, interfaces, h.Output("pe", "networkInterfaces"))
	h.All(step{Name: "-default"}, step{Name: "-pe"}, step{Name: "-a"}, step{Name: "-l"}, step{Name: "-zone"})
}
