package cidr_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/cidr"
)

// large returns a plan of 10,000 subnets: 2,000 tiers of mixed sizes in five
// zones.
func large(block string, floor, shortest int) cidr.Plan {
	p := cidr.Plan{Block: prefix(block), MaxPrefix: floor, ZoneSlots: 5}
	for slot := 1; slot <= 5; slot++ {
		p.Zones = append(p.Zones, cidr.Zone{Name: fmt.Sprintf("zone-%d", slot), Slot: slot})
	}
	random := rand.New(rand.NewPCG(1, 2))
	for slot := 1; slot <= 2000; slot++ {
		p.Tiers = append(p.Tiers, cidr.Tier{
			Name: fmt.Sprintf("tier-%d", slot), Slot: slot, Size: cidr.Prefix(shortest + random.IntN(floor-shortest+1)),
		})
	}
	return p
}

func BenchmarkAllocate(b *testing.B) {
	v4 := large("10.0.0.0/8", cidr.MaxPrefixAWS, 20)
	recorded := v4
	a, err := cidr.Allocate(v4)
	require.NoError(b, err)
	recorded.Recorded = a.Record()
	small := v4
	small.Block = prefix("10.0.0.0/12")
	for _, bb := range []struct {
		name string
		plan cidr.Plan
		fits bool
	}{
		{"IPv4", v4, true},
		{"IPv6", large("2001:db8::/32", cidr.MaxPrefixIPv6, 56), true},
		{"Recorded", recorded, true},
		{"TooSmall", small, false},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cidr.Allocate(bb.plan); (err == nil) != bb.fits {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
		})
	}
}

func TestTenThousandSubnetsAreFast(t *testing.T) {
	t.Parallel()
	p := large("10.0.0.0/8", cidr.MaxPrefixAWS, 20)
	start := time.Now()
	a, err := cidr.Allocate(p)
	require.Less(t, time.Since(start), 2*time.Second, "some milliseconds, on a machine that does nothing else")
	require.NoError(t, err)
	requireSound(t, p, a)
}
