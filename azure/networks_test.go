package azure_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

const network = "azure-native:network/v20240501:"

// connected returns a section with networks that are peers, and with what is in them.
func connected() object {
	return object{
		"providers":      two(),
		"resourceGroups": object{"shop": object{"provider": "primary"}, "backup": object{"provider": "dr"}},
		"workspaces":     object{"logs": object{"resourceGroup": "shop"}},
		"vaults":         object{"main": object{"resourceGroup": "shop"}},
		"storageAccounts": object{
			"orders": object{"resourceGroup": "shop"}, "copies": object{"resourceGroup": "shop"}, "flows": object{"resourceGroup": "shop"},
			"far": object{"resourceGroup": "backup"},
		},
		"networks": object{
			"main": object{
				"resourceGroup": "shop", "addressPrefix": "10.0.0.0/16", "peers": []string{"hub"}, "flowLogAccount": "flows",
				"flowLogWorkspace": "logs", "peerings": object{"hub": object{"forwardedTraffic": true}},
				"tiers": object{"private": object{}, "isolated": object{}, "bastion": object{"kind": "bastion", "slot": 3},
					"data": object{"slot": 4, "size": "/24", "delegation": "Microsoft.DBforPostgreSQL/flexibleServers"},
					"zone": object{"slot": 5, "size": "/24", "kind": "private", "zone": "2"}},
			},
			"other": object{"resourceGroup": "shop", "addressPrefix": "10.1.0.0/16", "peers": []string{"hub"}},
			"far":   object{"resourceGroup": "backup", "addressPrefix": "10.2.0.0/16"},
		},
		"virtualNetworks": object{"hub": object{"resourceGroup": "shop", "addressPrefixes": []string{"10.100.0.0/16"}}},
		"privateEndpoints": object{
			"orders": object{"resourceGroup": "shop", "network": "main", "tier": "isolated", "storageAccount": "orders", "groupId": "blob"},
			"copies": object{"resourceGroup": "shop", "network": "other", "tier": "isolated", "storageAccount": "copies", "groupId": "blob", "zonesOf": "orders"},
			"keys":   object{"resourceGroup": "shop", "network": "main", "tier": "isolated", "vault": "main"},
		},
		"virtualMachines": object{"batch": object{
			"resourceGroup": "shop", "size": "Standard_D2s_v5", "network": "main", "tier": "private", "privateIp": "10.0.0.10",
			"sshKeys": []string{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGVleGFtcGxlZXhhbXBsZWV4YW1wbGVl"},
		}},
	}
}

func TestSectionConnectsNetworks(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, connected(), login())
	require.NoError(t, err)
	fixture.RequireOneVersion(t, r)

	peering := one(t, r, network+"VirtualNetworkPeering", "main-hub")
	remote, _ := peering.Input("remoteVirtualNetwork.id")
	hub := one(t, r, network+"VirtualNetwork", "hub")
	require.Equal(t, hub.ID, remote.StringValue())
	forwarded, _ := peering.Input("allowForwardedTraffic")
	require.True(t, forwarded.BoolValue(), "the options of the peering")
	require.Contains(t, one(t, r, network+"VirtualNetworkPeering", "other-hub-reverse").Dependencies, peering.URN,
		"Azure accepts one write to the hub at a time")

	machine := one(t, r, network+"NetworkInterface", "batch")
	subnet, _ := machine.Input("ipConfigurations[0].subnet.id")
	require.Equal(t, fixture.GroupID("shop0123abcd")+"/providers/Microsoft.Network/virtualNetworks/main0123abcd/subnets/private", subnet.StringValue())

	log := one(t, r, network+"FlowLog", "main-flow-logs")
	account, _ := log.Input("storageId")
	require.Equal(t, one(t, r, "azure-native:storage/v20240101:StorageAccount", "flows").ID, account.StringValue())

	zone := one(t, r, "azure-native:network/v20240601:PrivateZone", "orders-privatelink.blob.core.windows.net")
	for _, name := range []string{"orders", "copies"} {
		records := one(t, r, network+"PrivateDnsZoneGroup", name)
		id, _ := records.Input("privateDnsZoneConfigs[0].privateDnsZoneId")
		require.Equal(t, zone.ID, id.StringValue(), "both endpoints use one zone")
	}
	require.Len(t, r.OfType("azure-native:network/v20240601:VirtualNetworkLink"), 3, "the zone of blobs in two networks, that of keys in one")
	target, _ := one(t, r, network+"PrivateEndpoint", "keys").Input("privateLinkServiceConnections[0].groupIds[0]")
	require.Equal(t, "vault", target.StringValue())

	outputs := r.Exports["azure"].ObjectValue()
	require.True(t, outputs["networks"].ObjectValue()["main"].ObjectValue()["subnetIds"].IsObject())
	require.True(t, outputs["privateEndpoints"].ObjectValue()["orders"].IsObject())
	require.True(t, outputs["virtualNetworks"].ObjectValue()["hub"].IsObject())
}

