package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// tiers returns the default tiers and another one.
func tiers(name string, t network.Tier) config.Named[network.Tier] {
	return config.Named[network.Tier]{"private": {}, "isolated": {}, name: t}
}

// rule returns a tier with a rule.
func rule(r network.SecurityRule) *network.SecurityGroup {
	return &network.SecurityGroup{Rules: config.Named[network.SecurityRule]{"x": r}}
}

// peer returns a peering with a network that has an address space.
func peer(prefix string) network.Peering {
	return network.Peering{NetworkID: pulumi.String(hubID), AddressPrefixes: []string{prefix}}
}

func TestInvalidNetworksAreRejected(t *testing.T) {
	t.Parallel()
	private := func(t network.Tier) config.Named[network.Tier] {
		return config.Named[network.Tier]{"private": t, "isolated": {}}
	}
	appliance := pulumi.String("10.100.1.4")
	tests := map[string]struct {
		reason string
		args   network.SecureVNetArgs
		want   []string
	}{
		"prefix length":  {"from /8 to /29", network.SecureVNetArgs{AddressPrefix: "10.0.0.0/30"}, []string{"addressPrefix: unsupported prefix length /30"}},
		"host bits":      {"not rounded", network.SecureVNetArgs{AddressPrefix: "10.0.0.1/16"}, []string{`addressPrefix: found the string "10.0.0.1/16"`}},
		"reserved range": {"of Azure", network.SecureVNetArgs{AddressPrefix: "169.254.0.0/16"}, []string{"addressPrefix: 169.254.0.0/16 is in the reserved range"}},
		"additional prefix": {"overlap", network.SecureVNetArgs{AdditionalPrefixes: config.Named[string]{"pods": "10.0.128.0/17"}},
			[]string{"additionalPrefixes.pods: 10.0.128.0/17 overlaps with 10.0.0.0/16, the primary address prefix"}},
		"no slot": {"the next one", network.SecureVNetArgs{Tiers: tiers("web", network.Tier{Size: "/24"})}, []string{"tiers.web.slot: required: set the next slot, 3"}},
		"no size": {"required for other tiers", network.SecureVNetArgs{Tiers: tiers("web", network.Tier{Slot: 3})}, []string{"tiers.web.size: required"}},
		"size and prefix": {"one of them", network.SecureVNetArgs{Tiers: tiers("web", network.Tier{Slot: 3, Size: "/24", AddressPrefix: "10.0.240.0/24"})},
			[]string{"tiers.web.addressPrefix: size and addressPrefix are mutually exclusive"}},
		"too small for Azure": {"the floor is /29", network.SecureVNetArgs{Tiers: tiers("web", network.Tier{Slot: 3, Size: "/30"})},
			[]string{"tiers.web.size: /30 is smaller than the minimum of the cloud, /29"}},
		"hosts": {"five addresses are reserved", network.SecureVNetArgs{AddressPrefix: "10.0.0.0/29", Tiers: config.Named[network.Tier]{"private": {Size: "4 hosts"}}},
			[]string{"addressPrefix: 10.0.0.0/29 is too small"}},
		"space": {"the allocator says what fits", network.SecureVNetArgs{Tiers: tiers("web", network.Tier{Slot: 3, Size: "/17"})}, []string{"addressPrefix: 10.0.0.0/16 is too small"}},
		"prefix of a tier": {"it overlaps another one", network.SecureVNetArgs{Tiers: tiers("web", network.Tier{Slot: 3, AddressPrefix: "10.0.1.0/24"})},
			[]string{`tiers.web.addressPrefix: 10.0.1.0/24 overlaps 10.0.0.0/17 (placed subnet of tier "private")`}},
		"unknown prefix": {"names are suggested", network.SecureVNetArgs{
			AdditionalPrefixes: config.Named[string]{"pods": "100.64.0.0/16"}, Tiers: tiers("web", network.Tier{Slot: 3, Size: "/24", Within: "pod"}),
		}, []string{`tiers.web.within: unknown additional address prefix "pod", did you mean "pods"?`}},
		"recorded": {"unknown tier", network.SecureVNetArgs{Recorded: map[string]string{"privat": "10.0.0.0/17"}}, []string{`recorded.privat: unknown tier "privat", did you mean "private"?`}},
		"all retired": {"a network has subnets", network.SecureVNetArgs{Tiers: config.Named[network.Tier]{"private": {Retired: true}}},
			[]string{"tiers: all tiers are retired"}},
		"small gateway": {"/27 or larger", network.SecureVNetArgs{Tiers: tiers("gateway", network.Tier{Kind: network.TierGateway, Slot: 3, Size: "/28"})},
			[]string{"tiers.gateway.size: /28 is too small for VPN and ExpressRoute gateways, which requires /27 or larger"}},
		"small bastion": {"/26 or larger", network.SecureVNetArgs{Tiers: tiers("bastion", network.Tier{Kind: network.TierBastion, Slot: 3, AddressPrefix: "10.0.240.0/27"})},
			[]string{"tiers.bastion.size: /27 is too small for Azure Bastion"}},
		"two bastions": {"one name", network.SecureVNetArgs{Tiers: config.Named[network.Tier]{
			"a": {Kind: network.TierBastion, Slot: 1}, "b": {Kind: network.TierBastion, Slot: 2},
		}}, []string{"tiers.b.kind: tier a is AzureBastionSubnet already"}},
		"reserved name": {"of a kind", network.SecureVNetArgs{Tiers: tiers("gatewaysubnet", network.Tier{Slot: 3, Size: "/24"})},
			[]string{"tiers.gatewaysubnet: the name is reserved for VPN and ExpressRoute gateways: set kind to gateway"}},
		"rules of a gateway": {"no security group", network.SecureVNetArgs{Tiers: tiers("gateway", network.Tier{
			Kind: network.TierGateway, Slot: 3, SecurityGroup: rule(network.SecurityRule{Priority: 100, Access: network.AccessAllow}),
		})}, []string{"tiers.gateway.securityGroup: a network security group is not supported by Azure in this subnet"}},
		"routes of a bastion": {"no route table", network.SecureVNetArgs{Tiers: tiers("bastion", network.Tier{
			Kind: network.TierBastion, Slot: 3, Routes: config.Named[network.Route]{"x": {AddressPrefix: "172.16.0.0/12", Address: appliance}},
		})}, []string{"tiers.bastion.routes: not supported by Azure in AzureBastionSubnet"}},
		"default route of a gateway": {"rejected", network.SecureVNetArgs{Tiers: tiers("gateway", network.Tier{
			Kind: network.TierGateway, Slot: 3, Routes: config.Named[network.Route]{"x": {AddressPrefix: "0.0.0.0/0", Address: appliance}},
		})}, []string{"tiers.gateway.routes.x.addressPrefix: gateways do not support a default route"}},
		"learned routes of a gateway": {"required", network.SecureVNetArgs{Tiers: tiers("gateway", network.Tier{Kind: network.TierGateway, Slot: 3, GatewayRoutes: new(false)})},
			[]string{"tiers.gateway.gatewayRoutes: gateways require the routes that they learn"}},
		"default route of an application gateway": {"to the internet only", network.SecureVNetArgs{Tiers: tiers("edge", network.Tier{
			Kind: network.TierApplicationGateway, Slot: 3, Routes: config.Named[network.Route]{"x": {AddressPrefix: "0.0.0.0/0", Address: appliance}},
		})}, []string{"tiers.edge.routes.x.addressPrefix: application gateways support a default route to Internet only"}},
		"egress of an application gateway": {"required", network.SecureVNetArgs{Tiers: tiers("edge", network.Tier{
			Kind: network.TierApplicationGateway, Slot: 3,
			SecurityGroup: rule(network.SecurityRule{Priority: 100, Direction: network.DirectionOutbound, Access: network.AccessDeny}),
		})}, []string{"tiers.edge.securityGroup.rules.x: application gateways require their egress"}},
		"delegation of a bastion": {"reserved", network.SecureVNetArgs{Tiers: tiers("bastion", network.Tier{Kind: network.TierBastion, Slot: 3, Delegation: "Microsoft.Web/serverFarms"})},
			[]string{"tiers.bastion.delegation: the subnet is reserved for Azure Bastion"}},
		"default route of an isolated tier": {"it has none", network.SecureVNetArgs{Tiers: config.Named[network.Tier]{"isolated": {
			Routes: config.Named[network.Route]{"x": {AddressPrefix: "0.0.0.0/0", Address: appliance}},
		}}}, []string{"tiers.isolated.routes.x.addressPrefix: an isolated tier has no default route"}},
		"route to the internet": {"without default outbound access", network.SecureVNetArgs{Tiers: private(network.Tier{
			Routes: config.Named[network.Route]{"x": {AddressPrefix: "0.0.0.0/0", NextHop: network.NextHopInternet}},
		})}, []string{"tiers.private.routes.x.addressPrefix: subnets without default outbound access cannot have a default route to Internet"}},
		"appliance without address": {"required", network.SecureVNetArgs{Tiers: private(network.Tier{
			Routes: config.Named[network.Route]{"x": {AddressPrefix: "172.16.0.0/12"}},
		})}, []string{"tiers.private.routes.x.address: required with the next hop VirtualAppliance"}},
		"duplicate destination": {"once each", network.SecureVNetArgs{Tiers: private(network.Tier{Routes: config.Named[network.Route]{
			"x": {AddressPrefix: "172.16.0.0/12", Address: appliance}, "y": {AddressPrefix: "172.16.0.0/12", NextHop: network.NextHopNone},
		}})}, []string{"tiers.private.routes.y.addressPrefix: duplicate destination 172.16.0.0/12, already used by route x"}},
		"priority": {"below those of the kind", network.SecureVNetArgs{Tiers: private(network.Tier{SecurityGroup: rule(network.SecurityRule{Priority: 3000, Access: network.AccessAllow})})},
			[]string{"tiers.private.securityGroup.rules.x.priority: expected at most 2999"}},
		"duplicate priority": {"one rule each", network.SecureVNetArgs{Tiers: private(network.Tier{SecurityGroup: &network.SecurityGroup{Rules: config.Named[network.SecurityRule]{
			"x": {Priority: 100, Access: network.AccessAllow}, "y": {Priority: 100, Access: network.AccessDeny},
			"z": {Priority: 100, Access: network.AccessDeny, Direction: network.DirectionOutbound},
		}}})}, []string{"tiers.private.securityGroup.rules.y.priority: duplicate priority 100, already used by rule x"}},
		"two service tags": {"one for each rule", network.SecureVNetArgs{Tiers: private(network.Tier{SecurityGroup: rule(network.SecurityRule{
			Priority: 100, Access: network.AccessAllow, Sources: []string{"Internet", "10.1.0.0/16"},
		})})}, []string{"tiers.private.securityGroup.rules.x.sources[0]: a rule has one service tag and nothing else as sources"}},
		"ports": {"lower one first", network.SecureVNetArgs{Tiers: private(network.Tier{SecurityGroup: rule(network.SecurityRule{
			Priority: 100, Access: network.AccessAllow, Ports: []string{"90-80"},
		})})}, []string{`tiers.private.securityGroup.rules.x.ports[0]: invalid ports "90-80"`}},
		"ports of ICMP": {"it has none", network.SecureVNetArgs{Tiers: private(network.Tier{SecurityGroup: rule(network.SecurityRule{
			Priority: 100, Access: network.AccessAllow, Protocol: network.ProtocolICMP, Ports: []string{"80"},
		})})}, []string{"tiers.private.securityGroup.rules.x.ports: not supported for Icmp"}},
		"internet ports": {"of a public tier", network.SecureVNetArgs{Tiers: private(network.Tier{SecurityGroup: &network.SecurityGroup{InternetPorts: []int{443}}})},
			[]string{"tiers.private.securityGroup.internetPorts: not supported in a tier of kind private"}},
		"NAT addresses": {"or a prefix", network.SecureVNetArgs{NAT: &network.NAT{Addresses: 2, PrefixLength: 30}},
			[]string{"nat.prefixLength: addresses and prefixLength are mutually exclusive"}},
		"unused NAT": {"nothing would use it", network.SecureVNetArgs{NAT: &network.NAT{Addresses: 2}, Tiers: config.Named[network.Tier]{"isolated": {}}},
			[]string{"nat: no tier uses a NAT gateway"}},
		"zone": {"not in this location", network.SecureVNetArgs{Location: "westus", NAT: &network.NAT{Zone: "1"}},
			[]string{`nat.zone: location "westus" has no availability zones`}},
		"peer overlaps": {"Azure rejects it later", network.SecureVNetArgs{Peerings: config.Named[network.Peering]{"hub": peer("10.0.128.0/20")}},
			[]string{"peerings.hub.addressPrefixes: 10.0.128.0/20 overlaps with 10.0.0.0/16 of the network"}},
		"peers overlap": {"with each other", network.SecureVNetArgs{Peerings: config.Named[network.Peering]{"a": peer("10.100.0.0/16"), "b": peer("10.100.1.0/24")}},
			[]string{"peerings.b.addressPrefixes: 10.100.1.0/24 overlaps with 10.100.0.0/16 of peering a"}},
		"passed peer overlaps": {"its address space is known", network.SecureVNetArgs{
			Peerings:     config.Named[network.Peering]{"hub": {}},
			PeerNetworks: map[string]core.Network{"hub": network.NewExisting(pulumi.String(hubID), "10.0.0.0/8")},
		}, []string{"peerings.hub.addressPrefixes: 10.0.0.0/8 overlaps with 10.0.0.0/16 of the network"}},
		"peer without prefixes": {"they are checked", network.SecureVNetArgs{Peerings: config.Named[network.Peering]{"hub": {NetworkID: pulumi.String(hubID)}}},
			[]string{"peerings.hub.addressPrefixes: required with networkId"}},
		"peer without network": {"required", network.SecureVNetArgs{Peerings: config.Named[network.Peering]{"hub": {}}}, []string{"peerings.hub.networkId: required"}},
		"two remote gateways": {"one is used", network.SecureVNetArgs{Peerings: config.Named[network.Peering]{
			"a": {NetworkID: pulumi.String(hubID), AddressPrefixes: []string{"10.100.0.0/16"}, RemoteGateway: true},
			"b": {NetworkID: pulumi.String(hubID), AddressPrefixes: []string{"10.101.0.0/16"}, RemoteGateway: true},
		}}, []string{"peerings.b.remoteGateway: already used by peering a"}},
		"own and remote gateway": {"one of them", network.SecureVNetArgs{
			Peerings: config.Named[network.Peering]{"a": {NetworkID: pulumi.String(hubID), AddressPrefixes: []string{"10.100.0.0/16"}, RemoteGateway: true}},
			Tiers:    tiers("gateway", network.Tier{Kind: network.TierGateway, Slot: 3}),
		}, []string{"peerings.a.remoteGateway: the network has a tier for a gateway of its own"}},
		"flow logs": {"their account is required", network.SecureVNetArgs{FlowLogs: &network.FlowLogsArgs{AnalyticsMinutes: 10}},
			[]string{"flowLogs.analyticsMinutes: requires workspaceId", "flowLogs.storageAccountId: required"}},
		"DNS server": {"an address", network.SecureVNetArgs{DNSServers: pulumi.ToStringArray([]string{"dns.example.com"})}, []string{`dnsServers[0]: found "dns.example.com"`}},
		"DDoS plan":  {"an ID", network.SecureVNetArgs{DDoSPlanID: pulumi.String("ddos")}, []string{`ddosPlanId: found "ddos"`}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := network.NewSecureVNet(ctx, "main", given(tc.args)(ctx))
				return err
			}, tc.want...)
		})
	}
}

