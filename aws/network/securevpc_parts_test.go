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
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// with changes the settings of a network that has a block alone.
func with(change func(*network.SecureVPCSettings)) func(*pulumi.Context) *network.SecureVPCArgs {
	return func(ctx *pulumi.Context) *network.SecureVPCArgs {
		args := plain(ctx)
		change(&args.SecureVPCSettings)
		return args
	}
}

// regions answers a look-up of zones with names and ids.
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

// zonesOf returns the zones of a tier, in the order of their blocks.
func zonesOf(r *pulumitest.Recording, tier string) []string {
	type at struct {
		block netip.Addr
		zone  string
	}
	var all []at
	for _, s := range r.Of(":Subnet") {
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

func TestWhichZonesANetworkHas(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason     string
		change     func(*network.SecureVPCSettings)
		names, ids []string
		want       []string
	}{
		"ids": {"a zone that sorts first by its name comes last by its number, as AWS counts on", func(*network.SecureVPCSettings) {},
			[]string{"eu-x-1a", "eu-x-1b", "eu-x-1c", "eu-x-1d"}, []string{"eux1-az4", "eux1-az1", "eux1-az2", "eux1-az3"}, []string{"eu-x-1b", "eu-x-1c", "eu-x-1d"}},
		"ten": {"numbers are no texts", func(*network.SecureVPCSettings) {},
			[]string{"eu-x-1a", "eu-x-1b", "eu-x-1c"}, []string{"eux1-az10", "eux1-az9", "eux1-az1"}, []string{"eu-x-1c", "eu-x-1b", "eu-x-1a"}},
		"few": {"a region with two zones has two", func(*network.SecureVPCSettings) {},
			[]string{"us-west-1a", "us-west-1c"}, []string{"usw1-az1", "usw1-az3"}, []string{"us-west-1a", "us-west-1c"}},
		"pinned by id": {"an id is the same place in every account", func(s *network.SecureVPCSettings) { s.ZoneNames = []string{"usw1-az3", "us-west-1a"} },
			[]string{"us-west-1a", "us-west-1c"}, []string{"usw1-az1", "usw1-az3"}, []string{"us-west-1c", "us-west-1a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, zonesOf(run(t, with(tc.change), regions(tc.names, tc.ids)), "private"), tc.reason)
		})
	}
}

func TestARegionWithoutZonesIsRefused(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVPC(ctx, "main", plain(ctx))
		return err
	}, fixture.Cloud(), regions(nil, nil))
	require.ErrorContains(t, err, "no availability zones")
}

func TestWhereNATGatewaysAre(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*network.SecureVPCSettings)
		want   []string
	}{
		"per zone": {"each zone goes on without the others", func(*network.SecureVPCSettings) {},
			[]string{"main-nat-eu-west-1a", "main-nat-eu-west-1b", "main-nat-eu-west-1c"}},
		"single":           {"in the zone of the first slot", func(s *network.SecureVPCSettings) { s.NAT = "single" }, []string{"main-nat-eu-west-1a"}},
		"first zone gone":  {"the next one has it", func(s *network.SecureVPCSettings) { s.NAT, s.ZoneNames = "single", []string{"-", "eu-west-1b"} }, []string{"main-nat-eu-west-1b"}},
		"none":             {"when asked for none", func(s *network.SecureVPCSettings) { s.NAT = "none" }, nil},
		"public only":      {"nothing routes to one", func(s *network.SecureVPCSettings) { s.Tiers = config.Named[network.Tier]{"public": {}} }, nil},
		"public, isolated": {"nothing routes to one", func(s *network.SecureVPCSettings) { s.Tiers = config.Named[network.Tier]{"public": {}, "isolated": {}} }, nil},
		"no egress": {"nothing routes to one", func(s *network.SecureVPCSettings) {
			s.Tiers = config.Named[network.Tier]{"public": {}, "private": {Egress: off()}}
		}, nil},
		"another way out": {"nothing routes to one", func(s *network.SecureVPCSettings) {
			s.Tiers = config.Named[network.Tier]{"public": {}, "private": {Routes: config.Named[network.Route]{
				"out": {Destination: "0.0.0.0/0", TransitGatewayID: pulumi.String("tgw-1")},
			}}}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, with(tc.change))
			var names []string
			for _, g := range r.Of(":NatGateway") {
				names = append(names, g.Name)
			}
			require.Equal(t, tc.want, names, tc.reason)
			require.Len(t, r.Of(":Eip"), len(tc.want), "no address without a gateway")
		})
	}
}

