package network_test

import (
	"flag"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

const (
	vnetType     = "azure-native:network/v20240501:VirtualNetwork"
	subnetType   = "azure-native:network/v20240501:Subnet"
	groupType    = "azure-native:network/v20240501:NetworkSecurityGroup"
	tableType    = "azure-native:network/v20240501:RouteTable"
	natType      = "azure-native:network/v20240501:NatGateway"
	peeringType  = "azure-native:network/v20240501:VirtualNetworkPeering"
	endpointType = "azure-native:network/v20240501:PrivateEndpoint"

	hubID       = "/subscriptions/" + fixture.Subscription + "/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"
	planID      = "/subscriptions/" + fixture.Subscription + "/resourceGroups/hub/providers/Microsoft.Network/ddosProtectionPlans/ddos"
	accountID   = "/subscriptions/" + fixture.Subscription + "/resourceGroups/logs/providers/Microsoft.Storage/storageAccounts/stlogs"
	workspaceID = "/subscriptions/" + fixture.Subscription + "/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/logs"
)

var group = pulumi.String("shop")

func shortest(*pulumi.Context) *network.SecureVNetArgs {
	return &network.SecureVNetArgs{ResourceGroupName: group, AddressPrefix: "10.0.0.0/16"}
}

// full returns arguments with all options.
func full(ctx *pulumi.Context) *network.SecureVNetArgs {
	return &network.SecureVNetArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "vnet-main", Location: "northeurope", AddressPrefix: "10.0.0.0/16",
		AdditionalPrefixes: config.Named[string]{"pods": "100.64.0.0/16"},
		Tiers: config.Named[network.Tier]{
			"web": {
				Kind: network.TierPublic, Slot: 1, Size: "250 hosts", Zone: "1",
				SecurityGroup: &network.SecurityGroup{
					InternetPorts: []int{8443}, NetworkIngress: new(false),
					Rules: config.Named[network.SecurityRule]{
						"blocked": {Priority: 100, Access: network.AccessDeny, Protocol: network.ProtocolAny, Sources: []string{"198.51.100.0/24"}},
						"smtp": {
							Priority: 110, Direction: network.DirectionOutbound, Access: network.AccessDeny, Ports: []string{"25", "587-588"},
							Destinations: []string{"Internet"}, Description: "no mail",
						},
					},
				},
				Tags: pulumi.StringMap{"zone": pulumi.String("1")},
			},
			"private": {
				Slot: 2, Size: "/20", Routes: config.Named[network.Route]{
					"internet": {AddressPrefix: "0.0.0.0/0", Address: fixture.Text(ctx, "10.100.1.4")},
					"blocked":  {AddressPrefix: "198.51.100.0/24", NextHop: network.NextHopNone},
				},
				GatewayRoutes: new(false),
			},
			"isolated": {
				Slot: 3, Size: "/20", ServiceEndpoints: []string{"Microsoft.Storage", "Microsoft.KeyVault"},
				PrivateEndpointPolicies: network.PoliciesSecurityGroupOnly, PrivateLinkServices: true,
			},
			"data":           {Slot: 4, AddressPrefix: "10.0.255.0/28", Delegation: "Microsoft.DBforPostgreSQL/flexibleServers"},
			"pods":           {Kind: network.TierPrivate, Slot: 5, Within: "pods", Size: "1/2", Egress: new(false)},
			"edge":           {Kind: network.TierApplicationGateway, Slot: 6},
			"bastion":        {Kind: network.TierBastion, Slot: 7},
			"firewall":       {Kind: network.TierFirewall, Slot: 8, Routes: config.Named[network.Route]{"onprem": {AddressPrefix: "172.16.0.0/12", NextHop: network.NextHopGateway}}},
			"firewall-mgmt":  {Kind: network.TierFirewallManagement, Slot: 9},
			"gateway":        {Kind: network.TierGateway, Slot: 10},
			"route-server":   {Kind: network.TierRouteServer, Slot: 11},
			"retired":        {Slot: 12, Size: "/24", Retired: true},
			"workers":        {Kind: network.TierPrivate, Slot: 13, Size: "/24"},
			"recorded-range": {Kind: network.TierIsolated, Slot: 14},
		},
		Recorded: map[string]string{"recorded-range": "10.0.254.0/24"}, Avoid: []string{"10.0.0.0/20"},
		DNSServers: pulumi.StringArray{pulumi.String("10.100.1.4"), fixture.Text(ctx, "10.100.1.5")},
		DDoSPlanID: fixture.Text(ctx, planID), Encryption: true,
		NAT: &network.NAT{Zone: "2", PrefixLength: 30, IdleTimeoutMinutes: new(10)},
		Peerings: config.Named[network.Peering]{
			"hub": {
				NetworkID: fixture.Text(ctx, hubID), AddressPrefixes: []string{"10.100.0.0/16"}, ForwardedTraffic: true, GatewayTransit: true,
			},
			"other": {
				NetworkID: fixture.Text(ctx, hubID+"2"), AddressPrefixes: []string{"10.101.0.0/16"}, BothSides: new(false), Ingress: new(false),
			},
		},
		FlowLogs: &network.FlowLogsArgs{
			StorageAccountID: fixture.Text(ctx, accountID), WorkspaceID: fixture.Text(ctx, workspaceID), AnalyticsMinutes: 10,
			RetentionDays: new(365), WatcherName: "nw-main", WatcherGroup: "rg-watchers",
		},
		Tags: pulumi.StringMap{"team": fixture.Text(ctx, "platform")},
	}
}

