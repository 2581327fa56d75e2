package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// What is wrong is reported before anything is made, with its path and what to write instead.
func TestNetworksThatAreRefused(t *testing.T) {
	t.Parallel()
	tiers := func(name string, tier network.Tier) config.Named[network.Tier] {
		return config.Named[network.Tier]{"public": {}, "private": {}, "isolated": {}, name: tier}
	}
	rule := func(r network.ACLRule) config.Named[network.Tier] {
		return tiers("private", network.Tier{ACL: network.ACL{Rules: config.Named[network.ACLRule]{"x": r}}})
	}
	routes := func(name string, r ...network.Route) config.Named[network.Tier] {
		out := config.Named[network.Route]{}
		for i := range r {
			out[string(rune('a'+i))] = r[i]
		}
		return tiers(name, network.Tier{Routes: out})
	}
	peer, text := pulumi.String("pcx-1"), pulumi.String("x")
	many := config.Named[network.ACLRule]{}
	for i := range 15 {
		many[string(rune('a'+i))] = network.ACLRule{Number: at(i + 1), Action: "deny", CIDR: "198.51.100.0/24"}
	}
	type settings = network.SecureVPCSettings
	for name, tc := range map[string]struct {
		change func(*settings)
		want   string
	}{
		"no block":            {func(s *settings) { s.CIDR = "" }, "cidr: required, but missing: write a block such as 10.0.0.0/16"},
		"large":               {func(s *settings) { s.CIDR = "10.0.0.0/8" }, "cidr: /8: AWS has blocks from /16 to /28"},
		"host bits":           {func(s *settings) { s.CIDR = "10.0.1.0/16" }, `did you mean "10.0.0.0/16"?`},
		"IPv6 block":          {func(s *settings) { s.CIDR = "2001:db8::/56" }, "cidr: 2001:db8::/56 is a block of IPv6"},
		"link-local":          {func(s *settings) { s.CIDR = "169.254.0.0/16" }, "which AWS does not give to a VPC"},
		"two origins":         {func(s *settings) { s.IPAM.PoolID = text }, "cidr: ipam says where the block comes from"},
		"pool without length": {func(s *settings) { s.CIDR, s.IPAM.PoolID = "", text }, "ipam.netmaskLength: required, but missing"},
		"length without pool": {func(s *settings) { s.CIDR, s.IPAM.NetmaskLength = "", at(16) }, "ipam.poolId: required, but missing"},
		"DNS":                 {func(s *settings) { s.DNSSupport = off() }, "dnsSupport: dnsHostnames needs it"},
		"overlap": {func(s *settings) { s.SecondaryCIDRs = config.Named[network.Block]{"pods": {CIDR: "10.0.128.0/17"}} },
			"secondaryCidrs.pods.cidr: 10.0.128.0/17 overlaps with 10.0.0.0/16, which is the VPC's first block"},
		"another range": {func(s *settings) { s.SecondaryCIDRs = config.Named[network.Block]{"pods": {CIDR: "172.16.0.0/16"}} },
			"secondaryCidrs.pods.cidr: AWS does not add a block within 172.16.0.0/12"},
		"many blocks": {func(s *settings) {
			s.SecondaryCIDRs = config.Named[network.Block]{"a": {CIDR: "100.64.0.0/16"}, "b": {CIDR: "100.65.0.0/16"}, "c": {CIDR: "100.66.0.0/16"},
				"d": {CIDR: "100.67.0.0/16"}, "e": {CIDR: "100.68.0.0/16"}}
		}, "secondaryCidrs: 5 blocks, a VPC has at most 4"},
		"small":         {func(s *settings) { s.CIDR = "10.0.0.0/25" }, "tiers.public.size: 3/16 of the block gives /29 subnets"},
		"zones":         {func(s *settings) { s.Zones = at(4) }, "zones: 4 zones, and room for 3: set zoneSlots to 4"},
		"zones twice":   {func(s *settings) { s.Zones, s.ZoneNames = at(1), []string{"eu-west-1a"} }, "zones: zoneNames says which zones there are"},
		"zone twice":    {func(s *settings) { s.ZoneNames = []string{"eu-west-1a", "eu-west-1a"} }, `zoneNames[1]: found "eu-west-1a", expected a zone that`},
		"no zones":      {func(s *settings) { s.ZoneNames = []string{"-"} }, "zoneNames: no zones"},
		"many names":    {func(s *settings) { s.ZoneNames = []string{"a", "b", "c", "d"} }, "zoneNames: 4 zones, and room for 3"},
		"record":        {func(s *settings) { s.Recorded = map[string]map[string]string{"public": {"eu-west-1a": "10.0.0.0/20"}} }, "recorded: blocks are recorded for zones by name"},
		"unknown tier":  {func(s *settings) { s.Recorded = map[string]map[string]string{"publik": {}} }, `recorded.publik: there is no such tier, did you mean "public"?`},
		"no slot":       {func(s *settings) { s.Tiers = tiers("apps", network.Tier{Size: "/24"}) }, "tiers.apps.slot: required, but missing: write 4"},
		"no size":       {func(s *settings) { s.Tiers = tiers("apps", network.Tier{Slot: at(4)}) }, "tiers.apps.size: required, but missing"},
		"slot twice":    {func(s *settings) { s.Tiers = tiers("apps", network.Tier{Slot: at(3), Size: "/24"}) }, `tiers.isolated.slot: slot 3 is used by tier "apps": use 4`},
		"gap":           {func(s *settings) { s.Tiers = tiers("apps", network.Tier{Slot: at(5), Size: "/24"}) }, "tiers: slot 4 has no size"},
		"too much":      {func(s *settings) { s.Tiers = tiers("apps", network.Tier{Slot: at(4), Size: "/18"}) }, "cidr: 10.0.0.0/16 is too small"},
		"shares":        {func(s *settings) { s.Tiers = tiers("apps", network.Tier{Slot: at(4), Size: "1/2"}) }, "tiers: the shares add up to 5/4"},
		"unknown block": {func(s *settings) { s.Tiers = tiers("apps", network.Tier{Slot: at(4), Size: "/24", Block: "pods"}) }, `tiers.apps.block: there is no secondary block "pods", there are none`},
		"blocks": {func(s *settings) {
			s.Tiers = tiers("apps", network.Tier{Slot: at(4), Blocks: map[string]string{"eu-west-1a": "10.0.240.0/24"}})
		}, "tiers.apps.blocks: blocks are given to zones by name"},
		"block": {func(s *settings) {
			s.ZoneNames = []string{"eu-west-1a"}
			s.Tiers = tiers("apps", network.Tier{Slot: at(4), Blocks: map[string]string{"eu-west-1a": "here"}})
		}, `tiers.apps.blocks.eu-west-1a: found "here", expected a block of addresses`},
		"blocks of a pool": {func(s *settings) {
			s.CIDR, s.IPAM = "", network.IPAM{PoolID: text, NetmaskLength: at(16)}
			s.ZoneNames = []string{"eu-west-1a"}
			s.Tiers = tiers("apps", network.Tier{Slot: at(4), Blocks: map[string]string{"eu-west-1a": "10.0.240.0/24"}})
		}, "tiers.apps.blocks: a pool chooses the network's block"},
		"pool": {func(s *settings) { s.CIDR, s.IPAM = "", network.IPAM{PoolID: text, NetmaskLength: at(26)} },
			"tiers.public.size: 3/16 of the block gives"},
		"slots of IPv6": {func(s *settings) {
			s.IPv6, s.ZoneSlots, s.CIDR = true, at(64), "10.0.0.0/16"
			s.Tiers = tiers("apps", network.Tier{Slot: at(4), Size: "/28"})
			s.Tiers["more"] = network.Tier{Slot: at(5), Size: "/28"}
		},
			"tiers: a VPC has 256 blocks of IPv6 for subnets"},
		"all retired":    {func(s *settings) { s.Tiers = config.Named[network.Tier]{"public": {Retired: true}} }, "tiers: all tiers are retired"},
		"avoid":          {func(s *settings) { s.Avoid = []string{"10.0.0.0"} }, `avoid[0]: found "10.0.0.0", expected a block`},
		"public address": {func(s *settings) { s.Tiers = tiers("private", network.Tier{PublicAddresses: true}) }, "tiers.private.publicAddresses: a tier that is private is not reached from the internet"},
		"ports": {func(s *settings) {
			s.Tiers = tiers("isolated", network.Tier{ACL: network.ACL{InternetPorts: []int{443}}})
		}, "tiers.isolated.acl.internetPorts: a tier that is isolated"},
		"port":      {func(s *settings) { s.Tiers = tiers("public", network.Tier{ACL: network.ACL{InternetPorts: []int{0}}}) }, "tiers.public.acl.internetPorts[0]: found 0"},
		"Karpenter": {func(s *settings) { s.Tiers = tiers("public", network.Tier{Karpenter: "shop"}) }, "tiers.public.karpenter: Karpenter starts nodes there"},
		"cluster":   {func(s *settings) { s.Clusters = []string{"a*b"} }, "tiers.public.tags[\"kubernetes.io/cluster/a*b\"]: expected a key"},
		"number": {func(s *settings) {
			s.Tiers = rule(network.ACLRule{Number: at(100), Action: "deny", CIDR: "10.0.0.0/8"})
		}, "tiers.private.acl.rules.x.number: 100 to 999 are for the rules of the tier's kind"},
		"rule's block":    {func(s *settings) { s.Tiers = rule(network.ACLRule{Number: at(1), Action: "deny", CIDR: "10.1.0.0/8"}) }, "tiers.private.acl.rules.x.cidr: 10.1.0.0/8 is an address within 10.0.0.0/8"},
		"no rule's block": {func(s *settings) { s.Tiers = rule(network.ACLRule{Number: at(1), Action: "deny", CIDR: "all"}) }, `tiers.private.acl.rules.x.cidr: found "all"`},
		"rule's ports": {func(s *settings) {
			s.Tiers = rule(network.ACLRule{Number: at(1), Action: "deny", CIDR: "10.0.0.0/8", Ports: "80-70"})
		}, "tiers.private.acl.rules.x.ports: found 80-70"},
		"ports of icmp": {func(s *settings) {
			s.Tiers = rule(network.ACLRule{Number: at(1), Action: "deny", CIDR: "10.0.0.0/8", Protocol: "icmp", Ports: "80"})
		},
			"tiers.private.acl.rules.x.ports: icmp has no ports"},
		"icmp over IPv6": {func(s *settings) {
			s.Tiers = rule(network.ACLRule{Number: at(1), Action: "deny", CIDR: "::/0", Protocol: "icmp"})
		},
			"tiers.private.acl.rules.x.protocol: icmp has no addresses such as ::/0"},
		"number twice": {func(s *settings) {
			s.Tiers = rule(network.ACLRule{Number: at(1), Action: "deny", CIDR: "10.0.0.0/8"})
			s.Tiers["private"].ACL.Rules["y"] = network.ACLRule{Number: at(1), Action: "allow", CIDR: "10.0.0.0/8"}
		}, "tiers.private.acl.rules.y.number: 1 is the number of x"},
		"many rules": {func(s *settings) { s.Tiers = tiers("public", network.Tier{ACL: network.ACL{Rules: many}}) },
			"tiers.public.acl.rules: 23 rules for ingress, of which 8 are those of its kind, and the account's quota is 20"},
		"no target": {func(s *settings) { s.Tiers = routes("private", network.Route{Destination: "172.16.0.0/12"}) }, "tiers.private.routes.a: 0 targets, expected exactly one"},
		"two targets": {func(s *settings) {
			s.Tiers = routes("private", network.Route{Destination: "172.16.0.0/12", PeeringID: peer, VPNGatewayID: text})
		}, "tiers.private.routes.a: 2 targets"},
		"no destination": {func(s *settings) { s.Tiers = routes("private", network.Route{PeeringID: peer}) }, "tiers.private.routes.a.destination: expected exactly one of destination and prefixListId"},
		"destination":    {func(s *settings) { s.Tiers = routes("private", network.Route{Destination: "corp", PeeringID: peer}) }, `tiers.private.routes.a.destination: found "corp"`},
		"destination bits": {func(s *settings) {
			s.Tiers = routes("private", network.Route{Destination: "172.17.0.0/12", PeeringID: peer})
		}, "172.17.0.0/12 is an address within 172.16.0.0/12"},
		"list to endpoint": {func(s *settings) {
			s.Tiers = routes("private", network.Route{PrefixListID: text, EndpointIDs: map[string]pulumi.StringInput{"eu-west-1a": text}})
		}, "tiers.private.routes.a.prefixListId: routes to endpoints have no prefix list"},
		"destination twice": {func(s *settings) {
			s.Tiers = routes("private", network.Route{Destination: "172.16.0.0/12", PeeringID: peer}, network.Route{Destination: "172.16.0.0/12", VPNGatewayID: text})
		}, "tiers.private.routes.b.destination: 172.16.0.0/12 is the destination of a"},
		"own block": {func(s *settings) {
			s.Tiers = routes("private", network.Route{Destination: "10.0.4.0/24", PeeringID: peer})
		}, "tiers.private.routes.a.destination: 10.0.4.0/24 is within the network's own 10.0.0.0/16"},
		"no IPv6": {func(s *settings) {
			s.Tiers = routes("private", network.Route{Destination: "2001:db8::/32", PeeringID: peer})
		}, "tiers.private.routes.a.destination: the network has no IPv6"},
		"public default": {func(s *settings) {
			s.Tiers = routes("public", network.Route{Destination: "0.0.0.0/0", PeeringID: peer})
		}, "a public tier has a default route to the internet gateway"},
		"isolated default": {func(s *settings) {
			s.Tiers = routes("isolated", network.Route{Destination: "0.0.0.0/0", PeeringID: peer})
		},
			"an isolated tier has no default route"},
		"reserved name": {func(s *settings) {
			s.Tiers = tiers("private", network.Tier{Routes: config.Named[network.Route]{"internet": {Destination: "172.16.0.0/12", PeeringID: peer}}})
		}, "tiers.private.routes.internet: this name is that of a route"},
		"gateway": {func(s *settings) {
			s.Tiers = routes("private", network.Route{Destination: "172.16.0.0/12", TransitGateway: "hub"})
		}, `tiers.private.routes.a.transitGateway: there is no transit gateway "hub", there are none`},
		"gateway's tier": {func(s *settings) {
			s.TransitGateways = config.Named[network.TransitGateway]{"hub": {ID: text, Tier: "transit"}}
		},
			`transitGateways.hub.tier: there is no such tier "transit", expected one of: isolated, private, public`},
		"no place for NAT": {func(s *settings) { s.Tiers = config.Named[network.Tier]{"private": {Slot: at(1)}} }, "nat: private goes out through NAT gateways, which stand in a public tier"},
		"NAT's tier":       {func(s *settings) { s.NATTier = "private" }, `natTier: there is no such tier "private", expected one of: public`},
		"NAT's addresses": {func(s *settings) { s.NAT, s.NATAllocations = "none", map[string]pulumi.StringInput{"eu-west-1a": text} },
			"natAllocations: there are no NAT gateways"},
		"endpoints' tier": {func(s *settings) { s.EndpointsTier = "privat" }, `endpointsTier: there is no such tier "privat", did you mean "private"?`},
		"no way to endpoints": {func(s *settings) {
			s.Tiers = config.Named[network.Tier]{"public": {GatewayEndpoints: off()}}
		}, "endpoints.gateways: no tier is led to them"},
		"private DNS": {func(s *settings) { s.Endpoints.Bundles, s.DNSHostnames = []string{"ssm"}, off() }, "endpoints.privateDns: it needs dnsHostnames and dnsSupport"},
		"IPv6 of endpoints": {func(s *settings) { s.Endpoints.Bundles, s.Endpoints.IPAddressType = []string{"ssm"}, "dualstack" },
			"endpoints.ipAddressType: private has no IPv6"},
		"bundle":    {func(s *settings) { s.Endpoints.Bundles = []string{"sms"} }, "endpoints.bundles[0]: unknown bundle"},
		"flow logs": {func(s *settings) { s.FlowLogs.Destination = "s3" }, "flowLogs.bucket.arn: missing"},
		// These need to know the region.
		"unknown zone":       {func(s *settings) { s.ZoneNames = []string{"eu-west-1a", "us-east-1b"} }, `zoneNames: the account has no zone "us-east-1b" in the region`},
		"more zones":         {func(s *settings) { s.Zones, s.ZoneSlots, s.CIDR = at(4), at(4), "10.0.0.0/16" }, "zones: the region has 3 zones, eu-west-1a, eu-west-1b, eu-west-1c: write 3"},
		"address of no zone": {func(s *settings) { s.NATAllocations = map[string]pulumi.StringInput{"eu-west-1x": text} }, "natAllocations.eu-west-1x: the network has no such zone"},
		"zone without endpoint": {func(s *settings) {
			s.Tiers = routes("private", network.Route{Destination: "172.16.0.0/12", EndpointIDs: map[string]pulumi.StringInput{"eu-west-1a": text}})
		}, "tiers.private.routes.a.endpointIds.eu-west-1b: required, but missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				args := plain(ctx)
				tc.change(&args.SecureVPCSettings)
				_, err := network.NewSecureVPC(ctx, "main", args)
				return err
			}, fixture.Cloud(), addresses())
			require.ErrorContains(t, err, tc.want)
			for _, made := range r.Resources {
				require.False(t, made.Custom, "%s was made", made.URN)
			}
		})
	}
}
