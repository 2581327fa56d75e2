package network_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// plain sets only a CIDR block.
func plain(*pulumi.Context) *network.SecureVPCArgs {
	return &network.SecureVPCArgs{CIDR: "10.0.0.0/16"}
}

// dual is plain with IPv6.
func dual(ctx *pulumi.Context) *network.SecureVPCArgs {
	args := plain(ctx)
	args.IPv6 = true
	return args
}

// everything sets every option, except for those that exclude others.
func everything(ctx *pulumi.Context) *network.SecureVPCArgs {
	args := plain(ctx)
	args.SecondaryCIDRs = config.Named[network.CIDRBlock]{"pods": {CIDR: "100.64.0.0/16"}}
	args.IPv6 = true
	args.ZoneNames = []string{"euw1-az1", "-", "eu-west-1c"}
	args.Tiers = config.Named[network.Tier]{
		"public": {Slot: 1, Size: "/22", PublicAddresses: true, ACL: &network.ACL{
			InternetPorts: []int{443},
			Rules: config.Named[network.ACLRule]{
				"blocked": {Number: 10, Action: "deny", Protocol: "all", CIDR: "198.51.100.0/24"},
				"dns":     {Number: 2000, Action: "allow", Protocol: "udp", Ports: "53", CIDR: "2001:db8::/32"},
			},
		}},
		"private": {Slot: 2, Size: "4000 hosts", Karpenter: "shop", Clusters: []string{"extra"}, Tags: pulumi.StringMap{"tier": pulumi.String("private")}},
		"data":    {Slot: 3, Size: "1/8", IPv6: off(), Routes: config.Named[network.Route]{"corp": {Destination: "172.16.0.0/12", TransitGateway: "hub"}}},
		"pods":    {Slot: 4, Block: "pods", Kind: "private", Size: "3/4", LoadBalancers: off()},
		"old":     {Slot: 5, Size: "/24", Retired: true},
		"transit": {Slot: 6, Size: "/28", Kind: "private", GatewayEndpoints: off(), Routes: config.Named[network.Route]{
			"all":    {Destination: "0.0.0.0/0", TransitGatewayID: fixture.Text(ctx, "tgw-0123456789abcdef1")},
			"peer":   {Destination: "172.20.0.0/16", PeeringID: fixture.Text(ctx, "pcx-0123456789abcdef0")},
			"list":   {PrefixListID: fixture.Text(ctx, "pl-0123456789abcdef0"), NetworkInterfaceID: fixture.Text(ctx, "eni-0123456789abcdef0")},
			"office": {Destination: "192.0.2.0/24", VPNGatewayID: fixture.Text(ctx, "vgw-0123456789abcdef0")},
			"wall": {Destination: "203.0.113.0/24", EndpointIDs: map[string]pulumi.StringInput{
				"eu-west-1a": fixture.Text(ctx, "vpce-0123456789abcdef0"), "eu-west-1c": fixture.Text(ctx, "vpce-0123456789abcdef1"),
			}},
		}},
	}
	args.NAT, args.NATTier = "single", "public"
	args.NATAllocations = map[string]pulumi.StringInput{"eu-west-1a": fixture.Text(ctx, "eipalloc-0123456789abcdef0")}
	args.TransitGateways = config.Named[network.TransitGateway]{
		"hub": {ID: fixture.Text(ctx, "tgw-0123456789abcdef0"), Tier: "transit", ApplianceMode: true, Propagation: off()},
	}
	args.Clusters = []string{"shop"}
	args.Endpoints = &network.EndpointsArgs{Bundles: []network.EndpointBundle{"ssm"}}
	args.EndpointsTier = "private"
	args.Avoid = []string{"10.0.64.0/20"}
	args.Tags = tags()
	return args
}