func TestANetworkThatIsIsolatedHasNoGateways(t *testing.T) {
	t.Parallel()
	r := run(t, with(func(s *network.SecureVPCSettings) {
		s.Tiers, s.IPv6 = config.Named[network.Tier]{"isolated": {Slot: at(1)}}, true
	}))
	for _, typ := range []string{":InternetGateway", ":EgressOnlyInternetGateway", ":NatGateway", ":Route"} {
		require.Empty(t, r.Of(typ))
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

// admits reports whether the first rule that fits a packet lets it through.
func admits(rules []map[string]any, from, protocol string, port float64) bool {
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

func TestWhatNetworkACLsLetThrough(t *testing.T) {
	t.Parallel()
	r := run(t, dual)
	const tcp, udp, everywhere, everywhereIPv6, own, ownIPv6 = "6", "17", "0.0.0.0/0", "::/0", "10.0.0.0/16", "2001:db8:1234:5600::/56"
	for _, tc := range []struct {
		reason, acl, direction, block, protocol string
		port                                    float64
		want                                    bool
	}{
		{"requests of the web", "public", "ingress", everywhere, tcp, 443, true},
		{"requests of the web", "public", "ingress", everywhereIPv6, tcp, 80, true},
		{"answers to NAT gateways", "public", "ingress", everywhere, tcp, 1024, true},
		{"answers to NAT gateways", "public", "ingress", everywhere, udp, 65535, true},
		{"no SSH from outside", "public", "ingress", everywhere, tcp, 22, false},
		{"no RDP from outside", "public", "ingress", everywhere, tcp, 3389, false},
		{"no RDP over UDP", "public", "ingress", everywhereIPv6, udp, 3389, false},
		{"SSH from within", "public", "ingress", own, tcp, 22, true},
		{"no web server in a private tier", "private", "ingress", everywhere, tcp, 443, false},
		{"answers, which keep the address of whom was asked", "private", "ingress", everywhere, tcp, 32768, true},
		{"answers over IPv6", "private", "ingress", everywhereIPv6, tcp, 32768, true},
		{"from within", "private", "ingress", ownIPv6, tcp, 8080, true},
		{"requests to anywhere", "private", "egress", everywhere, tcp, 25, true},
		{"gateway endpoints", "isolated", "egress", everywhere, tcp, 443, true},
		{"answers of gateway endpoints", "isolated", "ingress", everywhere, tcp, 40000, true},
		{"nothing else", "isolated", "egress", everywhere, tcp, 80, false},
		{"nothing else", "isolated", "egress", everywhereIPv6, tcp, 443, false},
		{"within", "isolated", "egress", own, udp, 5432, true},
	} {
		require.Equal(t, tc.want, admits(rules(t, r, "main-"+tc.acl, tc.direction), tc.block, tc.protocol, tc.port), "%+v", tc)
	}
}

func TestANetworkACLWithoutRulesOfItsKindLetsEverythingThrough(t *testing.T) {
	t.Parallel()
	r := run(t, with(func(s *network.SecureVPCSettings) {
		s.Tiers = config.Named[network.Tier]{"public": {ACL: network.ACL{Enabled: off()}}}
	}))
	for _, direction := range []string{"ingress", "egress"} {
		require.True(t, admits(rules(t, r, "main-public", direction), "0.0.0.0/0", "6", 22))
	}
}

func TestWhatAnIsolatedTierHasRoutesTo(t *testing.T) {
	t.Parallel()
	r := run(t, with(func(s *network.SecureVPCSettings) {
		s.Tiers = config.Named[network.Tier]{"public": {}, "private": {}, "isolated": {GatewayEndpoints: off(), Routes: config.Named[network.Route]{
			"corp": {Destination: "172.16.0.0/12", PeeringID: pulumi.String("pcx-1")},
		}}}
	}))
	for _, direction := range []string{"ingress", "egress"} {
		require.True(t, admits(rules(t, r, "main-isolated", direction), "172.16.0.0/12", "6", 5432))
		require.False(t, admits(rules(t, r, "main-isolated", direction), "0.0.0.0/0", "6", 443), "it reaches no gateway endpoint")
	}
}

func TestTagsForKubernetes(t *testing.T) {
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

func TestTheNetworkTellsItsSubnetsInTheOrderOfTheirSlots(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
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
		require.Equal(t, "eu-west-1a", v.NetworkInfo().Subnets[0].Zone, "the answer belongs to who asked")
		return nil
	}, fixture.Cloud(), addresses())
}

func TestRoutesAreAddedToATier(t *testing.T) {
	t.Parallel()
	endpoints := map[string]pulumi.StringInput{}
	for _, zone := range []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"} {
		endpoints[zone] = pulumi.String("vpce-" + zone)
	}
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		args := plain(ctx)
		args.Tiers = config.Named[network.Tier]{"public": {}, "private": {Egress: off()}, "isolated": {}}
		v, err := network.NewSecureVPC(ctx, "main", args)
		if err != nil {
			return err
		}
		for _, tc := range []struct{ tier, name, destination, want string }{
			{"privat", "wall", "0.0.0.0/0", `there is no such tier "privat", did you mean "private"?`},
			{"isolated", "wall", "0.0.0.0/0", "routes.wall.destination: an isolated tier has no default route"},
			{"private", "wall", "anywhere", `routes.wall.destination: found "anywhere"`},
			{"private", "wall", "10.0.0.0/24", "is within the network's own"},
		} {
			err := v.AddRoutes(ctx, tc.tier, config.Named[network.Route]{tc.name: {Destination: tc.destination, EndpointIDs: endpoints}})
			require.ErrorContains(t, err, tc.want)
		}
		wall := config.Named[network.Route]{"wall": {Destination: "0.0.0.0/0", EndpointIDs: endpoints}}
		require.NoError(t, v.AddRoutes(ctx, "private", wall))
		require.ErrorContains(t, v.AddRoutes(ctx, "private", wall), "routes.wall: the tier has a route of this name")
		missing := config.Named[network.Route]{"other": {Destination: "192.0.2.0/24", EndpointIDs: map[string]pulumi.StringInput{"eu-west-1x": pulumi.String("x")}}}
		err = v.AddRoutes(ctx, "private", missing)
		require.ErrorContains(t, err, "endpointIds.eu-west-1x: the network has no such zone")
		require.ErrorContains(t, err, "endpointIds.eu-west-1a: required, but missing")
		return nil
	}, fixture.Cloud(), addresses())
	for zone := range endpoints {
		route, ok := r.Find("aws:ec2/route:Route", "main-private-"+zone+"-wall")
		require.True(t, ok)
		target, _ := route.Input("vpcEndpointId")
		require.Equal(t, "vpce-"+zone, target.StringValue())
	}
}

