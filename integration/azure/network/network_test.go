package network_test

import (
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// Adding and removing tiers changes no other subnet, whatever Azure requires of it.
func TestTierChanges(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		args := secure()
		life := a.Life(t, "tiers", networkOf(a, args))
		life.Up()
		before := texts(t, life, "subnets")
		require.Equal(t, map[string]any{"private": "10.0.0.0/17", "isolated": "10.0.128.0/18"}, life.Output("allocation"))
		unchanged := func() {
			t.Helper()
			after := texts(t, life, "subnets")
			for tier, id := range before {
				require.Equal(t, id, after[tier], tier)
			}
		}

		reserved := config.Named[network.Tier]{
			"bastion": {Kind: network.TierBastion, Slot: 3}, "gateway": {Kind: network.TierGateway, Slot: 4},
			"firewall":   {Kind: network.TierFirewall, Slot: 5, Routes: config.Named[network.Route]{"none": {AddressPrefix: "198.51.100.0/24", NextHop: network.NextHopNone}}},
			"management": {Kind: network.TierFirewallManagement, Slot: 6}, "routes": {Kind: network.TierRouteServer, Slot: 7},
			"edge": {Kind: network.TierApplicationGateway, Slot: 8},
		}
		args.Tiers = tiers(reserved)
		life.Change("a tier for each service", steps(
			each("create", "main-bastion", subnetType, groupType), each("create", "main-gateway", subnetType),
			each("create", "main-firewall", subnetType, tableType), each("create", "main-management", subnetType),
			each("create", "main-routes", subnetType), each("create", "main-edge", subnetType, groupType, tableType))...)
		unchanged()
		with := texts(t, life, "subnets")
		require.Regexp(t, "/subnets/GatewaySubnet$", with["gateway"])

		others := maps.Clone(reserved)
		others["workers"] = network.Tier{Kind: network.TierPrivate, Slot: 9, Size: "/24"}
		args.Tiers = tiers(others)
		life.Change("another private tier", each("create", "main-workers", subnetType, groupType, tableType)...)
		unchanged()

		delete(others, "bastion")
		others["bastion"] = network.Tier{Kind: network.TierBastion, Slot: 3, Retired: true}
		args.Tiers = tiers(others)
		life.Change("a retired tier", each("delete", "main-bastion", subnetType, groupType)...)
		unchanged()
		for tier, id := range texts(t, life, "subnets") {
			if with[tier] != nil {
				require.Equal(t, with[tier], id, tier)
			}
		}

		args.Tiers = tiers(map[string]network.Tier{"workers": {Kind: network.TierPrivate, Slot: 9, Size: "/24"}})
		args.Recorded = map[string]string{}
		for tier, prefix := range texts(t, life, "allocation") {
			if tier == "private" || tier == "isolated" || tier == "workers" {
				args.Recorded[tier], _ = prefix.(string)
			}
		}
		args.Tiers["workers"] = network.Tier{Kind: network.TierPrivate, Slot: 3}
		life.Change("recorded subnets, without the others", steps(
			each("delete", "main-gateway", subnetType), each("delete", "main-firewall", subnetType, tableType),
			each("delete", "main-management", subnetType), each("delete", "main-routes", subnetType),
			each("delete", "main-edge", subnetType, groupType, tableType))...)
		unchanged()

		args.Tiers, args.Recorded = nil, nil
		life.Change("the default tiers again", each("delete", "main-workers", subnetType, groupType, tableType)...)
		unchanged()
		life.Destroy()
	})
}

func TestNATGatewayChanges(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		args := secure()
		life := a.Life(t, "nat", networkOf(a, args))
		life.Up()
		require.Len(t, texts(t, life, "nat")["shared"], 1)
		args.NAT = &network.NAT{Addresses: 2}
		life.Change("another address", "create "+addressType+" main-nat-shared-2", "update "+natType+" main-nat-shared")
		require.Len(t, texts(t, life, "nat")["shared"], 2)
		args.NAT = &network.NAT{IdleTimeoutMinutes: new(10)}
		life.Change("one address and a timeout", "delete "+addressType+" main-nat-shared-2", "update "+natType+" main-nat-shared")
		args.NAT = &network.NAT{PrefixLength: 31}
		life.Change("a prefix", "create "+prefixType+" main-nat-shared", "update "+natType+" main-nat-shared",
			"delete "+addressType+" main-nat-shared-1")
		args.NAT = &network.NAT{PrefixLength: 31, Zone: "1"}
		life.Change("a zone", "replace "+prefixType+" main-nat-shared", "replace "+natType+" main-nat-shared",
			"update "+subnetType+" main-private")
		args.NAT = nil
		args.Tiers = tiers(config.Named[network.Tier]{"west": {Kind: network.TierPrivate, Slot: 3, Size: "/24", Zone: "2"}})
		life.Change("a tier in a zone, and addresses again", steps(
			each("create", "main-west", subnetType, groupType, tableType), each("create", "main-nat-zone-2", natType),
			each("create", "main-nat-zone-2-1", addressType), each("create", "main-nat-shared-1", addressType),
			each("replace", "main-nat-shared", natType), each("delete", "main-nat-shared", prefixType),
			each("update", "main-private", subnetType))...)
		args.NAT = &network.NAT{Mode: network.NATSingle}
		life.Change("a single one", "update "+subnetType+" main-west", "delete "+natType+" main-nat-zone-2",
			"delete "+addressType+" main-nat-zone-2-1")
		args.Tiers["private"] = network.Tier{Egress: new(false)}
		life.Change("no egress of a tier", "update "+subnetType+" main-private")
		args.NAT = &network.NAT{Mode: network.NATNone}
		life.Change("none", "update "+subnetType+" main-west", "delete "+natType+" main-nat-shared",
			"delete "+addressType+" main-nat-shared-1")
		life.Destroy()
	})
}

