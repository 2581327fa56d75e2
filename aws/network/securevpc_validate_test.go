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

type (
	secureArgs = network.SecureVPCArgs
	tiers      = config.Named[network.Tier]
	stringMap  = map[string]pulumi.StringInput
)

// invalid is a change of the arguments of plain, and what the error must contain.
type invalid struct {
	change func(*secureArgs)
	want   string
}

// requireInvalid fails unless the constructor rejects each of the arguments before it creates a resource.
func requireInvalid(t *testing.T, cases map[string]invalid) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				_, err := network.NewSecureVPC(ctx, "main", with(tc.change)(ctx))
				return err
			}, fixture.Cloud(), addresses())
			require.ErrorContains(t, err, tc.want)
			for _, created := range r.Resources {
				require.False(t, created.Custom, "%s is created", created.URN)
			}
		})
	}
}

// withTier returns the default tiers and another one, or a default tier with options.
func withTier(name string, tier network.Tier) tiers {
	out := tiers{"public": {}, "private": {}, "isolated": {}}
	out[name] = tier
	return out
}

// withRoutes returns the default tiers, one of them with routes a, b and so on.
func withRoutes(tier string, routes ...network.Route) tiers {
	out := config.Named[network.Route]{}
	for i := range routes {
		out[string(rune('a'+i))] = routes[i]
	}
	return withTier(tier, network.Tier{Routes: out})
}

// withRule returns the default tiers, the private one with a rule x.
func withRule(r network.ACLRule) tiers {
	return withTier("private", network.Tier{ACL: &network.ACL{Rules: config.Named[network.ACLRule]{"x": r}}})
}

func TestInvalidCIDRBlocks(t *testing.T) {
	t.Parallel()
	pool := pulumi.String("ipam-pool-1")
	secondary := func(cidrs ...string) config.Named[network.CIDRBlock] {
		out := config.Named[network.CIDRBlock]{}
		for i, cidr := range cidrs {
			out[string(rune('a'+i))] = network.CIDRBlock{CIDR: cidr}
		}
		return out
	}
	requireInvalid(t, map[string]invalid{
		"missing":         {func(a *secureArgs) { a.CIDR = "" }, "cidr: required: set a CIDR block such as 10.0.0.0/16, or ipam"},
		"too large":       {func(a *secureArgs) { a.CIDR = "10.0.0.0/8" }, "cidr: unsupported prefix length /8: use /16 to /28"},
		"host bits":       {func(a *secureArgs) { a.CIDR = "10.0.1.0/16" }, `did you mean "10.0.0.0/16"?`},
		"IPv6":            {func(a *secureArgs) { a.CIDR = "2001:db8::/56" }, "cidr: 2001:db8::/56 is an IPv6 CIDR block"},
		"link-local":      {func(a *secureArgs) { a.CIDR = "169.254.0.0/16" }, "cidr: 169.254.0.0/16 is in the reserved range 169.254.0.0/16"},
		"CIDR and pool":   {func(a *secureArgs) { a.IPAM = &network.IPAM{PoolID: pool, NetmaskLength: 16} }, "cidr: cidr and ipam are mutually exclusive"},
		"pool, no length": {func(a *secureArgs) { a.CIDR, a.IPAM = "", &network.IPAM{PoolID: pool} }, "ipam.netmaskLength: required"},
		"length, no pool": {func(a *secureArgs) { a.CIDR, a.IPAM = "", &network.IPAM{NetmaskLength: 16} }, "ipam.poolId: required"},
		"small for tiers": {func(a *secureArgs) { a.CIDR = "10.0.0.0/25" }, "tiers.public.size: 3/16 of the block gives /29 subnets, which is smaller than the minimum of the cloud, /28: the block is too small for all tiers, use 10.0.0.0/24"},
		"small pool":      {func(a *secureArgs) { a.CIDR, a.IPAM = "", &network.IPAM{PoolID: pool, NetmaskLength: 26} }, "tiers.public.size: 3/16 of the block gives"},
		"no DNS support":  {func(a *secureArgs) { a.DNSSupport = off() }, "dnsSupport: required by dnsHostnames"},
		"secondary range": {func(a *secureArgs) { a.SecondaryCIDRs = secondary("172.16.0.0/16") }, "secondaryCidrs.a.cidr: 172.16.0.0/16 cannot be added, because AWS does not add CIDR blocks from 172.16.0.0/12 to a VPC with 10.0.0.0/16: use another CIDR block, such as 10.2.0.0/16"},
		"five secondary": {func(a *secureArgs) {
			a.SecondaryCIDRs = secondary("100.64.0.0/16", "100.65.0.0/16", "100.66.0.0/16", "100.67.0.0/16", "100.68.0.0/16")
		}, "secondaryCidrs: 6 CIDR blocks with the primary one: the quota of the account is 5; remove some, or raise the quota and maxCidrs"},
		"overlap":         {func(a *secureArgs) { a.SecondaryCIDRs = secondary("10.0.128.0/17") }, "secondaryCidrs.a.cidr: 10.0.128.0/17 cannot be added, because it overlaps with 10.0.0.0/16, the primary CIDR block: use another CIDR block, such as 10.2.0.0/17"},
		"secondary twice": {func(a *secureArgs) { a.SecondaryCIDRs = secondary("100.64.0.0/16", "100.64.0.0/17") }, "secondaryCidrs.b.cidr: 100.64.0.0/17 cannot be added, because it overlaps with 100.64.0.0/16, secondary CIDR block a: use another CIDR block, such as 10.2.0.0/17"},
		"avoided":         {func(a *secureArgs) { a.Avoid = []string{"10.0.0.0"} }, `avoid[0]: invalid CIDR block "10.0.0.0"`},
		"too many of IPv6": {func(a *secureArgs) {
			a.IPv6, a.ZoneSlots, a.Tiers = true, ptr(64), withTier("apps", network.Tier{Slot: 4, Size: "/28"})
			a.Tiers["more"] = network.Tier{Slot: 5, Size: "/28"}
		}, "tiers: too many slots for IPv6: a VPC has 256 IPv6 subnets"},
	})
}