func TestADefaultRouteIsAddedOnlyWhereThereIsNone(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		v, err := network.NewSecureVPC(ctx, "main", plain(ctx))
		if err != nil {
			return err
		}
		err = v.AddRoutes(ctx, "private", config.Named[network.Route]{"out": {Destination: "0.0.0.0/0", TransitGatewayID: pulumi.String("tgw-1")}})
		require.ErrorContains(t, err, "routes.out.destination: the tier has a default route to a gateway: set its egress to false")
		return nil
	}, fixture.Cloud(), addresses())
}

func TestWhatNetworksAreEvidenceFor(t *testing.T) {
	t.Parallel()
	open := map[string]network.Tier{
		"rules off":    {ACL: network.ACL{Enabled: off()}},
		"port":         {ACL: network.ACL{InternetPorts: []int{22}}},
		"rule":         {ACL: network.ACL{Rules: config.Named[network.ACLRule]{"x": {Number: at(1), Action: "allow", Direction: "ingress", Protocol: "tcp", Ports: "20-30", CIDR: "0.0.0.0/0"}}}},
		"rule of IPv6": {ACL: network.ACL{Rules: config.Named[network.ACLRule]{"x": {Number: at(1), Action: "allow", Direction: "ingress", Protocol: "all", CIDR: "::/0"}}}},
	}
	failed := func(t *testing.T, change func(*network.SecureVPCSettings)) []string {
		t.Helper()
		var out []string
		pulumitest.Run(t, func(ctx *pulumi.Context) error {
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
	require.Empty(t, failed(t, func(*network.SecureVPCSettings) {}))
	for name, tier := range open {
		require.Equal(t, []string{"tiers.*.acl"}, failed(t, func(s *network.SecureVPCSettings) { s.Tiers = config.Named[network.Tier]{"public": tier} }), name)
	}
	require.Equal(t, []string{"tiers.*.publicAddresses", "lockDefaults", "flowLogs.enabled", "emptyDefaultSecurityGroup"}, failed(t, func(s *network.SecureVPCSettings) {
		s.Tiers = config.Named[network.Tier]{"public": {PublicAddresses: true}}
		s.LockDefaults, s.EmptyDefaultSecurityGroup, s.FlowLogs.Enabled = off(), off(), off()
	}))
}