func TestSecureVPCConforms(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func(*pulumi.Context) *network.SecureVPCArgs{
		"default": plain, "dual": dual, "everything": everything,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[network.SecureVPCArgs, *network.SecureVPC]{
				Token: network.SecureVPCToken, New: network.NewSecureVPC, Args: args,
				RefusesNil: failure.Configuration,
				Defaults:   []string{"zoneSlots", "nat", "lockDefaults", "flowLogs", "endpoints", "dnsHostnames"},
				Metadata:   fixture.Metadata(),
				Options:    []pulumitest.Option{fixture.Cloud(), addresses()},
			})
		})
	}
}

// run runs a program with a network main.
func run(t *testing.T, args func(*pulumi.Context) *network.SecureVPCArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVPC(ctx, "main", args(ctx))
		return err
	}, append([]pulumitest.Option{fixture.Cloud(), addresses()}, opts...)...)
}

func TestSecureVPCGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *network.SecureVPCArgs{
		"securevpc-default": plain, "securevpc-everything": everything,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			run(t, args).Golden(t, "testdata/"+file+".txt")
		})
	}
}

// with changes the arguments of plain.
func with(change func(*network.SecureVPCArgs)) func(*pulumi.Context) *network.SecureVPCArgs {
	return func(ctx *pulumi.Context) *network.SecureVPCArgs {
		args := plain(ctx)
		change(args)
		return args
	}
}

// regions answers lookups of zones with names and IDs.
func regions(names, ids []string) pulumitest.Option {
	return pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if i.Token != "aws:index/getAvailabilityZones:getAvailabilityZones" {
			return nil, nil
		}
		list := func(in []string) []any {
			var out []any
			for _, text := range in {
				out = append(out, text)
			}
			return out
		}
		return resource.NewPropertyMapFromMap(map[string]any{"id": "region", "names": list(names), "zoneIds": list(ids), "groupNames": []any{"region"}}), nil
	})
}

// zonesOf returns the zones of a tier in the order of their CIDR blocks.
func zonesOf(r *pulumitest.Recording, tier string) []string {
	type at struct {
		block netip.Addr
		zone  string
	}
	var all []at
	for _, s := range r.OfType(":Subnet") {
		if strings.HasPrefix(s.Name, "main-"+tier+"-") {
			block, _ := s.Input("cidrBlock")
			zone, _ := s.Input("availabilityZone")
			all = append(all, at{netip.MustParsePrefix(block.StringValue()).Addr(), zone.StringValue()})
		}
	}
	slices.SortFunc(all, func(a, b at) int { return a.block.Compare(b.block) })
	var out []string
	for _, a := range all {
		out = append(out, a.zone)
	}
	return out
}

func TestZonesOfANetwork(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason     string
		change     func(*network.SecureVPCArgs)
		names, ids []string
		want       []string
	}{
		"order": {"zones are ordered by the numbers in their IDs, not by name", func(*network.SecureVPCArgs) {},
			[]string{"eu-x-1a", "eu-x-1b", "eu-x-1c", "eu-x-1d"}, []string{"eux1-az4", "eux1-az1", "eux1-az2", "eux1-az3"}, []string{"eu-x-1b", "eu-x-1c", "eu-x-1d"}},
		"two digits": {"numbers are compared as numbers", func(*network.SecureVPCArgs) {},
			[]string{"eu-x-1a", "eu-x-1b", "eu-x-1c"}, []string{"eux1-az10", "eux1-az9", "eux1-az1"}, []string{"eu-x-1c", "eu-x-1b", "eu-x-1a"}},
		"fewer zones": {"a region with two zones", func(*network.SecureVPCArgs) {},
			[]string{"us-west-1a", "us-west-1c"}, []string{"usw1-az1", "usw1-az3"}, []string{"us-west-1a", "us-west-1c"}},
		"zoneNames": {"zones by ID and by name", func(s *network.SecureVPCArgs) { s.ZoneNames = []string{"usw1-az3", "us-west-1a"} },
			[]string{"us-west-1a", "us-west-1c"}, []string{"usw1-az1", "usw1-az3"}, []string{"us-west-1c", "us-west-1a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, zonesOf(run(t, with(tc.change), regions(tc.names, tc.ids)), "private"), tc.reason)
		})
	}
}