func TestInvalidZones(t *testing.T) {
	t.Parallel()
	requireInvalid(t, map[string]invalid{
		"too many":           {func(a *secureArgs) { a.Zones = 4 }, "zones: 4 zones, but address space for 3: set zoneSlots to 4"},
		"too many names":     {func(a *secureArgs) { a.ZoneNames = []string{"a", "b", "c", "d"} }, "zoneNames: 4 zones, but address space for 3"},
		"number and names":   {func(a *secureArgs) { a.Zones, a.ZoneNames = 1, []string{"eu-west-1a"} }, "zones: zones and zoneNames are mutually exclusive"},
		"duplicate":          {func(a *secureArgs) { a.ZoneNames = []string{"eu-west-1a", "eu-west-1a"} }, `zoneNames[1]: duplicate zone "eu-west-1a"`},
		"empty name":         {func(a *secureArgs) { a.ZoneNames = []string{"eu-west-1a", ""} }, `zoneNames[1]: empty name: use "-"`},
		"none":               {func(a *secureArgs) { a.ZoneNames = []string{"-"} }, "zoneNames: no zone: add one"},
		"unknown":            {func(a *secureArgs) { a.ZoneNames = []string{"eu-west-1a", "us-east-1b"} }, `zoneNames[1]: unknown zone "us-east-1b" in this region`},
		"more than region":   {func(a *secureArgs) { a.Zones, a.ZoneSlots = 4, ptr(4) }, "zones: the region has 3 zones, eu-west-1a, eu-west-1b, eu-west-1c: use at most 3"},
		"of NAT allocations": {func(a *secureArgs) { a.NATAllocations = stringMap{"eu-west-1x": pulumi.String("x")} }, `natAllocations.eu-west-1x: unknown zone "eu-west-1x"`},
		"without endpoint": {func(a *secureArgs) {
			a.Tiers = withRoutes("private", network.Route{Destination: "172.16.0.0/12", EndpointIDs: stringMap{"eu-west-1a": pulumi.String("x")}})
		}, "tiers.private.routes.a.endpointIds.eu-west-1b: required: each zone of the tier needs an endpoint"},
	})
}