func TestNothingIsRequiredButGroupAndPrefix(t *testing.T) {
	t.Parallel()
	fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVNet(ctx, "main", nil)
		return err
	}, "addressPrefix: required", "resourceGroupName: required")
}

func TestSecureVNetEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{"tiers.*.securityGroup": true, "defaultOutboundAccess": true, "flowLogs": false},
		pulumitest.Evidence((&network.SecureVNetArgs{}).Evidence()))
	for name, open := range map[string]network.SecurityRule{
		"a port":          {Priority: 100, Access: network.AccessAllow, Ports: []string{"22"}},
		"a range":         {Priority: 100, Access: network.AccessAllow, Ports: []string{"3000-4000"}, Sources: []string{"Internet"}},
		"all protocols":   {Priority: 100, Access: network.AccessAllow, Protocol: network.ProtocolAny, Sources: []string{"0.0.0.0/0"}},
		"the whole world": {Priority: 100, Access: network.AccessAllow},
	} {
		args := &network.SecureVNetArgs{FlowLogs: &network.FlowLogsArgs{}, Tiers: config.Named[network.Tier]{"private": {SecurityGroup: rule(open)}}}
		require.Equal(t, map[string]bool{"tiers.*.securityGroup": false, "defaultOutboundAccess": true}, pulumitest.Evidence(args.Evidence()), name)
	}
	for name, closed := range map[string]network.SecurityRule{
		"another port":   {Priority: 100, Access: network.AccessAllow, Ports: []string{"443"}},
		"from a network": {Priority: 100, Access: network.AccessAllow, Ports: []string{"22"}, Sources: []string{"10.100.0.0/16"}},
		"denied":         {Priority: 100, Access: network.AccessDeny, Ports: []string{"22"}},
		"outbound":       {Priority: 100, Access: network.AccessAllow, Direction: network.DirectionOutbound, Ports: []string{"22"}},
	} {
		args := &network.SecureVNetArgs{Tiers: config.Named[network.Tier]{"private": {SecurityGroup: rule(closed)}}}
		require.True(t, pulumitest.Evidence(args.Evidence())["tiers.*.securityGroup"], name)
	}
	days := 30
	require.Equal(t, map[string]bool{"enabled": true, "retentionDays": false}, pulumitest.Evidence((&network.FlowLogsArgs{RetentionDays: &days}).Evidence()))
	require.Equal(t, map[string]bool{"enabled": false}, pulumitest.Evidence((&network.FlowLogsArgs{Enabled: new(false)}).Evidence()))
	require.Equal(t, map[string]bool{"encryption": false, "flowLogs": false}, pulumitest.Evidence((&network.VirtualNetworkArgs{}).Evidence()))
}