func create(t *testing.T, args func(*pulumi.Context) *network.SecureVNetArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVNet(ctx, "main", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func given(args network.SecureVNetArgs) func(*pulumi.Context) *network.SecureVNetArgs {
	args.ResourceGroupName = group
	if args.AddressPrefix == "" {
		args.AddressPrefix = "10.0.0.0/16"
	}
	return func(*pulumi.Context) *network.SecureVNetArgs { return &args }
}

func TestSecureVNetConforms(t *testing.T) {
	t.Parallel()
	suite := pulumitest.Suite[network.SecureVNetArgs, *network.SecureVNet]{
		Token: network.SecureVNetToken, New: network.NewSecureVNet, RefusesNil: failure.Configuration, Defaults: []string{"nat"},
	}
	fixture.Conform(t, suite, map[string]func(*pulumi.Context) *network.SecureVNetArgs{"shortest": shortest, "everything": full})
}

func TestSecureVNetGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *network.SecureVNetArgs{"default": shortest, "full": full} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			create(t, args).Golden(t, "testdata/"+file+".txt")
		})
	}
}

// The types are registered by their tokens, because the SDK's package takes minutes to compile.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	all := strings.Fields(string(out))
	require.Contains(t, all, "github.com/ashlar-iac/ashlar/azure/network")
	for _, path := range all {
		for _, foreign := range []string{
			"pulumi-azure-native-sdk/network", "pulumi-azure-native-sdk/compute", "pulumi-azure-native-sdk/storage", "pulumi-aws",
			"pulumi-kubernetes", "k8s.io",
		} {
			require.NotContains(t, path, foreign)
		}
	}
}

// subnets returns the inputs of the subnets by their names.
func subnets(r *pulumitest.Recording) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, s := range r.OfType(subnetType) {
		inputs := s.Inputs.Mappable()
		out[inputs["subnetName"].(string)] = inputs
	}
	return out
}

func TestSubnetsAreCompleteInOneWrite(t *testing.T) {
	t.Parallel()
	for name, s := range subnets(create(t, shortest)) {
		require.Equal(t, false, s["defaultOutboundAccess"], name)
		require.Equal(t, "Enabled", s["privateEndpointNetworkPolicies"], name)
		require.Contains(t, s, "networkSecurityGroup", name)
		require.Contains(t, s, "routeTable", name)
	}
}

// What Azure rejects for subnets with reserved names is omitted, and what it requires is set.
func TestReservedSubnets(t *testing.T) {
	t.Parallel()
	got := subnets(create(t, full))
	type has struct{ Group, Table, NAT bool }
	want := map[string]has{
		"GatewaySubnet": {}, "AzureFirewallSubnet": {Table: true}, "AzureFirewallManagementSubnet": {}, "RouteServerSubnet": {},
		"AzureBastionSubnet": {Group: true}, "edge": {Group: true, Table: true}, "web": {true, true, true},
		"workers": {true, true, true}, "private": {Group: true, Table: true}, "isolated": {Group: true, Table: true},
		"data": {Group: true, Table: true}, "pods": {Group: true, Table: true}, "recorded-range": {Group: true, Table: true},
	}
	found := map[string]has{}
	for name, s := range got {
		found[name] = has{s["networkSecurityGroup"] != nil, s["routeTable"] != nil, s["natGateway"] != nil}
	}
	require.Empty(t, cmp.Diff(want, found), "(-want +got)")
	r := create(t, full)
	table, ok := r.Find(tableType, "main-firewall")
	require.True(t, ok)
	routes, _ := table.Input("routes")
	require.Equal(t, []any{
		map[string]any{"name": "internet", "addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"},
		map[string]any{"name": "onprem", "addressPrefix": "172.16.0.0/12", "nextHopType": "VirtualNetworkGateway"},
	}, routes.Mappable(), "Azure Firewall requires a default route to the internet")
}