func TestInvalidTiers(t *testing.T) {
	t.Parallel()
	inZone := map[string]string{"eu-west-1a": "10.0.240.0/24"}
	zone := []string{"eu-west-1a"}
	requireInvalid(t, map[string]invalid{
		"recorded without zones": {func(a *secureArgs) {
			a.Recorded = map[string]map[string]string{"public": {"eu-west-1a": "10.0.0.0/20"}}
		}, "recorded: requires zoneNames"},
		"unknown recorded":     {func(a *secureArgs) { a.Recorded = map[string]map[string]string{"publik": {}} }, `recorded.publik: unknown tier "publik", did you mean "public"?`},
		"no slot":              {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Size: "/24"}) }, "tiers.apps.slot: required: set the next slot, 4"},
		"no size":              {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Slot: 4}) }, "tiers.apps.size: required: set a size such as /22"},
		"size without a slash": {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Slot: 4, Size: "24"}) }, `tiers.apps.size: found the string "24": use a prefix length such as /24, a number such as 500 hosts, or a share such as 1/8`},
		"duplicate slot":       {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Slot: 3, Size: "/24"}) }, `tiers.isolated.slot: slot 3 is used by tier "apps": use 4`},
		"skipped slot":         {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Slot: 5, Size: "/24"}) }, "tiers: slot 4 has no size"},
		"too large":            {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Slot: 4, Size: "/18"}) }, "cidr: 10.0.0.0/16 is too small"},
		"shares":               {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Slot: 4, Size: "1/2"}) }, "tiers: the shares add up to 5/4"},
		"unknown CIDR block":   {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Slot: 4, Size: "/24", Block: "pods"}) }, `tiers.apps.block: unknown secondary CIDR block "pods", there are none`},
		"blocks without zones": {func(a *secureArgs) { a.Tiers = withTier("apps", network.Tier{Slot: 4, Blocks: inZone}) }, "tiers.apps.blocks: requires zoneNames"},
		"invalid block": {func(a *secureArgs) {
			a.ZoneNames, a.Tiers = zone, withTier("apps", network.Tier{Slot: 4, Blocks: map[string]string{"eu-west-1a": "here"}})
		}, `tiers.apps.blocks.eu-west-1a: invalid CIDR block "here"`},
		"blocks in a pool": {func(a *secureArgs) {
			a.CIDR, a.IPAM = "", &network.IPAM{PoolID: pulumi.String("x"), NetmaskLength: 16}
			a.ZoneNames, a.Tiers = zone, withTier("apps", network.Tier{Slot: 4, Blocks: inZone})
		}, "tiers.apps.blocks: not supported with ipam"},
		"all retired":              {func(a *secureArgs) { a.Tiers = tiers{"public": {Retired: true}} }, "tiers: all tiers are retired: keep one"},
		"private public addresses": {func(a *secureArgs) { a.Tiers = withTier("private", network.Tier{PublicAddresses: true}) }, "tiers.private.publicAddresses: not supported in a tier of kind private"},
		"Karpenter in public":      {func(a *secureArgs) { a.Tiers = withTier("public", network.Tier{Karpenter: "shop"}) }, "tiers.public.karpenter: not supported in a public tier"},
		"name of a cluster":        {func(a *secureArgs) { a.Clusters = []string{"a*b"} }, "tiers.public.tags[\"kubernetes.io/cluster/a*b\"]: invalid key"},
		"no tier for NAT":          {func(a *secureArgs) { a.Tiers = tiers{"private": {Slot: 1}} }, "nat: private: NAT gateways need a public tier"},
		"NAT tier":                 {func(a *secureArgs) { a.NATTier = "private" }, `natTier: unknown tier "private", expected one of: public`},
		"unused NAT allocations": {func(a *secureArgs) {
			a.NAT, a.NATAllocations = network.NATNone, stringMap{"eu-west-1a": pulumi.String("x")}
		}, "natAllocations: the network has no NAT gateways"},
		"one address for two NAT gateways": {func(a *secureArgs) {
			a.NATAllocations = stringMap{"eu-west-1a": pulumi.String("eipalloc-1"), "eu-west-1b": pulumi.String("eipalloc-1")}
		}, "natAllocations.eu-west-1b: duplicate address, same as natAllocations.eu-west-1a"},
		"endpoints tier": {func(a *secureArgs) { a.EndpointsTier = "privat" }, `endpointsTier: unknown tier "privat", did you mean "private"?`},
		"tier of a transit gateway": {func(a *secureArgs) {
			a.TransitGateways = config.Named[network.TransitGateway]{"hub": {ID: pulumi.String("x"), Tier: "transit"}}
		}, `transitGateways.hub.tier: unknown tier "transit", expected one of: isolated, private, public`},
	})
}

