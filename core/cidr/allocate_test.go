package cidr_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/cidr"
)

// tiers returns tiers t1, t2, ... of the sizes.
func tiers(sizes ...cidr.Size) []cidr.Tier {
	var out []cidr.Tier
	for i, s := range sizes {
		out = append(out, cidr.Tier{Name: fmt.Sprintf("t%d", i+1), Slot: i + 1, Size: s})
	}
	return out
}

// The places are written out: a release that changes one would move the subnets
// of everybody. Most cases are what other allocators get wrong.
func TestSubnetsOfKnownPlansNeverMove(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		plan   cidr.Plan
		zones  int
		want   []string
	}{
		"PaddingOneZone": {
			reason: "the sum fits and so do the subnets: none is padded out of the block",
			plan:   cidr.Plan{Block: prefix("10.0.0.0/16"), Tiers: tiers(cidr.Prefix(18), cidr.Prefix(17), cidr.Prefix(18))},
			zones:  1,
			want:   []string{"10.0.0.0/18", "10.0.128.0/17", "10.0.64.0/18"},
		},
		"PaddingTwoZones": {
			reason: "nor into another zone",
			plan:   cidr.Plan{Block: prefix("10.0.0.0/16"), Tiers: tiers(cidr.Prefix(19), cidr.Prefix(18), cidr.Prefix(19))},
			zones:  2,
			want:   []string{"10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/18", "10.0.128.0/18", "10.0.192.0/19", "10.0.224.0/19"},
		},
		"ThreeZones": {
			reason: "the fourth quarter is used",
			plan:   cidr.Plan{Block: prefix("10.0.0.0/16"), Tiers: tiers(cidr.Prefix(18), cidr.Prefix(20), cidr.Prefix(22))},
			zones:  3,
			want: []string{"10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18", "10.0.192.0/20", "10.0.208.0/20", "10.0.224.0/20",
				"10.0.240.0/22", "10.0.244.0/22", "10.0.248.0/22"},
		},
		"Shares": {
			reason: "three quarters, an eighth and a sixteenth among three zones",
			plan:   cidr.Plan{Block: prefix("10.0.0.0/16"), Tiers: tiers(cidr.Share(3, 4), cidr.Share(1, 8), cidr.Share(1, 16))},
			zones:  3,
			want: []string{"10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18", "10.0.192.0/21", "10.0.200.0/21", "10.0.208.0/21",
				"10.0.216.0/22", "10.0.220.0/22", "10.0.224.0/22"},
		},
		"Hosts": {
			reason: "five addresses are the cloud's, and nothing is below the floor",
			plan:   cidr.Plan{Block: prefix("10.0.0.0/20"), Tiers: tiers(cidr.Hosts(1), cidr.Hosts(251), cidr.Hosts(252))},
			zones:  1,
			want:   []string{"10.0.0.0/28", "10.0.1.0/24", "10.0.2.0/23"},
		},
		"Avoided": {
			reason: "blocks of others are gone around, wherever they are",
			plan: cidr.Plan{Block: prefix("10.0.0.0/24"), Tiers: tiers(cidr.Prefix(26)),
				Avoid: []netip.Prefix{prefix("10.0.0.0/28"), prefix("10.0.0.2/31"), prefix("10.1.0.0/16"), prefix("10.0.0.128/32")}},
			zones: 2,
			want:  []string{"10.0.0.64/26", "10.0.0.192/26"},
		},
		"TopOfIPv4": {
			reason: "the arithmetic holds at the end of the address space",
			plan:   cidr.Plan{Block: prefix("255.255.255.0/24"), Tiers: tiers(cidr.Prefix(25))},
			zones:  2,
			want:   []string{"255.255.255.0/25", "255.255.255.128/25"},
		},
		"TopOfIPv6": {
			reason: "in both families",
			plan: cidr.Plan{Block: prefix("8000::/1"), MaxPrefix: cidr.MaxPrefixIPv6, Tiers: tiers(cidr.Prefix(2)),
				Avoid: []netip.Prefix{prefix("8000::/128")}, ZoneSlots: 1},
			zones: 1,
			want:  []string{"c000::/2"},
		},
		"WholeBlock": {
			reason: "one subnet may be everything",
			plan:   cidr.Plan{Block: prefix("10.0.0.0/24"), Tiers: tiers(cidr.Share(1, 1)), ZoneSlots: 1},
			zones:  1,
			want:   []string{"10.0.0.0/24"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.plan.MaxPrefix == 0 {
				tc.plan.MaxPrefix = cidr.MaxPrefixAWS
			}
			if tc.plan.ZoneSlots == 0 {
				tc.plan.ZoneSlots = tc.zones
			}
			for slot := 1; slot <= tc.zones; slot++ {
				tc.plan.Zones = append(tc.plan.Zones, cidr.Zone{Name: fmt.Sprintf("z%d", slot), Slot: slot})
			}
			a, err := cidr.Allocate(tc.plan)
			require.NoError(t, err, tc.reason)
			requireSound(t, tc.plan, a)
			var got []string
			for s := range a.All() {
				got = append(got, s.Block.String())
			}
			require.Empty(t, cmp.Diff(tc.want, got), "%s: -want +got", tc.reason)
		})
	}
}