func TestRegionsWithoutZonesAreRejected(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVPC(ctx, "main", plain(ctx))
		return err
	}, fixture.Cloud(), regions(nil, nil))
	require.ErrorContains(t, err, "no availability zones for this account")
}

func TestZonesOfNATGateways(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*network.SecureVPCArgs)
		want   []string
	}{
		"per zone": {"zones do not depend on each other", func(*network.SecureVPCArgs) {},
			[]string{"main-nat-eu-west-1a", "main-nat-eu-west-1b", "main-nat-eu-west-1c"}},
		"single":             {"in the zone with the lowest slot", func(s *network.SecureVPCArgs) { s.NAT = "single" }, []string{"main-nat-eu-west-1a"}},
		"first zone removed": {"in the next zone", func(s *network.SecureVPCArgs) { s.NAT, s.ZoneNames = "single", []string{"-", "eu-west-1b"} }, []string{"main-nat-eu-west-1b"}},
		"none":               {"disabled", func(s *network.SecureVPCArgs) { s.NAT = "none" }, nil},
		"public only":        {"no tier uses one", func(s *network.SecureVPCArgs) { s.Tiers = config.Named[network.Tier]{"public": {}} }, nil},
		"public, isolated":   {"no tier uses one", func(s *network.SecureVPCArgs) { s.Tiers = config.Named[network.Tier]{"public": {}, "isolated": {}} }, nil},
		"no egress": {"no tier uses one", func(s *network.SecureVPCArgs) {
			s.Tiers = config.Named[network.Tier]{"public": {}, "private": {Egress: off()}}
		}, nil},
		"other default route": {"no tier uses one", func(s *network.SecureVPCArgs) {
			s.Tiers = config.Named[network.Tier]{"public": {}, "private": {Routes: config.Named[network.Route]{
				"out": {Destination: "0.0.0.0/0", TransitGatewayID: pulumi.String("tgw-1")},
			}}}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, with(tc.change))
			var names []string
			for _, g := range r.OfType(":NatGateway") {
				names = append(names, g.Name)
			}
			require.Equal(t, tc.want, names, tc.reason)
			require.Len(t, r.OfType(":Eip"), len(tc.want), "addresses of NAT gateways only")
		})
	}
}

func TestIsolatedNetworksHaveNoGateways(t *testing.T) {
	t.Parallel()
	r := run(t, with(func(s *network.SecureVPCArgs) {
		s.Tiers, s.IPv6 = config.Named[network.Tier]{"isolated": {Slot: 1}}, true
	}))
	for _, typ := range []string{":InternetGateway", ":EgressOnlyInternetGateway", ":NatGateway", ":Route"} {
		require.Empty(t, r.OfType(typ))
	}
}

// rules returns the rules of a network ACL in one direction, as numbers and blocks.
func rules(t *testing.T, r *pulumitest.Recording, acl, direction string) []map[string]any {
	t.Helper()
	a, ok := r.Find("aws:ec2/networkAcl:NetworkAcl", acl)
	require.True(t, ok)
	list, _ := a.Input(direction)
	var out []map[string]any
	for _, v := range list.ArrayValue() {
		out = append(out, v.ObjectValue().Mappable())
	}
	return out
}

// allows reports whether the first rule that matches a packet allows it.
func allows(rules []map[string]any, from, protocol string, port float64) bool {
	slices.SortFunc(rules, func(a, b map[string]any) int { return int(a["ruleNo"].(float64) - b["ruleNo"].(float64)) })
	for _, r := range rules {
		block := r["cidrBlock"]
		if block == nil {
			block = r["ipv6CidrBlock"]
		}
		fits := r["protocol"] == "-1" || r["protocol"] == protocol && r["fromPort"].(float64) <= port && port <= r["toPort"].(float64)
		if block == from && fits {
			return r["action"] == "allow"
		}
	}
	return false
}