// Each write to the network waits for the one before it, in the order of the slots.
func TestWritesAreOrdered(t *testing.T) {
	t.Parallel()
	r := create(t, full)
	var last resource.URN
	order := []string{
		"main", "main-web", "main-private", "main-isolated", "main-data", "main-pods", "main-edge", "main-bastion", "main-firewall",
		"main-firewall-mgmt", "main-gateway", "main-route-server", "main-workers", "main-recorded-range", "main-hub-reverse", "main-hub",
		"main-other",
	}
	for _, name := range order {
		var found *pulumitest.Registration
		for _, typ := range []string{vnetType, subnetType, peeringType} {
			if reg, ok := r.Find(typ, name); ok {
				found = reg
			}
		}
		require.NotNil(t, found, name)
		if last != "" {
			require.Contains(t, found.Dependencies, last, name)
		}
		last = found.URN
	}
}

func TestDependentsWaitForAllWrites(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		v, err := network.NewSecureVNet(ctx, "main", shortest(ctx))
		if err != nil {
			return err
		}
		_, err = network.NewPrivateEndpoint(ctx, "blobs", &network.PrivateEndpointArgs{
			ResourceGroupName: group, SubnetID: v.NetworkInfo().Tier("private")[0].ID, TargetID: pulumi.String(accountID), GroupID: "blob",
		})
		return err
	}, fixture.Cloud()...)
	endpoint := r.One(t, endpointType)
	for _, s := range r.OfType(subnetType) {
		require.Contains(t, endpoint.Dependencies, s.URN)
	}
}

// Peerings of several networks with one hub are writes to the hub.
func TestPeeringsWithOneHubAreOrdered(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		hub, err := network.NewSecureVNet(ctx, "hub", given(network.SecureVNetArgs{AddressPrefix: "10.100.0.0/16"})(ctx))
		if err != nil {
			return err
		}
		for i, name := range []string{"a", "b"} {
			args := given(network.SecureVNetArgs{
				AddressPrefix: []string{"10.0.0.0/16", "10.1.0.0/16"}[i], Peerings: config.Named[network.Peering]{"hub": {RemoteGateway: true}},
				PeerNetworks: map[string]core.Network{"hub": hub},
			})(ctx)
			if _, err := network.NewSecureVNet(ctx, name, args); err != nil {
				return err
			}
		}
		return nil
	}, fixture.Cloud()...)
	find := func(name string) *pulumitest.Registration {
		out, ok := r.Find(peeringType, name)
		require.True(t, ok, name)
		return out
	}
	require.Contains(t, find("b-hub-reverse").Dependencies, find("a-hub").URN)
	require.Contains(t, find("a-hub").Dependencies, find("a-hub-reverse").URN, "the side with the gateway is first")
	transit, _ := find("a-hub-reverse").Input("allowGatewayTransit")
	require.True(t, transit.BoolValue())
	uses, _ := find("a-hub").Input("useRemoteGateways")
	require.True(t, uses.BoolValue())
	name, _ := find("a-hub-reverse").Input("virtualNetworkName")
	require.Equal(t, "hub0123abcd", name.StringValue())
	one, _ := find("a-hub-reverse").Input("virtualNetworkPeeringName")
	two, _ := find("b-hub-reverse").Input("virtualNetworkPeeringName")
	require.NotEqual(t, one.StringValue(), two.StringValue())
}

func TestNATGateways(t *testing.T) {
	t.Parallel()
	zoned := config.Named[network.Tier]{
		"a": {Kind: network.TierPrivate, Slot: 1, Size: "/24", Zone: "1"}, "b": {Kind: network.TierPrivate, Slot: 2, Size: "/24", Zone: "2"},
		"all": {Kind: network.TierPrivate, Slot: 3, Size: "/24"}, "data": {Slot: 4, Size: "/24"},
	}
	tests := map[string]struct {
		args network.SecureVNetArgs
		want map[string]string // the subnets and their NAT gateways
		zone map[string]string // the NAT gateways and their zones
	}{
		"default": {
			network.SecureVNetArgs{}, map[string]string{"private": "main-nat-shared"}, map[string]string{"main-nat-shared": ""},
		},
		"for each zone": {
			network.SecureVNetArgs{Tiers: zoned}, map[string]string{"a": "main-nat-zone-1", "b": "main-nat-zone-2", "all": "main-nat-shared"},
			map[string]string{"main-nat-zone-1": "1", "main-nat-zone-2": "2", "main-nat-shared": ""},
		},
		"single": {
			network.SecureVNetArgs{Tiers: zoned, NAT: &network.NAT{Mode: network.NATSingle, Zone: "3", Addresses: 2}},
			map[string]string{"a": "main-nat-shared", "b": "main-nat-shared", "all": "main-nat-shared"},
			map[string]string{"main-nat-shared": "3"},
		},
		"none": {network.SecureVNetArgs{NAT: &network.NAT{Mode: network.NATNone}}, map[string]string{}, map[string]string{}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := create(t, given(tc.args))
			got, zones := map[string]string{}, map[string]string{}
			for name, s := range subnets(r) {
				if nat, ok := s["natGateway"].(map[string]any); ok {
					id := nat["id"].(string)
					got[name] = strings.TrimSuffix(id[strings.LastIndex(id, "/")+1:], "0123abcd")
				}
			}
			for _, g := range r.OfType(natType) {
				zones[g.Name] = ""
				if zone, ok := g.Input("zones[0]"); ok {
					zones[g.Name] = zone.StringValue()
				}
				require.Contains(t, g.ReplaceOnChanges, "zones")
			}
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.zone, zones)
		})
	}
}