// Each other option is changed once, and no other resource changes.
func TestNetworkOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		args := noNAT()
		args.Tiers = tiers(config.Named[network.Tier]{"web": {Kind: network.TierPublic, Slot: 3, Size: "/24"}})
		life := a.Life(t, "options", networkOf(a, args))
		life.Up()
		tier := func(name string, change func(*network.Tier)) func() {
			return func() {
				t := args.Tiers[name]
				change(&t)
				args.Tiers[name] = t
			}
		}
		groups := []string{"update " + groupType + " main-private", "update " + groupType + " main-isolated", "update " + groupType + " main-web"}
		for _, c := range []struct {
			reason string
			change func()
			want   []string
		}{
			{"DNS servers", func() { args.DNSServers = pulumi.ToStringArray([]string{"10.0.0.4"}) }, each("update", "main", vnetType)},
			{"encryption", func() { args.Encryption = true }, each("update", "main", vnetType)},
			{"an additional prefix", func() { args.AdditionalPrefixes = config.Named[string]{"pods": "100.64.0.0/16"} },
				steps(each("update", "main", vnetType), groups)},
			{"a tier in it", func() { args.Tiers["pods"] = network.Tier{Slot: 4, Within: "pods", Size: "3/4"} },
				each("create", "main-pods", subnetType, groupType, tableType)},
			{"a service endpoint of a private tier", tier("private", func(t *network.Tier) { t.ServiceEndpoints = []string{"Microsoft.Storage"} }),
				each("update", "main-private", subnetType)},
			{"a service endpoint of an isolated tier", tier("isolated", func(t *network.Tier) { t.ServiceEndpoints = []string{"Microsoft.Sql"} }),
				each("update", "main-isolated", subnetType, groupType)},
			{"private endpoint policies", tier("isolated", func(t *network.Tier) { t.PrivateEndpointPolicies = network.PoliciesDisabled }),
				each("update", "main-isolated", subnetType)},
			{"private link services", tier("isolated", func(t *network.Tier) { t.PrivateLinkServices = true }), each("update", "main-isolated", subnetType)},
			{"a delegation", tier("pods", func(t *network.Tier) { t.Delegation = "Microsoft.ContainerInstance/containerGroups" }),
				each("update", "main-pods", subnetType)},
			{"a route", tier("private", func(t *network.Tier) {
				t.Routes = config.Named[network.Route]{"onprem": {AddressPrefix: "172.16.0.0/12", Address: pulumi.String("10.0.200.4")}}
			}), each("update", "main-private", tableType)},
			{"no routes of gateways", tier("private", func(t *network.Tier) { t.GatewayRoutes = new(false) }), each("update", "main-private", tableType)},
			{"a rule", tier("private", func(t *network.Tier) {
				t.SecurityGroup = &network.SecurityGroup{Rules: config.Named[network.SecurityRule]{
					"blocked": {Priority: 100, Access: network.AccessDeny, Protocol: network.ProtocolAny, Sources: []string{"198.51.100.0/24"}},
				}}
			}), each("update", "main-private", groupType)},
			{"internet ports", tier("web", func(t *network.Tier) { t.SecurityGroup = &network.SecurityGroup{InternetPorts: []int{8443}} }),
				each("update", "main-web", groupType)},
			{"no ingress from the network", tier("web", func(t *network.Tier) { t.SecurityGroup = &network.SecurityGroup{NetworkIngress: new(false)} }),
				each("update", "main-web", groupType)},
			{"no ingress from the internet", tier("web", func(t *network.Tier) { t.SecurityGroup = &network.SecurityGroup{InternetIngress: new(false)} }),
				each("update", "main-web", groupType)},
			{"another kind", tier("web", func(t *network.Tier) { t.Kind, t.SecurityGroup = network.TierIsolated, nil }), each("update", "main-web", groupType)},
			{"a tier's tags", tier("isolated", func(t *network.Tier) { t.Tags = pulumi.StringMap{"data": pulumi.String("secret")} }),
				each("update", "main-isolated", groupType, tableType)},
			{"another size of an empty subnet", tier("web", func(t *network.Tier) { t.Size = "/25" }), each("update", "main-web", subnetType)},
			{"a name", func() { args.Name = "vnet-main" }, steps(each("replace", "main", vnetType), each("replace", "main-private", subnetType),
				each("replace", "main-isolated", subnetType), each("replace", "main-web", subnetType), each("replace", "main-pods", subnetType))},
		} {
			c.change()
			life.Change(c.reason, c.want...)
		}
		life.Destroy()
	})
}