func TestTrafficThatNetworkACLsAllow(t *testing.T) {
	t.Parallel()
	r := run(t, dual)
	const tcp, udp, everywhere, everywhereIPv6, own, ownIPv6 = "6", "17", "0.0.0.0/0", "::/0", "10.0.0.0/16", "2001:db8:1234:5600::/56"
	for _, tc := range []struct {
		reason, acl, direction, block, protocol string
		port                                    float64
		want                                    bool
	}{
		{"web requests", "public", "ingress", everywhere, tcp, 443, true},
		{"web requests", "public", "ingress", everywhereIPv6, tcp, 80, true},
		{"return traffic to NAT gateways", "public", "ingress", everywhere, tcp, 1024, true},
		{"return traffic to NAT gateways", "public", "ingress", everywhere, udp, 65535, true},
		{"SSH from the internet", "public", "ingress", everywhere, tcp, 22, false},
		{"RDP from the internet", "public", "ingress", everywhere, tcp, 3389, false},
		{"RDP over UDP", "public", "ingress", everywhereIPv6, udp, 3389, false},
		{"SSH from the VPC", "public", "ingress", own, tcp, 22, true},
		{"web requests to a private tier", "private", "ingress", everywhere, tcp, 443, false},
		{"return traffic", "private", "ingress", everywhere, tcp, 32768, true},
		{"return traffic over IPv6", "private", "ingress", everywhereIPv6, tcp, 32768, true},
		{"from the VPC", "private", "ingress", ownIPv6, tcp, 8080, true},
		{"requests to the internet", "private", "egress", everywhere, tcp, 25, true},
		{"gateway endpoints", "isolated", "egress", everywhere, tcp, 443, true},
		{"return traffic of gateway endpoints", "isolated", "ingress", everywhere, tcp, 40000, true},
		{"other requests", "isolated", "egress", everywhere, tcp, 80, false},
		{"other requests", "isolated", "egress", everywhereIPv6, tcp, 443, false},
		{"to the VPC", "isolated", "egress", own, udp, 5432, true},
	} {
		require.Equal(t, tc.want, allows(rules(t, r, "main-"+tc.acl, tc.direction), tc.block, tc.protocol, tc.port), "%+v", tc)
	}
}

func TestDisabledNetworkACLsAllowAllTraffic(t *testing.T) {
	t.Parallel()
	r := run(t, with(func(s *network.SecureVPCArgs) {
		s.Tiers = config.Named[network.Tier]{"public": {ACL: &network.ACL{Enabled: off()}}}
	}))
	for _, direction := range []string{"ingress", "egress"} {
		require.True(t, allows(rules(t, r, "main-public", direction), "0.0.0.0/0", "6", 22))
	}
}

func TestNetworkACLsOfIsolatedTiersFollowRoutes(t *testing.T) {
	t.Parallel()
	r := run(t, with(func(s *network.SecureVPCArgs) {
		s.Tiers = config.Named[network.Tier]{"public": {}, "private": {}, "isolated": {GatewayEndpoints: off(), Routes: config.Named[network.Route]{
			"corp": {Destination: "172.16.0.0/12", PeeringID: pulumi.String("pcx-1")},
		}}}
	}))
	for _, direction := range []string{"ingress", "egress"} {
		require.True(t, allows(rules(t, r, "main-isolated", direction), "172.16.0.0/12", "6", 5432))
		require.False(t, allows(rules(t, r, "main-isolated", direction), "0.0.0.0/0", "6", 443), "the tier does not use gateway endpoints")
	}
}

