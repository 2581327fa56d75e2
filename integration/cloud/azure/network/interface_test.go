package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
)

func nic(name, subnet string, more in) step {
	return made(name, "NetworkInterface", "networkInterfaceName", in{"ipConfigurations": []any{
		accounttest.Merge(in{"name": "primary", "subnet": in{"id": subnet}}, more)}})
}

func TestNetworkInterfaces(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(base()...).All(subnet("a", "10.0.0.0/24", nil), subnet("b", "10.0.1.0/24", nil), nic("nic", "$a", nil))
	address := func() any {
		list, _ := h.Output("nic", "ipConfigurations").([]any)
		first, _ := list[0].(in)
		return first["privateIPAddress"]
	}
	require.Equal(t, "10.0.0.4", address())
	inputs := h.Refreshed("nic")
	require.False(t, h.Differences(step{Name: "~nic", Inputs: nic("nic", "$a", nil).Inputs}).HasChanges, "%v", inputs)
	h.All(update(nic("nic", "$b", nil)))
	require.Equal(t, "10.0.1.4", address(), "an interface moves to another subnet")
	h.All(nic("second", "$b", nil), nic("third", "$b", in{"privateIPAllocationMethod": "Static", "privateIPAddress": "10.0.1.77"}))
	got, err := h.Call("azure-native:network:getNetworkInterface", in{"resourceGroupName": "rg", "networkInterfaceName": "third"})
	require.NoError(t, err)
	list, _ := got["ipConfigurations"].([]any)
	first, _ := list[0].(in)
	require.Equal(t, "10.0.1.77", first["privateIPAddress"])
}

func TestRejectedInterfaces(t *testing.T) {
	t.Parallel()
	common := append(base(), subnet("a", "10.0.0.0/29", nil), network("far", in{"location": "uksouth"}, "10.9.0.0/16"),
		subnet("distant", "10.9.0.0/24", in{"virtualNetworkName": "far"}), network("other", nil, "10.8.0.0/16"),
		subnet("c", "10.8.0.0/24", in{"virtualNetworkName": "other"}), address("ip", nil))
	static := func(address string) in {
		return in{"privateIPAllocationMethod": "Static", "privateIPAddress": address}
	}
	public := in{"publicIPAddress": in{"id": "$ip"}}
	azuretest.RunRefusals(t, common, map[string]accounttest.Refusal{
		"a missing subnet":   {Steps: []step{nic("nic", "$net/subnets/none", nil)}, Want: `Status=400 Code="InvalidResourceReference"`},
		"a distant subnet":   {Steps: []step{nic("nic", "$distant", nil)}, Want: `Code="InvalidResourceReference"`},
		"no configuration":   {Steps: []step{made("nic", "NetworkInterface", "networkInterfaceName", nil)}, Want: "has no IP configuration"},
		"an address outside": {Steps: []step{nic("nic", "$a", static("10.0.1.4"))}, Want: `Code="PrivateIPAddressNotInSubnet"`},
		"a reserved address": {Steps: []step{nic("nic", "$a", static("10.0.0.3"))}, Want: `Code="PrivateIPAddressInReservedRange"`},
		"an address in use":  {Steps: []step{nic("nic", "$a", nil), nic("nic2", "$a", static("10.0.0.4"))}, Want: `Code="PrivateIPAddressIsAllocated"`},
		"no static address":  {Steps: []step{nic("nic", "$a", in{"privateIPAllocationMethod": "Static"})}, Want: `Code="PrivateIPAddressMustBeSpecified"`},
		"a full subnet":      {Steps: []step{nic("n1", "$a", nil), nic("n2", "$a", nil), nic("n3", "$a", nil), nic("n4", "$a", nil)}, Want: `Code="SubnetIsFull"`},
		"another network":    {Steps: []step{nic("nic", "$a", nil), update(nic("nic", "$c", nil))}, Want: `Code="SubnetsNotInSameVnet"`},
		"a subnet in use":    {Steps: []step{nic("nic", "$a", nil), {Name: "-a"}}, Want: `Code="InUseSubnetCannotBeDeleted" Message="Subnet a is in use by $nic and cannot be deleted.`},
		"a missing group":    {Steps: []step{made("nic", "NetworkInterface", "networkInterfaceName", accounttest.Merge(nic("nic", "$a", nil).Inputs, in{"networkSecurityGroup": in{"id": "$rg/none"}}))}, Want: `Code="InvalidResourceReference"`},
		"a public address":   {Steps: []step{nic("nic", "$a", public), {Name: "-ip"}}, Want: `Code="PublicIPAddressCannotBeDeleted"`},
		"its second use":     {Steps: []step{nic("nic", "$a", public), nic("nic2", "$a", public)}, Want: `Code="PublicIPAddressInUse"`},
		"a group in use":     {Steps: []step{group("nsg", nil), made("nic", "NetworkInterface", "networkInterfaceName", accounttest.Merge(nic("nic", "$a", nil).Inputs, in{"networkSecurityGroup": in{"id": "$nsg"}})), {Name: "-nsg"}}, Want: `Code="InUseNetworkSecurityGroupCannotBeDeleted"`},
	})
}

