package network_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// registered returns the custom resources of a program with a network, as texts by URN.
func registered(args network.SecureVPCArgs) (map[string]string, error) {
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVPC(ctx, "main", &args)
		return err
	}, fixture.Cloud(), addresses())
	out := map[string]string{}
	for _, resource := range r.Resources {
		if resource.Custom {
			out[string(resource.URN)] = fmt.Sprint(resource.Inputs)
		}
	}
	return out, err
}

// draw returns a network with one or two zones and a few tiers.
func draw(t *rapid.T) network.SecureVPCArgs {
	var s network.SecureVPCArgs
	s.CIDR = fmt.Sprintf("10.0.0.0/%d", rapid.IntRange(16, 20).Draw(t, "length"))
	s.IPv6 = rapid.Bool().Draw(t, "IPv6")
	s.NAT = rapid.SampledFrom([]network.NATMode{network.NATPerZone, network.NATSingle, network.NATNone}).Draw(t, "NAT")
	s.Zones = rapid.IntRange(1, 2).Draw(t, "zones")
	s.Tiers = config.Named[network.Tier]{"edge": {Slot: 1, Kind: "public", Size: "1/8"}}
	for slot := range rapid.IntRange(1, 3).Draw(t, "tiers") {
		s.Tiers[fmt.Sprintf("tier%d", slot)] = drawTier(t, slot+2)
	}
	// Gateway endpoints are updated with each route table.
	s.FlowLogs = &network.FlowLogsArgs{Enabled: off()}
	s.Endpoints = &network.EndpointsArgs{Gateways: &network.GatewayEndpoints{S3: off(), DynamoDB: off()}}
	return s
}

func drawTier(t *rapid.T, slot int) network.Tier {
	return network.Tier{
		Slot: slot,
		Kind: rapid.SampledFrom([]network.TierKind{network.TierPublic, network.TierPrivate, network.TierIsolated}).Draw(t, "kind"),
		Size: rapid.SampledFrom([]string{"1/8", "1/16", "/28", "20 hosts"}).Draw(t, "size"),
	}
}

func TestAddingAZoneOrTierChangesNoOtherResource(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		before, err := registered(s)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if rapid.Bool().Draw(t, "zone") {
			s.Zones++
		} else {
			s.Tiers["more"] = drawTier(t, len(s.Tiers)+1)
		}
		after, err := registered(s)
		if err != nil {
			t.Fatalf("%v", err)
		}
		for urn, inputs := range before {
			if diff := cmp.Diff(inputs, after[urn]); diff != "" {
				t.Errorf("%s (-before +after):\n%s", urn, diff)
			}
		}
	})
}

// subnets returns the CIDR blocks of subnets by name.
func subnets(t *testing.T, args func(*pulumi.Context) *network.SecureVPCArgs) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, s := range run(t, args).OfType(":Subnet") {
		block, _ := s.Input("cidrBlock")
		out[s.Name] = block.StringValue()
	}
	return out
}

func TestDefaultTiersFitIntoCIDRBlocksFrom16To24(t *testing.T) {
	t.Parallel()
	for length := 16; length <= 24; length++ {
		block := netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), length)
		blocks := subnets(t, func(ctx *pulumi.Context) *network.SecureVPCArgs {
			args := plain(ctx)
			args.CIDR = block.String()
			return args
		})
		require.Len(t, blocks, 9)
		for name, text := range blocks {
			require.True(t, block.Overlaps(netip.MustParsePrefix(text)), "%s %s", name, text)
		}
	}
}

func TestSubnetsHaveTheSamePositionInTheCIDRBlockOfAPool(t *testing.T) {
	t.Parallel()
	written := subnets(t, plain)
	pool := subnets(t, func(ctx *pulumi.Context) *network.SecureVPCArgs {
		args := plain(ctx)
		args.CIDR, args.IPAM = "", &network.IPAM{PoolID: pulumi.String("ipam-pool-0123456789abcdef0"), NetmaskLength: 16}
		return args
	})
	require.Equal(t, "10.0.0.0/20", written["main-public-eu-west-1a"])
	require.Equal(t, "10.64.0.0/20", pool["main-public-eu-west-1a"])
	for name, text := range written {
		want := netip.MustParsePrefix(text).Addr().As4()
		want[1] += 64
		require.Equal(t, netip.AddrFrom4(want), netip.MustParsePrefix(pool[name]).Addr(), name)
	}
}

func TestRecordedSubnetsStay(t *testing.T) {
	t.Parallel()
	zones := []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}
	before := subnets(t, plain)
	after := subnets(t, func(ctx *pulumi.Context) *network.SecureVPCArgs {
		args := plain(ctx)
		args.ZoneNames, args.Recorded = zones, map[string]map[string]string{}
		for _, tier := range []string{"public", "private", "isolated"} {
			args.Recorded[tier] = map[string]string{}
			for _, zone := range zones {
				args.Recorded[tier][zone] = before["main-"+tier+"-"+zone]
			}
		}
		// Other slots replace subnets that are not recorded.
		args.Tiers = config.Named[network.Tier]{
			"public": {Slot: 3}, "private": {Slot: 1}, "isolated": {Slot: 2},
			"apps": {Slot: 4, Size: "/24"},
		}
		return args
	})
	for name, block := range before {
		require.Equal(t, block, after[name], name)
	}
	require.Len(t, after, 12)
}

func TestIPv6CIDRBlocksDependOnlyOnSlots(t *testing.T) {
	t.Parallel()
	r := run(t, everything)
	for name, want := range map[string]string{
		"main-public-eu-west-1a": "2001:db8:1234:5600::/64", "main-public-eu-west-1c": "2001:db8:1234:5602::/64",
		"main-private-eu-west-1a": "2001:db8:1234:5603::/64", "main-pods-eu-west-1c": "2001:db8:1234:560b::/64",
	} {
		s, ok := r.Find("aws:ec2/subnet:Subnet", name)
		require.True(t, ok)
		block, _ := s.Input("ipv6CidrBlock")
		require.Equal(t, want, block.StringValue(), name)
	}
	s, _ := r.Find("aws:ec2/subnet:Subnet", "main-data-eu-west-1a")
	_, ok := s.Input("ipv6CidrBlock")
	require.False(t, ok, "IPv6 of the tier is disabled")
}
