package cidr_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// network is a plan in use: what the cloud has is what now says.
type network struct {
	plan cidr.Plan
	now  *cidr.Allocation
	made int
}

// change tries a plan. If it is accepted, nothing that exists may have moved; if
// not, it must be for want of space, or as the caller allows, and the network
// stays as it is.
func (n *network) change(t *rapid.T, next cidr.Plan, refusal ...any) bool {
	t.Helper()
	after, err := cidr.Allocate(next)
	if err != nil {
		for problem := range failure.All(err) {
			require.True(t, slices.ContainsFunc(refusal, func(target any) bool { return errors.As(problem, target) }),
				"unexpected: %v", problem)
		}
		return false
	}
	requireSound(t, next, after)
	requireKept(t, n.now, after)
	n.plan, n.now = next, after
	return true
}

// must is change for what no plan may refuse.
func (n *network) must(t *rapid.T, next cidr.Plan) {
	t.Helper()
	require.True(t, n.change(t, next))
}

// fresh returns a name that was never used.
func (n *network) fresh() string {
	n.made++
	return fmt.Sprintf("x%d", n.made)
}

// recorded reports whether every subnet is recorded.
func (n *network) recorded() bool {
	for s := range n.now.All() {
		if n.plan.Recorded[s.Tier][s.Zone] != s.Block {
			return false
		}
	}
	return true
}