func flowLog(name, target string, more in) step {
	return step{Name: name, Type: module + "FlowLog", Inputs: accounttest.Merge(in{"resourceGroupName": "NetworkWatcherRG",
		"networkWatcherName": "NetworkWatcher_westeurope", "flowLogName": name, "location": "westeurope", "targetResourceId": target,
		"storageId": "$sa", "enabled": true, "format": in{"type": "JSON", "version": 2.0}}, more)}
}

func TestRejectedFlowLogs(t *testing.T) {
	t.Parallel()
	workspace := step{Name: "logs", Type: "azure-native:operationalinsights:Workspace", Inputs: azuretest.In(in{"workspaceName": "logs"})}
	analytics := func(id string, minutes float64) in {
		return in{"flowAnalyticsConfiguration": in{"networkWatcherFlowAnalyticsConfiguration": in{"enabled": true,
			"workspaceResourceId": id, "trafficAnalyticsInterval": minutes}}}
	}
	far := azuretest.Account(in{"accountName": "distant", "location": "uksouth"})
	far.Name = "far"
	azuretest.RunRefusals(t, append(base(), azuretest.Account(nil), subnet("a", "10.0.0.0/24", nil), group("nsg", nil)), map[string]accounttest.Refusal{
		"a network":           {Steps: []step{flowLog("log", "$net", nil)}},
		"a subnet":            {Steps: []step{flowLog("log", "$a", nil)}},
		"a security group":    {Steps: []step{flowLog("log", "$nsg", nil)}, Want: "Creation of NSG flow logs is no longer supported."},
		"another resource":    {Steps: []step{flowLog("log", "$sa", nil)}, Want: `Code="InvalidTargetResourceId"`},
		"a missing target":    {Steps: []step{flowLog("log", "$rg/none", nil)}, Want: `Code="InvalidResourceReference"`},
		"another watcher":     {Steps: []step{network("uk", in{"location": "uksouth"}, "10.7.0.0/16"), flowLog("log", "$net", in{"networkWatcherName": "NetworkWatcher_uksouth", "location": "uksouth"})}, Want: `Code="TargetResourceNotInSameRegion"`},
		"a missing watcher":   {Steps: []step{flowLog("log", "$net", in{"networkWatcherName": "NetworkWatcher_uksouth"})}, Want: `Status=404 Code="ParentResourceNotFound"`},
		"twice":               {Steps: []step{flowLog("log", "$net", nil), flowLog("again", "$net", nil)}, Want: "already has the flow log $log."},
		"a missing account":   {Steps: []step{flowLog("log", "$net", in{"storageId": "$rg/none"})}, Want: `Code="InvalidResourceReference"`},
		"a distant account":   {Steps: []step{far, flowLog("log", "$net", in{"storageId": "$far"})}, Want: `Code="StorageAccountNotInSameRegion"`},
		"retention":           {Steps: []step{flowLog("log", "$net", in{"retentionPolicy": in{"enabled": true, "days": 400.0}})}, Want: "is not between 0 and 365"},
		"traffic analytics":   {Steps: []step{workspace, flowLog("log", "$net", analytics("$logs", 10))}},
		"an interval":         {Steps: []step{workspace, flowLog("log", "$net", analytics("$logs", 30))}, Want: "it is 10 or 60"},
		"a missing workspace": {Steps: []step{flowLog("log", "$net", analytics("$rg/none", 60))}, Want: `Code="InvalidResourceReference"`},
		"a second watcher":    {Steps: []step{made("w", "NetworkWatcher", "networkWatcherName", nil)}, Want: `Status=400 Code="NetworkWatcherCountLimitReached"`},
		"a first watcher":     {Steps: []step{made("w", "NetworkWatcher", "networkWatcherName", in{"location": "uksouth"})}},
	})
}

