package cidr_test

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/ashlar-iac/ashlar/core/cidr"
	"github.com/ashlar-iac/ashlar/core/failure"
)

func Example() {
	plan := cidr.Plan{
		Block:     netip.MustParsePrefix("10.0.0.0/16"),
		MaxPrefix: cidr.MaxPrefixAWS,
		Zones:     []cidr.Zone{{Name: "a", Slot: 1}, {Name: "b", Slot: 2}},
		Tiers: []cidr.Tier{
			{Name: "public", Slot: 1, Size: cidr.Hosts(250)},
			{Name: "private", Slot: 2, Size: cidr.Prefix(18)},
		},
	}
	a, err := cidr.Allocate(plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range a.All() {
		fmt.Println(s.Tier, s.Zone, s.Block)
	}

	// A third zone and a third tier use free space.
	plan.Zones = append(plan.Zones, cidr.Zone{Name: "c", Slot: 3})
	plan.Tiers = append(plan.Tiers, cidr.Tier{Name: "data", Slot: 3, Size: cidr.Share(1, 8)})
	a, err = cidr.Allocate(plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println()
	for s := range a.All() {
		fmt.Println(s.Tier, s.Zone, s.Block)
	}
	fmt.Println("free:", a.Free())
	// Output:
	// public a 10.0.0.0/24
	// public b 10.0.1.0/24
	// private a 10.0.64.0/18
	// private b 10.0.128.0/18
	//
	// public a 10.0.0.0/24
	// public b 10.0.1.0/24
	// public c 10.0.2.0/24
	// private a 10.0.64.0/18
	// private b 10.0.128.0/18
	// private c 10.0.192.0/18
	// data a 10.0.8.0/21
	// data b 10.0.16.0/21
	// data c 10.0.24.0/21
	// free: [10.0.3.0/24 10.0.4.0/22 10.0.32.0/19]
}

// An existing network is recorded. Its subnets keep their blocks, and a new tier avoids them.
func ExampleAllocate_recorded() {
	a, err := cidr.Allocate(cidr.Plan{
		Block:     netip.MustParsePrefix("10.0.0.0/22"),
		MaxPrefix: cidr.MaxPrefixAzure,
		Zones:     []cidr.Zone{{Name: "1", Slot: 1}, {Name: "2", Slot: 2}},
		Tiers: []cidr.Tier{
			{Name: "gateway", Slot: 1},
			{Name: "cluster", Slot: 2, Size: cidr.Prefix(24)},
		},
		Recorded: cidr.Blocks{"gateway": {
			"1": netip.MustParsePrefix("10.0.0.0/27"),
			"2": netip.MustParsePrefix("10.0.0.128/26"),
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range a.All() {
		fmt.Println(s.Tier, s.Zone, s.Block)
	}
	fmt.Println("reserved:", a.Reserved())
	// Output:
	// gateway 1 10.0.0.0/27
	// gateway 2 10.0.0.128/26
	// cluster 1 10.0.1.0/24
	// cluster 2 10.0.2.0/24
	// reserved: [10.0.3.0/24]
}

// The error contains everything that is wrong.
func ExamplePlanError() {
	_, err := cidr.Allocate(cidr.Plan{
		Block:     netip.MustParsePrefix("10.0.0.0/24"),
		MaxPrefix: cidr.MaxPrefixAWS,
		Zones:     []cidr.Zone{{Name: "a", Slot: 1}},
		Tiers:     []cidr.Tier{{Name: "public", Slot: 1, Size: cidr.Prefix(25)}},
		Avoid:     []netip.Prefix{netip.MustParsePrefix("10.0.0.3/28")},
	})
	for problem := range failure.All(err) {
		var mistake *cidr.PlanError
		fmt.Println(errors.As(problem, &mistake), problem)
	}
	// Output:
	// true avoid.0: 10.0.0.3/28 has host bits set: use 10.0.0.0/28
	// true block: 10.0.0.0/24 is too small: the subnets require 384 addresses, 256 are available, 128 are missing: use 10.0.0.0/23, or /26 instead of /25 for tier "public"
}

func ExamplePlan_IPv6() {
	plan := cidr.Plan{
		Block:     netip.MustParsePrefix("10.0.0.0/16"),
		MaxPrefix: cidr.MaxPrefixAWS,
		Zones:     []cidr.Zone{{Name: "a", Slot: 1}, {Name: "c", Slot: 3}},
		// The tier of slot 1 was removed.
		Tiers: []cidr.Tier{{Name: "private", Slot: 2, Size: cidr.Prefix(20)}},
	}
	a, err := cidr.Allocate(plan.IPv6(netip.MustParsePrefix("2001:db8:0:ff00::/56")))
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range a.All() {
		fmt.Println(s.Tier, s.Zone, s.Block)
	}
	// Output:
	// private a 2001:db8:0:ff03::/64
	// private c 2001:db8:0:ff05::/64
}

func ExampleSize() {
	for _, size := range []cidr.Size{cidr.Prefix(24), cidr.Hosts(250), cidr.Share(1, 4), {}} {
		fmt.Println(size)
	}
	// Output:
	// /24
	// 250 hosts
	// 1/4 of the block
	// no size
}
