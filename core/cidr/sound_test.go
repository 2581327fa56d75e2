package cidr_test

import (
	"maps"
	"math/big"
	"net/netip"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/cidr"
)

// tb is what testing.T and rapid.T have in common.
type tb interface {
	require.TestingT
	Helper()
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// size returns how many addresses a block has.
func size(p netip.Prefix) *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
}

func total(blocks []netip.Prefix) *big.Int {
	sum := new(big.Int)
	for _, b := range blocks {
		sum.Add(sum, size(b))
	}
	return sum
}

// requireApart checks that no two blocks overlap.
func requireApart(t tb, blocks []netip.Prefix) {
	t.Helper()
	sorted := slices.SortedFunc(slices.Values(blocks), netip.Prefix.Compare)
	for i := 1; i < len(sorted); i++ {
		require.False(t, sorted[i-1].Overlaps(sorted[i]), "%s overlaps %s", sorted[i-1], sorted[i])
	}
}

// requireSound checks what holds for every result: it is complete, aligned,
// contained, apart, not below the floor, as large as asked for and out of the
// way of what is avoided, and with what is free and held it is the whole block.
func requireSound(t tb, plan cidr.Plan, a *cidr.Allocation) {
	t.Helper()
	var subnets []netip.Prefix
	seen := map[[2]string]bool{}
	for s := range a.All() {
		seen[[2]string{s.Tier, s.Zone}] = true
		got, err := a.Subnet(s.Tier, s.Zone)
		require.NoError(t, err)
		require.Equal(t, s.Block, got)
		require.Equal(t, got.Masked(), got, "aligned")
		require.True(t, plan.Block.Contains(got.Addr()) && got.Bits() >= plan.Block.Bits(), "%s is in %s", got, plan.Block)
		require.LessOrEqual(t, got.Bits(), plan.MaxPrefix)
		subnets = append(subnets, got)
	}
	for _, tier := range plan.Tiers {
		for _, zone := range plan.Zones {
			require.Equal(t, !tier.Retired && !zone.Retired, seen[[2]string{tier.Name, zone.Name}], "%s %s", tier.Name, zone.Name)
			if block, ok := tier.Blocks[zone.Name]; ok && !tier.Retired && !zone.Retired {
				got, _ := a.Subnet(tier.Name, zone.Name)
				require.Equal(t, block, got, "explicit")
			}
			if block, ok := plan.Recorded[tier.Name][zone.Name]; ok && !tier.Retired && !zone.Retired {
				got, _ := a.Subnet(tier.Name, zone.Name)
				require.Equal(t, block, got, "recorded")
			}
		}
	}
	var avoided []netip.Prefix
	for _, x := range plan.Avoid {
		if !x.Overlaps(plan.Block) {
			continue
		}
		if x.Bits() < plan.Block.Bits() {
			x = plan.Block
		}
		if !slices.ContainsFunc(avoided, func(y netip.Prefix) bool { return y.Overlaps(x) && y.Bits() <= x.Bits() }) {
			avoided = slices.DeleteFunc(avoided, x.Overlaps)
			avoided = append(avoided, x)
		}
	}
	all := slices.Concat(subnets, a.Free(), a.Reserved(), avoided)
	requireApart(t, all)
	require.Equal(t, size(plan.Block).String(), total(all).String(), "every address is used, held, avoided or free")
}

// requireKept checks that no subnet that both have has moved.
func requireKept(t tb, before, after *cidr.Allocation) {
	t.Helper()
	was := map[[2]string]netip.Prefix{}
	for s := range before.All() {
		was[[2]string{s.Tier, s.Zone}] = s.Block
	}
	for s := range after.All() {
		if block, ok := was[[2]string{s.Tier, s.Zone}]; ok {
			require.Equal(t, block, s.Block, "%s %s has moved", s.Tier, s.Zone)
		}
	}
}

// clone copies a plan, so that changes of the copy are none of the original.
func clone(p cidr.Plan) cidr.Plan {
	p.Zones, p.Tiers, p.Avoid = slices.Clone(p.Zones), slices.Clone(p.Tiers), slices.Clone(p.Avoid)
	for i := range p.Tiers {
		p.Tiers[i].Blocks = maps.Clone(p.Tiers[i].Blocks)
	}
	recorded := cidr.Blocks{}
	for tier, zones := range p.Recorded {
		recorded[tier] = maps.Clone(zones)
	}
	p.Recorded = recorded
	return p
}

// drawBlock draws an aligned block of either family, and a floor for it.
func drawBlock(t *rapid.T) (netip.Prefix, int) {
	if rapid.IntRange(0, 3).Draw(t, "family") == 0 {
		a := [16]byte{0x20, 1, 0xd, 0xb8}
		for i := 4; i < 16; i++ {
			a[i] = rapid.Byte().Draw(t, "byte")
		}
		return netip.PrefixFrom(netip.AddrFrom16(a), rapid.IntRange(40, 60).Draw(t, "length")).Masked(), cidr.MaxPrefixIPv6
	}
	a := [4]byte{10, rapid.Byte().Draw(t, "byte"), rapid.Byte().Draw(t, "byte"), 0}
	return netip.PrefixFrom(netip.AddrFrom4(a), rapid.IntRange(12, 24).Draw(t, "length")).Masked(),
		rapid.SampledFrom([]int{cidr.MaxPrefixAWS, cidr.MaxPrefixAzure}).Draw(t, "floor")
}

// drawSize draws a size that does not take too much of the block.
func drawSize(t *rapid.T, block netip.Prefix, floor int) cidr.Size {
	lowest := min(block.Bits()+2, floor)
	switch rapid.IntRange(0, 4).Draw(t, "unit") {
	case 0:
		free := 1 << min(block.Addr().BitLen()-lowest, 20)
		return cidr.Hosts(rapid.IntRange(1, max(1, free-cidr.ReservedAddresses)).Draw(t, "hosts"))
	case 1:
		if floor-block.Bits() >= 10 {
			return cidr.Share(rapid.IntRange(1, 3).Draw(t, "part"), rapid.IntRange(8, 13).Draw(t, "whole"))
		}
	}
	return cidr.Prefix(rapid.IntRange(lowest, floor).Draw(t, "prefix"))
}

// drawPlan draws a plan without recorded or explicit blocks, which may not fit.
func drawPlan(t *rapid.T) cidr.Plan {
	block, floor := drawBlock(t)
	p := cidr.Plan{Block: block, MaxPrefix: floor, ZoneSlots: rapid.IntRange(1, 6).Draw(t, "zone slots")}
	for slot := 1; slot <= p.ZoneSlots; slot++ {
		if slot == p.ZoneSlots && len(p.Zones) == 0 || rapid.Bool().Draw(t, "zone") {
			p.Zones = append(p.Zones, cidr.Zone{Name: string(rune('a' - 1 + slot)), Slot: slot})
		}
	}
	for slot := range rapid.IntRange(1, 8).Draw(t, "tiers") {
		p.Tiers = append(p.Tiers, cidr.Tier{
			Name: "tier" + string(rune('a'+slot)), Slot: slot + 1, Size: drawSize(t, block, floor),
			Retired: rapid.IntRange(0, 9).Draw(t, "retired") == 0,
		})
	}
	return p
}