// TestWatchersAreNotOfPrograms says that what Azure creates with the first network of a region is no object of a program.
func TestWatchersAreNotOfPrograms(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(base()...)
	h.All(step{Name: "-net"}, step{Name: "-rg"})
	left, err := azure.New().Made(h.Store, "")
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestRejectedRecordSets(t *testing.T) {
	t.Parallel()
	zone := made("shop.internal", "PrivateZone", "privateZoneName", in{"location": "global"})
	record := func(name, kind string, more in) step {
		return step{Name: name + kind, Type: module + "PrivateRecordSet", Inputs: accounttest.Merge(azuretest.In(in{"privateZoneName": "shop.internal",
			"relativeRecordSetName": name, "recordType": kind, "ttl": 300.0}), more)}
	}
	a := func(name string, more in) step {
		return record(name, "A", accounttest.Merge(in{"aRecords": []any{in{"ipv4Address": "10.0.0.4"}}}, more))
	}
	alias := record("web", "CNAME", in{"cnameRecord": in{"cname": "other.internal"}})
	azuretest.RunRefusals(t, append(azuretest.Group(), zone), map[string]accounttest.Refusal{
		"a record":              {Steps: []step{a("web", nil)}},
		"the zone itself":       {Steps: []step{a("@", nil)}},
		"a wildcard":            {Steps: []step{a("*.web", nil)}},
		"a name":                {Steps: []step{a("web!", nil)}, Want: "The record set name 'web!' is invalid."},
		"no time":               {Steps: []step{a("web", in{"ttl": 0.0})}, Want: "The TTL of the record set 'web' is not between"},
		"a type":                {Steps: []step{record("web", "NS", nil)}, Want: "The record type 'NS' is invalid."},
		"no records":            {Steps: []step{record("web", "A", nil)}, Want: "has no aRecords"},
		"other records":         {Steps: []step{a("web", in{"txtRecords": []any{in{"value": []any{"x"}}}})}, Want: "has records of type TXT"},
		"an address":            {Steps: []step{a("web", in{"aRecords": []any{in{"ipv4Address": "fd00::1"}}})}, Want: "The address 'fd00::1' is invalid."},
		"an alias":              {Steps: []step{alias}},
		"an alias of the zone":  {Steps: []step{record("@", "CNAME", in{"cnameRecord": in{"cname": "x.internal"}})}, Want: "cannot be created at the apex"},
		"an alias and a record": {Steps: []step{a("web", nil), alias}, Want: "a CNAME record set is the only one with its name"},
		"two types":             {Steps: []step{a("web", nil), record("web", "TXT", in{"txtRecords": []any{in{"value": []any{"x"}}}})}},
		"a missing zone":        {Steps: []step{a("web", in{"privateZoneName": "none.internal"})}, Want: `Code="ParentResourceNotFound"`},
	})
	h := azuretest.New(t).All(azuretest.Group()...).All(zone, a("web", nil))
	require.Equal(t, h.IDs["shop.internal"]+"/A/web", h.IDs["webA"])
	require.Equal(t, []any{"web.shop.internal.", "Microsoft.Network/privateDnsZones/A"}, []any{h.Output("webA", "fqdn"), h.Output("webA", "type")})
	got, err := h.Call("azure-native:network:getPrivateRecordSet", in{"resourceGroupName": "rg", "privateZoneName": "shop.internal",
		"recordType": "A", "relativeRecordSetName": "web"})
	require.NoError(t, err)
	require.EqualValues(t, 300, got["ttl"])
	h.Refreshed("shop.internal")
	require.EqualValues(t, 2, h.Output("shop.internal", "numberOfRecordSets"))
}