func TestSubnetTagsForKubernetes(t *testing.T) {
	t.Parallel()
	r := run(t, everything)
	for name, want := range map[string][]string{
		"public":  {"kubernetes.io/cluster/shop", "kubernetes.io/role/elb"},
		"private": {"karpenter.sh/discovery", "kubernetes.io/cluster/extra", "kubernetes.io/cluster/shop", "kubernetes.io/role/internal-elb"},
		"data":    nil,
		"pods":    {"kubernetes.io/cluster/shop"},
	} {
		s, ok := r.Find("aws:ec2/subnet:Subnet", "main-"+name+"-eu-west-1a")
		require.True(t, ok)
		tags, _ := s.Input("tags")
		var keys []string
		for key := range tags.ObjectValue() {
			if strings.Contains(string(key), "/") {
				keys = append(keys, string(key))
			}
		}
		slices.Sort(keys)
		require.Equal(t, want, keys, name)
	}
}

func TestNetworkInfoListsSubnetsInTheOrderOfSlots(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		v, err := network.NewSecureVPC(ctx, "main", everything(ctx))
		if err != nil {
			return err
		}
		info := v.NetworkInfo()
		require.Equal(t, []string{"public", "private", "data", "pods", "transit"}, info.Tiers())
		require.Equal(t, "aws", info.Platform)
		require.Equal(t, []string{"10.0.0.0/16", "100.64.0.0/16"}, pulumitest.Await[[]string](t, info.CIDRs.ToStringArrayOutput()))
		private := info.Tier("private")
		require.Len(t, private, 2)
		require.Equal(t, "eu-west-1c", private[1].Zone)
		info.Subnets[0].Zone = "changed"
		require.Equal(t, "eu-west-1a", v.NetworkInfo().Subnets[0].Zone, "the result is a copy")
		return nil
	}, fixture.Cloud(), addresses())
}

func TestEvidenceOfNetworks(t *testing.T) {
	t.Parallel()
	open := map[string]network.Tier{
		"disabled":  {ACL: &network.ACL{Enabled: off()}},
		"port":      {ACL: &network.ACL{InternetPorts: []int{22}}},
		"rule":      {ACL: &network.ACL{Rules: config.Named[network.ACLRule]{"x": {Number: 1, Action: "allow", Direction: "ingress", Protocol: "tcp", Ports: "20-30", CIDR: "0.0.0.0/0"}}}},
		"IPv6 rule": {ACL: &network.ACL{Rules: config.Named[network.ACLRule]{"x": {Number: 1, Action: "allow", Direction: "ingress", Protocol: "all", CIDR: "::/0"}}}},
	}
	failed := func(t *testing.T, change func(*network.SecureVPCArgs)) []string {
		t.Helper()
		var out []string
		fixture.Run(t, func(ctx *pulumi.Context) error {
			v, err := network.NewSecureVPC(ctx, "main", with(change)(ctx))
			if err != nil {
				return err
			}
			for _, e := range append(v.Evidence(), v.VPC.Evidence()...) {
				if !e.Met {
					out = append(out, e.Setting)
				}
			}
			return nil
		}, fixture.Cloud(), addresses())
		return out
	}
	require.Empty(t, failed(t, func(*network.SecureVPCArgs) {}))
	for name, tier := range open {
		require.Equal(t, []string{"tiers.*.acl"}, failed(t, func(s *network.SecureVPCArgs) { s.Tiers = config.Named[network.Tier]{"public": tier} }), name)
	}
	require.Equal(t, []string{"tiers.*.publicAddresses", "lockDefaults", "flowLogs.enabled", "emptyDefaultSecurityGroup"}, failed(t, func(s *network.SecureVPCArgs) {
		s.Tiers = config.Named[network.Tier]{"public": {PublicAddresses: true}}
		s.LockDefaults, s.EmptyDefaultSecurityGroup, s.FlowLogs = off(), off(), &network.FlowLogsArgs{Enabled: off()}
	}))
}