// freeBlock draws a free block.
func (n *network) freeBlock(t *rapid.T) (netip.Prefix, bool) {
	free := n.now.Free()
	if len(free) == 0 {
		return netip.Prefix{}, false
	}
	f := rapid.SampledFrom(free).Draw(t, "free")
	if f.Bits() > n.plan.MaxPrefix {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(f.Addr(), rapid.IntRange(f.Bits(), n.plan.MaxPrefix).Draw(t, "length")), true
}

// anywhere inserts at a random place of the list.
func anywhere[T any](t *rapid.T, list []T, x T) []T {
	return slices.Insert(list, rapid.IntRange(0, len(list)).Draw(t, "place"), x)
}

func (n *network) addZone(t *rapid.T) {
	next := clone(n.plan)
	var slots []int
	for slot := 1; slot <= next.ZoneSlots; slot++ {
		if !slices.ContainsFunc(next.Zones, func(z cidr.Zone) bool { return z.Slot == slot }) {
			slots = append(slots, slot)
		}
	}
	if len(slots) == 0 {
		t.Skip("no slot")
	}
	zone := cidr.Zone{Name: n.fresh(), Slot: rapid.SampledFrom(slots).Draw(t, "slot")}
	next.Zones = anywhere(t, next.Zones, zone)
	if !n.closeGaps(&next) {
		t.Skip("a gap")
	}
	var used []netip.Prefix
	for i, tier := range next.Tiers {
		if len(tier.Blocks) == 0 || tier.Retired {
			continue
		}
		block, ok := n.freeBlock(t)
		if !ok || slices.ContainsFunc(used, block.Overlaps) {
			t.Skip("no block for a tier with explicit ones")
		}
		used = append(used, block)
		next.Tiers[i].Blocks[zone.Name] = block
	}
	if slices.EqualFunc(n.plan.Tiers, next.Tiers, func(a, b cidr.Tier) bool { return a.Slot == b.Slot }) {
		// The room was kept: a zone that has a slot is never rejected.
		n.must(t, next)
		return
	}
	n.change(t, next, new(*cidr.SpaceError), new(*cidr.OverlapError))
}

// closeGaps lowers slots so that none is empty, if a record makes that safe. It
// reports whether there is no gap any more.
func (n *network) closeGaps(p *cidr.Plan) bool {
	next := clone(*p)
	slices.SortFunc(next.Tiers, func(a, b cidr.Tier) int { return a.Slot - b.Slot })
	if next.Tiers[len(next.Tiers)-1].Slot == len(next.Tiers) {
		return true
	}
	for i := range next.Tiers {
		next.Tiers[i].Slot = i + 1
	}
	*p = next
	return n.recorded()
}

func (n *network) removeZone(t *rapid.T) {
	next := clone(n.plan)
	i := rapid.IntRange(0, len(next.Zones)-1).Draw(t, "zone")
	name := next.Zones[i].Name
	written := slices.ContainsFunc(next.Tiers, func(x cidr.Tier) bool { return x.Blocks[name].IsValid() })
	for _, zones := range next.Recorded {
		written = written || zones[name].IsValid()
	}
	if len(next.Zones) > 1 && rapid.Bool().Draw(t, "delete") {
		next.Zones = slices.Delete(next.Zones, i, i+1)
		require.Equal(t, !written, n.change(t, next, new(*cidr.UnknownNameError)), "what is written for a zone needs the zone")
		return
	}
	next.Zones[i].Retired = true
	n.must(t, next)
}

func (n *network) returnZone(t *rapid.T) {
	next := clone(n.plan)
	next.Zones[rapid.IntRange(0, len(next.Zones)-1).Draw(t, "zone")].Retired = false
	n.change(t, next, new(*cidr.PlanError))
}

func (n *network) addTier(t *rapid.T) {
	next := clone(n.plan)
	if !n.closeGaps(&next) {
		t.Skip("a gap")
	}
	highest := 0
	for _, x := range next.Tiers {
		highest = max(highest, x.Slot)
	}
	tier := cidr.Tier{Name: n.fresh(), Slot: highest + 1, Size: drawSize(t, next.Block, next.MaxPrefix)}
	if rapid.IntRange(0, 3).Draw(t, "explicit") == 0 {
		tier.Size, tier.Blocks = cidr.Size{}, map[string]netip.Prefix{}
		var used []netip.Prefix
		for _, z := range next.Zones {
			block, ok := n.freeBlock(t)
			if !ok || slices.ContainsFunc(used, block.Overlaps) {
				t.Skip("no block")
			}
			used = append(used, block)
			tier.Blocks[z.Name] = block
		}
		next.Tiers = anywhere(t, next.Tiers, tier)
		n.must(t, next)
		return
	}
	next.Tiers = anywhere(t, next.Tiers, tier)
	n.change(t, next, new(*cidr.SpaceError), new(*cidr.OverlapError), new(*cidr.PlanError))
}

func (n *network) retireTier(t *rapid.T) {
	next := clone(n.plan)
	next.Tiers[rapid.IntRange(0, len(next.Tiers)-1).Draw(t, "tier")].Retired = true
	n.must(t, next)
}

func (n *network) returnTier(t *rapid.T) {
	next := clone(n.plan)
	next.Tiers[rapid.IntRange(0, len(next.Tiers)-1).Draw(t, "tier")].Retired = false
	n.change(t, next, new(*cidr.PlanError))
}

// deleteTier takes a tier out of the plan, with the lines of the record only if
// everything else is recorded. It may be rejected; it must not move anything.
func (n *network) deleteTier(t *rapid.T) {
	next := clone(n.plan)
	if len(next.Tiers) == 1 {
		t.Skip("the only tier")
	}
	i := rapid.IntRange(0, len(next.Tiers)-1).Draw(t, "tier")
	name := next.Tiers[i].Name
	next.Tiers = slices.Delete(next.Tiers, i, i+1)
	if n.recorded() {
		delete(next.Recorded, name)
		// Room that was kept may find no other place.
		n.change(t, next, new(*cidr.SpaceError), new(*cidr.OverlapError))
		return
	}
	n.change(t, next, new(*cidr.PlanError))
}

func (n *network) record(t *rapid.T) {
	next := clone(n.plan)
	for x := range n.now.All() {
		if rapid.IntRange(0, 9).Draw(t, "all but") == 0 {
			continue
		}
		if next.Recorded[x.Tier] == nil {
			next.Recorded[x.Tier] = map[string]netip.Prefix{}
		}
		next.Recorded[x.Tier][x.Zone] = x.Block
	}
	n.must(t, next)
}

func (n *network) recordAll(t *rapid.T) {
	next := clone(n.plan)
	next.Recorded = n.now.Record()
	n.must(t, next)
}

// rebuild changes what only a record makes safe: zone slots and slots of tiers.
func (n *network) rebuild(t *rapid.T) {
	if !n.recorded() {
		t.Skip("not recorded")
	}
	next := clone(n.plan)
	next.ZoneSlots = rapid.IntRange(next.ZoneSlots, next.ZoneSlots+2).Draw(t, "zone slots")
	slots := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
		for i := range next.Tiers {
			if !yield(i + 1) {
				return
			}
		}
	})).Draw(t, "slots")
	for i := range next.Tiers {
		next.Tiers[i].Slot = slots[i]
	}
	n.change(t, next, new(*cidr.SpaceError), new(*cidr.SubnetTooSmallError), new(*cidr.PlanError))
}

func (n *network) avoidFree(t *rapid.T) {
	next := clone(n.plan)
	block, ok := n.freeBlock(t)
	if !ok {
		t.Skip("nothing is free")
	}
	next.Avoid = append(next.Avoid, block)
	n.must(t, next)
}

func (n *network) shuffle(t *rapid.T) {
	next := clone(n.plan)
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	random.Shuffle(len(next.Tiers), func(i, j int) { next.Tiers[i], next.Tiers[j] = next.Tiers[j], next.Tiers[i] })
	random.Shuffle(len(next.Zones), func(i, j int) { next.Zones[i], next.Zones[j] = next.Zones[j], next.Zones[i] })
	random.Shuffle(len(next.Avoid), func(i, j int) { next.Avoid[i], next.Avoid[j] = next.Avoid[j], next.Avoid[i] })
	before := n.now
	n.must(t, next)
	require.Equal(t, slices.Collect(before.All()), slices.Collect(n.now.All()), "the order of lists does not matter")
}
