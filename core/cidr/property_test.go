package cidr_test

import (
	"errors"
	"math/big"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/failure"
)

var planOptions = cmp.Options{
	cmpopts.EquateComparable(netip.Prefix{}, cidr.Size{}), cmpopts.EquateEmpty(),
}

// allocated draws a plan that fits.
func allocated(t *rapid.T) (cidr.Plan, *cidr.Allocation) {
	p := drawPlan(t)
	for {
		a, err := cidr.Allocate(p)
		if err == nil {
			return p, a
		}
		if len(p.Tiers) == 1 {
			t.Skip("one tier is too much")
		}
		p.Tiers = p.Tiers[:len(p.Tiers)-1]
	}
}

func TestSubnetsAreAlignedContainedDisjointAndLargeEnough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		for range rapid.IntRange(0, 4).Draw(t, "avoid") {
			block, _ := drawBlock(t)
			if a := p.Block.Addr(); a.BitLen() == block.Addr().BitLen() && rapid.Bool().Draw(t, "inside") {
				block = netip.PrefixFrom(a, min(block.Bits()+4, a.BitLen())).Masked()
			}
			p.Avoid = append(p.Avoid, block)
		}
		before := clone(p)
		a, err := cidr.Allocate(p)
		require.Empty(t, cmp.Diff(before, p, planOptions), "the plan is not modified")
		if err != nil {
			for problem := range failure.All(err) {
				var details *cidr.PlanError
				require.ErrorIs(t, problem, failure.Configuration)
				require.ErrorAs(t, problem, &details)
			}
			return
		}
		requireSound(t, p, a)
	})
}

// Whatever the order of the sizes: subnets fit if and only if there are enough
// addresses, and if not, the error says how many are missing.
func TestAlignmentWastesNoAddresses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		block, floor := drawBlock(t)
		p := cidr.Plan{Block: block, MaxPrefix: floor, ZoneSlots: rapid.IntRange(1, 7).Draw(t, "zone slots"), Zones: []cidr.Zone{{Name: "a", Slot: 1}}}
		need := new(big.Int)
		for slot := range rapid.IntRange(1, 12).Draw(t, "tiers") {
			length := rapid.IntRange(max(1, block.Bits()-1), floor).Draw(t, "length")
			p.Tiers = append(p.Tiers, cidr.Tier{Name: string(rune('a' + slot)), Slot: slot + 1, Size: cidr.Prefix(length)})
			one := size(netip.PrefixFrom(block.Addr(), length))
			need.Add(need, one.Mul(one, big.NewInt(int64(p.ZoneSlots))))
		}
		a, err := cidr.Allocate(p)
		if missing := new(big.Int).Sub(need, size(block)); missing.Sign() > 0 {
			var space *cidr.SpaceError
			require.ErrorAs(t, err, &space)
			require.Equal(t, missing.String(), space.Missing.String())
			return
		}
		require.NoError(t, err)
		requireSound(t, p, a)
	})
}

// Three zones are filled with the largest tiers that there are addresses for:
// what remains in the end is less than three of the smallest subnets.
func TestThreeZonesAreNotRoundedUpToFour(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		block, floor := drawBlock(t)
		p := cidr.Plan{Block: block, MaxPrefix: floor, Zones: []cidr.Zone{{Name: "a", Slot: 1}, {Name: "b", Slot: 2}, {Name: "c", Slot: 3}}}
		left := size(block)
		triple := func(length int) *big.Int {
			one := size(netip.PrefixFrom(block.Addr(), length))
			return one.Mul(one, big.NewInt(3))
		}
		for length := block.Bits(); length <= floor; {
			if triple(length).Cmp(left) > 0 {
				length++
				continue
			}
			// Not always the largest one, so that the order is mixed.
			n := rapid.IntRange(length, floor).Draw(t, "length")
			if len(p.Tiers) > 40 {
				n = length
			}
			p.Tiers = append(p.Tiers, cidr.Tier{Name: string(rune('A' + len(p.Tiers))), Slot: len(p.Tiers) + 1, Size: cidr.Prefix(n)})
			left.Sub(left, triple(n))
		}
		if len(p.Tiers) == 0 {
			return
		}
		a, err := cidr.Allocate(p)
		require.NoError(t, err)
		require.Equal(t, left.String(), total(a.Free()).String())
		require.Negative(t, left.Cmp(triple(floor)))
	})
}

