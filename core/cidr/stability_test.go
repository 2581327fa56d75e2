package cidr_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// A network lives through any sequence of changes without a subnet moving.
func TestSafeChangesMoveNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plan, now := allocated(t)
		n := &network{plan: plan, now: now}
		t.Repeat(map[string]func(*rapid.T){
			"add zone": n.addZone, "remove zone": n.removeZone, "return zone": n.returnZone,
			"add tier": n.addTier, "retire tier": n.retireTier, "return tier": n.returnTier, "delete tier": n.deleteTier,
			"record": n.record, "record all": n.recordAll, "rebuild": n.rebuild, "avoid": n.avoidFree, "shuffle": n.shuffle,
		})
	})
}

// Without any record: every subnet of every part of a plan is where the whole
// plan has it, as long as tiers that are removed are retired or the last ones.
func TestExtendedPlansKeepSubnets(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole, all := allocated(t)
		part := clone(whole)
		part.Tiers = part.Tiers[:rapid.IntRange(1, len(part.Tiers)).Draw(t, "tiers")]
		for i := range part.Tiers {
			part.Tiers[i].Retired = part.Tiers[i].Retired || rapid.Bool().Draw(t, "retired")
		}
		part.Zones = slices.DeleteFunc(part.Zones, func(cidr.Zone) bool { return rapid.Bool().Draw(t, "removed") })
		if len(part.Zones) == 0 {
			return
		}
		some, err := cidr.Allocate(part)
		require.NoError(t, err)
		requireSound(t, part, some)
		requireKept(t, some, all)
	})
}

// A tier that is taken out of the middle moves those behind it or is rejected.
func TestTiersBelowOthersCannotBeOmitted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, before := allocated(t)
		next := clone(p)
		i := rapid.IntRange(0, len(p.Tiers)-1).Draw(t, "tier")
		next.Tiers = slices.Delete(next.Tiers, i, i+1)
		if len(next.Tiers) == 0 {
			return
		}
		behind := slices.ContainsFunc(next.Tiers[i:], func(x cidr.Tier) bool { return !x.Retired })
		_, err := cidr.Allocate(next)
		if !behind {
			require.NoError(t, err)
			return
		}
		require.ErrorIs(t, err, failure.Configuration)
		require.ErrorContains(t, err, "would move")
		next.Recorded = before.Record()
		delete(next.Recorded, p.Tiers[i].Name)
		after, err := cidr.Allocate(next)
		require.NoError(t, err, "a record makes it safe")
		requireKept(t, before, after)
	})
}

// To record subnets, or some of them, changes nothing at all.
func TestRecordingSubnetsMovesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, before := allocated(t)
		p.Recorded = before.Record()
		for x := range before.All() {
			if rapid.Bool().Draw(t, "left out") {
				delete(p.Recorded[x.Tier], x.Zone)
			}
		}
		after, err := cidr.Allocate(p)
		require.NoError(t, err)
		requireSound(t, p, after)
		require.Empty(t, cmp.Diff(before.Record(), after.Record(), planOptions))
		require.Equal(t, before.Reserved(), after.Reserved())
		require.Equal(t, before.Free(), after.Free())
	})
}
