package network_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const (
	zoneType = "azure-native:network/v20240601:PrivateZone"
	linkType = "azure-native:network/v20240601:VirtualNetworkLink"
	zgType   = "azure-native:network/v20240501:PrivateDnsZoneGroup"
	flowType = "azure-native:network/v20240501:FlowLog"

	subnetID = hubID + "/subnets/endpoints"
	vaultID  = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/kv-shop"
	zoneID   = "/subscriptions/" + fixture.Subscription + "/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
)

func TestVirtualNetworkConforms(t *testing.T) {
	t.Parallel()
	suite := pulumitest.Suite[network.VirtualNetworkArgs, *network.VirtualNetwork]{
		Token: network.VirtualNetworkToken, New: network.NewVirtualNetwork, RefusesNil: failure.Configuration,
	}
	fixture.Conform(t, suite, map[string]func(*pulumi.Context) *network.VirtualNetworkArgs{
		"shortest": func(*pulumi.Context) *network.VirtualNetworkArgs {
			return &network.VirtualNetworkArgs{ResourceGroupName: group, AddressPrefixes: []string{"10.0.0.0/16"}}
		},
		"everything": fullNetwork,
	})
}

func fullNetwork(ctx *pulumi.Context) *network.VirtualNetworkArgs {
	return &network.VirtualNetworkArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "vnet-main", Location: "northeurope",
		AddressPrefixes: []string{"10.0.0.0/16", "10.1.0.0/16"}, DNSServers: pulumi.StringArray{fixture.Text(ctx, "10.100.1.4")},
		DDoSPlanID: fixture.Text(ctx, planID), Encryption: true,
		Peerings: config.Named[network.Peering]{"hub": {NetworkID: fixture.Text(ctx, hubID), AddressPrefixes: []string{"10.100.0.0/16"}}},
		FlowLogs: &network.FlowLogsArgs{StorageAccountID: fixture.Text(ctx, accountID)}, Tags: pulumi.StringMap{"team": pulumi.String("platform")},
	}
}

func TestVirtualNetworkGolden(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewVirtualNetwork(ctx, "main", fullNetwork(ctx))
		return err
	}, fixture.Cloud()...).Golden(t, "testdata/virtualnetwork.txt")
}

func TestInvalidVirtualNetworksAreRejected(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args network.VirtualNetworkArgs
		want []string
	}{
		"overlap": {network.VirtualNetworkArgs{AddressPrefixes: []string{"10.0.0.0/8", "10.1.0.0/16"}}, []string{"addressPrefixes[1]: 10.1.0.0/16 overlaps with 10.0.0.0/8"}},
		"IPv6":    {network.VirtualNetworkArgs{AddressPrefixes: []string{"fd00::/48"}}, []string{`addressPrefixes[0]: found "fd00::/48": use an IPv4 address prefix`}},
		"peer": {network.VirtualNetworkArgs{AddressPrefixes: []string{"10.0.0.0/16"}, Peerings: config.Named[network.Peering]{"hub": peer("10.0.0.0/8")}},
			[]string{"peerings.hub.addressPrefixes: 10.0.0.0/8 overlaps with 10.0.0.0/16 of the network"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.ResourceGroupName = group
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := network.NewVirtualNetwork(ctx, "main", &tc.args)
				return err
			}, tc.want...)
		})
	}
}

func TestFlowLogsConform(t *testing.T) {
	t.Parallel()
	suite := pulumitest.Suite[network.FlowLogsArgs, *network.FlowLogs]{
		Token: network.FlowLogsToken, New: network.NewFlowLogs, RefusesNil: failure.Configuration,
		Defaults: []string{"enabled", "retentionDays", "watcherGroup"},
	}
	fixture.Conform(t, suite, map[string]func(*pulumi.Context) *network.FlowLogsArgs{
		"shortest": func(*pulumi.Context) *network.FlowLogsArgs {
			return &network.FlowLogsArgs{TargetID: pulumi.String(hubID), StorageAccountID: pulumi.String(accountID), Location: "westeurope"}
		},
		"everything": func(ctx *pulumi.Context) *network.FlowLogsArgs {
			return &network.FlowLogsArgs{
				TargetID: fixture.Text(ctx, hubID), StorageAccountID: fixture.Text(ctx, accountID), WorkspaceID: fixture.Text(ctx, workspaceID),
				Location: "westeurope", RetentionDays: new(0), AnalyticsMinutes: 10, WatcherGroup: "rg-watchers", Tags: pulumi.StringMap{},
			}
		},
	})
}

// The watcher of flow logs is that of the location of the network, which Azure names.
func TestFlowLogsUseTheWatcherOfTheLocation(t *testing.T) {
	t.Parallel()
	r := create(t, given(network.SecureVNetArgs{FlowLogs: &network.FlowLogsArgs{StorageAccountID: pulumi.String(accountID)}}))
	log := r.One(t, flowType)
	for path, want := range map[string]string{
		"networkWatcherName": "NetworkWatcher_westeurope", "resourceGroupName": "NetworkWatcherRG", "location": "westeurope",
	} {
		got, _ := log.Input(path)
		require.Equal(t, want, got.StringValue(), path)
	}
	none := create(t, given(network.SecureVNetArgs{FlowLogs: &network.FlowLogsArgs{Enabled: new(false)}}))
	require.Empty(t, none.OfType(flowType))
}