func TestSubnetsHaveTheirSizes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		block, floor := drawBlock(t)
		zoneSlots, zones := rapid.IntRange(1, 6).Draw(t, "zone slots"), []cidr.Zone{{Name: "a", Slot: 1}}
		one := func(s cidr.Size) (netip.Prefix, error) {
			a, err := cidr.Allocate(cidr.Plan{Block: block, MaxPrefix: floor, ZoneSlots: zoneSlots, Zones: zones,
				Tiers: []cidr.Tier{{Name: "t", Slot: 1, Size: s}}})
			if err != nil {
				return netip.Prefix{}, err
			}
			return a.Subnet("t", "a")
		}
		hosts := rapid.IntRange(1, 5000).Draw(t, "hosts")
		if got, err := one(cidr.Hosts(hosts)); err == nil {
			room := big.NewInt(int64(hosts + cidr.ReservedAddresses))
			require.GreaterOrEqual(t, size(got).Cmp(room), 0, "%s has room for %d hosts", got, hosts)
			if got.Bits() < floor {
				half := size(netip.PrefixFrom(got.Addr(), got.Bits()+1))
				require.Negative(t, half.Cmp(room), "half of %s has none", got)
			}
		}
		whole := rapid.IntRange(1, 100).Draw(t, "whole")
		part := rapid.IntRange(1, whole).Draw(t, "part")
		got, err := one(cidr.Share(part, whole))
		var tooSmall *cidr.SubnetTooSmallError
		if errors.As(err, &tooSmall) {
			got = netip.PrefixFrom(block.Addr(), tooSmall.Length)
			if tooSmall.Length > block.Addr().BitLen() {
				return
			}
		} else {
			require.NoError(t, err, "a share of the whole fits")
		}
		// subnet * zoneSlots * whole <= block * part < 2 * subnet * zoneSlots * whole
		left := new(big.Int).Mul(size(got), big.NewInt(int64(zoneSlots*whole)))
		right := new(big.Int).Mul(size(block), big.NewInt(int64(part)))
		require.LessOrEqual(t, left.Cmp(right), 0)
		require.Positive(t, left.Lsh(left, 1).Cmp(right))
	})
}

func TestSpaceErrorsSuggestFittingSizes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		if rapid.Bool().Draw(t, "avoid") {
			p.Avoid = []netip.Prefix{netip.PrefixFrom(p.Block.Addr(), min(p.Block.Bits()+5, p.MaxPrefix))}
		}
		_, err := cidr.Allocate(p)
		var space *cidr.SpaceError
		if !errors.As(err, &space) || len(slices.Collect(failure.All(err))) > 1 {
			return
		}
		require.Positive(t, space.Missing.Sign())
		if space.Fits.IsValid() {
			bigger := p
			bigger.Block = space.Fits
			_, err := cidr.Allocate(bigger)
			require.NoError(t, err, "%s holds everything", space.Fits)
			if bits := space.Fits.Bits() + 1; bits < p.Block.Bits() {
				bigger.Block = netip.PrefixFrom(p.Block.Addr(), bits).Masked()
				_, err = cidr.Allocate(bigger)
				var still *cidr.SpaceError
				require.ErrorAs(t, err, &still, "a smaller block does not")
			}
		}
		if space.Tier != "" {
			smaller := clone(p)
			for i, x := range smaller.Tiers {
				if x.Name == space.Tier {
					smaller.Tiers[i].Size = cidr.Prefix(space.Largest)
				}
			}
			_, err := cidr.Allocate(smaller)
			require.NoError(t, err, "/%d fits", space.Largest)
		}
	})
}

func TestUnalignedBlocksAreRejectedWithTheAlignedBlock(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, _ := allocated(t)
		a := p.Block.Addr().Next()
		p.Block = netip.PrefixFrom(a, p.Block.Bits())
		_, err := cidr.Allocate(p)
		var unaligned *cidr.AlignmentError
		require.ErrorAs(t, err, &unaligned)
		p.Block = unaligned.Aligned
		_, err = cidr.Allocate(p)
		require.NoError(t, err)
	})
}

// A dual-stack network with tiers and zones that come and go: the /64 is that of
// the slots, and nothing else.
func TestIPv6SubnetsDependOnTheirOwnSlots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		p.Tiers = slices.DeleteFunc(p.Tiers, func(cidr.Tier) bool { return rapid.Bool().Draw(t, "removed") })
		if len(p.Tiers) == 0 {
			return
		}
		plan := p.IPv6(prefix("2001:db8:0:ff00::/56"))
		a, err := cidr.Allocate(plan)
		require.NoError(t, err)
		requireSound(t, plan, a)
		for _, tier := range p.Tiers {
			for _, zone := range p.Zones {
				if tier.Retired {
					continue
				}
				want := prefix("2001:db8:0:ff00::/64").Addr().As16()
				want[7] = byte((tier.Slot-1)*p.ZoneSlots + zone.Slot - 1)
				got, err := a.Subnet(tier.Name, zone.Name)
				require.NoError(t, err)
				require.Equal(t, netip.PrefixFrom(netip.AddrFrom16(want), 64), got)
			}
		}
	})
}