func TestInvalidNetworkACLs(t *testing.T) {
	t.Parallel()
	many := config.Named[network.ACLRule]{}
	for i := range 15 {
		many[string(rune('a'+i))] = network.ACLRule{Number: i + 1, Action: network.ACLDeny, CIDR: "198.51.100.0/24"}
	}
	deny := func(change func(*network.ACLRule)) func(*secureArgs) {
		r := network.ACLRule{Number: 1, Action: network.ACLDeny, CIDR: "10.0.0.0/8"}
		change(&r)
		return func(a *secureArgs) { a.Tiers = withRule(r) }
	}
	acl := func(tier string, acl network.ACL) func(*secureArgs) {
		return func(a *secureArgs) { a.Tiers = withTier(tier, network.Tier{ACL: &acl}) }
	}
	requireInvalid(t, map[string]invalid{
		"internet ports of isolated": {acl("isolated", network.ACL{InternetPorts: []int{443}}), "tiers.isolated.acl.internetPorts: not supported in a tier of kind isolated"},
		"unused internet ports":      {acl("public", network.ACL{InternetIngress: off(), InternetPorts: []int{443}}), "tiers.public.acl.internetPorts: requires internetIngress"},
		"port":                       {acl("public", network.ACL{InternetPorts: []int{0}}), "tiers.public.acl.internetPorts[0]: invalid port 0"},
		"too many rules":             {acl("public", network.ACL{Rules: many}), "tiers.public.acl.rules: 23 ingress rules, of which 8 are rules of its kind: the quota of the account is 20"},
		"reserved number":            {deny(func(r *network.ACLRule) { r.Number = 100 }), "tiers.private.acl.rules.x.number: reserved for the rules of the kind of the tier: use 1 to 99"},
		"host bits":                  {deny(func(r *network.ACLRule) { r.CIDR = "10.1.0.0/8" }), "tiers.private.acl.rules.x.cidr: 10.1.0.0/8 has host bits: use 10.0.0.0/8"},
		"CIDR block":                 {deny(func(r *network.ACLRule) { r.CIDR = "all" }), `tiers.private.acl.rules.x.cidr: invalid CIDR block "all"`},
		"order of ports":             {deny(func(r *network.ACLRule) { r.Ports = "80-70" }), "tiers.private.acl.rules.x.ports: invalid ports 80-70"},
		"ports of icmp":              {deny(func(r *network.ACLRule) { r.Protocol, r.Ports = network.ACLICMP, "80" }), "tiers.private.acl.rules.x.ports: not supported for icmp"},
		"icmp over IPv6":             {deny(func(r *network.ACLRule) { r.Protocol, r.CIDR = network.ACLICMP, "::/0" }), "tiers.private.acl.rules.x.protocol: icmp is not supported for ::/0"},
		"duplicate number": {func(a *secureArgs) {
			a.Tiers = withRule(network.ACLRule{Number: 1, Action: network.ACLDeny, CIDR: "10.0.0.0/8"})
			a.Tiers["private"].ACL.Rules["y"] = network.ACLRule{Number: 1, Action: network.ACLAllow, CIDR: "10.0.0.0/8"}
		}, "tiers.private.acl.rules.y.number: duplicate number 1, already used by rule x"},
	})
}