func shortestEndpoint(*pulumi.Context) *network.PrivateEndpointArgs {
	return &network.PrivateEndpointArgs{
		ResourceGroupName: group, SubnetID: pulumi.String(subnetID), TargetID: pulumi.String(accountID), GroupID: "blob",
	}
}

func fullEndpoint(ctx *pulumi.Context) *network.PrivateEndpointArgs {
	return &network.PrivateEndpointArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "pe-blobs", Location: "northeurope", SubnetID: fixture.Text(ctx, subnetID),
		TargetID: fixture.Text(ctx, accountID), GroupID: "blob", PrivateIP: "10.100.1.10", MemberName: "blob",
		ApprovalMessage: "for the shop", DNS: &network.PrivateDNS{
			ZoneNames: []string{"privatelink.blob.core.windows.net"}, Environment: "public",
			NetworkIDs: map[string]pulumi.StringInput{"spoke": fixture.Text(ctx, hubID+"2")},
		}, Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

func TestPrivateEndpointConforms(t *testing.T) {
	t.Parallel()
	suite := pulumitest.Suite[network.PrivateEndpointArgs, *network.PrivateEndpoint]{
		Token: network.PrivateEndpointToken, New: network.NewPrivateEndpoint, RefusesNil: failure.Configuration, Defaults: []string{"dns"},
	}
	fixture.Conform(t, suite, map[string]func(*pulumi.Context) *network.PrivateEndpointArgs{
		"shortest": shortestEndpoint, "everything": fullEndpoint,
		"existing zone": func(ctx *pulumi.Context) *network.PrivateEndpointArgs {
			args := shortestEndpoint(ctx)
			args.DNS = &network.PrivateDNS{ZoneIDs: map[string]pulumi.StringInput{"blob": fixture.Text(ctx, zoneID)}}
			return args
		},
	})
}

func endpoint(t *testing.T, args func(*pulumi.Context) *network.PrivateEndpointArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		p, err := network.NewPrivateEndpoint(ctx, "blobs", args(ctx))
		if err != nil {
			return err
		}
		ctx.Export("addresses", p.PrivateIPs)
		ctx.Export("zones", p.ZoneIDs)
		return nil
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func TestPrivateEndpointGolden(t *testing.T) {
	t.Parallel()
	endpoint(t, shortestEndpoint).Golden(t, "testdata/endpoint-default.txt")
	endpoint(t, fullEndpoint).Golden(t, "testdata/endpoint-full.txt")
}

func TestPrivateEndpointsHaveRecordsInTheirZones(t *testing.T) {
	t.Parallel()
	r := endpoint(t, shortestEndpoint)
	zone := r.One(t, zoneType)
	network, _ := r.One(t, linkType).Input("virtualNetwork.id")
	require.Equal(t, hubID, network.StringValue(), "the network of the subnet uses the zone")
	id, _ := r.One(t, zgType).Input("privateDnsZoneConfigs[0].privateDnsZoneId")
	require.Equal(t, zone.ID, id.StringValue())
	require.Contains(t, r.One(t, zgType).Dependencies, r.One(t, linkType).URN)
	require.Equal(t, []any{"10.0.1.4"}, r.Exports["addresses"].Mappable(), "the address in the records")
}

func TestExistingZonesAreUsed(t *testing.T) {
	t.Parallel()
	r := endpoint(t, func(ctx *pulumi.Context) *network.PrivateEndpointArgs {
		args := shortestEndpoint(ctx)
		args.DNS = &network.PrivateDNS{ZoneIDs: map[string]pulumi.StringInput{"blob": pulumi.String(zoneID)}}
		return args
	})
	require.Empty(t, r.OfType(zoneType))
	require.Empty(t, r.OfType(linkType))
	id, _ := r.One(t, zgType).Input("privateDnsZoneConfigs[0].privateDnsZoneId")
	require.Equal(t, zoneID, id.StringValue())
	r = endpoint(t, func(ctx *pulumi.Context) *network.PrivateEndpointArgs {
		args := shortestEndpoint(ctx)
		args.DNS = &network.PrivateDNS{Enabled: new(false)}
		return args
	})
	require.Empty(t, r.OfType(zgType))
	require.Equal(t, []any{"10.0.1.5"}, r.Exports["addresses"].Mappable(), "without records, that of the endpoint")
}

func TestZonesDependOnGroupAndCloud(t *testing.T) {
	t.Parallel()
	const servers = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/cosmos"
	for name, tc := range map[string]struct {
		args network.PrivateEndpointArgs
		want []string
	}{
		"blob":             {network.PrivateEndpointArgs{GroupID: "blob"}, []string{"privatelink.blob.core.windows.net"}},
		"secondary":        {network.PrivateEndpointArgs{GroupID: "dfs_secondary"}, []string{"privatelink.dfs.core.windows.net"}},
		"vault":            {network.PrivateEndpointArgs{GroupID: "vault"}, []string{"privatelink.vaultcore.azure.net"}},
		"government":       {network.PrivateEndpointArgs{GroupID: "vault", Location: "usgovvirginia"}, []string{"privatelink.vaultcore.usgovcloudapi.net"}},
		"China":            {network.PrivateEndpointArgs{GroupID: "vault", DNS: &network.PrivateDNS{Environment: "china"}}, []string{"privatelink.vaultcore.azure.cn"}},
		"location":         {network.PrivateEndpointArgs{GroupID: "management", Location: "westeurope"}, []string{"privatelink.westeurope.azmk8s.io"}},
		"several zones":    {network.PrivateEndpointArgs{GroupID: "account"}, []string{"privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com", "privatelink.services.ai.azure.com"}},
		"case matters":     {network.PrivateEndpointArgs{GroupID: "Table", TargetID: pulumi.String(servers)}, []string{"privatelink.table.cosmos.azure.com"}},
		"storage tables":   {network.PrivateEndpointArgs{GroupID: "table"}, []string{"privatelink.table.core.windows.net"}},
		"unknown":          {network.PrivateEndpointArgs{GroupID: "other"}, nil},
		"its own names":    {network.PrivateEndpointArgs{GroupID: "other", DNS: &network.PrivateDNS{ZoneNames: []string{"a.example"}}}, []string{"a.example"}},
		"zones of another": {network.PrivateEndpointArgs{GroupID: "blob", DNS: &network.PrivateDNS{ZoneIDs: map[string]pulumi.StringInput{"x": pulumi.String("y")}}}, nil},
	} {
		require.Equal(t, tc.want, tc.args.OwnZones(), name)
	}
}

func TestInvalidPrivateEndpointsAreRejected(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*network.PrivateEndpointArgs)
		want   []string
	}{
		"nothing": {func(a *network.PrivateEndpointArgs) { *a = network.PrivateEndpointArgs{} },
			[]string{"groupId: required", "resourceGroupName: required", "subnetId: required", "targetId: required"}},
		"subnet":                {func(a *network.PrivateEndpointArgs) { a.SubnetID = pulumi.String(hubID) }, []string{"subnetId: found " + `"` + hubID}},
		"target":                {func(a *network.PrivateEndpointArgs) { a.TargetID = pulumi.String("stlogs") }, []string{`targetId: found "stlogs"`}},
		"group ID":              {func(a *network.PrivateEndpointArgs) { a.GroupID = "blobs" }, []string{`groupId: unknown group ID "blobs" of microsoft.storage/storageaccounts, did you mean "blob"?`}},
		"group of another type": {func(a *network.PrivateEndpointArgs) { a.TargetID = pulumi.String(vaultID) }, []string{`groupId: unknown group ID "blob" of microsoft.keyvault/vaults, expected one of: vault`}},
		"location of the zone": {func(a *network.PrivateEndpointArgs) {
			a.TargetID, a.GroupID = pulumi.String(strings.Replace(vaultID, "KeyVault/vaults", "ContainerService/managedClusters", 1)), "management"
		}, []string{"dns.zoneNames: required: the name of the zone privatelink.{region}.azmk8s.io depends on the location"}},
		"address": {func(a *network.PrivateEndpointArgs) { a.PrivateIP = "10.0.1" }, []string{`privateIp: found "10.0.1"`}},
		"member":  {func(a *network.PrivateEndpointArgs) { a.MemberName = "blob" }, []string{"memberName: requires privateIp"}},
		"zones": {func(a *network.PrivateEndpointArgs) {
			a.DNS = &network.PrivateDNS{ZoneNames: []string{"a.example"}, ZoneIDs: map[string]pulumi.StringInput{"x": pulumi.String(zoneID)}}
		}, []string{"dns.zoneIds: zoneNames and zoneIds are mutually exclusive"}},
		"zone name": {func(a *network.PrivateEndpointArgs) { a.DNS = &network.PrivateDNS{ZoneNames: []string{"local"}} }, []string{`dns.zoneNames[0]: invalid name "local"`}},
		"links of existing zones": {func(a *network.PrivateEndpointArgs) {
			a.DNS = &network.PrivateDNS{
				ZoneIDs: map[string]pulumi.StringInput{"x": pulumi.String(zoneID)}, NetworkIDs: map[string]pulumi.StringInput{"x": pulumi.String(hubID)},
			}
		}, []string{"dns.networkIds: not supported with zoneIds"}},
		"disabled": {func(a *network.PrivateEndpointArgs) {
			a.DNS = &network.PrivateDNS{Enabled: new(false), ZoneNames: []string{"a.example"}}
		}, []string{"dns.enabled: disabled, but zones or networks are set"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				args := shortestEndpoint(ctx)
				tc.change(args)
				_, err := network.NewPrivateEndpoint(ctx, "blobs", args)
				return err
			}, tc.want...)
		})
	}
}
