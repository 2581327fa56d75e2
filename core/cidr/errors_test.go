package cidr_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// plan returns a plan without mistakes, changed.
func plan(change func(*cidr.Plan)) cidr.Plan {
	p := cidr.Plan{
		Block: prefix("10.0.0.0/20"), Floor: cidr.FloorAWS,
		Zones: []cidr.Zone{{Name: "a", Slot: 1}, {Name: "b", Slot: 2}},
		Tiers: []cidr.Tier{{Name: "public", Slot: 1, Size: cidr.Prefix(24)}, {Name: "private", Slot: 2, Size: cidr.Prefix(24)}},
	}
	change(&p)
	return p
}

func TestMistakesSayWhereTheyAreAndWhatToWrite(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*cidr.Plan)
		want   string
	}{
		"Unaligned": {
			reason: "rounding down and rounding up are both guesses",
			change: func(p *cidr.Plan) { p.Block = prefix("10.0.3.1/20") },
			want:   `block: 10.0.3.1/20 has host bits set: write 10.0.0.0/20, or the block that was meant`,
		},
		"NoBlock": {
			reason: "the zero value is not a block",
			change: func(p *cidr.Plan) { p.Block = netip.Prefix{} },
			want:   `block: no block: write one such as 10.0.0.0/16`,
		},
		"IPv4InIPv6": {
			reason: "the notation means IPv4, and its lengths would not",
			change: func(p *cidr.Plan) { p.Block = netip.PrefixFrom(netip.MustParseAddr("::ffff:10.0.0.0"), 112) },
			want:   `block: ::ffff:10.0.0.0/112 is an IPv4 block in the notation of IPv6: write it as IPv4`,
		},
		"Everything": {
			reason: "no network has every address",
			change: func(p *cidr.Plan) { p.Block = prefix("0.0.0.0/0") },
			want:   `block: 0.0.0.0/0 is every address there is: write one such as 10.0.0.0/16`,
		},
		"NoFloor": {
			reason: "no cloud is a default",
			change: func(p *cidr.Plan) { p.Floor = 0 },
			want:   `floor: 0 is not the longest prefix of a subnet: write FloorAWS (28), FloorAzure (29) or FloorIPv6 (64)`,
		},
		"Nothing": {
			reason: "all that is missing is said at once",
			change: func(p *cidr.Plan) { p.Zones, p.Tiers, p.ZoneSlots = nil, nil, 65 },
			want: `zoneSlots: 65 is not a number of zone slots: write one from 1 to 64
zones: no zones: write at least one
tiers: no tiers: write at least one`,
		},
		"Names": {
			reason: "names are keys",
			change: func(p *cidr.Plan) { p.Zones[1].Name, p.Tiers[1].Name = "a", "" },
			want: `zones.a: a second zone of this name: write another one
tiers.1: a tier without a name: write one`,
		},
		"Slots": {
			reason: "slots are written, never derived",
			change: func(p *cidr.Plan) {
				p.Zones = append(p.Zones, cidr.Zone{Name: "c"}, cidr.Zone{Name: "d", Slot: 4}, cidr.Zone{Name: "e", Slot: 2})
				p.Tiers = append(p.Tiers, cidr.Tier{Name: "data", Size: cidr.Prefix(26)}, cidr.Tier{Name: "logs", Slot: 2, Size: cidr.Prefix(26)})
			},
			want: `zones.c.slot: 0 is not a slot: write one from 1 to 3 that no zone has had
zones.d.slot: 4 is beyond the 3 zone slots that the plan has: record what exists (Allocation.Record) and write ZoneSlots: 4, which moves what is not recorded
zones.e.slot: 2 is the slot of zone "b": write another one
tiers.data.slot: 0 is not a slot: write 3, the first that no tier has had
tiers.logs.slot: 2 is the slot of tier "private": write 3, the first that no tier has had`,
		},
		"Gap": {
			reason: "the subnets behind it would be elsewhere",
			change: func(p *cidr.Plan) { p.Tiers[1].Slot = 4 },
			want: `tiers: slots 2 to 3 say no size, and not all subnets of tier "private" in slot 4 are recorded: they depend on it; ` +
				`keep a tier that was removed, with its size and Retired: true; or, when all that exists is recorded or nothing exists yet, ` +
				`give a tier from behind or a new one the slot`,
		},
		"RetiredWithoutSize": {
			reason: "a tier that was removed must go on taking its space",
			change: func(p *cidr.Plan) { p.Tiers[0].Size, p.Tiers[0].Retired = cidr.Size{}, true },
			want: `tiers: slot 1 says no size, and not all subnets of tier "private" in slot 2 are recorded: they depend on it; ` +
				`keep a tier that was removed, with its size and Retired: true; or, when all that exists is recorded or nothing exists yet, ` +
				`give a tier from behind or a new one the slot`,
		},
		"Sizes": {
			reason: "every size is looked at",
			change: func(p *cidr.Plan) {
				p.Tiers[0].Size, p.Tiers[1].Size = cidr.Prefix(33), cidr.Hosts(0)
				p.Tiers = append(p.Tiers, cidr.Tier{Name: "x", Slot: 3, Size: cidr.Share(3, 2)}, cidr.Tier{Name: "y", Slot: 4})
			},
			want: `tiers.public.size: /33 is not a prefix length: write one from /1 to /32
tiers.private.size: 0 hosts is not a host count: write one from 1 to 1073741819
tiers.x.size: 3/2 of the block is not a share: write a fraction above 0 and up to 1, such as 1/4
tiers.y.size: no size, and no block for zone "a": write Size with Prefix, Hosts or Share, or Blocks`,
		},
		"Floor": {
			reason: "AWS has no subnet below a /28",
			change: func(p *cidr.Plan) { p.Tiers[0].Size, p.Tiers[1].Size = cidr.Prefix(29), cidr.Share(1, 256) },
			want: `tiers.public.size: /29 is smaller than the cloud accepts, which is /28: write /28 or a larger size
tiers.private.size: 1/256 of the block gives /30 subnets, smaller than the cloud accepts, which is /28: write a share of 3/256 or more`,
		},
		"Shares": {
			reason: "a share is a fraction of the whole",
			change: func(p *cidr.Plan) { p.Tiers[0].Size, p.Tiers[1].Size = cidr.Share(3, 4), cidr.Share(1, 2) },
			want: `tiers: the shares add up to 5/4: they are fractions of the whole block, write smaller ones
block: 10.0.0.0/20 is too small: the subnets to be placed need 4608 addresses and there are 4096, 512 are missing; make the subnets of tier "private" a /24 instead of a /23`,
		},
		"SizeAndBlocks": {
			reason: "the room kept for a zone without a block would depend on which zones have one",
			change: func(p *cidr.Plan) { p.Tiers[0].Blocks = map[string]netip.Prefix{"a": prefix("10.0.8.0/24")} },
			want:   `tiers.public: Size and Blocks: write one of them; subnets that exist already can be recorded, with a Size for new ones`,
		},
		"ExplicitBlocks": {
			reason: "explicit blocks are checked like all others",
			change: func(p *cidr.Plan) {
				p.Avoid = []netip.Prefix{prefix("10.0.15.0/24"), prefix("192.168.0.0/16"), prefix("2001:db8::/32")}
				p.Tiers[0].Size, p.Tiers[0].Blocks = cidr.Size{}, map[string]netip.Prefix{"a": prefix("10.0.0.0/25"), "b": prefix("10.1.0.0/24")}
				p.Tiers = append(p.Tiers, cidr.Tier{Name: "data", Slot: 3, Blocks: map[string]netip.Prefix{"a": prefix("10.0.15.64/26")}})
			},
			want: `tiers.public.blocks.b: 10.1.0.0/24 is not within 10.0.0.0/20: write a block that is
tiers.public.blocks.a: 10.0.0.0/25 overlaps 10.0.0.0/24, where the subnet of tier "private" in zone "a" is placed: ` +
				`write a block that is free, such as 10.0.14.128/25; if what is placed there does not exist yet, record this block, and placing goes around it
tiers.data.blocks.a: 10.0.15.64/26 overlaps 10.0.15.0/24, which is to be avoided: write a block that is free, such as 10.0.14.64/26
tiers.data.blocks.b: no block for zone "b": write one that is free, such as 10.0.14.0/26`,
		},
		"Unknown": {
			reason: "a name that is misspelt would leave its block to nobody",
			change: func(p *cidr.Plan) { p.Recorded = cidr.Blocks{"publik": nil, "public": {"c": prefix("10.0.1.0/24")}} },
			want: `recorded.public.c: unknown zone "c", known are: a, b; a zone that was removed stays in the plan, with Retired: true, as long as blocks are written for it
recorded.publik: unknown tier "publik", known are: private, public; a tier that was removed stays in the plan, with Retired: true, as long as blocks are written for it`,
		},
		"Recorded": {
			reason: "a subnet that exists cannot change its size, nor share its block",
			change: func(p *cidr.Plan) {
				p.Recorded = cidr.Blocks{"public": {"a": prefix("10.0.2.0/25"), "b": prefix("10.0.2.0/24")}, "private": {"a": prefix("10.0.4.8/29")}}
			},
			want: `recorded.private.a: 10.0.4.8/29 is smaller than the cloud accepts, which is /28: write a /28 or a larger block
recorded.public.a: 10.0.2.0/25, and the tier's size is /24: keep the size, or take the line away to have the subnet replaced
recorded.private.a: 10.0.4.8/29, and the tier's size is /24: keep the size, or take the line away to have the subnet replaced
recorded.public.a: 10.0.2.0/25 overlaps 10.0.2.0/24, which is that of tier "public" in zone "b": write a block that is free, such as 10.0.15.128/25`,
		},
		"RecordedElsewhere": {
			reason: "the record and the blocks are both of the user",
			change: func(p *cidr.Plan) {
				p.Tiers[1].Size, p.Tiers[1].Blocks = cidr.Size{}, map[string]netip.Prefix{"a": prefix("10.0.8.0/24"), "b": prefix("10.0.9.0/24")}
				p.Recorded = cidr.Blocks{"private": {"a": prefix("10.0.8.0/24"), "b": prefix("10.0.10.0/24")}}
			},
			want: `recorded.private.b: 10.0.10.0/24, and the tier's Blocks say 10.0.9.0/24: write the same, or take the line away to have the subnet replaced`,
		},
		"TooSmall": {
			reason: "how much is missing, and the two ways out",
			change: func(p *cidr.Plan) { p.Block = prefix("10.0.0.0/22") },
			want: `block: 10.0.0.0/22 is too small: the subnets to be placed need 1536 addresses and there are 1024, 512 are missing; ` +
				`write 10.0.0.0/21, or make the subnets of tier "private" a /26 instead of a /24`,
		},
		"InPieces": {
			reason: "enough addresses are not always enough",
			change: func(p *cidr.Plan) {
				p.Block, p.Tiers, p.ZoneSlots = prefix("10.0.0.0/24"), []cidr.Tier{{Name: "t", Slot: 1, Size: cidr.Prefix(26)}}, 2
				p.Avoid = []netip.Prefix{prefix("10.0.0.0/28"), prefix("10.0.0.64/28"), prefix("10.0.0.128/28")}
			},
			want: `block: 10.0.0.0/24 is too small: the subnets to be placed need 128 addresses and there are 208, but in pieces, so that 64 find no room; ` +
				`write 10.0.0.0/23, or make the subnets of tier "t" a /27 instead of a /26`,
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

func TestMistakesCarryTheirDetails(t *testing.T) {
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

func TestSubnetListsTheKnownNames(t *testing.T) {
	t.Parallel()
	a, err := cidr.Allocate(plan(func(p *cidr.Plan) { p.Zones[1].Retired = true }))
	require.NoError(t, err)
	_, err = a.Subnet("privat", "a")
	require.EqualError(t, err, `tiers: unknown tier "privat", known are: private, public`)
	_, err = a.Subnet("private", "b")
	require.EqualError(t, err, `zones: unknown zone "b", known are: a`, "a retired zone has no subnets")
	var unknown *cidr.UnknownError
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, []string{"a"}, unknown.Known)
}