// Adding, retiring and omitting tiers moves no subnet.
func TestTiersDoNotMoveOthers(t *testing.T) {
	t.Parallel()
	allocation := func(args network.SecureVNetArgs) map[string]any {
		out := map[string]any{}
		for name, s := range subnets(create(t, given(args))) {
			out[name] = s["addressPrefix"]
		}
		return out
	}
	before := allocation(network.SecureVNetArgs{})
	require.Equal(t, map[string]any{"private": "10.0.0.0/17", "isolated": "10.0.128.0/18"}, before)
	with := allocation(network.SecureVNetArgs{Tiers: config.Named[network.Tier]{
		"private": {}, "isolated": {}, "bastion": {Kind: network.TierBastion, Slot: 3}, "gateway": {Kind: network.TierGateway, Slot: 4},
	}})
	require.Equal(t, map[string]any{
		"private": "10.0.0.0/17", "isolated": "10.0.128.0/18", "AzureBastionSubnet": "10.0.192.0/26", "GatewaySubnet": "10.0.192.64/27",
	}, with)
	without := allocation(network.SecureVNetArgs{Tiers: config.Named[network.Tier]{
		"isolated": {}, "bastion": {Kind: network.TierBastion, Slot: 3, Retired: true}, "gateway": {Kind: network.TierGateway, Slot: 4},
	}})
	require.Equal(t, map[string]any{"isolated": "10.0.128.0/18", "GatewaySubnet": "10.0.192.64/27"}, without)
}

func TestPlannedNetworks(t *testing.T) {
	t.Parallel()
	args := given(network.SecureVNetArgs{Tiers: config.Named[network.Tier]{
		"private": {}, "isolated": {}, "fire": {Kind: network.TierPrivate, Slot: 3, Size: "/24", Routes: config.Named[network.Route]{
			"internet": {AddressPrefix: "0.0.0.0/0", Address: pulumi.String("10.100.1.4")},
		}},
	}})(nil)
	plan := args.Plan("main")
	require.Equal(t, []string{"private", "isolated", "fire"}, plan.NetworkInfo().Tiers())
	facts := plan.Facts()
	require.Equal(t, []string{"10.0.0.0/16"}, facts.AddressPrefixes)
	for tier, want := range map[string]network.Outbound{
		"private": network.OutboundNAT, "isolated": network.OutboundNone, "fire": network.OutboundRoute,
	} {
		require.Equal(t, want, facts.Tiers[tier].Outbound, tier)
	}
	require.Nil(t, (&network.SecureVNetArgs{AddressPrefix: "10.0.0.0/30"}).Plan("main"), "too small")
	require.Empty(t, facts.Tiers["fire"].CheckAddress("10.0.192.4"))
	require.Contains(t, facts.Tiers["fire"].CheckAddress("10.0.192.3"), "is reserved by Azure")
	require.Contains(t, facts.Tiers["fire"].CheckAddress("10.0.192.255"), "is reserved by Azure")
	require.Contains(t, facts.Tiers["fire"].CheckAddress("10.0.193.4"), "is outside of the subnet")
	_ = pulumitest.Run(t, func(ctx *pulumi.Context) error {
		v, err := network.NewSecureVNet(ctx, "main", args)
		if err != nil {
			return err
		}
		info := v.NetworkInfo()
		require.Equal(t, "azure", info.Platform)
		require.Equal(t, plan.NetworkInfo().Tiers(), info.Tiers())
		for _, s := range info.Subnets {
			require.NotNil(t, s.ID)
			require.NotNil(t, v.Facts().Tiers[s.Tier].RouteTableID)
		}
		return nil
	}, fixture.Cloud()...)
}
