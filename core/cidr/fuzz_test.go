package cidr_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// reader makes a plan of bytes, right or wrong in any way.
type reader struct{ data []byte }

func (r *reader) next() int {
	if len(r.data) == 0 {
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return int(b)
}

func (r *reader) pick(names ...string) string { return names[r.next()%len(names)] }

func (r *reader) block() netip.Prefix {
	kind := r.next()
	switch {
	case kind < 8:
		return netip.Prefix{}
	case kind < 16:
		return netip.PrefixFrom(netip.MustParseAddr("::ffff:10.0.0.0"), r.next()%130)
	case kind < 64:
		a := [16]byte{0x20, 1, 0xd, 0xb8, byte(r.next()), byte(r.next()), byte(r.next()), byte(r.next())}
		p := netip.PrefixFrom(netip.AddrFrom16(a), r.next()%130)
		if kind < 60 {
			p = p.Masked()
		}
		return p
	}
	p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(r.next()), byte(r.next()), byte(r.next())}), r.next()%34)
	if kind < 250 {
		p = p.Masked()
	}
	return p
}

func (r *reader) size() cidr.Size {
	switch r.next() % 4 {
	case 0:
		return cidr.Prefix(r.next() - 2)
	case 1:
		return cidr.Hosts(r.next()<<(r.next()%30) - 1)
	case 2:
		return cidr.Share(r.next()-1, r.next()-1)
	}
	return cidr.Size{}
}

func (r *reader) plan() cidr.Plan {
	p := cidr.Plan{Block: r.block(), MaxPrefix: r.next() % 140, ZoneSlots: r.next()%9 - 1}
	for range r.next() % 6 {
		p.Zones = append(p.Zones, cidr.Zone{Name: r.pick("a", "b", "c", "d", "e", ""), Slot: r.next()%8 - 1, Retired: r.next()%8 == 7})
	}
	for range r.next() % 8 {
		t := cidr.Tier{Name: r.pick("k", "l", "m", "n", "o", "p", "q", ""), Slot: r.next()%10 - 1, Size: r.size(), Retired: r.next()%8 == 7}
		for range max(0, r.next()%12-7) {
			if t.Blocks == nil {
				t.Blocks = map[string]netip.Prefix{}
			}
			t.Blocks[r.pick("a", "b", "c", "d", "x")] = r.block()
		}
		p.Tiers = append(p.Tiers, t)
	}
	for range r.next() % 4 {
		p.Avoid = append(p.Avoid, r.block())
	}
	for range max(0, r.next()%12-7) {
		if p.Recorded == nil {
			p.Recorded = cidr.Blocks{}
		}
		tier := r.pick("k", "l", "m", "n", "x")
		if p.Recorded[tier] == nil {
			p.Recorded[tier] = map[string]netip.Prefix{}
		}
		p.Recorded[tier][r.pick("a", "b", "c", "d", "x")] = r.block()
	}
	return p
}

// FuzzAllocate checks that any plan is allocated soundly or rejected as a mistake
// of configuration, in time, always in the same way and without being modified.
func FuzzAllocate(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{64, 0, 0, 0, 16, 28, 4, 2, 0, 2, 0, 1, 3, 0, 2, 0, 2, 0, 26, 0, 0, 1, 3, 1, 200, 4, 0, 0, 0, 0})
	f.Add([]byte{20, 1, 2, 3, 0, 56, 64, 4, 1, 0, 2, 0, 1, 0, 2, 0, 66, 0, 0, 0, 0})
	f.Add([]byte{64, 0, 0, 0, 24, 29, 2, 1, 0, 2, 0, 2, 0, 2, 2, 2, 9, 0, 0, 1, 3, 3, 0, 8, 0, 100, 0, 0, 240, 28, 1, 70, 0, 0, 16, 28, 8, 0, 0, 90, 0, 0, 32, 28})
	f.Fuzz(func(t *testing.T, data []byte) {
		plan := (&reader{data}).plan()
		before := clone(plan)
		start := time.Now()
		a, err := cidr.Allocate(plan)
		if d := time.Since(start); d > time.Second {
			t.Fatalf("took %s", d)
		}
		if diff := cmp.Diff(before, plan, planOptions); diff != "" {
			t.Fatalf("the plan was modified: -before +after:\n%s", diff)
		}
		again, errAgain := cidr.Allocate(plan)
		if err != nil {
			if errAgain == nil || err.Error() != errAgain.Error() {
				t.Fatalf("another error: %v, %v", err, errAgain)
			}
			for problem := range failure.All(err) {
				if classes := failure.Classes(problem); len(classes) != 1 || classes[0] != failure.Configuration {
					t.Fatalf("of the classes %v: %v", classes, problem)
				}
			}
			return
		}
		requireSound(t, plan, a)
		if errAgain != nil || !cmp.Equal(a.Record(), again.Record(), planOptions) {
			t.Fatalf("another answer: %v", errAgain)
		}
		plan.Recorded = a.Record()
		recorded, err := cidr.Allocate(plan)
		if err != nil {
			t.Fatalf("what was allocated is rejected: %v", err)
		}
		requireKept(t, a, recorded)
	})
}