func TestContradictionsOfNetworksAreRejected(t *testing.T) {
	t.Parallel()
	set := func(kind, name, key string, value any) func(object) {
		return func(s object) { entry(s, kind, name)[key] = value }
	}
	tests := map[string]struct {
		reason string
		change func(section object)
		want   []string
	}{
		"unknown peer": {"names are suggested", set("networks", "main", "peers", []string{"hubb"}),
			[]string{`azure.networks.main.peers[0]: unknown network "hubb", did you mean "hub"?`, "azure.networks.main.peerings.hub.networkId: required"}},
		"overlap with a peer": {"both address spaces are known", set("virtualNetworks", "hub", "addressPrefixes", []string{"10.0.128.0/24"}),
			[]string{"azure.networks.main.peerings.hub.addressPrefixes: 10.0.128.0/24 overlaps with 10.0.0.0/16 of the network"}},
		"peers of each other": {"one entry creates both sides", set("virtualNetworks", "hub", "peers", []string{"main"}),
			[]string{"azure.networks.main.peers[0]: main is a peer of hub already"}},
		"peer in another subscription": {"the other side needs another provider", set("networks", "main", "peers", []string{"hub", "far"}),
			[]string{`azure.networks.main.peers[1]: network "far" is in subscription ` + other}},
		"name of two kinds": {"peers refer to it", func(s object) {
			s["virtualNetworks"].(object)["main"] = object{"resourceGroup": "shop", "addressPrefixes": []string{"10.7.0.0/16"}}
		}, []string{"azure.virtualNetworks.main: duplicate name, same as azure.networks.main"}},
		"one name for two networks": {"names are unique in a group", func(s object) {
			entry(s, "networks", "main")["name"], entry(s, "virtualNetworks", "hub")["name"] = "vnet", "vnet"
		}, []string{`azure.virtualNetworks.hub.name: duplicate virtual network "vnet"`}},
		"account of flow logs": {"names are suggested", set("networks", "main", "flowLogAccount", "flow"),
			[]string{`azure.networks.main.flowLogAccount: unknown storage account "flow", did you mean "flows"?`}},
		"account in another location": {"Azure rejects it", set("networks", "main", "flowLogAccount", "far"),
			[]string{"azure.networks.main.flowLogAccount: the storage account is in northeurope: flow logs need one in the location of the network, westeurope"}},
		"account without trusted services": {"they write the logs", set("storageAccounts", "flows", "network", object{"trustedServices": false}),
			[]string{"azure.networks.main.flowLogAccount: flow logs are written by a trusted service"}},
		"workspace without account": {"the account is required", func(s object) { delete(entry(s, "networks", "main"), "flowLogAccount") },
			[]string{"azure.networks.main.flowLogs.storageAccountId: required"}},
		"unknown tier": {"names are suggested", set("virtualMachines", "batch", "tier", "privat"),
			[]string{`azure.virtualMachines.batch.tier: unknown tier "privat", did you mean "private"?`}},
		"no tier": {"they are listed", func(s object) { delete(entry(s, "virtualMachines", "batch"), "tier") },
			[]string{"azure.virtualMachines.batch.tier: required with a network: specify one of bastion, data, isolated, private, zone"}},
		"several networks": {"none is the default", func(s object) { delete(entry(s, "virtualMachines", "batch"), "network") },
			[]string{"azure.virtualMachines.batch.network: several networks configured: specify one of far, main, other"}},
		"tier of a service": {"only the service uses it", set("virtualMachines", "batch", "tier", "bastion"),
			[]string{"azure.virtualMachines.batch.tier: the tier is of kind bastion, whose subnet cannot have virtual machines"}},
		"delegated tier": {"only the service uses it", set("privateEndpoints", "keys", "tier", "data"),
			[]string{"azure.privateEndpoints.keys.tier: the subnet is delegated to Microsoft.DBforPostgreSQL/flexibleServers, and cannot have private endpoints"}},
		"network in another location": {"a subnet is in one", set("virtualMachines", "batch", "network", "far"),
			[]string{"azure.virtualMachines.batch.network: the network is in northeurope instead of westeurope", "azure.virtualMachines.batch.privateIp: 10.0.0.10 is outside of the subnet"}},
		"address of another subnet": {"the prefix is known", set("virtualMachines", "batch", "privateIp", "10.0.128.10"),
			[]string{"azure.virtualMachines.batch.privateIp: 10.0.128.10 is outside of the subnet: use an address in 10.0.0.0/17"}},
		"reserved address": {"by Azure", set("virtualMachines", "batch", "privateIp", "10.0.0.3"),
			[]string{"azure.virtualMachines.batch.privateIp: 10.0.0.3 is reserved by Azure"}},
		"zone of another tier": {"its NAT gateway is in one", func(s object) {
			e := entry(s, "virtualMachines", "batch")
			e["tier"], e["zone"], e["privateIp"] = "zone", "1", ""
		}, []string{"azure.virtualMachines.batch.zone: the tier is for zone 2"}},
		"subnet and network": {"one of them", set("virtualMachines", "batch", "subnetId", fixture.GroupID("x")+"/providers/Microsoft.Network/virtualNetworks/x/subnets/x"),
			[]string{"azure.virtualMachines.batch.subnetId: subnetId is mutually exclusive with network and tier"}},
		"two resources": {"one endpoint each", set("privateEndpoints", "orders", "vault", "main"),
			[]string{"azure.privateEndpoints.orders.targetId: targetId, storageAccount and vault are mutually exclusive"}},
		"unknown account": {"names are suggested", set("privateEndpoints", "orders", "storageAccount", "order"),
			[]string{`azure.privateEndpoints.orders.storageAccount: unknown storage account "order", did you mean "orders"?`}},
		"group of another type": {"the type is known", set("privateEndpoints", "orders", "groupId", "file"),
			[]string{"azure.privateEndpoints.copies.zonesOf: orders has the zones privatelink.file.core.windows.net instead of privatelink.blob.core.windows.net"}},
		"no group": {"accounts have several", func(s object) { delete(entry(s, "privateEndpoints", "copies"), "groupId") },
			[]string{"azure.privateEndpoints.copies.groupId: required"}},
		"two zones of one name": {"Azure rejects the second one", func(s object) { delete(entry(s, "privateEndpoints", "copies"), "zonesOf") },
			[]string{"azure.privateEndpoints.orders.zonesOf: required: the zone privatelink.blob.core.windows.net is created by azure.privateEndpoints.copies"}},
		"zones of an entry without": {"the owner is meant", set("privateEndpoints", "copies", "zonesOf", "copies"),
			[]string{"azure.privateEndpoints.copies.zonesOf: copies has no zones of its own"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := connected()
			tc.change(section)
			r, err := deploy(t, section, login())
			require.ErrorIs(t, err, failure.Configuration)
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, len(tc.want), "consequences are not reported: %v", err)
			for _, want := range tc.want {
				require.ErrorContains(t, err, want, tc.reason)
			}
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestTheOnlyNetworkIsTheDefault(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"providers": object{"gov": object{"location": "usgovvirginia", "environment": "government"}}, "resourceGroups": object{"shop": object{}},
		"networks": object{"main": object{"addressPrefix": "10.0.0.0/16"}}, "vaults": object{"main": object{}},
		"privateEndpoints": object{"keys": object{"tier": "isolated", "vault": "main"}},
	}, login())
	require.NoError(t, err)
	one(t, r, "azure-native:network/v20240601:PrivateZone", "keys-privatelink.vaultcore.usgovcloudapi.net")
}
