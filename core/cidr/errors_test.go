package cidr_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// plan returns a valid plan with a change.
func plan(change func(*cidr.Plan)) cidr.Plan {
	p := cidr.Plan{
		Block: prefix("10.0.0.0/20"), MaxPrefix: cidr.MaxPrefixAWS,
		Zones: []cidr.Zone{{Name: "a", Slot: 1}, {Name: "b", Slot: 2}},
		Tiers: []cidr.Tier{{Name: "public", Slot: 1, Size: cidr.Prefix(24)}, {Name: "private", Slot: 2, Size: cidr.Prefix(24)}},
	}
	change(&p)
	return p
}

func TestErrorsHavePathsAndSuggestions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*cidr.Plan)
		want   string
	}{
		"Unaligned": {
			reason: "rounding would be a guess",
			change: func(p *cidr.Plan) { p.Block = prefix("10.0.3.1/20") },
			want:   `block: 10.0.3.1/20 has host bits set: use 10.0.0.0/20`,
		},
		"NoBlock": {
			reason: "the zero value is not a block",
			change: func(p *cidr.Plan) { p.Block = netip.Prefix{} },
			want:   `block: missing CIDR block: use one such as 10.0.0.0/16`,
		},
		"IPv4InIPv6": {
			reason: "the lengths of the notation are ambiguous",
			change: func(p *cidr.Plan) { p.Block = netip.PrefixFrom(netip.MustParseAddr("::ffff:10.0.0.0"), 112) },
			want:   `block: ::ffff:10.0.0.0/112 is an IPv4-mapped IPv6 address: use IPv4 notation`,
		},
		"Everything": {
			reason: "no network has every address",
			change: func(p *cidr.Plan) { p.Block = prefix("0.0.0.0/0") },
			want:   `block: 0.0.0.0/0 covers all addresses: use a CIDR block such as 10.0.0.0/16`,
		},
		"NoFloor": {
			reason: "there is no default cloud",
			change: func(p *cidr.Plan) { p.MaxPrefix = 0 },
			want:   `maxPrefix: invalid length 0: use MaxPrefixAWS (28), MaxPrefixAzure (29) or MaxPrefixIPv6 (64)`,
		},
		"Nothing": {
			reason: "everything that is missing is reported",
			change: func(p *cidr.Plan) { p.Zones, p.Tiers, p.ZoneSlots = nil, nil, 65 },
			want: `zoneSlots: invalid number of zone slots 65: use 1 to 64
zones: no zones: at least one is required
tiers: no tiers: at least one is required`,
		},
		"Names": {
			reason: "names are keys",
			change: func(p *cidr.Plan) { p.Zones[1].Name, p.Tiers[1].Name = "a", "" },
			want: `zones.a: duplicate zone
tiers.1: missing name of the tier`,
		},
		"Slots": {
			reason: "slots are explicit",
			change: func(p *cidr.Plan) {
				p.Zones = append(p.Zones, cidr.Zone{Name: "c"}, cidr.Zone{Name: "d", Slot: 4}, cidr.Zone{Name: "e", Slot: 2})
				p.Tiers = append(p.Tiers, cidr.Tier{Name: "data", Size: cidr.Prefix(26)}, cidr.Tier{Name: "logs", Slot: 2, Size: cidr.Prefix(26)})
			},
			want: `zones.c.slot: invalid slot 0: use an unused slot from 1 to 3
zones.d.slot: slot 4 exceeds the 3 zone slots: record existing subnets (Allocation.Record) and set ZoneSlots to 4, which moves subnets that are not recorded
zones.e.slot: slot 2 is used by zone "b": use another slot
tiers.data.slot: invalid slot 0: use 3, the first unused slot
tiers.logs.slot: slot 2 is used by tier "private": use 3, the first unused slot`,
		},
		"Gap": {
			reason: "subnets in higher slots would move",
			change: func(p *cidr.Plan) { p.Tiers[1].Slot = 4 },
			want: `tiers: slots 2 to 3 have no size, and tier "private" in slot 4 has subnets that are not recorded and would move: ` +
				`keep a removed tier with its size and Retired: true, or, if all existing subnets are recorded, use the slot for another tier`,
		},
		"RetiredWithoutSize": {
			reason: "a removed tier keeps its space",
			change: func(p *cidr.Plan) { p.Tiers[0].Size, p.Tiers[0].Retired = cidr.Size{}, true },
			want: `tiers: slot 1 has no size, and tier "private" in slot 2 has subnets that are not recorded and would move: ` +
				`keep a removed tier with its size and Retired: true, or, if all existing subnets are recorded, use the slot for another tier`,
		},
		"Sizes": {
			reason: "every size is checked",
			change: func(p *cidr.Plan) {
				p.Tiers[0].Size, p.Tiers[1].Size = cidr.Prefix(33), cidr.Hosts(0)
				p.Tiers = append(p.Tiers, cidr.Tier{Name: "x", Slot: 3, Size: cidr.Share(3, 2)}, cidr.Tier{Name: "y", Slot: 4})
			},
			want: `tiers.public.size: invalid prefix length /33: use /1 to /32
tiers.private.size: invalid size of 0 hosts: use 1 to 1073741819
tiers.x.size: invalid share 3/2: use a fraction greater than 0 and at most 1, such as 1/4
tiers.y.size: missing size, and no block for zone "a": set Size or Blocks`,
		},
		"Floor": {
			reason: "AWS has no subnets smaller than /28",
			change: func(p *cidr.Plan) { p.Tiers[0].Size, p.Tiers[1].Size = cidr.Prefix(29), cidr.Share(1, 256) },
			want: `tiers.public.size: /29 is smaller than the minimum of the cloud, /28: use /28 or larger
tiers.private.size: 1/256 of the block gives /30 subnets, which is smaller than the minimum of the cloud, /28: use a share of 3/256 or more`,
		},
		"FloorOfAllTiers": {
			reason: "the shares that AWS accepts would add up to more than the block",
			change: func(p *cidr.Plan) {
				p.Block = prefix("10.0.0.64/26")
				p.Tiers[0].Size, p.Tiers[1].Size = cidr.Share(3, 16), cidr.Share(3, 8)
			},
			want: `tiers.public.size: 3/16 of the block gives /30 subnets, which is smaller than the minimum of the cloud, /28: the block is too small for all tiers, use 10.0.0.0/24 or a larger one
tiers.private.size: 3/8 of the block gives /29 subnets, which is smaller than the minimum of the cloud, /28: the block is too small for all tiers, use 10.0.0.0/24 or a larger one`,
		},
		"Shares": {
			reason: "a share is a fraction of the whole",
			change: func(p *cidr.Plan) { p.Tiers[0].Size, p.Tiers[1].Size = cidr.Share(3, 4), cidr.Share(1, 2) },
			want: `tiers: the shares add up to 5/4: at most 1 is allowed
block: 10.0.0.0/20 is too small: the subnets require 4608 addresses, 4096 are available, 512 are missing: use /24 instead of /23 for tier "private"`,
		},
		"SizeAndBlocks": {
			reason: "the space of a zone without a block would depend on the other zones",
			change: func(p *cidr.Plan) { p.Tiers[0].Blocks = map[string]netip.Prefix{"a": prefix("10.0.8.0/24")} },
			want:   `tiers.public: Size and Blocks are mutually exclusive: record existing subnets and set Size for new ones`,
		},
		"ExplicitBlocks": {
			reason: "explicit blocks are checked like all others",
			change: func(p *cidr.Plan) {
				p.Avoid = []netip.Prefix{prefix("10.0.15.0/24"), prefix("192.168.0.0/16"), prefix("2001:db8::/32")}
				p.Tiers[0].Size, p.Tiers[0].Blocks = cidr.Size{}, map[string]netip.Prefix{"a": prefix("10.0.0.0/25"), "b": prefix("10.1.0.0/24")}
				p.Tiers = append(p.Tiers, cidr.Tier{Name: "data", Slot: 3, Blocks: map[string]netip.Prefix{"a": prefix("10.0.15.64/26")}})
			},
			want: `tiers.public.blocks.b: 10.1.0.0/24 is outside of 10.0.0.0/20
tiers.public.blocks.a: 10.0.0.0/25 overlaps 10.0.0.0/24 (placed subnet of tier "private" in zone "a"): ` +
				`use a free block, such as 10.0.14.128/25; if the placed subnet does not exist yet, record this block, and placement avoids it
tiers.data.blocks.a: 10.0.15.64/26 overlaps 10.0.15.0/24 (avoided): use a free block, such as 10.0.14.64/26
tiers.data.blocks.b: no block for zone "b": add one, such as 10.0.14.0/26`,
		},
		"Unknown": {
			reason: "the block of a misspelt name would be lost",
			change: func(p *cidr.Plan) { p.Recorded = cidr.Blocks{"publik": nil, "public": {"c": prefix("10.0.1.0/24")}} },
			want: `recorded.public.c: unknown zone "c": use one of a, b; keep a removed zone with Retired: true while it has recorded or explicit blocks
recorded.publik: unknown tier "publik": use one of private, public; keep a removed tier with Retired: true while it has recorded or explicit blocks`,
		},
		"Recorded": {
			reason: "a subnet that exists cannot change its size, nor share its block",
			change: func(p *cidr.Plan) {
				p.Recorded = cidr.Blocks{"public": {"a": prefix("10.0.2.0/25"), "b": prefix("10.0.2.0/24")}, "private": {"a": prefix("10.0.4.8/29")}}
			},
			want: `recorded.private.a: 10.0.4.8/29 is smaller than the minimum of the cloud, /28: use /28 or larger
recorded.public.a: 10.0.2.0/25 differs from the size /24 of the tier: keep the size, or remove the record to replace the subnet
recorded.private.a: 10.0.4.8/29 differs from the size /24 of the tier: keep the size, or remove the record to replace the subnet
recorded.public.a: 10.0.2.0/25 overlaps 10.0.2.0/24 (subnet of tier "public" in zone "b"): use a free block, such as 10.0.15.128/25`,
		},
		"RecordedElsewhere": {
			reason: "records and blocks contradict each other",
			change: func(p *cidr.Plan) {
				p.Tiers[1].Size, p.Tiers[1].Blocks = cidr.Size{}, map[string]netip.Prefix{"a": prefix("10.0.8.0/24"), "b": prefix("10.0.9.0/24")}
				p.Recorded = cidr.Blocks{"private": {"a": prefix("10.0.8.0/24"), "b": prefix("10.0.10.0/24")}}
			},
			want: `recorded.private.b: 10.0.10.0/24 differs from 10.0.9.0/24 in Blocks: use the same block, or remove the record to replace the subnet`,
		},
		"TooSmall": {
			reason: "how much is missing, and two solutions",
			change: func(p *cidr.Plan) { p.Block = prefix("10.0.0.0/22") },
			want: `block: 10.0.0.0/22 is too small: the subnets require 1536 addresses, 1024 are available, 512 are missing: ` +
				`use 10.0.0.0/21, or /26 instead of /24 for tier "private"`,
		},
		"InPieces": {
			reason: "free space may be fragmented",
			change: func(p *cidr.Plan) {
				p.Block, p.Tiers, p.ZoneSlots = prefix("10.0.0.0/24"), []cidr.Tier{{Name: "t", Slot: 1, Size: cidr.Prefix(26)}}, 2
				p.Avoid = []netip.Prefix{prefix("10.0.0.0/28"), prefix("10.0.0.64/28"), prefix("10.0.0.128/28")}
			},
			want: `block: 10.0.0.0/24 is too small: the subnets require 128 addresses, 208 are available but fragmented, 64 do not fit: ` +
				`use 10.0.0.0/23, or /27 instead of /26 for tier "t"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := cidr.Allocate(plan(tc.change))
			require.EqualError(t, err, tc.want, tc.reason)
			for problem := range failure.All(err) {
				require.ErrorIs(t, problem, failure.Configuration)
			}
		})
	}
}

func TestErrorsHaveDetails(t *testing.T) {
	t.Parallel()
	_, err := cidr.Allocate(plan(func(p *cidr.Plan) {
		p.Tiers[0].Size, p.Tiers[0].Blocks = cidr.Size{}, map[string]netip.Prefix{"a": prefix("10.0.0.0/24"), "b": prefix("10.0.5.0/24")}
	}))
	var overlap *cidr.OverlapError
	require.ErrorAs(t, err, &overlap)
	assert.Equal(t, []string{"tiers", "public", "blocks", "a"}, overlap.Path)
	assert.Equal(t, [3]netip.Prefix{prefix("10.0.0.0/24"), prefix("10.0.0.0/24"), prefix("10.0.15.0/24")},
		[3]netip.Prefix{overlap.Block, overlap.Other, overlap.Free})
	var general *cidr.PlanError
	require.ErrorAs(t, err, &general)
	assert.Equal(t, overlap.Path, general.Path)

	_, err = cidr.Allocate(plan(func(p *cidr.Plan) { p.Block = prefix("10.0.0.0/22") }))
	var space *cidr.SpaceError
	require.ErrorAs(t, err, &space)
	assert.Equal(t, "512", space.Missing.String())
	assert.Equal(t, prefix("10.0.0.0/21"), space.Fits)
	assert.Equal(t, "private", space.Tier)
	assert.Equal(t, 26, space.Largest)
}

func TestSubnetListsKnownNames(t *testing.T) {
	t.Parallel()
	a, err := cidr.Allocate(plan(func(p *cidr.Plan) { p.Zones[1].Retired = true }))
	require.NoError(t, err)
	_, err = a.Subnet("privat", "a")
	require.EqualError(t, err, `tiers: unknown tier "privat": use one of private, public`)
	_, err = a.Subnet("private", "b")
	require.EqualError(t, err, `zones: unknown zone "b": use one of a`, "a retired zone has no subnets")
	var unknown *cidr.UnknownNameError
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, []string{"a"}, unknown.Known)
}