func TestInvalidRoutes(t *testing.T) {
	t.Parallel()
	peer, text := pulumi.String("pcx-1"), pulumi.String("x")
	corp := network.Route{Destination: "172.16.0.0/12", PeeringID: peer}
	to := func(tier, destination string) func(*secureArgs) {
		return func(a *secureArgs) {
			a.Tiers = withRoutes(tier, network.Route{Destination: destination, PeeringID: peer})
		}
	}
	one := func(r network.Route) func(*secureArgs) {
		return func(a *secureArgs) { a.Tiers = withRoutes("private", r) }
	}
	requireInvalid(t, map[string]invalid{
		"no target":               {one(network.Route{Destination: "172.16.0.0/12"}), "tiers.private.routes.a: no target: set one of"},
		"two targets":             {one(network.Route{Destination: "172.16.0.0/12", PeeringID: peer, VPNGatewayID: text}), "tiers.private.routes.a: peeringId, vpnGatewayId are mutually exclusive"},
		"no destination":          {one(network.Route{PeeringID: peer}), "tiers.private.routes.a.destination: required: set destination or prefixListId"},
		"two destinations":        {one(network.Route{Destination: "172.16.0.0/12", PrefixListID: text, PeeringID: peer}), "tiers.private.routes.a.destination: destination and prefixListId are mutually exclusive"},
		"destination":             {to("private", "corp"), `tiers.private.routes.a.destination: invalid CIDR block "corp"`},
		"host bits":               {to("private", "172.17.0.0/12"), "172.17.0.0/12 has host bits: use 172.16.0.0/12"},
		"prefix list to endpoint": {one(network.Route{PrefixListID: text, EndpointIDs: stringMap{"eu-west-1a": text}}), "tiers.private.routes.a.prefixListId: not supported with endpointIds"},
		"duplicate destination":   {func(a *secureArgs) { a.Tiers = withRoutes("private", corp, corp) }, "tiers.private.routes.b.destination: duplicate destination 172.16.0.0/12, already used by route a"},
		"local":                   {to("private", "10.0.4.0/24"), "tiers.private.routes.a.destination: 10.0.4.0/24 is within 10.0.0.0/16 of the network"},
		"IPv6":                    {to("private", "2001:db8::/32"), "tiers.private.routes.a.destination: the network has no IPv6"},
		"default of public":       {to("public", "0.0.0.0/0"), "a public tier has a default route to the internet gateway"},
		"default of isolated":     {to("isolated", "0.0.0.0/0"), "an isolated tier has no default route"},
		"reserved name": {func(a *secureArgs) {
			a.Tiers = withTier("private", network.Tier{Routes: config.Named[network.Route]{"internet": corp}})
		}, "tiers.private.routes.internet: reserved name of a default route"},
		"unknown transit gateway": {one(network.Route{Destination: "172.16.0.0/12", TransitGateway: "hub"}), `tiers.private.routes.a.transitGateway: unknown transit gateway "hub", there are none`},
	})
}

func TestInvalidFlowLogsAndEndpointsOfANetwork(t *testing.T) {
	t.Parallel()
	ssm := func() *network.EndpointsArgs {
		return &network.EndpointsArgs{Bundles: []network.EndpointBundle{network.EndpointBundleSSM}}
	}
	requireInvalid(t, map[string]invalid{
		"no tier of gateway endpoints": {func(a *secureArgs) { a.Tiers = tiers{"public": {GatewayEndpoints: off()}} }, "endpoints.gateways: no tier uses them"},
		"private DNS":                  {func(a *secureArgs) { a.Endpoints, a.DNSHostnames = ssm(), off() }, "endpoints.privateDns: requires dnsHostnames and dnsSupport"},
		"IPv6": {func(a *secureArgs) {
			a.Endpoints = ssm()
			a.Endpoints.IPAddressType = network.IPAddressDualstack
		}, "endpoints.ipAddressType: tier private has no IPv6"},
		"bundle":      {func(a *secureArgs) { a.Endpoints = &network.EndpointsArgs{Bundles: []network.EndpointBundle{"sms"}} }, `endpoints.bundles[0]: unknown bundle "sms", expected one of: ecr, eks, ssm`},
		"destination": {func(a *secureArgs) { a.FlowLogs = &network.FlowLogsArgs{Destination: network.LogDestinationS3} }, "flowLogs.bucket: required with the destination s3"},
	})
}
